//! What a routine says about itself for the shelf and for the dose: when it is for, what part of the body, how it
//! begins, and which muscles its poses reach.

/// When a routine is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// Before sleep.
    Evening,
    /// For somebody who is awake at night.
    Night,
    /// After sleep.
    Morning,
    /// In between.
    Day,
}

/// What a routine is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// The back.
    Back,
    /// Neck and shoulders.
    Neck,
    /// The hips.
    Hips,
    /// Legs and feet.
    Legs,
    /// The breath.
    Breath,
    /// Rest.
    Rest,
    /// The whole body.
    WholeBody,
}

/// How a session begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Opening {
    /// With a welcome; after the last pose, the close is said.
    #[default]
    Full,
    /// With the first pose: neither a welcome nor a close is said.
    None,
}

/// A group of muscles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // each is the group of its name
pub enum Muscle {
    Neck,
    Shoulders,
    Chest,
    UpperBack,
    LowerBack,
    Abdomen,
    Hips,
    Glutes,
    Hamstrings,
    Quadriceps,
    InnerThighs,
    Calves,
    Feet,
    Arms,
    Hands,
    Face,
    PelvicFloor,
}

/// The words of a file.
pub(crate) const WHENS: [(&str, When); 4] =
    [("evening", When::Evening), ("night", When::Night), ("morning", When::Morning), ("day", When::Day)];
pub(crate) const AREAS: [(&str, Area); 7] = [
    ("back", Area::Back),
    ("neck", Area::Neck),
    ("hips", Area::Hips),
    ("legs", Area::Legs),
    ("breath", Area::Breath),
    ("rest", Area::Rest),
    ("whole-body", Area::WholeBody),
];
pub(crate) const OPENINGS: [(&str, Opening); 2] = [("full", Opening::Full), ("none", Opening::None)];
pub(crate) const MUSCLES: [(&str, Muscle); 17] = [
    ("neck", Muscle::Neck),
    ("shoulders", Muscle::Shoulders),
    ("chest", Muscle::Chest),
    ("upper-back", Muscle::UpperBack),
    ("lower-back", Muscle::LowerBack),
    ("abdomen", Muscle::Abdomen),
    ("hips", Muscle::Hips),
    ("glutes", Muscle::Glutes),
    ("hamstrings", Muscle::Hamstrings),
    ("quadriceps", Muscle::Quadriceps),
    ("inner-thighs", Muscle::InnerThighs),
    ("calves", Muscle::Calves),
    ("feet", Muscle::Feet),
    ("arms", Muscle::Arms),
    ("hands", Muscle::Hands),
    ("face", Muscle::Face),
    ("pelvic-floor", Muscle::PelvicFloor),
];

fn word<T: PartialEq>(words: &[(&'static str, T)], of: &T) -> &'static str {
    words.iter().find(|(_, value)| value == of).map_or("", |(word, _)| word)
}

impl When {
    /// The time of this word.
    pub fn named(name: &str) -> Option<Self> {
        WHENS.iter().find(|(word, _)| *word == name).map(|(_, when)| *when)
    }

    /// Its word in a file.
    pub fn word(self) -> &'static str {
        word(&WHENS, &self)
    }
}

impl Area {
    /// Its word in a file.
    pub fn word(self) -> &'static str {
        word(&AREAS, &self)
    }
}

impl Muscle {
    /// Every group.
    pub fn all() -> impl Iterator<Item = Self> {
        MUSCLES.iter().map(|(_, muscle)| *muscle)
    }

    /// The group of this word.
    pub fn named(name: &str) -> Option<Self> {
        MUSCLES.iter().find(|(word, _)| *word == name).map(|(_, muscle)| *muscle)
    }

    /// Its word in a file.
    pub fn word(self) -> &'static str {
        word(&MUSCLES, &self)
    }
}

/// How far a hold, a rest or a repeat may go when a session is to fit a time; `None` leaves that to the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits<T> {
    /// The least.
    pub at_least: Option<T>,
    /// The most.
    pub at_most: Option<T>,
}

impl<T> Default for Limits<T> {
    fn default() -> Self {
        Self { at_least: None, at_most: None }
    }
}
