//! The shape of a led breath, phase by phase.

use super::*;

#[test]
fn there_is_noise_when_either_half_of_it_is_heard() {
    let with = |half: usize, level| {
        let mut shape = Shape::REST;
        shape.levels[half] = level;
        shape.has_noise()
    };
    assert!(!Shape::REST.has_noise() && !with(TONE_AT, 0.1) && !with(TAKEN, 0.1));
    for half in [LOW, HIGH] {
        assert!(with(half, 0.1) && !with(half, REACHED / 2.0));
    }
}

#[test]
fn a_shape_is_reached_when_no_difference_is_heard() {
    let apart = |level: usize, by: f32| {
        let (mut shape, mut now) = (Shape::REST, Shape::REST);
        (shape.levels[level], now.levels[level]) = (0.5, 0.5 + by);
        shape.is_reached_by(now)
    };
    for level in [LOW, HIGH, TONE_AT, TAKEN] {
        assert!(apart(level, 0.0) && apart(level, REACHED / 2.0) && !apart(level, REACHED * 2.0));
    }
}

fn phase(phase: Phase, lift: f32, in_music: bool) -> BreathPhase {
    let level = crate::plan::BreathLevel { loudness: Decibels(-20.0), lift: Decibels(lift), in_music };
    let length = Frames(48_000 * 4);
    BreathPhase { at: Frames(0), length, phase, pose: 1, sound: BreathSound::Tones, level }
}

fn assert_levels(shape: Shape, expected: [f32; 4]) {
    let found = shape.levels.map(|level| 20.0 * level.log10());
    let is_near = |(found, expected): (&f32, &f32)| (found - expected).abs() < 0.01 || found == expected;
    assert!(found.iter().zip(&expected).all(is_near), "{found:?}");
}

#[test]
fn the_noise_rises_bright_and_falls_dark() {
    let none = f32::NEG_INFINITY;
    let taken = |bed: f32| 20.0 * (1.0 - 10f32.powf(bed / 20.0)).log10();
    for (at, part, low, high) in [
        (Phase::In, 0.0, -29.0, -15.0),
        (Phase::In, 0.5, -20.0, -6.0),
        (Phase::In, 1.0, -11.0, 3.0),
        (Phase::Full, 0.5, -13.0, -13.0),
        (Phase::Out, 0.0, 3.0, -11.0),
        (Phase::Out, 0.25, 3.0 - 2.636, -11.0 - 2.636),
        (Phase::Out, 1.0, -15.0, -29.0),
        (Phase::Empty, 0.5, -15.0, -29.0),
    ] {
        assert_levels(breathing(&phase(at, 0.0, false), part), [low, high, none, taken(-16.0)]);
        assert_levels(breathing(&phase(at, 6.0, true), part), [low + 6.0, high + 6.0, none, taken(-4.0)]);
    }
}

#[test]
fn a_tone_swells_and_falls_within_two_seconds_and_most_of_its_phase() {
    let breather = Breather::new(SampleRate::HZ_48000);
    let none = f32::NEG_INFINITY;
    let taken = |bed: f32| 20.0 * (1.0 - 10f32.powf(bed / 20.0)).log10();
    let middle = (220f32 * 329.63).sqrt() / 48_000.0;
    for at in [Phase::In, Phase::Out] {
        let shape = breather.tones(&phase(at, 3.0, false), 48_000);
        assert_levels(shape, [none, none, -16.3, taken(-6.0)]);
        assert!((shape.pitch - middle).abs() < 1e-6, "{}", shape.pitch);
        let early = breather.tones(&phase(at, 3.0, true), 24_000);
        assert_levels(early, [none, none, -16.3 - 6.0206, taken(-4.0)]);
        assert_eq!(early.pitch < middle, at == Phase::In);
        let over = breather.tones(&phase(at, 3.0, false), 96_000);
        assert!(over.levels[TONE_AT] == 0.0 && over.pitch == 0.0);
        let short = BreathPhase { length: Frames(48_000), ..phase(at, 3.0, false) };
        assert!(breather.tones(&short, 33_500).pitch > 0.0 && breather.tones(&short, 33_600).pitch == 0.0);
    }
    for at in [Phase::Full, Phase::Empty] {
        assert_levels(breather.tones(&phase(at, 0.0, false), 0), [none, none, none, taken(-6.0)]);
    }
}

#[test]
fn within_a_cell_levels_go_straight_and_stand_with_the_clock() {
    let mut breather = Breather::new(SampleRate::HZ_48000);
    breather.glides = [1.0; 4];
    breather.ends = [[0.0, 0.5, 1.0, 0.2], [1.0, 0.5, 0.0, 0.2]].map(|levels| Shape { levels, pitch: 0.0 });
    breather.ends[1].pitch = 0.01;
    let mut levels = [[0.0; 4]; CELL];
    breather.follow(&mut levels[..48], 16, true);
    for (found, expected) in [(levels[0], [0.25, 0.5, 0.75, 0.2]), (levels[32], [0.75, 0.5, 0.25, 0.2])] {
        assert!(
            found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-5),
            "{found:?}"
        );
    }
    breather.follow(&mut levels, 16, false);
    assert!(levels[0] == levels[CELL - 1] && (levels[0][LOW] - 0.25).abs() < 1e-5);
    assert_eq!((breather.now.pitch, breather.now.levels), (0.01, levels[0]));
}

#[test]
fn a_tone_that_dies_away_keeps_its_pitch() {
    let mut breather = Breather::new(SampleRate::HZ_48000);
    breather.now.pitch = 0.01;
    breather.follow(&mut [[0.0; 4]; CELL], 0, false);
    assert_eq!(breather.now.pitch, 0.01);
}

#[test]
fn a_low_sound_is_in_the_low_half_of_the_noise_and_a_high_one_in_the_high_half() {
    let tilted = |sound: [f32; 2], [low, high]: [f32; 2]| {
        let mut breather = Breather::new(SampleRate::HZ_48000);
        let mut noise = [[0.0; 2]; 400];
        noise.iter_mut().zip(sound.into_iter().cycle()).for_each(|(frame, sample)| *frame = [sample; 2]);
        breather.tilt(&mut noise, &[[low, high, 0.0, 0.0]; 400]);
        noise[398][1]
    };
    assert!(
        (tilted([1.0, 1.0], [0.8, 0.0]) - 0.8).abs() < 1e-3 && tilted([1.0, 1.0], [0.0, 0.8]).abs() < 1e-3
    );
    assert!(tilted([1.0, -1.0], [0.8, 0.0]).abs() < 0.01);
    assert!((tilted([1.0, -1.0], [0.0, 0.8]) - 0.718).abs() < 0.005);
}
