//! What an S3 API answered instead of doing it: of which kind, and whether asking again makes sense.

use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStreamError;
use thiserror::Error;

use crate::storage::error::StoreError;
use crate::storage::objects::tries::TryOutcome;

/// What went wrong with one try.
#[derive(Debug, Error)]
#[error("{detail}")]
pub(super) struct Fault {
    kind: Kind,
    detail: String,
}

/// Of which kind it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// There is no such object or upload.
    Missing,
    /// The range lies outside the object.
    Outside,
    /// This API has no such operation.
    NotImplemented,
    /// It cannot be reached, or broke off.
    Unreachable,
    /// It took too long.
    Timeout,
    /// It asks for patience.
    Throttled,
    /// Something is wrong on its side.
    ServerError,
    /// It says no, and will say no again.
    Refused,
}

impl Fault {
    /// Of which kind it is.
    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether the same may work in a moment.
    pub(super) fn may_pass(&self) -> bool {
        match self.kind {
            Kind::Unreachable | Kind::Timeout | Kind::Throttled | Kind::ServerError => true,
            Kind::Missing | Kind::Outside | Kind::NotImplemented | Kind::Refused => false,
        }
    }

    /// As it is counted.
    pub(super) fn outcome(&self) -> TryOutcome {
        match self.kind {
            // Asking for what is not there, or not offered, is an ordinary question with an ordinary answer.
            Kind::Missing | Kind::Outside | Kind::NotImplemented => TryOutcome::Ok,
            Kind::Unreachable => TryOutcome::Unreachable,
            Kind::Timeout => TryOutcome::Timeout,
            Kind::Throttled => TryOutcome::Throttled,
            Kind::ServerError => TryOutcome::ServerError,
            Kind::Refused => TryOutcome::Refused,
        }
    }

    /// An answer whose body broke off.
    pub(super) fn broken(error: &ByteStreamError) -> Self {
        Self {
            kind: Kind::Unreachable,
            detail: format!("the body broke off: {error}"),
        }
    }

    /// An answer whose body stopped coming.
    pub(super) fn stalled() -> Self {
        Self {
            kind: Kind::Timeout,
            detail: "the body stopped coming".to_owned(),
        }
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        Self::unavailable("object", fault)
    }
}

impl<E> From<SdkError<E>> for Fault
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    fn from(error: SdkError<E>) -> Self {
        let status = error.raw_response().map(|answer| answer.status().as_u16());
        let kind = match (&error, status) {
            (SdkError::TimeoutError(_), _) => Kind::Timeout,
            (SdkError::DispatchFailure(failure), _) if failure.is_timeout() => Kind::Timeout,
            (SdkError::ConstructionFailure(_), _) => Kind::Refused,
            (_, Some(status)) => kind(status, error.code()),
            (_, None) => Kind::Unreachable,
        };
        Self {
            kind,
            detail: DisplayErrorContext(&error).to_string(),
        }
    }
}

/// The kind of an answer with that status and code.
fn kind(status: u16, code: Option<&str>) -> Kind {
    match (status, code) {
        // A bucket that is not there is no missing object: everything in it would seem to be lost.
        (404, Some("NoSuchBucket")) => Kind::Refused,
        (404, _) => Kind::Missing,
        (416, _) => Kind::Outside,
        (408, _) | (_, Some("RequestTimeout")) => Kind::Timeout,
        (429, _) | (503, Some("SlowDown")) => Kind::Throttled,
        (405 | 501, _) => Kind::NotImplemented,
        // A body that was cut off by the network can end in a success that makes no sense.
        (200..=299 | 500..=599, _) => Kind::ServerError,
        _ => Kind::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        for (status, code, expected) in [
            (404, Some("NoSuchKey"), Kind::Missing),
            (404, None, Kind::Missing),
            (404, Some("NoSuchBucket"), Kind::Refused),
            (416, Some("InvalidRange"), Kind::Outside),
            (400, Some("RequestTimeout"), Kind::Timeout),
            (429, None, Kind::Throttled),
            (503, Some("SlowDown"), Kind::Throttled),
            (503, None, Kind::ServerError),
            (500, Some("InternalError"), Kind::ServerError),
            (501, Some("NotImplemented"), Kind::NotImplemented),
            (403, Some("SignatureDoesNotMatch"), Kind::Refused),
        ] {
            assert_eq!(kind(status, code), expected, "{status} {code:?}");
        }
    }
}
