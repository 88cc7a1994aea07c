//! `supine play`: a session on the sound device.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use super::setup;
use crate::args::{OutputArgs, StartArgs};
use crate::broken;
use crate::failure::Failure;
use crate::memory::Sparing;
use crate::opening::{open_all, read, silence, tell_of_language};
use crate::screen::complain;
use crate::status::Status;
use supine::config::Choices;
use supine::control::{Event, Host, News, Now, Request};
use supine::desktop::inhibit::Inhibitor;
use supine::journal::ResumePoint;
use supine::output::{Output, OutputError};
use supine::phrases::Notice;
use supine::remote::Remotes;
use supine::remote::signals::Signals;
use supine::remote::socket::SocketError;
use supine::session::Session;
use supine::session::outcome::Finish;
use supine::session::waiting::wait_for;

/// Plays a session from its beginning, or from where an earlier one was cut short.
pub fn play(
    routines: &[OsString],
    choices: Choices,
    start: StartArgs,
    from: Option<&ResumePoint>,
) -> Result<ExitCode, Failure> {
    // A routine may come from a pipe: while that is waited for, Ctrl-C ends the program as usual.
    let read = read(routines, &choices)?;
    let signals = Signals::listen()?;
    let mut session = open_all(read.clone(), choices.clone())?;
    tell_of_language(&session);
    silence(session.resolved());
    if !start.no_setup && setup::is_due(session.resolved().voice.value.as_deref())? {
        let mut tonight = choices.clone();
        if let Some(id) = setup::first_start(&session.routine().language, &start.output)? {
            tonight.voice = Some(id.to_string());
        }
        session = open_all(read, tonight)?;
        session.remember(&choices);
    }
    if start.is_preview {
        session.preview();
    }
    if let Some(told) = from.map(|point| session.resume(point)).transpose()?.flatten() {
        complain(&format!("supine: {told}"));
    }
    // The device comes first: nothing else works without it.
    let Some(device) = open_device(&signals, start.output) else {
        return Err(Failure::Signal(signals.exit_code().unwrap_or(1)));
    };
    let mut device = device?;
    let mut remotes = listen(&signals, &mut session)?;
    // The machine stays awake until this is dropped; without the service, it may fall asleep.
    let _awake = Inhibitor::take();
    let title = session.routine().titles();
    let mut bedside =
        Bedside { remotes: &mut remotes, title, status: None, is_shown: false, sparing: Sparing::begin() };
    let outcome = session.play(device.as_mut(), &mut bedside);
    bedside.clear();
    match (outcome?.finish, signals.exit_code()) {
        (Finish::Stopped, Some(code)) => Err(Failure::Signal(code)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Opens the device, which may take a sound server some time; `None` when a signal ends that.
fn open_device(signals: &Signals, output: OutputArgs) -> Option<Result<Box<dyn Output>, OutputError>> {
    let mut stop = |time| {
        std::thread::sleep(time);
        signals.is_stopped().then_some(Event::Asked(Request::Stop))
    };
    wait_for(&mut stop, &mut VecDeque::new(), move || output.open()).ok()
}

/// The remotes, and the status line on the terminal.
struct Bedside<'a> {
    remotes: &'a mut Remotes,
    title: String,
    status: Option<Status>,
    is_shown: bool,
    sparing: Sparing,
}

impl Bedside<'_> {
    /// Removes the line.
    fn clear(&mut self) {
        self.status.take().into_iter().for_each(|mut status| status.clear());
    }
}

impl Host for Bedside<'_> {
    fn next(&mut self, timeout: Duration) -> Option<Event> {
        self.remotes.next(timeout).map(|heard| heard.event)
    }

    fn show(&mut self, now: &Now) {
        broken::break_if_asked(now.position_s);
        self.remotes.show(now);
        self.sparing.go_on();
        if !self.is_shown {
            // A desktop that asks what is playing gets the true state.
            self.remotes.offer_media_keys();
            self.is_shown = true;
        }
        self.status.iter_mut().for_each(|status| status.show(now));
    }

    fn tell(&mut self, news: News) {
        if news == News::Closing {
            broken::let_sleep();
        }
    }

    fn hear_from(&mut self, voice: &str) {
        self.clear();
        self.status = Some(Status::new(&self.title, voice));
    }

    fn warn(&mut self, warning: &str) {
        self.clear();
        complain(&format!("supine: {warning}"));
    }
}

/// Opens all remotes; failures are reported, and the session plays without those remotes.
fn listen(signals: &Signals, session: &mut Session) -> Result<Remotes, Failure> {
    let mut remotes = Remotes::new(signals)?;
    match remotes.open_socket() {
        Err(taken @ SocketError::Taken) => return Err(Failure::Taken(taken)),
        Err(problem) => {
            complain(&format!("supine: {problem}"));
            session.announce(Notice::NoControl);
        }
        Ok(()) => {}
    }
    if let Err(problem) = remotes.listen_to_keys() {
        complain(&format!("supine: {problem}"));
        session.announce(Notice::NoKeys);
    }
    if remotes.can_be_asked() {
        session.take_taps();
    }
    Ok(remotes)
}
