//! The linter's body, on texts that were not written for it: built-in routines from which something is taken away.

use supine::catalogue::Shelf;
use supine::config::{Choices, Config};
use supine::folders::Folders;
use supine::routine::lint::lint;
use supine::routine::parse::parse;
use supine::routine::{Routine, Step, StepKind};

/// A built-in routine in English.
fn built_in(name: &str) -> Routine {
    let choices = Choices { language: Some("en".parse().unwrap()), ..Choices::default() };
    let shelf = Shelf::new(&choices, &Config::default(), &Folders::default());
    parse(&shelf.read(name).unwrap().text).unwrap()
}

/// Takes away the sentences that end a hold for each side.
fn without_releases(steps: &mut [Step]) {
    for step in steps {
        if let StepKind::EachSide(inner) = &mut step.kind {
            inner.retain(|step| !matches!(step.kind, StepKind::Release(_)));
        }
    }
}

#[test]
fn a_leg_that_is_never_let_go_is_found_in_built_in_routines() {
    let poses = [
        ("bedtime-back", "knee-hugs"),
        ("bedtime-back", "thread-the-needle"),
        ("back-in-ten", "knee-hugs"),
        ("back-in-ten", "thread-the-needle"),
        ("hips", "knee-to-chest"),
        ("hips", "thread-the-needle"),
        ("hips", "heel-to-the-ceiling"),
        ("morning-unfold", "one-knee-in"),
    ];
    let mut missed = Vec::new();
    for (name, id) in poses {
        let mut routine = built_in(name);
        let pose = routine.poses.iter_mut().find(|pose| pose.id.as_str() == id).unwrap();
        without_releases(&mut pose.steps);
        if !lint(&routine).iter().any(|warning| warning.code == "one-sided") {
            missed.push(format!("{name} {id}"));
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}
