//! The controls of a session: what a listener may ask for, what is shown of the session, and the host that does
//! both. [`crate::remote`] says where requests come from (keys, signals, sockets).

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::advice::Advice;
use crate::settings::OwnBreath;

/// What a listener may ask for while a session plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// Pause, or go on after a pause: the one request that needs no eyes.
    #[serde(rename = "toggle")]
    PauseOrResume,
    /// Pause; does nothing while the session is paused.
    Pause,
    /// Go on after a pause; does nothing while the session plays.
    Resume,
    /// Repeat the last words.
    Again,
    /// Go on to the next pose.
    Next,
    /// Go back to the pose before.
    Previous,
    /// Stay longer in this hold.
    Longer,
    /// Leave this hold early.
    Enough,
    /// A slower pace from here on.
    Slower,
    /// A faster pace from here on.
    Faster,
    /// One step louder.
    Louder,
    /// One step softer.
    Softer,
    /// Set this volume, in percent of the one at the start: 0 to [`MAX_VOLUME`].
    Volume(u8),
    /// Say where the session is: the pose, the side, what is left of the hold and of the session.
    Where,
    /// Leave this pose out tonight.
    SkipTonight,
    /// A breath in, where the session asks for the listener's own breath; any key is that as well.
    Tap,
    /// Fade out and end.
    Stop,
    /// Take the last [`Request::Stop`] back: what looked like the key Escape was the start of another key,
    /// whose rest came late. Only the keyboard can know that, so no other program can ask for it. The keyboard
    /// asks for it only when no other key has asked for the end.
    #[serde(skip)]
    TakeBackStop,
}

/// The loudest [`Request::Volume`], in percent: 6 dB above the volume at the start.
pub const MAX_VOLUME: u8 = 200;

/// Every request that has a word, and that word.
pub const WORDS: [(&str, Request); 16] = [
    ("toggle", Request::PauseOrResume),
    ("pause", Request::Pause),
    ("resume", Request::Resume),
    ("again", Request::Again),
    ("next", Request::Next),
    ("previous", Request::Previous),
    ("longer", Request::Longer),
    ("enough", Request::Enough),
    ("slower", Request::Slower),
    ("faster", Request::Faster),
    ("louder", Request::Louder),
    ("softer", Request::Softer),
    ("where", Request::Where),
    ("skip-tonight", Request::SkipTonight),
    ("tap", Request::Tap),
    ("stop", Request::Stop),
];

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Volume(percent) = self {
            return write!(f, "volume {percent}");
        }
        let word = WORDS.iter().find(|(_, request)| request == self);
        // The only request without a word is not for people.
        f.write_str(word.map_or("take back stop", |(word, _)| word))
    }
}

impl FromStr for Request {
    type Err = Advice;

    fn from_str(text: &str) -> Result<Self, Advice> {
        if let Some(percent) = text.strip_prefix("volume ") {
            return percent
                .trim()
                .parse()
                .ok()
                .filter(|percent| *percent <= MAX_VOLUME)
                .map(Self::Volume)
                .ok_or_else(|| {
                    let help = format!("say a number from 0 to {MAX_VOLUME}");
                    Advice::new(format!("`{percent}` is not a volume"), help)
                });
        }
        let known = WORDS.iter().find(|(word, _)| *word == text);
        known.map(|(_, request)| *request).ok_or_else(|| {
            let words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
            let help = format!("say one of {}, volume 0 to {MAX_VOLUME}", words.join(", "));
            Advice::new(format!("`{text}` is not a request"), help)
        })
    }
}

/// What a session is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It plays.
    #[default]
    Playing,
    /// It fades into a pause.
    Pausing,
    /// It is paused.
    Paused,
    /// It comes back from a pause.
    Resuming,
    /// It goes to another pose.
    Moving,
    /// It fades out for good.
    Ending,
}

/// What a session shows of itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Now {
    /// What it is doing.
    pub state: State,
    /// The routine.
    pub title: String,
    /// The pose; `None` in the welcome and the close.
    pub pose: Option<String>,
    /// The pose's number, from 1; 0 outside poses.
    pub pose_number: usize,
    /// The number of poses.
    pub poses: usize,
    /// The position in the session, in seconds.
    pub position_s: f64,
    /// The session's length, in seconds, once it is known.
    pub length_s: Option<f64>,
    /// Gain as a factor; 1 is the volume at the start.
    pub volume: f64,
    /// The listener's own breaths a minute, once they have tapped them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_breath: Option<f64>,
}

/// What a listener did, by what was heard.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Practised {
    /// The time at it, pauses left out, in seconds.
    pub seconds: f64,
    /// The time in holds on the right and on the left, in seconds; one without a side counts on both.
    pub held_s: [f64; 2],
}

/// An event that a session acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The listener asks for something.
    Asked(Request),
    /// The process runs again after it was stopped, for example by Ctrl-Z and `fg`.
    Continued,
    /// The machine slept, for this long.
    Slept(Duration),
}

/// Plays host to a session: passes requests on and shows what the session does.
pub trait Host {
    /// The next event; waits at most `timeout` for one.
    fn next(&mut self, timeout: Duration) -> Option<Event>;
    /// Receives the session's present state, about 20 times a second.
    fn show(&mut self, now: &Now);
    /// Receives each piece of news once. The session does not wait for what the host does with it.
    fn tell(&mut self, _news: News) {}
    /// Receives how much was done at a pose since this was told last, before the news of what became of the pose.
    fn practised(&mut self, _pose: usize, _done: Practised) {}
    /// Receives the id of the voice that speaks from the first word on.
    fn hear_from(&mut self, _voice: &str) {}
    /// Receives a sentence about something that differs from what was asked for and does not end the session.
    fn warn(&mut self, _warning: &str) {}
}

/// Follows work that may take minutes. It is called from several threads.
pub trait Watch: Send + Sync {
    /// Work of this many steps begins.
    fn begin(&self, _work: Work, _steps: u64) {}
    /// This many steps are done.
    fn done(&self, _steps: u64) {}
    /// The work has ended, or was given up.
    fn end(&self) {}
    /// Whether somebody still waits for the work. It is given up soon after this returns false.
    fn is_wanted(&self) -> bool {
        true
    }
}

/// Shows nothing and waits for everything.
impl Watch for () {}

/// Work that may take minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// A voice speaks into memory; a step is an utterance.
    Recording,
    /// A recorded session is measured; a step is a tenth of a second.
    Measuring,
    /// A session is rendered; a step is a second.
    Rendering,
}

/// What happened on the way. Poses are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// A pose begins.
    Reached(usize),
    /// A pose was led to its end, and no part of it was jumped over.
    Done(usize),
    /// A pose is left out.
    LeftOut(usize),
    /// The listener asked for more time at a step of a pose: to hear it again, to stay longer, or to go slower.
    NeededTime {
        /// The pose.
        pose: usize,
        /// Where the step begins and ends in the routine's text, in bytes.
        step: (usize, usize),
    },
    /// The listener has tapped their own breath, and the session begins at it.
    OwnBreath(OwnBreath),
    /// All poses are over, and the close begins.
    Closing,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_has_one_name_for_people_and_for_programs() {
        for (word, request) in WORDS {
            assert_eq!(word.parse(), Ok(request));
            assert_eq!(request.to_string(), word);
            assert_eq!(serde_json::to_string(&request).unwrap(), format!("\"{word}\""));
        }
        assert_eq!("volume 80".parse(), Ok(Request::Volume(80)));
        assert_eq!(Request::Volume(80).to_string(), "volume 80");
        assert_eq!(serde_json::to_string(&Request::Volume(80)).unwrap(), "{\"volume\":80}");
        assert!("volume 201".parse::<Request>().unwrap_err().to_string().contains("0 to 200"));
        // Only the keyboard knows that an Escape was part of another key.
        assert!(Request::TakeBackStop.to_string().parse::<Request>().is_err());
        assert!(serde_json::from_str::<Request>("\"take-back-stop\"").is_err());
        assert!("dance".parse::<Request>().unwrap_err().to_string().contains("skip-tonight"));
    }
}
