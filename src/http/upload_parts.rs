//! Parts that are sent through us, by signed links: only where the object store takes none from clients itself.

use actix_web::http::header;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::StreamExt;

use super::problem::{Code, Problem};
use super::state::ApiState;
use super::{body, objects, uploads};
use crate::domain::upload::{Upload, UploadState};
use crate::storage::objects::signing::SignedPart;

/// What [`write()`] can end in.
pub const PROBLEMS: &[Code] = &[
    Code::InvalidLink,
    Code::LinkExpired,
    Code::NotFound,
    Code::InvalidHeader,
    Code::TooLarge,
    Code::UnsupportedMediaType,
];

/// Where a part of an upload can be sent, for a while.
pub(super) fn link(state: &ApiState, upload: &Upload, number: u32) -> String {
    let range = upload.part(number).unwrap_or_default();
    let part = SignedPart {
        tenant: upload.tenant.clone(),
        upload: upload.id,
        number,
        bytes: range.end - range.start,
    };
    let expires_at = state.now().plus(state.settings.uploads.url_ttl);
    let token = state.signer.sign_part(&part, expires_at);
    state.link(&format!("/v1/objects/{token}"))
}

/// Takes a part of an upload by a signed link.
#[utoipa::path(
    put, path = "/v1/objects/{token}", operation_id = "writePart", tag = "uploads", security(()),
    params(("token" = String, Path, description = "From the `url` of a part.")),
    request_body(content = String, content_type = "application/octet-stream", description = "Exactly the bytes of the part."),
    responses((status = 204, description = "It arrived."))
)]
pub async fn write(
    request: HttpRequest,
    payload: Payload,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let token = request.match_info().get("token").unwrap_or("");
    let part = state.signer.verify_part(token, state.now());
    let part = part.map_err(objects::refused)?;
    announced(&request, part.bytes)?;
    let upload = uploads::find(&state, &part.tenant, part.upload).await?;
    let place = uploads::stored_as(&upload);
    let writer = match upload.state {
        UploadState::Open => state.parts.begin_part(&place, part.number).await?,
        UploadState::Complete | UploadState::Taken | UploadState::Discarded => None,
    };
    let mut writer = writer.ok_or_else(|| Problem::not_found("upload that awaits this part"))?;
    let stall = state.settings.body_stall;
    let (mut payload, mut left) = (payload, part.bytes);
    while let Some(chunk) = body::in_time(stall, payload.next()).await? {
        let chunk = chunk.map_err(|_| Problem::new(Code::BadRequest, "The body broke off."))?;
        let length = chunk.len() as u64;
        left = left.checked_sub(length).ok_or_else(|| wrong(part.bytes))?;
        writer.write(chunk).await?;
    }
    if left > 0 {
        return Err(Problem::new(Code::BadRequest, "The body broke off."));
    }
    writer.finish().await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The length has to be said, and to be right, before a byte is read.
fn announced(request: &HttpRequest, bytes: u64) -> Result<(), Problem> {
    let most = usize::try_from(bytes).unwrap_or(usize::MAX);
    body::refuse_declared(request, most)?;
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    match length {
        Some(length) if length == bytes => Ok(()),
        Some(_) | None => Err(wrong(bytes)),
    }
}

fn wrong(bytes: u64) -> Problem {
    let detail = format!("This part has {bytes} bytes; Content-Length is to say so.");
    Problem::new(Code::InvalidHeader, detail)
}
