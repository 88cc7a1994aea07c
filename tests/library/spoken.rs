//! The text that an engine gets: everything in words, in every language that has phrases.

use std::collections::HashMap;
use std::sync::LazyLock;

use proptest::prelude::*;
use supine::phrases::{Phrases, Sentence};

fn phrases(language: &str) -> Phrases {
    Phrases::for_language(language).0
}

/// Compares what is written with what is said.
#[track_caller]
fn assert_said(language: &str, pairs: &[(&str, &str)]) {
    let phrases = phrases(language);
    for (written, said) in pairs {
        assert_eq!(phrases.spoken(written), *said, "{written}");
        assert_eq!(phrases.spoken(said), *said, "said again");
    }
}

#[test]
fn english_is_written_out() {
    assert_said(
        "en",
        &[
            ("Hold for 10.", "Hold for ten."),
            ("Rest for 10s, or 10 s, or 10 sec.", "Rest for ten seconds, or ten seconds, or ten seconds."),
            ("1 s, 1 min, 1.5 min, 5 min.", "One second, one minute, one point five minutes, five minutes."),
            ("Hold 10 sec. Then rest.", "Hold ten seconds. Then rest."),
            ("Hold 10 sec. and rest a few min.", "Hold ten seconds and rest a few minutes."),
            (
                "Go 1/2 way, 1/2 min, 2 1/2 min, 2½ hours.",
                "Go half way, half a minute, two and a half minutes, two and a half hours.",
            ),
            ("3/4 or 2/5 of 10%", "Three quarters or two fifths of ten percent"),
            ("Hold 5-10 s, 5 – 10 min, 5—10.", "Hold five to ten seconds, five to ten minutes, five to ten."),
            ("Do it 3x, 1x, 2 x 30 s, 4×.", "Do it three times, once, two times thirty seconds, four times."),
            ("The 2nd and the 21st time", "The second and the twenty-first time"),
            ("Bend 90°, or 1°, at 20 °C.", "Bend ninety degrees, or one degree, at twenty degrees Celsius."),
            (
                "Bend your R knee, then the L. R side too.",
                "Bend your right knee, then the L. Right side too.",
            ),
            ("Both (L/R) legs & arms + hips", "Both, left and right, legs and arms plus hips"),
            (
                "Use a prop, e.g. a pillow, i.e. something soft.",
                "Use a prop, for example a pillow, that is something soft.",
            ),
            (
                "approx. 10 cm, vs. 4 in. off the bed, 6 ft",
                "approximately ten centimetres, versus four inches off the bed, six feet",
            ),
            ("Count to 10 in. Then rest.", "Count to ten in. Then rest."),
            (
                "Pillows, blankets, etc. Then rest, etc.",
                "Pillows, blankets, and so on. Then rest, and so on.",
            ),
            ("legs and/or hips/back", "legs and or hips or back"),
            ("Rest 😀 → now • softly… and slowly…", "Rest, now softly, and slowly."),
            ("“Child’s pose” — it’s ‘soft’", "\"Child's pose\", it's 'soft'"),
            ("No. 3 of 10. No. Rest.", "Number three of ten. No. Rest."),
            (
                "1,000 and 1,000.5 and 1.234",
                "One thousand and one thousand point five and one point two three four",
            ),
            ("at 3:30, or 10:00, ratio 4:6", "at three thirty, or ten, ratio four to six"),
            ("10+ breaths, ~20, #1", "Ten or more breaths, about twenty, number one"),
            ("a 10-minute, 5-10-minute L5-S1 B12", "a ten-minute, five to ten-minute L five-S one B twelve"),
            ("knee(s) [side]", "knees, side"),
            ("12345678 and ① and ٣", "One two three four five six seven eight and one and three"),
            ("Wait... .5 s", "Wait, zero point five seconds"),
        ],
    );
}

#[test]
fn spanish_is_written_out() {
    assert_said(
        "es",
        &[
            (
                "21 respiraciones, 1 almohada, 31 pasos, 1 y 2",
                "Veintiuna respiraciones, una almohada, treinta y un pasos, uno y dos",
            ),
            ("Quédate 21 s, 1 min o 31 h.", "Quédate veintiún segundos, un minuto o treinta y una horas."),
            (
                "Una almohada, p. ej. la tuya, aprox. 10 cm.",
                "Una almohada, por ejemplo la tuya, aproximadamente diez centímetros.",
            ),
            (
                "5-10 veces, 3x, 1 x, 1,5 s, 1.000",
                "Cinco a diez veces, tres veces, una vez, uno coma cinco segundos, mil",
            ),
            (
                "El 2.º pie y la 3ª vez, el 1er día, 90º",
                "El segundo pie y la tercera vez, el primer día, noventa grados",
            ),
            (
                "rodilla D, pie I, pierna dcha., 10%",
                "rodilla derecha, pie izquierdo, pierna derecha, diez por ciento",
            ),
            ("½ min, 2 1/2 h, 1/2", "Medio minuto, dos horas y media, un medio"),
            ("Mantas, cojines, etc. Descansa y/o duerme.", "Mantas, cojines, etcétera. Descansa o duerme."),
            ("¿Listo? 10 respiraciones.", "¿Listo? Diez respiraciones."),
        ],
    );
}

#[test]
fn german_is_written_out() {
    assert_said(
        "de",
        &[
            ("1 Kissen, von 1 bis 3", "Ein Kissen, von eins bis drei"),
            (
                "Bleib 10 s, 1 Min., ca. 5 Min. so.",
                "Bleib zehn Sekunden, eine Minute, circa fünf Minuten so.",
            ),
            (
                "Ein Kissen, z. B. deins, bzw. z.B. keins, d. h. nichts.",
                "Ein Kissen, zum Beispiel deins, beziehungsweise zum Beispiel keins, das heißt nichts.",
            ),
            (
                "3x, 1x, 5–10 Mal, 1,5 m, 1.000",
                "Dreimal, einmal, fünf bis zehn Mal, eins Komma fünf Meter, tausend",
            ),
            ("das 2. Mal, auf der 2. Seite", "das zweite Mal, auf der zweiten Seite"),
            ("Zähle bis 10. Dann ruh.", "Zähle bis zehn. Dann ruh."),
            (
                "R Knie, L Fuß, R Hand, li. und re.",
                "Rechtes Knie, linker Fuß, rechte Hand, links und rechts.",
            ),
            (
                "1/2 Min., 1 1/2 h, 2½, 90°, 10 %",
                "Eine halbe Minute, eineinhalb Stunden, zweieinhalb, neunzig Grad, zehn Prozent",
            ),
            ("um 20:30 Uhr usw.", "um zwanzig Uhr dreißig und so weiter."),
        ],
    );
}

#[test]
fn french_is_written_out() {
    assert_said(
        "fr",
        &[
            ("21 respirations, 1 jambe, 1 pied", "Vingt et une respirations, une jambe, un pied"),
            (
                "Reste 21 s, 1 min, 1,5 s, 80 s.",
                "Reste vingt et une secondes, une minute, un virgule cinq seconde, quatre-vingts secondes.",
            ),
            (
                "Un coussin, p. ex. le tien, env. 10 cm.",
                "Un coussin, par exemple le tien, environ dix centimètres.",
            ),
            (
                "5-10 fois, 3x, 2e fois, 1er pied, 1re jambe",
                "Cinq à dix fois, trois fois, deuxième fois, premier pied, première jambe",
            ),
            ("genou D, jambe G, 1\u{202f}000, 3h30", "genou droit, jambe gauche, mille, trois heures trente"),
            (
                "½ min, 2 1/2 h, 90°, 10 %",
                "Une demi-minute, deux heures et demie, quatre-vingt-dix degrés, dix pour cent",
            ),
            ("c.-à-d. « doucement » ; n° 3", "c'est-à-dire \" doucement \"; numéro trois"),
        ],
    );
}

#[test]
fn portuguese_is_written_out() {
    assert_said(
        "pt",
        &[
            ("2 respirações, 2 pernas, 2 joelhos", "Duas respirações, duas pernas, dois joelhos"),
            ("Fique 22 s, 1 min ou 2 h.", "Fique vinte e dois segundos, um minuto ou duas horas."),
            (
                "Uma almofada, p. ex. a sua, aprox. 10 cm.",
                "Uma almofada, por exemplo a sua, aproximadamente dez centímetros.",
            ),
            (
                "5-10 vezes, 2x, 1x, a 2ª vez, o 3º lado",
                "Cinco a dez vezes, duas vezes, uma vez, a segunda vez, o terceiro lado",
            ),
            ("joelho D, perna E, E perna", "joelho direito, perna esquerda, E perna"),
            ("½ min, 2 1/2 h, 90°, 10 %", "Meio minuto, duas horas e meia, noventa graus, dez por cento"),
        ],
    );
}

#[test]
fn a_number_agrees_with_its_noun_even_across_a_second_number() {
    assert_said(
        "es",
        &[
            ("1 vez a la derecha, 21 veces", "Una vez a la derecha, veintiuna veces"),
            ("Cuenta de 1 a 10, de 1 a 3 minutos", "Cuenta de uno a diez, de uno a tres minutos"),
            ("21 a 31 segundos, 1-2 min", "Veintiuno a treinta y un segundos, uno a dos minutos"),
            (
                "1 o 2 veces, 1 o 2 respiraciones, 1 o 2x",
                "Una o dos veces, una o dos respiraciones, una o dos veces",
            ),
            (
                "1 pie, 1 cojín, 1 bloque, 1 cinturón, 1 almohadón, 1 mano, 1 día",
                "Un pie, un cojín, un bloque, un cinturón, un almohadón, una mano, un día",
            ),
            ("1 gran respiración, 1 suave pausa", "Una gran respiración, una suave pausa"),
        ],
    );
    assert_said(
        "de",
        &[
            (
                "1 Minute, 1 Sekunde, 1 Runde, 1 Decke, 1 Hand, 1 Schulter, 1 Kissen, 1 Bein",
                "Eine Minute, eine Sekunde, eine Runde, eine Decke, eine Hand, eine Schulter, ein Kissen, ein Bein",
            ),
            (
                "1 bis 2 Minuten, 1-2 min, 1 bis 2 m",
                "Eine bis zwei Minuten, eine bis zwei Minuten, ein bis zwei Meter",
            ),
            ("Bleib 1 Atemzug lang. Nimm 1 Gurt.", "Bleib einen Atemzug lang. Nimm einen Gurt."),
            ("1 langsamer Atemzug", "Ein langsamer Atemzug"),
        ],
    );
    assert_said(
        "fr",
        &[
            (
                "1 couverture, 1 épaule, 1 serviette, 1 cuisse, 1 hanche, 1 cheville, 1 chaise, 1 coussin",
                "Une couverture, une épaule, une serviette, une cuisse, une hanche, une cheville, une chaise, un coussin",
            ),
            (
                "1 à 2 min, 1 ou 2 respirations, de 1 à 10",
                "Une à deux minutes, une ou deux respirations, de un à dix",
            ),
            ("21 couvertures, 1 longue respiration", "Vingt et une couvertures, une longue respiration"),
        ],
    );
    assert_said(
        "pt",
        &[
            (
                "2 a 3 minutos, Conte de 1 a 10, 2 a cada lado, 2 a 3 pernas",
                "Dois a três minutos, Conte de um a dez, dois a cada lado, duas a três pernas",
            ),
            ("2 dias, 2 mapas, 1 ou 2 vezes, 2 mãos", "Dois dias, dois mapas, uma ou duas vezes, duas mãos"),
            ("1 longa respiração, 2 grandes voltas", "Uma longa respiração, duas grandes voltas"),
        ],
    );
}

#[test]
fn halves_bend_with_what_they_are_halves_of() {
    for (language, pairs) in [
        (
            "es",
            vec![
                ("1½ min, 1 1/2 h, 1 1/2 vueltas", "Un minuto y medio, una hora y media, una vuelta y media"),
                ("1/2 hora, 1/2 vuelta, 1/2 respiración", "Media hora, media vuelta, media respiración"),
                ("2 1/2 vueltas, 2 1/4 h", "Dos vueltas y media, dos horas y un cuarto"),
            ],
        ),
        (
            "de",
            vec![
                (
                    "1/2 Minute, 1/2 m, 1/2 cm, 1/2 km, 1/2 kg",
                    "Eine halbe Minute, ein halber Meter, ein halber Zentimeter, ein halber Kilometer, ein halbes Kilo",
                ),
                (
                    "1/2 Runde, 1/2 Atemzug, 1/2 Kissen, 1/2 °",
                    "Eine halbe Runde, ein halber Atemzug, ein halbes Kissen, ein halber Grad",
                ),
                ("1 1/2 Runden, 2½ h", "Eineinhalb Runden, zweieinhalb Stunden"),
            ],
        ),
        (
            "fr",
            vec![
                ("1/2 heure, 1/2 tour, 1/4 h", "Une demi-heure, un demi-tour, un quart d'heure"),
                (
                    "1 1/2 tour, 2 1/2 tours, 1½ min",
                    "Un tour et demi, deux tours et demi, une minute et demie",
                ),
            ],
        ),
        (
            "pt",
            vec![
                ("1/2 hora, 1/2 volta, 1½ min", "Meia hora, meia volta, um minuto e meio"),
                ("1 1/2 h, 1 1/2 voltas", "Uma hora e meia, uma volta e meia"),
            ],
        ),
    ] {
        assert_said(language, &pairs);
    }
}

#[test]
fn an_ordinal_sign_behind_a_number_that_is_no_ordinal_is_a_degree() {
    for (language, written, said) in [
        ("en", "45º", "Forty-five degrees"),
        ("de", "45º", "Fünfundvierzig Grad"),
        ("es", "a 90º, 180º, 5º lado", "a noventa grados, ciento ochenta grados, quinto lado"),
        ("fr", "45º, 90º", "Quarante-cinq degrés, quatre-vingt-dix degrés"),
        ("pt", "90º, 180º, o 3º, 2ª vez", "Noventa graus, cento e oitenta graus, o terceiro, segunda vez"),
    ] {
        assert_said(language, &[(written, said)]);
    }
}

#[test]
fn a_time_of_day_is_said_as_people_say_it() {
    for (language, written, said) in [
        ("en", "at 3:05, at 3:30, at 10:00", "at three oh five, at three thirty, at ten"),
        (
            "de",
            "um 20:30 Uhr, 1:30 Uhr, um 8:05",
            "um zwanzig Uhr dreißig, ein Uhr dreißig, um acht Uhr fünf",
        ),
        (
            "es",
            "a la 1:30, a las 2:30, a las 20:30 h",
            "a la una y treinta, a las dos y treinta, a las veinte y treinta",
        ),
        ("es", "10 p.m., 3 p.m., a la 1 a.m.", "Diez de la noche, tres de la tarde, a la una de la mañana."),
        ("fr", "1:30, à 20:30, à 20:00", "Une heure trente, à vingt heures trente, à vingt heures"),
        ("pt", "às 2:30, à 1:00", "às duas e trinta, à uma hora"),
    ] {
        assert_said(language, &[(written, said)]);
    }
}

#[test]
fn a_german_ordinal_without_an_article_ends_no_sentence() {
    let shown = |text| -> Vec<String> {
        phrases("de").sentences(text).into_iter().map(|sentence| sentence.spoken).collect()
    };
    assert_eq!(shown("Jetzt 2. Seite. 1. Seite: rechts."), ["Jetzt zweite Seite.", "Erste Seite: rechts."]);
    assert_eq!(
        shown("Der 1. Fuß, der 2. Zeh, ein 2. Atemzug."),
        ["Der erste Fuß, der zweite Zeh, ein zweiter Atemzug."]
    );
    assert_eq!(shown("Zähle bis 10. Dann ruh."), ["Zähle bis zehn.", "Dann ruh."]);
    assert_eq!(shown("Zähle bis 2. Seite wechseln."), ["Zähle bis zwei.", "Seite wechseln."]);
}

#[test]
fn an_abbreviation_ends_no_sentence_and_a_number_may_begin_one() {
    let sentences = |language, text| phrases(language).sentences(text);
    let shown = |language, text| -> Vec<String> {
        sentences(language, text).into_iter().map(|sentence| sentence.text).collect()
    };
    assert_eq!(shown("en", "Breathe in. And out, slowly."), ["Breathe in.", "And out, slowly."]);
    assert_eq!(
        shown("en", "Take a prop, e.g. Anna's pillow. Rest."),
        ["Take a prop, e.g. Anna's pillow.", "Rest."]
    );
    assert_eq!(shown("en", "Hold approx. Ten. Rest."), ["Hold approx. Ten.", "Rest."]);
    assert_eq!(shown("de", "Nimm z. B. Kissen. Ruh."), ["Nimm z. B. Kissen.", "Ruh."]);
    assert_eq!(shown("fr", "Prends p. ex. Un coussin."), ["Prends p. ex. Un coussin."]);
    assert_eq!(
        sentences("en", "Rest 5 min. Then 😀 rise."),
        [
            Sentence { text: "Rest 5 min.".to_owned(), spoken: "Rest five minutes.".to_owned() },
            Sentence { text: "Then 😀 rise.".to_owned(), spoken: "Then rise.".to_owned() },
        ]
    );
    assert_eq!(sentences("en", "Rest. 10 breaths.").len(), 1, "as Unicode has it");
    assert_eq!(phrases("en").spoken("Rest. 10 breaths."), "Rest. Ten breaths.");
    assert_eq!(shown("en", "… 😀"), [""; 0]);
}

#[test]
fn a_language_without_phrases_is_left_to_its_voice() {
    assert_eq!(phrases("hi").spoken("10 सेकंड रुकें।"), "10 सेकंड रुकें।");
    assert_eq!(phrases("hi").sentences("10 सेकंड रुकें।")[0].text, "10 सेकंड रुकें।");
}

/// Words, numbers, signs and gaps as people write them, and as they do not.
fn piece() -> impl Strategy<Value = String> {
    let written = prop::sample::select(vec![
        "knee",
        "R",
        "L",
        "D",
        "G",
        "E",
        "Knie",
        "jambe",
        "rodilla",
        "perna",
        "e.g.",
        "z. B.",
        "p. ex.",
        "ca.",
        "etc.",
        "min.",
        "sec",
        "no.",
        "No.",
        "n°",
        "nº",
        "2.º",
        "1er",
        "in.",
        "5-10",
        "1/2",
        "3x",
        "90°",
        "10%",
        "°",
        "%",
        "&",
        "+",
        "/",
        "×",
        "~",
        "#",
        "#1",
        "½",
        "2½",
        "²",
        "①",
        "٣",
        "…",
        "...",
        ".5",
        "3:30",
        "4:6",
        "1,000.5",
        "1.2.3",
        "00",
        "7777777",
        "😀",
        "→",
        "•",
        "’",
        "“",
        "»",
        "—",
        "–",
        "-",
        "(",
        ")",
        "[",
        "](/",
        "{",
        "}",
        "\u{a0}",
        "\u{ad}",
        "e\u{301}",
        "ﬁ",
        "L/R",
        "w/",
        "and/or",
        ",",
        ".",
        "!",
        "?",
        ":",
        ";",
        "'",
        "\"",
        "s",
        "h",
        "m",
        "x",
        "the",
        "der",
        "die",
        "el",
        "o",
        "uhr",
        "pm",
        "c.-à-d.",
        "Rest",
        "30\"",
        "1'30\"",
        "5'",
        "≥",
        "<",
        ">",
        "±",
        "→",
        "=",
        "@",
        "−",
        "4-7-8",
        "90/90",
        "30s/side",
        "x3",
        "in your 60s",
        "St.",
        "1:30",
        "0:45",
        "/day",
        "/lado",
        "/Seite",
        "Hold",
        "–",
        "1'000",
        "′",
        "″",
    ]);
    prop_oneof![
        6 => written.prop_map(str::to_owned),
        2 => (0u32..4_000).prop_map(|n| n.to_string()),
        1 => any::<char>().prop_map(String::from),
    ]
}

/// Read once: a thousand cases need them.
static READ: LazyLock<HashMap<&str, Phrases>> =
    LazyLock::new(|| Phrases::languages().map(|language| (language, phrases(language))).collect());

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_is_written_no_digit_and_no_sign_is_left_and_saying_it_again_changes_nothing(
        pieces in prop::collection::vec((piece(), prop::sample::select(vec!["", " ", " ", " ", ". "])), 0..12),
        language in prop::sample::select(vec!["en", "es", "de", "fr", "pt"]),
    ) {
        let written: String = pieces.into_iter().flat_map(|(piece, gap)| [piece, gap.to_owned()]).collect();
        let phrases = &READ[language];
        let said = phrases.spoken(&written);
        prop_assert!(!said.contains(|c: char| c.is_numeric() || "/&%+°×~#[](){}_|<>≤≥±=@−→".contains(c)), "{written:?}: {said:?}");
        prop_assert!(!said.contains(char::is_control) && !said.contains("  ") && said.trim() == said, "{written:?}: {said:?}");
        prop_assert_eq!(phrases.spoken(&said), said.clone(), "{:?}", &written);
        for sentence in phrases.sentences(&written) {
            prop_assert!(sentence.spoken.chars().any(char::is_alphabetic), "{written:?}: {sentence:?}");
            prop_assert_eq!(sentence.text.trim(), &sentence.text);
        }
    }
}
