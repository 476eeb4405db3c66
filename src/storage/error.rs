//! Why the store did not do what it was asked.

use thiserror::Error;

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
}
