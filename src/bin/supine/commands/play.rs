//! `supine play`: a session on the sound device.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::process::ExitCode;
use std::time::Duration;

use super::diary::Diary;
use super::prepare::{Prepared, prepare_and_tell, prepare_source};
use super::status::Status;
use super::{Failure, complain, resume, setup, silence};
use crate::args::StartArgs;
use supine::catalogue;
use supine::config::Choices;
use supine::control::{Event, Now, Request};
use supine::control::{Host, News};
use supine::desktop::inhibit::Inhibitor;
use supine::journal::{Journal, ResumePoint};
use supine::output::{self, OutputError};
use supine::phrases::Notice;
use supine::remote::Remotes;
use supine::remote::signals::Signals;
use supine::remote::socket::SocketError;
use supine::session::outcome::{Finish, SessionError};
use supine::session::performance::{play as perform, wait_for};
use supine::session::stage::Stage;
use supine::sounds::AmbienceChoice;
use supine::speech::voices::{Voice, VoiceError, VoiceId};

pub fn play(routine: &OsStr, choices: Choices, start: StartArgs) -> Result<ExitCode, Failure> {
    session(routine, choices, start, None)
}

/// A session from its beginning, or from where another one broke off.
pub fn session(
    routine: &OsStr,
    mut choices: Choices,
    start: StartArgs,
    from: Option<&ResumePoint>,
) -> Result<ExitCode, Failure> {
    // It may come from a pipe: while that is waited for, Ctrl-C does what it does to any program.
    let source = catalogue::read(routine)?;
    let signals = Signals::listen()?;
    let output = start.output;
    let remembered = choices.clone().lasting();
    let mut prepared = prepare_and_tell(source.clone(), &choices)?;
    silence(prepared.resolved.silent_screen.value);
    if !start.no_setup && setup::is_due(prepared.resolved.voice.value.as_deref())? {
        if let Some(id) = setup::first_start(&prepared.routine.language, output)? {
            choices.voice = Some(id.to_string());
        }
        prepared = prepare_source(source, &choices)?;
    }
    if let Some(point) = from {
        prepared.begin = Some(resume::place(point, &prepared)?);
    }
    // Without a home there is no place for a journal, and the session plays without it.
    let journal = Journal::of_user();
    if let Some(journal) = &journal {
        match journal.skipped(&prepared.identity()) {
            Ok(left_out) => prepared.lead_gently(left_out),
            Err(problem) => prepared.tell(Notice::NoMemory, &problem),
        }
    }
    let (ambience, left_out) = prepared.ambience()?;
    if let Some(left_out) = left_out {
        prepared.tell(Notice::NoSound, &left_out);
    }
    // The device comes first: without it nothing else matters.
    let Some(device) = open_device(&signals, output.fake_output) else {
        return Err(Failure::Signal(signals.exit_code().unwrap_or(1)));
    };
    let mut device = device?;
    let mut remotes = listen(&signals, &mut prepared)?;
    // The machine stays awake until this is dropped; where it can't be asked, it does as it likes.
    let _awake = Inhibitor::take();
    let diary = journal.map(|journal| Diary::begin(journal, routine, &prepared, remembered));
    let result = to_its_end(&mut prepared, &ambience, device.as_mut(), &mut remotes, diary.as_ref());
    let is_over = matches!(result, Ok(Finish::Played));
    if let Some(problem) = diary.and_then(|diary| diary.end(is_over)) {
        complain(&format!("supine: {problem}"));
    }
    prepared.tell_of_clips();
    match (result?, signals.exit_code()) {
        (Finish::Stopped, Some(code)) => Err(Failure::Signal(code)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Opens the device, for which a sound server may take its time; `None` when a signal ends that.
fn open_device(signals: &Signals, fake: bool) -> Option<Result<Box<dyn output::Output>, OutputError>> {
    let mut stop = |time| {
        std::thread::sleep(time);
        signals.is_stopped().then_some(Event::Asked(Request::Stop))
    };
    wait_for(&mut stop, &mut VecDeque::new(), move || output::open(fake)).ok()
}

/// Plays with the first voice that can be heard.
fn to_its_end(
    prepared: &mut Prepared,
    ambience: &AmbienceChoice,
    device: &mut dyn output::Output,
    remotes: &mut Remotes,
    diary: Option<&Diary>,
) -> Result<Finish, Failure> {
    let mut tried = Vec::new();
    let Some(first) = first_voice(prepared, &mut tried, remotes)? else { return Ok(Finish::Stopped) };
    let (mut id, mut voice) = first;
    if let Some(word) = prepared.cannot_say(&id) {
        complain(&format!("supine: {word}; the next voice goes on from there"));
    }
    loop {
        match on_stage(prepared, ambience, (&id, voice), &tried, device, remotes, diary) {
            // Nothing has been heard yet. Later, to begin again from the welcome would wake somebody.
            Err(Failure::Session(SessionError::Speech(error))) => {
                tried.push(id);
                let next = instead(prepared, &error, &tried, remotes)?;
                let Some(next) = next else { return Ok(Finish::Stopped) };
                (id, voice) = next;
            }
            result => return result,
        }
    }
}

/// A voice that is ready; `None` when the listener has asked to stop before.
type FirstVoice = Option<(VoiceId, Voice)>;

/// The voice in force, or the next best when it is not to be had. A name that was mistyped on the
/// command line is an error: who typed it is still there.
fn first_voice(
    prepared: &mut Prepared,
    tried: &mut Vec<VoiceId>,
    remotes: &mut Remotes,
) -> Result<FirstVoice, Failure> {
    let casting = prepared.casting();
    let Some(chosen) = while_listening(remotes, move || casting.chosen()) else { return Ok(None) };
    let id = match chosen {
        Ok(None) => {
            let casting = prepared.casting();
            let found = while_listening(remotes, move || casting.next_best(false, &[]));
            return Ok(found.transpose()?);
        }
        Ok(Some(id)) => id,
        Err(error) if prepared.resolved.voice.origin.is_in_config() => {
            return instead(prepared, &error, &[], remotes);
        }
        Err(error @ (VoiceError::OtherLanguage { .. } | VoiceError::Speech(_))) => {
            return instead(prepared, &error, &[], remotes);
        }
        Err(error) => return Err(error.into()),
    };
    let (casting, wanted) = (prepared.casting(), id.clone());
    match while_listening(remotes, move || casting.open(&wanted)) {
        None => Ok(None),
        Some(Ok(voice)) => Ok(Some((id, voice))),
        Some(Err(error)) => {
            tried.push(id);
            instead(prepared, &error, tried, remotes)
        }
    }
}

/// The next best voice, after `error` has kept another from speaking. Who has chosen that one is
/// told so, aloud.
fn instead(
    prepared: &mut Prepared,
    error: &dyn std::fmt::Display,
    tried: &[VoiceId],
    remotes: &mut Remotes,
) -> Result<FirstVoice, Failure> {
    let (casting, before) = (prepared.casting(), tried.to_vec());
    let next = while_listening(remotes, move || casting.next_best(false, &before));
    let (id, voice) = match next {
        None => return Ok(None),
        Some(Ok(found)) => found,
        Some(Err(none)) => {
            complain(&format!("supine: {error}"));
            return Err(none.into());
        }
    };
    complain(&format!("supine: {error}; going on with `{id}`"));
    if prepared.resolved.voice.value.is_some() {
        prepared.announce(Notice::AnotherVoice);
    }
    Ok(Some((id, voice)))
}

/// Does what may take seconds; `None` when the listener has asked to stop meanwhile. Whatever else was
/// asked for is heard again when the session plays.
fn while_listening<T: Send + 'static>(
    remotes: &mut Remotes,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let mut early = VecDeque::new();
    let done = wait_for(&mut |time| remotes.next(time).map(|heard| heard.event), &mut early, work);
    early.into_iter().for_each(|event| remotes.wire().tell(event));
    // What it comes to no longer matters to anybody.
    done.ok()
}

fn on_stage(
    prepared: &Prepared,
    ambience: &AmbienceChoice,
    (id, voice): (&VoiceId, Voice),
    tried: &[VoiceId],
    output: &mut dyn output::Output,
    remotes: &mut Remotes,
    diary: Option<&Diary>,
) -> Result<Finish, Failure> {
    let stage = Stage {
        plan: prepared.plan.clone(),
        settings: prepared.settings.clone(),
        ambience: ambience.clone(),
        voice,
        begin: prepared.beginning(),
        changes: Some(prepared.changes([tried, std::slice::from_ref(id)].concat())),
        pause_silence: prepared.resolved.pause_silence.value,
    };
    let status = Status::new(prepared.routine.title.as_str(), &id.to_string());
    let mut near_end = NearEnd { remotes, status, diary, position_s: 0.0, is_shown: false };
    let result = perform(stage, output, &mut near_end);
    near_end.status.clear();
    let (finish, warnings) = result?;
    for warning in warnings {
        complain(&format!("supine: {warning}"));
    }
    Ok(finish)
}

/// The remotes, the line on the terminal, and the diary.
struct NearEnd<'a> {
    remotes: &'a mut Remotes,
    status: Status,
    diary: Option<&'a Diary>,
    position_s: f64,
    is_shown: bool,
}

impl Host for NearEnd<'_> {
    fn next(&mut self, timeout: Duration) -> Option<Event> {
        self.remotes.next(timeout).map(|heard| heard.event)
    }

    fn show(&mut self, now: &Now) {
        self.remotes.show(now);
        if !self.is_shown {
            // A desktop that asks what plays is told the truth.
            self.remotes.offer_media_keys();
            self.is_shown = true;
        }
        self.status.show(now);
        self.position_s = now.position_s;
    }

    fn tell(&mut self, news: News) {
        if let Some(diary) = self.diary {
            diary.tell(news, self.position_s);
        }
    }
}

/// Everything that listens; what can't is told, and the session plays without it.
fn listen(signals: &Signals, prepared: &mut Prepared) -> Result<Remotes, Failure> {
    let mut remotes = Remotes::new(signals)?;
    match remotes.open_socket() {
        Err(taken @ SocketError::Taken) => return Err(Failure::Taken(taken)),
        Err(problem) => prepared.tell(Notice::NoControl, &problem),
        Ok(()) => {}
    }
    if let Err(problem) = remotes.listen_to_keys() {
        prepared.tell(Notice::NoKeys, &problem);
    }
    Ok(remotes)
}
