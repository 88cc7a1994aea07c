//! How sentences are read: which of their words count, and which are left alone.

use super::super::act::{Act, Part, Posture, Verb, Which};
use super::super::lexicon::Lexicon;
use super::super::read::acts;
use crate::routine::Side;

fn read(language: &str, text: &str) -> Vec<Act> {
    acts(&Lexicon::for_language(language).unwrap(), text, false)
}

/// What is done to what, in short.
fn deeds(language: &str, text: &str) -> Vec<(Verb, Option<(Part, Which)>)> {
    let deeds = read(language, text).into_iter().filter_map(|act| match act {
        Act::Do(deed) => Some((deed.verb, deed.object)),
        _ => None,
    });
    deeds.collect()
}

const RIGHT: Which = Which::One(Side::Right);
const LEFT: Which = Which::One(Side::Left);

#[test]
fn every_language_has_the_same_kinds_of_words() {
    let table = |tag: &str| {
        let path = format!("{}/src/routine/body/{tag}.toml", env!("CARGO_MANIFEST_DIR"));
        let table: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
        let keys = |name: &str| table[name].as_table().unwrap().keys().cloned().collect::<Vec<_>>();
        [keys("parts"), keys("verbs"), keys("postures"), keys("needs")]
    };
    for tag in ["de", "es", "fr", "pt"] {
        assert!(Lexicon::for_language(tag).is_some(), "{tag}");
        assert_eq!(table(tag), table("en"), "{tag}");
    }
    assert!(Lexicon::for_language("pt-BR").is_some());
    assert!(Lexicon::for_language("it").is_none());
}

#[test]
fn a_verb_has_its_part_and_its_side_in_every_language() {
    let cases = [
        ("en", "Slide your right leg out.", Verb::SlideOut, Part::Leg),
        ("de", "Schieb das rechte Bein lang hinaus.", Verb::SlideOut, Part::Leg),
        ("es", "Desliza la pierna derecha lejos de ti.", Verb::SlideOut, Part::Leg),
        ("fr", "Fais glisser la jambe droite loin de toi.", Verb::SlideOut, Part::Leg),
        ("pt", "Deslize a perna direita para longe.", Verb::SlideOut, Part::Leg),
        ("en", "Cross your right ankle over your left thigh.", Verb::Cross, Part::Foot),
        ("de", "Kreuze den rechten Knöchel über den linken Oberschenkel.", Verb::Cross, Part::Foot),
        ("es", "Cruza el tobillo derecho sobre el muslo izquierdo.", Verb::Cross, Part::Foot),
        ("fr", "Croise la cheville droite sur la cuisse gauche.", Verb::Cross, Part::Foot),
        ("pt", "Cruze o tornozelo direito sobre a coxa esquerda.", Verb::Cross, Part::Foot),
    ];
    for (language, text, verb, part) in cases {
        assert_eq!(deeds(language, text), [(verb, Some((part, RIGHT)))], "{text}");
    }
}

#[test]
fn it_is_the_limb_that_was_named_last() {
    let expected = [(Verb::Bend, Some((Part::Knee, LEFT))), (Verb::DrawIn, Some((Part::Knee, LEFT)))];
    assert_eq!(deeds("en", "Bend your left knee, and draw it in."), expected);
    let expected = [(Verb::Bend, Some((Part::Knee, LEFT))), (Verb::Hold, Some((Part::Knee, LEFT)))];
    assert_eq!(deeds("en", "Bend your left knee, and hold it with your right hand."), expected);
    let expected = [(Verb::Lift, Some((Part::Arm, RIGHT))), (Verb::Lift, Some((Part::Leg, LEFT)))];
    assert_eq!(deeds("en", "Lift your right arm, and your left leg."), expected);
}

#[test]
fn what_may_be_left_undone_is_no_deed_and_makes_unsure() {
    for (language, text) in [
        ("en", "If you like, lift your right leg."),
        ("en", "Soon you will lift your right leg."),
        ("de", "Wenn du magst, heb das rechte Bein."),
        ("es", "Si quieres, levanta la pierna derecha."),
        ("fr", "Si tu veux, lève la jambe droite."),
        ("pt", "Se quiser, levante a perna direita."),
    ] {
        assert_eq!(deeds(language, text), [], "{text}");
        let is_maybe = |act: &Act| matches!(act, Act::Maybe(deed) if deed.object == Some((Part::Leg, RIGHT)));
        assert!(read(language, text).iter().any(is_maybe), "{text}");
    }
}

#[test]
fn another_place_is_the_same_deed_and_another_verb_is_a_choice() {
    let expected = [(Verb::Hold, Some((Part::Leg, RIGHT)))];
    assert_eq!(deeds("en", "Hold your right shin with both hands, or behind the thigh."), expected);
    assert_eq!(
        deeds("es", "Sujeta la espinilla derecha con las dos manos, o por detrás del muslo."),
        expected
    );
    assert_eq!(
        deeds("de", "Umfass das rechte Schienbein mit beiden Händen oder in der Kniekehle."),
        expected
    );
    assert_eq!(deeds("en", "Hold your right shin, or leave your hands on the bed."), []);
    assert_eq!(deeds("en", "Or hold your right shin."), []);
}

#[test]
fn what_is_not_to_be_done_is_not_done() {
    for (language, text) in [
        ("en", "Do not lift your hips."),
        ("de", "Heb das Becken nicht."),
        ("es", "No levantes la cadera."),
        ("fr", "Ne lève pas le bassin."),
        ("pt", "Não levante o quadril."),
        ("en", "Feel your right leg lift by itself."),
    ] {
        assert_eq!(read(language, text), [], "{text}");
    }
}

#[test]
fn words_of_rest_change_nothing() {
    for (language, text) in [
        ("en", "Your lower back stays heavy on the bed."),
        ("en", "Breathe slowly, and let your shoulders soften."),
        ("de", "Dein Rücken bleibt schwer."),
        ("es", "La espalda baja descansa."),
        ("fr", "Le bas du dos reste lourd."),
        ("pt", "Respire devagar."),
        ("es", "Suelta el aire despacio."),
        ("pt", "Solte o ar devagar."),
    ] {
        assert_eq!(read(language, text), [], "{text}");
    }
}

#[test]
fn a_limb_that_rests_may_have_come_down() {
    for (language, text) in [
        ("en", "Let your right leg rest."),
        ("en", "Press your right leg gently away from you."),
        ("de", "Das rechte Bein ruht."),
    ] {
        assert_eq!(read(language, text), [Act::DoubtHeld(vec![(Part::Leg, RIGHT)])], "{text}");
    }
    let repose = [(Verb::SetDown, Some((Part::Leg, RIGHT)))];
    assert_eq!(deeds("fr", "Repose la jambe droite."), repose);
}

#[test]
fn a_posture_is_taken_only_by_moving_there() {
    assert_eq!(read("en", "Roll onto your right side."), [Act::Become(Some(Posture::OnSide))]);
    assert_eq!(read("en", "Come up to your hands and knees."), [Act::Become(Some(Posture::AllFours))]);
    assert_eq!(
        read("en", "Roll onto your belly, or onto your side."),
        [Act::Seems(Posture::OnBelly), Act::Seems(Posture::OnSide)]
    );
    assert_eq!(read("en", "Roll over."), [Act::Become(None)]);
    for hands in ["Rest your hands on your belly.", "Let your hands rest on your knees, and come to rest."] {
        assert!(
            !read("en", hands).iter().any(|act| matches!(act, Act::Become(_) | Act::Seems(_))),
            "{hands}"
        );
    }
    assert_eq!(read("de", "Komm auf alle viere."), [Act::Become(Some(Posture::AllFours))]);
    assert_eq!(read("es", "Túmbate boca abajo."), [Act::Become(Some(Posture::OnBelly))]);
    assert_eq!(read("fr", "Allonge-toi sur le dos.").first(), Some(&Act::Become(Some(Posture::OnBack))));
    assert_eq!(read("pt", "Deite-se de lado."), [Act::Become(Some(Posture::OnSide))]);
}
