//! The built-in routines are read in the language that is wanted, and keep their ids.

use super::*;
use crate::config::{Choices, Config};
use crate::folders::Folders;
use crate::routine::parse::parse;

fn shelf(language: &str) -> Shelf {
    let choices = Choices { language: Some(language.parse().unwrap()), ..Choices::default() };
    Shelf::new(&choices, &Config::default(), &Folders::default())
}

#[test]
fn a_routine_answers_to_its_id_and_to_where_it_stands() {
    let names = |place: Place, text: &str| {
        let (path, folder, text) = (String::new(), PathBuf::new(), text.to_owned());
        let source = Source { path, place, folder, text, lacks: None };
        source.names(&parse(&source.text).unwrap())
    };
    let text = "title = \"For the back\"\n[[pose]]\nname = \"Rest\"\nsteps = [\"Rest.\"]\n";
    let given = format!("id = \"mine\"\n{text}");
    let file = || Place::File("a/mine.toml".into());
    assert_eq!(names(file(), text), ["for-the-back", "mine"]);
    assert_eq!(names(file(), &given), ["mine"]);
    assert_eq!(names(Place::Pipe, &given), ["mine"]);
    assert_eq!(names(Place::BuiltIn("back".to_owned()), text), ["for-the-back", "back"]);
}

#[test]
fn every_built_in_routine_and_each_of_its_poses_has_an_id_for_ever() {
    for name in names() {
        let source = shelf("en").read(name).unwrap();
        let routine = parse(&source.text).unwrap();
        assert_eq!(routine.id.as_str(), name);
        let given = source.text.lines().filter(|line| line.starts_with("id = ")).count();
        assert_eq!(given, 1 + routine.poses.len(), "{name}");
    }
    let back = parse(&shelf("en").read(DEFAULT).unwrap().text).unwrap();
    let ids: Vec<&str> = back.poses.iter().map(|pose| pose.id.as_str()).collect();
    let expected = [
        "knee-hugs",
        "thread-the-needle",
        "gentle-bridge",
        "knees-together-sway",
        "soles-of-the-feet-together",
        "childs-pose",
        "pigeon",
        "spinal-twist",
    ];
    assert_eq!(ids, expected, "people's journals know them by these");
}

#[test]
fn every_language_of_a_built_in_routine_fits_its_shape() {
    let mut problems = Vec::new();
    for name in names() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("routines").join(name);
        for language in languages(name) {
            let text = |file: String| std::fs::read_to_string(folder.join(file)).unwrap();
            let (shape, texts) = (text("routine.toml".to_owned()), text(format!("{language}.toml")));
            match merged::merged(&shape, &texts, language) {
                Err(problem) => problems.push(format!("{name}: {problem}")),
                Ok(file) => assert!(parse(&file).is_ok(), "{name} {language}\n{:?}", parse(&file)),
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a_routine_is_read_in_the_language_that_is_wanted_and_says_what_it_lacks() {
    let read = |language: &str| {
        let source = shelf(language).read(DEFAULT).unwrap();
        (parse(&source.text).unwrap().language, source.lacks)
    };
    assert_eq!(read("en-GB"), ("en".to_owned(), None));
    assert_eq!(read("ja"), ("en".to_owned(), Some("ja".to_owned())));
}

#[test]
fn a_file_of_a_routine_s_folder_means_that_routine_and_one_with_a_title_only_itself() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    };
    let built_in = |file: &str| {
        let here = concat!(env!("CARGO_MANIFEST_DIR"), "/routines/breath-only/");
        write(&format!("breath/{file}"), &std::fs::read_to_string(format!("{here}{file}")).unwrap())
    };
    let [shape, _, german] = ["routine.toml", "en.toml", "de.toml"].map(built_in);
    let language = |path: &Path| {
        let read = |source: Source| parse(&source.text).unwrap().language;
        let shelf = shelf("en");
        [shelf.read(path).unwrap(), shelf.read_path_or_name(path).unwrap()].map(read)
    };
    assert_eq!(language(&shape), ["en", "en"]);
    assert_eq!(language(&german), ["de", "de"]);
    let whole = "title = \"Mine\"\n[[pose]]\nname = \"Rest\"\nsteps = [\"Rest.\"]\n";
    let mine = write("mine/routine.toml", whole);
    write("mine/other.toml", whole);
    assert_eq!(shelf("en").read(&mine).unwrap().text, whole);
}
