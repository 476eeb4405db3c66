//! `/v1/objects/{token}`: an object by a signed link, whole or in part. The link is the key; nobody is asked for another.

use std::fmt::Write;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::problem::{Code, Problem};
use super::ranges::{self, Part};
use super::state::ApiState;
use crate::storage::objects::signing::{SignatureError, SignedObject};

/// What [`read`] can end in.
pub const PROBLEMS: &[Code] = &[
    Code::InvalidLink,
    Code::LinkExpired,
    Code::ResultGone,
    Code::RangeNotSatisfiable,
];

/// Media types that a browser may show; anything else is saved, as it might be a page that acts in our name.
const SHOWN: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// A link to an object that is good for a while.
pub fn link(state: &ApiState, object: &SignedObject) -> String {
    let expires_at = state.now().plus(state.settings.url_ttl);
    let token = state.signer.sign(
        &object.key,
        &object.content_type,
        &object.file_name,
        expires_at,
    );
    state.link(&format!("/v1/objects/{token}"))
}

/// Reads an object by a signed link.
#[utoipa::path(
    get, path = "/v1/objects/{token}", operation_id = "readObject", tag = "objects", security(()),
    params(("token" = String, Path, description = "From a `Location` of ours."),
        ("Range" = Option<String>, Header, description = "One range of bytes.")),
    responses((status = 200, content_type = "application/octet-stream", body = [u8], description = "The object.",
            headers(("Content-Disposition" = String, description = "The name to save it under."))),
        (status = 206, content_type = "application/octet-stream", body = [u8], description = "A part of it."))
)]
pub async fn read(request: HttpRequest, state: Data<ApiState>) -> Result<HttpResponse, Problem> {
    let token = request.match_info().get("token").unwrap_or("");
    let object = state
        .signer
        .verify(token, state.now())
        .map_err(|error| match error {
            SignatureError::Forged => Problem::new(Code::InvalidLink, "Ask for a new one."),
            SignatureError::Expired => Problem::new(Code::LinkExpired, "Ask for a new one."),
        })?;
    let bytes = state.objects.get(&object.key).await?;
    let bytes = bytes.ok_or_else(|| {
        Problem::new(
            Code::ResultGone,
            "What the link leads to is no longer kept.",
        )
    })?;
    let range = request.headers().get(header::RANGE);
    let range = range.and_then(|range| range.to_str().ok());
    let (status, part) = match ranges::part(range, bytes.len()) {
        Part::Whole => (StatusCode::OK, 0..bytes.len()),
        Part::Bytes(part) => (StatusCode::PARTIAL_CONTENT, part),
        Part::Outside => {
            let detail = format!("The object has {} bytes.", bytes.len());
            return Err(Problem::new(Code::RangeNotSatisfiable, detail)
                .with_header(header::CONTENT_RANGE, format!("bytes */{}", bytes.len())));
        }
    };
    let mut response = HttpResponse::build(status);
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {}-{}/{}", part.start, part.end - 1, bytes.len());
        response.insert_header((header::CONTENT_RANGE, range));
    }
    Ok(response
        .insert_header((header::CONTENT_TYPE, object.content_type.as_str()))
        .insert_header((header::CONTENT_DISPOSITION, disposition(&object)))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        // Presentations are zipped already, and ranges are of these very bytes.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .body(bytes.slice(part)))
}

/// How and under which name it is saved: ASCII for old clients, UTF-8 for others (RFC 6266, RFC 8187).
fn disposition(object: &SignedObject) -> String {
    let how = if SHOWN.contains(&object.content_type.as_str()) {
        "inline"
    } else {
        "attachment"
    };
    let plain: String = object
        .file_name
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && !"\"\\%/".contains(c) || c == ' ' {
                c
            } else {
                '_'
            }
        })
        .collect();
    let mut exact = String::new();
    for byte in object.file_name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            exact.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(exact, "%{byte:02X}");
        }
    }
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}
