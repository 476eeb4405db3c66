//! A provider that costs nothing: both vendors' wires on one small server, faithful to what they document, with faults on demand.
//! Tests run against it, and so can a developer: `slidecraft dev fake-provider`.

mod answers;
pub mod knobs;
mod server;

pub use server::{FakeProvider, Record};
