//! A podcast feed of sessions (RSS 2.0 with the namespaces of Apple and of Podcasting 2.0), and their files of chapters.

use std::io::Cursor;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use serde::Serialize;

use super::{CHAPTERS, COVER, Offer, Sound};

/// The file of a feed.
pub const FEED: &str = "feed.xml";
/// The title of the podcast.
const TITLE: &str = "supine";
const ABOUT: &str = "Bedtime stretches, spoken, for closed eyes.";
const ITUNES: &str = "http://www.itunes.com/dtds/podcast-1.0.dtd";
const PODCAST: &str = "https://podcastindex.org/namespace/1.0";

type Out = Writer<Cursor<Vec<u8>>>;

/// The feed of sessions that are found below `base`, an address that ends with a slash. A session whose only file is of a
/// format that few apps know is in it as well: they pass over it.
pub fn feed(offers: &[Offer], base: &str) -> String {
    let mut out = Writer::new_with_indent(Cursor::new(Vec::new()), b' ', 1);
    // Memory takes everything.
    let _ = write(&mut out, offers, base);
    String::from_utf8_lossy(&out.into_inner().into_inner()).into_owned()
}

fn write(out: &mut Out, offers: &[Offer], base: &str) -> std::io::Result<()> {
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let namespaces = [("version", "2.0"), ("xmlns:itunes", ITUNES), ("xmlns:podcast", PODCAST)];
    out.create_element("rss").with_attributes(namespaces).write_inner_content(|out| {
        out.create_element("channel").write_inner_content(|out| {
            text(out, "title", TITLE)?;
            text(out, "link", base)?;
            text(out, "description", ABOUT)?;
            text(out, "language", language(offers))?;
            text(out, "itunes:author", TITLE)?;
            text(out, "itunes:explicit", "false")?;
            text(out, "itunes:type", "episodic")?;
            // It is for the listener alone: no directory should list it.
            text(out, "itunes:block", "Yes")?;
            text(out, "podcast:locked", "yes")?;
            out.create_element("itunes:category")
                .with_attribute(("text", "Health & Fitness"))
                .write_empty()?;
            if let Some(offer) = offers.iter().find(|offer| offer.png().is_some()) {
                let cover = address(base, &offer.name, COVER);
                out.create_element("itunes:image").with_attribute(("href", cover.as_str())).write_empty()?;
            }
            offers.iter().try_for_each(|offer| item(out, offer, base))
        })?;
        Ok(())
    })?;
    Ok(())
}

fn item(out: &mut Out, offer: &Offer, base: &str) -> std::io::Result<()> {
    let Some((first, others)) = offer.files.split_first() else { return Ok(()) };
    out.create_element("item").write_inner_content(|out| {
        text(out, "title", &offer.title)?;
        text(out, "description", if offer.summary.is_empty() { &offer.title } else { &offer.summary })?;
        // A guid stays when a session is rendered anew: an app then keeps the place.
        out.create_element("guid")
            .with_attribute(("isPermaLink", "false"))
            .write_text_content(BytesText::new(&format!("supine:{}", offer.name)))?;
        text(out, "pubDate", &date(offer.published))?;
        text(out, "itunes:duration", &(offer.seconds.round() as u64).to_string())?;
        text(out, "itunes:explicit", "false")?;
        let length = first.bytes.to_string();
        let url = address(base, &first.name, "");
        let enclosure = [("url", url.as_str()), ("length", &length), ("type", first.media_type())];
        out.create_element("enclosure").with_attributes(enclosure).write_empty()?;
        for other in others {
            alternate(out, other, base)?;
        }
        if !offer.chapters.is_empty() {
            let url = address(base, &offer.name, CHAPTERS);
            let chapters = [("url", url.as_str()), ("type", "application/json+chapters")];
            out.create_element("podcast:chapters").with_attributes(chapters).write_empty()?;
        }
        if offer.png().is_some() {
            let cover = address(base, &offer.name, COVER);
            out.create_element("itunes:image").with_attribute(("href", cover.as_str())).write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

/// The same session in another format.
fn alternate(out: &mut Out, sound: &Sound, base: &str) -> std::io::Result<()> {
    let length = sound.bytes.to_string();
    let attributes = [("type", sound.media_type()), ("length", &length), ("title", sound.format.word())];
    out.create_element("podcast:alternateEnclosure").with_attributes(attributes).write_inner_content(
        |out| {
            let uri = address(base, &sound.name, "");
            out.create_element("podcast:source").with_attribute(("uri", uri.as_str())).write_empty()?;
            Ok(())
        },
    )?;
    Ok(())
}

fn text(out: &mut Out, name: &str, text: &str) -> std::io::Result<()> {
    out.create_element(name).write_text_content(BytesText::new(text))?;
    Ok(())
}

/// The language of all; of the first, where they differ.
fn language(offers: &[Offer]) -> &str {
    offers.iter().map(|offer| offer.language.as_str()).find(|language| !language.is_empty()).unwrap_or("en")
}

/// The address of a file.
pub(super) fn address(base: &str, name: &str, ending: &str) -> String {
    // What RFC 3986 leaves unreserved stays readable.
    const ENCODED: &percent_encoding::AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    format!("{base}{}{ending}", utf8_percent_encode(name, ENCODED))
}

/// A date as RSS has them (RFC 2822).
fn date(at: SystemTime) -> String {
    let at = Timestamp::try_from(at).unwrap_or(Timestamp::UNIX_EPOCH);
    rfc2822::DateTimePrinter::new().timestamp_to_string(&at).unwrap_or_default()
}

/// The chapters of a session as a file of Podcasting 2.0 (JSON, version 1.2).
pub fn chapters(offer: &Offer) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Chapter<'a> {
        start_time: f64,
        title: &'a str,
    }
    #[derive(Serialize)]
    struct File<'a> {
        version: &'static str,
        title: &'a str,
        chapters: Vec<Chapter<'a>>,
    }
    let chapters = offer.chapters.iter();
    let chapters = chapters.map(|(start_time, title)| Chapter { start_time: *start_time, title }).collect();
    // Texts and finite numbers can always be written.
    serde_json::to_string(&File { version: "1.2.0", title: &offer.title, chapters }).unwrap_or_default()
}
