//! Where a render writes: links, FIFOs, devices, terminals, existing files.

use super::*;

#[test]
fn a_link_is_followed_to_its_end_and_stays_a_link() {
    let home = home();
    let at = |name: &str| home.path().join(name);
    for folder in ["links", "far/away"] {
        fs::create_dir_all(at(folder)).unwrap();
    }
    // A chain of links into another folder, whose last target does not exist yet.
    symlink("links/second.wav", at("first.wav")).unwrap();
    symlink("../far/away/third.wav", at("links/second.wav")).unwrap();
    for _ in ["made", "replaced"] {
        assert_eq!(home.run(&format!("{RENDER} -o first.wav")).code, 0);
        assert!(at("first.wav").is_symlink() && at("links/second.wav").is_symlink());
        is_wav(at("far/away/third.wav"));
        assert_eq!(fs::read_dir(at("far/away")).unwrap().count(), 1);
    }
    symlink("far", at("to-a-folder.wav")).unwrap();
    symlink("b.wav", at("a.wav")).unwrap();
    symlink("a.wav", at("b.wav")).unwrap();
    symlink("missing/x.wav", at("nowhere.wav")).unwrap();
    for (name, words) in [
        ("to-a-folder.wav", "it is a folder; name a file in it"),
        ("a.wav", "its links lead in a circle"),
        ("nowhere.wav", "there is no folder missing"),
    ] {
        let message = home.run(&format!("{RENDER} -o {name}")).failure(1);
        assert!(message.contains(&format!("can't write {name}: ")) && message.contains(words), "{message}");
        assert!(at(name).is_symlink());
    }
}

#[test]
fn a_fifo_and_standard_output_get_the_bytes_of_a_file_as_they_come() {
    let home = home();
    let whole = rendered(&home);
    let pipe = fifo(&home, "pipe.mp3"); // it is no file, so its name promises nothing
    let mut reader = Helper::start(shell(&home, "exec cat pipe.mp3 > heard").stdout(Stdio::null()));
    let outcome = home.run(&format!("{RENDER} -o pipe.mp3"));
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""), "{}", outcome.stderr);
    ends_with(&mut reader, 0);
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
    assert!(fs::read(home.path().join("heard")).unwrap() == whole, "the FIFO's bytes differ");

    for (script, before) in [
        ("supine $ARGS -o - | cat > out", ""),
        ("supine $ARGS --report -o - > out", ""),
        ("supine $ARGS -o /dev/stdout > out", ""),
        ("echo mine > out; supine $ARGS -o /dev/stdout >> out", "mine\n"),
    ] {
        let output = shell(&home, script).env("ARGS", RENDER).output().unwrap();
        let heard = String::from_utf8(output.stderr).unwrap();
        let out = fs::read(home.path().join("out")).unwrap();
        assert!(output.status.success() && output.stdout.is_empty(), "{script}: {heard}");
        assert!(heard.contains("standard output: "), "{script}: {heard}");
        assert_eq!(heard.contains(" LUFS"), script.contains("--report"), "{script}: {heard}");
        let sound = out.strip_prefix(before.as_bytes()).unwrap();
        assert!(sound == whole, "{script}: {} bytes, {} are right", sound.len(), whole.len());
    }
}

#[test]
fn a_reader_that_goes_away_is_told_and_no_panic() {
    let home = home();
    fifo(&home, "pipe");
    let mut reader = Helper::start(&mut shell(&home, "exec head -c 1000 pipe > heard"));
    let message = home.run(&format!("{RENDER} -o pipe")).failure(1);
    assert!(message.contains("whoever read pipe stopped reading"), "{message}");
    ends_with(&mut reader, 0);
    let output = shell(&home, "(supine $ARGS -o -; echo $? > code) | head -c 1000 > heard")
        .env("ARGS", RENDER)
        .output()
        .unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("whoever read standard output stopped") && !message.contains("panic"),
        "{message}"
    );
    assert_eq!(fs::read_to_string(home.path().join("code")).unwrap(), "1\n");
}

#[test]
fn a_fifo_that_nobody_reads_or_reads_on_is_waited_for_until_ctrl_c() {
    let home = home();
    fifo(&home, "pipe");
    let mut render = start(&home, &format!("{RENDER} -o pipe"));
    assert!(
        wait_until(SOON, || words(&home).contains("waiting until somebody reads pipe")),
        "{}",
        words(&home)
    );
    send("INT", render.pid());
    ends_with(&mut render, 130);

    // This reader opens the pipe and reads nothing, so the pipe fills up.
    let mut render = start(&home, &format!("{RENDER} -o pipe"));
    fifo(&home, "gate");
    let mut reader = Helper::start(&mut shell(&home, "exec 3< pipe; touch open; read -r _ < gate"));
    assert!(wait_until(SOON, || home.path().join("open").exists()));
    assert!(!wait_until(Duration::from_millis(500), || render.has_ended()), "{}", words(&home));
    send("INT", render.pid());
    ends_with(&mut render, 130);
    reader.kill();
}

#[test]
fn devices_are_written_into_and_stay_what_they_are() {
    let home = home();
    let outcome = home.run(&format!("{RENDER} -o /dev/null"));
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""), "{}", outcome.stderr);
    let message = home.run(&format!("{RENDER} -o /dev/full")).failure(1);
    assert!(message.contains("can't write /dev/full: No space left on device"), "{message}");
    assert!(message.contains("make room"), "{message}");
    for device in ["/dev/null", "/dev/full"] {
        assert!(fs::metadata(device).unwrap().file_type().is_char_device(), "{device}");
    }
    assert_eq!(parts(Path::new("/dev")), [""; 0]);
    let _socket = std::os::unix::net::UnixListener::bind(home.path().join("socket")).unwrap();
    let message = home.run(&format!("{RENDER} -o socket")).failure(1);
    assert!(message.contains("it is a socket"), "{message}");
    assert!(fs::metadata(home.path().join("socket")).unwrap().file_type().is_socket());
}

#[test]
fn sound_is_not_written_to_a_terminal() {
    let home = home();
    let terminal = Pty::new();
    for (place, destination) in ["-", "/dev/tty", "/dev/stdout"].into_iter().enumerate() {
        let script = format!(
            "exec > /dev/tty; $SUPINE {RENDER} -o {destination} 2> words{place}; echo $? > code{place}"
        );
        let mut command = Command::new("setsid");
        command.args(["--ctty", "--wait", "sh", "-c", &script]);
        environment(&home, &mut command);
        ends_with(&mut terminal.start(command), 0);
        let read = |name: &str| fs::read_to_string(home.path().join(format!("{name}{place}"))).unwrap();
        assert_eq!(read("code"), "2\n", "{destination}: {}", read("words"));
        assert!(read("words").contains("sound is not for a terminal"), "{}", read("words"));
    }
}

#[test]
fn a_file_that_is_replaced_keeps_its_mode_and_its_other_names_keep_what_they_had() {
    let home = home();
    let path = home.write("out.wav", "old");
    fs::hard_link(&path, home.path().join("backup.wav")).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    let owner = fs::metadata(&path).map(|data| (data.uid(), data.gid())).unwrap();
    assert_eq!(home.run(&format!("{RENDER} -o out.wav")).code, 0);
    let after = fs::metadata(&path).unwrap();
    assert_eq!((after.mode() & 0o7777, (after.uid(), after.gid())), (0o640, owner));
    assert_eq!(fs::read(home.path().join("backup.wav")).unwrap(), b"old");
    let new = shell(&home, "umask 027; supine $ARGS -o new.wav").env("ARGS", RENDER).output().unwrap();
    assert!(new.status.success());
    assert_eq!(fs::metadata(home.path().join("new.wav")).unwrap().mode() & 0o777, 0o640);
}

#[test]
fn what_is_read_only_is_left_as_it_is() {
    let home = home();
    let path = home.write("locked.wav", "mine");
    fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    let message = home.run(&format!("{RENDER} -o locked.wav")).failure(1);
    assert!(message.contains("can't write locked.wav: it is read-only; choose another name"), "{message}");
    assert_eq!(fs::read(&path).unwrap(), b"mine");

    let folder = home.path().join("closed");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o555)).unwrap();
    // Root may write there even so.
    let may_write = File::create(folder.join("probe")).is_ok();
    let outcome = home.run(&format!("{RENDER} -o closed/out.wav"));
    if may_write {
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    } else {
        let message = outcome.failure(1);
        assert!(
            message.contains("Permission denied") && message.contains("choose another folder"),
            "{message}"
        );
    }
    assert_eq!(parts(&folder), [""; 0]);
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_name_of_another_format_is_refused_and_one_of_none_is_taken() {
    let home = home();
    let sound = ["ogg", "aac", "wma", "aiff", "ape", "mka", "mp4"];
    for ending in sound.into_iter().chain(["toml", "txt", "zip", "png"]) {
        let message = home.run(&format!("{RENDER} -o bed.{ending}")).failure(2);
        let problem = format!("can't write bed.{ending}: supine writes no `.{ending}`; name it bed.opus");
        assert!(message.contains(&problem), "{message}");
        let help = format!("`ffmpeg -i bed.flac bed.{ending}`");
        assert_eq!(message.contains(&help), sound.contains(&ending), "{message}");
        assert!(!home.path().join(format!("bed.{ending}")).exists());
    }
    // A link may hide another format, and so may a word.
    symlink("bed.opus", home.path().join("link.wav")).unwrap();
    for arguments in ["-o link.wav", "-o bed.flac --format opus"] {
        assert!(home.run(&format!("{RENDER} {arguments}")).failure(2).contains("another format"));
    }
    for name in ["bed", "bed.WAV", "bed.wave", "bed.v2", "bed.2026-01-31", ".wav"] {
        assert_eq!(home.run(&format!("{RENDER} -o {name}")).code, 0, "{name}");
        is_wav(home.path().join(name));
    }
    for name in ["folder/", "short.toml/x.wav", "."] {
        home.run(&format!("{RENDER} -o {name}")).failure(1);
    }
    assert!(!home.path().join("folder").exists());
}

#[test]
fn two_renders_to_one_name_both_succeed_and_one_of_them_is_there() {
    let home = home();
    let mut both = ["a", "b"].map(|_| start(&home, &format!("{RENDER} -o out.wav")));
    both.iter_mut().for_each(|render| ends_with(render, 0));
    is_wav(home.path().join("out.wav"));
    assert_eq!(parts(home.path()), [""; 0]);
}

#[test]
fn a_disk_that_is_full_half_way_leaves_what_was_there() {
    let home = home();
    home.write("out.wav", "old");
    let script = "ulimit -f 100; supine $ARGS -o out.wav; echo $? > code";
    let output = shell(&home, script).env("ARGS", RENDER).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("can't write out.wav: File too large"), "{message}");
    assert_eq!(fs::read_to_string(home.path().join("code")).unwrap(), "1\n");
    assert_eq!(fs::read(home.path().join("out.wav")).unwrap(), b"old");
    assert_eq!(parts(home.path()), [""; 0]);
    crate::support::rows::row(
        "Files",
        "no room half way through a render",
        "told: one line; kept: the file that was there",
    );
}
