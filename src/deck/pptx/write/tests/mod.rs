//! Written decks: sound packages that read back as what was written.

mod decks;
mod round_trip;
mod soundness;
