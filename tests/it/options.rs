//! Options for one routine, from the config to the sound and the output.

use crate::support::home::Home;

const REST: &str =
    "title = \"Rest\"\nambience = \"brown\"\n[[pose]]\nname = \"Rest\"\nsteps = [{ count = 5 }]\n";

const CONFIG: &str = "counting = \"none\"\nambience = \"none\"\n\n[routine.rest]\ncounting = \"every\"\npace = \"slow\"\n\n\
    [routine.\"not here\"]\nvoice = \"fake\"\nuntil_morning = true\n\n[routine.bedtime-back]\nambience = \"rain\"\n";

fn home() -> Home {
    let home = Home::new();
    home.write("rest.toml", REST);
    // A routine's id is made of its title where it has none, so one of another title is meant.
    home.write("other.toml", REST.replace("\"Rest\"\nambience", "\"Other\"\nambience"));
    home.config(CONFIG);
    home
}

#[test]
fn config_shows_what_is_in_force_for_every_routine_and_what_for_some() {
    let home = home();
    let table = home.run("config").data();
    assert_snapshot!(table);
    home.config(&table);
    let values = |table: &str| -> Vec<String> {
        table.lines().map(|line| line.split('#').next().unwrap().trim().to_owned()).collect()
    };
    assert_eq!(values(&home.run("config").data()), values(&table), "what it shows is a config again");
}

#[test]
fn config_shows_what_is_in_force_for_one_routine() {
    let home = home();
    let row = |line: &str, key: &str| {
        let table = home.run(line).data();
        let row = table.lines().find(|line| line.starts_with(&format!("{key} = "))).unwrap().to_owned();
        row.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let of_rest = "# config file, [routine.rest]";
    assert_eq!(row("config rest.toml", "counting"), format!("counting = \"every\" {of_rest}"));
    assert_eq!(row("config rest.toml", "pace"), format!("pace = \"slow\" {of_rest}"));
    assert_eq!(row("config rest.toml --pace 2", "pace"), "pace = \"2\" # command line");
    assert_eq!(row("config rest.toml", "ambience"), "ambience = \"none\" # config file");
    assert_eq!(row("config other.toml", "counting"), "counting = \"none\" # config file");
    home.write("renamed.toml", REST);
    assert_eq!(
        row("config renamed.toml", "counting"),
        format!("counting = \"every\" {of_rest}"),
        "by its id"
    );
    let back = "ambience = \"rain\" # config file, [routine.bedtime-back]";
    assert_eq!(row("config bedtime-back", "ambience"), back);
    assert!(!home.run("config rest.toml").data().contains("\n[routine"), "its table is in force already");
    home.config("");
    assert_eq!(row("config rest.toml", "ambience"), "ambience = \"brown\" # routine");
    let message = home.run("config gone.toml").failure(2);
    assert!(message.contains("there is no file called `gone.toml`"), "{message}");
}

#[test]
fn a_session_has_the_options_of_its_routine() {
    let home = home();
    let said = |line: &str| home.run(&format!("show {line} --voice fake")).data();
    assert!(said("rest.toml").contains("[ One, Two, Three, Four, Five ]"), "{}", said("rest.toml"));
    assert!(!said("other.toml").contains("One"), "{}", said("other.toml"));
    assert!(!said("rest.toml --counting none").contains("One"));
    assert!(said("bedtime-back").contains("· rain"));
}

#[test]
fn a_screen_is_silent_for_one_routine() {
    let home = home();
    home.config(
        "[engines.fails]\ncommand = [\"false\"]\n[routine.rest]\nsilent_screen = true\nvoice = \"fails\"\n",
    );
    let silent = home.run("play rest.toml --fake-output");
    assert_eq!((silent.code, silent.stdout.as_str(), silent.stderr.as_str()), (0, "", ""));
    let shown = home.run("play other.toml --fake-output --voice fails");
    assert!(shown.code == 0 && shown.stderr.contains("going on with"), "{}", shown.stderr);
    let shown = home.run("play rest.toml --fake-output --silent-screen=false");
    assert!(shown.code == 0 && shown.stderr.contains("going on with"), "{}", shown.stderr);
}
