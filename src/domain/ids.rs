//! Typed ids, and where new ones come from.

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::time::Timestamp;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// A job.
    JobId;
    /// A document.
    DocumentId;
    /// A running process; new at every start, so that a restarted node is never taken for the one before.
    NodeId;
    /// An API key.
    KeyId;
    /// An upload in parts.
    UploadId;
    /// An entry of the audit log.
    AuditId;
    /// A webhook.
    WebhookId;
    /// A message to a webhook.
    DeliveryId;
    /// A live event stream.
    SessionId;
}

/// Makes ids and other unguessable values from one seed.
#[derive(Debug)]
pub struct IdSource {
    random: Mutex<StdRng>,
}

impl IdSource {
    /// A source that repeats itself for the same seed. `app.rs` seeds it from the operating system.
    pub fn seeded(seed: [u8; 32]) -> Self {
        Self {
            random: Mutex::new(StdRng::from_seed(seed)),
        }
    }

    /// A time-ordered id (UUID version 7, RFC 9562): rows made together lie together in an index.
    pub fn uuid(&self, now: Timestamp) -> Uuid {
        let mut random = [0_u8; 10];
        self.fill(&mut random);
        uuid::Builder::from_unix_timestamp_millis(now.millis_unsigned(), &random).into_uuid()
    }

    /// Fills a buffer with random bytes.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.random
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill_bytes(bytes);
    }

    /// A fraction in `[0, 1)`, for jitter.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub fn fraction(&self) -> f64 {
        let bits = self
            .random
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next_u64()
            >> 11;
        bits as f64 / (1_u64 << 53) as f64
    }
}
