//! The listener's own engines: programs that write WAV, named in the config. Some are real, others are small
//! scripts with every fault that a program can have.

#![cfg(unix)]

use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::home::{Home, Outcome};
use serde_json::Value;

const REST: &str = "title = \"Rest\"\nending = \"awake\"\n[[pose]]\nname = \"Rest\"\nsteps = [\"Rest here, and let your back grow wide.\", { count = 3 }]\n";
const RENDER: &str = "render rest.toml -o out.wav --ambience none --voice";
const FLITE: &str = "[engines.flite]\ncommand = [\"flite\", \"-voice\", \"slt\", \"--setf\", \"duration_stretch={stretch}\", \"-o\", \"{wav}\"]\nabout = \"a clear voice\"\n";

fn home(config: &str) -> Home {
    let home = Home::new();
    home.write("rest.toml", REST);
    home.config(config);
    home
}

/// A home with an engine called `script`, which is a shell script, and more keys for it.
fn scripted(script: &str, arguments: &str, keys: &str) -> Home {
    let home = home("");
    let path = home.write("engine.sh", script);
    home.config(&format!("[engines.script]\ncommand = [\"sh\", {path:?}{arguments}]\n{keys}\n"));
    home
}

fn render(home: &Home, voice: &str) -> Outcome {
    home.run(&format!("{RENDER} {voice}"))
}

#[track_caller]
fn assert_says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "{part:?} is missing in:\n{message}");
    }
}

/// The larger channel of every frame.
fn levels(path: &Path) -> Vec<f32> {
    let reader = hound::WavReader::open(path).unwrap();
    let samples: Vec<f32> =
        reader.into_samples::<i32>().map(|sample| sample.unwrap() as f32 / 8_388_608.0).collect();
    samples.chunks(2).map(|frame| frame[0].abs().max(frame[1].abs())).collect()
}

/// Renders with `voice` and checks that the file is as long as its score, and that every cue begins on its
/// frame.
fn assert_speaks_on_its_frames(home: &Home, voice: &str) {
    let outcome = render(home, voice);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""), "{}", outcome.stderr);
    let show = home.run(&format!("show rest.toml --json --ambience none --voice {voice}"));
    let score: Value = serde_json::from_str(&show.stdout).unwrap_or_else(|_| panic!("{}", show.stderr));
    let levels = levels(&home.path().join("out.wav"));
    let frame = |seconds: &Value| (seconds.as_f64().unwrap() * 48_000.0).round() as usize;
    assert_eq!(levels.len(), frame(&score["length_s"]));
    let events = score["events"].as_array().unwrap();
    let spoken: Vec<&Value> = events.iter().filter(|event| event["track"] != "chime").collect();
    assert!(spoken.len() >= 5, "{}", spoken.len());
    for event in spoken {
        let onset = frame(&event["at_s"]);
        assert!(levels[onset - 2_400..onset - 720].iter().all(|level| *level < 1e-4), "sound before {event}");
        let first = (onset - 720..onset + 2_400).find(|frame| levels[*frame] > 1e-3);
        assert!(first.is_some(), "{event} is not heard");
    }
}

#[test]
fn flite_speaks_a_routine_on_its_frames() {
    assert_speaks_on_its_frames(&home(FLITE), "flite");
}

#[test]
fn a_slower_pace_makes_flite_speak_slower() {
    let home = home(FLITE);
    let length = |pace: &str| {
        let show = home.run(&format!("show rest.toml --json --voice flite --pace {pace}")).stdout;
        let score: Value = serde_json::from_str(&show).unwrap();
        let sentence = score["events"]
            .as_array()
            .unwrap()
            .iter()
            .find(|event| event["text"].as_str().unwrap().starts_with("Rest here"));
        sentence.unwrap()["length_s"].as_f64().unwrap()
    };
    let (slow, brisk) = (length("slow"), length("brisk"));
    assert!(slow > brisk * 1.1, "{slow} s and {brisk} s");
}

#[test]
fn text_and_sound_go_every_way_that_a_program_takes_them() {
    let espeak = |arguments: &str| format!("[engines.way]\ncommand = [\"espeak-ng\", {arguments}]\n");
    for arguments in [
        "\"--stdin\", \"--stdout\"",
        "\"--stdin\", \"-w\", \"{wav}\"",
        "\"-f\", \"{text}\", \"--stdout\"",
        "\"-w\", \"{wav}\", \"{text_argument}\"",
    ] {
        let home = home(&espeak(arguments));
        let outcome = render(&home, "way");
        assert_eq!(outcome.code, 0, "{arguments}: {}", outcome.stderr);
        assert!(levels(&home.path().join("out.wav")).iter().any(|level| *level > 0.05), "{arguments}");
    }
}

#[test]
fn an_engine_gets_its_text_unharmed() {
    // The script stores what it receives in each of three ways, and lets espeak-ng speak.
    let script = "cat >> \"$1.stdin\"; cat \"$2\" >> \"$1.text\"; printf '%s\\n' \"$3\" >> \"$1.argument\"\nespeak-ng --stdout -f \"$2\"";
    for (arguments, file) in [
        (", \"{log}\", \"/dev/null\", \"x\"", "log.stdin"),
        (", \"{log}\", \"{text}\", \"x\"", "log.text"),
        (", \"{log}\", \"/dev/null\", \"{text_argument}\"", "log.argument"),
    ] {
        let log = Home::new();
        let path = log.path().join("log");
        let script = script.replace("-f \"$2\"", "hello");
        let home = scripted(&script, &arguments.replace("{log}", path.to_str().unwrap()), "");
        home.write(
            "rest.toml",
            "title = \"Rest\"\n[[pose]]\nname = \"Rest\"\nsteps = ['-v \"rest\" $HOME `id` \\ & ; * here']\n",
        );
        let outcome = render(&home, "script");
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        let given = std::fs::read_to_string(log.path().join(file)).unwrap();
        let line = given.lines().find(|line| line.contains("rest\"")).unwrap_or_else(|| panic!("{given}"));
        // Signs that are not words do not reach an engine at all; the rest can't act as an option or a command.
        assert_says(line, &["v \"rest\" HOME id and; here"]);
    }
}

#[test]
fn an_engine_that_fails_is_named_with_its_own_words() {
    let cases = [
        ("echo garbage", "", vec!["script gave no usable sound", "not WAV"]),
        ("echo garbage; echo 'no such voice' >&2", "", vec!["not WAV", "it says: no such voice"]),
        ("exit 0", "", vec!["wrote nothing"]),
        ("exit 0", ", \"{wav}\"", vec!["wrote nothing"]),
        ("printf 'RIFF' > $1", ", \"{wav}\"", vec!["not WAV"]),
        ("rm $1", ", \"{wav}\"", vec!["script failed", "No such file"]),
        ("echo hello | espeak-ng --stdin --stdout | head -c 44", "", vec!["no sound in it"]),
        ("espeak-ng -w $1 hello; truncate -s 5000 $1", ", \"{wav}\"", vec!["cut off"]),
        ("echo; echo 'no data path' >&2; exit 1", "", vec!["script failed: no data path (exit code 1)"]),
        ("exit 7", "", vec!["script failed: it gave no reason (exit code 7)"]),
        ("yes", "", vec!["script failed: it does not stop"]),
        ("yes > $1", ", \"{wav}\"", vec!["script failed: it does not stop"]),
    ];
    for (script, arguments, words) in cases {
        let home = scripted(script, arguments, "");
        assert_says(&render(&home, "script").failure(3), &words);
        assert!(!home.path().join("out.wav").exists());
    }
}

#[test]
fn an_engine_that_is_not_there_is_named_with_what_to_do() {
    let home = home(
        "[engines.gone]\ncommand = [\"/no/such/engine\"]\n[engines.closed]\ncommand = [\"/etc/passwd\"]\n",
    );
    assert_says(&render(&home, "gone").failure(3), &["gone is not installed", "`command` in the config"]);
    assert_says(&render(&home, "closed").failure(3), &["closed failed", "could not be started"]);
}

#[test]
fn an_engine_that_hangs_is_given_up_and_leaves_nobody_behind() {
    let home = scripted("sleep 600 & echo $! $$ > ids; wait", "", "time_limit = \"2s\"");
    let start = Instant::now();
    assert_says(&render(&home, "script").failure(3), &["script did not answer within 2.0s", "--voice"]);
    // The program has waited neither for the engine nor for its child.
    assert!(start.elapsed() < Duration::from_secs(300), "{:?}", start.elapsed());
    let ids = std::fs::read_to_string(home.path().join("ids")).unwrap();
    for id in ids.split_whitespace() {
        // A killed process may take a moment to disappear.
        let gone = (0..500).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
            stat.is_empty() || stat.contains(") Z ")
        });
        assert!(gone, "{id} goes on");
    }
}

#[test]
fn an_engine_whose_child_stays_is_not_waited_for() {
    let home = scripted("sleep 600 & echo hello | espeak-ng --stdin --stdout", "", "");
    let start = Instant::now();
    let outcome = render(&home, "script");
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn temporary_files_are_for_this_user_only_and_gone_afterwards() {
    // The modes of both files before and after the engine has written one of them.
    let script =
        "stat -c %a \"$1\" \"$2\" >> modes\nespeak-ng -w \"$1\" -f \"$2\"\nstat -c %a \"$1\" >> modes";
    let home = scripted(script, ", \"{wav}\", \"{text}\"", "");
    let folder = home.path().join("tmp");
    std::fs::create_dir(&folder).unwrap();
    let program = home.command().get_program().to_owned();
    let mut command = assert_cmd::Command::new("sh");
    // Whatever files get where nobody asks for modes.
    command.args(["-c", "umask 0; exec \"$0\" \"$@\""]).arg(program);
    command.args(format!("{RENDER} script").split(' ')).current_dir(home.path());
    command.envs(home.std_command().get_envs().filter_map(|(name, value)| Some((name, value?))));
    let outcome = home.outcome(command.env("TMPDIR", &folder));
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let modes = std::fs::read_to_string(home.path().join("modes")).unwrap();
    assert!(modes.lines().count() >= 3 && modes.lines().all(|mode| mode == "600"), "{modes}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn voices_list_the_engines_of_the_config() {
    let home = home(&format!(
        "{FLITE}language = \"en-us\"\n[engines.two]\ncommand = [\"two\"]\nlanguage = \"de\"\n"
    ));
    let table = home.run("voices").stdout;
    let row = |name: &str| {
        let row = table.lines().find(|line| line.contains(&format!(" {name} ")));
        row.unwrap_or_else(|| panic!("{table}")).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(row("flite"), "en-us rendered flite a clear voice");
    assert_eq!(row("two"), "de rendered two an engine of your config");
    let json = home.run("voices --json --language de").stdout;
    let first: Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!((first["id"].as_str(), first["kind"].as_str()), (Some("two"), Some("rendered")));
}

#[test]
fn an_engine_is_named_by_its_name_or_a_part_of_it() {
    let home = home(FLITE);
    for name in ["flite", "engine:flite", "engine:fli", "flit"] {
        let show = home.run(&format!("show rest.toml --voice {name}"));
        assert_says(&show.stdout, &["· flite ·"]);
    }
    assert_says(&home.run("show --voice engine:flute").failure(2), &["did you mean `flite`?"]);
    assert_says(&home.run("show --voice flute").failure(2), &["did you mean `flite`?", "supine voices"]);
}

#[test]
fn what_config_shows_of_an_engine_is_a_config_again() {
    let home = home("[engines.odd]\ncommand = [\"a \\\"b\\\"\", '\\', \"{wav}{{\", \"é\\n\"]\ntime_limit = 1.5\nabout = 'it''s \"odd\"'\n".replace("it''s", "it is").as_str());
    let shown = home.run("config --voice odd").data();
    assert_says(&shown, &["[engines.odd]", "time_limit = \"1.5s\""]);
    home.config(&shown);
    assert_eq!(home.run("config").data().split("[engines").nth(1), shown.split("[engines").nth(1));
}

#[test]
fn a_routine_can_not_bring_an_engine() {
    let home = home("");
    home.write("rest.toml", format!("{REST}[engines.script]\ncommand = [\"touch\", \"was-here\"]\n"));
    assert_says(&render(&home, "script").failure(2), &["`engines` is not a key", "1 error"]);
    assert!(!home.path().join("was-here").exists());
}
