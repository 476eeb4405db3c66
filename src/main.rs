//! The `slidecraft` command.
fn main() {}
