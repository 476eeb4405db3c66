//! The schema history of SlideCraft.
