//! Says lines that belong to no session, in the first voice that answers.

use std::time::Duration;

use crate::args::OutputArgs;
use crate::opening;
use supine::config::Config;
use supine::control::{Event, Host, Now};
use supine::remote::Remotes;
use supine::remote::signals::Signals;
use supine::remote::socket::SocketError;
use supine::session::lines::Lines;
use supine::session::outcome::SessionError;

/// Says them in `voice`, if that one is named and speaks the language. `None` when nothing can be said: a session plays,
/// or there is no device.
pub fn say(
    lines: &Lines,
    language: &str,
    config: &Config,
    voice: Option<String>,
    (output, signals): (&OutputArgs, &Signals),
) -> Option<()> {
    let mut remotes = Remotes::new(signals).ok()?;
    if let Err(SocketError::Taken) = remotes.open_socket() {
        return None; // it would talk into the session that plays
    }
    let mut device = output.open().ok()?;
    let voices = opening::voices(config);
    let chosen = voice.and_then(|name| voices.find(&name, language).ok());
    let mut next = chosen.filter(|id| voices.speaks(id, language) != Some(false));
    let mut tried = Vec::new();
    while let Some(id) = next.take().or_else(|| voices.next(language, false, &tried)) {
        tried.push(id.clone());
        let Ok(voice) = voices.open(&id, language) else { continue };
        match lines.say(voice, device.as_mut(), &mut Remote(&mut remotes)) {
            // Nothing was heard of it.
            Err(SessionError::Speech(_)) if !signals.is_stopped() => {}
            _ => break,
        }
    }
    Some(())
}

/// What can be asked for meanwhile is a stop.
struct Remote<'a>(&'a mut Remotes);

impl Host for Remote<'_> {
    fn next(&mut self, timeout: Duration) -> Option<Event> {
        self.0.next(timeout).map(|heard| heard.event)
    }

    fn show(&mut self, now: &Now) {
        self.0.show(now);
    }
}
