//! The format of a routine file as a JSON Schema, for editors. The reader of routines is written by hand, for the sake of
//! its messages; these types say the same for schemars, and a test compares both. Lists of words are the reader's own.
//! What the types say about a key is what an editor shows.

// They are only described, never made.
#![allow(dead_code)]

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::routine;
use crate::routine::about::{AREAS, MUSCLES, OPENINGS, WHENS};
use crate::routine::parse::{ENDINGS, ORDERS, WORDS};

/// The schema, as the text of a file.
pub fn schema() -> String {
    let settings = SchemaSettings::draft07().with_transform(RecursiveTransform(without_null));
    let schema = settings.into_generator().into_root_schema_for::<Routine>();
    // A schema has text keys only.
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

/// TOML has no null: what may be left out is left out.
fn without_null(schema: &mut Schema) {
    for key in ["anyOf", "type"] {
        let Some(kinds) = schema.get_mut(key).and_then(|kinds| kinds.as_array_mut()) else { continue };
        kinds.retain(|kind| *kind != "null" && kind.get("type").is_none_or(|kind| kind != "null"));
        if let ([only], "type") = (kinds.as_slice(), key) {
            let only = only.clone();
            schema.insert(key.to_owned(), only);
        }
    }
    for key in ["default", "format"] {
        schema.remove(key);
    }
}

/// A routine for supine. `supine check FILE` checks it in full.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "supine routine")]
struct Routine {
    /// Its name, said in the welcome.
    title: Text,
    /// What the journal knows it by: words of a to z and 0 to 9, joined by `-`. Choose it once, and leave it.
    id: Option<Id>,
    /// What it is for, in one line; shown, not said.
    summary: Option<String>,
    /// Whom it is not for, in one or two sentences; shown, not said.
    not_for: Option<String>,
    /// What to look out for; said once in the welcome.
    caution: Option<Text>,
    /// The language of its texts, such as `en` or `pt-BR`; `en` without it.
    #[schemars(regex(pattern = r"^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$"))]
    language: Option<String>,
    /// When it is for.
    when: Option<When>,
    /// What it is for.
    area: Option<Area>,
    /// What to have at hand.
    props: Option<Vec<Text>>,
    /// A built-in ambience (`supine sounds` lists them), or a file beside the routine.
    ambience: Option<String>,
    /// The breath of its holds: seconds in and out, such as `4:6`.
    breath: Option<Ratio>,
    /// `asleep`, as without it: no bell, and the sound fades over minutes. `awake`: a clear close, and a bowl.
    ending: Option<Ending>,
    /// Which side comes first: the right one without it.
    order: Option<Order>,
    /// `none`: it begins and ends without a word.
    welcome: Option<Welcome>,
    /// So many dB below the session's loudness.
    #[schemars(range(min = 1, max = 20))]
    quieter_by: Option<u32>,
    /// `full`: never fewer words, however well it is known.
    words: Option<WordsKept>,
    /// `true`: the welcome invites to tap four breaths, and the session begins at that pace.
    own_breath: Option<bool>,
    /// How to say words that voices get wrong.
    pronounce: Option<BTreeMap<String, Pronounced>>,
    /// The poses in their order.
    #[schemars(length(min = 1))]
    pose: Vec<Pose>,
}

/// A pose.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Pose {
    /// Its name, said when it begins.
    name: Text,
    /// What the journal knows it by; without it, its name.
    id: Option<Id>,
    /// The position for it, such as "lying on your back".
    position: Option<Text>,
    /// The muscles that its holds stretch or work.
    muscles: Option<Vec<Muscle>>,
    /// Whether it may be left out when the time is short.
    optional: Option<bool>,
    /// What is said and done, from top to bottom.
    steps: Steps,
}

/// A step: a sentence, which is said and followed by a pause to do it; or a table with one key.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Step {
    Sentence(Text),
    Kind(Box<Kind>),
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Kind {
    /// A hold, counted aloud.
    Count(Count),
    /// A hold of paced breaths.
    Breaths(Breaths),
    /// A movement to and fro, paced by the breath.
    Sway(Breaths),
    /// A hold by the clock.
    Seconds(Span),
    /// Silence.
    Rest(Span),
    /// A few words on an in-breath.
    Inhale(Text),
    /// A few words on an out-breath.
    Exhale(Text),
    /// Steps for one side, then for the other. {side} is this side, {other} the opposite one.
    EachSide(Steps),
    /// Steps done several times.
    Repeat(Rounds),
    /// For `--level gentle` only.
    Gentle(OneOrMore),
    /// For `--level deeper` only.
    Deeper(OneOrMore),
    /// A hint, left out with `--words brief`.
    Option(Text),
    /// Said instead of the sentences below it, up to the next hold or block, once the routine is known.
    Short(Text),
    /// Waits for a key, and goes on by itself after a while.
    Wait(Wait),
    /// A chime.
    Sound(Chime),
    /// The sentence that ends a hold, with time to come out of it.
    Release(Text),
    /// A change of position, with time for it.
    MoveTo(MoveTo),
}

#[derive(JsonSchema)]
struct Steps(#[schemars(length(min = 1))] Vec<Step>);

#[derive(JsonSchema)]
#[schemars(untagged)]
enum OneOrMore {
    Sentence(Text),
    Steps(Steps),
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Count {
    To(CountNumber),
    Table(CountTable),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct CountTable {
    /// The last number.
    to: CountNumber,
    /// The time from one number to the next.
    beat: Option<Time>,
    /// How far `--minutes` may shorten it.
    at_least: Option<CountNumber>,
    /// How far `--minutes` may lengthen it.
    at_most: Option<CountNumber>,
}

#[derive(JsonSchema)]
struct CountNumber(#[schemars(range(min = 1, max = 300))] u32);

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Breaths {
    Cycles(BreathNumber),
    Table(BreathsTable),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct BreathsTable {
    /// The number of breaths.
    cycles: BreathNumber,
    /// Seconds in and out, such as `4:6`.
    ratio: Option<Ratio>,
    /// How far `--minutes` may shorten it.
    at_least: Option<BreathNumber>,
    /// How far `--minutes` may lengthen it.
    at_most: Option<BreathNumber>,
}

#[derive(JsonSchema)]
struct BreathNumber(#[schemars(range(min = 1, max = 200))] u32);

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Span {
    Time(Time),
    Table(SpanTable),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SpanTable {
    /// How long.
    time: Time,
    /// How far `--minutes` may shorten it.
    at_least: Option<Time>,
    /// How far `--minutes` may lengthen it.
    at_most: Option<Time>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Rounds {
    /// The number of rounds.
    times: RoundNumber,
    /// The steps of a round.
    steps: Steps,
    /// How far `--minutes` may shorten it; without it, it stays whole.
    at_least: Option<RoundNumber>,
    /// Whether each round waits for a key, or how long at most.
    wait: Option<RoundWait>,
}

#[derive(JsonSchema)]
struct RoundNumber(#[schemars(range(min = 1, max = 50))] u32);

#[derive(JsonSchema)]
#[schemars(untagged)]
enum RoundWait {
    AMinute(bool),
    Time(Time),
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Wait {
    Text(Text),
    Table(WaitTable),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct WaitTable {
    /// What is said before.
    text: Text,
    /// How long it waits at most; a minute without it.
    at_most: Option<Time>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum MoveTo {
    Position(Text),
    Table(MoveToTable),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct MoveToTable {
    /// The new position.
    position: Text,
    /// The time for it.
    time: Option<Time>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Pronounced {
    Say(String),
    Table(PronouncedTable),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PronouncedTable {
    /// Letters that every voice reads as they are.
    say: Option<String>,
    /// Sounds between slashes, for the natural voice.
    phonemes: Option<String>,
}

/// A text that is said.
#[derive(JsonSchema)]
struct Text(#[schemars(length(min = 1, max = 800))] String);

#[derive(JsonSchema)]
struct Id(#[schemars(length(max = 64), regex(pattern = r"^[a-z0-9]+(-[a-z0-9]+)*$"))] String);

/// Seconds, or a text such as "1.5s" or "2m".
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Time {
    Seconds(Number),
    Text(TimeText),
}

#[derive(JsonSchema)]
struct Number(#[schemars(range(min = 0.1, max = 3600))] f64);

#[derive(JsonSchema)]
struct TimeText(#[schemars(regex(pattern = r"^\s*[0-9]"))] String);

/// Seconds in and out, each from 1 to 20, such as `4:6`; in, hold, out, hold; or a name.
#[derive(JsonSchema)]
struct Ratio(#[schemars(regex(pattern = r"^(box|4-7-8|[0-9. ]+:[0-9. ]+(:[0-9. ]+:[0-9. ]+)?)$"))] String);

/// A type whose values are the words of a table that the reader of routines has.
macro_rules! words {
    ($($name:ident: $table:expr),+ $(,)?) => {
        $(struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "enum": $table.map(|(word, _)| word) })
            }
        })+
    };
}

words! {
    When: WHENS,
    Area: AREAS,
    Ending: ENDINGS,
    Order: ORDERS,
    Welcome: OPENINGS,
    WordsKept: WORDS,
    Muscle: MUSCLES,
    Chime: routine::Chime::ALL.map(|chime| (chime.name(), chime)),
}
