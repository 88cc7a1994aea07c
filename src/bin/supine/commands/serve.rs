//! `supine serve`: offers rendered sessions to a phone.

use std::io::{IsTerminal, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::args::OutputArgs;
use crate::audition::{Audition, Narrator};
use crate::failure::Failure;
use crate::opening::shelf;
use crate::screen::{self, complain};
use supine::advice::{Advice, Advise};
use supine::config::Choices;
use supine::folders::{Folders, home_expanded};
use supine::remote::signals::Signals;
use supine::sharing::feed::FEED;
use supine::sharing::server::{OPEN_FILES, Server};
use supine::sharing::{FEW_PLAYERS, Offer, offers};
use supine::whole_file;

/// The file of the secret part of the address, in the state folder.
const KEY: &str = "serve.key";
/// Random bytes of it: nobody guesses 128 bits.
const KEY_BYTES: usize = 16;

/// What is offered, and to whom.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  supine render --all --feed -o ~/sessions\n  supine serve ~/sessions --lan\n\nThe address has a secret part: whoever has the address can listen, and nobody else. Nothing\nbut the sessions in the folder can be reached, and nothing can be changed. Ctrl-C ends it."
)]
pub struct ServeArgs {
    /// The folder of the sessions (default: `sessions` in the data folder, ~/.local/share/supine)
    folder: Option<PathBuf>,
    /// Let other machines in the network in
    #[arg(long)]
    lan: bool,
    /// The port; 0 is any that is free
    #[arg(long, default_value_t = 8484)]
    port: u16,
    /// Make the secret part of the address anew, so that those who know it are out
    #[arg(long)]
    new_address: bool,
    /// Say nothing aloud
    #[arg(long)]
    quiet: bool,
    #[command(flatten)]
    output: OutputArgs,
}

pub fn serve(wanted: &ServeArgs) -> Result<ExitCode, Failure> {
    let folder = match &wanted.folder {
        Some(folder) => PathBuf::from(home_expanded(folder)),
        None => Folders::of_user().sessions().ok_or_else(homeless)?,
    };
    // Whoever wants another address wants the old one closed, whatever is in the folder.
    let key = key(wanted.new_address)?;
    let offers = offered(&folder)?;
    let signals = Signals::listen_for_render()?;
    let ip = if wanted.lan { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
    let server = Server::listen(&folder, SocketAddr::from((ip, wanted.port)), &key).map_err(|error| {
        let problem = format!("can't listen at port {} ({error})", wanted.port);
        Failure::Other(Advice::new(problem, "choose another one with `--port`"))
    })?;
    let own = if wanted.lan { own_address() } else { None };
    let host = own.unwrap_or(Ipv4Addr::LOCALHOST.into());
    let address = format!("http://{}/{key}/", SocketAddr::new(host, server.port()));
    let alone = match (wanted.lan, own) {
        (true, Some(_)) => None,
        (true, None) => {
            Some("This machine is in no network, so nobody else can open it: join one, and start this again.")
        }
        (false, _) => Some("Only this machine can open it; `supine serve --lan` lets the phone in."),
    };
    tell(&offers, &address, alone)?;
    if !wanted.quiet {
        say(&wanted.output);
    }
    allow_open_files();
    server.serve(&|| !signals.is_stopped())?;
    Ok(ExitCode::SUCCESS)
}

/// Lets this process have as many open files as the server may need: many systems begin with 1,024. Where no more can be had,
/// it serves fewer at a time.
fn allow_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.map_or(OPEN_FILES, |most| most.min(OPEN_FILES));
    if limit.current.is_some_and(|current| current < most) {
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(most), ..limit });
    }
}

fn homeless() -> Failure {
    Failure::Other(Advice::new("there is no home folder", "name the folder of the sessions"))
}

/// The sessions in the folder.
fn offered(folder: &Path) -> Result<Vec<Offer>, Failure> {
    let name = folder.display();
    let help = || format!("`supine render --all --feed -o {name}` renders them");
    match offers(folder) {
        Ok(offers) if offers.is_empty() => {
            Err(Failure::Other(Advice::new(format!("there is no session in {name}"), help())))
        }
        Ok(offers) => Ok(offers),
        Err(error) => Err(Failure::Other(Advice::new(format!("can't read {name} ({error})"), help()))),
    }
}

/// Prints where the sessions are, and draws the address for a camera, unless this machine is `alone`.
fn tell(offers: &[Offer], address: &str, alone: Option<&str>) -> Result<(), Failure> {
    let mut out = screen::stdout();
    let many = if offers.len() == 1 { "1 session".to_owned() } else { format!("{} sessions", offers.len()) };
    writeln!(out, "{many}, for a browser:    {address}")?;
    writeln!(out, "and for a podcast app:  {address}{FEED}")?;
    let few = offers.iter().filter(|offer| !offer.plays_everywhere()).count();
    if few > 0 {
        writeln!(out, "{few} of them are not for every phone: {FEW_PLAYERS}.")?;
    }
    if let Some(alone) = alone {
        writeln!(out, "{alone}")?;
    } else if std::io::stdout().is_terminal()
        && let Ok(code) = QrCode::new(address)
    {
        // Dark on light, as cameras expect it, whatever the terminal's colours are.
        let drawn = code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build();
        writeln!(out, "\n{drawn}\n")?;
    }
    writeln!(out, "Whoever knows the address can listen. Ctrl-C ends it.")?;
    out.flush()?;
    Ok(())
}

/// Says once that it is ready. Where nothing can be heard, it is on the screen.
fn say(output: &OutputArgs) {
    let said = || -> Result<(), Failure> {
        let language = shelf(&Choices::default())?.language();
        let mut audition = Audition::anywhere(&language, output)?;
        let voice = Narrator::new(None).voice(&audition)?;
        let line = (audition.phrases.serving.clone(), Duration::ZERO);
        audition.say(voice, &[line], "")?;
        Ok(())
    };
    if let Err(error) = said() {
        complain(&format!("supine: this is not said aloud: {}", error.problem()));
    }
}

/// The secret part of the address. It stays the same, so that a podcast app keeps its subscription.
fn key(is_new: bool) -> Result<String, Failure> {
    let path = Folders::of_user().state.ok_or_else(homeless)?.join(KEY);
    let is_key = |text: &String| {
        text.len() >= KEY_BYTES
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let kept = std::fs::read_to_string(&path).ok().map(|text| text.trim().to_owned()).filter(is_key);
    if let Some(kept) = kept.filter(|_| !is_new) {
        return Ok(kept);
    }
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| {
        Failure::Other(Advice::new(format!("the system gives no random numbers ({error})"), "try again"))
    })?;
    let key = URL_SAFE_NO_PAD.encode(bytes);
    whole_file::write_private(&path, &key).map_err(|refusal| {
        Failure::Other(refusal.advice().about(|problem| format!("can't write {}: {problem}", path.display())))
    })?;
    Ok(key)
}

/// This machine's address in its network: the one that it would send from. Nothing is sent.
fn own_address() -> Option<IpAddr> {
    // An address that is kept for documentation (RFC 5737), so that it is nobody's.
    const ANYBODY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 9);
    let asked = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect(ANYBODY)?;
        socket.local_addr()
    });
    asked.ok().map(|address| address.ip())
}
