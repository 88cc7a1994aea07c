//! What a sound file says of the session in it, as `output` writes it.

mod atoms;

use std::fs::File;
use std::path::Path;

use id3::TagLike;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::{
    ChapterGroup, ChapterGroupItem, MetadataOptions, MetadataRevision, StandardTag, Tag,
};
use symphonia::default::get_probe;

use crate::output::format::Format;
use crate::sounds::guard::guarded;
use crate::sounds::length::length_of;

/// What is known of a session; empty fields are not.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Label {
    pub title: String,
    pub summary: String,
    pub language: String,
    pub seconds: f64,
    pub chapters: Vec<(f64, String)>,
    pub cover: Option<Vec<u8>>,
}

impl Label {
    /// What a file says. A file that can't be read says nothing, and neither does one on which a decoder panics.
    pub(crate) fn read(path: &Path, format: Format) -> Self {
        guarded(|| Self::read_unguarded(path, format)).unwrap_or_default()
    }

    fn read_unguarded(path: &Path, format: Format) -> Self {
        match format {
            Format::M4a | Format::M4b => mp4(path),
            Format::Mp3 => match id3(path).unwrap_or_default() {
                label if label.seconds > 0.0 => Some(label),
                label => Some(label.or(probed(path).unwrap_or_default())),
            },
            Format::Flac => flac(path),
            Format::Opus | Format::Wav => probed(path),
        }
        .unwrap_or_default()
    }

    /// Whether nothing is missing that a file can say.
    pub(super) fn is_whole(&self) -> bool {
        !self.title.is_empty()
            && !self.language.is_empty()
            && self.seconds > 0.0
            && !self.chapters.is_empty()
            && self.cover.is_some()
    }

    /// The same, and what only `other` knows.
    pub(super) fn or(self, other: Self) -> Self {
        let or = |one: String, other: String| if one.is_empty() { other } else { one };
        Self {
            title: or(self.title, other.title),
            summary: or(self.summary, other.summary),
            language: or(self.language, other.language),
            seconds: if self.seconds > 0.0 { self.seconds } else { other.seconds },
            chapters: if self.chapters.is_empty() { other.chapters } else { self.chapters },
            cover: self.cover.or(other.cover),
        }
    }
}

fn mp4(path: &Path) -> Option<Label> {
    let mut file = File::open(path).ok()?;
    let tag = atoms::fit(&mut file).ok()?.then(|| mp4ameta::Tag::read_from(&mut file).ok())??;
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let language = mp4ameta::FreeformIdent::new_borrowed("com.apple.iTunes", "LANGUAGE");
    let chapters = if tag.userdata.chapter_list().is_empty() {
        tag.userdata.chapter_track()
    } else {
        tag.userdata.chapter_list()
    };
    Some(Label {
        title: text(tag.userdata.title()),
        summary: text(tag.userdata.comment()),
        language: text(tag.userdata.strings_of(&language).next()),
        seconds: tag.duration().as_secs_f64(),
        chapters: chapters
            .iter()
            .map(|chapter| (chapter.start.as_secs_f64(), chapter.title.clone()))
            .collect(),
        cover: tag.userdata.artwork().map(|image| image.data.to_vec()),
    })
}

fn id3(path: &Path) -> Option<Label> {
    let tag = id3::Tag::read_from_path(path).ok()?;
    let seconds = |ms: u32| f64::from(ms) / 1000.0;
    let name = |chapter: &id3::frame::Chapter| {
        let title = chapter.frames.iter().find(|frame| frame.id() == "TIT2");
        title.and_then(|frame| frame.content().text()).unwrap_or_default().to_owned()
    };
    let mut chapters: Vec<(f64, String)> =
        tag.chapters().map(|chapter| (seconds(chapter.start_time), name(chapter))).collect();
    chapters.sort_by(|one, other| one.0.total_cmp(&other.0));
    Some(Label {
        title: tag.title().unwrap_or_default().to_owned(),
        summary: tag.comments().next().map(|comment| comment.text.clone()).unwrap_or_default(),
        language: tag.get("TLAN").and_then(|frame| frame.content().text()).map(short).unwrap_or_default(),
        // The last chapter ends where the session does.
        seconds: tag.chapters().map(|chapter| seconds(chapter.end_time)).fold(0.0, f64::max),
        chapters,
        cover: tag.pictures().next().map(|picture| picture.data.clone()),
    })
}

/// The tag of a language that ID3 names by three letters.
fn short(code: &str) -> String {
    const CODES: [(&str, &str); 5] =
        [("eng", "en"), ("deu", "de"), ("spa", "es"), ("fra", "fr"), ("por", "pt")];
    CODES.iter().find(|(long, _)| *long == code).map(|(_, short)| (*short).to_owned()).unwrap_or_default()
}

fn flac(path: &Path) -> Option<Label> {
    let tag = metaflac::Tag::read_from_path(path).ok()?;
    let text =
        |key: &str| tag.get_vorbis(key).and_then(|mut values| values.next()).unwrap_or_default().to_owned();
    let sound = tag.get_streaminfo().filter(|sound| sound.sample_rate > 0);
    let keys = tag.vorbis_comments().into_iter().flat_map(|all| all.comments.keys());
    let times = keys.filter(|key| key.starts_with("CHAPTER") && !key.ends_with("NAME"));
    let mut chapters: Vec<(f64, String)> =
        times.filter_map(|key| Some((seconds(&text(key))?, text(&format!("{key}NAME"))))).collect();
    chapters.sort_by(|one, other| one.0.total_cmp(&other.0));
    Some(Label {
        title: text("TITLE"),
        summary: text("DESCRIPTION"),
        language: text("LANGUAGE"),
        seconds: sound.map_or(0.0, |sound| sound.total_samples as f64 / f64::from(sound.sample_rate)),
        chapters,
        cover: tag.pictures().next().map(|picture| picture.data.clone()),
    })
}

/// What symphonia reads.
fn probed(path: &Path) -> Option<Label> {
    let source = MediaSourceStream::new(Box::new(File::open(path).ok()?), Default::default());
    let mut hint = Hint::new();
    if let Some(ending) = path.extension().and_then(|ending| ending.to_str()) {
        hint.with_extension(ending);
    }
    let mut format =
        get_probe().probe(&hint, source, FormatOptions::default(), MetadataOptions::default()).ok()?;
    let length = length_of(format.default_track(TrackType::Audio)?);
    let mut label = Label { seconds: length.unwrap_or_default().as_secs_f64(), ..Label::default() };
    if let Some(revision) = format.metadata().skip_to_latest() {
        tags(revision, &mut label);
    }
    label.chapters = format.chapters().map(chapters).unwrap_or_default();
    Some(label)
}

fn tags(revision: &MetadataRevision, label: &mut Label) {
    for tag in &revision.media.tags {
        let value = tag.raw.value.to_string();
        match tag.raw.key.to_ascii_uppercase().as_str() {
            "TITLE" => label.title = value,
            "DESCRIPTION" => label.summary = value,
            "LANGUAGE" => label.language = value,
            _ => {}
        }
    }
    label.cover = revision.media.visuals.first().map(|visual| visual.data.to_vec());
}

fn chapters(group: &ChapterGroup) -> Vec<(f64, String)> {
    let title = |tag: &Tag| match &tag.std {
        Some(StandardTag::ChapterTitle(title)) => Some(title.to_string()),
        _ => None,
    };
    let chapter = |item: &ChapterGroupItem| match item {
        ChapterGroupItem::Chapter(chapter) => {
            Some((chapter.start_time.as_secs_f64(), chapter.tags.iter().find_map(title)?))
        }
        ChapterGroupItem::Group(_) => None,
    };
    group.items.iter().filter_map(chapter).collect()
}

/// "01:02:03.456" in seconds.
fn seconds(clock: &str) -> Option<f64> {
    let part = |part: &str| part.parse::<f64>().ok().filter(|part| part.is_finite() && *part >= 0.0);
    clock.split(':').try_fold(0.0, |sum, text| Some(sum * 60.0 + part(text)?)).filter(|sum| sum.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_read_in_seconds() {
        assert_eq!(seconds("01:02:03.456"), Some(3723.456));
        for clock in ["nonsense", "nan:00:00", "00:inf", "-1:00", "1e308:00:00"] {
            assert_eq!(seconds(clock), None, "{clock}");
        }
    }

    #[test]
    fn a_file_on_which_a_decoder_panics_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("broken.flac");
        // A picture of two bytes, whose fields are looked for behind its end.
        std::fs::write(&path, b"fLaC\x86\0\0\x02\0\0").unwrap();
        assert!(guarded(|| Label::read_unguarded(&path, Format::Flac)).is_none(), "nothing panics any more");
        assert_eq!(Label::read(&path, Format::Flac), Label::default());
    }

    #[test]
    fn what_one_file_lacks_another_may_say() {
        let one = Label { title: "Bed".to_owned(), seconds: 10.0, ..Label::default() };
        let other =
            Label { title: "Other".to_owned(), language: "en".to_owned(), seconds: 11.0, ..Label::default() };
        let both = one.or(other);
        assert_eq!((both.title.as_str(), both.language.as_str(), both.seconds), ("Bed", "en", 10.0));
        assert!(!both.is_whole());
    }
}
