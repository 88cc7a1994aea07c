//! The page that plays sessions: one file of markup with the sessions in it, a style sheet and a script. It asks for nothing
//! outside its folder, so it works from any web server.

use serde::Serialize;

use super::feed::{FEED, address};
use super::{CHAPTERS, COVER, Offer};

/// The name of the page.
pub const INDEX: &str = "index.html";
/// What stands beside the page: names, media types, contents.
pub const ASSETS: [(&str, &str, &str); 2] = [
    ("player.css", "text/css; charset=utf-8", include_str!("page/player.css")),
    ("player.js", "text/javascript; charset=utf-8", include_str!("page/player.js")),
];
const MARKUP: &str = include_str!("page/index.html");
/// Where the sessions come in the markup.
const SESSIONS: &str = "<!-- sessions -->";
const LINKS: &str = "<!-- links -->";

/// A session as the script needs it. Addresses are relative to the page.
#[derive(Serialize)]
struct Session<'a> {
    title: &'a str,
    summary: &'a str,
    language: &'a str,
    seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cover: Option<String>,
    chapters: Vec<(f64, &'a str)>,
    sources: Vec<(String, &'static str)>,
}

/// The page.
pub fn page(offers: &[Offer]) -> String {
    let sessions: Vec<Session<'_>> = offers.iter().map(session).collect();
    // Texts and finite numbers can always be written. A `<` could end the element that they stand in.
    let json = serde_json::to_string(&sessions).unwrap_or_default().replace('<', "\\u003c");
    let data = format!("<script type=\"application/json\" id=\"sessions\">{json}</script>");
    let link = |offer: &Offer| {
        let first = offer.files.first().map(|file| address("", &file.name, "")).unwrap_or_default();
        format!("<li><a href=\"{first}\">{}</a></li>", escaped(&offer.title))
    };
    let links: String = offers.iter().map(link).collect();
    MARKUP.replacen(SESSIONS, &data, 1).replacen(LINKS, &links, 1)
}

fn session(offer: &Offer) -> Session<'_> {
    Session {
        title: &offer.title,
        summary: &offer.summary,
        language: &offer.language,
        seconds: offer.seconds,
        cover: offer.png().is_some().then(|| address("", &offer.name, COVER)),
        chapters: offer.chapters.iter().map(|(at, name)| (*at, name.as_str())).collect(),
        sources: offer.files.iter().map(|file| (address("", &file.name, ""), file.media_type())).collect(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The files that make a folder of sessions a web page and a feed: names and contents. `base` is the folder's address.
pub fn files(offers: &[Offer], base: &str) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![
        (INDEX.to_owned(), page(offers).into_bytes()),
        (FEED.to_owned(), super::feed::feed(offers, base).into_bytes()),
    ];
    files.extend(ASSETS.iter().map(|(name, _, content)| ((*name).to_owned(), content.as_bytes().to_vec())));
    for offer in offers {
        files.push((format!("{}{CHAPTERS}", offer.name), super::feed::chapters(offer).into_bytes()));
        files.extend(offer.png().map(|cover| (format!("{}{COVER}", offer.name), cover.to_vec())));
    }
    files
}
