//! The natural voice against its reference: the phonemes that it reads, and how they sound.

use super::*;

/// Sentences and the phonemes that the reference (hibari-tts 0.2.1) reads in them.
const PHONEMES: &[(&str, &str)] = &[
    ("Feel your back grow wide and heavy on the bed.", "fˈil jʊɹ bˈæk ɡɹˈO wˈId ænd hˈɛvi ˌɔn ðə bˈɛd."),
    (
        "If long legs pull at your back, keep the resting leg bent, with its foot on the bed, each time.",
        "ˌɪf lˈɔŋ lˈɛɡz pˈʊl æt jʊɹ bˈæk, kˈip ðə ɹˈɛstɪŋ lˈɛɡ bˈɛnt, wɪð ɪts fˈʊt ˌɔn ðə bˈɛd, ˈiʧ tˈIm.",
    ),
    (
        "Bend your right knee, and draw it up toward your right armpit.",
        "bˈɛnd jʊɹ ɹˈIt nˈi, ænd dɹˈɔ ɪt ˌʌp tˈɔɹd jʊɹ ɹˈIt ˈɑɹmpɪt.",
    ),
    (
        "Take hold of your left shin, and hug the knee in as far as feels good.",
        "tˈAk hˈOld ʌv jʊɹ lˈɛft ʃˈɪn, ænd hˈʌɡ ðə nˈi ɪn æz fˈɑɹ æz fˈilz ɡˈʊd.",
    ),
    (
        "If your knee complains, hold the back of the thigh instead.",
        "ˌɪf jʊɹ nˈi kəmplˈAnz, hˈOld ðə bˈæk ʌv ðə θˈI ɪnstˈɛd.",
    ),
    (
        "Your lower back stays heavy on the bed, and both hips stay level.",
        "jˌʊɹ lˈOəɹ bˈæk stˈAz hˈɛvi ˌɔn ðə bˈɛd, ænd bˈOθ hˈɪps stˈA lˈɛvᵊl.",
    ),
    (
        "Let your arms cross over your shins, and gather both legs in to your chest.",
        "lˈɛt jʊɹ ˈɑɹmz kɹˈɔs ˈOvəɹ jʊɹ ʃˈɪnz, ænd ɡˈæðəɹ bˈOθ lˈɛɡz ɪn tə jʊɹ ʧˈɛst.",
    ),
    (
        "Walk your heels in, toward your fingertips, until they touch, or nearly touch.",
        "wˈɔk jʊɹ hˈilz ˈɪn, tˈɔɹd jʊɹ fˈɪŋɡəɹtˌɪps, ˌʌntˈɪl ðA tˈʌʧ, ɔɹ nˈɪɹli tˈʌʧ.",
    ),
    (
        "Lift your left foot, and rest its ankle across your right thigh.",
        "lˈɪft jʊɹ lˈɛft fˈʊt, ænd ɹˈɛst ɪts ˈæŋkᵊl əkɹˈɔs jʊɹ ɹˈIt θˈI.",
    ),
    ("Breathe out, and lower, bone by bone.", "bɹˈið ˈWt, ænd lˈOəɹ, bˈOn bI bˈOn."),
    (
        "Let your knees fall in, until they rest against each other.",
        "lˈɛt jʊɹ nˈiz fˈɔl ˈɪn, ˌʌntˈɪl ðA ɹˈɛst əɡˈɛnst ˈiʧ ˈʌðəɹ.",
    ),
    (
        "A pillow, or a fold of the covers, can hold up your knees.",
        "ɐ pˈɪlO, ɔɹ ɐ fˈOld ʌv ðə kˈʌvəɹz, kæn hˈOld ˌʌp jʊɹ nˈiz.",
    ),
    ("Next: Child's pose.", "nˈɛkst: ʧˈIldz pˈOz."),
    (
        "Rest your forehead on the bed, or on your hands.",
        "ɹˈɛst jʊɹ fˈɔɹhˌɛd ˌɔn ðə bˈɛd, ɔɹ ˌɔn jʊɹ hˈændz.",
    ),
    ("Next: Pigeon.", "nˈɛkst: pˈɪʤᵊn."),
    (
        "The nearer your left heel is to your body, the softer this is.",
        "ðə nˈɪɹəɹ jʊɹ lˈɛft hˈil ɪz tə jʊɹ bˈɑdi, ðə sˈɔftəɹ ðɪs ɪz.",
    ),
    (
        "Stay upright, propped on your hands, and let your hips grow heavy, forward and down.",
        "stˈA ˈʌpɹˌIt, pɹˈɑpt ˌɔn jʊɹ hˈændz, ænd lˈɛt jʊɹ hˈɪps ɡɹˈO hˈɛvi, fˈɔɹwəɹd ænd dˌWn.",
    ),
    (
        "Now lie the way you like to sleep, on your back or on your side.",
        "nˈW lˈI ðə wˈA ju lˈIk tə slˈip, ˌɔn jʊɹ bˈæk ɔɹ ˌɔn jʊɹ sˈId.",
    ),
    ("Hold for a slow count of five.", "hˈOld fɔɹ ɐ slˈO kˈWnt ʌv fˈIv."),
    (
        "There is nothing more to do, and nothing to switch off.",
        "ðˌɛɹ ɪz nˈʌθɪŋ mˈɔɹ tə dˈu, ænd nˈʌθɪŋ tə swˈɪʧ ˈɔf.",
    ),
    ("Halfway.", "hˌæfwˈA."),
    ("Tonight we rest in savasana.", "tənˈIt wi ɹˈɛst ɪn sˌævəsˈɑnə."),
    ("Supta baddha konasana, then vinyasa.", "sˈʌptə bˈædə kˌɑnəsˈɑnə, ðˈɛn vɪnjˈɑsə."),
    ("One.", "wˈʌn."),
    ("Two.", "tˈu."),
    ("Three.", "θɹˈi."),
    ("Four.", "fˈɔɹ."),
    ("Five.", "fˈIv."),
    ("Six.", "sˈɪks."),
    ("Seven.", "sˈɛvən."),
    ("Eight.", "ˈAt."),
    ("Nine.", "nˈIn."),
    ("Ten.", "tˈɛn."),
];

/// The sound of the reference: the number of its samples, and in steps of 50 ms the level in dB (full scale 0,
/// at least -60) of the sound and of its treble (its first difference).
const SOUNDS: &[(&str, usize, &[i32], &[i32])] = &[
    (
        "Feel your back grow wide and heavy on the bed.",
        73800,
        &[
            -60, -60, -60, -60, -60, -60, -44, -25, -19, -23, -21, -22, -38, -22, -24, -29, -56, -60, -43,
            -24, -22, -23, -24, -29, -26, -29, -30, -31, -30, -31, -43, -60, -60, -60, -35, -22, -28, -31,
            -21, -24, -25, -23, -23, -26, -26, -28, -42, -29, -33, -37, -43, -45, -54, -60, -60, -60, -60,
            -60, -60, -60, -60,
        ],
        &[
            -60, -60, -60, -60, -60, -57, -39, -35, -32, -35, -35, -38, -53, -34, -34, -38, -55, -60, -45,
            -42, -38, -40, -44, -51, -40, -41, -42, -44, -45, -47, -42, -60, -60, -60, -43, -43, -40, -34,
            -34, -39, -40, -38, -37, -42, -49, -45, -51, -40, -42, -47, -54, -44, -54, -60, -60, -60, -60,
            -60, -60, -60, -60,
        ],
    ),
    (
        "Take hold of your left shin, and hug the knee in as far as feels good.",
        104400,
        &[
            -60, -60, -60, -60, -60, -60, -35, -23, -22, -43, -37, -40, -22, -21, -25, -24, -31, -24, -24,
            -28, -23, -27, -47, -44, -29, -30, -30, -32, -34, -35, -35, -50, -60, -60, -60, -60, -60, -60,
            -22, -22, -29, -24, -19, -30, -41, -20, -19, -20, -21, -22, -24, -25, -25, -27, -28, -33, -50,
            -24, -23, -24, -24, -28, -27, -28, -32, -47, -24, -25, -27, -29, -31, -50, -31, -31, -36, -42,
            -48, -59, -60, -60, -60, -60, -60, -60, -60, -60, -60,
        ],
        &[
            -60, -60, -60, -60, -60, -60, -33, -37, -33, -51, -44, -45, -38, -37, -43, -38, -46, -40, -39,
            -48, -35, -40, -44, -43, -26, -28, -34, -42, -47, -58, -59, -60, -60, -60, -60, -60, -60, -60,
            -35, -43, -36, -36, -31, -52, -55, -36, -43, -42, -41, -41, -38, -40, -43, -42, -23, -30, -45,
            -37, -35, -37, -37, -39, -40, -22, -28, -46, -42, -42, -44, -28, -26, -53, -43, -44, -48, -55,
            -54, -60, -60, -60, -60, -60, -60, -60, -60, -60, -60,
        ],
    ),
    (
        "Hold for a slow count of five.",
        55200,
        &[
            -60, -60, -60, -60, -60, -60, -48, -22, -19, -21, -24, -38, -36, -21, -22, -27, -26, -30, -26,
            -22, -21, -25, -37, -32, -25, -25, -29, -30, -40, -48, -26, -29, -33, -38, -38, -42, -49, -57,
            -60, -60, -60, -60, -60, -60, -60, -60,
        ],
        &[
            -60, -60, -60, -60, -60, -60, -55, -40, -36, -38, -41, -35, -38, -35, -37, -23, -20, -24, -47,
            -38, -39, -46, -40, -39, -39, -41, -50, -44, -45, -43, -38, -40, -43, -47, -49, -57, -49, -60,
            -60, -60, -60, -60, -60, -60, -60, -60,
        ],
    ),
    (
        "One.",
        22200,
        &[-60, -60, -60, -60, -40, -26, -20, -22, -25, -26, -28, -40, -54, -60, -60, -60, -60, -60],
        &[-60, -60, -60, -60, -60, -47, -36, -35, -38, -49, -48, -47, -59, -60, -60, -60, -60, -60],
    ),
    (
        "Six.",
        23400,
        &[-60, -60, -60, -60, -49, -39, -22, -22, -33, -35, -36, -41, -37, -55, -60, -60, -60, -60, -60],
        &[-60, -60, -60, -60, -47, -35, -35, -35, -47, -39, -33, -38, -54, -60, -60, -60, -60, -60, -60],
    ),
    (
        "Eight.",
        19800,
        &[-60, -60, -60, -60, -32, -22, -23, -32, -31, -33, -42, -55, -60, -60, -60, -60],
        &[-60, -60, -60, -60, -43, -38, -42, -47, -27, -29, -40, -60, -60, -60, -60, -60],
    ),
];

fn levels(samples: &[f32]) -> Vec<f64> {
    samples.chunks_exact(STEP).map(|step| level(step.iter().copied(), STEP)).collect()
}

fn treble(samples: &[f32]) -> Vec<f32> {
    std::iter::once(0.0).chain(samples.windows(2).map(|pair| pair[1] - pair[0])).collect()
}

#[test]
fn the_phonemes_are_the_references() {
    for (text, expected) in PHONEMES {
        assert_eq!(phonemes(text), *expected, "{text}");
    }
}

#[test]
fn it_sounds_like_the_reference() {
    for (text, samples, expected, expected_treble) in SOUNDS {
        let said = said(text);
        // The reference ran the model as it is packaged, which rounds: a sound may move by a step of 25 ms.
        assert!(said.len().abs_diff(*samples) <= STEP, "{text}: {} samples", said.len());
        for (levels, expected) in [(levels(&said), expected), (levels(&treble(&said)), expected_treble)] {
            let apart: Vec<f64> = levels
                .iter()
                .zip(*expected)
                .map(|(level, expected)| (level - f64::from(*expected)).abs())
                .collect();
            let mean = apart.iter().sum::<f64>() / apart.len() as f64;
            assert!(mean < 1.0, "{text}: {mean:.2} dB apart, {apart:.1?}");
        }
    }
}

#[test]
fn every_sentence_is_heard_and_lasts_as_long_as_reading_it() {
    for (text, read) in &PHONEMES[..20] {
        let samples = said(text);
        let sounding = sounding(&samples, 40.0);
        let seconds = (sounding.end() - sounding.start()) as f32 / RATE as f32;
        let rate = read.chars().filter(|c| c.is_alphabetic() && !"ˈˌ".contains(*c)).count() as f32 / seconds;
        assert!((6.0..20.0).contains(&rate), "{text}: {rate} sounds a second");
        let peak = peak(&samples);
        assert!((0.1..1.0).contains(&peak), "{text}: {peak}");
    }
}
