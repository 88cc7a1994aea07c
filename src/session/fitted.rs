//! How a session fits the time that the listener has.

use crate::routine::Resized;
use crate::score::dose::Dose;
use crate::score::fit::Range;

/// How a session fits its time.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The whole minutes that it can take.
    pub range: Range,
    /// The minutes that it takes, when they were asked for.
    pub minutes: Option<f64>,
    /// The names of the poses that are left out for that.
    pub left_out: Vec<String>,
    /// The steps that are shorter or longer for that.
    pub resized: Vec<Resized>,
    /// The factor on the pauses between sentences.
    pub pauses: f64,
    /// What its holds give to each group of muscles.
    pub dose: Vec<Dose>,
}
