//! Believes a token, or says why not: the algorithm by a list, the signature by a key, the claims by rules.

use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, Header, Validation};
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use super::claims::{self, ClaimRules, Identity, TokenError};
use super::key_set::{KeySet, KnownKey, Refresh, Sought};
use crate::domain::time::Timestamp;

/// Where the issuer's keys come from.
#[async_trait]
pub trait KeySource: Send + Sync {
    /// The keys as they are now, or a sentence.
    async fn fetch(&self) -> Result<JwkSet, String>;
}

/// Believes tokens.
pub struct TokenVerifier {
    /// What is asked of the claims.
    pub rules: ClaimRules,
    /// Algorithms that keys of the issuer may sign by.
    pub algorithms: Vec<Algorithm>,
    /// When keys are fetched.
    pub refresh: Refresh,
    secret: Option<DecodingKey>,
    source: Option<Arc<dyn KeySource>>,
    keys: RwLock<KeySet>,
    fetching: Mutex<()>,
}

impl std::fmt::Debug for TokenVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenVerifier")
            .field("rules", &self.rules)
            .field("algorithms", &self.algorithms)
            .finish_non_exhaustive()
    }
}

/// By what tokens are signed.
#[derive(Default)]
pub struct Signers {
    /// A secret shared with the issuer, for HS256.
    pub secret: Option<Vec<u8>>,
    /// The issuer's keys.
    pub keys: Option<Arc<dyn KeySource>>,
}

impl TokenVerifier {
    /// A verifier of tokens by these signers.
    pub fn new(
        rules: ClaimRules,
        algorithms: Vec<Algorithm>,
        refresh: Refresh,
        signers: Signers,
    ) -> Self {
        Self {
            rules,
            algorithms,
            refresh,
            secret: signers
                .secret
                .map(|secret| DecodingKey::from_secret(&secret)),
            source: signers.keys,
            keys: RwLock::default(),
            fetching: Mutex::default(),
        }
    }

    /// Whom a token is from.
    pub async fn verify(&self, token: &str, now: Timestamp) -> Result<Identity, TokenError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Malformed)?;
        let key = self.key_for(&header, now).await?;
        if key.algorithm.is_some_and(|only| only != header.alg) {
            return Err(TokenError::Algorithm);
        }
        let mut signed = Validation::new(header.alg);
        // The claims are held against our own clock and rules.
        signed.validate_exp = false;
        signed.validate_aud = false;
        signed.required_spec_claims.clear();
        let decoded = jsonwebtoken::decode::<Map<String, Value>>(token, &key.key, &signed);
        let decoded = decoded.map_err(|error| {
            let kind = error.kind();
            if matches!(kind, ErrorKind::InvalidAlgorithm) {
                TokenError::Algorithm
            } else if matches!(kind, ErrorKind::InvalidSignature) {
                TokenError::Signature
            } else {
                TokenError::Malformed
            }
        })?;
        claims::read(&decoded.claims, &self.rules, now)
    }

    /// A secret never checks what a key signs, nor a key what a secret signs.
    async fn key_for(&self, header: &Header, now: Timestamp) -> Result<KnownKey, TokenError> {
        if header.alg == Algorithm::HS256 {
            let secret = self.secret.clone().ok_or(TokenError::Algorithm)?;
            return Ok(KnownKey {
                key: secret,
                algorithm: Some(Algorithm::HS256),
            });
        }
        let shared = AlgorithmFamily::Hmac.algorithms().contains(&header.alg);
        let Some(source) = self.source.as_ref().filter(|_| !shared) else {
            return Err(TokenError::Algorithm);
        };
        if !self.algorithms.contains(&header.alg) {
            return Err(TokenError::Algorithm);
        }
        self.known_key(source.as_ref(), header.kid.as_deref(), now)
            .await
    }

    async fn known_key(
        &self,
        source: &dyn KeySource,
        id: Option<&str>,
        now: Timestamp,
    ) -> Result<KnownKey, TokenError> {
        if let Sought::Known(key) = self.seek(id, now) {
            return Ok(key);
        }
        // One asks the issuer, the others wait for the answer.
        let _one = self.fetching.lock().await;
        let old = match self.seek(id, now) {
            Sought::Known(key) => return Ok(key),
            Sought::Unknown => return Err(self.missing()),
            Sought::Fetch(old) => old,
        };
        self.write().asked(now);
        match source.fetch().await {
            Ok(set) => self.write().replace(&set, now),
            Err(reason) => {
                tracing::warn!(reason, "the issuer's keys cannot be fetched");
                return old.ok_or(TokenError::KeysUnavailable);
            }
        }
        match self.seek(id, now) {
            Sought::Known(key) => Ok(key),
            Sought::Fetch(_) | Sought::Unknown => Err(TokenError::UnknownKey),
        }
    }

    /// What is said of a key that is not known: perhaps none is.
    fn missing(&self) -> TokenError {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        if keys.were_fetched() {
            TokenError::UnknownKey
        } else {
            TokenError::KeysUnavailable
        }
    }

    fn seek(&self, id: Option<&str>, now: Timestamp) -> Sought {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.seek(id, now, self.refresh)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, KeySet> {
        self.keys.write().unwrap_or_else(PoisonError::into_inner)
    }
}
