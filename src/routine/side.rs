//! Left and right.

/// Left or right, from the listener's point of view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The right side.
    Right,
    /// The left side.
    Left,
}

impl Side {
    /// The opposite side.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Right => Self::Left,
            Self::Left => Self::Right,
        }
    }
}

/// Which side an `each_side` begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SideOrder {
    /// Right, then left.
    #[default]
    RightFirst,
    /// Left, then right.
    LeftFirst,
}

impl SideOrder {
    /// Both sides in this order.
    pub(crate) fn sides(self) -> [Side; 2] {
        match self {
            Self::RightFirst => [Side::Right, Side::Left],
            Self::LeftFirst => [Side::Left, Side::Right],
        }
    }
}
