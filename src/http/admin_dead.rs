//! `/v1/admin/dead`: jobs that are out of attempts, over all tenants; retried or dropped, one or all that match.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::admission;
use super::auditing::{self, Act};
use super::body;
use super::identity::{Admin, May};
use super::job_view::JobView;
use super::jobs::revived;
use super::paging::{self, Page};
use super::problem::{Code, Fault, Problem};
use super::query::{self, Query};
use super::state::ApiState;
use super::unbroken::unbroken;
use crate::domain::failure::FailureCode;
use crate::domain::ids::JobId;
use crate::domain::job::{Job, JobKind};
use crate::domain::job_state::{JobState, StateName};
use crate::domain::tenant::Tier;
use crate::storage::cache::keys;
use crate::storage::jobs::{ChangeError, JobFilter};

/// What [`act`] can end in.
pub const ACT_PROBLEMS: &[Code] = &[
    Code::InvalidJson,
    Code::InvalidBody,
    Code::NotFound,
    Code::NotDead,
    Code::TooLarge,
    Code::UnsupportedMediaType,
    Code::Draining,
];

const MOST: usize = 16 * 1_024;
/// Jobs that are read at once when all that match are looked for.
const PAGE: u32 = 200;
/// Jobs that one request changes at most; it answers that there are more.
const MOST_CHANGED: u64 = 5_000;

/// A dead letter.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadLetter {
    /// Whose it is.
    tenant: String,
    /// The class that tenant is in.
    #[schema(value_type = String, example = "standard")]
    tier: Tier,
    /// The job, with the error of every attempt.
    job: JobView,
}

/// Which dead letters are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeadQuery {
    /// Of which kind.
    #[param(schema_with = super::openapi::job_kinds)]
    kind: Option<String>,
    /// With which failure.
    #[param(schema_with = super::openapi::failure_codes)]
    code: Option<String>,
    /// At most how many, 1 to 200.
    #[param(minimum = 1, maximum = 200, example = 50)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]{23}$")]
    cursor: Option<String>,
}

/// What becomes of dead letters: of one, by `job`, or of all that match, by `all`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeadAction {
    /// Send back to the queue, or give up for good.
    action: Verb,
    /// This one.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Uuid)]
    job: Option<JobId>,
    /// All that match `kind` and `code`.
    #[serde(default)]
    all: bool,
    /// Only of this kind.
    #[serde(default)]
    #[schema(schema_with = super::openapi::job_kinds, required = false)]
    kind: Option<JobKind>,
    /// Only with this failure.
    #[serde(default)]
    #[schema(schema_with = super::openapi::failure_codes, required = false)]
    code: Option<FailureCode>,
}

/// What becomes of a dead letter.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Back to the queue with fresh attempts.
    Retry,
    /// Given up for good.
    Drop,
}

impl DeadAction {
    /// What it is done to.
    fn in_words(&self) -> String {
        match (self.job, self.kind, self.code) {
            (Some(job), ..) => job.to_string(),
            (None, None, None) => "all".to_owned(),
            (None, kind, code) => {
                let kind = kind.map_or("any kind", JobKind::name);
                format!(
                    "all: {kind}, {}",
                    code.map_or("any failure", FailureCode::name)
                )
            }
        }
    }
}

impl Verb {
    fn name(self) -> &'static str {
        match self {
            Self::Retry => "dead.retry",
            Self::Drop => "dead.drop",
        }
    }
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadActed {
    /// How many were changed.
    changed: u64,
    /// Whether there are more that match: ask again.
    more: bool,
}

/// Lists dead letters of all tenants, newest first.
#[utoipa::path(get, path = "/v1/admin/dead", operation_id = "listDeadLetters", tag = "admin", params(DeadQuery),
    responses((status = 200, body = Page<DeadLetter>, description = "A page.",
        headers(("Link" = Option<String>, description = "The next page, `rel=\"next\"`.")))))]
pub async fn list(
    _: May<Admin>,
    Query(query): Query<DeadQuery>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let limit = paging::limit(query.limit)?;
    let kind = query::read("kind", query.kind.as_deref())?;
    let code = query::read("code", query.code.as_deref())?;
    let mut before = paging::after('x', query.cursor.as_deref())?.map(JobId);
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    while found.len() <= wanted {
        let page = dead(&state, kind, before).await?;
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        let matching = page.into_iter().filter(|job| has_code(job, code));
        found.extend(matching);
    }
    let page = paging::page('x', found, limit, |job| job.id.0, letter);
    Ok(paging::answer(
        &page,
        request.path(),
        request.query_string(),
    ))
}

/// Retries or drops dead letters.
#[utoipa::path(post, path = "/v1/admin/dead", operation_id = "actOnDeadLetters", tag = "admin",
    request_body(content = DeadAction, example = json!({"action": "retry", "all": true, "kind": "convert"})),
    responses((status = 200, body = DeadActed, description = "What was done.")))]
pub async fn act(
    caller: May<Admin>,
    request: HttpRequest,
    payload: Payload,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let (asked, _) = body::json::<DeadAction>(&request, payload, MOST).await?;
    if matches!(asked.action, Verb::Retry) {
        admission::open(&state)?;
    }
    let asked_for = auditing::request_of(&request);
    let acted = unbroken(async move {
        let asked_in_words = asked.in_words();
        let action = asked.action.name();
        let acted = perform(&state, asked).await?;
        let act = Act {
            action,
            target: &asked_in_words,
            before: None,
            after: serde_json::to_value(&acted).ok(),
        };
        auditing::record_as(&state, &caller, asked_for, act).await;
        Ok(acted)
    });
    Ok(HttpResponse::Ok().json(acted.await?))
}

async fn perform(state: &ApiState, asked: DeadAction) -> Result<DeadActed, Problem> {
    match asked.job {
        Some(_) if asked.all || asked.kind.is_some() || asked.code.is_some() => {
            Err(unfit("/job", "Name one job, or all that match."))
        }
        Some(job) => match change(state, asked.action, job).await? {
            Ok(()) => Ok(DeadActed {
                changed: 1,
                more: false,
            }),
            Err(ChangeError::NotFound) => Err(Problem::not_found("job")),
            Err(ChangeError::NotAllowed(refused)) => {
                Err(Problem::new(Code::NotDead, format!("{refused}.")))
            }
        },
        None if asked.all => change_all(state, &asked).await,
        None => Err(unfit("/job", "Name a job, or say `\"all\": true`.")),
    }
}

async fn change_all(state: &ApiState, asked: &DeadAction) -> Result<DeadActed, Problem> {
    let mut changed = 0;
    let mut before = None;
    loop {
        let page = dead(state, asked.kind, before).await?;
        let Some(last) = page.last() else {
            return Ok(DeadActed {
                changed,
                more: false,
            });
        };
        before = Some(last.id);
        for job in page.iter().filter(|job| has_code(job, asked.code)) {
            if changed == MOST_CHANGED {
                return Ok(DeadActed {
                    changed,
                    more: true,
                });
            }
            // Someone else may have taken it meanwhile: then it is not ours to count.
            let done = change(state, asked.action, job.id).await?;
            changed += u64::from(done.is_ok());
        }
    }
}

async fn change(
    state: &ApiState,
    action: Verb,
    id: JobId,
) -> Result<Result<(), ChangeError>, Problem> {
    let _announced = state.platform.announce(id);
    let changed = match action {
        Verb::Retry => state.jobs.retry(None, id, state.now()).await?,
        Verb::Drop => state.jobs.drop_dead(id).await?,
    };
    let job = match changed {
        Ok(job) => job,
        Err(refused) => return Ok(Err(refused)),
    };
    match action {
        Verb::Retry => revived(state, &job).await,
        // Its failure was told when it died; only what is cached says otherwise than the store.
        Verb::Drop => state.cache.forget(&keys::job(&job.tenant, id)).await,
    }
    Ok(Ok(()))
}

async fn dead(
    state: &ApiState,
    kind: Option<JobKind>,
    before: Option<JobId>,
) -> Result<Vec<Job>, Problem> {
    let filter = JobFilter {
        state: Some(StateName::Dead),
        kind,
        before,
        limit: PAGE,
        ..JobFilter::default()
    };
    Ok(state.jobs.jobs(filter).await?)
}

fn has_code(job: &Job, code: Option<FailureCode>) -> bool {
    let Some(code) = code else { return true };
    matches!(&job.state, JobState::Dead { failure, .. } if failure.code == code)
}

fn letter(job: Job) -> DeadLetter {
    DeadLetter {
        tenant: job.tenant.to_string(),
        tier: job.tier,
        job: job.into(),
    }
}

fn unfit(pointer: &str, detail: &str) -> Problem {
    Problem::new(Code::InvalidBody, detail).with_errors(vec![Fault::at(pointer, detail)])
}
