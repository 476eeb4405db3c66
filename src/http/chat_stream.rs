//! An answer as a stream: the events of its job until it ends. Who leaves stops the job.

use actix_web::HttpResponse;
use actix_web::web::Data;
use tokio::sync::mpsc;

use super::chat::following_job;
use super::events::{self, Leaving};
use super::problem::Problem;
use super::state::ApiState;
use super::telling::tell;
use crate::actors::handle::SseFrame;
use crate::domain::ids::JobId;
use crate::domain::job::{Job, JobResult};
use crate::domain::job_event::Fact;
use crate::domain::job_state::{JobState, StateName};
use crate::domain::tenant::TenantId;
use crate::storage::cache::keys;

/// The stream of an answer that has just been asked for.
pub(super) fn new(
    state: &Data<ApiState>,
    tenant: &TenantId,
    job: JobId,
    frames: mpsc::Receiver<SseFrame>,
) -> HttpResponse {
    let (state_then, tenant) = (state.clone(), tenant.clone());
    let leaving = Leaving::new(move || {
        actix_web::rt::spawn(async move { stop(&state_then, &tenant, job).await });
    });
    events::answer(state, state.uuid().to_string(), frames, Some(leaving))
}

/// The stream of an answer that was asked for before: from here on, or whole where it has ended. Leaving it stops nothing.
pub(super) async fn again(
    state: &Data<ApiState>,
    tenant: &TenantId,
    job: &Job,
) -> Result<HttpResponse, Problem> {
    let followed = following_job(tenant, job.document, job.id);
    let frames = state.platform.follow(followed).await?;
    // Read after it is followed: an end in between is in the one or in the other.
    let job = state.jobs.job(Some(tenant), job.id).await?;
    let job = job.ok_or_else(|| Problem::not_found("job"))?;
    let connection = state.uuid().to_string();
    if !job.state.name().is_terminal() {
        return Ok(events::answer(
            state,
            connection,
            frames,
            Some(Leaving::new(|| {})),
        ));
    }
    let told = told(&job);
    let (sender, frames) = mpsc::channel(told.len().max(1));
    for fact in told {
        let data = serde_json::to_string(&fact).unwrap_or_default();
        // There is room for all of them.
        drop(sender.try_send(SseFrame::new(fact.name(), None, &data)));
    }
    Ok(events::answer(
        state,
        connection,
        frames,
        Some(Leaving::new(|| {})),
    ))
}

/// What would have been told of an answer that has ended.
fn told(job: &Job) -> Vec<Fact> {
    match &job.state {
        JobState::Succeeded { result, .. } => {
            let mut facts = Vec::new();
            if let JobResult::Answer {
                text,
                model,
                citations,
                proposal,
                usage,
            } = result
            {
                facts.push(Fact::ChatDelta { text: text.clone() });
                if let Some(proposal) = proposal {
                    facts.push(Fact::ChatProposal {
                        summary: proposal.summary.clone(),
                        slides: proposal.slides.clone(),
                    });
                }
                facts.push(Fact::ChatUsage { usage: *usage });
                facts.push(Fact::ChatDone {
                    model: model.clone(),
                    citations: citations.clone(),
                });
            }
            facts.push(Fact::Succeeded);
            facts
        }
        JobState::Failed { failure, .. } | JobState::Dead { failure, .. } => vec![Fact::Failed {
            code: failure.code.name().to_owned(),
            message: failure.message.clone(),
        }],
        JobState::Cancelled { .. } => vec![Fact::Cancelled],
        JobState::Queued { .. } | JobState::Running { .. } => Vec::new(),
    }
}

/// Stops a job whose answer nobody reads any more.
async fn stop(state: &ApiState, tenant: &TenantId, job: JobId) {
    let stopped = state.jobs.cancel(Some(tenant), job, state.now()).await;
    state.cache.forget(&keys::job(tenant, job)).await;
    match stopped {
        Ok(Ok(job)) if job.state.name() == StateName::Cancelled => {
            tell(state, &job, Fact::Cancelled).await;
        }
        Ok(Ok(_)) => state.platform.stop_work(job),
        // It ended meanwhile.
        Ok(Err(_)) => {}
        Err(error) => {
            tracing::warn!(error = %error, job.id = %job, "an answer that nobody reads was not stopped");
        }
    }
}
