//! Files that look right but contain signs that are invisible or look like others: they are read where their
//! meaning is certain, and reported with a caret where it is not. Whatever they contain, no printed text
//! controls the terminal or is invisible.

use crate::support::home::{Home, Outcome};

const PLAIN: &str = "title = \"Mine\"\nsummary = \"For the evening.\"\n\n[[pose]]\nname = \"Rest\"\nposition = \"lying on your back\"\nsteps = [\"Rest here.\", { count = 5 }]\n";

/// The output of `supine check` for this file.
fn check(bytes: impl AsRef<[u8]>) -> Outcome {
    let home = Home::new();
    home.write("mine.toml", bytes);
    home.run("check --quick mine.toml")
}

#[track_caller]
fn is_fine(bytes: impl AsRef<[u8]>) {
    let outcome = check(bytes);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, "mine.toml: fine\n"));
}

#[track_caller]
fn is_safe(text: &str) {
    let bad = |c: &char| (c.is_control() && *c != '\n') || supine::signs::hidden(*c).is_some();
    assert_eq!(text.chars().find(bad), None, "{text:?}");
}

/// All signs that must not be printed as they are.
const STEERING: &str = "\u{1b}[31m\u{1b}]0;x\u{7}\u{9b}2J\u{8}\r\u{7f}\u{202e}\u{2066}\u{200f}\u{61c}\u{200b}\u{2060}\u{feff}\u{ad}\u{e0041}\u{3164}";

#[test]
fn spaces_and_line_ends_that_can_not_be_seen_are_read() {
    for space in ['\u{a0}', '\u{2007}', '\u{202f}', '\u{3000}', '\u{feff}', '\u{200b}', '\u{c}'] {
        is_fine(PLAIN.replace("steps =", &format!("steps{space}=")));
        is_fine(PLAIN.replace("= [", &format!("={space}[{space}")));
    }
    for end in ["\r", "\r\n", "\u{85}", "\u{2028}"] {
        is_fine(PLAIN.replace('\n', end));
        is_fine(PLAIN.replacen('\n', end, 3));
    }
    is_fine(format!("\u{feff}# On the first line.\r{}", PLAIN.replace('\n', "\r")));
    is_fine(PLAIN.replace("\"Rest here.\"", "\"\"\"Rest\r\nhere.\"\"\""));
    is_fine(PLAIN.replace("Rest here.", "Rest\u{a0}here,\u{2009}now."));
    // A picture may consist of several signs; it is a separate matter that nobody can say it.
    let picture = check(PLAIN.replace("Rest here.", "Rest here, 👩\u{200d}🚀."));
    assert!(picture.stderr.ends_with("mine.toml: plays, with 1 warning\n"), "{}", picture.stderr);
}

#[test]
fn utf_16_is_read() {
    let units = |mark: &str, to: fn(u16) -> [u8; 2]| {
        format!("{mark}{}", PLAIN.replace('\n', "\r\n")).encode_utf16().flat_map(to).collect::<Vec<u8>>()
    };
    is_fine(units("\u{feff}", u16::to_le_bytes));
    is_fine(units("\u{feff}", u16::to_be_bytes));
    is_fine(units("", u16::to_le_bytes));
}

#[test]
fn the_lines_of_a_mistake_are_those_of_its_author() {
    for end in ["\r", "\r\n", "\n", "\u{2028}"] {
        let text = PLAIN.replace("count = 5", "count = −5").replace('\n', end);
        let said = check(text).stderr;
        assert!(said.contains("`count` can't be -5\n --> mine.toml:7:34\n"), "{end:?}: {said}");
    }
    let said = check(format!("\u{feff}{}", PLAIN.replace("title", "titel"))).stderr;
    assert!(said.contains("mine.toml:1:1\n"), "{said}");
}

#[test]
fn signs_that_only_look_right_are_named() {
    let said = |from: &str, to: &str| {
        let outcome = check(PLAIN.replace(from, to));
        assert_eq!(outcome.code, 2);
        outcome.stderr.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    };
    let all = [
        said("\"Mine\"", "“Mine”"),
        said("\"Mine\"", "″Mine″"),
        said("[[pose]]", "［［pose］］"),
        said("count = 5", "count ＝ 5"),
        said("count = 5", "count = ５"),
        said("count = 5", "count = ٥"),
        said("count = 5", "count = —5"),
        said("title", "tіtle"),
        said("title =", "title \u{202e}="),
        said("Rest here.", "Rest \u{1b}[31m here."),
    ];
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(all.join("\n\n")) });
}

#[test]
fn a_config_is_read_by_the_same_eyes() {
    let home = Home::new();
    home.config("pace\u{a0}= \"slow\"\rambience_gain = −6\rsettle = \"60\u{a0}s\"\rbreath = \"4：6\"\r");
    let shown = home.run("config").data();
    for row in ["pace = \"slow\"", "ambience_gain = -6", "settle = \"1min\"", "breath = \"4:6\""] {
        assert!(shown.contains(row), "{shown}");
    }
    home.config("pace = “slow”\rloudness ＝ -23\r");
    let said = home.run("config").failure(2);
    assert!(said.contains("config.toml:1:8") && said.contains("config.toml:2:10"), "{said}");
}

#[test]
fn options_are_read_as_they_were_meant() {
    let home = Home::new();
    let shown = home.run("config --ambience-gain −6 --settle=6０s --breath 4∶6").data();
    for row in ["ambience_gain = -6", "settle = \"1min\"", "breath = \"4:6\""] {
        assert!(shown.contains(row), "{shown}");
    }
    let said = home.run("config —pace slow").failure(2);
    assert!(said.contains("`—pace` begins with a dash (U+2014); type hyphens: `--pace`"), "{said}");
}

#[test]
fn no_text_holds_what_can_not_be_seen() {
    for sign in STEERING.chars().filter(|c| *c != '[' && !c.is_ascii_graphic()).filter(|c| *c != '\r') {
        let escape = format!("\\U{:08X}", u32::from(sign));
        for key in ["title = \"Mine", "summary = \"For", "name = \"Rest", "position = \"lying", "[\"Rest"] {
            let outcome = check(PLAIN.replace(key, &format!("{key}{escape}")));
            let code = format!("U+{:04X}", u32::from(sign));
            assert!(outcome.code == 2 && outcome.stderr.contains(&code), "{key}, {code}: {}", outcome.stderr);
            is_safe(&outcome.stderr);
        }
        let said = check(PLAIN.to_owned() + &format!("[pronounce]\n\"a{escape}\" = \"b\"\n"));
        assert_eq!(said.code, 2, "{escape}: {}", said.stderr);
    }
}

#[test]
fn nothing_that_is_printed_steers_the_terminal() {
    let home = Home::new();
    let escaped: String = STEERING.chars().map(|c| format!("\\U{:08X}", u32::from(c))).collect();
    let file = format!("mine{STEERING}\nsupine: fine.toml");
    for text in [
        PLAIN.to_owned(),
        format!("{PLAIN}# {STEERING}\n"),
        format!("\"{escaped}\" = 1\n{PLAIN}"),
        format!("ambience = \"{escaped}\"\nending = \"{escaped}\"\nlanguage = \"{escaped}\"\n{PLAIN}"),
        PLAIN
            .replace("count", &format!("\"{escaped}\""))
            .replace("here.", &format!("here.\", {{ sound = \"{escaped}\" }}, \"")),
    ] {
        home.write(&file, text);
        for words in [vec!["check", "--quick", &file], vec!["show", &file, "--voice", "fake"]] {
            let outcome = home.outcome(home.command().args(&words));
            assert!(!outcome.stdout.is_empty() || !outcome.stderr.is_empty(), "{words:?} says nothing");
            is_safe(&outcome.stdout);
            is_safe(&outcome.stderr);
            assert!(
                !outcome.stderr.contains("\nsupine: fine.toml:"),
                "a name is one line: {}",
                outcome.stderr
            );
        }
    }
    for words in [
        vec!["show", "gone\u{1b}[31m\u{202e}.toml"],
        vec!["check", "gone\u{1b}[31m\u{202e}.toml"],
        vec!["show", "--pace", STEERING],
        vec!["--voice", STEERING, "config"],
        vec!["show", "--voice", STEERING],
        vec!["show", "--voice", "fake", "--ambience", STEERING],
        vec!["voices", "--language", STEERING],
        vec!["ctl", STEERING],
        vec![STEERING],
    ] {
        let outcome = home.outcome(home.command().args(&words));
        assert!(outcome.code > 0 && !outcome.stderr.is_empty(), "{words:?}: {outcome:?}");
        is_safe(&outcome.stdout);
        is_safe(&outcome.stderr);
    }
}

#[test]
fn what_the_config_holds_is_printed_so_that_it_can_be_read_back() {
    let home = Home::new();
    let escaped: String = STEERING.chars().map(|c| format!("\\U{:08X}", u32::from(c))).collect();
    home.config(&format!(
        "voice = \"{escaped}\"\nambience = \"{escaped}\\\"\\\\\"\n[engines.mine]\ncommand = [\"say\", \"{escaped}\", \"{{wav}}\"]\nabout = \"a voice {escaped}\"\n"
    ));
    let shown = home.run("config").data();
    is_safe(&shown);
    let table: toml::Table = shown.parse().unwrap();
    assert_eq!(table["voice"].as_str(), Some(STEERING));
    assert_eq!(table["ambience"].as_str(), Some(format!("{STEERING}\"\\").as_str()));
    assert_eq!(table["engines"]["mine"]["command"][1].as_str(), Some(STEERING));
    for words in ["voices", "voices --json"] {
        is_safe(&home.run(words).stdout);
    }
}
