//! Why a provider did not answer, read from its status, headers and body; and what follows from it.

use std::time::Duration;

use serde_json::Value;

/// The longest wait that is believed of a provider. The vendors' own clients refuse more.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TroubleKind {
    /// Too many requests or tokens: later, or elsewhere.
    RateLimited,
    /// The provider has too much to do.
    Overloaded,
    /// The provider is broken.
    Server,
    /// It could not be reached, or the connection broke.
    Connection,
    /// It took too long.
    Timeout,
    /// The account is used up: no try will help until somebody pays.
    Billing,
    /// The key is wrong or may not do this.
    Auth,
    /// There is no such model there.
    NoModel,
    /// The request is refused for what it is: no other provider is asked.
    Request,
    /// What came is not what the vendor documents.
    Garbled,
}

/// A provider did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What went wrong.
    pub kind: TroubleKind,
    /// In the provider's words, shortened; never with a key.
    pub message: String,
    /// When to come back, where it said so.
    pub retry_after: Option<Duration>,
}

impl TroubleKind {
    /// Its name in metrics and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::RateLimited => "rate_limited",
            Self::Overloaded => "overloaded",
            Self::Server => "server_error",
            Self::Connection => "connection",
            Self::Timeout => "timeout",
            Self::Billing => "billing",
            Self::Auth => "auth",
            Self::NoModel => "no_model",
            Self::Request => "request",
            Self::Garbled => "garbled",
        }
    }

    /// Whether another provider may do better.
    pub fn may_go_elsewhere(self) -> bool {
        self != Self::Request
    }

    /// Whether the same provider may do better later.
    pub fn passes(self) -> bool {
        matches!(
            self,
            Self::RateLimited
                | Self::Overloaded
                | Self::Server
                | Self::Connection
                | Self::Timeout
                | Self::Garbled
        )
    }

    /// Whether it tells that the provider is not well: such are counted by the breaker. A full account or a wrong key is, too:
    /// every request there would be lost.
    pub fn is_ill(self) -> bool {
        !matches!(self, Self::RateLimited | Self::Request | Self::NoModel)
    }
}

impl Trouble {
    /// Trouble of a kind.
    pub fn new(kind: TroubleKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            retry_after: None,
        }
    }

    /// From an answer that is not 200. `header` reads a header by its lower-case name.
    pub fn of_answer(status: u16, header: impl Fn(&str) -> Option<String>, body: &[u8]) -> Self {
        let json: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let error = &json["error"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let words = [
            text(&error["type"]),
            text(&error["code"]),
            text(&error["details"]["error_code"]),
        ];
        let message = match text(&error["message"]) {
            message if message.is_empty() => format!("status {status}"),
            message => shortened(&message),
        };
        let kind = kind(status, &words, header("x-should-retry").as_deref());
        let wait = millis(header("retry-after-ms")).or_else(|| seconds(header("retry-after")));
        Self {
            kind,
            message: format!("{status}: {message}"),
            retry_after: wait.filter(|wait| *wait <= LONGEST_WAIT && kind.passes()),
        }
    }

    /// From an error that is told in the middle of a stream.
    pub fn in_stream(error: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let words = [text(&error["type"]), text(&error["code"]), String::new()];
        let status = match words[0].as_str() {
            "overloaded_error" => 529,
            "rate_limit_error" => 429,
            "invalid_request_error" => 400,
            "authentication_error" => 401,
            _ => 500,
        };
        Self::new(
            kind(status, &words, None),
            shortened(&text(&error["message"])),
        )
    }
}

/// The words of billing: these are 429, and no wait helps (OpenAI `insufficient_quota`, Anthropic spend limits).
const BILLING: &[&str] = &[
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
    "enforced_spend_limit_reached",
    "billing_error",
    "billing_hard_limit_reached",
];

fn kind(status: u16, words: &[String], should_retry: Option<&str>) -> TroubleKind {
    let says = |all: &[&str]| words.iter().any(|word| all.contains(&word.as_str()));
    if status == 402 || says(BILLING) {
        return TroubleKind::Billing;
    }
    let kind = match status {
        401 | 403 => TroubleKind::Auth,
        404 => TroubleKind::NoModel,
        408 | 504 => TroubleKind::Timeout,
        409 => TroubleKind::Server,
        429 => TroubleKind::RateLimited,
        529 => TroubleKind::Overloaded,
        503 if says(&["server_is_overloaded", "slow_down", "overloaded_error"]) => {
            TroubleKind::Overloaded
        }
        400..=499 => TroubleKind::Request,
        _ => TroubleKind::Server,
    };
    match should_retry {
        Some("true") if !kind.passes() => TroubleKind::Server,
        Some("false") if kind.passes() => TroubleKind::Request,
        _ => kind,
    }
}

fn millis(text: Option<String>) -> Option<Duration> {
    let millis: f64 = text?.trim().parse().ok()?;
    Duration::try_from_secs_f64(millis / 1_000.0).ok()
}

fn seconds(text: Option<String>) -> Option<Duration> {
    // A date is allowed too (RFC 9110 §10.2.3); neither vendor sends one, and the wait is then ours to choose.
    let seconds: f64 = text?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

fn shortened(text: &str) -> String {
    text.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Documented error answers of both vendors, and what follows from each.
    const ANSWERS: &[(u16, &str, TroubleKind)] = &[
        (
            429,
            r#"{"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}"#,
            TroubleKind::RateLimited,
        ),
        (
            429,
            r#"{"error":{"message":"slow","type":"requests","code":"slow_down"}}"#,
            TroubleKind::RateLimited,
        ),
        (
            429,
            r#"{"error":{"message":"quota","type":"insufficient_quota","code":"insufficient_quota"}}"#,
            TroubleKind::Billing,
        ),
        (
            429,
            r#"{"error":{"message":"b","type":"insufficient_quota","code":"credit_balance_exhausted"}}"#,
            TroubleKind::Billing,
        ),
        (
            429,
            r#"{"error":{"message":"b","type":"x","code":"organization_spend_limit_exceeded"}}"#,
            TroubleKind::Billing,
        ),
        (
            429,
            r#"{"error":{"message":"b","type":"x","code":"project_spend_limit_exceeded"}}"#,
            TroubleKind::Billing,
        ),
        (
            429,
            r#"{"error":{"message":"b","type":"x","code":"organization_usage_limit_exceeded"}}"#,
            TroubleKind::Billing,
        ),
        (
            503,
            r#"{"error":{"message":"busy","type":"server_error","code":"server_is_overloaded"}}"#,
            TroubleKind::Overloaded,
        ),
        (
            500,
            r#"{"error":{"message":"oops","type":"server_error","code":null}}"#,
            TroubleKind::Server,
        ),
        (
            401,
            r#"{"error":{"message":"Incorrect API key","type":"invalid_request_error","code":"invalid_api_key"}}"#,
            TroubleKind::Auth,
        ),
        (
            404,
            r#"{"error":{"message":"no model","type":"invalid_request_error","code":"model_not_found"}}"#,
            TroubleKind::NoModel,
        ),
        (
            400,
            r#"{"error":{"message":"too long","type":"invalid_request_error","code":"context_length_exceeded"}}"#,
            TroubleKind::Request,
        ),
        (
            400,
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens"}}"#,
            TroubleKind::Request,
        ),
        (
            401,
            r#"{"type":"error","error":{"type":"authentication_error","message":"key"}}"#,
            TroubleKind::Auth,
        ),
        (
            402,
            r#"{"type":"error","error":{"type":"billing_error","message":"pay"}}"#,
            TroubleKind::Billing,
        ),
        (
            403,
            r#"{"type":"error","error":{"type":"permission_error","message":"no"}}"#,
            TroubleKind::Auth,
        ),
        (
            404,
            r#"{"type":"error","error":{"type":"not_found_error","message":"model"}}"#,
            TroubleKind::NoModel,
        ),
        (413, "<html>cloudflare</html>", TroubleKind::Request),
        (
            429,
            r#"{"type":"error","error":{"type":"rate_limit_error","message":"slow"}}"#,
            TroubleKind::RateLimited,
        ),
        (
            429,
            r#"{"type":"error","error":{"type":"rate_limit_error","message":"spend","details":{"error_code":"enforced_spend_limit_reached"}}}"#,
            TroubleKind::Billing,
        ),
        (
            500,
            r#"{"type":"error","error":{"type":"api_error","message":"oops"}}"#,
            TroubleKind::Server,
        ),
        (
            504,
            r#"{"type":"error","error":{"type":"timeout_error","message":"late"}}"#,
            TroubleKind::Timeout,
        ),
        (
            529,
            r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
            TroubleKind::Overloaded,
        ),
    ];

    #[test]
    fn documented_errors_are_told_apart() {
        for (status, body, kind) in ANSWERS {
            let trouble = Trouble::of_answer(*status, |_| None, body.as_bytes());
            assert_eq!(trouble.kind, *kind, "{status} {body}");
        }
    }

    #[test]
    fn what_the_provider_says_of_coming_back_is_obeyed() {
        let rate =
            br#"{"error":{"message":"slow","type":"requests","code":"rate_limit_exceeded"}}"#;
        let with = |name: &'static str, value: &'static str| {
            Trouble::of_answer(
                429,
                move |asked| (asked == name).then(|| value.to_owned()),
                rate,
            )
        };
        assert_eq!(
            with("retry-after", "2").retry_after,
            Some(Duration::from_secs(2))
        );
        assert_eq!(
            with("retry-after-ms", "150").retry_after,
            Some(Duration::from_millis(150))
        );
        assert_eq!(with("retry-after", "9999").retry_after, None);
        assert_eq!(with("x-should-retry", "false").kind, TroubleKind::Request);
        let billing = br#"{"error":{"type":"insufficient_quota"}}"#;
        let told = Trouble::of_answer(429, |_| Some("true".to_owned()), billing);
        assert_eq!((told.kind, told.retry_after), (TroubleKind::Billing, None));
    }
}
