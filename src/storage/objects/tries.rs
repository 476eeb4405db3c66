//! How single tries of a store over the network went: counted apart from operations, which may take several.

/// How one try went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryOutcome {
    /// It was answered.
    Ok,
    /// It was refused, and would be again.
    Refused,
    /// The store asked for patience.
    Throttled,
    /// Something is wrong on the side of the store (5xx).
    ServerError,
    /// It took too long.
    Timeout,
    /// The store could not be reached.
    Unreachable,
}

impl TryOutcome {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Ok,
        Self::Refused,
        Self::Throttled,
        Self::ServerError,
        Self::Timeout,
        Self::Unreachable,
    ];

    /// Its name as a label.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::Throttled => "throttled",
            Self::ServerError => "server_error",
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
        }
    }
}

/// Hears of each try.
pub trait TryListener: Send + Sync {
    /// A try at `op` went so.
    fn tried(&self, op: &'static str, outcome: TryOutcome);
}
