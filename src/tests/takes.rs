//! One take after another on one mixer, sample by sample: the parts of a pause, a jump and a resumption. Plain
//! sums are checked, without the limiter.

use std::sync::Arc;

use assert_no_alloc::assert_no_alloc;
use supine::clip::Clip;
use supine::mixer::{Ambience, Entrance, Feed, MixCue, Mixer, MixerHandle, Take, Transport};
use supine::score::GainPoint;
use supine::units::{Decibels, Frame, Frames, SampleRate};

const RATE: SampleRate = SampleRate::HZ_48000;
/// 0.3 s.
const CUT: usize = 14_400;

/// Ambience of full scale.
struct Constant;

impl Ambience for Constant {
    fn read(&mut self, out: &mut [Frame]) {
        out.fill([1.0; 2]);
    }
}

fn take() -> (Take, Feed, Arc<Transport>) {
    let transport = Arc::new(Transport::default());
    transport.open_until(Frames::NEVER);
    let (take, feed) = Take::new(Arc::clone(&transport), 64);
    (take, feed, transport)
}

/// A mixer in whose first take a clip of ones sounds from frame 100 on, over ambience at -20 dB.
fn mixer() -> (Mixer, MixerHandle, Arc<Transport>) {
    let (take, mut feed, transport) = take();
    cue(&mut feed, 100, vec![1.0; 200_000]);
    gain(&mut feed, 0, -20.0);
    let (mixer, desk) = Mixer::steered(RATE, Box::new(Constant), take);
    (mixer.unlimited(), desk, transport)
}

fn cue(feed: &mut Feed, start: u64, samples: Vec<f32>) {
    let clip = Arc::new(Clip::mono(samples));
    feed.cues.push(MixCue { start: Frames(start), clip }).unwrap();
}

fn gain(feed: &mut Feed, at: u64, decibels: f32) {
    feed.gains.push(GainPoint { at: Frames(at), gain: Decibels(decibels) }).unwrap();
}

fn render(mixer: &mut Mixer, frames: usize) -> Vec<f32> {
    let mut out = vec![[9.0; 2]; frames];
    assert_no_alloc(|| mixer.render(&mut out));
    out.iter().map(|frame| frame[0]).collect()
}

fn near(a: f32, b: f32) -> bool {
    (a - b).abs() < 1e-3
}

#[test]
fn a_cut_fades_what_speaks_and_the_ambience_goes_on() {
    let (mut mixer, mut desk, before) = mixer();
    assert!(near(render(&mut mixer, 10_000)[9_999], 1.1));
    let (next, mut feed, transport) = take();
    cue(&mut feed, 480, vec![0.5; 10]);
    desk.enter(next, Entrance::Cut);
    let out = render(&mut mixer, CUT + 1_000);
    assert!(
        near(out[0], 1.1)
            && near(out[CUT / 2], 0.1 + std::f32::consts::FRAC_1_SQRT_2)
            && near(out[CUT - 1], 0.1)
    );
    assert!(out[CUT..CUT + 480].iter().all(|sample| near(*sample, 0.1)), "the ambience jumps");
    assert!(
        out[CUT + 480..CUT + 490].iter().all(|sample| near(*sample, 0.6)),
        "the next take is off its frame"
    );
    assert!(before.is_finished());
    assert_eq!(transport.position(), Frames(1_000));
}

#[test]
fn a_take_that_comes_at_a_frame_lets_what_sounds_go_on() {
    let (mut mixer, mut desk, before) = mixer();
    let (next, mut feed, transport) = take();
    cue(&mut feed, 0, vec![0.5; 10]);
    gain(&mut feed, 9_600, -20.0);
    desk.enter(next, Entrance::At(Frames(5_001)));
    let out = render(&mut mixer, 6_000);
    assert!(near(out[5_000], 1.1) && near(out[5_001], 1.6) && near(out[5_011], 1.1));
    assert_eq!((before.is_finished(), transport.position()), (true, Frames(999)));
}

#[test]
fn takes_that_come_one_upon_another_are_all_entered_and_given_back() {
    let (mut mixer, mut desk, _) = mixer();
    let mut last = None;
    let mut feeds = Vec::new();
    for _ in 0..5 {
        let (next, feed, transport) = take();
        desk.enter(next, Entrance::Cut);
        feeds.push(feed);
        last = Some(transport);
    }
    render(&mut mixer, CUT * 5 + 10);
    assert_eq!(last.unwrap().position(), Frames(10));
    // Takes that are over are freed by the thread that brings the next one.
    desk.enter(take().0, Entrance::Cut);
    assert_eq!(feeds.iter().filter(|feed| feed.cues.is_abandoned()).count(), 4);
}

#[test]
fn a_take_for_a_frame_of_one_that_has_gone_cuts_in() {
    let (mut mixer, mut desk, _) = mixer();
    let (second, _second, _) = take();
    desk.enter(second, Entrance::At(Frames(1_000)));
    render(&mut mixer, 2_000);
    // It was to replace the second one, and waits for a frame of the first.
    let (third, _third, transport) = take();
    desk.enter_instead(third, Entrance::At(Frames(50_000)));
    render(&mut mixer, CUT + 10);
    assert_eq!(transport.position(), Frames(10));
}

#[test]
fn a_volume_glides_and_a_stop_still_fades() {
    let (mut mixer, desk, transport) = mixer();
    render(&mut mixer, 1_000);
    desk.set_volume(0.5);
    let out = render(&mut mixer, 9_600);
    assert!(out.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.01), "it jumps");
    assert!(near(out[9_599], 0.55));
    transport.stop();
    let out = render(&mut mixer, 96_001);
    assert!(transport.is_finished() && out[96_000] == 0.0);
}
