//! Language tags, such as `en-GB`: their primary subtag, and whether one tag is a variety of another.
//! Written by hand, without `oxilangtag`: half of the strings compared here are not tags (`en-us+f3` of
//! espeak-ng, `en_US.UTF-8` of the system), and files may use only some of the valid tags (no `x-mine`, no
//! `i-klingon`).

/// The primary subtag, in the case in which it is written: `en` of `en-GB`, of the voice `en-us+f3` and of
/// the locale `en_US.UTF-8`. Empty if there is none.
pub(crate) fn primary(tag: &str) -> &str {
    tag.split(['-', '+', '_', '.', '@']).next().unwrap_or_default()
}

/// The tag of a language that a listener chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag(String);

impl std::str::FromStr for Tag {
    type Err = String;

    /// Reads a tag such as `pt-BR`, or a locale such as `pt_BR.UTF-8`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let tag = text.split(['.', '@']).next().unwrap_or_default().replace('_', "-");
        let (primary, rest) = tag.split_at(primary(&tag).len());
        let tag = format!("{}{rest}", primary.to_lowercase());
        match is_well_formed(&tag) {
            true => Ok(Self(tag)),
            false => Err(format!("`{text}` is not a language: use a tag such as en, de or pt-BR")),
        }
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The variety in which supine's own texts in a language are written, where its name alone would lead to another one:
/// Portuguese is that of Brazil.
pub(crate) fn as_written(tag: &str) -> &str {
    if tag.eq_ignore_ascii_case("pt") { "pt-BR" } else { tag }
}

/// Whether two tags name the same language, in whatever region: `en-US` and `en-gb` do.
pub fn is_same(one: &str, other: &str) -> bool {
    primary(one).eq_ignore_ascii_case(primary(other))
}

/// Whether `tag` is `wanted` or a variety of it: `en-GB` is a variety of `en`, but `en` is not one of
/// `en-GB`.
pub fn is_kind_of(tag: &str, wanted: &str) -> bool {
    let (tag, wanted) = (tag.to_lowercase(), wanted.to_lowercase());
    tag == wanted || tag.strip_prefix(&wanted).is_some_and(|rest| rest.starts_with('-'))
}

/// Whether a file may use this tag: two or three lowercase letters, then parts of up to eight letters and
/// digits, each after a hyphen.
pub(crate) fn is_well_formed(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.chars().all(|c| c.is_ascii_lowercase())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_primary_part_is_found_in_tags_voices_and_locales() {
        let cases =
            [("en", "en"), ("en-GB", "en"), ("en-us+f3", "en"), ("pt_BR.UTF-8", "pt"), ("de@euro", "de")];
        for (tag, expected) in cases {
            assert_eq!(primary(tag), expected, "{tag}");
        }
        assert_eq!(primary(""), "");
    }

    #[test]
    fn a_listener_may_write_a_tag_as_their_system_does() {
        for (text, tag) in [("de", "de"), ("DE", "de"), ("pt_BR.UTF-8", "pt-BR"), ("de@euro", "de")] {
            assert_eq!(text.parse::<Tag>().map(|tag| tag.to_string()), Ok(tag.to_owned()));
        }
        assert!(["", "german", "d", "C"].iter().all(|text| text.parse::<Tag>().is_err()));
    }

    #[test]
    fn two_tags_of_one_language_are_the_same_language_in_any_case() {
        assert!(is_same("en-US", "EN_gb") && is_same("en-us+f3", "en"));
        assert!(!is_same("en", "eng") && !is_same("de", "en"));
    }

    #[test]
    fn a_kind_is_the_tag_or_longer_by_whole_parts() {
        assert!(is_kind_of("en-GB", "en") && is_kind_of("en-gb-x-rp", "en-GB") && is_kind_of("de", "DE"));
        assert!(!is_kind_of("en", "en-GB") && !is_kind_of("eng", "en"));
    }

    #[test]
    fn a_file_names_a_language_by_small_letters_and_short_parts() {
        assert!(
            ["en", "gsw", "en-GB", "zh-Hant-TW", "ca-valencia"].map(is_well_formed).iter().all(|fits| *fits)
        );
        let other = ["", "e", "EN", "english", "en_GB", "en-", "en-us+f3", "de-toolongpart"];
        assert!(other.map(is_well_formed).iter().all(|fits| !fits));
    }
}
