//! PowerPoint files: `read` and `write` use the same file names on both sides.

pub mod read;
pub mod write;
