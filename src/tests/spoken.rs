//! The text that an engine receives: everything in words, in every language with phrases.

mod anything;
mod grammar;

use supine::phrases::Phrases;

fn phrases(language: &str) -> Phrases {
    Phrases::for_language(language).0
}

/// Compares a written text with the spoken one.
#[track_caller]
fn assert_said(language: &str, pairs: &[(&str, &str)]) {
    let phrases = phrases(language);
    for (written, said) in pairs {
        assert_eq!(phrases.spoken(written), *said, "{written}");
        assert_eq!(phrases.spoken(said), *said, "said again");
    }
}

/// Written texts, and how they are spoken.
const ENGLISH: &[(&str, &str)] = &[
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
    ("Bend your R knee, then the L. R side too.", "Bend your right knee, then the L. Right side too."),
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
    ("Pillows, blankets, etc. Then rest, etc.", "Pillows, blankets, and so on. Then rest, and so on."),
    ("legs and/or hips/back", "legs and or hips or back"),
    ("Rest 😀 → now • softly… and slowly…", "Rest, now softly, and slowly."),
    ("“Child’s pose” — it’s ‘soft’", "\"Child's pose\", it's 'soft'"),
    ("No. 3 of 10. No. Rest.", "Number three of ten. No. Rest."),
    ("1,000 and 1,000.5 and 1.234", "One thousand and one thousand point five and one point two three four"),
    ("at 3:30, or 10:00, ratio 4:6", "at three thirty, or ten, ratio four to six"),
    ("10+ breaths, ~20, #1", "Ten or more breaths, about twenty, number one"),
    ("a 10-minute, 5-10-minute L5-S1 B12", "a ten-minute, five to ten-minute L five-S one B twelve"),
    ("knee(s) [side]", "knees, side"),
    ("12345678 and ① and ٣", "One two three four five six seven eight and one and three"),
    ("Wait... .5 s", "Wait, zero point five seconds"),
];

#[test]
fn english_is_written_out() {
    assert_said("en", ENGLISH);
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
fn a_language_without_phrases_is_left_to_its_voice() {
    assert_eq!(phrases("hi").spoken("10 सेकंड रुकें।"), "10 सेकंड रुकें।");
    assert_eq!(phrases("hi").sentences("10 सेकंड रुकें।")[0].text, "10 सेकंड रुकें।");
}
