//! Keys that are pressed on a real terminal, and the modes in which it is left.

use std::time::{Duration, Instant};

use supine::remote::keymap::KEYS;

use super::signals::state;
use super::{Place, SOON, micros};
use crate::support::process::{send, wait_until};
use crate::support::pty::Pty;

/// Runs a stand-in in a terminal, between two looks at its modes.
fn script(place: &Place) -> String {
    let (before, after, code) = (place.file("before"), place.file("after"), place.file("code"));
    let session = place.shell_command();
    // The shell itself has to stay alive to look.
    format!("trap : INT QUIT HUP; stty -g >'{before}'; {session}; echo $? >'{code}'; stty -g >'{after}'")
}

/// Waits for its end and returns its exit code; the terminal's modes must be the same as before.
#[track_caller]
fn left_as_found(place: &Place) -> String {
    assert!(wait_until(SOON, || place.read("after").ends_with('\n')), "{}", place.read("errors"));
    assert_eq!(place.read("before"), place.read("after"));
    place.read("code").trim().to_owned()
}

#[test]
fn a_key_is_heard_at_once_and_without_enter() {
    let (place, mut pty) = (Place::new(), Pty::new());
    let _shell = pty.run(&script(&place), &[]);
    place.started();
    let mut worst = 0;
    let keys = [(" ", "toggle"), ("a", "again"), ("\x1b[C", "next"), ("+", "louder"), ("x", "toggle")];
    for (place_in, (key, _)) in keys.iter().enumerate() {
        std::thread::sleep(Duration::from_millis(200));
        let pressed = micros();
        pty.press(key);
        assert!(wait_until(SOON, || place.heard().len() > place_in), "{key:?} was not heard");
        worst = worst.max(place.heard_at()[place_in + 1].1 - pressed);
    }
    println!("from a key to the session: {:.1} ms at most", worst as f64 / 1000.0);
    assert_eq!(place.heard(), keys.map(|(_, request)| request));
    std::thread::sleep(Duration::from_millis(200));
    pty.press("\x1b");
    assert_eq!(left_as_found(&place), "0");
}

/// An escape and the rest of a key, which a line delivers 30 ms later. The test can tell whether it did: on a
/// machine that is too busy, it tries again.
#[track_caller]
fn press_in_pieces(pty: &mut Pty, first: &str, rest: &str) -> bool {
    let start = Instant::now();
    pty.press(first);
    std::thread::sleep(Duration::from_millis(30));
    pty.press(rest);
    start.elapsed() < Duration::from_millis(120)
}

#[test]
fn an_arrow_that_comes_in_pieces_is_an_arrow_and_no_end() {
    for (first, rest) in [("\x1b", "[C"), ("\x1b", "OC"), ("\x1b[", "C"), ("\x1b", "[1;5C")] {
        let mut is_done = false;
        for _ in 0..10 {
            let (place, mut pty) = (Place::slow_to_fade(), Pty::new());
            let _shell = pty.run(&script(&place), &[]);
            place.started();
            if press_in_pieces(&mut pty, first, rest) {
                place.wait_for(&["next"]);
                is_done = true;
                break;
            }
        }
        assert!(is_done, "this machine never slept for 30 ms only");
    }
}

#[test]
fn an_arrow_that_comes_late_takes_the_stop_back() {
    let (place, mut pty) = (Place::slow_to_fade(), Pty::new());
    let _shell = pty.run(&script(&place), &[]);
    place.started();
    pty.press("\x1b");
    place.wait_for(&["stop"]);
    pty.press("[C");
    place.wait_for(&["stop", "take back stop", "next"]);
    // The session goes on, and an Escape that is meant ends it.
    std::thread::sleep(Duration::from_millis(300));
    pty.press("\x1b");
    place.wait_for(&["stop", "take back stop", "next", "stop"]);
    assert_eq!(left_as_found(&place), "0");
}

#[test]
fn an_end_that_was_meant_is_not_taken_back() {
    let (place, mut pty) = (Place::slow_to_fade(), Pty::new());
    let _shell = pty.run(&script(&place), &[]);
    place.started();
    pty.press("q");
    place.wait_for(&["stop"]);
    pty.press("\x1b");
    place.wait_for(&["stop", "stop"]);
    pty.press("[C");
    place.wait_for(&["stop", "stop", "next"]);
    assert_eq!(left_as_found(&place), "0");
}

#[test]
fn pasted_text_is_one_key_and_what_a_terminal_reports_is_none() {
    let (place, mut pty) = (Place::new(), Pty::new());
    let _shell = pty.run(&script(&place), &[]);
    place.started();
    let mut expected = Vec::new();
    // With marks around it and without, and two keys at once.
    for pasted in ["quick\nquit", "\x1b[200~quick\nq\x1b[201~", "qn"] {
        pty.press(pasted);
        expected.push("toggle");
        place.wait_for(&expected);
        std::thread::sleep(Duration::from_millis(300));
    }
    for report in ["\x1b[I", "\x1b[O", "\x1b[?62;4c", "\x1b[<0;10;20M", "\x1b]11;rgb:0/0/0\x07"] {
        pty.press(report);
    }
    pty.press("n");
    expected.push("next");
    place.wait_for(&expected);
    pty.press("q");
    assert_eq!(left_as_found(&place), "0");
}

/// The sequence that asks the terminal to mark pastes.
const MARKS: &str = "\x1b[?2004h";
const NO_MARKS: &str = "\x1b[?2004l";

#[test]
fn the_terminal_marks_pastes_while_it_is_listened_to_and_no_longer() {
    // Both outputs of the session go elsewhere.
    for (term, silent, expected) in [
        ("xterm", "", true),
        ("linux", "", true),
        ("dumb", "", false),
        ("", "", false),
        ("xterm", "SILENT=1", false),
    ] {
        let (mut place, mut pty) = (Place::new(), Pty::new());
        place.environment.push_str(&format!(" TERM={term} {silent}"));
        let _shell = pty.run(&script(&place), &[]);
        place.started();
        if expected {
            assert!(wait_until(SOON, || pty.shown() == MARKS), "{:?}", pty.shown());
        }
        pty.press("q");
        assert_eq!(left_as_found(&place), "0");
        let all = if expected { [MARKS, NO_MARKS].concat() } else { String::new() };
        assert!(wait_until(SOON, || pty.shown() == all), "{term:?} {silent}: {:?}", pty.shown());
    }
}

#[test]
fn the_terminal_marks_no_pastes_after_a_panic_a_signal_or_ctrl_z() {
    // The shell may write more after it.
    let marks_no_more = |pty: &Pty| pty.shown().rfind(NO_MARKS) > pty.shown().rfind(MARKS);
    for (keys, panics) in [("k", "1"), ("\x03\x03", ""), ("\x1c", ""), ("\x1a", "")] {
        let (mut place, mut pty) = (Place::new(), Pty::new());
        place.environment.push_str(" TERM=xterm");
        if !panics.is_empty() {
            place.environment.push_str(" PANIC=1");
        }
        let session = place.shell_command();
        let _shell = pty.run(&format!("trap : INT QUIT; set -m; {session}; sleep 20"), &[]);
        place.started();
        assert!(wait_until(SOON, || pty.shown().ends_with(MARKS)), "{:?}", pty.shown());
        pty.press(keys);
        assert!(wait_until(SOON, || marks_no_more(&pty)), "{keys:?}: {:?}", pty.shown());
    }
}

#[test]
fn the_terminal_is_as_it_was_after_every_way_out() {
    for (keys, signals, code) in [
        ("q", "", "0"),
        ("\x03", "", "130"),
        ("\x1c", "", "131"),
        ("", "TERM", "143"),
        ("", "TERM TERM", "143"),
        ("", "QUIT QUIT", "131"),
    ] {
        let (place, mut pty) = (Place::new(), Pty::new());
        let _shell = pty.run(&script(&place), &[]);
        let pid = place.started();
        pty.press(keys);
        for signal in signals.split_whitespace() {
            send(signal, pid);
            std::thread::sleep(Duration::from_millis(150));
        }
        assert_eq!(left_as_found(&place), code, "{keys:?} {signals}");
    }
}

#[test]
fn the_terminal_is_as_it_was_after_a_panic() {
    let (place, mut pty) = (Place::new(), Pty::new());
    let _shell = pty.run(&script(&place), &[("PANIC", "1")]);
    place.started();
    pty.press("k");
    assert_eq!(left_as_found(&place), "101");
    assert!(place.read("errors").contains("as asked"));
}

#[test]
fn ctrl_z_leaves_the_shell_a_terminal_and_fg_takes_it_again() {
    let (place, mut pty) = (Place::new(), Pty::new());
    let (before, stopped, after) = (place.file("before"), place.file("stopped"), place.file("after"));
    let session = place.shell_command();
    let _shell = pty.run(
        &format!(
            "set -m; stty -g >'{before}'; {session}; stty -g >'{stopped}'; sleep 0.3; fg; stty -g >'{after}'"
        ),
        &[],
    );
    let pid = place.started();
    pty.press(" ");
    place.wait_for(&["toggle"]);
    pty.press("\x1a");
    assert!(wait_until(SOON, || place.read("stopped").ends_with('\n')));
    assert_eq!(place.read("before"), place.read("stopped"));
    place.wait_for(&["toggle", "Continued"]);
    assert_ne!(state(pid), 'T');
    pty.press("n");
    place.wait_for(&["toggle", "Continued", "next"]);
    pty.press("q");
    left_as_found(&place);
}

#[test]
fn in_the_background_no_key_is_taken_and_nothing_is_stopped() {
    let (place, mut pty) = (Place::new(), Pty::new());
    let (before, after) = (place.file("before"), place.file("after"));
    let session = place.shell_command();
    let _shell = pty.run(
        &format!(
            "set -m; stty -g >'{before}'; {session} & pid=$!; sleep 1.5; stty -g >'{after}'; read line; \
             echo \"$line\" >'{}'; sleep 1; fg",
            place.file("line")
        ),
        &[],
    );
    let pid = place.started();
    pty.press("not for supine\n");
    assert!(wait_until(SOON, || !place.read("line").is_empty()));
    assert_eq!(place.read("line"), "not for supine\n");
    assert_eq!(place.read("before"), place.read("after"));
    assert_ne!(state(pid), 'T');
    assert_eq!(place.heard(), [""; 0]);
    // In the foreground, it hears keys.
    std::thread::sleep(Duration::from_secs(2));
    pty.press("n");
    assert!(wait_until(SOON, || place.heard().contains(&"next".to_owned())), "{:?}", place.heard());
}

#[test]
fn a_terminal_that_goes_away_neither_ends_the_session_nor_makes_it_spin() {
    let (place, pty) = (Place::new(), Pty::new());
    let mut shell = pty.run(&script(&place), &[]);
    let pid = place.started();
    drop(pty);
    std::thread::sleep(Duration::from_millis(200));
    let before = ticks(pid);
    std::thread::sleep(Duration::from_secs(2));
    let used = ticks(pid) - before;
    assert!(used <= 4, "{used} of 200 ticks");
    send("USR1", pid);
    place.wait_for(&["toggle"]);
    send("TERM", pid);
    assert!(wait_until(SOON, || place.read("code") == "143\n"), "{}", place.read("code"));
    shell.end();
}

/// The time that a process has worked, in hundredths of a second.
pub fn ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

#[test]
fn the_readme_has_the_table_of_keys() {
    let readme = include_str!("../../../README.md");
    for binding in &KEYS {
        let row = format!("| {} | {} |", binding.shown, binding.does);
        assert!(readme.contains(&row), "README.md lacks the row\n{row}");
    }
}
