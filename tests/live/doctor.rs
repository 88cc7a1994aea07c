//! `supine doctor` where everything works, and where the sound is muted; what it says to do is done, and helps.

use std::process::Output;

use super::support::bus::Bus;
use super::*;

fn doctor(stage: &Stage, bus: &Bus, arguments: &[&str]) -> Output {
    let mut command = stage.command(env!("CARGO_BIN_EXE_supine"));
    command.arg("doctor").args(arguments).env("DBUS_SESSION_BUS_ADDRESS", &bus.address);
    command.output().expect("it runs")
}

#[test]
fn a_machine_that_works_is_told_so_and_a_muted_one_what_to_do() {
    let stage = Stage::with_speech();
    let bus = Bus::start(&stage.file("run"));
    let start = stage.recorder().seconds();
    let outcome = doctor(&stage, &bus, &[]);
    let said = String::from_utf8(outcome.stdout).expect("supine writes UTF-8");
    println!("{said}");
    assert_eq!(outcome.status.code(), Some(0), "{said}");
    let health = |link: &str| {
        let line = said.lines().find(|line| line.get(7..).is_some_and(|rest| rest.starts_with(link)));
        line.unwrap_or_else(|| panic!("nothing is said of {link}")).split_whitespace().next()
    };
    for link in [
        "config",
        "ambience",
        "voice ",
        "sound server",
        "volume",
        "sound device",
        "memory",
        "remote",
        "media keys",
        "test",
    ] {
        assert_eq!(health(link), Some("fine"), "{link}\n{said}");
    }
    // A sentence and a sound were really played.
    let samples = stage.recorder().samples_from(start);
    let heard = sounds(&samples, AUDIBLE, 1.0);
    assert!(heard.iter().map(|sound| sound.length()).sum::<f64>() > 2.0, "{} sounds", heard.len());

    let pactl = |arguments: &[&str]| stage.command("pactl").args(arguments).status().expect("it runs");
    assert!(pactl(&["set-sink-mute", "@DEFAULT_SINK@", "1"]).success());
    let outcome = doctor(&stage, &bus, &["--quiet"]);
    let said = String::from_utf8(outcome.stdout).expect("supine writes UTF-8");
    assert_eq!(outcome.status.code(), Some(1), "{said}");
    let mut lines = said.lines().skip_while(|line| !line.contains("it is muted"));
    assert!(lines.next().is_some_and(|line| line.starts_with("FAULT")), "{said}");
    let mend = lines.next().and_then(|line| line.trim().strip_prefix("> ")).expect("something mends it");
    assert!(stage.command("sh").args(["-c", mend]).status().expect("it runs").success(), "{mend}");
    assert_eq!(doctor(&stage, &bus, &["--quiet"]).status.code(), Some(0));
}
