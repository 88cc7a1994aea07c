//! Numbers agree with their nouns, and sentences end where people end them.

use supine::phrases::Sentence;

use super::{assert_said, phrases};

/// By language: what is written, and what is said.
const AGREEMENT: &[(&str, &[(&str, &str)])] = &[
    (
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
    ),
    (
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
    ),
    (
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
    ),
    (
        "pt",
        &[
            (
                "2 a 3 minutos, Conte de 1 a 10, 2 a cada lado, 2 a 3 pernas",
                "Dois a três minutos, Conte de um a dez, dois a cada lado, duas a três pernas",
            ),
            ("2 dias, 2 mapas, 1 ou 2 vezes, 2 mãos", "Dois dias, dois mapas, uma ou duas vezes, duas mãos"),
            ("1 longa respiração, 2 grandes voltas", "Uma longa respiração, duas grandes voltas"),
        ],
    ),
];

#[test]
fn a_number_agrees_with_its_noun_even_across_a_second_number() {
    for (language, pairs) in AGREEMENT {
        assert_said(language, pairs);
    }
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
