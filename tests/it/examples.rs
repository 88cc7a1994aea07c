//! The examples, which show uses of the library.

use assert_cmd::Command;

use crate::support::home::Home;

const ROUTINE: &str = "title = \"Short\"\nambience = \"none\"\nending = \"awake\"\n\
    [[pose]]\nname = \"One\"\nsteps = [\"Lie.\"]\n[[pose]]\nname = \"Two\"\nsteps = [\"Rest.\"]\n";

/// An example, about to be run in a home folder of its own.
fn example(home: &Home, name: &str) -> Command {
    let mut command = Command::new(env!("CARGO"));
    for (name, value) in home.command().get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    // cargo finds its own home through the user's home, and finished builds through its target folder.
    if let Some(home) = std::env::var_os("HOME") {
        command.env("HOME", home);
    }
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    command.current_dir(home.path());
    command.args(["run", "--quiet", "--locked", "--manifest-path", manifest, "--example", name, "--"]);
    command
}

#[test]
fn a_program_plays_a_routine_with_a_host_of_its_own() {
    let home = Home::new();
    home.write("short.toml", ROUTINE);
    let output = example(&home, "embed").args(["short.toml", "fake"]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<&str> = said.lines().collect();
    let (news, finish) = lines.split_at(lines.len() - 1);
    assert_eq!(finish, ["Played"]);
    let done: Vec<&str> = news.iter().copied().filter(|line| line.starts_with("Done")).collect();
    assert_eq!((done, news.last()), (vec!["Done(1)", "Done(2)"], Some(&"Closing")));
}

#[test]
fn a_program_renders_a_routine() {
    let home = Home::new();
    home.write("short.toml", ROUTINE);
    let output = example(&home, "render").args(["short.toml", "short.wav", "fake"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with("short.wav: ") && said.ends_with(" s with fake\n"), "{said}");
    let wav = hound::WavReader::open(home.path().join("short.wav")).unwrap();
    assert_eq!(wav.spec().sample_rate, 48_000);
    assert!(wav.duration() > 10 * 48_000, "{} frames", wav.duration());
}
