//! The built-in ambiences, made while they are played. A *texture* is some seconds of noise of one colour; a
//! *player* reads it for ever, in pieces from anywhere that are faded into each other; *movements* and
//! *moments* say how loud it is and what happens when. All of it follows from seeds: an ambience is the same
//! each time it is opened, and does not come round.

mod bank;
mod mix;
mod night;
mod noises;
mod player;
mod scene;
mod shape;
mod texture;
mod time;
mod tones;
mod water;
mod wind;

pub(crate) use scene::{RATE, Scene};

/// The scene of a built-in ambience.
pub(crate) fn scene(name: &str) -> Option<Scene> {
    Some(match name {
        "ocean" => water::ocean(),
        "rain" => water::rain(),
        "stream" => water::stream(),
        "wind" => wind::wind(),
        "night" => night::night(),
        "brown" => noises::brown(),
        "pink" => noises::pink(),
        "pad" => tones::pad(),
        "bowls" => tones::bowls(),
        _ => return None,
    })
}
