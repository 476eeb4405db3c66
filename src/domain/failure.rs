//! Why an attempt at a job failed, and whether another could do better.

use serde::{Deserialize, Serialize};

/// A failed attempt: a code that already says whether to retry, and a sentence for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What went wrong.
    pub code: FailureCode,
    /// A sentence that the user understands.
    pub message: String,
    /// How long a provider asked to be left alone, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl Failure {
    /// A failure without a wish for when to come back.
    pub fn new(code: FailureCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            retry_after_ms: None,
        }
    }
}

macro_rules! failure_codes {
    ($($(#[$doc:meta])* $name:ident $text:literal $class:ident;)*) => {
        /// What can go wrong in an attempt. The name is stable: clients and dashboards match on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum FailureCode {$($(#[$doc])* $name,)*}

        impl FailureCode {
            /// All codes.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its name in JSON, logs and metrics.
            pub fn name(self) -> &'static str {
                match self {$(Self::$name => $text,)*}
            }

            /// Whether another attempt could do better.
            pub fn class(self) -> FailureClass {
                match self {$(Self::$name => FailureClass::$class,)*}
            }
        }
    };
}

impl std::str::FromStr for FailureCode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.iter().find(|code| code.name() == text);
        known.copied().ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|code| code.name()).collect();
            format!("`{text}` is no failure; there are {}", names.join(", "))
        })
    }
}

/// Whether another attempt could do better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureClass {
    /// Another attempt may succeed.
    Transient,
    /// No attempt ever will.
    Permanent,
}

failure_codes! {
    /// The upload is no presentation.
    WrongFileType "wrong_file_type" Permanent;
    /// The presentation is protected by a password.
    EncryptedFile "encrypted_file" Permanent;
    /// The presentation is damaged.
    DamagedFile "damaged_file" Permanent;
    /// The presentation passes a limit.
    FileTooLarge "file_too_large" Permanent;
    /// The presentation holds something that only an attack would.
    UnsafeFile "unsafe_file" Permanent;
    /// The deck cannot be written in the wanted form.
    DeckNotWritable "deck_not_writable" Permanent;
    /// The document was deleted while the job waited.
    DocumentGone "document_gone" Permanent;
    /// The job asks for something that this version does not know.
    BadRequest "bad_request" Permanent;
    /// The store could not be reached or refused.
    StorageUnavailable "storage_unavailable" Transient;
    /// The AI provider refused: a wrong key, an account that is used up, or a request that it does not take.
    ProviderRefused "provider_refused" Permanent;
    /// No provider of models answers in time.
    ProviderUnavailable "provider_unavailable" Transient;
    /// The code that ran the job panicked.
    Panicked "panicked" Transient;
    /// The worker went away in the middle of the job.
    WorkerLost "worker_lost" Transient;
    /// The node that held the job stopped beating.
    LeaseExpired "lease_expired" Transient;
    /// The attempt passed the hard deadline of its kind.
    DeadlineExceeded "deadline_exceeded" Transient;
    /// The node gave the job back because it is stopping.
    NodeStopping "node_stopping" Transient;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_code_is_the_name_on_the_wire() {
        for code in FailureCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.name());
            assert_eq!(code.name().parse(), Ok(*code));
        }
        let unknown = "nonsense".parse::<FailureCode>().unwrap_err();
        assert!(unknown.contains("damaged_file"), "{unknown}");
    }
}
