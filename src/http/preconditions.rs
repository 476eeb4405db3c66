//! Entity tags: what a client has, and on which version it builds (RFC 9110 §8.8.3 and §13).

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap, HeaderName};

use super::problem::{Code, Problem};

/// The strong entity tag of a version.
pub fn tag(version: u64) -> String {
    format!("\"{version}\"")
}

/// Whether the client already has what `tag` names. Weak comparison, as `If-None-Match` asks.
pub fn is_known(request: &HttpRequest, tag: &str) -> bool {
    tags(request.headers(), &header::IF_NONE_MATCH)
        .iter()
        .any(|known| *known == "*" || known.trim_start_matches("W/") == tag)
}

/// Refuses a write that says nothing of what it builds on (RFC 6585 §3).
pub fn required(request: &HttpRequest) -> Result<(), Problem> {
    if tags(request.headers(), &header::IF_MATCH).is_empty() {
        let detail = "Send the ETag you read as If-Match, so that nobody's change is lost.";
        return Err(Problem::new(Code::PreconditionRequired, detail));
    }
    Ok(())
}

/// Refuses a write that does not build on `version`. Strong comparison, as `If-Match` asks.
pub fn builds_on(request: &HttpRequest, version: u64) -> Result<(), Problem> {
    let named = tags(request.headers(), &header::IF_MATCH);
    let current = tag(version);
    if named.iter().any(|named| *named == "*" || *named == current) {
        Ok(())
    } else {
        Err(stale(version))
    }
}

/// The refusal of a write that came too late.
pub fn stale(version: u64) -> Problem {
    let detail = format!("Its version is {version} now: read it again and repeat the change.");
    Problem::new(Code::StaleVersion, detail).with_header(header::ETAG, tag(version))
}

/// The tags of a header, that may come more than once. None of ours holds a comma.
fn tags<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<&'a str> {
    headers
        .get_all(name)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .collect()
}
