//! `/v1/documents/{id}/exports`: asking for a deck as a file.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use super::admission::{Taken, Wanted, accepted, admit, take};
use super::body;
use super::deck::no_deck;
use super::idempotency::{self, IdempotencyHeader};
use super::identity::{Caller, May, Write};
use super::job_view::JobView;
use super::problem::{Code, Fault, Problem};
use super::query::named;
use super::state::ApiState;
use super::traced::part_of;
use super::unbroken::unbroken;
use crate::domain::ids::DocumentId;
use crate::domain::job::{ExportFormat, ExportOptions, JobSpec};
use crate::storage::jobs::IdempotencyKey;

/// What [`create`] can end in.
pub const PROBLEMS: &[Code] = &[
    Code::InvalidJson,
    Code::InvalidHeader,
    Code::InvalidBody,
    Code::NotFound,
    Code::NoDeck,
    Code::IdempotencyInFlight,
    Code::IdempotencyKeyReused,
    Code::TooLarge,
    Code::UnsupportedMediaType,
    Code::QuotaExceeded,
    Code::Draining,
];

/// The largest body: there is little to say.
const MOST: usize = 16 * 1_024;

/// What is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportRequest {
    /// As what.
    #[schema(schema_with = super::openapi::export_formats)]
    format: ExportFormat,
    /// Which version; the newest where it is left out.
    #[serde(default)]
    version: Option<u64>,
    /// Hidden slides too.
    #[serde(default)]
    hidden_slides: bool,
    /// A page of notes after each slide that has some; for `pdf` only.
    #[serde(default)]
    notes: bool,
    /// Conformance to PDF/A-2b, for archives; for `pdf` only. Characters no bundled typeface has are left out then.
    #[serde(default)]
    pdf_a: bool,
}

impl ExportRequest {
    /// What is asked besides the format, where that can be had in the format.
    fn options(&self) -> Result<ExportOptions, Problem> {
        let pdf = self.format == ExportFormat::Pdf;
        if self.notes && !pdf {
            return Err(unfit("/notes", "Only a PDF has pages of notes."));
        }
        if self.pdf_a && !pdf {
            return Err(unfit("/pdf_a", "Only a PDF can be a PDF/A."));
        }
        Ok(ExportOptions {
            hidden_slides: self.hidden_slides,
            notes: self.notes,
            pdf_a: self.pdf_a,
        })
    }
}

/// Asks for an export.
///
/// The answer comes when the job is on disk; its result is a file. Where every slide is hidden and hidden ones are not
/// asked for, the job fails with the code `deck_not_writable` and a sentence that says so.
#[utoipa::path(
    post, path = "/v1/documents/{id}/exports", operation_id = "createExport", tag = "decks",
    params(("id" = String, Path, format = Uuid, description = "The document."),
        IdempotencyHeader),
    request_body(content = ExportRequest, example = json!({"format": "pdf"})),
    responses((status = 202, body = JobView, description = "It waits for a worker.",
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
    let document: DocumentId = named(&request, "id", "document")?;
    let room = admit(&state, &caller.tenant).await?;
    let key = idempotency::key(&request, &state, &caller)?;
    let (wanted, sent) = body::json::<ExportRequest>(&request, payload, MOST).await?;
    let key_stored = key
        .as_ref()
        .map(|key| key.stored(&request, &[&sent], &state));
    let wanted = Wanted {
        trace: part_of(&request),
        ..job(&state, &caller, document, &wanted, key_stored).await?
    };
    let taken = unbroken(async move {
        let taken = take(&state, &caller, wanted).await;
        drop(key);
        Ok(taken?)
    });
    let (job, replayed) = match taken.await? {
        Taken::New(job) => (job, false),
        Taken::Before(job) => (job, true),
    };
    Ok(accepted(job.id.0, room, replayed).json(JobView::from(job)))
}

/// The job of an export, if it can be made.
pub(super) async fn job(
    state: &ApiState,
    caller: &Caller,
    document: DocumentId,
    wanted: &ExportRequest,
    key: Option<IdempotencyKey>,
) -> Result<Wanted, Problem> {
    if !state.platform.export_formats().contains(&wanted.format) {
        return Err(unfit("/format", "This node does not export that."));
    }
    Ok(Wanted {
        document,
        spec: JobSpec::Export {
            format: wanted.format,
            version: version(state, caller, document, wanted.version).await?,
            options: wanted.options()?,
        },
        job: None,
        brings: None,
        key,
        trace: None,
    })
}

async fn version(
    state: &ApiState,
    caller: &Caller,
    document: DocumentId,
    asked: Option<u64>,
) -> Result<u64, Problem> {
    let found = state.documents.document(&caller.tenant, document).await?;
    let newest = found.ok_or_else(|| Problem::not_found("document"))?.version;
    match asked {
        _ if newest == 0 => Err(no_deck()),
        None => Ok(newest),
        Some(asked) if (1..=newest).contains(&asked) => Ok(asked),
        Some(_) => Err(unfit("/version", "The document has no such version.")),
    }
}

fn unfit(pointer: &str, detail: &str) -> Problem {
    Problem::new(Code::InvalidBody, detail).with_errors(vec![Fault::at(pointer, detail)])
}
