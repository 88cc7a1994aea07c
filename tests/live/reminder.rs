//! The invitation in the evening, as it is heard.

use super::*;

/// How loud the fake voice is, in dB: the loudest tenth of a second.
fn loudest(stage: &Stage, arguments: &[&str], code: i32) -> f64 {
    let session = stage.supine(arguments);
    let start = session.start;
    session.wait(SOON).expect_code(code);
    let samples = stage.recorder().samples_from(start);
    let levels = samples.chunks_exact(4_800).map(level);
    levels.fold(f64::NEG_INFINITY, f64::max)
}

#[test]
fn the_invitation_is_six_decibels_softer_than_what_is_said_otherwise() {
    let stage = sound_stage(PAUSE);
    stage.write("config/supine/config.toml", "voice = \"fake\"\n");
    let said = loudest(&stage, &["play", "gone.toml"], 2);
    let invitation = loudest(&stage, &["remind", "--say"], 0);
    println!("{said:.1} dB, and the invitation {invitation:.1} dB");
    assert!(invitation > -60.0, "nothing is heard");
    assert!((said - invitation - 6.0).abs() < 1.5, "it is {:.1} dB softer", said - invitation);
}
