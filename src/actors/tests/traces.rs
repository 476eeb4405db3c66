//! What is recorded of jobs: each attempt as a part of the trace that asked for it, however it ended.

use std::time::Duration;

use super::world::{PANICS_ONCE, TAKES_LONG, World, in_virtual_time};
use crate::actors::pool::HarmWorkers;
use crate::domain::fault::Harm;
use crate::domain::ids::JobId;
use crate::domain::job::JobKind;
use crate::domain::trace::span::{Span, SpanValue};

fn says(span: &Span, name: &str) -> Option<SpanValue> {
    let mut said = span.attributes.iter();
    said.find(|(said, _)| *said == name)
        .map(|(_, value)| value.clone())
}

/// The attempts at a job that were recorded, in the order of their ends.
fn attempts(world: &World, job: JobId) -> Vec<Span> {
    let of_job = |span: &Span| {
        span.name == "run export" && says(span, "job.id") == Some(job.to_string().into())
    };
    world.parts.spans().into_iter().filter(of_job).collect()
}

#[test]
fn an_attempt_that_fails_and_the_one_that_follows_are_told_with_their_ends() {
    in_virtual_time(|| async {
        let world = World::start();
        let job = world.submit(PANICS_ONCE).await;
        world.pass(30).await;
        let attempts = attempts(&world, job);
        let [first, second] = attempts.as_slice() else {
            panic!("{attempts:?}");
        };
        assert_eq!(first.failed.as_deref(), Some("panicked"));
        assert_eq!(says(first, "job.outcome"), Some("retried".into()));
        assert_eq!(second.failed, None);
        assert_eq!(says(second, "job.outcome"), Some("succeeded".into()));
        assert_eq!(says(second, "job.attempt"), Some(2_u32.into()));
        let spans = world.parts.spans();
        let below = |name: &str| {
            let mut parts = spans.iter();
            let parent = Some(second.context.span);
            let part = parts.find(|part| part.name == name && part.parent == parent);
            part.unwrap().clone()
        };
        let wait = below("queue_wait");
        assert_eq!(wait.ended, second.started);
        assert!(wait.ended >= wait.started);
        assert_eq!(below("persist").failed, None);
    });
}

#[test]
fn an_attempt_whose_worker_is_lost_is_told_as_lost() {
    in_virtual_time(|| async {
        let world = World::start();
        world.pass(1).await;
        let job = world.submit(TAKES_LONG).await;
        world.pass(1).await;
        let pool = world.book.pool(JobKind::Export).unwrap();
        let kill = HarmWorkers {
            how: Harm::Kill,
            count: 8,
            seed: 0,
        };
        pool.send(kill).await.unwrap();
        world.pass(60).await;
        let attempts = attempts(&world, job);
        let [lost, done] = attempts.as_slice() else {
            panic!("{attempts:?}");
        };
        assert_eq!(lost.failed.as_deref(), Some("worker_lost"));
        assert!(lost.ended.since(lost.started) < Duration::from_secs(5));
        assert_eq!(says(lost, "job.outcome"), None);
        assert_eq!(done.failed, None);
    });
}
