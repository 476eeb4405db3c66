//! Capacity: how much was asked of each pool, hour by hour, what stood ready for it, and how long that will do.

pub mod growth;
pub mod hours;
pub mod making;
pub mod pools;
pub mod report;
#[cfg(test)]
mod tests;
pub mod waits;
