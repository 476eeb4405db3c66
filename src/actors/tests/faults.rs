//! What a node does when something goes wrong: panics, hangs, losses, at every level of the tree.

use super::world::{NEVER_ENDS, PANICS, PANICS_ONCE, TAKES_LONG, World, in_virtual_time};
use crate::actors::handle::Subscription;
use crate::actors::job_events::{CountSessions, Open, PanicOne};
use crate::actors::pool::{Harm, PanicPool, WorkerFault};
use crate::domain::job::JobKind;
use crate::domain::job_state::{JobState, StateName};

/// All events of the tenant whose jobs these are.
fn everything() -> Subscription {
    Subscription {
        tenant: "acme".parse().unwrap(),
        document: None,
        job: None,
        last_event_id: None,
    }
}

async fn harm(world: &World, fault: WorkerFault, count: usize) {
    let pool = world.book.pool(JobKind::Export).unwrap();
    pool.send(Harm { fault, count }).await.unwrap();
}

#[test]
fn a_panic_in_a_job_takes_nobody_with_it() {
    in_virtual_time(|| async {
        let world = World::start();
        let bad = world.submit(PANICS).await;
        let once = world.submit(PANICS_ONCE).await;
        let good = world.submit(1).await;
        world.pass(30).await;
        let JobState::Dead { failure, .. } = world.job(bad).await.state else {
            panic!("not dead")
        };
        assert_eq!(failure.code.name(), "panicked");
        assert_eq!(world.job(bad).await.history.len(), 3);
        assert_eq!(world.state(once).await, StateName::Succeeded);
        assert_eq!(world.job(once).await.epoch, 2);
        assert_eq!(world.state(good).await, StateName::Succeeded);
        assert_eq!(world.pool().await.restarts, 0);
    });
}

#[test]
fn a_worker_killed_mid_job_costs_an_attempt_and_the_job_ends_once() {
    for fault in [WorkerFault::Kill, WorkerFault::Panic, WorkerFault::Hang] {
        in_virtual_time(move || async move {
            let world = World::start();
            world.pass(1).await;
            let job = world.submit(TAKES_LONG).await;
            world.pass(1).await;
            harm(&world, fault, 8).await;
            world.pass(60).await;
            let ended = world.job(job).await;
            assert_eq!(
                ended.state.name(),
                StateName::Succeeded,
                "{fault:?}: {ended:?}"
            );
            assert_eq!(world.ends_told(job), 1);
            if fault != WorkerFault::Hang {
                // A deaf worker still finishes what it had; a dead one costs an attempt.
                assert_eq!(ended.epoch, 2, "{fault:?}");
                assert_eq!(world.times_done(job), 1);
            }
            let pool = world.pool().await;
            assert_eq!((pool.ready, pool.restarts), (8, 8), "{fault:?}");
        });
    }
}

#[test]
fn a_pool_that_panics_is_started_anew_and_its_jobs_end_once() {
    in_virtual_time(|| async {
        let world = World::start();
        world.pass(1).await;
        let job = world.submit(TAKES_LONG).await;
        world.pass(1).await;
        drop(
            world
                .book
                .pool(JobKind::Export)
                .unwrap()
                .try_send(PanicPool),
        );
        world.pass(2).await;
        assert_eq!(world.pool().await.ready, 8);
        world.pass(60).await;
        assert_eq!(world.state(job).await, StateName::Succeeded);
        assert_eq!((world.times_done(job), world.ends_told(job)), (1, 1));
        let lost = world.job(job).await.history[0].failure.clone().unwrap();
        assert_eq!(lost.code.name(), "lease_expired");
    });
}

#[test]
fn a_job_that_never_ends_meets_its_deadline() {
    in_virtual_time(|| async {
        let world = World::start();
        let job = world.submit(NEVER_ENDS).await;
        world.pass(600).await;
        let JobState::Dead { failure, .. } = world.job(job).await.state else {
            panic!("not dead")
        };
        assert_eq!(failure.code.name(), "deadline_exceeded");
    });
}

#[test]
fn a_panic_in_a_session_ends_that_stream_only() {
    in_virtual_time(|| async {
        let world = World::start();
        world.pass(1).await;
        let events = world.book.events().unwrap();
        let mut streams = Vec::new();
        for _ in 0..3 {
            streams.push(events.send(Open(everything())).await.unwrap().0);
        }
        events.send(PanicOne).await.unwrap();
        world.pass(1).await;
        assert_eq!(events.send(CountSessions).await.unwrap(), 2);
        world.submit(1).await;
        world.pass(2).await;
        let mut heard = Vec::new();
        for stream in &mut streams {
            let mut names = Vec::new();
            while let Ok(frame) = stream.try_recv() {
                names.push(frame.event);
            }
            heard.push(names.last().copied());
        }
        heard.sort_unstable();
        assert_eq!(heard, [None, Some("job.succeeded"), Some("job.succeeded")]);
    });
}

#[test]
fn a_client_that_does_not_read_is_cut_and_the_others_go_on() {
    in_virtual_time(|| async {
        let world = World::start();
        world.pass(1).await;
        let events = world.book.events().unwrap();
        let _stuck = events.send(Open(everything())).await.unwrap();
        let mut reading = events.send(Open(everything())).await.unwrap().0;
        let mut heard = 0;
        for _ in 0..4 {
            for _ in 0..50 {
                world.submit(1).await;
            }
            world.pass(20).await;
            while let Ok(frame) = reading.try_recv() {
                heard += usize::from(frame.event == "job.succeeded");
            }
        }
        assert_eq!(heard, 200);
        assert_eq!(events.send(CountSessions).await.unwrap(), 1);
        drop(reading);
        world.pass(1).await;
        assert_eq!(events.send(CountSessions).await.unwrap(), 0);
    });
}
