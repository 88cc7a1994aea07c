//! What the targets of `fuzz/` call, and what replays their corpus on a stable compiler (`tests/fuzzed`). Each function
//! takes any bytes, and panics where a promise is broken.

mod config;
mod control;
mod made;
mod mixed;
mod performed;
mod places;
mod practice;
mod routine;
mod sheet;
mod sound;
mod steered;
mod taken;

pub use config::config;
pub use control::control;
pub use performed::performed;
pub use practice::practice;
pub use routine::routine;
pub use sheet::sheet;
pub use sound::{music, wav};
pub use steered::steering;

/// What a target calls.
pub type Target = fn(&[u8]);

/// Every target, by the name of its folder in `fuzz/corpus`.
pub const TARGETS: [(&str, Target); 9] = [
    ("routine", routine),
    ("performed", performed),
    ("steering", steering),
    ("sheet", sheet),
    ("config", config),
    ("practice", practice),
    ("control", control),
    ("wav", wav),
    ("music", music),
];
