//! The deck codec: bytes ⇄ deck → pages → bytes, in pure steps without IO, clock or async.
//!
//! ```text
//! bytes → package (limits first) → pptx::read ─┐
//!       └→ odp (OpenDocument) ─────────────────┤
//! bytes → pdf::read (pages as pictures) ───────┤
//! text  → markdown ────────────────────────────┤→ model::Deck → layout (frames, nothing left to resolve) → pdf, raster
//! JSON  → schema (checked, with pointers) ─────┘        └─────→ pptx::write → bytes
//! ```
//!
//! The room imports no other room of ours, so that it can be lifted into a crate of its own.

pub mod error;
pub mod formula;
pub mod layout;
pub mod markdown;
pub mod metafile;
pub mod model;
pub mod odp;
pub mod package;
pub mod pdf;
pub mod pptx;
pub mod raster;
pub mod read;
pub mod schema;
pub mod svg;
pub mod vector;
pub mod watch;
