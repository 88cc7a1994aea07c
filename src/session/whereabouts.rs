//! "Where am I?": what a listener who has lost the thread is told, in words.

use std::time::Duration;

use crate::phrases::{Left, Phrases};
use crate::routine::Side;
use crate::utterance::Utterance;

/// Where a session is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Whereabouts {
    /// The pose's name; `None` in the welcome and the close.
    pub pose: Option<String>,
    /// The side, if the pose is at one.
    pub side: Option<Side>,
    /// What is left of the hold, in a hold.
    pub left: Option<Left>,
    /// What is left of the guided session.
    pub session: Duration,
}

/// Puts whereabouts into utterances.
pub(crate) type Telling = Box<dyn Fn(&Whereabouts) -> Vec<Utterance> + Send>;

impl Whereabouts {
    /// The sentences to say.
    pub(super) fn sentences(&self, phrases: &Phrases) -> Vec<String> {
        let pose = self.pose.as_ref().map(|name| format!("{}.", name.trim_end_matches(['.', '!', '?'])));
        let side = self.side.map(|side| phrases.where_side(side));
        let left = self.left.map(|left| phrases.where_left(left));
        let session = Some(phrases.where_session(self.session));
        [pose, side, left, session].into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_the_pose_the_side_what_is_left_of_the_hold_and_of_the_session() {
        let said = |language: &str, here: &Whereabouts| here.sentences(&Phrases::for_language(language).0);
        let here = Whereabouts {
            pose: Some("Pigeon".to_owned()),
            side: Some(Side::Left),
            left: Some(Left::Counts(6)),
            session: Duration::from_secs(700),
        };
        let expected = ["Pigeon.", "On the left side.", "Six to go.", "About twelve minutes to the end."];
        assert_eq!(said("en", &here), expected);
        let bare = Whereabouts { session: Duration::from_secs(20), ..Whereabouts::default() };
        assert_eq!(said("en", &bare), ["About one minute to the end."]);
        let plain = Whereabouts { left: Some(Left::Time(Duration::from_secs(23))), ..bare };
        assert_eq!(said("de", &plain)[0], "Noch fünfundzwanzig Sekunden.");
    }
}
