//! Objects in a bucket of any S3 API: AWS S3, R2, and what speaks like them.

mod client;
mod fault;
mod parts;
pub mod settings;
mod store;
#[cfg(test)]
pub(super) mod tests;
mod writer;

pub use store::S3Objects;
