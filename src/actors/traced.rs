//! Jobs as parts of traces: how long one waited, and each attempt at it.

use crate::domain::failure::Failure;
use crate::domain::ids::NodeId;
use crate::domain::job::ClaimedJob;
use crate::domain::stage::Stage;
use crate::domain::time::Timestamp;
use crate::domain::trace::context::TraceContext;
use crate::domain::trace::span::{Attribute, SpanKind};
use crate::domain::trace::tracer::{Open, Place, Tracer};

/// Where a job belongs. It came from the store, so whoever asked for it may be another process.
fn place(job: &ClaimedJob) -> Place {
    Place::after(job.trace)
}

fn about(job: &ClaimedJob, node: NodeId) -> Vec<Attribute> {
    vec![
        ("job.id", job.lease.job.to_string().into()),
        ("job.kind", job.spec.kind().name().into()),
        ("job.attempt", job.attempt.into()),
        ("job.epoch", job.lease.epoch.into()),
        ("tenant.id", job.tenant.as_str().to_owned().into()),
        ("node.id", node.to_string().into()),
    ]
}

/// An attempt begins. Until it comes to its end its worker may be lost, and it with that.
pub(super) fn attempt(tracer: &Tracer, job: &ClaimedJob, node: NodeId, started: Timestamp) -> Open {
    let kind = job.spec.kind().name();
    let name = format_args!("run {kind}");
    let mut run = tracer.begin_at(started, name, SpanKind::Consumer, place(job));
    run.say(|| about(job, node));
    run.fail("worker_lost");
    run
}

/// A job waited from when it was ready until now. Where nobody asked for it with a trace, that belongs to its first attempt.
pub(super) fn waited(tracer: &Tracer, job: &ClaimedJob, run: TraceContext, started: Timestamp) {
    let name = Stage::QueueWait.name();
    let place = job.trace.map_or(Place::Below(run), Place::Remote);
    let mut wait = tracer.begin_at(job.ready_at, name, SpanKind::Internal, place);
    wait.say(|| vec![("job.attempt", job.attempt.into())]);
    wait.end_at(started);
}

/// An attempt came to its end.
pub(super) fn ended(mut run: Open, outcome: &'static str, failure: Option<&Failure>) {
    match failure {
        Some(failure) => run.fail(failure.code.name()),
        None => run.well(),
    }
    run.say(|| vec![("job.outcome", outcome.into())]);
}

/// An attempt of another node was given up, which cannot tell of it any more.
pub(super) fn lost(tracer: &Tracer, job: &ClaimedJob, node: NodeId, failure: &Failure) {
    let mut run = attempt(tracer, job, node, job.claimed_at);
    run.fail(failure.code.name());
}
