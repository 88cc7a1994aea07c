//! The real program, in a home folder of its own: no config, no sound card, no speech service.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

/// A home folder that is removed at the end of a test.
pub struct Home(TempDir);

/// The outcome of a command line.
#[derive(Debug)]
pub struct Outcome {
    pub code: i32,
    pub stdout: String,
    /// Standard error, with the home folder written as `~home`.
    pub stderr: String,
}

impl Home {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file below the home folder.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Writes a WAV file that stands for a word: a tone of 0.2 s.
    pub fn write_tone(&self, name: &str) {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 16_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut wav = hound::WavWriter::create(self.path().join(name), spec).unwrap();
        for n in 0..3_200i16 {
            wav.write_sample(if n / 8 % 2 == 0 { 6_000i16 } else { -6_000 }).unwrap();
        }
        wav.finalize().unwrap();
    }

    /// Writes the config file.
    pub fn config(&self, text: &str) {
        self.write("config/supine/config.toml", text);
    }

    /// The program, about to be started in the home folder.
    pub fn command(&self) -> Command {
        let mut command = Command::cargo_bin("supine").unwrap();
        command
            .current_dir(self.path())
            .env("HOME", self.path())
            // The routines' language, whatever the system speaks.
            .env("LC_ALL", "C.UTF-8")
            .env("XDG_CONFIG_HOME", self.path().join("config"))
            .env("XDG_CACHE_HOME", self.path().join("cache"))
            .env("XDG_DATA_HOME", self.path().join("data"))
            .env("XDG_STATE_HOME", self.path().join("state"))
            .env("XDG_RUNTIME_DIR", self.path().join("run"))
            // No service listens there, and a network address is never started on demand. The desktop of
            // whoever runs the tests is left alone.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent")
            .env("SPEECHD_ADDRESS", "inet_socket:127.0.0.1:1")
            .env_remove("SUPINE_ESPEAK");
        command
    }

    /// The same, to be started beside others.
    pub fn std_command(&self) -> std::process::Command {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("supine"));
        command.current_dir(self.path());
        for (name, value) in self.command().get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }

    /// Runs a command line, split at white space.
    pub fn run(&self, arguments: &str) -> Outcome {
        self.outcome(self.command().args(arguments.split_whitespace()))
    }

    /// Runs a command and collects its outcome.
    pub fn outcome(&self, command: &mut Command) -> Outcome {
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).expect("supine writes UTF-8");
        let home = self.path().to_str().unwrap();
        Outcome {
            code: output.status.code().expect("supine ends by itself"),
            stdout: text(output.stdout).replace(home, "~home"),
            stderr: text(output.stderr).replace(home, "~home"),
        }
    }
}

impl Outcome {
    /// The standard output of a command that must succeed without messages.
    #[track_caller]
    pub fn data(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""), "{}", self.stdout);
        self.stdout
    }

    /// The message of a command that must fail with `code` and without data.
    #[track_caller]
    pub fn failure(self, code: i32) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (code, ""), "{}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self.stderr
    }
}
