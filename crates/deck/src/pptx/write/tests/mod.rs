//! Written decks: sound packages that read back as what was written.

mod chart_looks;
mod charts;
mod decks;
mod patching;
mod round_trip;
mod soundness;
