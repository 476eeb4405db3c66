//! The tree in virtual time: whatever fails, every job ends once and everyone else goes on.

mod faults;
mod ordinary;
mod streams;
mod tiers;
mod traces;
mod twin;
mod world;
