//! What somebody gets wrong who writes a routine for the first time: busy hands, sides that come too late, and
//! positions that nobody has said.

use super::warned;
use crate::routine::lint::lint;
use crate::routine::parse::parse;

/// The codes of the warnings for a pose.
fn codes(language: &str, pose: &str) -> Vec<&'static str> {
    warned(language, pose).into_iter().map(|(code, _)| code).collect()
}

/// The codes for one sentence in a position that is said.
fn told(language: &str, position: &str, sentence: &str) -> Vec<&'static str> {
    codes(language, &format!("position = \"{position}\"\nsteps = [\"{sentence}\", {{ rest = 10 }}]"))
}

/// A knee is held with both hands, then `next` is said, then it is let go.
fn holding(language: &str, next: &str) -> Vec<&'static str> {
    let (position, hold, release) = match language {
        "de" => (
            "auf dem Rücken",
            "Zieh das {side:rechte|linke} Knie zur Brust, und halte das {side:rechte|linke} Knie mit beiden Händen.",
            "Lass los, und schieb das {side:rechte|linke} Bein lang hinaus.",
        ),
        "es" => (
            "boca arriba",
            "Lleva la rodilla {side} al pecho, y sujeta la rodilla {side} con las dos manos.",
            "Suelta, y desliza la pierna {side} lejos.",
        ),
        "fr" => (
            "sur le dos",
            "Ramène le genou {side:droit|gauche} vers la poitrine, et tiens le genou {side:droit|gauche} avec les deux mains.",
            "Lâche, et fais glisser la jambe {side} loin de toi.",
        ),
        "pt" => (
            "de barriga para cima",
            "Traga o joelho {side:direito|esquerdo} ao peito, e segure o joelho {side:direito|esquerdo} com as duas mãos.",
            "Solte, e deslize a perna {side}.",
        ),
        _ => (
            "lying on your back",
            "Draw your {side} knee to your chest, and hold it with both hands.",
            "Let go, and slide your {side} leg out long.",
        ),
    };
    codes(
        language,
        &format!(
            "position = \"{position}\"\nsteps = [{{ each_side = [\"{hold}\", {next}, {{ count = 5 }}, \
             {{ release = \"{release}\" }}] }}]"
        ),
    )
}

#[test]
fn a_hand_that_holds_a_knee_can_do_nothing_else() {
    let cases = [
        ("en", "Press both hands into the floor."),
        ("en", "Press your hands into the floor beside you."),
        ("en", "Press your {side} hand into the floor."),
        ("en", "Lay your {other} hand on your belly."),
        ("en", "Reach your {side} arm overhead."),
        ("en", "Stretch both arms out to the sides."),
        ("de", "Drück beide Hände in den Boden."),
        ("de", "Drück die Hände neben dir in den Boden."),
        ("de", "Leg die {other:rechte|linke} Hand auf den Bauch."),
        ("de", "Streck den {side:rechten|linken} Arm über den Kopf."),
        ("de", "Streck beide Arme zur Seite aus."),
        ("es", "Presiona las dos manos contra el suelo."),
        ("es", "Pon la mano {other} sobre el vientre."),
        ("es", "Estira el brazo {side:derecho|izquierdo} por encima de la cabeza."),
        ("es", "Estira los dos brazos hacia los lados."),
        ("fr", "Appuie les deux mains contre le sol."),
        ("fr", "Pose la main {other} sur le ventre."),
        ("fr", "Tends le bras {side} au-dessus de la tête."),
        ("fr", "Tends les deux bras sur les côtés."),
        ("pt", "Pressione as duas mãos contra o chão."),
        ("pt", "Coloque a mão {other} sobre a barriga."),
        ("pt", "Estenda o braço {side:direito|esquerdo} acima da cabeça."),
        ("pt", "Estenda os dois braços para os lados."),
    ];
    let missed: Vec<_> = cases
        .into_iter()
        .map(|(language, next)| (next, holding(language, &format!("\"{next}\""))))
        .filter(|(_, found)| *found != ["hand-is-busy"])
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn hands_that_hold_on_or_have_let_go_are_free_to() {
    let cases = [
        ("en", "\"Let your elbows sink out to the sides.\""),
        ("en", "\"Straighten your arms a little.\""),
        ("en", "\"Press your knee gently into your hands.\""),
        ("en", "\"Press gently into both hands.\""),
        ("en", "\"Place your hands behind your {side} thigh.\""),
        ("en", "\"Let go of the knee.\", \"Press both hands into the floor.\""),
        ("en", "{ count = 5 }, { release = \"Let it go.\" }, \"Lay your {other} hand on your belly.\""),
        ("en", "{ count = 5 }, { release = \"Breathe out.\" }, \"Press both hands into the floor.\""),
        ("de", "\"Lass das Knie los.\", \"Drück beide Hände in den Boden.\""),
        ("es", "\"Suelta la rodilla.\", \"Presiona las dos manos contra el suelo.\""),
        ("fr", "\"Lâche le genou.\", \"Appuie les deux mains contre le sol.\""),
        ("pt", "\"Solte o joelho.\", \"Pressione as duas mãos contra o chão.\""),
    ];
    let wrong: Vec<_> = cases
        .into_iter()
        .map(|(language, next)| (next, holding(language, next)))
        .filter(|(_, found)| found.contains(&"hand-is-busy"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_side_is_said_before_its_hold() {
    let pose = |draw: &str| {
        format!(
            "position = \"lying on your back\"\nsteps = [{{ each_side = [\"{draw}\", {{ count = 10 }}, \
             {{ release = \"Let go, and set your {{side}} foot down.\" }}] }}]"
        )
    };
    assert_eq!(codes("en", &pose("Draw your knee to your chest.")), ["side-not-said"]);
    assert_eq!(codes("en", &pose("Draw your {side} knee to your chest.")), [""; 0]);
    let other = codes("en", &pose("Keep your {other} leg where it is, and draw the knee in."));
    assert!(!other.contains(&"side-not-said"), "{other:?}");
}

#[test]
fn what_needs_another_position_is_told() {
    let wall = "standing with your back to a wall";
    let cases = [
        ("en", "lying on your back", "Sit back on your heels."),
        ("en", "lying on your back", "Press your hands and knees into the floor, and arch your back."),
        ("en", "lying on your back", "From all fours, drop your belly."),
        ("en", "lying on your back", "Step your right foot forward between your hands."),
        ("en", wall, "Let both legs lie long."),
        ("de", "auf dem Rücken", "Setz dich zurück auf die Fersen."),
        ("de", "auf dem Rücken", "Drück Hände und Knie in den Boden, und mach den Rücken rund."),
        ("de", "auf dem Rücken", "Aus dem Vierfüßlerstand lass den Bauch sinken."),
        ("de", "auf dem Rücken", "Stell den rechten Fuß nach vorn zwischen die Hände."),
        ("de", "im Stehen", "Lass beide Beine lang liegen."),
        ("es", "boca arriba", "Siéntate sobre los talones."),
        ("es", "boca arriba", "Presiona las manos y las rodillas contra el suelo."),
        ("es", "boca arriba", "Desde cuatro patas, deja caer el vientre."),
        ("es", "boca arriba", "Lleva el pie derecho hacia delante entre las manos."),
        ("es", "de pie", "Deja que las piernas descansen estiradas."),
        ("fr", "sur le dos", "Assieds-toi sur tes talons."),
        ("fr", "sur le dos", "Appuie les mains et les genoux dans le sol."),
        ("fr", "sur le dos", "Depuis la position à quatre pattes, creuse le dos."),
        ("fr", "sur le dos", "Avance le pied droit entre les mains."),
        ("fr", "debout", "Laisse les deux jambes allongées."),
        ("pt", "de barriga para cima", "Sente-se sobre os calcanhares."),
        ("pt", "de barriga para cima", "Pressione as mãos e os joelhos contra o chão."),
        ("pt", "de barriga para cima", "A partir de quatro apoios, solte a barriga."),
        ("pt", "de barriga para cima", "Leve o pé direito para a frente entre as mãos."),
        ("pt", "em pé", "Deixe as duas pernas descansarem estendidas."),
    ];
    let missed: Vec<_> = cases
        .into_iter()
        .map(|(language, position, text)| (text, told(language, position, text)))
        .filter(|(_, found)| *found != ["wrong-position"])
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn what_is_in_reach_or_says_the_way_is_right() {
    for (position, text) in [
        ("on all fours", "Sit back on your heels."),
        ("on all fours", "Press your hands and knees into the floor."),
        ("on all fours", "Step your right foot forward between your hands."),
        ("lying on your back", "Roll onto your side, and come up to sit on your heels."),
        ("lying on your back", "Come up to sit back on your heels."),
        ("lying on your back", "Let both legs lie long."),
        ("standing", "Let your legs be long."),
        ("sitting back on your heels", "Lift your arms."),
    ] {
        let found = told("en", position, text);
        assert!(!found.contains(&"wrong-position"), "{position}: {text} {found:?}");
    }
}

#[test]
fn a_routine_that_moves_says_where_it_begins() {
    let moving = "steps = [\"Bend your knees.\", { count = 5 }]";
    assert_eq!(codes("en", moving), ["start-not-said"]);
    let moved = "steps = [{ move_to = \"lying on your back\" }, \"Bend your knees.\", { count = 5 }]";
    assert_eq!(codes("en", moved), [""; 0]);
    assert_eq!(codes("en", "steps = [\"Rest here.\", { breaths = 5 }]"), [""; 0]);
    let text = format!("title = \"Mine\"\nwelcome = \"none\"\n[[pose]]\nname = \"A\"\n{moving}\n");
    assert_eq!(lint(&parse(&text).unwrap()), []);
}

#[test]
fn a_position_that_nobody_knows_is_named() {
    let pose = "position = \"floating above the bed\"\nsteps = [{ move_to = \"headstand\" }, \"Rest.\"]";
    let found = warned("en", pose);
    assert_eq!(
        found,
        [
            ("unknown-position", "\"floating above the bed\"".to_owned()),
            ("unknown-position", "\"headstand\"".to_owned()),
        ]
    );
    for (language, unknown, known) in [
        ("de", "schwebend", "auf der linken Seite"),
        ("es", "flotando", "en la cama, como te guste"),
        ("fr", "en apesanteur", "couché comme tu veux"),
        ("pt", "flutuando", "sentado na beira da cama"),
    ] {
        assert_eq!(told(language, unknown, "A."), ["unknown-position"], "{unknown}");
        assert_eq!(told(language, known, "A."), [""; 0], "{known}");
    }
}
