//! The issuer's keys as we know them, and when to ask for them again (RFC 7517).

use std::collections::HashMap;
use std::time::Duration;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey};

use crate::domain::time::Timestamp;

/// When keys are fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refresh {
    /// How long keys are believed without asking: one that was withdrawn opens nothing after that.
    pub after: Duration,
    /// The shortest time between two fetches: tokens with made-up key ids must not become requests to the issuer.
    pub floor: Duration,
}

/// A key and what it may be used for.
#[derive(Clone)]
pub struct KnownKey {
    /// The key.
    pub key: DecodingKey,
    /// The one algorithm it is for, where the issuer says so.
    pub algorithm: Option<Algorithm>,
}

/// What is to be done about a key id.
pub enum Sought {
    /// This is it.
    Known(KnownKey),
    /// Ask the issuer; this is the one to use where it does not answer.
    Fetch(Option<KnownKey>),
    /// The issuer was asked a moment ago and has no such key.
    Unknown,
}

/// The keys.
#[derive(Default)]
pub struct KeySet {
    keys: HashMap<String, KnownKey>,
    fetched: Option<Timestamp>,
    tried: Option<Timestamp>,
}

impl std::fmt::Debug for KeySet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeySet")
            .field("fetched", &self.fetched)
            .finish_non_exhaustive()
    }
}

impl KeySet {
    /// Looks for a key. A token that names none is meant for the only one there is.
    pub fn seek(&self, id: Option<&str>, now: Timestamp, refresh: Refresh) -> Sought {
        let known = match id {
            Some(id) => self.keys.get(id),
            None if self.keys.len() == 1 => self.keys.values().next(),
            None => None,
        };
        let within = |moment: Option<Timestamp>, span| {
            moment.is_some_and(|moment| now >= moment && now.since(moment) < span)
        };
        let may_fetch = !within(self.tried, refresh.floor);
        match known {
            Some(key) if within(self.fetched, refresh.after) || !may_fetch => {
                Sought::Known(key.clone())
            }
            known if may_fetch => Sought::Fetch(known.cloned()),
            Some(_) | None => Sought::Unknown,
        }
    }

    /// Whether the issuer ever answered.
    pub fn were_fetched(&self) -> bool {
        self.fetched.is_some()
    }

    /// Someone is about to ask the issuer.
    pub fn asked(&mut self, now: Timestamp) {
        self.tried = Some(now);
    }

    /// The issuer answered. Keys that are no longer listed are no longer believed; shared secrets never are.
    pub fn replace(&mut self, set: &JwkSet, now: Timestamp) {
        self.fetched = Some(now);
        let signing = set.keys.iter().filter_map(|key| {
            let algorithm = key.common.key_algorithm;
            let algorithm = algorithm.and_then(|algorithm| Algorithm::try_from(algorithm).ok());
            let decoding = DecodingKey::from_jwk(key).ok()?;
            let shared = decoding.family() == jsonwebtoken::AlgorithmFamily::Hmac;
            let id = key.common.key_id.clone().unwrap_or_default();
            (!shared).then_some((
                id,
                KnownKey {
                    key: decoding,
                    algorithm,
                },
            ))
        });
        self.keys = signing.collect();
    }
}
