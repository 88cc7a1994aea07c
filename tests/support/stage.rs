//! The stage: private PulseAudio and Speech Dispatcher daemons in a folder of their own. It needs no sound
//! card, no D-Bus and no root, and ends what it started, even after a panic.

mod servers;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use tempfile::TempDir;

use super::bus::Bus;
use super::kit::Kit;
use super::process::{Helper, require, require_file, wait_until};
use super::recorder::{RATE, Recorder};
use super::session::Session;

const SINK: &str = "stage";
/// How long a daemon may take to answer.
const START_LIMIT: Duration = Duration::from_secs(15);
/// A daemon that is no longer used, because a test was killed, ends by itself after this many seconds.
const IDLE: u32 = 60;

/// A place to play; its devices and services depend on its constructor.
pub struct Stage {
    // In this order they are dropped: whoever uses a daemon before the daemon.
    recorder: Option<Recorder>,
    dispatcher: Option<Helper>,
    pulse: Option<Helper>,
    /// Servers of another kind, or that hang.
    servers: Vec<Helper>,
    bus: Option<Bus>,
    /// Who gives the sound's threads priority.
    kit: Option<Kit>,
    /// The sound server's socket.
    socket: &'static str,
    folder: TempDir,
    path: Option<PathBuf>,
    _slot: Slot,
}

impl Stage {
    /// A stage with neither a sound device nor a speech service.
    pub fn bare() -> Self {
        let slot = Slot::wait();
        let folder =
            tempfile::Builder::new().prefix("supine-").tempdir().expect("a temporary folder can be made");
        let stage = Self {
            recorder: None,
            dispatcher: None,
            pulse: None,
            servers: Vec::new(),
            bus: None,
            kit: None,
            socket: "run/pulse.socket",
            folder,
            path: None,
            _slot: slot,
        };
        stage.furnish();
        stage
    }

    /// A stage with a sound device that nobody listens to.
    pub fn with_device() -> Self {
        let mut stage = Self::bare();
        stage.start_pulse();
        stage
    }

    /// A stage with a sound device and rtkit, as a desktop has it: the sound server asks it for priority, too. `None` where
    /// the system gives nobody priority.
    pub fn with_priority() -> Option<Self> {
        let mut stage = Self::bare();
        stage.kit = Some(Kit::start()?);
        stage.start_pulse();
        Some(stage)
    }

    /// A stage with a sound device, and a recorder that hears it.
    pub fn with_sound() -> Self {
        let mut stage = Self::with_device();
        stage.record();
        stage
    }

    /// A stage with a sound device, a recorder and a speech service.
    pub fn with_speech() -> Self {
        let mut stage = Self::with_sound();
        stage.start_dispatcher();
        stage
    }

    /// Leaves only these programs in the `PATH` of the programs that run here.
    pub fn allow_only(&mut self, programs: &[&str]) {
        let folder = self.file("bin");
        fs::create_dir_all(&folder).expect("a folder can be made");
        for program in programs {
            let path = std::env::var_os("PATH").unwrap_or_default();
            let found = std::env::split_paths(&path)
                .map(|folder| folder.join(program))
                .find(|path| path.is_file())
                .unwrap_or_else(|| panic!("there is no {program} on this machine"));
            std::os::unix::fs::symlink(found, folder.join(program)).expect("a link can be made");
        }
        self.path = Some(folder);
    }

    /// A path in the stage's folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the stage's folder.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.file(name);
        fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect("a folder can be made");
        fs::write(&path, text).expect("a file can be written");
        path
    }

    /// The recorder.
    pub fn recorder(&self) -> &Recorder {
        self.recorder.as_ref().expect("this stage has a sound device")
    }

    /// The speech service.
    pub fn dispatcher(&mut self) -> &mut Helper {
        self.dispatcher.as_mut().expect("this stage has a speech service")
    }

    /// A program that finds the stage's devices and nothing of the user's. The machine is as busy as the tests
    /// make it.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear();
        for name in ["PATH", "LD_LIBRARY_PATH"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        if let Some(path) = &self.path {
            command.env("PATH", path);
        }
        if let Some(kit) = &self.kit {
            command.env("DBUS_SYSTEM_BUS_ADDRESS", kit.address());
        }
        command
            .env("LANG", "C.UTF-8")
            .env("SUPINE_PERIOD", "4096")
            .env("HOME", self.file("home"))
            .env("XDG_CONFIG_HOME", self.file("config"))
            .env("XDG_CACHE_HOME", self.file("cache"))
            .env("XDG_DATA_HOME", self.file("data"))
            .env("XDG_STATE_HOME", self.file("state"))
            .env("XDG_RUNTIME_DIR", self.file("run"))
            .env("PULSE_SERVER", format!("unix:{}", self.file(self.socket).display()))
            .env("PULSE_COOKIE", self.file("run/cookie"))
            .env("SPEECHD_ADDRESS", format!("unix_socket:{}", self.file("run/speech.socket").display()))
            .current_dir(self.folder.path());
        command
    }

    /// Starts supine.
    pub fn supine<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Session {
        let mut command = self.command(env!("CARGO_BIN_EXE_supine"));
        command.args(arguments);
        self.start(command)
    }

    /// Starts a program that is recorded.
    pub fn start(&self, command: Command) -> Session {
        Session::start(command, self.recorder.as_ref())
    }

    /// Creates folders, and files that make ALSA and the speech service find the stage and nothing else.
    fn furnish(&self) {
        for name in ["home", "config", "cache", "data", "state", "log", "run"] {
            fs::create_dir_all(self.file(name)).expect("a folder can be made");
        }
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        fs::set_permissions(self.file("run"), private).expect("a folder can be made private");
        self.write("home/.asoundrc", "pcm.!default { type pulse }\nctl.!default { type pulse }\n");
        self.write("config/speech-dispatcher/speechd.conf", self.speech_settings());
        self.write("config/speech-dispatcher/modules/espeak-ng.conf", "");
    }

    fn speech_settings(&self) -> String {
        format!(
            "LogLevel 1\nLogDir \"{log}\"\nDefaultLanguage \"en\"\nDefaultVolume 100\n\
             AudioOutputMethod \"pulse\"\nAudioPulseDevice \"{SINK}\"\nAudioPulseMinLength 100\n\
             AddModule \"espeak-ng\" \"sd_espeak-ng\" \"espeak-ng.conf\"\n\
             DefaultModule espeak-ng\nDisableAutoSpawn\n",
            log = self.file("log").display()
        )
    }

    fn start_pulse(&mut self) {
        require("pulseaudio", "pulseaudio");
        require("pactl", "pulseaudio-utils");
        require("parec", "pulseaudio-utils");
        let libraries = ["/usr/lib", "/usr/lib64", "/usr/local/lib"];
        let alsa: Vec<PathBuf> = libraries.iter().flat_map(|folder| folders_in(Path::new(folder))).collect();
        let alsa: Vec<&str> = alsa.iter().filter_map(|folder| folder.to_str()).collect();
        require_file("libasound_module_pcm_pulse.so", &alsa, "libasound2-plugins");
        let socket = self.file(self.socket).display().to_string();
        let mut command = self.command("pulseaudio");
        command
            .args(["-n", "--daemonize=no", "--use-pid-file=false"])
            .args([
                if self.kit.is_some() { "--realtime=true" } else { "--realtime=false" },
                "--high-priority=false",
            ])
            .arg(format!("--exit-idle-time={IDLE}"))
            .arg(format!("--log-target=file:{}", self.file("log/pulse").display()))
            .arg(format!("--load=module-native-protocol-unix auth-anonymous=1 socket={socket}"))
            .arg(format!("--load={}", sink(RATE)));
        self.pulse = Some(Helper::start(quiet(&mut command)));
        let answers = || self.pactl(&["set-default-sink", SINK]);
        assert!(wait_until(START_LIMIT, answers), "PulseAudio does not answer: {}", self.log("pulse"));
    }

    /// Sends the sound server a command; whether it succeeds.
    fn pactl(&self, arguments: &[&str]) -> bool {
        quiet(self.command("pactl").args(arguments)).status().is_ok_and(|status| status.success())
    }

    /// Takes the sound device away, and its recording with it, so that there is none.
    pub fn take_sink_away(&mut self) {
        self.recorder = None;
        assert!(self.pactl(&["unload-module", "module-null-sink"]), "the sink stays");
    }

    /// Adds a sound device with another rate, and begins a new recording of it.
    pub fn give_sink(&mut self, rate: u32) {
        let sink = sink(rate);
        let load: Vec<&str> = ["load-module"].into_iter().chain(sink.split(' ')).collect();
        assert!(self.pactl(&load), "there is no sink");
        assert!(self.pactl(&["set-default-sink", SINK]), "there is no sink");
        self.record();
    }

    /// Records the sound device from now on.
    pub fn record(&mut self) {
        self.recorder = Some(Recorder::start(self.parec()));
    }

    /// Records the sound device to a pipe, at [`RATE`], as 32-bit floats in one channel.
    pub fn parec(&self) -> Command {
        let mut command = self.command("parec");
        command
            .args(["--raw", "--format=float32le", "--channels=1", "--latency-msec=10"])
            .arg(format!("--rate={RATE}"))
            .arg(format!("--device={SINK}.monitor"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command
    }

    /// Starts the speech service, or starts it again after it was killed.
    pub fn start_dispatcher(&mut self) {
        require("speech-dispatcher", "speech-dispatcher");
        let modules = ["/usr/lib", "/usr/libexec", "/usr/local/lib", "/usr/lib/x86_64-linux-gnu"];
        require_file("sd_espeak-ng", &modules, "speech-dispatcher-espeak-ng");
        let socket = self.file("run/speech.socket");
        // A killed service leaves its socket behind.
        let _ = fs::remove_file(&socket);
        let mut command = self.command("speech-dispatcher");
        command
            .args(["--run-single", "--communication-method", "unix_socket"])
            .args(["--timeout", &IDLE.to_string()])
            .arg("--socket-path")
            .arg(&socket)
            .arg("--config-dir")
            .arg(self.file("config/speech-dispatcher"))
            .arg("--log-dir")
            .arg(self.file("log"))
            .arg("--pid-file")
            .arg(self.file("run/speech.pid"));
        self.dispatcher = Some(Helper::start(quiet(&mut command)));
        let log = || self.log("speech-dispatcher.log");
        assert!(wait_until(START_LIMIT, || socket.exists()), "Speech Dispatcher does not answer: {}", log());
    }

    fn log(&self, name: &str) -> String {
        fs::read_to_string(self.file("log").join(name)).unwrap_or_default()
    }
}

/// The module for a sound device, and its settings.
fn sink(rate: u32) -> String {
    format!("module-null-sink sink_name={SINK} rate={rate} channels=2 format=float32le norewinds=1")
}

fn quiet(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}

/// `folder` and its subfolders.
fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let inner = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    inner.filter(|path| path.is_dir()).chain([folder.to_owned()]).collect()
}

/// A seat for one stage; each processor has three seats. With more stages at once, tests would hear the machine
/// instead of the program.
struct Slot;

static TAKEN: Mutex<usize> = Mutex::new(0);
static FREED: Condvar = Condvar::new();

fn slots() -> usize {
    std::thread::available_parallelism().map_or(3, |processors| 3 * processors.get())
}

impl Slot {
    fn wait() -> Self {
        let taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = FREED.wait_while(taken, |taken| *taken >= slots());
        *taken.unwrap_or_else(PoisonError::into_inner) += 1;
        Self
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        *TAKEN.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        FREED.notify_one();
    }
}
