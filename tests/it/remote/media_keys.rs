//! Media keys: a real bus, and the programs with which desktops and scripts press them.

use std::process::Command;
use std::time::Duration;

use super::{Place, SOON};
use crate::support::bus::Bus;
use crate::support::process::{Helper, require, send, wait_until};

/// A session on a bus.
fn session() -> (Place, Bus, Helper) {
    require("playerctl", "playerctl");
    let mut place = Place::new();
    let bus = Bus::start(place.folder.path());
    place.set_bus(&bus.address);
    let session = place.start();
    assert!(wait_until(SOON, || names(&bus).contains("org.mpris.MediaPlayer2.supine")), "{}", names(&bus));
    (place, bus, session)
}

fn run(bus: &Bus, program: &str, arguments: &[&str]) -> String {
    let output =
        Command::new(program).args(arguments).env("DBUS_SESSION_BUS_ADDRESS", &bus.address).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn playerctl(bus: &Bus, arguments: &str) -> String {
    run(bus, "playerctl", &[&["--player", "supine"], &arguments.split(' ').collect::<Vec<_>>()[..]].concat())
}

/// All names on the bus.
fn names(bus: &Bus) -> String {
    let list = ["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"];
    run(bus, "dbus-send", &[&list[..], &["org.freedesktop.DBus.ListNames"]].concat())
}

#[test]
fn every_media_key_asks_for_its_own() {
    let (place, bus, mut session) = session();
    for key in ["play-pause", "pause", "play", "next"] {
        playerctl(&bus, key);
    }
    playerctl(&bus, "previous");
    std::thread::sleep(Duration::from_millis(2200));
    playerctl(&bus, "previous");
    playerctl(&bus, "previous");
    playerctl(&bus, "volume 0.6");
    playerctl(&bus, "volume 7.0");
    playerctl(&bus, "stop");
    let heard = [
        "toggle",
        "pause",
        "resume",
        "next",
        "where",
        "where",
        "previous",
        "volume 60",
        "volume 200",
        "stop",
    ];
    place.wait_for(&heard);
    assert_eq!(session.wait(SOON).expect("it ends").code(), Some(0));
    assert!(wait_until(SOON, || !names(&bus).contains("mpris")));
}

#[test]
fn the_desktop_is_told_the_entry_in_which_it_finds_name_and_picture() {
    let (_place, bus, session) = session();
    let get = [
        "--session",
        "--print-reply=literal",
        "--dest=org.mpris.MediaPlayer2.supine",
        "/org/mpris/MediaPlayer2",
    ];
    let property = |name: &str| {
        let asked = format!("string:{name}");
        let what = ["org.freedesktop.DBus.Properties.Get", "string:org.mpris.MediaPlayer2", &asked];
        run(&bus, "dbus-send", &[&get[..], &what].concat()).trim_start_matches("variant").trim().to_owned()
    };
    let entry = format!("{}/packaging/{}.desktop", env!("CARGO_MANIFEST_DIR"), property("DesktopEntry"));
    let entry = std::fs::read_to_string(&entry).unwrap_or_else(|error| panic!("{entry}: {error}"));
    assert!(entry.lines().any(|line| line == format!("Name={}", property("Identity"))), "{entry}");
    send("TERM", session.pid());
}

#[test]
fn the_desktop_sees_the_pose_and_is_told_when_it_changes() {
    let (place, bus, session) = session();
    assert_eq!(playerctl(&bus, "status"), "Playing");
    assert_eq!(playerctl(&bus, "metadata xesam:title"), "Bedtime");
    let log = std::fs::File::create(place.file("told")).unwrap();
    let mut monitor = Command::new("dbus-monitor");
    monitor.args(["--session", "path=/org/mpris/MediaPlayer2"]).stdout(log);
    let _monitor = Helper::start(monitor.env("DBUS_SESSION_BUS_ADDRESS", &bus.address));
    assert!(wait_until(SOON, || place.read("told").contains("NameAcquired")));
    playerctl(&bus, "next");
    assert!(wait_until(SOON, || playerctl(&bus, "metadata xesam:title") == "Pose 1"));
    assert_eq!(playerctl(&bus, "metadata xesam:album"), "Bedtime");
    assert_eq!(playerctl(&bus, "metadata mpris:length"), "1800000000");
    assert!(playerctl(&bus, "position").starts_with("60."));
    playerctl(&bus, "volume 0.5");
    assert!(wait_until(SOON, || playerctl(&bus, "volume").starts_with("0.5")));
    playerctl(&bus, "pause");
    assert!(wait_until(SOON, || playerctl(&bus, "status") == "Paused"));
    for what in ["xesam:title", "Pose 1", "member=Seeked", "double 0.5", "\"Paused\""] {
        assert!(wait_until(SOON, || place.read("told").contains(what)), "{what}");
    }
    send("TERM", session.pid());
}

#[test]
fn a_second_session_has_a_name_of_its_own_and_a_bus_that_goes_away_ends_nothing() {
    let (place, mut bus, session) = session();
    let mut beside = Place::new();
    beside.set_bus(&bus.address);
    let second = beside.start();
    let name = format!("org.mpris.MediaPlayer2.supine.instance{}", second.pid());
    assert!(wait_until(SOON, || names(&bus).contains(&name)), "{}", names(&bus));
    bus.end();
    std::thread::sleep(Duration::from_millis(300));
    let before = super::keyboard::ticks(session.pid());
    std::thread::sleep(Duration::from_secs(1));
    assert!(super::keyboard::ticks(session.pid()) - before <= 4, "it spins");
    send("USR1", session.pid());
    place.wait_for(&["toggle"]);
    send("USR1", second.pid());
    beside.wait_for(&["toggle"]);
}

#[test]
fn what_waits_for_media_keys_costs_nothing() {
    let (_place, _bus, session) = session();
    std::thread::sleep(Duration::from_millis(500));
    let before = super::keyboard::ticks(session.pid());
    std::thread::sleep(Duration::from_secs(3));
    let used = super::keyboard::ticks(session.pid()) - before;
    println!("{used} of 300 ticks, with a status shown ten times a second");
    assert!(used <= 4);
}
