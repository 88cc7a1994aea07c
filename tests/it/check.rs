//! Every message about a routine file, as its author reads it. The snapshots are the messages; the module tests
//! cover which mistakes are found.

mod body;
mod config;
mod ids;
mod verdict;

use crate::support::home::Home;

/// The output of `supine check` for a routine with this text.
fn check(text: impl AsRef<[u8]>) -> String {
    let home = Home::new();
    home.write("mine.toml", text);
    said(&home, "check --quick mine.toml")
}

fn said(home: &Home, arguments: &str) -> String {
    let outcome = home.run(arguments);
    assert_eq!(outcome.stdout, "", "messages are no data");
    assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
    let lines: Vec<&str> = outcome.stderr.lines().map(str::trim_end).collect();
    format!("{}\nexit code {}", lines.join("\n"), outcome.code)
}

/// The output for a routine with these steps.
fn steps(steps: &str) -> String {
    check(format!("title = \"Mine\"\n[[pose]]\nname = \"Rest\"\nsteps = [\n{steps}\n]\n"))
}

/// The output for a routine with these lines at its top.
fn top(lines: &str) -> String {
    check(format!("{lines}\n[[pose]]\nname = \"Rest\"\nsteps = [\"Rest here.\"]\n"))
}

#[test]
fn a_file_without_problems_is_fine() {
    assert_snapshot!(top("title = \"Mine\""));
}

#[test]
fn an_empty_file_is_told_what_it_lacks() {
    assert_snapshot!(check(""));
}

#[test]
fn syntax_errors_are_reported_together_in_the_order_of_their_places() {
    assert_snapshot!(check(
        "title = \"Mine\nsummary = oops\n[[pose]\nname = \"Rest\"\nsteps = [\"Rest here.\", { count = 10 ]\n"
    ));
}

#[test]
fn curly_quotes_are_a_syntax_error_with_a_caret() {
    assert_snapshot!(top("title = “Mine”"));
}

#[test]
fn a_second_title_is_refused() {
    assert_snapshot!(top("title = \"Mine\"\ntitle = \"Yours\""));
}

#[test]
fn every_problem_of_one_file_is_reported_at_once() {
    assert_snapshot!(check(
        "titel = \"Mine\"\nending = \"slep\"\n[[pose]]\nname = \"\"\nsteps = [\n  { count = 0 },\n  { brethes = 3 },\n  \"Bend your {side} knee.\",\n]\n[[pose]]\nsteps = []\n"
    ));
}

#[test]
fn unknown_keys_are_answered_with_the_nearest_one() {
    assert_snapshot!(check(
        "title = \"Mine\"\nlangauge = \"en\"\nauthor = \"Ann\"\n[[pose]]\nname = \"Rest\"\npositon = \"on all fours\"\nsteps = [\n  { count = { too = 3, beet = 1 } },\n  { breaths = { cycles = 3, ration = \"4:6\" } },\n  { repeat = { time = 3, steps = [\"Rest.\"] } },\n  { move_to = { position = \"on all fours\", tme = 3 } },\n]\n"
    ));
}

#[test]
fn unknown_steps_are_answered_with_the_nearest_one() {
    assert_snapshot!(steps(
        "  { breath = 3 },\n  { say = \"Rest.\" },\n  { hold = 10 },\n  { wobble = 1 },\n  { eachside = [\"Rest.\"] },"
    ));
}

#[test]
fn a_step_has_exactly_one_key() {
    assert_snapshot!(steps("  { count = 10, release = \"Let go.\" },\n  {},"));
}

#[test]
fn missing_keys_are_named() {
    assert_snapshot!(check(
        "summary = \"x\"\n[[pose]]\nposition = \"on all fours\"\n[[pose]]\nname = \"Rest\"\nsteps = [{ count = {} }, { breaths = { ratio = \"4:6\" } }, { repeat = {} }, { move_to = { time = 3 } }]\n"
    ));
}

#[test]
fn wrong_types_at_the_top_are_named() {
    assert_snapshot!(check(
        "title = 1\nsummary = true\nlanguage = 1979-05-27\nprops = \"a bed\"\nambience = []\nending = 1\norder = {}\npose = \"Rest\"\n"
    ));
}

#[test]
fn wrong_types_in_a_pose_are_named() {
    assert_snapshot!(check(
        "title = \"Mine\"\nprops = [1]\n[[pose]]\nname = 1\nposition = []\nsteps = \"Rest here.\"\n[[pose]]\nname = \"Rest\"\nsteps = [1, true, [\"Rest.\"], 2.5]\n"
    ));
}

#[test]
fn wrong_types_in_steps_are_named() {
    assert_snapshot!(steps(
        "  { count = \"ten\" },\n  { breaths = 2.5 },\n  { seconds = true },\n  { sway = [] },\n  { inhale = 4 },\n  { each_side = \"Bend.\" },\n  { repeat = 3 },\n  { gentle = 1 },\n  { option = [] },\n  { rest = {} },\n  { sound = 1 },\n  { move_to = 3 },\n  { count = { to = \"3\", beat = [] } },\n  { breaths = { cycles = 3, ratio = 4.6 } },"
    ));
}

#[test]
fn a_pose_is_a_table() {
    assert_snapshot!(check("title = \"Mine\"\npose = [\"Rest\"]\n"));
}

#[test]
fn a_routine_has_a_pose() {
    assert_snapshot!(check("title = \"Mine\"\npose = []\n"));
}

#[test]
fn steps_are_not_empty() {
    assert_snapshot!(
        steps("")
            + "\n"
            + &steps("  { each_side = [] },\n  { gentle = [] },\n  { repeat = { times = 2, steps = [] } },")
    );
}

#[test]
fn counts_breaths_and_rounds_have_a_range() {
    assert_snapshot!(steps(
        "  { count = 0 },\n  { count = -3 },\n  { count = 301 },\n  { count = 99999999999999999999 },\n  { breaths = 0 },\n  { sway = 201 },\n  { repeat = { times = 0, steps = [\"Rest.\"] } },\n  { repeat = { times = 51, steps = [\"Rest.\"] } },"
    ));
}

#[test]
fn times_have_a_range() {
    assert_snapshot!(steps(
        "  { seconds = \"10h\" },\n  { seconds = nan },\n  { seconds = inf },\n  { seconds = -1 },\n  { seconds = \"-5s\" },\n  { seconds = 0.1 },\n  { seconds = \"soon\" },\n  { rest = 0 },\n  { rest = 3601 },\n  { count = { to = 3, beat = 0.2 } },\n  { count = { to = 3, beat = \"1m\" } },\n  { move_to = { position = \"on all fours\", time = \"2h\" } },"
    ));
}

#[test]
fn ratios_have_a_range() {
    assert_snapshot!(steps(
        "  { breaths = { cycles = 3, ratio = \"4-6\" } },\n  { sway = { cycles = 3, ratio = \"0:6\" } },\n  { breaths = { cycles = 3, ratio = \"nan:6\" } },\n  { breaths = { cycles = 3, ratio = \"\" } },"
    ));
}

#[test]
fn words_of_a_fixed_set_are_suggested() {
    assert_snapshot!(top(
        "title = \"Mine\"\nending = \"wake\"\norder = \"left-first\"\nlanguage = \"English\""
    ));
}

#[test]
fn what_is_pronounced_is_a_word_with_a_respelling_or_sounds() {
    assert_snapshot!(top(
        "title = \"Mine\"\n[pronounce]\nsavasana = \"shah-VAH-sah-nah\"\n\"child's pose\" = \"/ʧˈIldz pˈOz/\"\n\"\" = \"nothing\"\n\"...\" = \"dots\"\nasana = \"\"\nyin = \"/yin\"\nyang = \"//\"\nprana = \"/pr'ana/\"\nom = \"/o:m/\"\nhatha = \"/h日/\"\nSavasana = \"twice\"\nmudra = 3\nbandha = { say = 3, phonemes = [], sya = \"bun\" }\nveda = {}\nnul = \"a\\u0000b\""
    ));
}

#[test]
fn a_pronunciation_is_not_endless() {
    let long = "a".repeat(101);
    let many: String = (0..501).map(|n| format!("word{n} = \"a\"\n")).collect();
    assert_snapshot!(
        top(&format!("title = \"Mine\"\n[pronounce]\n{long} = \"a\"\na = \"{long}\"\nb = \"/{long}/\""))
            + "\n"
            + top("title = \"Mine\"\npronounce = [\"a\"]").as_str()
            + "\n"
            + top(&format!("title = \"Mine\"\n[pronounce]\n{many}")).lines().next().unwrap_or_default()
    );
}

#[test]
fn a_language_without_phrases_is_warned_of() {
    let language = |tag| top(&format!("title = \"Mine\"\nlanguage = \"{tag}\""));
    assert_snapshot!(["ja", "pt-BR"].map(language).join("\n"));
}

#[test]
fn a_notation_that_can_be_meant_in_two_ways_is_told_as_it_will_be_spoken() {
    assert_snapshot!(steps("  \"Hold for 30\\\".\",\n  \"Hold 30 s.\",\n  { release = \"Breathe 4/6.\" },"));
}

#[test]
fn a_step_may_be_numbers_alone() {
    assert!(
        steps("  \"3, 2, 1.\",\n  \"10\",\n  \"100%\",\n  \"1/2\",")
            .ends_with("mine.toml: fine\nexit code 0")
    );
}

#[test]
fn a_text_needs_a_letter_and_no_control_characters() {
    assert_snapshot!(steps(
        "  \"\",\n  \"...\",\n  \"%\",\n  \"Rest\\u0000 here.\",\n  \"Rest\\u001b[31m here.\",\n  { release = \"\" },"
    ));
}

#[test]
fn a_text_is_not_endless() {
    assert_snapshot!(steps(&format!("  \"{}\",", "Rest. ".repeat(140).trim_end())));
}

#[test]
fn placeholders_have_a_meaning_only_in_each_side() {
    assert_snapshot!(steps(
        "  \"Bend your {side} knee, not the {other}.\",\n  \"Bend your {knee}.\",\n  \"Bend {your knee.\",\n  \"Bend }.\",\n  { each_side = [\"Bend the {sides} knee.\", \"And {} now.\"] },"
    ));
}

#[test]
fn a_side_with_its_own_texts_has_two_of_them() {
    assert_snapshot!(steps(
        "  { each_side = [\n    \"Beuge das {side:rechte|linke} Knie, nicht das {other:rechte|linke}.\",\n    \"Beuge das {side:rechte} Knie.\",\n    \"Beuge das {side:|linke} Knie.\",\n    \"Beuge das {other:a|b|c} Knie.\",\n    \"Beuge das {seite:rechte|linke} Knie.\",\n  ] },\n  \"Beuge das {side:rechte|linke} Knie.\","
    ));
}

#[test]
fn an_each_side_does_not_stand_in_another() {
    assert_snapshot!(steps(
        "  { each_side = [\n    \"Bend your {side} knee.\",\n    { each_side = [\"And your {side} arm.\"] },\n  ] },"
    ));
}

#[test]
fn steps_do_not_stand_in_steps_for_ever() {
    let deep = format!("{}\"Rest.\"{}", "{ gentle = [".repeat(7), "] }".repeat(7));
    assert_snapshot!(steps(&format!("  {deep},")));
}

#[test]
fn ten_thousand_brackets_are_survived_and_nothing_is_said_twice() {
    let said = check(format!("title = \"Mine\"\nprops = {}\n", "[".repeat(10_000)));
    let problems: Vec<&str> = said.split("\n\n").collect();
    assert!(problems[0].contains("recurse") && said.ends_with("exit code 2"), "{}", problems[0]);
    assert!(problems.windows(2).all(|pair| pair[0] != pair[1]), "{} times: {}", problems.len(), problems[1]);
}

#[test]
fn a_repeat_bomb_is_refused() {
    let inner = "{ repeat = { times = 50, steps = [\"Rest.\"] } }";
    let bomb = format!(
        "{{ repeat = {{ times = 50, steps = [{{ repeat = {{ times = 50, steps = [{inner}] }} }}] }} }}"
    );
    assert_snapshot!(steps(&format!("  {bomb},")));
}

#[test]
fn an_ambience_does_not_lead_out_of_the_folder() {
    let said = |path: &str| top(&format!("title = \"Mine\"\nambience = {path:?}"));
    let paths = ["../secret.wav", "/etc/passwd", "", "a/../../b.wav", "..\\b.wav"];
    assert_snapshot!(paths.map(said).join("\n\n"));
}

#[test]
fn an_ambience_is_built_in_or_a_file_in_the_folder() {
    let home = Home::new();
    home.write("notes.txt", "not sound");
    let said = |name: &str| {
        home.write(
            "mine.toml",
            format!(
                "title = \"Mine\"\nambience = \"{name}\"\n[[pose]]\nname = \"Rest\"\nsteps = [\"Rest.\"]\n"
            ),
        );
        said(&home, "check --quick mine.toml")
    };
    assert_snapshot!(["oceann", "whales.flac", "notes.txt"].map(said).join("\n\n"));
}

#[test]
fn the_caret_is_at_the_ambience_and_not_at_an_earlier_word_like_it() {
    let said = top("# No ambience is like ocean.\ntitle = \"Mine, without ambience\"\nambience = \"oceann\"");
    assert!(said.contains("--> mine.toml:3:"), "{said}");
}

#[test]
fn a_chime_is_one_that_exists() {
    assert_snapshot!(steps("  \"Rest.\",\n  { sound = \"bowls\" },\n  { sound = \"trumpet\" },"));
}

#[test]
fn closed_eyes_are_not_asked_to_look() {
    assert_snapshot!(steps(
        "  \"Look at your knee.\",\n  \"Place the foot as shown.\",\n  { option = \"Watch your breath.\" },"
    ));
}

#[test]
fn a_side_is_said_and_not_fixed() {
    assert_snapshot!(steps(
        "  { each_side = [\"Bend the knee.\", { count = 5 }] },\n  { each_side = [\"Bend your {side} knee.\", \"Keep your left leg long.\"] },"
    ));
}

#[test]
fn a_change_of_position_has_time() {
    assert_snapshot!(steps(
        "  \"Roll over onto your belly.\",\n  { count = 5 },\n  \"Turn over.\",\n  { rest = 8 },\n  { move_to = { position = \"on all fours\", time = 2 } },"
    ));
}

#[test]
fn cues_and_holds_have_room_for_their_words() {
    assert_snapshot!(steps(
        "  \"Rest.\",\n  { count = { to = 30, beat = 0.5 } },\n  { inhale = \"Breathe in while you slowly lift both hips and then the whole long back from the bed, bone by bone, up to the shoulders.\" },\n  { seconds = 1 },\n  { breaths = { cycles = 25, ratio = \"1:1\" } },"
    ));
}

#[test]
fn a_file_that_can_not_be_read_is_named() {
    let home = Home::new();
    home.write("large.toml", vec![b'#'; (1 << 20) + 1]);
    home.write("latin1.toml", b"title = \"Caf\xe9\"\n");
    std::fs::create_dir(home.path().join("folder")).unwrap();
    let files = ["missing.toml", "large.toml", "latin1.toml", "folder"];
    assert_snapshot!(files.map(|file| said(&home, &format!("check --quick {file}"))).join("\n\n"));
}

#[test]
fn several_files_are_all_checked() {
    let home = Home::new();
    home.write("good.toml", "title = \"Good\"\n[[pose]]\nname = \"Rest\"\nsteps = [\"Rest.\"]\n");
    home.write("bad.toml", "title = \"Bad\"\n");
    assert_snapshot!(said(&home, "check --quick good.toml missing.toml bad.toml good.toml"));
}

#[test]
fn a_routine_names_no_engine() {
    assert_snapshot!(check(
        "title = \"Mine\"\n[[pose]]\nname = \"Rest\"\nsteps = [\"Rest here.\"]\n[engines.flite]\ncommand = [\"flite\", \"-o\", \"{wav}\"]\n"
    ));
}
