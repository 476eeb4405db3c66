//! Who a token says it is from: JWTs of an identity provider, checked by an allow-list of algorithms and keys that rotate.

pub mod claims;
pub mod jwks_endpoint;
pub mod key_set;
#[cfg(test)]
mod tests;
pub mod verifier;
