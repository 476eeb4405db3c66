//! What a node does when nothing goes wrong.

use super::world::{BROKEN, TAKES_LONG, World, in_virtual_time};
use crate::actors::pool::{Drain, HarmWorkers};
use crate::domain::job::JobKind;
use crate::domain::job_event::{Fact, JobEvent};
use crate::domain::job_state::{JobState, StateName};
use crate::domain::tenant::TenantId;

#[test]
fn a_hundred_jobs_end_once_each() {
    in_virtual_time(|| async {
        let world = World::start();
        let mut jobs = Vec::new();
        for _ in 0..100 {
            jobs.push(world.submit(1).await);
        }
        world.pass(30).await;
        for job in jobs {
            assert_eq!(world.state(job).await, StateName::Succeeded);
            assert_eq!((world.times_done(job), world.ends_told(job)), (1, 1));
        }
    });
}

#[test]
fn a_job_that_nobody_announced_is_found_by_looking() {
    in_virtual_time(|| async {
        let world = World::start();
        world.pass(5).await;
        let job = world.submit_quietly().await;
        world.pass(3).await;
        assert_eq!(world.state(job).await, StateName::Succeeded);
    });
}

#[test]
fn a_permanent_failure_ends_the_job_at_once() {
    in_virtual_time(|| async {
        let world = World::start();
        let job = world.submit(BROKEN).await;
        world.pass(5).await;
        let JobState::Dead { failure, .. } = world.job(job).await.state else {
            panic!("not dead");
        };
        assert_eq!(failure.code.name(), "damaged_file");
        assert_eq!(world.job(job).await.history.len(), 1);
    });
}

#[test]
fn a_running_job_is_stopped_within_a_beat_and_its_late_result_changes_nothing() {
    in_virtual_time(|| async {
        let world = World::start();
        let job = world.submit(TAKES_LONG).await;
        world.pass(1).await;
        assert_eq!(world.state(job).await, StateName::Running);
        world
            .ground
            .jobs
            .cancel(None, job, world.ground.clock.now())
            .await
            .unwrap()
            .unwrap();
        world.ground.held.stop_job(job);
        world.pass(1).await;
        assert_eq!(world.state(job).await, StateName::Cancelled);
        world.pass(20).await;
        assert_eq!((world.times_done(job), world.ends_told(job)), (0, 1));
    });
}

#[test]
fn a_backlog_makes_the_pool_grow_and_quiet_makes_it_shrink() {
    in_virtual_time(|| async {
        let world = World::start();
        for _ in 0..1_500 {
            world.submit(TAKES_LONG).await;
        }
        world.pass(180).await;
        let grown = world.pool().await;
        assert!(grown.ready > 8, "{grown:?}");
        let newest = grown.decisions.last().unwrap().decision;
        let told = world.bus.told.lock().unwrap().clone();
        let mut told = told
            .iter()
            .filter(|(tenant, _)| *tenant == TenantId::operators());
        let Some((
            _,
            JobEvent {
                fact: Fact::PoolScaled { pool, decision, .. },
                ..
            },
        )) = told.next()
        else {
            panic!("the decision was not told");
        };
        assert_eq!((pool.name(), *decision), ("export", newest));
        world.pass(1_800).await;
        let quiet = world.pool().await;
        assert!(quiet.ready <= 8 && quiet.busy == 0, "{quiet:?}");
    });
}

#[test]
fn a_draining_pool_finishes_what_runs_and_claims_nothing_more() {
    in_virtual_time(|| async {
        let world = World::start();
        let running = world.submit(TAKES_LONG).await;
        world.pass(1).await;
        world
            .book
            .pool(JobKind::Export)
            .unwrap()
            .send(Drain)
            .await
            .unwrap();
        let late = world.submit(1).await;
        world.pass(15).await;
        assert_eq!(world.state(running).await, StateName::Succeeded);
        assert_eq!(world.state(late).await, StateName::Queued);
        assert_eq!(world.pool().await.ready, 0);
    });
}

#[test]
fn what_a_node_gives_back_waits_again_costs_no_attempt_and_is_told() {
    in_virtual_time(|| async {
        let world = World::start();
        let job = world.submit(TAKES_LONG).await;
        world.pass(1).await;
        assert!(!world.ground.held.is_idle());
        for held in world.ground.held.jobs() {
            world.ground.give_back(&held).await;
            world.ground.held.stop(held.lease);
        }
        let back = world.job(job).await;
        assert_eq!((back.state.name(), back.attempts), (StateName::Queued, 0));
        assert_eq!(world.told(job).last(), Some(&"job.queued"));
        world.pass(20).await;
        assert_eq!(world.state(job).await, StateName::Succeeded);
        assert_eq!((world.times_done(job), world.ends_told(job)), (1, 1));
        assert!(world.ground.held.is_idle());
    });
}

#[test]
fn a_job_that_was_to_stop_and_is_lost_is_told_as_cancelled() {
    in_virtual_time(|| async {
        let world = World::start();
        world.pass(1).await;
        let job = world.submit(TAKES_LONG).await;
        world.pass(1).await;
        let (jobs, now) = (&world.ground.jobs, world.ground.clock.now());
        jobs.cancel(None, job, now).await.unwrap().unwrap();
        // Its worker dies before it hears of it: what would be another attempt is the end.
        let pool = world.book.pool(JobKind::Export).unwrap();
        let (how, count, seed) = (crate::domain::fault::Harm::Kill, 8, 0);
        pool.send(HarmWorkers { how, count, seed }).await.unwrap();
        world.pass(1).await;
        assert_eq!(world.state(job).await, StateName::Cancelled);
        assert_eq!(world.told(job).last(), Some(&"job.cancelled"));
        assert!(!world.told(job).contains(&"job.retrying"));
    });
}

#[test]
fn the_names_of_requests_are_forgotten_when_they_ran_out() {
    in_virtual_time(|| async {
        let world = World::start();
        world.submit_named("first", 60).await;
        world.pass(1_300).await;
        let later = world.ground.clock.now();
        assert_eq!(world.ground.jobs.forget_keys(later).await.unwrap(), 0);
    });
}

#[test]
fn a_job_that_is_claimed_before_it_was_told_starts_after_it() {
    in_virtual_time(|| async {
        let world = World::start();
        world.pass(1).await;
        let next = world.next_id();
        let announced = world.ground.announcing.announce(next);
        let job = world.submit(1).await;
        assert_eq!(job, next);
        world.pass(3).await;
        assert_eq!(world.state(job).await, StateName::Running);
        assert!(world.told(job).is_empty(), "told before it was queued");
        drop(announced);
        world.pass(1).await;
        assert_eq!(world.told(job), ["job.started", "job.succeeded"]);
    });
}
