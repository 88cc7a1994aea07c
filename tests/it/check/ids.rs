//! The messages about the ids of a routine and of its poses.

use super::*;

/// A pose with these lines.
fn pose(lines: &str) -> String {
    format!("[[pose]]\n{lines}\nsteps = [\"Rest here.\"]\n")
}

#[test]
fn an_id_is_plain_words() {
    let poses = [
        "id = \"Knee Hugs\"\nname = \"Hugs\"",
        "id = \"\"\nname = \"Child's pose\"",
        "id = \"猫\"\nname = \"Cat\"",
        "id = \"a--b\"\nname = \"A\"",
        "id = 3\nname = \"Three\"",
        "id = \"--\"\nname = 3",
        "name = \"Cow\"\nidd = \"cow\"",
    ];
    assert_snapshot!(check(format!(
        "id = \"{}\"\ntitle = \"Mine\"\n{}",
        "long-".repeat(13),
        poses.map(pose).concat()
    )));
}

#[test]
fn an_id_is_given_once() {
    let poses = [
        "id = \"cat\"\nname = \"Cat\"",
        "id = \"cow\"\nname = \"Cow\"",
        "name = \"Dog\"\nid = \"cat\"",
        "id = \"cat\"\nname = \"Bird\"",
        "id = \"cat-2\"\nname = \"Cat\"",
    ];
    assert_snapshot!(check(format!("id = \"cat\"\ntitle = \"Mine\"\n{}", poses.map(pose).concat())));
}

#[test]
fn poses_of_one_name_and_files_without_ids_in_any_language_are_fine() {
    let poses = ["name = \"Cat\"", "name = \"cat!\"", "id = \"cat-2\"\nname = \"Cat\""].map(pose).concat();
    let said = check(format!("title = \"Mine\"\n{poses}"));
    assert_eq!(said, "mine.toml: fine\nexit code 0");
    let said = check(format!("title = \"Abend\"\nlanguage = \"de\"\n{poses}"));
    assert_eq!(said, "mine.toml: fine\nexit code 0");
}
