//! The shelf: what there is, in which language, and what of it was practised.

use crate::cli::assert_says;
use crate::support::home::Home;

#[test]
fn list_is_a_shelf_by_when_and_what_for_with_lengths_positions_and_the_last_practice() {
    let home = Home::new();
    let list = home.run("list").data();
    let order = [
        "For the evening",
        "bedtime-back",
        "For the night",
        "back-to-sleep",
        "For the morning",
        "For the day",
    ];
    let places: Vec<usize> =
        order.iter().map(|word| list.find(word).unwrap_or_else(|| panic!("{word}: {list}"))).collect();
    assert!(places.is_sorted(), "{list}");
    assert_says(
        &list,
        &["Bedtime stretches for your lower back", " min ", "back · lying on your back, on all fours"],
    );
    assert!(!list.contains("practised"), "{list}");
    home.run("play desk-break --voice fake --fake-output --no-setup").data();
    assert_says(&home.run("list").data(), &["practised today"]);
    let german = home.run("list --language de").data();
    assert_says(&german, &["Für den Abend", "heute geübt"]);
    let minutes = |options: &str| -> u64 {
        let rows: serde_json::Value =
            serde_json::from_str(&home.run(&format!("list --json {options}")).data()).unwrap();
        let rows = rows.as_array().unwrap();
        assert_eq!(rows.len(), supine::catalogue::names().len());
        rows.iter().map(|row| row["minutes"].as_u64().unwrap()).sum()
    };
    assert!(minutes("--pace slow") > minutes(""), "lengths are those of the pace in force");
}

#[test]
fn routines_of_one_s_own_are_on_the_shelf_and_known_by_their_names() {
    let home = Home::new();
    let folder = home.path().join("data/supine/routines");
    std::fs::create_dir_all(&folder).unwrap();
    let mine = "title = \"Mine\"\n[[pose]]\nname = \"Cat\"\nsteps = [\"Arch.\"]\n";
    std::fs::write(folder.join("mine.toml"), mine).unwrap();
    std::fs::write(folder.join("broken.toml"), "title = 3").unwrap();
    let listed = home.run("list");
    assert_says(&listed.stdout, &["Your own", "mine ", "Mine"]);
    assert_says(&listed.stderr, &["supine check broken"]);
    assert_says(&home.run("show mine --voice fake").data(), &["Arch."]);
    assert_says(&home.run("show mind --voice fake").failure(2), &["did you mean `mine`"]);
}

#[test]
fn the_language_is_the_system_s_or_the_listener_s_and_a_missing_one_is_told() {
    let home = Home::new();
    let show = |options: &str| home.run(&format!("show bedtime-back --voice fake {options}"));
    assert_says(&show("").data(), &["Knee hugs"]);
    let japanese = show("--language ja");
    assert_says(&japanese.stdout, &["This routine is not available in your language yet", "Knee hugs"]);
    assert_says(&japanese.stderr, &["not available in `ja`"]);
    assert_says(&show("--language german").failure(2), &["`german` is not a language"]);
}
