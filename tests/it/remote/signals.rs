//! Signals, sent to a program without a terminal.

use std::time::Duration;

use super::{Place, SOON};
use crate::support::process::send;

#[test]
fn each_signal_asks_for_its_own() {
    let place = Place::new();
    let mut session = place.start();
    send("USR1", session.pid());
    place.wait_for(&["toggle"]);
    send("HUP", session.pid());
    send("USR1", session.pid());
    place.wait_for(&["toggle", "toggle"]);
    send("TERM", session.pid());
    let status = session.wait(SOON).expect("it ends");
    assert_eq!(status.code(), Some(143));
    assert_eq!(place.heard(), ["toggle", "toggle", "stop"]);
}

#[test]
fn ctrl_c_fades_out_and_a_second_one_ends_at_once() {
    let place = Place::fading_for_ever();
    let mut session = place.start();
    send("INT", session.pid());
    place.wait_for(&["stop"]);
    send("INT", session.pid());
    let status = session.wait(SOON).expect("it does not wait for the fade");
    assert_eq!(status.code(), Some(130));
}

#[test]
fn ctrl_backslash_fades_out_too_and_leaves_no_core() {
    let place = Place::new();
    let mut session = place.start();
    send("QUIT", session.pid());
    place.wait_for(&["stop"]);
    let status = session.wait(SOON).expect("it ends");
    // If the signal itself had ended it, there would be no exit code.
    assert_eq!(status.code(), Some(131));
}

#[test]
fn whichever_signal_is_the_second_one_ends_at_once() {
    for (first, second, code) in [("QUIT", "QUIT", 131), ("INT", "QUIT", 131), ("QUIT", "TERM", 143)] {
        let place = Place::fading_for_ever();
        let mut session = place.start();
        send(first, session.pid());
        place.wait_for(&["stop"]);
        send(second, session.pid());
        let status = session.wait(SOON).expect("it does not wait for the fade");
        assert_eq!(status.code(), Some(code), "{first} {second}");
    }
}

#[test]
fn a_terminal_that_closes_is_no_pause() {
    let place = Place::new();
    let session = place.start();
    // In the system's order.
    send("HUP", session.pid());
    send("CONT", session.pid());
    send("USR1", session.pid());
    place.wait_for(&["toggle"]);
}

/// The system sends both signals at once, and threads take them in any order.
#[test]
fn a_terminal_that_closes_is_no_pause_whatever_comes_first() {
    use rustix::process::{Pid, Signal, kill_process};
    let place = Place::new();
    let session = place.start();
    let pid = Pid::from_raw(session.pid() as i32).expect("it runs");
    for signal in [Signal::CONT, Signal::HUP] {
        kill_process(pid, signal).expect("it can be sent");
    }
    std::thread::sleep(Duration::from_millis(300));
    send("USR1", session.pid());
    place.wait_for(&["toggle"]);
}

#[test]
fn a_process_that_goes_on_says_so() {
    let place = Place::new();
    let session = place.start();
    send("STOP", session.pid());
    std::thread::sleep(Duration::from_millis(100));
    send("CONT", session.pid());
    place.wait_for(&["Continued"]);
    send("TSTP", session.pid());
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(state(session.pid()), 'T');
    send("CONT", session.pid());
    place.wait_for(&["Continued", "Continued"]);
}

/// The letter of a process's state: `T` when it is stopped.
pub fn state(pid: u32) -> char {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().and_then(|rest| rest.chars().next()).unwrap_or('-')
}
