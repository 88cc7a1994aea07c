//! `supine list`: the shelf of routines, by when they are for and what they are for.

use std::io::Write;
use std::process::ExitCode;

use jiff::Timestamp;
use serde::Serialize;

use crate::failure::Failure;
use crate::opening::{read_config, shelf};
use crate::screen::{self, complain};
use supine::catalogue;
use supine::config::Choices;
use supine::folders::Folders;
use supine::journal::Journal;
use supine::phrases::Phrases;
use supine::routine::{Area, When};
use supine::session::card::Card;
use supine::session::outcome::SessionError;

/// The times of day, in the order of the shelf.
const WHENS: [When; 4] = [When::Evening, When::Night, When::Morning, When::Day];

/// A routine as JSON.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    title: &'a str,
    summary: &'a str,
    not_for: &'a str,
    when: Option<&'static str>,
    area: Option<&'static str>,
    own: bool,
    language: &'a str,
    languages: Vec<&'static str>,
    minutes: u32,
    poses: usize,
    positions: &'a [String],
    last_practised: Option<Timestamp>,
}

impl<'a> Row<'a> {
    fn of(card: &'a Card) -> Self {
        Self {
            id: &card.name,
            title: &card.title,
            summary: &card.summary,
            not_for: &card.not_for,
            when: card.when.map(When::word),
            area: card.area.map(Area::word),
            own: card.is_own,
            language: &card.language,
            languages: if card.is_own { Vec::new() } else { catalogue::languages(&card.name) },
            minutes: card.minutes,
            poses: card.poses,
            positions: &card.positions,
            last_practised: card.last,
        }
    }
}

pub fn list(json: bool, choices: &Choices) -> Result<ExitCode, Failure> {
    let cards = cards(choices)?;
    let mut out = screen::stdout();
    if json {
        let rows: Vec<Row<'_>> = cards.iter().map(Row::of).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&rows).map_err(std::io::Error::from)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let (phrases, _) = Phrases::for_language(&shelf(choices)?.language());
    let (own, built_in): (Vec<&Card>, Vec<&Card>) = cards.iter().partition(|card| card.is_own);
    let mut groups: Vec<(&str, Vec<&Card>)> = Vec::new();
    for when in WHENS {
        let group = built_in.iter().copied().filter(|card| card.when == Some(when));
        groups.push((phrases.shelf.when(when), group.collect()));
    }
    groups.push((&phrases.shelf.own, own));
    let mut is_first = true;
    for (heading, cards) in groups.into_iter().filter(|(_, cards)| !cards.is_empty()) {
        let gap = if std::mem::take(&mut is_first) { "" } else { "\n" };
        writeln!(out, "{gap}{heading}")?;
        for card in cards {
            write_card(&mut out, card, &phrases)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Every card, in the order of the shelf: by when, by what for, the default routine first, then by name. A routine of
/// the listener's own that has mistakes is told.
pub fn cards(choices: &Choices) -> Result<Vec<Card>, Failure> {
    let (shelf, config) = (shelf(choices)?, read_config()?);
    let practised = match Journal::of(&Folders::of_user()).map(|journal| journal.last_practised()) {
        Some(Ok(practised)) => practised,
        Some(Err(problem)) => {
            complain(&format!("supine: {problem}"));
            Default::default()
        }
        None => Default::default(),
    };
    let names: Vec<String> = catalogue::names().into_iter().map(str::to_owned).chain(shelf.own()).collect();
    let mut cards = Vec::new();
    for (name, read) in names.iter().zip(Card::read_all(&names, &shelf, (choices, &config), &practised)) {
        match read {
            Ok(card) => cards.push(card),
            Err(SessionError::Mistakes(source, _)) => {
                complain(&format!("supine: {} has mistakes; `supine check {name}` shows them", source.path));
            }
            Err(error) => complain(&format!("supine: {error}")),
        }
    }
    cards.sort_by_key(|card| (card.is_own, card.when, card.area, card.name != catalogue::DEFAULT));
    Ok(cards)
}

fn write_card(out: &mut impl Write, card: &Card, phrases: &Phrases) -> Result<(), Failure> {
    let Card { name, minutes, title, summary, .. } = card;
    writeln!(out, "  {name:<19} {minutes:>3} min  {title}")?;
    if !summary.is_empty() {
        writeln!(out, "  {:<28}{summary}", "")?;
    }
    let area = card.area.map(|area| phrases.shelf.area(area).to_owned());
    let last = card.days_ago(Timestamp::now()).map(|days| phrases.shelf.days_ago(days));
    let positions = (!card.positions.is_empty()).then(|| card.positions.join(", "));
    let details: Vec<String> = [area, positions, last].into_iter().flatten().collect();
    writeln!(out, "  {:<28}{}", "", details.join(" · "))?;
    Ok(())
}
