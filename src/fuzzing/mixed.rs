//! A plan as it sounds, at a rate so low that a session takes a millisecond: what is promised of every sample.

use std::sync::Arc;
use std::time::Duration;

use crate::clip::Clip;
use crate::mixer::limiter::CEILING;
use crate::mixer::{Ambience, Entrance, Feed, MixCue, Mixer, STOP_SECONDS, Take, Transport};
use crate::plan::part::Part;
use crate::plan::{Plan, UtteranceId};
use crate::score::compile::{capacity, compile};
use crate::score::{Cue, Score};
use crate::settings::Settings;
use crate::units::{Frame, Frames, SampleRate};

const HZ: u32 = 500;
/// A longer session is skipped through.
const HEARD: u64 = 12_000;
/// After a skip, this much is heard up to the end.
const REST: u64 = 1_000;
/// Longer than the limiter looks ahead, and than a block.
const SLACK: u64 = 1_024;
/// How loud a clip may be by mistake, and an ambience.
const CLIPS: [f32; 4] = [0.3, 0.8, 1.0, 9.0];
const AMBIENCES: [f32; 6] = [0.1, 1.0, 0.0, 30.0, 1e30, f32::NAN];
const VOLUMES: [f32; 4] = [1.0, 0.0, 0.5, 2.0];
const BLOCKS: [usize; 6] = [256, 1, 64, 63, 480, 1_000];

/// Noise of a level.
struct Noise(u32, f32);

impl Ambience for Noise {
    fn read(&mut self, out: &mut [Frame]) {
        for sample in out.as_flattened_mut() {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *sample = (self.0 as f32 / u32::MAX as f32 * 2.0 - 1.0) * self.1;
        }
    }
}

/// How long a speaker takes for a text: "left" is as long as "right".
pub(super) fn spoken_at(text: &str) -> Duration {
    let hash = |word: &str| word.bytes().fold(7u64, |hash, byte| hash * 31 % 9_973 + u64::from(byte));
    let word = |word: &str| 150 + hash(&word.to_lowercase().replace("left", "right")) % 300;
    Duration::from_millis(text.split_whitespace().map(word).sum::<u64>().clamp(150, 20_000))
}

/// Mixes a plan as four bytes say: how loud, in which blocks, from which other place, and whether it is stopped.
pub(super) fn mixed(plan: &Plan, settings: &Settings, [level, block, from, stop]: [u8; 4]) {
    let pick = |of: &[f32], by: u8| of[usize::from(by) % of.len()];
    let Some(rate) = SampleRate::new(HZ) else { return };
    let loud = pick(&CLIPS, level);
    let (score, take, transport, feed) = taken(plan, rate, loud);
    let noise = Noise(7, pick(&AMBIENCES, level / 4));
    let (mixer, mut handle) = Mixer::steered(rate, Box::new(noise), take);
    handle.set_volume(pick(&VOLUMES, block / 8));
    let mut heard = Heard {
        mixer: mixer.in_mono(settings.mono),
        block: BLOCKS[usize::from(block) % BLOCKS.len()],
        frames: 0,
    };
    if from == 0 {
        heard.hear_the_rest(&score, &transport, stop);
        drop(feed);
        return;
    }
    // The other take comes in while this one still plays.
    let half = score.length.0 / 2;
    heard.listen((u64::from(stop) * 64).min(half));
    let place = usize::from(from) * plan.items.len() / 256;
    let part = Part::new(plan, place, &[], None);
    let (score, take, transport, feed_of_part) = taken(&part.plan, rate, loud);
    let at = Frames(heard.frames + u64::from(from).min(half));
    handle.enter(take, if from % 2 == 0 { Entrance::Cut } else { Entrance::At(at) });
    heard.listen(u64::from(from) + SLACK);
    heard.hear_the_rest(&score, &transport, 0);
    drop((feed, feed_of_part));
}

/// A plan with all its clips, as the mixer gets it.
fn taken(plan: &Plan, rate: SampleRate, loud: f32) -> (Score, Take, Arc<Transport>, Feed) {
    let noise = |seed: usize, frames: Frames| {
        let mut samples = vec![[0.0; 2]; frames.0 as usize];
        Noise(seed as u32, loud).read(&mut samples);
        Arc::new(Clip::mono(samples.iter().map(|frame| frame[0]).collect()))
    };
    let length = |id: UtteranceId| Frames::at(spoken_at(&plan.utterance(id).text), rate);
    let clips: Vec<_> =
        (0..plan.utterances.len()).map(|place| noise(place, length(UtteranceId(place)))).collect();
    let chime = Frames(u64::from(HZ));
    let (score, _) = compile(plan, rate, &|id| Some(clips[id.0].length()), &|_| chime);
    let transport = Arc::new(Transport::default());
    let (take, mut feed) = Take::new(Arc::clone(&transport), capacity(plan));
    for event in &score.events {
        let clip = match event.cue {
            Cue::Utterance(id) => Arc::clone(&clips[id.0]),
            Cue::Chime(place) => noise(place, chime),
        };
        feed.cues
            .push(MixCue { start: event.at, clip })
            .unwrap_or_else(|_| panic!("there is no room for a cue"));
    }
    for point in &score.ambience {
        feed.gains.push(*point).unwrap_or_else(|_| panic!("there is no room for a gain"));
    }
    for phase in &score.breaths {
        feed.breaths.push(*phase).unwrap_or_else(|_| panic!("there is no room for a breath"));
    }
    if !score.endless {
        transport.end_at(score.length);
    }
    transport.open_until(Frames::NEVER);
    (score, take, transport, feed)
}

/// A mixer that is heard, and how many frames of it.
struct Heard {
    mixer: Mixer,
    block: usize,
    frames: u64,
}

impl Heard {
    /// Hears so many frames; no sample is beyond the ceiling.
    fn listen(&mut self, frames: u64) {
        let mut out = [[0.0; 2]; 1_024];
        let mut left = frames;
        while left > 0 {
            let length = (self.block as u64).min(left);
            let out = &mut out[..length as usize];
            self.mixer.render(out);
            let is_sound = |sample: &f32| sample.abs() <= CEILING.amplitude();
            assert!(out.as_flattened().iter().all(is_sound), "a sample is beyond the ceiling: {out:?}");
            left -= length;
            self.frames += length;
        }
    }

    /// Hears it to its end, or stops it after a while: then it is silent within two seconds.
    fn hear_the_rest(&mut self, score: &Score, transport: &Transport, stop: u8) {
        if stop > 0 || score.endless {
            self.listen(u64::from(stop) * 32);
            transport.stop();
            self.listen(u64::from(HZ * STOP_SECONDS) + SLACK);
        } else if score.length.0 <= HEARD && self.frames == 0 {
            self.listen(score.length.0);
            assert!(!self.mixer.is_finished(), "a file of exactly this length is cut short");
        } else {
            self.listen(HEARD / 2);
            transport.skip_to(score.length.saturating_sub(Frames(REST)));
            self.listen(REST.max(HEARD / 2) + SLACK);
        }
        self.is_over(score, transport, stop);
    }

    fn is_over(&mut self, score: &Score, transport: &Transport, stop: u8) {
        let mut out = [[1.0; 2]; 64];
        self.mixer.render(&mut out);
        assert!(out.as_flattened().iter().all(|sample| *sample == 0.0), "it sounds past its end: {out:?}");
        assert!(self.mixer.is_finished() && transport.is_finished(), "it is not over");
        if stop == 0 && !score.endless {
            assert_eq!(transport.position(), score.length, "it has another length than its score");
        }
    }
}
