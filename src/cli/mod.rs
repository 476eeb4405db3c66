//! The command line: what can be asked, and how it is answered.

pub mod arguments;
pub mod simulate;
