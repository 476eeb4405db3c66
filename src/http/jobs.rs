//! `/v1/jobs`: what becomes of the work that was taken in.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::IntoParams;

use super::admission;
use super::cached::{self, Kind};
use super::identity::{May, Read, Write};
use super::job_view::JobView;
use super::paging::{self, Page};
use super::problem::{Code, Problem};
use super::query::{self, Query, named};
use super::state::ApiState;
use super::telling::tell;
use super::unbroken::unbroken;
use super::waiting::{self, Wish};
use crate::domain::ids::JobId;
use crate::domain::job::Job;
use crate::domain::job_event::Fact;
use crate::domain::job_state::StateName;
use crate::domain::tenant::TenantId;
use crate::storage::cache::keys;
use crate::storage::jobs::{ChangeError, JobFilter};

/// Which jobs are listed. All given conditions hold.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JobsQuery {
    /// In which state.
    #[param(schema_with = super::openapi::job_states)]
    state: Option<String>,
    /// Of which kind.
    #[param(schema_with = super::openapi::job_kinds)]
    kind: Option<String>,
    /// On which document.
    #[param(format = Uuid)]
    document: Option<String>,
    /// At most how many, 1 to 200.
    #[param(minimum = 1, maximum = 200, example = 50)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]{23}$")]
    cursor: Option<String>,
}

/// How a job is read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JobQuery {
    /// Hold the answer until the job ends, this many seconds at most.
    #[param(value_type = Option<u64>, example = 20)]
    wait: Option<String>,
}

/// Lists jobs, newest first.
#[utoipa::path(
    get, path = "/v1/jobs", operation_id = "listJobs", tag = "jobs", params(JobsQuery),
    responses((status = 200, body = Page<JobView>, description = "A page.",
        headers(("Link" = Option<String>, description = "The next page, `rel=\"next\"`."))))
)]
pub async fn list(
    caller: May<Read>,
    Query(query): Query<JobsQuery>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let limit = paging::limit(query.limit)?;
    let filter = JobFilter {
        tenant: Some(caller.tenant.clone()),
        state: query::read("state", query.state.as_deref())?,
        kind: query::read("kind", query.kind.as_deref())?,
        document: query::read("document", query.document.as_deref())?,
        before: paging::after('j', query.cursor.as_deref())?.map(JobId),
        limit: limit + 1,
        ..JobFilter::default()
    };
    let found = state.jobs.jobs(filter).await?;
    let page = paging::page('j', found, limit, |it| it.id.0, JobView::from);
    Ok(paging::answer(
        &page,
        request.path(),
        request.query_string(),
    ))
}

/// Reads a job, or waits for its end.
///
/// `Prefer: wait=20` or `?wait=20` holds the answer until the job ends, for 30 s at most; then it is answered as it stands.
#[utoipa::path(
    get, path = "/v1/jobs/{id}", operation_id = "readJob", tag = "jobs",
    params(("id" = String, Path, format = Uuid, description = "The job."), JobQuery,
        ("Prefer" = Option<String>, Header, description = "`wait=20` (RFC 7240).")),
    responses((status = 200, body = JobView, description = "The job as it stands.",
        headers(("Preference-Applied" = Option<String>, description = "How long was waited at most."),
                ("Retry-After" = Option<u64>, description = "While it has not ended: when to ask again."))))
)]
pub async fn read(
    caller: May<Read>,
    Query(query): Query<JobQuery>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let id: JobId = named(&request, "id", "job")?;
    let mut response = HttpResponse::Ok();
    response.insert_header((header::VARY, "Prefer"));
    let Some(Wish { wait, preferred }) = waiting::wish(&request, query.wait.as_deref(), &state)?
    else {
        let job = cached_job(&state, &caller, id).await?;
        return Ok(response.content_type("application/json").body(job));
    };
    if preferred {
        response.insert_header((waiting::APPLIED, format!("wait={}", wait.as_secs())));
    }
    let job = state
        .platform
        .wait_for_end(&caller.tenant, id, wait)
        .await?;
    let job = job.ok_or_else(|| Problem::not_found("job"))?;
    if !job.state.name().is_terminal() {
        response.insert_header((header::RETRY_AFTER, 1));
    }
    Ok(response.json(JobView::from(job)))
}

async fn cached_job(
    state: &ApiState,
    caller: &May<Read>,
    id: JobId,
) -> Result<bytes::Bytes, Problem> {
    let kind = Kind {
        name: "job",
        ttl: state.settings.job_cache,
    };
    let key = keys::job(&caller.tenant, id);
    let found = cached::through(state, kind, &key, || async {
        let job = state.jobs.job(Some(&caller.tenant), id).await?;
        let json = job.map(|job| serde_json::to_vec(&JobView::from(job)));
        let json = json.transpose().map_err(|error| {
            tracing::error!(error = %error, job.id = %id, "a job cannot be shown");
            Problem::new(Code::Internal, "The job cannot be shown.")
        })?;
        Ok(json.map(bytes::Bytes::from))
    });
    found.await?.ok_or_else(|| Problem::not_found("job"))
}

/// Stops a job.
///
/// One that waits is cancelled at once; one that runs stops within a second, and its late result changes nothing.
#[utoipa::path(
    delete, path = "/v1/jobs/{id}", operation_id = "cancelJob", tag = "jobs",
    params(("id" = String, Path, format = Uuid, description = "The job.")),
    responses((status = 200, body = JobView, description = "It is cancelled."),
        (status = 202, body = JobView, description = "It runs, and was told to stop."))
)]
pub async fn cancel(
    caller: May<Write>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let id: JobId = named(&request, "id", "job")?;
    unbroken(async move {
        let job = cancelled(&state, &caller.tenant, id).await?;
        if job.state.name() == StateName::Cancelled {
            return Ok(HttpResponse::Ok().json(JobView::from(job)));
        }
        Ok(HttpResponse::Accepted().json(JobView::from(job)))
    })
    .await
}

/// Stops a job of a tenant: it is cancelled, or was told to stop.
pub(super) async fn cancelled(
    state: &ApiState,
    tenant: &TenantId,
    id: JobId,
) -> Result<Job, Problem> {
    let changed = state.jobs.cancel(Some(tenant), id, state.now()).await;
    state.cache.forget(&keys::job(tenant, id)).await;
    let job = match changed? {
        Ok(job) => job,
        Err(ChangeError::NotFound) => return Err(Problem::not_found("job")),
        Err(ChangeError::NotAllowed(refused)) => {
            return Err(Problem::new(Code::JobEnded, format!("{refused}.")));
        }
    };
    if job.state.name() == StateName::Cancelled {
        tell(state, &job, Fact::Cancelled).await;
    } else {
        state.platform.stop_work(id);
    }
    Ok(job)
}

/// Sends a dead job back to the queue, with fresh attempts.
#[utoipa::path(
    post, path = "/v1/jobs/{id}/retry", operation_id = "retryJob", tag = "jobs",
    params(("id" = String, Path, format = Uuid, description = "The job.")),
    responses((status = 202, body = JobView, description = "It waits for a worker again.",
        headers(("Location" = String, description = "The job."))))
)]
pub async fn retry(
    caller: May<Write>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let id: JobId = named(&request, "id", "job")?;
    admission::open(&state)?;
    unbroken(async move {
        let job = retried(&state, &caller.tenant, id).await?;
        Ok(HttpResponse::Accepted()
            .insert_header((header::LOCATION, format!("/v1/jobs/{id}")))
            .json(JobView::from(job)))
    })
    .await
}

/// Sends a dead job of a tenant back to the queue.
pub(super) async fn retried(
    state: &ApiState,
    tenant: &TenantId,
    id: JobId,
) -> Result<Job, Problem> {
    let _announced = state.platform.announce(id);
    let changed = state.jobs.retry(Some(tenant), id, state.now()).await?;
    let job = changed.map_err(|refused| match refused {
        ChangeError::NotFound => Problem::not_found("job"),
        ChangeError::NotAllowed(refused) => Problem::new(Code::NotRetryable, format!("{refused}.")),
    })?;
    revived(state, &job).await;
    Ok(job)
}

/// A dead job is back in the queue: told, and its pool woken.
pub async fn revived(state: &ApiState, job: &Job) {
    tell(state, job, Fact::Queued).await;
    state.platform.wake(job.spec.kind());
}
