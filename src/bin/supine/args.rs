//! What several commands take from the command line. The commands, with their words and help, are in
//! [`crate::commands`].

mod options;

use std::ffi::OsString;

use clap::Args;

use supine::advice::Advice;

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
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct OutputArgs {
    /// Play into nothing, as fast as possible; for tests
    #[arg(long, hide = true)]
    pub fake_output: bool,
}

/// How a session starts.
#[derive(Clone, Copy, Debug, Default, Args)]
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
