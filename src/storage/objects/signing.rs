//! Signed links to objects: whoever holds one may read that object until it runs out, and nothing else.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use thiserror::Error;

use super::ObjectKey;
use crate::domain::time::Timestamp;

/// Signs links and recognises its own.
#[derive(Clone)]
pub struct UrlSigner {
    secret: [u8; 32],
}

impl std::fmt::Debug for UrlSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UrlSigner")
    }
}

/// What a link gives access to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedObject {
    /// The object.
    pub key: ObjectKey,
    /// Its media type.
    pub content_type: String,
    /// The name to save it under.
    pub file_name: String,
}

/// Why a link gives access to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// It was not signed here, or changed since.
    #[error("the link is not one of ours")]
    Forged,
    /// Its time is over.
    #[error("the link has expired")]
    Expired,
}

/// What is signed: object, media type, file name, and the microsecond from which on it is worth nothing.
#[derive(Serialize, Deserialize)]
struct Claims(String, String, String, i64);

impl UrlSigner {
    /// A signer with that secret. All nodes behind one address share it.
    pub fn new(secret: [u8; 32]) -> Self {
        Self { secret }
    }

    /// A token for an object, to be put in a URL as it is: `claims.signature`, both base64url without padding.
    pub fn sign(
        &self,
        key: &ObjectKey,
        content_type: &str,
        file_name: &str,
        expires_at: Timestamp,
    ) -> String {
        let claims = Claims(
            key.as_str().to_owned(),
            content_type.to_owned(),
            file_name.to_owned(),
            expires_at.0,
        );
        // Strings and a number always serialise.
        let claims = serde_json::to_vec(&claims).unwrap_or_default();
        let claims = URL_SAFE_NO_PAD.encode(claims);
        let signature = URL_SAFE_NO_PAD.encode(self.signature(&claims));
        format!("{claims}.{signature}")
    }

    /// What a token gives access to at `now`.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<SignedObject, SignatureError> {
        let (claims, signature) = token.split_once('.').ok_or(SignatureError::Forged)?;
        let signature = decode(signature)?;
        if !bool::from(self.signature(claims).as_slice().ct_eq(&signature)) {
            return Err(SignatureError::Forged);
        }
        let Claims(key, content_type, file_name, expires_at) =
            serde_json::from_slice(&decode(claims)?).map_err(|_| SignatureError::Forged)?;
        if now.0 >= expires_at {
            return Err(SignatureError::Expired);
        }
        Ok(SignedObject {
            key: ObjectKey::parse(&key).ok_or(SignatureError::Forged)?,
            content_type,
            file_name,
        })
    }

    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    fn signature(&self, claims: &str) -> Vec<u8> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.secret).expect("a key of any length fits");
        mac.update(claims.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
}

fn decode(text: &str) -> Result<Vec<u8>, SignatureError> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| SignatureError::Forged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(signer: &UrlSigner) -> String {
        let key = ObjectKey::parse("acme/artifacts/1/1.pdf").unwrap();
        signer.sign(&key, "application/pdf", "Über uns.pdf", Timestamp(100))
    }

    #[test]
    fn a_signed_link_reads_back() {
        let signer = UrlSigner::new([1; 32]);
        let object = signer.verify(&token(&signer), Timestamp(99)).unwrap();
        assert_eq!(object.key.as_str(), "acme/artifacts/1/1.pdf");
        assert_eq!(object.content_type, "application/pdf");
        assert_eq!(object.file_name, "Über uns.pdf");
    }

    #[test]
    fn a_link_runs_out_at_its_moment() {
        let signer = UrlSigner::new([1; 32]);
        let late = signer.verify(&token(&signer), Timestamp(100));
        assert_eq!(late, Err(SignatureError::Expired));
    }

    #[test]
    fn a_link_that_was_changed_anywhere_is_forged() {
        let signer = UrlSigner::new([1; 32]);
        let token = token(&signer);
        for place in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            let answer = signer.verify(&changed, Timestamp(0));
            assert_eq!(answer, Err(SignatureError::Forged), "at {place}");
        }
    }

    #[test]
    fn a_link_of_another_secret_is_forged() {
        let token = token(&UrlSigner::new([2; 32]));
        let answer = UrlSigner::new([1; 32]).verify(&token, Timestamp(0));
        assert_eq!(answer, Err(SignatureError::Forged));
    }
}
