//! `/v1/jobs/{id}/result`: what a job left behind.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::identity::{May, Read};
use super::job_view::ResultView;
use super::objects;
use super::problem::{Code, Problem};
use super::query::named;
use super::state::ApiState;
use crate::domain::failure::Failure;
use crate::domain::ids::JobId;
use crate::domain::job::{Job, JobResult};
use crate::domain::job_state::JobState;
use crate::storage::error::StoreError;
use crate::storage::objects::ObjectKey;
use crate::storage::objects::signing::SignedObject;

/// What [`read`] can end in.
pub const PROBLEMS: &[Code] = &[
    Code::NotFound,
    Code::NotFinished,
    Code::NoResult,
    Code::ResultGone,
];

/// Leads to what a job left behind: a file by a signed link, or the document.
#[utoipa::path(
    get, path = "/v1/jobs/{id}/result", operation_id = "readResult", tag = "jobs",
    params(("id" = String, Path, format = Uuid, description = "The job.")),
    responses((status = 200, body = ResultView, description = "The answer of an ai job."),
        (status = 302, description = "An export: the file is there for a while.",
            headers(("Location" = String, description = "A signed link."))),
        (status = 303, description = "A conversion: the document.",
            headers(("Location" = String, description = "The document."))))
)]
pub async fn read(
    caller: May<Read>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let id: JobId = named(&request, "id", "job")?;
    let job = state.jobs.job(Some(&caller.tenant), id).await?;
    let job = job.ok_or_else(|| Problem::not_found("job"))?;
    match job.state {
        JobState::Succeeded { ref result, .. } => left_behind(&state, &job, result).await,
        JobState::Queued { .. } | JobState::Running { .. } => {
            let detail = "Ask again when it has ended; `GET /v1/jobs/{id}?wait=20` waits for that.";
            Err(Problem::new(Code::NotFinished, detail).retry_after(1))
        }
        JobState::Failed { failure, .. } | JobState::Dead { failure, .. } => Err(without(&failure)),
        JobState::Cancelled { .. } => Err(Problem::new(Code::NoResult, "The job was cancelled.")),
    }
}

fn without(failure: &Failure) -> Problem {
    Problem::new(Code::NoResult, failure.message.clone())
        .with("failure", failure.code.name().into())
}

async fn left_behind(
    state: &ApiState,
    job: &Job,
    result: &JobResult,
) -> Result<HttpResponse, Problem> {
    match result {
        JobResult::Deck { .. } => {
            let document = format!("/v1/documents/{}", job.document);
            Ok(HttpResponse::SeeOther()
                .insert_header((header::LOCATION, document))
                .finish())
        }
        JobResult::Artifact {
            key,
            content_type,
            file_name,
            ..
        } => {
            let key = ObjectKey::parse(key).ok_or_else(|| StoreError::Corrupt {
                what: "job",
                detail: format!("the job {} names an object that cannot be", job.id),
            })?;
            if state.objects.size(&key).await?.is_none() {
                let detail =
                    "The document was deleted, or its files were cleared; export it again.";
                return Err(Problem::new(Code::ResultGone, detail));
            }
            let object = SignedObject {
                key,
                content_type: content_type.clone(),
                file_name: file_name.clone(),
            };
            Ok(HttpResponse::Found()
                .insert_header((header::LOCATION, objects::link(state, &object).await?))
                .finish())
        }
        answer @ JobResult::Answer { .. } => {
            Ok(HttpResponse::Ok().json(ResultView::from(answer.clone())))
        }
    }
}
