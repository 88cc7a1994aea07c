//! What several commands take from the command line. The commands, with their words and help, are in
//! [`crate::commands`].

mod options;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use supine::advice::Advice;
use supine::output::{self, Output, OutputError};

pub use self::options::{PlayingArgs, SessionArgs};

/// What is wrong with an option that begins with a typographic dash: pages and word processors make one of two
/// hyphens.
pub fn dashes(words: impl IntoIterator<Item = OsString>) -> Option<Advice> {
    let is_dash = |c: char| matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}');
    words.into_iter().skip(1).find_map(|word| {
        let word = word.to_str()?;
        let dash = word.chars().find(|c| is_dash(*c))?;
        let name = word.trim_start_matches(|c| is_dash(c) || c == '-');
        let is_option = word.starts_with(['-', dash]) && name.starts_with(|c: char| c.is_ascii_alphabetic());
        let hyphens = if name.len() == 1 { "-" } else { "--" };
        let help = format!("type hyphens: `{hyphens}{}`", name.replace(is_dash, "-"));
        let problem = format!("`{word}` begins with a dash (U+{:04X})", u32::from(dash));
        is_option.then(|| Advice::new(problem, help))
    })
}

/// What clap refuses, in a sentence.
pub fn reason(error: &clap::Error) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// Where a session is heard.
#[derive(Clone, Debug, Default, Args)]
pub struct OutputArgs {
    /// Play into nothing, or into a WAV file, as fast as possible; for tests
    #[arg(long, hide = true, value_name = "WAV", num_args = 0..=1, require_equals = true)]
    fake_output: Option<Option<PathBuf>>,
}

impl OutputArgs {
    /// What words say that clap refuses as a whole.
    pub fn of(words: impl IntoIterator<Item = OsString>) -> Self {
        let said = |word: OsString| match word.to_str()?.strip_prefix("--fake-output")? {
            "" => Some(None),
            file => file.strip_prefix('=').map(|file| Some(PathBuf::from(file))),
        };
        Self { fake_output: words.into_iter().find_map(said) }
    }

    /// Whether nobody hears it.
    pub fn is_fake(&self) -> bool {
        self.fake_output.is_some()
    }

    /// Opens the output.
    pub fn open(&self) -> Result<Box<dyn Output>, OutputError> {
        match &self.fake_output {
            Some(Some(file)) => output::record(file),
            fake => output::open(fake.is_some()),
        }
    }
}

/// How a session starts.
#[derive(Clone, Debug, Default, Args)]
pub struct StartArgs {
    /// Do not offer to choose a voice by ear at the first start
    #[arg(long)]
    pub no_setup: bool,
    /// Whether it is a preview, which is neither remembered nor counted as practice.
    #[arg(skip)]
    pub is_preview: bool,
    /// Where it is heard.
    #[command(flatten)]
    pub output: OutputArgs,
}
