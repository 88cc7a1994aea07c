//! `supine pick`: reads a few routines aloud; any key takes the one that is heard, and it is played.

use std::ffi::OsString;
use std::time::Duration;

use jiff::Zoned;

use super::list::cards;
use crate::args::OutputArgs;
use crate::audition::{Audition, Interruption, Line, Narrator};
use crate::failure::Failure;
use crate::opening::shelf;
use supine::advice::Advice;
use supine::config::Choices;
use supine::remote::keymap::Key;
use supine::routine::When;
use supine::session::card::Card;

/// More routines than this are not remembered while one listens.
const MOST: usize = 6;
/// The time for a key press after a routine was named.
const TO_ANSWER: Duration = Duration::from_millis(2200);
const PAUSE: Duration = Duration::from_millis(600);

/// Reads routines for `when` aloud, by default those for this time of day. Returns the name of the one that was taken;
/// `None` when nobody took any.
pub fn pick(when: Option<When>, choices: &Choices, output: &OutputArgs) -> Result<Option<OsString>, Failure> {
    let language = shelf(choices)?.language();
    let Some(mut audition) = Audition::new(&language, output)? else {
        let help = "name a routine instead (`supine list` shows them)";
        return Err(Failure::Other(Advice::new("pick needs a terminal for its keys", help)));
    };
    let offered = offered(cards(choices)?, when.unwrap_or_else(|| now(Zoned::now().hour())));
    let mut narrator = Narrator::new(choices.voice.clone());
    let mut say = |audition: &mut Audition, lines: &[Line]| {
        let voice = narrator.voice(audition)?;
        audition.say(voice, lines, "")
    };
    audition.show("any key takes the routine that you hear, Escape none");
    let shelf = audition.phrases.shelf.clone();
    let mut before: Option<&Card> = None;
    for (place, card) in offered.iter().enumerate() {
        let mut lines: Vec<Line> = Vec::new();
        if place == 0 {
            lines.extend(shelf.intro.iter().map(|line| (line.clone(), PAUSE)));
        }
        lines.push((audition.phrases.offer(&card.title, card.minutes), TO_ANSWER));
        match say(&mut audition, &lines)? {
            Some(Interruption::Key(Key::Escape, _)) => break,
            Some(Interruption::Key(_, early)) => {
                let card = before.filter(|_| early).unwrap_or(card);
                say(&mut audition, &[(shelf.taken(&card.title), PAUSE)])?;
                return Ok(Some(card.name.clone().into()));
            }
            None | Some(Interruption::TooLate | Interruption::Silence) => before = Some(card),
        }
    }
    say(&mut audition, &[(shelf.none.clone(), PAUSE)])?;
    Ok(None)
}

/// The routines to offer: those for this time, what was practised last first, then the listener's own.
fn offered(cards: Vec<Card>, when: When) -> Vec<Card> {
    let mut offered: Vec<Card> = cards
        .into_iter()
        .filter(|card| card.when == Some(when) || (card.is_own && card.when.is_none()))
        .collect();
    offered.sort_by_key(|card| std::cmp::Reverse(card.last));
    offered.truncate(MOST);
    offered
}

/// The time of day that an hour (0 to 23) belongs to.
fn now(hour: i8) -> When {
    match hour {
        0..=4 => When::Night,
        5..=10 => When::Morning,
        11..=16 => When::Day,
        _ => When::Evening,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hour_has_a_time_of_day() {
        let times: Vec<When> = [0, 3, 6, 12, 17, 22].into_iter().map(now).collect();
        assert_eq!(times, [When::Night, When::Night, When::Morning, When::Day, When::Evening, When::Evening]);
    }
}
