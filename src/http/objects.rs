//! `/v1/objects/{token}`: an object by a signed link, whole or in part. The link is the key; nobody is asked for another.

use std::fmt::Write;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::problem::{Code, Problem};
use super::ranges::{self, Part};
use super::state::ApiState;
use crate::storage::objects::Download;
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

/// A link to an object that is good for a while: into the store itself where that gives any, else to us.
pub async fn link(state: &ApiState, object: &SignedObject) -> Result<String, Problem> {
    let valid = state.settings.url_ttl;
    let download = Download {
        content_type: object.content_type.clone(),
        disposition: disposition(object),
    };
    if let Some(link) = state.objects.link(&object.key, &download, valid).await? {
        return Ok(link);
    }
    let expires_at = state.now().plus(valid);
    let token = state.signer.sign(
        &object.key,
        &object.content_type,
        &object.file_name,
        expires_at,
    );
    Ok(state.link(&format!("/v1/objects/{token}")))
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
    let object = state.signer.verify(token, state.now()).map_err(refused)?;
    let gone = || {
        let detail = "What the link leads to is no longer kept.";
        Problem::new(Code::ResultGone, detail)
    };
    let size = state.objects.size(&object.key).await?.ok_or_else(gone)?;
    let range = request.headers().get(header::RANGE);
    let range = range.and_then(|range| range.to_str().ok());
    let length = usize::try_from(size).unwrap_or(usize::MAX);
    let (status, part) = match ranges::part(range, length) {
        Part::Whole => (StatusCode::OK, 0..length),
        Part::Bytes(part) => (StatusCode::PARTIAL_CONTENT, part),
        Part::Outside => {
            let detail = format!("The object has {size} bytes.");
            return Err(Problem::new(Code::RangeNotSatisfiable, detail)
                .with_header(header::CONTENT_RANGE, format!("bytes */{size}")));
        }
    };
    let wanted = part.start as u64..part.end as u64;
    let bytes = state.objects.get_range(&object.key, wanted).await?;
    let bytes = bytes.ok_or_else(gone)?;
    let mut response = HttpResponse::build(status);
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {}-{}/{size}", part.start, part.end - 1);
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
        .body(bytes))
}

/// A link that is not good.
pub(super) fn refused(error: SignatureError) -> Problem {
    let code = match error {
        SignatureError::Forged => Code::InvalidLink,
        SignatureError::Expired => Code::LinkExpired,
    };
    Problem::new(code, "Ask for a new one.")
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
