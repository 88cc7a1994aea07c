//! Renders that are ended half-way, by a signal or a terminal that closes.

use super::*;

/// Starts a render whose voice waits, after the file has been begun.
fn half_way(home: &Home) -> Helper {
    for name in ["go", "asked"] {
        let _ = fs::remove_file(home.path().join(name));
    }
    let _ = fs::remove_dir_all(home.path().join("cache"));
    let render = start(home, GATED);
    assert!(wait_until(SOON, || home.path().join("asked").exists()), "{}", words(home));
    assert_eq!(parts(home.path()).len(), 1);
    render
}

#[test]
fn whatever_ends_a_render_leaves_no_half_of_a_file() {
    let home = waiting_home();
    for (signal, number) in
        [("HUP", 1), ("INT", 2), ("QUIT", 3), ("USR2", 12), ("ALRM", 14), ("TERM", 15), ("XCPU", 24)]
    {
        let mut render = half_way(&home);
        send(signal, render.pid());
        home.write("go", "");
        ends_with(&mut render, 128 + number);
        assert_eq!(parts(home.path()), [""; 0], "SIG{signal}");
        assert!(!home.path().join("out.wav").exists(), "SIG{signal}");
    }
    // Whoever does not want to wait for the voice sends the signal twice.
    let mut render = half_way(&home);
    assert!(wait_until(SOON, || {
        send("INT", render.pid());
        std::thread::sleep(AGAIN);
        render.has_ended()
    }));
    ends_with(&mut render, 130);
    assert_eq!(parts(home.path()), [""; 0]);
    home.write("go", "");
}

#[test]
fn what_means_nothing_to_a_render_does_not_end_it() {
    let home = waiting_home();
    let mut render = half_way(&home);
    for signal in ["USR1", "TSTP", "CONT", "USR1", "WINCH"] {
        send(signal, render.pid());
    }
    home.write("go", "");
    ends_with(&mut render, 0);
    is_wav(home.path().join("out.wav"));

    // Started as `nohup` starts a program.
    fs::remove_file(home.path().join("go")).unwrap();
    fs::remove_file(home.path().join("out.wav")).unwrap();
    fs::remove_dir_all(home.path().join("cache")).unwrap();
    let mut render = Helper::start(&mut shell(&home, &format!("trap '' HUP; exec $SUPINE {GATED} 2> words")));
    assert!(wait_until(SOON, || !parts(home.path()).is_empty()));
    send("HUP", render.pid());
    home.write("go", "");
    ends_with(&mut render, 0);
    is_wav(home.path().join("out.wav"));
}

#[test]
fn a_terminal_that_closes_ends_a_render_and_leaves_nothing_behind() {
    let home = waiting_home();
    let terminal = Pty::new();
    let mut command = Command::new("setsid");
    command.args(["--ctty", "--wait", "env", "--default-signal"]);
    command.arg(assert_cmd::cargo::cargo_bin("supine")).args(GATED.split(' '));
    environment(&home, &mut command);
    let mut render = terminal.start(command);
    assert!(wait_until(SOON, || !parts(home.path()).is_empty() && home.path().join("asked").exists()));
    drop(terminal);
    home.write("go", "");
    assert!(render.wait(SOON).is_some());
    assert!(wait_until(SOON, || parts(home.path()).is_empty()), "{:?}", parts(home.path()));
    assert!(!home.path().join("out.wav").exists());
}
