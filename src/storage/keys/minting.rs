//! New API keys: the text its owner keeps, and what is stored of it.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::{ApiKey, Scope};
use crate::domain::ids::{IdSource, KeyId};
use crate::domain::tenant::{TenantId, Tier};
use crate::domain::time::Timestamp;

/// Bytes of chance in a key: 256 bits.
const SECRET_BYTES: usize = 32;

/// Characters of a key that are kept in the clear, to recognise it by.
const PREFIX: usize = 11;

/// What a new key is to be.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What its owner calls it.
    pub name: String,
    /// Whose it is.
    pub tenant: TenantId,
    /// The class that tenant is in.
    pub tier: Tier,
    /// What it allows.
    pub scopes: Vec<Scope>,
}

/// Makes a key: its text, which is shown once, and what is stored.
pub fn mint(wanted: Wanted, ids: &IdSource, now: Timestamp) -> (String, ApiKey) {
    let mut secret = [0_u8; SECRET_BYTES];
    ids.fill(&mut secret);
    let text = format!("sk_{}", URL_SAFE_NO_PAD.encode(secret));
    let key = ApiKey {
        id: KeyId(ids.uuid(now)),
        name: wanted.name,
        prefix: text.chars().take(PREFIX).collect(),
        hash: hash(&text),
        tenant: wanted.tenant,
        tier: wanted.tier,
        scopes: wanted.scopes,
        created_at: now,
        revoked_at: None,
    };
    (text, key)
}

/// The lower-case hexadecimal SHA-256 of a key's text, by which it is found.
pub fn hash(text: &str) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_by_its_hash_and_recognised_by_its_beginning() {
        let ids = IdSource::seeded([1; 32]);
        let wanted = Wanted {
            name: "first".to_owned(),
            tenant: "acme".parse().unwrap(),
            tier: Tier::Standard,
            scopes: vec![Scope::Read],
        };
        let (text, key) = mint(wanted.clone(), &ids, Timestamp(0));
        assert_eq!(text.len(), 3 + 43);
        assert!(text.starts_with(&key.prefix) && key.prefix.len() == PREFIX);
        assert_eq!(key.hash, hash(&text));
        let (other, _) = mint(wanted, &ids, Timestamp(0));
        assert_ne!(text, other);
    }
}
