//! The traces that requests belong to, and what jobs keep of them.

use std::sync::Arc;

use actix_web::test::TestRequest;

use super::world::{World, get, markdown};
use crate::domain::ids::IdSource;
use crate::domain::job::JobKind;
use crate::domain::time::Clock;
use crate::domain::trace::context::TraceContext;
use crate::domain::trace::kept::Kept;
use crate::domain::trace::span::{Span, SpanKind};
use crate::domain::trace::tracer::{Recorder, Tracer};

const CLIENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn client() -> TraceContext {
    CLIENT.parse().unwrap()
}

/// A request with these contexts.
fn with(request: TestRequest, contexts: &[&str]) -> TestRequest {
    contexts.iter().fold(request, |request, context| {
        request.append_header(("traceparent", *context))
    })
}

/// The trace that a job keeps whose request came with these contexts.
async fn kept(world: &World, contexts: &[&str]) -> TraceContext {
    let upload = with(markdown("Talk"), contexts);
    world.call(upload).await.expect(202);
    let claimed = world.claim(JobKind::Convert, "acme").await;
    claimed.trace.unwrap()
}

#[actix_web::test]
async fn a_job_keeps_the_trace_of_its_request_and_one_of_its_own_where_that_is_broken() {
    let world = World::new().await;
    let asked = kept(&world, &[CLIENT]).await;
    assert_eq!(asked.trace, client().trace);
    assert_ne!(asked.span, client().span);
    let later = kept(&world, &[&CLIENT.replacen("00", "cc", 1)]).await;
    assert_eq!(later.trace, client().trace);
    let mut own = Vec::new();
    for contexts in [
        &[][..],
        &["00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"],
        &["00-00000000000000000000000000000000-b7ad6b7169203331-01"],
        &[CLIENT, CLIENT],
    ] {
        let asked = kept(&world, contexts).await;
        assert_ne!(asked.trace, client().trace, "{contexts:?}");
        assert!(!own.contains(&asked.trace));
        own.push(asked.trace);
    }
}

/// A world whose traces are recorded.
async fn recorded() -> (World, Arc<Kept>) {
    let (mut world, kept) = (World::new().await, Arc::<Kept>::default());
    let recorder = Recorder {
        sink: kept.clone(),
        share: 1.0,
    };
    let clock = Arc::clone(&world.clock) as Arc<dyn Clock>;
    let ids = Arc::new(IdSource::seeded([2; 32]));
    let state = Arc::get_mut(&mut world.state).unwrap();
    state.ports.tracer = Tracer::new(ids, clock, Some(recorder));
    (world, kept)
}

fn names(spans: &[Span]) -> Vec<&str> {
    spans.iter().map(|span| span.name.as_ref()).collect()
}

#[actix_web::test]
async fn a_request_that_is_repeated_enqueues_once() {
    let (world, kept) = recorded().await;
    let upload = || with(markdown("Talk"), &[CLIENT]).insert_header(("idempotency-key", "k"));
    world.call(upload()).await.expect(202);
    let spans = kept.spans();
    assert_eq!(names(&spans), ["enqueue convert", "POST /v1/documents"]);
    let [enqueue, request] = [&spans[0], &spans[1]];
    assert_eq!(
        (request.kind, enqueue.kind),
        (SpanKind::Server, SpanKind::Producer)
    );
    assert_eq!(
        (request.parent, request.remote),
        (Some(client().span), true)
    );
    assert_eq!(enqueue.parent, Some(request.context.span));
    assert!(
        request
            .attributes
            .contains(&("http.response.status_code", 202_u16.into()))
    );
    world.call(upload()).await.expect(202);
    assert_eq!(names(&kept.spans())[2..], ["POST /v1/documents"]);
    let claimed = world.claim(JobKind::Convert, "acme").await;
    assert_eq!(claimed.trace, Some(enqueue.context));
}

#[actix_web::test]
async fn probes_are_recorded_only_where_who_asks_wants_it() {
    let (world, kept) = recorded().await;
    for probe in ["/healthz", "/readyz"] {
        world.call(get(probe)).await;
    }
    assert_eq!(names(&kept.spans()), [""; 0]);
    world.call(with(get("/healthz"), &[CLIENT])).await;
    world.call(get("/v1/models")).await;
    assert_eq!(names(&kept.spans()), ["GET /healthz", "GET /v1/models"]);
}
