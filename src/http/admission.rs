//! Taking work in: not while stopping, not over quota, once for each Idempotency-Key, and told to those who follow.

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder};
use uuid::Uuid;

use super::idempotency::REPLAYED;
use super::problem::{Code, Problem};
use super::quota::{Room, room};
use super::rates;
use super::state::ApiState;
use super::telling::tell;
use crate::domain::document::Document;
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::job::{Job, JobSpec, NewJob};
use crate::domain::job_event::Fact;
use crate::domain::policy::quota::Metered;
use crate::domain::tenant::TenantId;
use crate::domain::trace::context::TraceContext;
use crate::domain::trace::span::SpanKind;
use crate::domain::trace::tracer::{Open, Place};
use crate::http::identity::Caller;
use crate::storage::error::StoreError;
use crate::storage::jobs::{Acceptance, Accepted, IdempotencyKey};

/// Refuses new work while the node is stopping.
pub fn open(state: &ApiState) -> Result<(), Problem> {
    if state.platform.draining() {
        let detail = "Send it again in a moment: another node, or this one restarted, takes it.";
        return Err(Problem::new(Code::Draining, detail));
    }
    Ok(())
}

/// Refuses new work while the node is stopping, or of a tenant that has enough of it.
pub async fn admit(state: &ApiState, tenant: &TenantId) -> Result<Room, Problem> {
    open(state)?;
    room(state, tenant).await
}

/// What became of an acceptance.
#[derive(Debug)]
pub enum Taken {
    /// It is stored.
    New(Job),
    /// It was before: the job as it was then.
    Before(Job),
}

/// A job that is to be taken in.
pub struct Wanted {
    /// The document it works on.
    pub document: DocumentId,
    /// What is to be done.
    pub spec: JobSpec,
    /// Its id, where it was promised before: such a job is taken in once, however often it is asked for.
    pub job: Option<JobId>,
    /// The document it comes with.
    pub brings: Option<Document>,
    /// The key of the request.
    pub key: Option<IdempotencyKey>,
    /// The part of a trace that wants it.
    pub trace: Option<TraceContext>,
}

/// Why a job was not taken in.
#[derive(Debug)]
pub struct Refused {
    /// What the client is told.
    pub problem: Problem,
    /// Whether it is certain that nothing was stored: only then may what the job needs be deleted.
    pub surely: bool,
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        refused.problem
    }
}

/// Stores a job, wakes its pool and tells those who follow.
pub async fn take(state: &ApiState, caller: &Caller, wanted: Wanted) -> Result<Taken, Refused> {
    if let Some(id) = wanted.job
        && let Some(job) = promised(state, caller, id).await?
    {
        return Ok(Taken::Before(job));
    }
    let surely = |problem| Refused {
        problem,
        surely: true,
    };
    rates::meter(state, caller, Metered::Jobs, 1)
        .await
        .map_err(surely)?;
    let taken = store(state, caller, wanted).await;
    let is_new = match &taken {
        Ok(taken) => matches!(taken, Taken::New(_)),
        Err(refused) => !refused.surely,
    };
    if !is_new {
        rates::give_back(state, caller, Metered::Jobs, 1).await;
    }
    taken
}

/// A job is put into the queue, as a part of the trace that wants it.
fn enqueued(state: &ApiState, caller: &Caller, wanted: &Wanted, id: JobId) -> Open {
    let kind = wanted.spec.kind().name();
    let (name, place) = (format_args!("enqueue {kind}"), Place::within(wanted.trace));
    let mut part = state.tracer.begin(name, SpanKind::Producer, place);
    part.say(|| {
        vec![
            ("job.id", id.to_string().into()),
            ("job.kind", kind.into()),
            ("tenant.id", caller.tenant.as_str().to_owned().into()),
        ]
    });
    part
}

async fn store(state: &ApiState, caller: &Caller, wanted: Wanted) -> Result<Taken, Refused> {
    let id = wanted.job.unwrap_or_else(|| JobId(state.uuid()));
    let mut enqueued = enqueued(state, caller, &wanted, id);
    let job = NewJob {
        id,
        tenant: caller.tenant.clone(),
        tier: caller.tier,
        document: wanted.document,
        spec: wanted.spec,
        max_attempts: state.settings.max_attempts,
        created_at: state.now(),
        trace: Some(enqueued.context()),
    };
    let acceptance = Acceptance {
        job: job.clone(),
        document: wanted.brings,
        idempotency: wanted.key,
    };
    // A pool may find the job before it is told.
    let announced = state.platform.announce(job.id);
    let accepted = match state.jobs.accept(acceptance).await {
        Ok(accepted) => accepted,
        Err(error) => {
            enqueued.fail("storage");
            after_failure(state, job.id, error).await?
        }
    };
    let surely = |problem| Refused {
        problem,
        surely: true,
    };
    match accepted {
        Accepted::New => {
            let job = Job::accepted(job);
            state.open_jobs.add(&job.tenant);
            tell(state, &job, Fact::Queued).await;
            drop(announced);
            state.platform.wake(job.spec.kind());
            Ok(Taken::New(job))
        }
        Accepted::Repeated(id) => {
            enqueued.forget();
            let job = earlier(state, &caller.tenant, id).await.map_err(surely)?;
            Ok(Taken::Before(job))
        }
        Accepted::KeyReused => {
            enqueued.forget();
            let detail = "It came with another method, path or body before; take a new key.";
            Err(surely(Problem::new(Code::IdempotencyKeyReused, detail)))
        }
    }
}

/// A job that was promised, if it was taken in already; its document must still be there.
async fn promised(state: &ApiState, caller: &Caller, id: JobId) -> Result<Option<Job>, Refused> {
    let unsure = |error: StoreError| Refused {
        problem: error.into(),
        surely: false,
    };
    let found = state.jobs.job(Some(&caller.tenant), id).await;
    let Some(job) = found.map_err(unsure)? else {
        return Ok(None);
    };
    let document = state.documents.document(&caller.tenant, job.document).await;
    if document.map_err(unsure)?.is_none() {
        return Err(Refused {
            problem: Problem::not_found("upload"),
            surely: true,
        });
    }
    Ok(Some(as_accepted(job)))
}

/// A store that fails may have stored all the same, when only its answer was lost.
async fn after_failure(
    state: &ApiState,
    id: JobId,
    error: StoreError,
) -> Result<Accepted, Refused> {
    let there = state.jobs.job(None, id).await;
    if matches!(there, Ok(Some(_))) {
        return Ok(Accepted::New);
    }
    Err(Refused {
        problem: error.into(),
        surely: matches!(there, Ok(None)),
    })
}

/// A job as it was when it was accepted.
async fn earlier(state: &ApiState, tenant: &TenantId, id: JobId) -> Result<Job, Problem> {
    let job = state.jobs.job(Some(tenant), id).await?;
    let job = job.ok_or_else(|| StoreError::Corrupt {
        what: "job",
        detail: format!("an idempotency key names the job {id}, which is not there"),
    })?;
    Ok(as_accepted(job))
}

fn as_accepted(job: Job) -> Job {
    Job::accepted(NewJob {
        id: job.id,
        tenant: job.tenant,
        tier: job.tier,
        document: job.document,
        spec: job.spec,
        max_attempts: job.max_attempts,
        created_at: job.created_at,
        trace: job.trace,
    })
}

/// The head of the 202 for a job.
pub fn accepted(job: Uuid, room: Room, replayed: bool) -> HttpResponseBuilder {
    let mut response = HttpResponse::Accepted();
    response.insert_header((header::LOCATION, format!("/v1/jobs/{job}")));
    room.tell(&mut response, u64::from(!replayed));
    if replayed {
        response.insert_header((REPLAYED, "true"));
    }
    response
}
