//! How far a file has come.

/// How far a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Copied; nothing is known of its content.
    Received,
    /// Being read.
    Checking,
    /// Read; its preview waits to be confirmed.
    Checked,
    /// Read, and it cannot be confirmed; `blocked` says why.
    Refused,
    /// Being made part of the record, or cut off on the way.
    Applying,
    /// Part of the record.
    Applied,
    /// Cleared away.
    Abandoned,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Received,
        Self::Checking,
        Self::Checked,
        Self::Refused,
        Self::Applying,
        Self::Applied,
        Self::Abandoned,
    ];

    /// The stored name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Checking => "checking",
            Self::Checked => "checked",
            Self::Refused => "refused",
            Self::Applying => "applying",
            Self::Applied => "applied",
            Self::Abandoned => "abandoned",
        }
    }

    /// The name on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Received => "Received",
            Self::Checking => "Being checked",
            Self::Checked => "Ready to confirm",
            Self::Refused => "Cannot be confirmed",
            Self::Applying => "Being imported",
            Self::Applied => "Imported",
            Self::Abandoned => "Abandoned",
        }
    }

    /// The state of that stored name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }

    /// Whether it may be checked, for the first time or again.
    pub fn may_check(self) -> bool {
        matches!(self, Self::Received | Self::Checking | Self::Checked | Self::Refused)
    }

    /// Whether it may be applied, or taken up again.
    pub fn may_apply(self) -> bool {
        matches!(self, Self::Checked | Self::Applying)
    }

    /// Whether it may be cleared away.
    pub fn may_abandon(self) -> bool {
        !matches!(self, Self::Applied | Self::Abandoned)
    }
}
