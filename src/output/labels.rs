//! What MP3 and M4A say of their session: ID3 tags (by id3) and those of iTunes (by mp4ameta), chapters included.

use std::path::Path;

use id3::frame::{Chapter as Id3Chapter, Comment, ExtendedText, Picture, PictureType, TableOfContents};
use id3::{Frame, TagLike, Version};
use mp4ameta::{Chapter as Mp4Chapter, Data, FreeformIdent, Img, ImgFmt, MediaType};

use super::description::Description;
use super::encoder::Loudness;
use super::file::FILE_RATE;
use super::format::Format;
use super::tags::{ARTIST, WRITER, milliseconds, replaygain};
use crate::language;
use crate::units::Frames;

/// Writes what is known of a session, and how long it is, into a finished file.
///
/// # Errors
/// When the file can't be read or written.
pub(super) fn label(
    file: &Path,
    format: Format,
    session: (&Description, Frames),
    loudness: Option<Loudness>,
) -> std::io::Result<()> {
    match format {
        Format::Mp3 => id3(session, loudness)
            .write_to_path(file, Version::Id3v23)
            .map_err(|error| std::io::Error::other(error.description)),
        _ => mp4(session.0, format, loudness).write_to_path(file).map_err(std::io::Error::other),
    }
}

/// The tags of an MP3 file. ID3 2.3 is read by more players than 2.4.
fn id3((about, length): (&Description, Frames), loudness: Option<Loudness>) -> id3::Tag {
    let mut tag = id3::Tag::new();
    for (id, text) in [("TIT2", about.title.as_str()), ("TPE1", ARTIST), ("TCON", "Speech"), ("TSSE", WRITER)]
    {
        tag.set_text(id, text);
    }
    let language = language_code(&about.language);
    tag.set_text("TLAN", language);
    let (lang, description) = (language.to_owned(), String::new());
    tag.add_frame(Comment { lang, description, text: about.summary.clone() });
    for (description, value) in loudness.map(|known| replaygain(Some(known))).into_iter().flatten() {
        tag.add_frame(ExtendedText { description, value });
    }
    if let Some(cover) = &about.cover {
        let (mime_type, data) = (cover.media_type.clone(), cover.bytes.clone());
        let description = String::new();
        tag.add_frame(Picture { mime_type, picture_type: PictureType::CoverFront, description, data });
    }
    let time = |at| u32::try_from(milliseconds(at, FILE_RATE)).unwrap_or(u32::MAX);
    let ends = about.chapters.iter().skip(1).map(|chapter| chapter.at).chain([length]);
    let chapters = (1..).zip(about.chapters.iter().zip(ends));
    let chapters = chapters.map(|(number, (chapter, end))| Id3Chapter {
        element_id: format!("chapter{number}"),
        start_time: time(chapter.at),
        end_time: time(end),
        // The times say everything; there are no offsets in bytes.
        start_offset: u32::MAX,
        end_offset: u32::MAX,
        frames: vec![Frame::text("TIT2", chapter.name.clone())],
    });
    let chapters: Vec<Id3Chapter> = chapters.collect();
    tag.add_frame(TableOfContents {
        element_id: "toc".to_owned(),
        top_level: true,
        ordered: true,
        elements: chapters.iter().map(|chapter| chapter.element_id.clone()).collect(),
        frames: Vec::new(),
    });
    for chapter in chapters {
        tag.add_frame(chapter);
    }
    tag
}

/// The code of ISO 639-2 that ID3 wants for a language; the unknown one is XXX there.
fn language_code(tag: &str) -> &'static str {
    const CODES: [(&str, &str); 5] =
        [("en", "eng"), ("de", "deu"), ("es", "spa"), ("fr", "fra"), ("pt", "por")];
    CODES.iter().find(|(short, _)| language::primary(tag) == *short).map_or("XXX", |(_, code)| code)
}

/// The tags of an M4A or M4B file. Some players look for a list of chapters, and some for a track of them.
fn mp4(about: &Description, format: Format, loudness: Option<Loudness>) -> mp4ameta::Userdata {
    let mut tag = mp4ameta::Userdata::default();
    tag.set_title(&about.title);
    tag.set_artist(ARTIST);
    tag.set_genre("Speech");
    tag.set_description(&about.summary);
    tag.set_comment(&about.summary);
    tag.set_encoder(WRITER);
    if format == Format::M4b {
        tag.set_media_type(MediaType::AudioBook);
    }
    let gains = loudness.map(|known| replaygain(Some(known))).into_iter().flatten();
    let language = ("LANGUAGE".to_owned(), about.language.clone());
    for (name, value) in gains.chain([language]) {
        tag.set_data(FreeformIdent::new_borrowed("com.apple.iTunes", &name), Data::Utf8(value));
    }
    if let Some(cover) = &about.cover {
        let format = if cover.media_type == "image/png" { ImgFmt::Png } else { ImgFmt::Jpeg };
        tag.set_artwork(Img::new(format, cover.bytes.clone()));
    }
    let chapters = about.chapters.iter();
    let chapters: Vec<_> =
        chapters.map(|chapter| Mp4Chapter::new(chapter.at.to_duration(FILE_RATE), &chapter.name)).collect();
    tag.chapter_list_mut().extend(chapters.iter().cloned());
    tag.chapter_track_mut().extend(chapters);
    tag
}
