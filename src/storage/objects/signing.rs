//! Signed links to objects: whoever holds one may read that object until it runs out, and nothing else.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use thiserror::Error;

use super::ObjectKey;
use crate::domain::ids::UploadId;
use crate::domain::tenant::TenantId;
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

/// What a link lets in: one part of an upload, of exactly that length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedPart {
    /// Whose upload.
    pub tenant: TenantId,
    /// Which upload.
    pub upload: UploadId,
    /// Which part of it, from 1.
    pub number: u32,
    /// How many bytes.
    pub bytes: u64,
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

/// What is signed for a part: the part, and the microsecond from which on the token is worth nothing.
#[derive(Serialize, Deserialize)]
struct PartClaims {
    part: SignedPart,
    until: i64,
}

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
        self.token(&claims)
    }

    /// A token for a part of an upload, in the same form. Neither kind of token can be read as the other.
    pub fn sign_part(&self, part: &SignedPart, expires_at: Timestamp) -> String {
        self.token(&PartClaims {
            part: part.clone(),
            until: expires_at.0,
        })
    }

    /// Which part a token lets in at `now`.
    pub fn verify_part(&self, token: &str, now: Timestamp) -> Result<SignedPart, SignatureError> {
        let PartClaims { part, until } = self.claims(token)?;
        if now.0 >= until {
            return Err(SignatureError::Expired);
        }
        Ok(part)
    }

    fn token<T: Serialize>(&self, claims: &T) -> String {
        // Strings and numbers always serialise.
        let claims = serde_json::to_vec(claims).unwrap_or_default();
        let claims = URL_SAFE_NO_PAD.encode(claims);
        let signature = URL_SAFE_NO_PAD.encode(self.signature(&claims));
        format!("{claims}.{signature}")
    }

    /// What a token of ours says.
    fn claims<T: DeserializeOwned>(&self, token: &str) -> Result<T, SignatureError> {
        let (claims, signature) = token.split_once('.').ok_or(SignatureError::Forged)?;
        let signature = decode(signature)?;
        if !bool::from(self.signature(claims).as_slice().ct_eq(&signature)) {
            return Err(SignatureError::Forged);
        }
        serde_json::from_slice(&decode(claims)?).map_err(|_| SignatureError::Forged)
    }

    /// What a token gives access to at `now`.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<SignedObject, SignatureError> {
        let Claims(key, content_type, file_name, expires_at) = self.claims(token)?;
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
    fn a_link_to_read_lets_nothing_in_and_the_other_way_round() {
        let signer = UrlSigner::new([1; 32]);
        let part = SignedPart {
            tenant: "acme".parse().unwrap(),
            upload: UploadId(uuid::Uuid::nil()),
            number: 3,
            bytes: 9,
        };
        let to_write = signer.sign_part(&part, Timestamp(100));
        assert_eq!(signer.verify_part(&to_write, Timestamp(99)), Ok(part));
        let late = signer.verify_part(&to_write, Timestamp(100));
        assert_eq!(late, Err(SignatureError::Expired));
        let forged = Err(SignatureError::Forged);
        assert_eq!(signer.verify_part(&token(&signer), Timestamp(0)), forged);
        let read = signer.verify(&to_write, Timestamp(0));
        assert_eq!(read, Err(SignatureError::Forged));
    }

    #[test]
    fn a_link_of_another_secret_is_forged() {
        let token = token(&UrlSigner::new([2; 32]));
        let answer = UrlSigner::new([1; 32]).verify(&token, Timestamp(0));
        assert_eq!(answer, Err(SignatureError::Forged));
    }
}
