//! Groups of muscles as a line of the log names them: in no memory of its own, since a log may have a million lines.

use std::fmt;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeSeq, Serializer};

use crate::routine::Muscle;

/// Some groups of muscles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Muscles(u32);

impl Muscles {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// Every group, in the order of their list.
    pub fn iter(self) -> impl Iterator<Item = Muscle> {
        Muscle::all().filter(move |muscle| self.0 & bit(*muscle) != 0)
    }
}

fn bit(muscle: Muscle) -> u32 {
    1 << muscle as u32
}

impl FromIterator<Muscle> for Muscles {
    fn from_iter<I: IntoIterator<Item = Muscle>>(muscles: I) -> Self {
        Self(muscles.into_iter().fold(0, |all, muscle| all | bit(muscle)))
    }
}

impl Serialize for Muscles {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(None)?;
        self.iter().try_for_each(|muscle| list.serialize_element(muscle.word()))?;
        list.end()
    }
}

impl<'de> Deserialize<'de> for Muscles {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(Words)
    }
}

struct Words;

impl<'de> Visitor<'de> for Words {
    type Value = Muscles;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of groups of muscles")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Muscles, A::Error> {
        let mut muscles = Muscles::default();
        while let Some(word) = list.next_element::<&str>()? {
            // A later version may know more groups.
            muscles.0 |= Muscle::named(word).map_or(0, bit);
        }
        Ok(muscles)
    }
}
