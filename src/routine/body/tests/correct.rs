//! Scripts that a body can follow, in every language: nothing is warned of.

use crate::routine::lint::lint;
use crate::routine::parse::parse;

const SCRIPTS: [(&str, &str); 5] = [
    ("en", include_str!("correct/en.toml")),
    ("de", include_str!("correct/de.toml")),
    ("es", include_str!("correct/es.toml")),
    ("fr", include_str!("correct/fr.toml")),
    ("pt", include_str!("correct/pt.toml")),
];

#[test]
fn nothing_is_warned_of_where_nothing_is_wrong() {
    for (language, text) in SCRIPTS {
        let routine = parse(text).unwrap();
        assert_eq!(routine.language, language);
        let told: Vec<String> =
            lint(&routine).iter().map(|warning| warning.render(text, language, false)).collect();
        assert!(told.is_empty(), "{}", told.join("\n\n"));
    }
}
