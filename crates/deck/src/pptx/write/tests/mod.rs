//! Written decks: sound packages that read back as what was written.

mod decks;
mod patching;
mod round_trip;
mod soundness;
