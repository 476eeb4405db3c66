//! `/v1/uploads`: large files in parts, straight into the object store where it gives links.

use actix_web::http::header;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::admission::open;
use super::idempotency::{self, IdempotencyHeader, REPLAYED};
use super::identity::{May, Read, Write};
use super::problem::{Code, Fault, Problem};
use super::query::{Query, named};
use super::state::ApiState;
use super::unbroken::unbroken;
use super::upload::file_name;
use super::upload_view::{PartView, Progress, UploadView};
use super::{body, quota};
use crate::domain::ids::{DocumentId, JobId, UploadId};
use crate::domain::tenant::TenantId;
use crate::domain::upload::{PartFault, Upload, UploadState, advised_part};
use crate::storage::objects::ObjectKey;
use crate::storage::objects::parts::{PartUpload, StoredPart};
use crate::storage::uploads::Announced;

/// What [`create`] can end in.
pub const CREATE_PROBLEMS: &[Code] = &[
    Code::InvalidJson,
    Code::InvalidHeader,
    Code::InvalidBody,
    Code::IdempotencyInFlight,
    Code::IdempotencyKeyReused,
    Code::TooLarge,
    Code::UnsupportedMediaType,
    Code::WrongFileType,
    Code::QuotaExceeded,
    Code::Draining,
];

/// What [`complete`] can end in.
pub const COMPLETE_PROBLEMS: &[Code] = &[Code::NotFound, Code::UploadIncomplete];

/// The largest body: there is little to say.
const MOST: usize = 16 * 1_024;
/// Parts that are listed at once.
const LISTED: usize = 100;

/// A file that is going to be sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UploadRequest {
    /// Its name.
    #[schema(example = "roadshow.pptx", min_length = 1, max_length = 200)]
    name: String,
    /// How many bytes it has.
    #[schema(minimum = 1, example = 73_400_320)]
    bytes: u64,
    /// Its SHA-256 in hexadecimal. The conversion refuses a file that has another.
    #[schema(pattern = "^[0-9a-fA-F]{64}$")]
    sha256: String,
}

/// Which parts are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PartsQuery {
    /// Only parts after this one.
    #[param(minimum = 0, example = 100)]
    after: Option<u32>,
}

/// The object an upload becomes, and the store's name of it.
pub(super) fn stored_as(upload: &Upload) -> PartUpload {
    PartUpload {
        key: ObjectKey::source(&upload.tenant, upload.document),
        id: upload.store_id.clone(),
    }
}

/// An upload of the caller that is still to be had.
pub(super) async fn find(
    state: &ApiState,
    tenant: &TenantId,
    id: UploadId,
) -> Result<Upload, Problem> {
    let found = state.uploads.upload(tenant, id).await?;
    let now = state.now();
    found
        .filter(|upload| upload.state != UploadState::Discarded)
        .filter(|upload| upload.state == UploadState::Taken || now < upload.expires_at)
        .ok_or_else(|| Problem::not_found("upload"))
}

/// Starts an upload.
///
/// The answer says how the file is to be cut and where each part is to be `PUT`. Nothing of it is kept beyond
/// `expires_at` unless it became a document.
#[utoipa::path(
    post, path = "/v1/uploads", operation_id = "createUpload", tag = "uploads",
    params(IdempotencyHeader),
    request_body(content = UploadRequest),
    responses((status = 201, body = UploadView, description = "Started.",
        headers(("Location" = String, description = "The upload."),
                ("Idempotency-Replayed" = Option<String>, description = "`true` where this is an earlier answer."))))
)]
pub async fn create(
    caller: May<Write>,
    request: HttpRequest,
    payload: Payload,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    open(&state)?;
    let named = idempotency::key(&request, &state, &caller)?;
    let (wanted, raw) = body::json::<UploadRequest>(&request, payload, MOST).await?;
    let key = named
        .as_ref()
        .map(|key| key.stored(&request, &[&raw], &state));
    let mut upload = promised(&state, &caller.tenant, &wanted)?;
    quota::room_for_upload(&state, &caller.tenant).await?;
    unbroken(async move {
        let place = stored_as(&upload).key;
        upload.store_id = state.parts.start(&place).await?;
        let announced = state.uploads.announce(upload.clone(), key).await?;
        let (upload, replayed) = match announced {
            Announced::New => (upload, false),
            Announced::Repeated(id) => {
                state.parts.abort(&stored_as(&upload)).await?;
                (find(&state, &caller.tenant, id).await?, true)
            }
            Announced::KeyReused => {
                state.parts.abort(&stored_as(&upload)).await?;
                return Err(Problem::new(
                    Code::IdempotencyKeyReused,
                    "It came with another method, path or body before; take a new key.",
                ));
            }
        };
        drop(named);
        let mut answer = HttpResponse::Created();
        answer.insert_header((header::LOCATION, format!("/v1/uploads/{}", upload.id)));
        if replayed {
            answer.insert_header((REPLAYED, "true"));
        }
        let progress = progress(&state, &upload, 0).await?;
        Ok(answer.json(UploadView::of(upload, progress)))
    })
    .await
}

/// An upload as it was asked for, with all that it will become.
fn promised(
    state: &ApiState,
    tenant: &TenantId,
    wanted: &UploadRequest,
) -> Result<Upload, Problem> {
    let rules = &state.settings.uploads;
    let unfit = |pointer, detail: &str| {
        let fault = Fault::at(pointer, detail);
        Problem::new(Code::InvalidBody, detail).with_errors(vec![fault])
    };
    if wanted.bytes == 0 {
        return Err(unfit("/bytes", "The file is empty."));
    }
    if wanted.bytes > rules.bytes {
        let detail = format!("At most {} bytes are taken.", rules.bytes);
        return Err(Problem::new(Code::TooLarge, detail));
    }
    let hexadecimal = wanted.sha256.bytes().all(|b| b.is_ascii_hexdigit());
    if wanted.sha256.len() != 64 || !hexadecimal {
        return Err(unfit("/sha256", "It has 64 hexadecimal digits."));
    }
    let name = file_name(&wanted.name);
    let format = state.platform.recognise(&name, &[]);
    let format = format.map_err(|sentence| Problem::new(Code::WrongFileType, sentence))?;
    let now = state.now();
    Ok(Upload {
        id: UploadId(state.uuid()),
        tenant: tenant.clone(),
        document: DocumentId(state.uuid()),
        job: JobId(state.uuid()),
        store_id: String::new(),
        name,
        format,
        bytes: wanted.bytes,
        sha256: wanted.sha256.to_ascii_lowercase(),
        part_bytes: advised_part(wanted.bytes),
        state: UploadState::Open,
        created_at: now,
        expires_at: now.plus(rules.expiry),
    })
}

/// Reads an upload: which parts are missing, with fresh places to send them to.
#[utoipa::path(
    get, path = "/v1/uploads/{id}", operation_id = "readUpload", tag = "uploads",
    params(("id" = String, Path, format = Uuid, description = "The upload."), PartsQuery),
    responses((status = 200, body = UploadView, description = "The upload."))
)]
pub async fn read(
    caller: May<Read>,
    Query(query): Query<PartsQuery>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let id = named(&request, "id", "upload")?;
    let upload = find(&state, &caller.tenant, id).await?;
    let progress = progress(&state, &upload, query.after.unwrap_or(0)).await?;
    Ok(HttpResponse::Ok().json(UploadView::of(upload, progress)))
}

async fn progress(state: &ApiState, upload: &Upload, after: u32) -> Result<Progress, Problem> {
    if upload.state != UploadState::Open {
        return Ok(Progress {
            received: upload.bytes,
            missing: Vec::new(),
            next_after: None,
        });
    }
    let place = stored_as(upload);
    let arrived = lengths(&state.parts.parts(&place).await?);
    let received = arrived.iter().map(|(_, bytes)| *bytes).sum();
    let (mut missing, mut next_after) = (Vec::new(), None);
    for fault in upload.faults(&arrived) {
        let (PartFault::Missing(number) | PartFault::Length { number, .. }) = fault;
        if number <= after {
            continue;
        }
        if missing.len() == LISTED {
            next_after = missing.last().map(|part: &PartView| part.number);
            break;
        }
        missing.push(part(state, upload, &place, number).await?);
    }
    Ok(Progress {
        received,
        missing,
        next_after,
    })
}

fn lengths(parts: &[StoredPart]) -> Vec<(u32, u64)> {
    parts.iter().map(|part| (part.number, part.bytes)).collect()
}

/// A part with the place to send it to: in the store, or here where the store gives no links.
async fn part(
    state: &ApiState,
    upload: &Upload,
    place: &PartUpload,
    number: u32,
) -> Result<PartView, Problem> {
    let range = upload.part(number).unwrap_or_default();
    let bytes = range.end - range.start;
    let valid = state.settings.uploads.url_ttl;
    let link = state.parts.link_to_part(place, (number, bytes), valid);
    let url = match link.await? {
        Some(link) => link,
        None => super::upload_parts::link(state, upload, number),
    };
    Ok(PartView {
        number,
        offset: range.start,
        bytes,
        url,
    })
}

/// Says that all parts were sent.
///
/// Asked again, it is answered the same again. `POST /v1/documents` with `upload_id` then converts the file.
#[utoipa::path(
    post, path = "/v1/uploads/{id}/complete", operation_id = "completeUpload", tag = "uploads",
    params(("id" = String, Path, format = Uuid, description = "The upload.")),
    responses((status = 200, body = UploadView, description = "The file is there, whole."))
)]
pub async fn complete(
    caller: May<Write>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let id = named(&request, "id", "upload")?;
    unbroken(async move {
        let mut upload = find(&state, &caller.tenant, id).await?;
        if upload.state == UploadState::Open {
            finish(&state, &upload).await?;
            upload.state = UploadState::Complete;
        }
        let progress = progress(&state, &upload, 0).await?;
        Ok(HttpResponse::Ok().json(UploadView::of(upload, progress)))
    })
    .await
}

async fn finish(state: &ApiState, upload: &Upload) -> Result<(), Problem> {
    let place = stored_as(upload);
    let parts = state.parts.parts(&place).await?;
    let faults = upload.faults(&lengths(&parts));
    // Where the parts are gone, an earlier finish may have used them up before it could be noted.
    let there = parts.is_empty() && state.objects.size(&place.key).await? == Some(upload.bytes);
    if !there {
        if let Some(problem) = incomplete(&faults) {
            return Err(problem);
        }
        state.parts.finish(&place, &parts).await?;
    }
    // One that was given up meanwhile stays so.
    let (open, complete) = (UploadState::Open, UploadState::Complete);
    state.uploads.advance(upload.id, open, complete).await?;
    Ok(())
}

fn incomplete(faults: &[PartFault]) -> Option<Problem> {
    let told = faults.iter().take(20).map(|fault| match fault {
        PartFault::Missing(number) => Fault::at(format!("/parts/{number}"), "It has not arrived."),
        PartFault::Length {
            number,
            bytes,
            expected,
        } => Fault::at(
            format!("/parts/{number}"),
            format!("It has {bytes} bytes and is to have {expected}."),
        ),
    });
    let told: Vec<Fault> = told.collect();
    let detail = "`GET /v1/uploads/{id}` says where to send what is missing.";
    (!told.is_empty()).then(|| Problem::new(Code::UploadIncomplete, detail).with_errors(told))
}

/// Gives an upload up. What arrived of it is thrown away.
#[utoipa::path(
    delete, path = "/v1/uploads/{id}", operation_id = "deleteUpload", tag = "uploads",
    params(("id" = String, Path, format = Uuid, description = "The upload.")),
    responses((status = 204, description = "It is gone."))
)]
pub async fn delete(
    caller: May<Write>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let id = named(&request, "id", "upload")?;
    unbroken(async move {
        let upload = find(&state, &caller.tenant, id).await?;
        let given_up = state
            .uploads
            .advance(id, upload.state, UploadState::Discarded);
        if upload.state == UploadState::Taken || !given_up.await? {
            let detail = "Delete the document instead.";
            return Err(Problem::new(Code::UploadTaken, detail));
        }
        // What is left behind by a store that fails now is cleared later.
        let place = stored_as(&upload);
        state.parts.abort(&place).await?;
        state.objects.delete(&place.key).await?;
        state.uploads.forget(id).await?;
        Ok(HttpResponse::NoContent().finish())
    })
    .await
}
