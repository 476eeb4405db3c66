//! Waiting for a job to end: `Prefer: wait=20` (RFC 7240 §4.3) or `?wait=20`, in seconds.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderName;

use super::problem::{Code, Fault, Problem};
use super::query::unfit;
use super::state::ApiState;

/// Says which preference was honoured.
pub const APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// How long a client wants to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// How long it is waited for: what was asked, or the longest there is.
    pub wait: Duration,
    /// Whether `Prefer` asked, so that the answer says what was applied.
    pub preferred: bool,
}

/// The wish of a request. The query goes before the header: it was written for this very request.
pub fn wish(
    request: &HttpRequest,
    query: Option<&str>,
    state: &ApiState,
) -> Result<Option<Wish>, Problem> {
    let longest = state.settings.longest_wait;
    let limited = |seconds: u64, preferred| Wish {
        wait: Duration::from_secs(seconds).min(longest),
        preferred,
    };
    if let Some(text) = query {
        let seconds = text
            .parse()
            .map_err(|_| unfit("wait", "It is a number of seconds."))?;
        return Ok(Some(limited(seconds, false)));
    }
    let preferences = request.headers().get_all("prefer");
    let mut wait = preferences
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split([',', ';']))
        .filter_map(|preference| preference.trim().split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("wait"))
        .map(|(_, seconds)| seconds.trim().trim_matches('"'));
    match wait.next().map(str::parse) {
        None => Ok(None),
        Some(Ok(seconds)) => Ok(Some(limited(seconds, true))),
        Some(Err(_)) => Err(refused()),
    }
}

fn refused() -> Problem {
    let detail = "`wait` is a whole number of seconds.";
    let fault = Fault {
        pointer: None,
        parameter: None,
        header: Some("Prefer"),
        detail: detail.to_owned(),
    };
    Problem::new(Code::InvalidHeader, detail).with_errors(vec![fault])
}
