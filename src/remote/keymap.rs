//! The requests of the keys: one table, [`KEYS`]. Any other key pauses, so nobody has to find a certain key in
//! the dark.

use crate::control::Request;

/// A key that was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Escape.
    Escape,
    /// Enter.
    Enter,
    /// The arrow to the left.
    Left,
    /// The arrow to the right.
    Right,
    /// The arrow upward.
    Up,
    /// The arrow downward.
    Down,
    /// A character.
    Char(char),
    /// Any other key.
    Other,
}

/// Keys with the same request.
#[derive(Debug)]
pub struct Binding {
    /// The keys.
    pub keys: &'static [Key],
    /// The keys, as people write them.
    pub shown: &'static str,
    /// Their request.
    pub request: Request,
    /// The request in words for people.
    pub does: &'static str,
}

const fn binding(keys: &'static [Key], shown: &'static str, request: Request, does: &'static str) -> Binding {
    Binding { keys, shown, request, does }
}

/// The requests of the keys. A key that is not in this table acts as the first one.
pub const KEYS: [Binding; 13] = [
    binding(
        &[Key::Char(' ')],
        "space, or any key not listed below",
        Request::PauseOrResume,
        "pause, or continue",
    ),
    binding(&[Key::Enter, Key::Char('a')], "Enter, `a`", Request::Again, "say that again"),
    binding(&[Key::Right, Key::Char('n')], "right arrow, `n`", Request::Next, "next pose"),
    binding(&[Key::Left, Key::Char('p')], "left arrow, `p`", Request::Previous, "previous pose"),
    binding(&[Key::Up, Key::Char('+'), Key::Char('=')], "up arrow, `+`", Request::Louder, "louder"),
    binding(&[Key::Down, Key::Char('-')], "down arrow, `-`", Request::Softer, "softer"),
    binding(&[Key::Char('l')], "`l`", Request::Longer, "longer: stay in this hold"),
    binding(&[Key::Char('e')], "`e`", Request::Enough, "enough of this hold"),
    binding(&[Key::Char('s')], "`s`", Request::Slower, "slower from here on"),
    binding(&[Key::Char('f')], "`f`", Request::Faster, "faster from here on"),
    binding(&[Key::Char('w'), Key::Char('?')], "`w`, `?`", Request::Where, "where am I?"),
    binding(&[Key::Char('k')], "`k`", Request::SkipTonight, "skip this pose tonight"),
    binding(&[Key::Escape, Key::Char('q')], "Escape, `q`", Request::Stop, "fade out and end"),
];

/// The request of a key. Capitals count as small letters.
pub(crate) fn request(key: Key) -> Request {
    let key = match key {
        Key::Char(c) => Key::Char(c.to_ascii_lowercase()),
        other => other,
    };
    let bound = KEYS.iter().find(|binding| binding.keys.contains(&key));
    bound.map_or(Request::PauseOrResume, |binding| binding.request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_key_that_means_nothing_else_pauses() {
        for key in [Key::Char(' '), Key::Char('x'), Key::Char('7'), Key::Char('ä'), Key::Other] {
            assert_eq!(request(key), Request::PauseOrResume);
        }
        assert_eq!(request(Key::Char('N')), Request::Next);
        assert_eq!(request(Key::Escape), Request::Stop);
    }

    #[test]
    fn no_key_has_two_meanings() {
        let keys: Vec<Key> = KEYS.iter().flat_map(|binding| binding.keys).copied().collect();
        for (place, key) in keys.iter().enumerate() {
            assert!(!keys[..place].contains(key), "{key:?}");
        }
    }
}
