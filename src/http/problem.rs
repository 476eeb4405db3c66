//! Every error a client can get: one table of codes, and the answer made of one (RFC 9457).

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::actors::handle::HandleError;
use crate::storage::error::StoreError;

macro_rules! codes {
    ($($name:ident $text:literal $status:literal $title:literal;)*) => {
        /// What can be wrong with a request. The name is stable: clients match on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {$(#[doc = $title] $name,)*}

        impl Code {
            /// All codes.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its name, the end of its `type`.
            pub fn name(self) -> &'static str {
                match self {$(Self::$name => $text,)*}
            }

            /// The status it is answered with.
            pub fn status(self) -> u16 {
                match self {$(Self::$name => $status,)*}
            }

            /// What it is, the same each time.
            pub fn title(self) -> &'static str {
                match self {$(Self::$name => $title,)*}
            }
        }
    };
}

codes! {
    InvalidJson "invalid_json" 400 "The body is no JSON";
    InvalidMultipart "invalid_multipart" 400 "The multipart body cannot be read";
    InvalidQuery "invalid_query" 400 "A query parameter does not fit";
    InvalidHeader "invalid_header" 400 "A header does not fit";
    InvalidCursor "invalid_cursor" 400 "The cursor is not one of ours";
    BadRequest "bad_request" 400 "The request cannot be understood";
    Unauthenticated "unauthenticated" 401 "An API key is needed";
    InsufficientScope "insufficient_scope" 403 "The API key does not allow this";
    InvalidLink "invalid_link" 403 "The link is not one of ours";
    ChaosOff "chaos_off" 403 "Faults are not allowed here";
    NotFound "not_found" 404 "There is no such thing";
    MethodNotAllowed "method_not_allowed" 405 "This cannot be done here";
    NotAcceptable "not_acceptable" 406 "No form of the answer fits the Accept headers";
    RequestTimeout "request_timeout" 408 "The body did not come in time";
    NotFinished "not_finished" 409 "The job has not ended";
    NoResult "no_result" 409 "The job left no result";
    NoDeck "no_deck" 409 "The document has no deck yet";
    JobEnded "job_ended" 409 "The job has already ended";
    NotRetryable "not_retryable" 409 "Only a dead job can be retried";
    NotDead "not_dead" 409 "The job is not among the dead letters";
    IdempotencyInFlight "idempotency_in_flight" 409 "A request with this Idempotency-Key is being worked on";
    UploadIncomplete "upload_incomplete" 409 "Parts of the upload are missing";
    UploadTaken "upload_taken" 409 "The upload became a document";
    ProposalDecided "proposal_decided" 409 "The proposal does not stand as it would have to";
    Recovering "recovering" 409 "The platform is recovering from the fault before";
    PatchTestFailed "patch_test_failed" 409 "A test of the patch failed";
    LinkExpired "link_expired" 410 "The link has expired";
    ResultGone "result_gone" 410 "The result is no longer kept";
    StaleVersion "stale_version" 412 "The document has changed since";
    TooLarge "too_large" 413 "The body is too large";
    UnsupportedMediaType "unsupported_media_type" 415 "The body has a media type that is not read here";
    WrongFileType "wrong_file_type" 415 "The file is no presentation that can be read";
    RangeNotSatisfiable "range_not_satisfiable" 416 "The range lies outside";
    InvalidBody "invalid_body" 422 "The body does not fit";
    InvalidDeck "invalid_deck" 422 "The deck does not fit its schema";
    InvalidPatch "invalid_patch" 422 "The patch cannot be applied";
    InvalidChange "invalid_change" 422 "The change makes no sense";
    IdempotencyKeyReused "idempotency_key_reused" 422 "The Idempotency-Key was used for another request";
    PreconditionRequired "precondition_required" 428 "If-Match is needed";
    QuotaExceeded "quota_exceeded" 429 "A quota is used up";
    Internal "internal" 500 "Something is wrong on our side";
    IssuerUnavailable "issuer_unavailable" 503 "The issuer of the token does not answer";
    StorageUnavailable "storage_unavailable" 503 "The storage does not answer";
    Overloaded "overloaded" 503 "Too busy to answer";
    Draining "draining" 503 "The node is stopping";
}

impl Code {
    /// Its `type`.
    pub fn uri(self) -> String {
        format!("urn:slidecraft:problem:{}", self.name())
    }

    fn http_status(self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The code for an answer that the web framework refused by itself.
    pub(super) fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => Self::Unauthenticated,
            403 => Self::InsufficientScope,
            404 => Self::NotFound,
            405 => Self::MethodNotAllowed,
            406 => Self::NotAcceptable,
            408 => Self::RequestTimeout,
            413 => Self::TooLarge,
            415 => Self::UnsupportedMediaType,
            416 => Self::RangeNotSatisfiable,
            503 => Self::Overloaded,
            400..=499 => Self::BadRequest,
            _ => Self::Internal,
        }
    }
}

/// A place in the request, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// Where in the body (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/title")]
    pub pointer: Option<String>,
    /// Which query parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// Which header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<&'static str>,
    /// A sentence.
    #[schema(example = "unknown field `titel`, expected `title` or `markdown`")]
    pub detail: String,
}

impl Fault {
    /// A fault in the body.
    pub fn at(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            pointer: Some(pointer.into()),
            parameter: None,
            header: None,
            detail: detail.into(),
        }
    }
}

/// An error as a client sees it.
#[derive(Debug)]
pub struct Problem(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    code: Code,
    detail: String,
    errors: Vec<Fault>,
    headers: Vec<(HeaderName, HeaderValue)>,
    extra: Option<(&'static str, Value)>,
}

/// What is sent (RFC 9457, with `code`, `request_id` and `errors` as extensions).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// What kind of problem it is: a name, not an address.
    #[serde(rename = "type")]
    #[schema(example = "urn:slidecraft:problem:not_found")]
    uri: String,
    /// The kind in words, the same each time.
    title: &'a str,
    /// The status it was answered with.
    status: u16,
    /// The end of `type`, to match on.
    #[schema(example = "not_found")]
    code: &'a str,
    /// What is wrong this time.
    detail: &'a str,
    /// The path that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<&'a str>,
    /// The name of this request in our logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    /// Each fault with its place.
    #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
    errors: &'a [Fault],
    /// What else belongs to this code.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    extra: serde_json::Map<String, Value>,
}

/// Left in a response for the outermost layer, which knows the request.
#[derive(Clone, Debug)]
pub(super) struct Told(Inner);

impl Problem {
    /// A problem with a sentence about this time.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let problem = Self(Box::new(Inner {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            headers: Vec::new(),
            extra: None,
        }));
        if matches!(
            code,
            Code::StorageUnavailable | Code::IssuerUnavailable | Code::Draining
        ) {
            problem.retry_after(5)
        } else if code == Code::Overloaded {
            problem.retry_after(1)
        } else {
            problem
        }
    }

    /// There is no such thing, or it belongs to someone else: nobody can tell which.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("There is no such {what}."))
    }

    /// The same with the places of what is wrong.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<Fault>) -> Self {
        self.0.errors = errors;
        self
    }

    /// The same with a header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: impl fmt::Display) -> Self {
        if let Ok(value) = HeaderValue::from_str(&value.to_string()) {
            self.0.headers.push((name, value));
        }
        self
    }

    /// The same with a member that belongs to its code.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Value) -> Self {
        self.0.extra = Some((name, value));
        self
    }

    /// The same, saying when to come back, in seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.with_header(header::RETRY_AFTER, seconds)
    }

    /// Its code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What is wrong this time, and where.
    pub(super) fn told(&self) -> (&str, &[Fault]) {
        (&self.0.detail, &self.0.errors)
    }
}

impl Told {
    /// What is left in the response of an error that the web framework made.
    pub(super) fn of_status(status: StatusCode, detail: String) -> Self {
        Self(*Problem::new(Code::of_status(status), detail).0)
    }

    /// The answer, now that the request is known.
    pub(super) fn answer(&self, request: Option<(&str, &str)>) -> HttpResponse {
        let Inner {
            code,
            detail,
            errors,
            headers,
            extra,
        } = &self.0;
        let mut response = HttpResponse::build(code.http_status());
        for (name, value) in headers {
            response.insert_header((name.clone(), value.clone()));
        }
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        let body = ProblemBody {
            uri: code.uri(),
            title: code.title(),
            status: code.status(),
            code: code.name(),
            detail,
            instance: request.map(|(path, _)| path),
            request_id: request.map(|(_, id)| id),
            errors,
            extra: extra
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        };
        // Strings, numbers and JSON always serialise.
        let body = serde_json::to_vec(&body).unwrap_or_default();
        response.content_type("application/problem+json").body(body)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.name(), self.0.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.code.http_status()
    }

    fn error_response(&self) -> HttpResponse {
        let told = Told((*self.0).clone());
        let mut response = told.answer(None);
        response.extensions_mut().insert(told);
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } | StoreError::Busy { .. } => {
                tracing::warn!(error = %error, "the store did not answer a request");
                Self::new(
                    Code::StorageUnavailable,
                    "Nothing was changed; the same request may work in a moment.",
                )
            }
            StoreError::Corrupt { .. } => {
                tracing::error!(error = %error, "the store holds something unreadable");
                Self::new(Code::Internal, "What is stored cannot be read.")
            }
        }
    }
}

impl From<HandleError> for Problem {
    fn from(error: HandleError) -> Self {
        match error {
            HandleError::Overloaded(actor) => {
                tracing::warn!(actor, "an actor did not answer a request");
                Self::new(Code::Overloaded, "The same request may work in a moment.")
            }
            HandleError::Invalid(detail) => Self::new(Code::InvalidChange, detail),
            HandleError::NotFound(what) => Self::not_found(what),
            HandleError::Store(error) => error.into(),
        }
    }
}
