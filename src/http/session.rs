//! The session of a person in a browser: their API key in a cookie that no script can read and no other site can send.
//!
//! It lasts as long as the browser runs. The key is not stored here: any node that shares the database answers.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};

/// The name of the cookie.
const NAME: &str = "slidecraft_key";

/// The key that a request's cookie holds, if the request comes from a page of ours.
pub(super) fn key(request: &HttpRequest) -> Option<String> {
    let cookie = request.cookie(NAME)?;
    from_our_page(request).then(|| cookie.value().to_owned())
}

/// Whether a request may speak for the person at the browser.
pub(super) fn from_our_page(request: &HttpRequest) -> bool {
    is_ours(request.method(), request.headers())
}

/// The cookie of someone who signs in.
pub(super) fn begin(request: &HttpRequest, key: &str) -> Cookie<'static> {
    let secure = request.connection_info().scheme() == "https";
    Cookie::build(NAME, key.to_owned())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(secure)
        .finish()
}

/// The cookie of someone who signs out.
pub(super) fn end(request: &HttpRequest) -> Cookie<'static> {
    let mut cookie = begin(request, "");
    cookie.make_removal();
    cookie
}

/// Whether a request comes from our own pages, or was typed by a person. Browsers say so by `Sec-Fetch-Site` where the connection
/// is safe (W3C Fetch Metadata), else by `Origin` (RFC 6454); a cookie that is `SameSite=Strict` they keep from other sites besides.
fn is_ours(method: &Method, headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let safe = matches!(*method, Method::GET | Method::HEAD);
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin" || safe && site == "none";
    }
    match (text(header::ORIGIN), text(header::HOST)) {
        (None, _) => safe,
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, origin)| origin == host),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_cookie_counts_only_for_our_own_pages() {
        let key_of = |method: Method, headers: &[(&'static str, &str)]| {
            let mut request = TestRequest::default().method(method);
            request = request.cookie(Cookie::new(NAME, "sk_1"));
            for (name, value) in headers {
                request = request.insert_header((*name, *value));
            }
            key(&request.to_http_request())
        };
        let (ours, theirs) = (Some("sk_1".to_owned()), None);
        let host = ("host", "a.example");
        for (method, headers, expected) in [
            (Method::GET, vec![], &ours),
            (Method::POST, vec![], &theirs),
            (Method::GET, vec![("sec-fetch-site", "none")], &ours),
            (Method::POST, vec![("sec-fetch-site", "none")], &theirs),
            (Method::POST, vec![("sec-fetch-site", "same-origin")], &ours),
            (Method::GET, vec![("sec-fetch-site", "same-site")], &theirs),
            (Method::GET, vec![("sec-fetch-site", "cross-site")], &theirs),
            (
                Method::POST,
                vec![host, ("origin", "https://a.example")],
                &ours,
            ),
            (
                Method::POST,
                vec![host, ("origin", "https://b.example")],
                &theirs,
            ),
            (Method::POST, vec![host, ("origin", "null")], &theirs),
        ] {
            assert_eq!(
                &key_of(method.clone(), &headers),
                expected,
                "{method} {headers:?}"
            );
        }
    }
}
