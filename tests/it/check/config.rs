//! Every message about the config, as its author reads it.

use super::*;

#[test]
fn every_mistake_of_a_config_has_a_caret() {
    let home = Home::new();
    home.config(
        "voise = \"espeak\"\npace = \"fast\"\nambience = 3\nambience_gain = 40\ncounting = \"all\"\nholds = \"long\"\nlevel = \"deep\"\nwords = true\nbreath = \"4\"\nloudness = nan\nending = \"sleep\"\nsleep_timer = 600\nuntil_morning = \"yes\"\nsettle = \"1h\"\n[pronounce]\nasana = \"/1/\"\n",
    );
    assert_snapshot!(said(&home, "config"));
}

#[test]
fn a_config_that_is_no_toml_has_a_caret() {
    let home = Home::new();
    home.config("pace = slow\nvoice = espeak\n");
    assert_snapshot!(said(&home, "config"));
}

#[test]
fn every_mistake_of_an_engine_has_a_caret() {
    let home = Home::new();
    home.config(
        r#"[engines.flite]
command = ["flite", "-o", "{wave}", "{", 3]
langauge = "en"
[engines.Flite]
command = []
language = "English"
[engines.natural]
command = "flite -o {wav}"
time_limit = "3m"
[engines.mine]
about = 3
time_limit = 0.5
[engines.empty]
command = ["", "{wav}"]
[engines.table]
command = ["x"]
text = "{text}"
"#,
    );
    assert_snapshot!(said(&home, "config"));
}

#[test]
fn engines_are_tables() {
    let home = Home::new();
    home.config("engines = [\"flite\"]\n");
    assert_snapshot!(said(&home, "config"));
}
