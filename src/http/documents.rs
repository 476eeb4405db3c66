//! `/v1/documents`: taking a presentation in, listing what there is, deleting.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::admission::{Taken, Wanted, accepted, admit, take};
use super::document_view::DocumentView;
use super::idempotency::{self, IdempotencyHeader};
use super::identity::{Caller, May, Read, Write};
use super::job_view::JobView;
use super::paging::{self, Page};
use super::problem::{Code, Problem};
use super::query::{Query, named};
use super::rates;
use super::state::ApiState;
use super::telling::tell;
use super::traced::part_of;
use super::unbroken::unbroken;
use super::upload::{self, FileUpload, JsonUpload, Upload};
use crate::domain::document::Document;
use crate::domain::ids::DocumentId;
use crate::domain::job::{Job, JobResult, JobSpec};
use crate::domain::job_event::Fact;
use crate::domain::job_state::{JobState, StateName};
use crate::domain::policy::quota::Metered;
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::storage::cache::keys;
use crate::storage::jobs::JobFilter;
use crate::storage::objects::ObjectKey;

/// What [`create`] can end in.
pub const CREATE_PROBLEMS: &[Code] = &[
    Code::InvalidJson,
    Code::InvalidMultipart,
    Code::InvalidHeader,
    Code::InvalidBody,
    Code::NotFound,
    Code::UploadIncomplete,
    Code::IdempotencyInFlight,
    Code::IdempotencyKeyReused,
    Code::TooLarge,
    Code::UnsupportedMediaType,
    Code::WrongFileType,
    Code::QuotaExceeded,
    Code::Draining,
];

/// A document that was taken in, and the job that converts it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedDocument {
    /// The document.
    document: DocumentView,
    /// Its conversion.
    job: JobView,
}

/// Which documents are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DocumentsQuery {
    /// At most how many, 1 to 200.
    #[param(minimum = 1, maximum = 200, example = 50)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]{23}$")]
    cursor: Option<String>,
}

/// Counts what was received against what its tenant may send in a day.
async fn received(state: &ApiState, caller: &Caller, upload: &Upload) -> Result<(), Problem> {
    rates::meter(state, caller, Metered::UploadBytes, upload.source.bytes).await
}

/// Takes a presentation in.
///
/// The answer comes when document and job are on disk. Follow the job by `Location`, or by the events of the document.
#[utoipa::path(
    post, path = "/v1/documents", operation_id = "createDocument", tag = "documents",
    params(IdempotencyHeader),
    request_body(content((FileUpload = "multipart/form-data"), (JsonUpload = "application/json"))),
    responses((status = 202, body = AcceptedDocument, description = "Taken in; its conversion waits for a worker.",
        headers(("Location" = String, description = "The job."),
                ("RateLimit" = String, description = "How many more jobs may be open."),
                ("Idempotency-Replayed" = Option<String>, description = "`true` where this is an earlier answer."))))
)]
pub async fn create(
    caller: May<Write>,
    request: HttpRequest,
    payload: Payload,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let room = admit(&state, &caller.tenant).await?;
    let key = idempotency::key(&request, &state, &caller)?;
    let upload = upload::receive(&state, &caller.tenant, &request, payload).await?;
    if let Err(problem) = received(&state, &caller, &upload).await {
        upload::discard(&state, &upload).await;
        return Err(problem);
    }
    let parts = [
        upload.title.as_bytes(),
        upload.source.name.as_bytes(),
        upload.source.sha256.as_bytes(),
    ];
    let stored = key.as_ref().map(|key| key.stored(&request, &parts, &state));
    let document = document(&upload, &caller.tenant, state.now());
    let wanted = Wanted {
        document: document.id,
        spec: JobSpec::Convert {
            file_name: upload.source.name.clone(),
            source_key: upload.key.as_str().to_owned(),
            format: upload.source.format,
            // What came through us was counted and hashed on the way.
            sha256: upload.parts.map(|_| upload.source.sha256.clone()),
        },
        job: upload.parts.map(|(_, job)| job),
        brings: Some(document.clone()),
        key: stored,
        trace: part_of(&request),
    };
    let keeper = state.clone();
    let taken = unbroken(async move {
        let taken = take(&keeper, &caller, wanted).await;
        let unused = match &taken {
            Ok(taken) => matches!(taken, Taken::Before(_)),
            Err(refused) => refused.surely,
        };
        if unused {
            upload::discard(&keeper, &upload).await;
        }
        drop(key);
        Ok(taken?)
    });
    let (job, document, replayed) = match taken.await? {
        Taken::New(job) => (job, document, false),
        Taken::Before(job) => {
            // The upload is the same, byte for byte: only its names and times are those of the first.
            let (id, at) = (job.document, job.created_at);
            let document = Document {
                id,
                created_at: at,
                updated_at: at,
                ..document
            };
            (job, document, true)
        }
    };
    let mut answer = accepted(job.id.0, room, replayed);
    Ok(answer.json(AcceptedDocument {
        document: document.into(),
        job: job.into(),
    }))
}

fn document(upload: &Upload, tenant: &TenantId, now: Timestamp) -> Document {
    Document {
        id: upload.document,
        tenant: tenant.clone(),
        title: upload.title.clone(),
        source: upload.source.clone(),
        version: 0,
        slides: 0,
        created_at: now,
        updated_at: now,
    }
}

/// Lists documents, newest first.
#[utoipa::path(
    get, path = "/v1/documents", operation_id = "listDocuments", tag = "documents", params(DocumentsQuery),
    responses((status = 200, body = Page<DocumentView>, description = "A page.",
        headers(("Link" = Option<String>, description = "The next page, `rel=\"next\"`."))))
)]
pub async fn list(
    caller: May<Read>,
    Query(query): Query<DocumentsQuery>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let limit = paging::limit(query.limit)?;
    let before = paging::after('d', query.cursor.as_deref())?.map(DocumentId);
    let found = state
        .documents
        .documents(&caller.tenant, before, limit + 1)
        .await?;
    let page = paging::page('d', found, limit, |it| it.id.0, DocumentView::from);
    Ok(paging::answer(
        &page,
        request.path(),
        request.query_string(),
    ))
}

/// Deletes a document with its decks, its upload and the files made of it; its open jobs are cancelled.
#[utoipa::path(
    delete, path = "/v1/documents/{id}", operation_id = "deleteDocument", tag = "documents",
    params(("id" = String, Path, format = Uuid, description = "The document.")),
    responses((status = 204, description = "It is gone."))
)]
pub async fn delete(
    caller: May<Write>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let id: DocumentId = named(&request, "id", "document")?;
    unbroken(async move {
        let now = state.now();
        let deleted = state.documents.delete(&caller.tenant, id, now).await?;
        state.cache.forget(&keys::deck(&caller.tenant, id)).await;
        if !deleted {
            return Err(Problem::not_found("document"));
        }
        // The document is gone; what goes with it may be late, but must not make the answer a failure.
        if let Err(problem) = clear_up(&state, &caller.tenant, id, now).await {
            tracing::warn!(problem = %problem, document.id = %id, "a deleted document left something behind");
        }
        Ok(HttpResponse::NoContent().finish())
    })
    .await
}

/// Stops and tells what the deletion cancelled, and removes the files.
async fn clear_up(
    state: &ApiState,
    tenant: &TenantId,
    document: DocumentId,
    now: Timestamp,
) -> Result<(), Problem> {
    state
        .objects
        .delete(&ObjectKey::source(tenant, document))
        .await?;
    let mut before = None;
    loop {
        let filter = JobFilter {
            tenant: Some(tenant.clone()),
            document: Some(document),
            before,
            limit: 200,
            ..JobFilter::default()
        };
        let jobs = state.jobs.jobs(filter).await?;
        let Some(last) = jobs.last() else {
            return Ok(());
        };
        before = Some(last.id);
        for job in &jobs {
            clear_up_job(state, job, now).await?;
        }
    }
}

async fn clear_up_job(state: &ApiState, job: &Job, now: Timestamp) -> Result<(), Problem> {
    if job.state.name() == StateName::Running {
        state.platform.stop_work(job.id);
    }
    if matches!(job.state, JobState::Cancelled { finished_at } if finished_at == now) {
        tell(state, job, Fact::Cancelled).await;
    }
    if let JobState::Succeeded {
        result: JobResult::Artifact { key, .. },
        ..
    } = &job.state
        && let Some(key) = ObjectKey::parse(key)
    {
        state.objects.delete(&key).await?;
    }
    Ok(())
}
