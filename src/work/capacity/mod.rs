//! What keeps the figures of capacity: looking at pools, counting hours, and a report every week.

pub mod counting;
pub mod looking;
#[cfg(test)]
mod tests;
pub mod weekly;
