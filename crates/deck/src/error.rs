//! Why a deck could not be read or written. Everything less grave is a warning in the deck.

use thiserror::Error;

/// Why bytes could not be read as a deck.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadError {
    /// The bytes are of another kind.
    #[error("the file is not a presentation: {detail}")]
    WrongType {
        /// What they seem to be instead.
        detail: String,
    },
    /// The package is protected by a password.
    #[error("the presentation is encrypted; save it without a password and upload it again")]
    Encrypted,
    /// The package or its XML is broken.
    #[error("the presentation is damaged: {detail}")]
    Malformed {
        /// What is broken, and in which part.
        detail: String,
    },
    /// A limit was passed.
    #[error("the presentation is too large: {limit}")]
    TooLarge {
        /// Which limit, with its value.
        limit: String,
    },
    /// Something that only an attack would hold, such as a document type declaration.
    #[error("the presentation holds something unsafe: {detail}")]
    Unsafe {
        /// What, and in which part.
        detail: String,
    },
    /// The watcher asked to stop.
    #[error("reading was stopped")]
    Stopped,
}

/// Why a deck could not be written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WriteError {
    /// The deck refers to something that is not there, or breaks a rule that the schema cannot say.
    #[error("the deck cannot be written: {detail}")]
    Invalid {
        /// What, and where.
        detail: String,
    },
    /// All slides are hidden, and hidden slides were not asked for.
    #[error("every slide of the deck is hidden; ask for hidden slides, or show one")]
    NothingToShow,
    /// There are no slides at all.
    #[error("the deck has no slides; add one")]
    NoSlides,
    /// The PDF or PNG library refused something.
    #[error("drawing failed: {detail}")]
    Drawing {
        /// What it said.
        detail: String,
    },
    /// The watcher asked to stop.
    #[error("writing was stopped")]
    Stopped,
}
