//! What a node does when something goes wrong: panics, hangs, losses, at every level of the tree.

use super::world::{NEVER_ENDS, PANICS, PANICS_ONCE, TAKES_LONG, World, in_virtual_time};
use crate::actors::pool::{HarmWorkers, PanicPool};
use crate::domain::fault::Harm;
use crate::domain::job::JobKind;
use crate::domain::job_state::{JobState, StateName};

async fn harm(world: &World, how: Harm, count: usize) {
    let pool = world.book.pool(JobKind::Export).unwrap();
    let seed = 0;
    pool.send(HarmWorkers { how, count, seed }).await.unwrap();
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
    for fault in [Harm::Kill, Harm::Panic, Harm::Hang] {
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
            if fault != Harm::Hang {
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
fn a_claim_that_lapses_under_its_own_node_is_done_again_and_ends_once() {
    in_virtual_time(|| async {
        let world = World::start();
        let job = world.submit(TAKES_LONG).await;
        world.pass(1).await;
        // As after a node slept longer than its leases.
        let leases = world.ground.held.leases();
        let past = world.ground.clock.now();
        world.ground.jobs.beat(&leases, past).await.unwrap();
        world.pass(60).await;
        let ended = world.job(job).await;
        assert_eq!(ended.state.name(), StateName::Succeeded, "{ended:?}");
        assert_eq!((ended.epoch, world.ends_told(job)), (2, 1));
        let lost = ended.history[0].failure.clone().unwrap();
        assert_eq!(lost.code.name(), "lease_expired");
    });
}

#[test]
fn workers_that_are_lost_too_often_cost_the_pool_its_place() {
    in_virtual_time(|| async {
        let world = World::start();
        world.pass(1).await;
        let job = world.submit(TAKES_LONG).await;
        let first = world.book.pool(JobKind::Export).unwrap();
        for _ in 0..3 {
            harm(&world, Harm::Kill, 8).await;
            world.pass(11).await;
        }
        assert!(!first.connected(), "the pool itself was not started anew");
        world.pass(120).await;
        let ended = world.job(job).await;
        assert!(ended.state.name().is_terminal(), "{ended:?}");
        assert_eq!(world.ends_told(job), 1);
        assert_eq!(
            (world.pool().await.ready, world.pool().await.restarts),
            (8, 0)
        );
    });
}

#[test]
fn a_pool_that_cannot_be_kept_alive_is_said_to_be_in_trouble_until_it_is_well_again() {
    in_virtual_time(|| async {
        let world = World::start();
        world.pass(1).await;
        for _ in 0..6 {
            assert!(world.book.trouble().is_empty());
            let pool = world.book.pool(JobKind::Export).unwrap();
            drop(pool.try_send(PanicPool));
            world.pass(3).await;
        }
        assert!(world.book.trouble().contains_key("export"));
        world.pass(80).await;
        assert!(world.book.trouble().is_empty(), "it is well again");
        let job = world.submit(1).await;
        world.pass(2).await;
        assert_eq!(world.state(job).await, StateName::Succeeded);
    });
}
