//! Telling others when jobs end: what is sent, signed how, to which addresses, and who carries it.

pub mod caller;
pub mod courier;
pub mod message;
pub mod signature;

#[cfg(test)]
mod tests;
