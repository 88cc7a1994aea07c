//! A routine that is being made from a text: poses and steps with doubts.

/// A step of a draft.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draft {
    pub step: DraftStep,
    /// What a reader should look at.
    pub doubts: Vec<String>,
}

impl From<DraftStep> for Draft {
    fn from(step: DraftStep) -> Self {
        Self { step, doubts: Vec::new() }
    }
}

/// The steps that an import makes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum DraftStep {
    /// A text of this kind; a plain sentence has none.
    Text(Option<&'static str>, String),
    /// A hold.
    Hold(Hold),
    /// Silence, in seconds.
    Rest(u32),
    EachSide(Vec<Draft>),
    Repeat(u32, Vec<Draft>),
}

/// A hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hold {
    pub kind: HoldKind,
    pub n: u32,
    pub at_least: Option<u32>,
    pub at_most: Option<u32>,
}

/// What a hold counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HoldKind {
    Count,
    /// Seconds that are counted aloud.
    CountedSeconds,
    Seconds,
    Breaths,
    Sway,
}

impl Draft {
    /// A plain sentence.
    pub(super) fn say(text: String) -> Self {
        DraftStep::Text(None, text).into()
    }

    /// A text of this kind.
    pub(super) fn of(kind: &'static str, text: String) -> Self {
        DraftStep::Text(Some(kind), text).into()
    }

    pub(super) fn doubted(mut self, doubt: impl Into<String>) -> Self {
        self.doubts.push(doubt.into());
        self
    }

    /// Its text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.step {
            DraftStep::Text(_, text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn is_hold(&self) -> bool {
        matches!(self.step, DraftStep::Hold(_))
    }

    /// Whether it, or a step in it, is a hold.
    pub(super) fn holds(&self) -> bool {
        match &self.step {
            DraftStep::EachSide(steps) | DraftStep::Repeat(_, steps) => steps.iter().any(Self::holds),
            _ => self.is_hold(),
        }
    }

    /// Whether it, or a step in it, is done for both sides.
    pub(super) fn has_sides(&self) -> bool {
        match &self.step {
            DraftStep::EachSide(_) => true,
            DraftStep::Repeat(_, steps) => steps.iter().any(Self::has_sides),
            _ => false,
        }
    }

    /// How many lists of steps stand in each other.
    pub(super) fn depth(&self) -> usize {
        match &self.step {
            DraftStep::EachSide(steps) | DraftStep::Repeat(_, steps) => {
                1 + steps.iter().map(Self::depth).max().unwrap_or_default()
            }
            _ => 0,
        }
    }

    /// How many steps it is, written out.
    pub(super) fn expanded(&self) -> usize {
        let of = |steps: &[Self]| steps.iter().fold(0usize, |sum, step| sum.saturating_add(step.expanded()));
        match &self.step {
            DraftStep::EachSide(steps) => of(steps).saturating_mul(2),
            DraftStep::Repeat(times, steps) => of(steps).saturating_mul(*times as usize),
            _ => 1,
        }
    }

    /// Changes every text in it.
    pub(super) fn map(&mut self, change: &dyn Fn(&str) -> String) {
        match &mut self.step {
            DraftStep::Text(_, text) => *text = change(text),
            DraftStep::EachSide(steps) | DraftStep::Repeat(_, steps) => {
                steps.iter_mut().for_each(|step| step.map(change));
            }
            _ => {}
        }
    }

    /// Whether a text in it fits.
    pub(super) fn any_text(&self, fits: &dyn Fn(&str) -> bool) -> bool {
        match &self.step {
            DraftStep::Text(_, text) => fits(text),
            DraftStep::EachSide(steps) | DraftStep::Repeat(_, steps) => {
                steps.iter().any(|step| step.any_text(fits))
            }
            _ => false,
        }
    }
}

/// A pose of a draft.
#[derive(Clone, Debug)]
pub(super) struct DraftPose {
    pub name: String,
    pub position: Option<String>,
    pub doubts: Vec<String>,
    /// Sentences about safety, which belong to the whole routine.
    pub cautions: Vec<String>,
    pub steps: Vec<Draft>,
}
