//! The two halves of a message: what is wrong, and what to do about it. An error keeps them apart, for a voice
//! says only the first, and a screen shows both.

use std::fmt;

/// What is wrong, what to do about it, and what else there is to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    problem: String,
    help: Option<String>,
    rest: Option<String>,
}

impl Advice {
    /// What is wrong, as a clause, and what to do about it, as an imperative clause or a question. A help that
    /// begins with a capital letter is shown as a sentence of its own. Neither ends with a full stop.
    pub fn new(problem: impl Into<String>, help: impl Into<String>) -> Self {
        Self { problem: problem.into(), help: Some(help.into()), rest: None }
    }

    /// One problem made of several: the first is the one that is said, and the others are shown after it.
    pub fn list(intro: &str, parts: &[Self]) -> Self {
        let Some((first, others)) = parts.split_first() else { return intro.into() };
        others.iter().fold(first.clone().about(|problem| format!("{intro}{problem}")), |all, part| {
            all.and(part.to_string())
        })
    }

    /// The same with something else to know, as a clause; it is shown last.
    pub fn and(mut self, more: impl Into<String>) -> Self {
        let more = more.into();
        self.rest = Some(self.rest.map_or(more.clone(), |rest| format!("{rest}; {more}")));
        self
    }

    /// The same help for a problem in other words.
    pub fn about(self, words: impl FnOnce(String) -> String) -> Self {
        Self { problem: words(self.problem), ..self }
    }
}

/// A problem that nothing can be done about, or that says itself what to do.
impl From<String> for Advice {
    fn from(problem: String) -> Self {
        Self { problem, help: None, rest: None }
    }
}

impl From<&str> for Advice {
    fn from(problem: &str) -> Self {
        problem.to_owned().into()
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)?;
        if let Some(help) = &self.help {
            let joint = if help.starts_with(char::is_uppercase) { ". " } else { "; " };
            write!(f, "{joint}{help}")?;
        }
        self.rest.iter().try_for_each(|rest| write!(f, "; {rest}"))
    }
}

impl std::error::Error for Advice {}

/// An error that keeps what is wrong apart from what to do about it.
pub trait Advise {
    /// Both halves.
    fn advice(&self) -> Advice;

    /// What is wrong, as a clause without a full stop: what is said aloud.
    fn problem(&self) -> String {
        self.advice().problem
    }

    /// What to do about it, if anything can be done.
    fn help(&self) -> Option<String> {
        self.advice().help
    }
}

impl Advise for Advice {
    fn advice(&self) -> Advice {
        self.clone()
    }
}

/// Makes a type that gives [`Advice`] an error whose text is that advice, and each of the errors in brackets its
/// variant of that name.
macro_rules! advised {
    ($error:ty $(, $variant:ident($inner:ty))*) => {
        impl std::fmt::Display for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&$crate::advice::Advise::advice(self), f)
            }
        }

        impl std::error::Error for $error {}

        $(impl From<$inner> for $error {
            fn from(error: $inner) -> Self {
                Self::$variant(error)
            }
        })*
    };
}
pub(crate) use advised;

/// What to do when a path can't be read.
pub const CHECK_PATH: &str = "check the path and its permissions";
/// What to do when a path leads to something else than a file.
pub const NAME_A_FILE: &str = "name a file";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_shows_the_problem_then_the_help_then_the_rest() {
        let plain = Advice::from("it is gone");
        assert_eq!(plain.to_string(), "it is gone");
        assert_eq!(plain.clone().and("it was old").to_string(), "it is gone; it was old");
        let advice = Advice::new("it is gone", "make another");
        assert_eq!(advice.to_string(), "it is gone; make another");
        assert_eq!(
            advice.clone().and("it was old").and("and grey").to_string(),
            "it is gone; make another; it was old; and grey"
        );
        assert_eq!(Advice::new("it is gone", "Make another").to_string(), "it is gone. Make another");
        assert_eq!(
            (advice.problem(), advice.help()),
            ("it is gone".to_owned(), Some("make another".to_owned()))
        );
    }

    #[test]
    fn of_several_problems_the_first_is_said_and_all_are_shown() {
        let parts = [
            Advice::new("a is gone", "make another"),
            "b is busy".into(),
            Advice::new("c is old", "mend it"),
        ];
        let all = Advice::list("no letter: ", &parts);
        assert_eq!(all.problem(), "no letter: a is gone");
        assert_eq!(all.help().as_deref(), Some("make another"));
        assert_eq!(all.to_string(), "no letter: a is gone; make another; b is busy; c is old; mend it");
        assert_eq!(Advice::list("no letter", &[]), "no letter".into());
    }
}
