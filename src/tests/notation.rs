//! How shorthand in a routine is spoken, and the warnings that `supine check` gives about it.

use supine::phrases::Phrases;
use supine::phrases::notation::lint;
use supine::routine::parse::parse;

/// Compares what is written with what is said, sentence by sentence.
#[track_caller]
fn assert_said(language: &str, pairs: &[(&str, &str)]) {
    let (phrases, _) = Phrases::for_language(language);
    for (written, said) in pairs {
        let sentences: Vec<String> =
            phrases.sentences(written).into_iter().map(|sentence| sentence.spoken).collect();
        assert_eq!(sentences.join(" | "), *said, "{written}");
        assert_eq!(phrases.spoken(&said.replace(" | ", " ")), said.replace(" | ", " "), "said again");
    }
}

/// The warnings of `check` about a step.
fn doubts(language: &str, step: &str) -> Vec<(String, String)> {
    let text =
        format!("title = \"A\"\nlanguage = \"{language}\"\n[[pose]]\nname = \"B\"\nsteps = ['''{step}''']\n");
    let warnings = lint(&parse(&text).expect("a routine"));
    for warning in &warnings {
        assert_eq!(warning.code, "doubtful-notation");
        assert!(text[warning.span.0.clone()].contains(step), "the text itself is pointed at");
    }
    warnings.into_iter().map(|warning| (warning.message, warning.help)).collect()
}

/// What is written, and what is said.
const ENGLISH: &[(&str, &str)] = &[
    ("Hold 30s/side, 2x/day.", "Hold thirty seconds a side, twice a day."),
    ("10 breaths/side, 10 slow breaths / side", "Ten breaths a side, ten slow breaths a side"),
    (
        "30 sec/leg, 3×/week, 10 sec./arm, 5-10x, 1x/day",
        "Thirty seconds a leg, three times a week, ten seconds an arm, five to ten times, once a day",
    ),
    ("4-7-8 breathing, 3-2-1", "Four, seven, eight breathing, three, two, one"),
    ("4:4:4:4, 4/7/8, 4–7–8", "Four, four, four, four, four, seven, eight, four, seven, eight"),
    (
        "Make a 1/4 turn, then a ¼ turn, then 1/4 turn.",
        "Make a quarter turn, then a quarter turn, then a quarter turn.",
    ),
    (
        "1/2 hour, 1/2 breath, a 1/2 turn, 1/2 way, the 2nd 1/2",
        "Half an hour, half a breath, a half turn, half way, the second half",
    ),
    (
        "2/3, 3/4, 1/8, 2/5, 3/4 h, 3/4 hour",
        "Two thirds, three quarters, an eighth, two fifths, three quarters of an hour, three quarters of an hour",
    ),
    (
        "Hold for 30\". Hold each side for 30″.",
        "Hold for thirty seconds. | Hold each side for thirty seconds.",
    ),
    ("Hold 5', rest 1'30\".", "Hold five minutes, rest one minute thirty."),
    ("A 4\" block, feet 6\" apart.", "A four inch block, feet six inches apart."),
    ("Say \"hold for 30\" and 'soft 5' now.", "Say \"hold for thirty\" and 'soft five' now."),
    (
        "Keep knees <10cm apart, feet ≥ 20 cm apart, ≤ 3, > 5, <= 4, >=5.",
        "Keep knees less than ten centimetres apart, feet at least twenty centimetres apart, at most three, more than five, at most four, at least five.",
    ),
    ("If you are in your 60s, take a pillow.", "If you are in your sixties, take a pillow."),
    ("In your 50's, mid-40s, or for 30s.", "In your fifties, mid-forties, or for thirty seconds."),
    ("The 90/90 stretch, 50/50, 24/7", "The ninety ninety stretch, fifty fifty, twenty-four seven"),
    ("St. John's pose.", "Saint John's pose."),
    ("Go to Main St. Then rest like St. John.", "Go to Main Street. | Then rest like Saint John."),
    (
        "Hold x3. Hold ×3. Hold 3x. Hold x 3.",
        "Hold three times. | Hold three times. | Hold three times. | Hold three times.",
    ),
    (
        "3 sets x 10 reps, 3 sets × 30 s, 2 x 30 s, 2 sets of 10",
        "Three sets of ten reps, three sets of thirty seconds, two times thirty seconds, two sets of ten",
    ),
    ("Hold for 1:30 min, 0:45, 2:00 min.", "Hold for one minute thirty, forty-five seconds, two minutes."),
    ("Hold 1:30. Rest at 1:30, at 3:05.", "Hold one minute thirty. | Rest at one thirty, at three oh five."),
    ("1:30 hours, 1h30, 5 min. 30 sec.", "One hour thirty, one hour thirty, five minutes thirty seconds."),
    (
        "Bend your Rt. knee. Lt. & Rt. Then L & R.",
        "Bend your right knee. | Left and right. | Then left and right.",
    ),
    (
        "±5 cm, +/- 5, ~10, ≈ 3, −5 °C, 45º",
        "Plus or minus five centimetres, plus or minus five, about ten, about three, minus five degrees Celsius, forty-five degrees",
    ),
    (
        "90°-90°, 45°-90°, 30s-60s, 30 s – 1 min, 50%-60%",
        "Ninety degrees, ninety degrees, forty-five degrees to ninety degrees, thirty seconds to sixty seconds, thirty seconds to one minute, fifty percent to sixty percent",
    ),
    (
        "3 legs – 2 arms, 5 → 10 breaths, inhale → exhale",
        "Three legs, two arms, five to ten breaths, inhale, exhale",
    ),
    (
        "min. 20 s, max. 5, a few min. 10 breaths",
        "at least twenty seconds, at most five, a few minutes. Ten breaths",
    ),
    (
        "w/ or w/o a block, incl. rest, left/right, @ 90°",
        "with or without a block, including rest, left or right, at ninety degrees",
    ),
    (
        "1'000 steps, 101, 1001, 1100",
        "One thousand steps, one hundred and one, one thousand and one, one thousand one hundred",
    ),
    ("Rest 10 a.m. Then rise at 3:30 p.m.", "Rest ten A M. | Then rise at three thirty P M."),
    ("Hold 30 s. 10 more & rest.", "Hold thirty seconds. Ten more and rest."),
];

#[test]
fn what_lay_people_write_in_english_is_said_as_it_is_meant() {
    assert_said("en", ENGLISH);
}

#[test]
fn what_lay_people_write_in_german_is_said_as_it_is_meant() {
    assert_said(
        "de",
        &[
            (
                "Halte 30 s/Seite, 2x/Tag, 10 Atemzüge/Seite.",
                "Halte dreißig Sekunden pro Seite, zweimal pro Tag, zehn Atemzüge pro Seite.",
            ),
            ("4-7-8 Atmung, 3-2-1", "Vier, sieben, acht Atmung, drei, zwei, eins"),
            (
                "Mach eine 1/4 Drehung, 1/4 Drehung, eine ½ Drehung.",
                "Mach eine viertel Drehung, eine viertel Drehung, eine halbe Drehung.",
            ),
            (
                "1/4 Stunde, 3/4 h, 2/3, 1/2",
                "Eine Viertelstunde, eine Dreiviertelstunde, zwei Drittel, einhalb",
            ),
            (
                "Halte 30\" oder 5' oder 1'30\".",
                "Halte dreißig Sekunden oder fünf Minuten oder eine Minute dreißig.",
            ),
            (
                "Knie <10cm, Füße ≥ 20 cm.",
                "Knie weniger als zehn Zentimeter, Füße mindestens zwanzig Zentimeter.",
            ),
            (
                "In deinen 60ern, im 4er-Rhythmus, 90/90 Dehnung",
                "In deinen Sechzigern, im Vierer-Rhythmus, neunzig neunzig Dehnung",
            ),
            ("Wie St. Martin. x3, ×3, 3x", "Wie Sankt Martin. dreimal, dreimal, dreimal"),
            (
                "1:30 min, 0:45, 1:30 h, um 20:30 Uhr, 1:30 Uhr",
                "Eine Minute dreißig, fünfundvierzig Sekunden, eine Stunde dreißig, um zwanzig Uhr dreißig, ein Uhr dreißig",
            ),
            (
                "re. Knie, li./re., das re. Knie, 2-3 Wdh./Seite",
                "rechtes Knie, links und rechts, das rechte Knie, zwei bis drei Wiederholungen pro Seite",
            ),
            (
                "das R Knie, mit der R Hand, den L Fuß, der R Fuß, dein R Knie",
                "das rechte Knie, mit der rechten Hand, den linken Fuß, der rechte Fuß, dein rechtes Knie",
            ),
            (
                "3 Sätze x 10, ca. 5 Min., min. 20 s, 10 000 Schritte",
                "Drei Sätze zu zehn, circa fünf Minuten, mindestens zwanzig Sekunden, zehntausend Schritte",
            ),
            ("30 s – 1 min, 90°-90°", "Dreißig Sekunden bis eine Minute, neunzig Grad, neunzig Grad"),
        ],
    );
}

#[test]
fn what_lay_people_write_in_spanish_is_said_as_it_is_meant() {
    assert_said(
        "es",
        &[
            (
                "30 s/lado, 2x/día, 3x/semana, 10 respiraciones/lado",
                "Treinta segundos por lado, dos veces al día, tres veces a la semana, diez respiraciones por lado",
            ),
            ("4-7-8, 3-2-1, postura 90/90", "Cuatro, siete, ocho, tres, dos, uno, postura noventa noventa"),
            (
                "1/4 de vuelta, 1/4 vuelta, un ¼ de vuelta, 2/3",
                "Un cuarto de vuelta, un cuarto de vuelta, un cuarto de vuelta, dos tercios",
            ),
            (
                "Aguanta 30\", 5' y 1'30\".",
                "Aguanta treinta segundos, cinco minutos y un minuto y treinta segundos.",
            ),
            (
                "<10cm, ≥ 20 cm, ~10 respiraciones",
                "Menos de diez centímetros, al menos veinte centímetros, más o menos diez respiraciones",
            ),
            ("Como Sta. Teresa. x3, ×3, 3x", "Como Santa Teresa. tres veces, tres veces, tres veces"),
            ("1:30 min, 0:45", "Un minuto y treinta segundos, cuarenta y cinco segundos"),
            (
                "dcha./izda., codo izq., rodilla izq. Descansa.",
                "derecha e izquierda, codo izquierdo, rodilla izquierda. | Descansa.",
            ),
            (
                "p. ej. así, aprox. 5 min, 10 reps/lado, 200 000 pasos",
                "por ejemplo así, aproximadamente cinco minutos, diez repeticiones por lado, doscientos mil pasos",
            ),
        ],
    );
}

#[test]
fn what_lay_people_write_in_french_is_said_as_it_is_meant() {
    assert_said(
        "fr",
        &[
            (
                "30 s/côté, 2x/jour, 10 respirations/côté",
                "Trente secondes par côté, deux fois par jour, dix respirations par côté",
            ),
            (
                "4-7-8, 3-2-1, posture 90/90",
                "Quatre, sept, huit, trois, deux, un, posture quatre-vingt-dix quatre-vingt-dix",
            ),
            (
                "1/4 de tour, un ¼ de tour, 1/2 tour, un 1/2 tour",
                "Un quart de tour, un quart de tour, un demi-tour, un demi-tour",
            ),
            ("Tiens 30\", 5' puis 1'30\".", "Tiens trente secondes, cinq minutes puis une minute trente."),
            (
                "<10cm, ≥ 20 cm, env. 5 cm",
                "Moins de dix centimètres, au moins vingt centimètres, environ cinq centimètres",
            ),
            (
                "La posture de St. Jean. x3, ×3, 3x",
                "La posture de Saint Jean. trois fois, trois fois, trois fois",
            ),
            (
                "1:30 min, 0:45, À 20:30, 3h30",
                "Une minute trente, quarante-cinq secondes, À vingt heures trente, trois heures trente",
            ),
            ("genou D/G, jambe D/G", "genou droit et gauche, jambe droite et gauche"),
            ("10 rép./côté, 200 000 pas, 1 000", "Dix répétitions par côté, deux cent mille pas, mille"),
        ],
    );
}

#[test]
fn what_lay_people_write_in_portuguese_is_said_as_it_is_meant() {
    assert_said(
        "pt",
        &[
            (
                "30 s/lado, 2x/dia, 10 respirações/lado",
                "Trinta segundos por lado, duas vezes por dia, dez respirações por lado",
            ),
            ("4-7-8, 3-2-1, postura 90/90", "Quatro, sete, oito, três, dois, um, postura noventa noventa"),
            ("1/4 de volta, um ¼ de volta, 1/2 volta", "Um quarto de volta, um quarto de volta, meia volta"),
            (
                "Fique 30\", 5' e 1'30\".",
                "Fique trinta segundos, cinco minutos e um minuto e trinta segundos.",
            ),
            (
                "<10cm, ≥ 20 cm, aprox. 5 cm",
                "Menos de dez centímetros, pelo menos vinte centímetros, aproximadamente cinco centímetros",
            ),
            ("Como Sta. Ana. x3, ×3, 3x", "Como Santa Ana. três vezes, três vezes, três vezes"),
            (
                "1:30 min, 0:45, às 2:30, 20h30",
                "Um minuto e trinta segundos, quarenta e cinco segundos, às duas e trinta, vinte horas e trinta minutos",
            ),
            (
                "joelho dir., cotovelo esq., dir./esq., c/ os joelhos",
                "joelho direito, cotovelo esquerdo, direita e esquerda, com os joelhos",
            ),
            (
                "p. ex. assim, 10 reps/lado, 200 000 passos",
                "por exemplo assim, dez repetições por lado, duzentos mil passos",
            ),
        ],
    );
}

#[test]
fn a_step_of_numbers_is_said_in_words() {
    for (language, said) in [
        ("en", ["Three, two, one.", "Ten", "A hundred percent", "A half"]),
        ("de", ["Drei, zwei, eins.", "Zehn", "Hundert Prozent", "Einhalb"]),
        ("es", ["Tres, dos, uno.", "Diez", "Cien por ciento", "Un medio"]),
        ("fr", ["Trois, deux, un.", "Dix", "Cent pour cent", "Un demi"]),
        ("pt", ["Três, dois, um.", "Dez", "Cem por cento", "Um meio"]),
    ] {
        let written = ["3, 2, 1.", "10", "100%", "1/2"];
        assert_said(language, &[0, 1, 2, 3].map(|place| (written[place], said[place])));
    }
    assert_said("en", &[("٣ and ५", "Three and five"), ("①", "One"), ("½", "A half")]);
    let (hindi, _) = Phrases::for_language("hi");
    assert_eq!(hindi.sentences("10").len(), 1, "a voice of another language is left to say it");
}

#[test]
fn check_says_how_a_doubtful_notation_is_spoken_and_how_to_write_it() {
    for (language, step, said, help) in [
        ("en", "Hold for 30\".", "`30\"` will be spoken as \"thirty seconds\"", "`30 s`"),
        ("en", "Hold for 5'.", "`5'` will be spoken as \"five minutes\"", "`5 min`"),
        ("en", "Feet 6\" apart.", "`6\"` will be spoken as \"six inches\"", "`6 in.`"),
        ("en", "Bend 6\" more.", "`6\"` will be spoken as \"six\"", "in words"),
        ("en", "Hold for 5 m.", "`5 m` will be spoken as \"five metres\"", "`5 min`"),
        ("en", "Breathe 4/6.", "`4/6` will be spoken as \"four or six\"", "in words"),
        ("en", "Hold 30s/foo.", "`/foo` will be spoken as \"or foo\"", "in words"),
        ("en", "Then 1:30.", "`1:30` will be spoken as \"one thirty\"", "in words"),
        ("de", "Halte 30\".", "`30\"` will be spoken as \"dreißig Sekunden\"", "`30 s`"),
        ("es", "Aguanta 30″.", "`30\"` will be spoken as \"treinta segundos\"", "`30 s`"),
        ("fr", "Tiens 5'.", "`5'` will be spoken as \"cinq minutes\"", "`5 min`"),
        ("pt", "Fique 30\".", "`30\"` will be spoken as \"trinta segundos\"", "`30 s`"),
    ] {
        let found = doubts(language, step);
        assert_eq!(found.len(), 1, "{step}: {found:?}");
        assert_eq!(found[0].0, said);
        assert!(found[0].1.contains(help), "{step}: {}", found[0].1);
    }
    for step in [
        "Hold 30 s, 30s/side, x3, 1:30 min, 1'30\", at 1:30, 0:45.",
        "A 1/4 turn, 90/90, 2 m apart, 4-7-8, \"hold for 30\", in your 60s, left/right.",
    ] {
        assert_eq!(doubts("en", step), [], "{step}");
    }
    assert_eq!(doubts("hi", "Hold 30\"."), [], "nothing is known of another language");
}
