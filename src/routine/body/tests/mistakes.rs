//! Thirty mistakes in five languages, each in a pose that is right apart from it.

use super::warned;

struct Mistake {
    language: &'static str,
    /// What is wrong, for a body in the dark.
    wrong: &'static str,
    code: &'static str,
    /// A part of the text that is to be marked.
    at: &'static str,
    pose: &'static str,
}

/// How many of them must be found.
const LEAST: usize = 27;

const MISTAKES: [Mistake; 30] = [
    Mistake {
        language: "en",
        wrong: "A leg is slid out that was never drawn in: the sentence that draws it in is missing.",
        code: "not-drawn-in",
        at: "slide your {side} leg out",
        pose: r#"position = "lying on your back"
steps = [
  "Let both legs lie long, and let your arms rest beside you.",
  { each_side = [
    "Let the whole {side} side grow heavy.",
    { count = 10 },
    { release = "Breathe out, and slide your {side} leg out long again." },
  ] },
]"#,
    },
    Mistake {
        language: "en",
        wrong: "The only hand that holds the right knee is to go elsewhere.",
        code: "hand-is-busy",
        at: "Place your {other} hand",
        pose: r#"position = "lying on your back"
steps = [
  { each_side = [
    "Draw your {side} knee in, and hold it with your {other} hand.",
    "Place your {other} hand on your belly.",
    { breaths = 3 },
    { release = "Let go, and slide your {side} leg out." },
  ] },
]"#,
    },
    Mistake {
        language: "en",
        wrong: "The ankle still lies across the thigh when the other side begins.",
        code: "one-sided",
        at: "across your {other} thigh",
        pose: r#"position = "lying on your back"
steps = [
  "Bend your knees, and set both feet down.",
  { each_side = [
    "Lift your {side} foot, and rest its ankle across your {other} thigh.",
    "Breathe slowly, and stay here.",
    { breaths = 5 },
  ] },
]"#,
    },
    Mistake {
        language: "en",
        wrong: "Nobody can stand with both feet in the air: the first one was not set down.",
        code: "no-foot-to-stand-on",
        at: "Lift your {side} foot",
        pose: r#"position = "standing"
steps = [
  { each_side = [
    "Lift your {side} foot a little, and stay tall.",
    { count = 5 },
  ] },
]"#,
    },
    Mistake {
        language: "en",
        wrong: "The breath is forced.",
        code: "forced-breath",
        at: "as deep as you can",
        pose: r#"position = "lying on your back"
steps = ["Breathe in as deep as you can.", { breaths = 5 }]"#,
    },
    Mistake {
        language: "en",
        wrong: "The listener lies on the back and is told of all fours.",
        code: "wrong-position",
        at: "under your shoulders",
        pose: r#"position = "lying on your back"
steps = [
  "Let both legs lie long.",
  "Your hands are under your shoulders, and your back is level.",
  { breaths = 5 },
]"#,
    },
    Mistake {
        language: "en",
        wrong: "The hips can't be lifted over legs that lie long.",
        code: "legs-are-long",
        at: "lift your hips",
        pose: r#"position = "lying on your back"
steps = [
  "Let both legs lie long, with your arms beside you.",
  "Breathe in, and lift your hips a hand's width.",
  { count = 5 },
  { release = "Lower your hips, and rest." },
]"#,
    },
    Mistake {
        language: "en",
        wrong: "Only the right leg is stretched.",
        code: "one-sided",
        at: "Draw your right knee in",
        pose: r#"position = "lying on your back"
steps = [
  "Draw your right knee in to your chest.",
  { count = 10 },
  { release = "Slide your right leg out again." },
]"#,
    },
    Mistake {
        language: "en",
        wrong: "The pose is over, and the hips are still up.",
        code: "one-sided",
        at: "lift your hips",
        pose: r#"position = "lying on your back"
steps = [
  "Bend your knees, and set your feet down.",
  "Breathe in, and lift your hips.",
  { count = 5 },
  "Breathe slowly.",
]"#,
    },
    Mistake {
        language: "en",
        wrong: "There is no time to roll over.",
        code: "no-time-to-move",
        at: "roll onto your belly",
        pose: r#"position = "lying on your back"
steps = ["Now roll onto your belly.", "Rest your forehead on your hands.", { breaths = 5 }]"#,
    },
    Mistake {
        language: "de",
        wrong: "In the second round the leg is long already: nothing draws it in again.",
        code: "not-drawn-in",
        at: "Schieb das",
        pose: r#"position = "auf dem Rücken"
steps = [
  { each_side = [
    "Beuge das {side:rechte|linke} Knie.",
    { repeat = { times = 3, steps = [
      "Schieb das {side:rechte|linke} Bein langsam lang hinaus.",
      { rest = 3 },
    ] } },
  ] },
]"#,
    },
    Mistake {
        language: "de",
        wrong: "Both hands still hold the right leg when the left one's turn comes.",
        code: "one-sided",
        at: "Halte es mit beiden",
        pose: r#"position = "auf dem Rücken"
steps = [
  { each_side = [
    "Zieh das {side:rechte|linke} Knie zur Brust. Halte es mit beiden Händen.",
    { count = 10 },
    "Atme ruhig weiter.",
  ] },
]"#,
    },
    Mistake {
        language: "de",
        wrong: "The hand that holds one knee is to hold the other foot as well.",
        code: "hand-is-busy",
        at: "Umfasse den",
        pose: r#"position = "auf dem Rücken"
steps = [
  { each_side = [
    "Halte das {side:rechte|linke} Knie mit der {side:rechten|linken} Hand.",
    "Umfasse den {other:rechten|linken} Fuß mit der {side:rechten|linken} Hand.",
    { count = 5 },
    { release = "Lass los." },
  ] },
]"#,
    },
    Mistake {
        language: "de",
        wrong: "Both feet are lifted by somebody who stands.",
        code: "no-foot-to-stand-on",
        at: "Heb beide Füße",
        pose: r#"position = "im Stehen"
steps = ["Heb beide Füße vom Boden.", { count = 5 }, { release = "Setz beide Füße ab." }]"#,
    },
    Mistake {
        language: "de",
        wrong: "The breath is forced.",
        code: "forced-breath",
        at: "so tief du kannst",
        pose: r#"position = "auf dem Rücken"
steps = ["Atme ein, so tief du kannst.", { breaths = 5 }]"#,
    },
    Mistake {
        language: "de",
        wrong: "The listener lies on the back and is told of all fours.",
        code: "wrong-position",
        at: "Hände unter den Schultern",
        pose: r#"position = "auf dem Rücken"
steps = ["Lass beide Beine lang liegen.", "Deine Hände unter den Schultern, dein Rücken lang.", { breaths = 3 }]"#,
    },
    Mistake {
        language: "de",
        wrong: "There is no time to turn over.",
        code: "no-time-to-move",
        at: "Dreh dich auf den Bauch",
        pose: r#"position = "auf dem Rücken"
steps = ["Dreh dich auf den Bauch.", { breaths = 3 }]"#,
    },
    Mistake {
        language: "de",
        wrong: "The head stays turned to the last side.",
        code: "one-sided",
        at: "Dreh den Kopf",
        pose: r#"position = "auf dem Rücken"
steps = [{ each_side = ["Dreh den Kopf langsam nach {side}.", { count = 5 }] }]"#,
    },
    Mistake {
        language: "es",
        wrong: "A leg is slid out that lies long.",
        code: "not-drawn-in",
        at: "desliza la pierna",
        pose: r#"position = "boca arriba"
steps = [
  "Descansa con las piernas estiradas.",
  { each_side = ["Respira, y desliza la pierna {side} hasta el borde.", { count = 5 }] },
]"#,
    },
    Mistake {
        language: "es",
        wrong: "The ankle stays crossed over the thigh.",
        code: "one-sided",
        at: "Cruza el tobillo",
        pose: r#"position = "boca arriba"
steps = [
  "Dobla las rodillas y apoya los pies en la cama.",
  { each_side = [
    "Cruza el tobillo {side:derecho|izquierdo} sobre el muslo {other:derecho|izquierdo}.",
    { breaths = 4 },
    "Respira tranquilamente.",
  ] },
]"#,
    },
    Mistake {
        language: "es",
        wrong: "The breath is forced.",
        code: "forced-breath",
        at: "hondo",
        pose: r#"position = "boca arriba"
steps = ["Inspira lo más hondo que puedas.", { breaths = 4 }]"#,
    },
    Mistake {
        language: "es",
        wrong: "The knees stay where they sank to.",
        code: "one-sided",
        at: "deja caer las rodillas",
        pose: r#"position = "boca arriba"
steps = [
  "Dobla las rodillas y apoya los pies en la cama.",
  { each_side = ["Ahora deja caer las rodillas hacia la {side}.", { breaths = 5 }] },
]"#,
    },
    Mistake {
        language: "fr",
        wrong: "Both hands still hold the right knee when the left one's turn comes.",
        code: "one-sided",
        at: "tiens-le",
        pose: r#"position = "allongé sur le dos"
steps = [
  { each_side = [
    "Ramène le genou {side:droit|gauche} vers la poitrine.",
    "Avec les deux mains, tiens-le : tiens le genou {side:droit|gauche} avec les deux mains.",
    { count = 10 },
  ] },
]"#,
    },
    Mistake {
        language: "fr",
        wrong: "Nobody can stand with both feet in the air: the first one was not set down.",
        code: "no-foot-to-stand-on",
        at: "Lève le pied",
        pose: r#"position = "debout"
steps = [{ each_side = ["Lève le pied {side:droit|gauche}.", { count = 5 }] }]"#,
    },
    Mistake {
        language: "fr",
        wrong: "Both hands carry a listener on all fours, so they can't hold a foot.",
        code: "hands-carry",
        at: "Saisis le pied",
        pose: r#"position = "à quatre pattes"
steps = [
  { each_side = [
    "Saisis le pied {side:droit|gauche} avec les deux mains.",
    { count = 5 },
    { release = "Lâche, et repose le pied {side:droit|gauche} sur le lit." },
  ] },
]"#,
    },
    Mistake {
        language: "fr",
        wrong: "A leg is lowered that nothing has lifted.",
        code: "not-lifted",
        at: "baisse la jambe",
        pose: r#"position = "sur le dos"
steps = [
  "Laisse les jambes étendues.",
  { each_side = ["Expire, et baisse la jambe {side}.", { count = 5 }] },
]"#,
    },
    Mistake {
        language: "pt",
        wrong: "The hips are pressed up from a foot that is in the air.",
        code: "foot-is-up",
        at: "Empurre o chão",
        pose: r#"position = "deitado de costas"
steps = [
  "Dobre os joelhos, e apoie os pés na cama.",
  { each_side = [
    "Levante o pé {side:direito|esquerdo}.",
    "Empurre o chão com os dois pés.",
    { count = 5 },
    { release = "Apoie o pé {side:direito|esquerdo} na cama." },
  ] },
]"#,
    },
    Mistake {
        language: "pt",
        wrong: "The arm is still up when the other side begins.",
        code: "one-sided",
        at: "Levante o braço",
        pose: r#"position = "sentado"
steps = [{ each_side = ["Levante o braço {side:direito|esquerdo}.", { count = 5 }, "Respire devagar."] }]"#,
    },
    Mistake {
        language: "pt",
        wrong: "Legs are uncrossed that nothing has crossed.",
        code: "not-crossed",
        at: "Descruze",
        pose: r#"position = "deitado de costas"
steps = ["Deixe as pernas estendidas.", { breaths = 3 }, { release = "Descruze as pernas." }]"#,
    },
    Mistake {
        language: "pt",
        wrong: "The words have led to all fours; the next pose begins on the back, and nothing says the way.",
        code: "way-not-said",
        at: "deitado de costas",
        pose: r#"position = "deitado de costas"
steps = ["Agora venha devagar, e fique de quatro.", { rest = 10 }, { breaths = 3 }]
[[pose]]
name = "B"
position = "deitado de costas"
steps = ["Descanse.", { breaths = 3 }]"#,
    },
];

#[test]
fn at_least_27_of_30_mistakes_are_found() {
    let missed: Vec<String> = MISTAKES.iter().filter(|mistake| !is_found(mistake)).map(told).collect();
    assert!(MISTAKES.len() - missed.len() >= LEAST, "missed:\n{}", missed.join("\n"));
}

fn is_found(mistake: &Mistake) -> bool {
    let found = warned(mistake.language, mistake.pose);
    found.iter().any(|(code, words)| *code == mistake.code && words.contains(mistake.at))
}

fn told(mistake: &Mistake) -> String {
    let found = warned(mistake.language, mistake.pose);
    format!("{} {}: {} Found: {found:?}", mistake.language, mistake.code, mistake.wrong)
}

/// A mistake is told once, whatever sides and levels it is met on, and nothing is told beside it.
#[test]
fn nothing_but_the_mistake_is_told() {
    for mistake in &MISTAKES {
        let found = warned(mistake.language, mistake.pose);
        assert!(found.len() <= 1, "{}", told(mistake));
    }
}

#[test]
fn mistakes_are_of_every_language_and_of_many_kinds() {
    let distinct =
        |of: fn(&Mistake) -> &'static str| MISTAKES.iter().map(of).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(distinct(|mistake| mistake.language).len(), 5);
    assert!(distinct(|mistake| mistake.code).len() >= 10);
}
