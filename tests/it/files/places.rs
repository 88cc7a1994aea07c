//! The folders that the program uses, and file names that only some systems allow.

use super::*;

/// Makes the program write `voice = "fake"` into the config, by a key that takes the voice. Returns the output.
fn choose_a_voice(home: &Home) -> String {
    let mut terminal = Pty::new();
    let script = "exec $SUPINE voices --try fake --fake-output 2> words";
    let mut command = Command::new("setsid");
    command.args(["--ctty", "--wait", "sh", "-c", script]);
    environment(home, &mut command);
    let mut program = terminal.start(command);
    assert!(wait_until(SOON, || {
        terminal.press("x");
        program.has_ended()
    }));
    words(home)
}

#[test]
fn a_config_that_is_a_link_stays_one_and_what_is_no_plain_file_is_left_alone() {
    let home = home();
    let dotfile = home.write("dotfiles/supine.toml", "# mine\npace = \"slow\"\n");
    fs::set_permissions(&dotfile, Permissions::from_mode(0o640)).unwrap();
    let config = home.path().join("config/supine/config.toml");
    fs::create_dir_all(config.parent().unwrap()).unwrap();
    symlink("../../dotfiles/supine.toml", &config).unwrap();
    let said = choose_a_voice(&home);
    assert_eq!(
        fs::read_to_string(&dotfile).unwrap(),
        "# mine\npace = \"slow\"\nvoice = \"fake\"\n",
        "{said}"
    );
    assert!(config.is_symlink() && fs::metadata(&dotfile).unwrap().mode() & 0o777 == 0o640);
    for folder in ["dotfiles", "config/supine"] {
        assert_eq!(fs::read_dir(home.path().join(folder)).unwrap().count(), 1, "{folder}");
    }

    fs::set_permissions(&dotfile, Permissions::from_mode(0o440)).unwrap();
    fs::write(home.path().join("words"), "").unwrap();
    let said = choose_a_voice(&home);
    assert!(said.contains("config.toml: it is read-only; "), "{said}");

    fs::remove_file(&config).unwrap();
    fifo(&home, "config/supine/config.toml");
    let message = home.run("config").failure(2);
    assert!(message.contains("it is a pipe, and a config is a file"), "{message}");
    assert!(fs::metadata(&config).unwrap().file_type().is_fifo());
    fs::remove_file(&config).unwrap();
    fs::create_dir(&config).unwrap();
    assert!(home.run("config").failure(2).contains("it is a folder"));
    fs::remove_dir(&config).unwrap();
    // A way to say that there should be no config.
    symlink("/dev/null", &config).unwrap();
    assert_eq!(home.run("config").code, 0);
    symlink("/dev/zero", home.path().join("zero")).unwrap();
    fs::rename(home.path().join("zero"), &config).unwrap();
    assert!(home.run("config").failure(2).contains("it is a device"));
}

#[test]
fn a_cache_in_a_linked_folder_is_used_and_its_folder_left_as_it_is() {
    let home = waiting_home();
    home.write("go", "");
    let elsewhere = home.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::set_permissions(&elsewhere, Permissions::from_mode(0o755)).unwrap();
    fs::create_dir_all(home.path().join("cache/supine")).unwrap();
    symlink(&elsewhere, home.path().join("cache/supine/clips")).unwrap();
    let outcome = home.run(GATED);
    assert_eq!((outcome.code, outcome.stderr.contains("can't be kept")), (0, false), "{}", outcome.stderr);
    assert!(fs::read_dir(&elsewhere).unwrap().count() > 3);
    assert!(home.path().join("cache/supine/clips").is_symlink());
    assert_eq!(fs::metadata(&elsewhere).unwrap().mode() & 0o777, 0o755);
}

#[test]
fn names_that_are_no_utf_8_are_names() {
    let home = waiting_home();
    let name = |bytes: &'static [u8]| home.path().join(OsStr::from_bytes(bytes));
    fs::copy(home.path().join("sea.wav"), name(b"sea\xff.wav")).unwrap();
    let routine = name(b"mine\xfe.toml");
    let poses =
        "[[pose]]\nname = \"Rest\"\nsteps = [\"Rest.\", \"Stay.\", \"Go on.\", \"Rest again.\", \"Wait.\"]\n";
    fs::write(&routine, format!("title = \"Mine\"\nending = \"awake\"\n{poses}")).unwrap();
    let mut render = home.command();
    render.args(["render", "--voice", "fake", "--ambience"]).arg(name(b"sea\xff.wav")).arg(&routine);
    let outcome = home.outcome(render.arg("-o").arg(name(b"out\xfd.wav")));
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("out\u{fffd}.wav: "), "{}", outcome.stderr);
    is_wav(name(b"out\xfd.wav"));

    let mut play = Command::new(assert_cmd::cargo::cargo_bin("supine"));
    play.args(["play", "--fake-output", "--voice", "patient", "--ambience"]);
    play.arg(OsStr::from_bytes(b"sea\xff.wav")).arg(OsStr::from_bytes(b"mine\xfe.toml"));
    environment(&home, &mut play);
    let mut play = Helper::start(play.stdin(Stdio::null()).stderr(Stdio::null()));
    let place = home.path().join("state/supine/resume.json");
    assert!(wait_until(SOON, || place.exists()));
    play.kill();
    home.write("go", "");
    fs::create_dir(home.path().join("away")).unwrap();
    let mut resume = home.command();
    resume.args(["resume", "--fake-output"]).current_dir(home.path().join("away"));
    let outcome = home.outcome(&mut resume);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    assert!(!place.exists());
}

#[test]
fn a_tilde_is_the_home_folder_where_no_shell_has_expanded_it() {
    let home = waiting_home();
    let outcome = home.run("render ~/short.toml --voice fake --ambience=~/sea.wav --output=~/out.wav");
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    is_wav(home.path().join("out.wav"));
    assert_eq!(home.run("check --quick ~/short.toml").code, 0);
    for line in ["show ~nobody/short.toml --voice fake", "render short.toml --voice fake -o ~nobody/out.wav"]
    {
        let outcome = home.run(line);
        assert!(outcome.code > 0 && outcome.stderr.contains("only `~/` is known here"), "{}", outcome.stderr);
    }
}
