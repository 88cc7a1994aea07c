//! Choices made by bytes. When they are used up, the first of every choice is taken, so what is made of them ends.

/// Bytes that decide something.
pub(super) struct Taken<'a>(&'a [u8]);

impl<'a> Taken<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// A number from `least` to `most`.
    pub(super) fn number(&mut self, least: u32, most: u32) -> u32 {
        let wide = u32::from(self.byte()) << 8 | u32::from(self.byte());
        least + wide % (most - least + 1)
    }

    /// A part from 0 to 1.
    pub(super) fn part(&mut self) -> f64 {
        f64::from(self.byte()) / 255.0
    }

    pub(super) fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::from(self.byte()) % of.len()]
    }

    /// Whether something holds that holds once in `times`.
    pub(super) fn once_in(&mut self, times: u8) -> bool {
        self.byte() % times == times - 1
    }
}
