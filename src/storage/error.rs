//! Why the store did not do what it was asked.

use sea_orm::DbErr;
use thiserror::Error;

use super::database::faults::{Meaning, meaning};

/// An error of any store.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The store cannot be reached, is full or broken; the same call may work later.
    #[error("the {what} store is unavailable: {source}")]
    Unavailable {
        /// Which store.
        what: &'static str,
        /// What it said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No connection to the store was to be had for as long as one may wait for one; the same call may work later.
    #[error("the {what} store is busy or gone: no connection was to be had in time")]
    Busy {
        /// Which store.
        what: &'static str,
    },
    /// What is stored cannot be understood.
    #[error("the {what} store holds something unreadable: {detail}")]
    Corrupt {
        /// Which store.
        what: &'static str,
        /// What.
        detail: String,
    },
}

impl StoreError {
    /// Wraps what a driver said.
    pub fn unavailable(
        what: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Unavailable {
            what,
            source: source.into(),
        }
    }

    /// What an error of a database means for the store named `what`.
    pub(in crate::storage) fn of(what: &'static str, error: DbErr) -> Self {
        match meaning(&error) {
            Meaning::Busy => Self::Busy { what },
            Meaning::Passing | Meaning::Lasting => Self::unavailable(what, error),
        }
    }

    /// Whether the same call may work in a moment.
    pub(in crate::storage) fn passes(&self) -> bool {
        match self {
            Self::Busy { .. } => true,
            Self::Unavailable { source, .. } => source
                .downcast_ref::<DbErr>()
                .is_some_and(|error| meaning(error) != Meaning::Lasting),
            Self::Corrupt { .. } => false,
        }
    }

    /// Whether the connection broke under the call. What waited for a connection in vain has waited long enough.
    pub(in crate::storage) fn broken(&self) -> bool {
        self.passes() && !matches!(self, Self::Busy { .. })
    }
}
