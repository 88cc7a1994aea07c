//! Media keys, headset buttons and the desktop's own controls, by MPRIS: the desktop sends key presses to the
//! player that played last. Without a session bus, there is no desktop to send them.

use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use mpris_server::zbus::blocking::{Connection, fdo::DBusProxy};
use mpris_server::zbus::names::BusName;
use mpris_server::zbus::{self, Error, block_on, fdo};
use mpris_server::{
    LoopStatus, Metadata, PlaybackRate, PlaybackStatus, PlayerInterface, Property, RootInterface, Server,
    Signal, Time, TrackId, Volume,
};

use super::{Board, Wire};
use crate::control::{MAX_VOLUME, Now, Request, State};

/// The player's name on the desktop, and that of its desktop entry (`packaging/supine.desktop`), where desktops find its
/// picture.
const NAME: &str = "supine";
/// "Back" twice within this time goes to the pose before; once repeats the last words.
const TWICE: Duration = Duration::from_secs(2);
/// When the position differs by more than this from where playing would have led, it has jumped.
const MOVED_S: f64 = 1.5;

/// Offers the session to the desktop until it is dropped.
pub(super) struct MediaKeys {
    look: SyncSender<()>,
}

impl MediaKeys {
    /// Starts offering, on a thread of its own that sleeps while nothing changes.
    pub(super) fn offer(wire: Wire, board: Arc<Board>) -> Option<Self> {
        let (look, looks) = mpsc::sync_channel(1);
        let offering = std::thread::Builder::new().name("media keys".to_owned());
        let started = offering.spawn(move || {
            let last = board.now();
            let face = Face { wire, board: Arc::clone(&board), back: Mutex::new(None) };
            // Without a bus, there are no media keys.
            let Ok(server) = serve(face) else { return };
            let mut shown = Shown { now: last, at: Instant::now() };
            while looks.recv().is_ok() {
                let now = board.now();
                if block_on(shown.tell(&server, now)).is_err() {
                    return; // the bus is gone
                }
            }
            let _ = block_on(server.release_bus_name());
        });
        started.ok().map(|_| Self { look })
    }

    /// Tells the thread that the state has changed.
    pub(super) fn changed(&self) {
        // One pending signal is enough, and the session does not wait for the desktop.
        let _ = self.look.try_send(());
    }
}

/// Claims a name on the bus; a second session gets a name of its own. Whether the name is taken is checked
/// first: otherwise the request would queue for the taken name and get no answer.
fn serve(face: Face) -> zbus::Result<Server<Face>> {
    let name = BusName::try_from(format!("org.mpris.MediaPlayer2.{NAME}"))?;
    let bus = Connection::session()?;
    let is_taken = DBusProxy::new(&bus)?.name_has_owner(name)?;
    let _ = bus.close(); // the connection is gone either way
    let own = if is_taken { format!("{NAME}.instance{}", std::process::id()) } else { NAME.to_owned() };
    block_on(Server::new(&own, face))
}

/// Whether the desktop should be told `now`, when it was told `before` `elapsed` ago.
pub(super) fn is_news(before: &Now, now: &Now, elapsed: Duration) -> bool {
    is_moved(before, now, elapsed)
        || (before.state, before.pose_number, before.volume) != (now.state, now.pose_number, now.volume)
        || (&before.title, &before.pose, before.length_s) != (&now.title, &now.pose, now.length_s)
}

fn is_moved(before: &Now, now: &Now, elapsed: Duration) -> bool {
    let by_itself = if status(before.state) == PlaybackStatus::Playing { elapsed.as_secs_f64() } else { 0.0 };
    (now.position_s - before.position_s - by_itself).abs() > MOVED_S
}

/// The state that the desktop knows.
struct Shown {
    now: Now,
    at: Instant,
}

impl Shown {
    /// Tells the desktop what has changed.
    async fn tell(&mut self, server: &Server<Face>, now: Now) -> zbus::Result<()> {
        let moved = is_moved(&self.now, &now, self.at.elapsed());
        let mut changed = Vec::new();
        if status(now.state) != status(self.now.state) {
            changed.push(Property::PlaybackStatus(status(now.state)));
        }
        if metadata(&now) != metadata(&self.now) {
            changed.push(Property::Metadata(metadata(&now)));
        }
        if now.volume != self.now.volume {
            changed.push(Property::Volume(now.volume));
        }
        let position = time(now.position_s);
        *self = Self { now, at: Instant::now() };
        if !changed.is_empty() {
            server.properties_changed(changed).await?;
        }
        if moved { server.emit(Signal::Seeked { position }).await } else { Ok(()) }
    }
}

fn time(seconds: f64) -> Time {
    Time::from_micros((seconds * 1e6) as i64)
}

fn status(state: State) -> PlaybackStatus {
    match state {
        State::Pausing | State::Paused => PlaybackStatus::Paused,
        State::Playing | State::Resuming | State::Moving | State::Ending => PlaybackStatus::Playing,
    }
}

fn metadata(now: &Now) -> Metadata {
    let mut metadata = Metadata::new();
    metadata.set_trackid(TrackId::try_from(format!("/supine/pose/{}", now.pose_number)).ok());
    metadata.set_title(Some(now.pose.as_ref().unwrap_or(&now.title)));
    metadata.set_album(Some(&now.title));
    metadata.set_artist(Some(["supine"]));
    metadata.set_track_number(i32::try_from(now.pose_number).ok().filter(|number| *number > 0));
    metadata.set_length(now.length_s.map(time));
    metadata
}

/// The session as the desktop sees and controls it.
struct Face {
    wire: Wire,
    board: Arc<Board>,
    /// When "back" was last pressed.
    back: Mutex<Option<Instant>>,
}

impl Face {
    fn ask(&self, request: Request) -> fdo::Result<()> {
        self.wire.ask(request);
        Ok(())
    }

    /// The request for "back" now: a listener who has missed something, or lost the thread, presses it once, to go back a
    /// pose twice.
    fn back(&self, now: Instant) -> Request {
        let mut back = self.back.lock().unwrap_or_else(PoisonError::into_inner);
        let is_second = back.is_some_and(|before| now.duration_since(before) < TWICE);
        *back = if is_second { None } else { Some(now) };
        if is_second { Request::Previous } else { Request::Where }
    }
}

fn no_such_thing<T>() -> fdo::Result<T> {
    Err(fdo::Error::NotSupported("a session can't do that".to_owned()))
}

impl RootInterface for Face {
    async fn raise(&self) -> fdo::Result<()> {
        no_such_thing()
    }

    async fn quit(&self) -> fdo::Result<()> {
        self.ask(Request::Stop)
    }

    async fn can_quit(&self) -> fdo::Result<bool> {
        Ok(true)
    }

    async fn fullscreen(&self) -> fdo::Result<bool> {
        Ok(false)
    }

    async fn set_fullscreen(&self, _: bool) -> zbus::Result<()> {
        no_such_thing().map_err(Error::from)
    }

    async fn can_set_fullscreen(&self) -> fdo::Result<bool> {
        Ok(false)
    }

    async fn can_raise(&self) -> fdo::Result<bool> {
        Ok(false)
    }

    async fn has_track_list(&self) -> fdo::Result<bool> {
        Ok(false)
    }

    async fn identity(&self) -> fdo::Result<String> {
        Ok(NAME.to_owned())
    }

    async fn desktop_entry(&self) -> fdo::Result<String> {
        Ok(NAME.to_owned())
    }

    async fn supported_uri_schemes(&self) -> fdo::Result<Vec<String>> {
        Ok(Vec::new())
    }

    async fn supported_mime_types(&self) -> fdo::Result<Vec<String>> {
        Ok(Vec::new())
    }
}

impl PlayerInterface for Face {
    async fn next(&self) -> fdo::Result<()> {
        self.ask(Request::Next)
    }

    async fn previous(&self) -> fdo::Result<()> {
        self.ask(self.back(Instant::now()))
    }

    async fn pause(&self) -> fdo::Result<()> {
        self.ask(Request::Pause)
    }

    async fn play_pause(&self) -> fdo::Result<()> {
        self.ask(Request::PauseOrResume)
    }

    async fn stop(&self) -> fdo::Result<()> {
        self.ask(Request::Stop)
    }

    async fn play(&self) -> fdo::Result<()> {
        self.ask(Request::Resume)
    }

    async fn seek(&self, _: Time) -> fdo::Result<()> {
        no_such_thing()
    }

    async fn set_position(&self, _: TrackId, _: Time) -> fdo::Result<()> {
        no_such_thing()
    }

    async fn open_uri(&self, _: String) -> fdo::Result<()> {
        no_such_thing()
    }

    async fn playback_status(&self) -> fdo::Result<PlaybackStatus> {
        Ok(status(self.board.now().state))
    }

    async fn loop_status(&self) -> fdo::Result<LoopStatus> {
        Ok(LoopStatus::None)
    }

    async fn set_loop_status(&self, _: LoopStatus) -> zbus::Result<()> {
        no_such_thing().map_err(Error::from)
    }

    async fn rate(&self) -> fdo::Result<PlaybackRate> {
        Ok(1.0)
    }

    async fn set_rate(&self, _: PlaybackRate) -> zbus::Result<()> {
        no_such_thing().map_err(Error::from)
    }

    async fn shuffle(&self) -> fdo::Result<bool> {
        Ok(false)
    }

    async fn set_shuffle(&self, _: bool) -> zbus::Result<()> {
        no_such_thing().map_err(Error::from)
    }

    async fn metadata(&self) -> fdo::Result<Metadata> {
        Ok(metadata(&self.board.now()))
    }

    async fn volume(&self) -> fdo::Result<Volume> {
        Ok(self.board.now().volume)
    }

    async fn set_volume(&self, volume: Volume) -> zbus::Result<()> {
        if volume.is_nan() {
            return Ok(()); // muting would be a strange response to such a value
        }
        self.wire.ask(Request::Volume((volume * 100.0).round().clamp(0.0, f64::from(MAX_VOLUME)) as u8));
        Ok(())
    }

    async fn position(&self) -> fdo::Result<Time> {
        Ok(time(self.board.now().position_s))
    }

    async fn minimum_rate(&self) -> fdo::Result<PlaybackRate> {
        Ok(1.0)
    }

    async fn maximum_rate(&self) -> fdo::Result<PlaybackRate> {
        Ok(1.0)
    }

    async fn can_go_next(&self) -> fdo::Result<bool> {
        Ok(true)
    }

    async fn can_go_previous(&self) -> fdo::Result<bool> {
        Ok(true)
    }

    async fn can_play(&self) -> fdo::Result<bool> {
        Ok(true)
    }

    async fn can_pause(&self) -> fdo::Result<bool> {
        Ok(true)
    }

    async fn can_seek(&self) -> fdo::Result<bool> {
        Ok(false)
    }

    async fn can_control(&self) -> fdo::Result<bool> {
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_once_says_again_and_back_twice_goes_back() {
        let (sender, _heard) = mpsc::channel();
        let face = Face { wire: Wire::new(sender), board: Arc::default(), back: Mutex::new(None) };
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        assert_eq!(face.back(at(0)), Request::Where);
        assert_eq!(face.back(at(1500)), Request::Previous);
        assert_eq!(face.back(at(1700)), Request::Where, "a third one begins anew");
        assert_eq!(face.back(at(4000)), Request::Where);
    }

    #[test]
    fn a_session_that_only_plays_is_no_news() {
        let before = Now { position_s: 10.0, volume: 1.0, ..Now::default() };
        let now = Now { position_s: 11.0, ..before.clone() };
        assert!(!is_news(&before, &now, Duration::from_secs(1)));
        assert!(is_news(&before, &now, Duration::from_secs(5)), "it stood still");
        assert!(is_news(&before, &Now { state: State::Paused, ..now.clone() }, Duration::from_secs(1)));
        assert!(is_news(&before, &Now { position_s: 90.0, ..now.clone() }, Duration::from_secs(1)));
        assert!(is_news(&before, &Now { pose: Some("Cobra".to_owned()), ..now }, Duration::from_secs(1)));
    }
}
