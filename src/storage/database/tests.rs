//! The database itself: its schema there and back, nodes that start together, what breaks under it, and a replica.

use futures_util::future::join_all;
use sea_orm::ConnectionTrait;

use super::fixtures::{TestDatabase, postgres, server, settings};
use super::migrating::Step;
use super::postgres::{migrate_down, migrate_up, migration_status};
use super::{Database, sqlite};
use crate::storage::error::StoreError;
use crate::storage::jobs::fixtures::{at, claim_one, job_id, kill, state, upload};
use crate::storage::jobs::sql::SqlJobStore;
use crate::storage::jobs::{Accepted, JobStore};

fn applied(steps: &[Step]) -> usize {
    steps.iter().filter(|step| step.applied).count()
}

/// A schema with a job in each table, taken back to nothing and brought up again.
#[tokio::test]
async fn the_schema_of_a_file_goes_up_down_and_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let jobs = SqlJobStore::new(Database::open(&path).await.unwrap());
    fill(&jobs).await;
    drop(jobs);
    let all = sqlite::migration_status(&path).await.unwrap();
    assert_eq!(applied(&all), all.len());
    for left in (0..all.len()).rev() {
        sqlite::migrate_down(&path, 1).await.unwrap();
        let steps = sqlite::migration_status(&path).await.unwrap();
        assert_eq!(applied(&steps), left);
        if left == all.len() - 2 {
            // Over the step that keeps ended jobs apart everything is still there.
            sqlite::migrate_up(&path).await.unwrap();
            check(&SqlJobStore::new(Database::open(&path).await.unwrap())).await;
            sqlite::migrate_down(&path, 2).await.unwrap();
        }
    }
    sqlite::migrate_up(&path).await.unwrap();
    assert_eq!(sqlite::migration_status(&path).await.unwrap(), all);
}

#[tokio::test]
async fn the_schema_of_a_server_goes_up_down_and_up() {
    let Some(kept) = TestDatabase::create().await else {
        return;
    };
    let settings = settings(kept.url());
    let jobs = SqlJobStore::new(Database::connect(&settings).await.unwrap());
    fill(&jobs).await;
    let all = migration_status(&settings).await.unwrap();
    assert_eq!(applied(&all), all.len());
    migrate_down(&settings, 2).await.unwrap();
    migrate_up(&settings).await.unwrap();
    check(&SqlJobStore::new(
        Database::connect(&settings).await.unwrap(),
    ))
    .await;
    migrate_down(&settings, u32::try_from(all.len()).unwrap())
        .await
        .unwrap();
    assert_eq!(applied(&migration_status(&settings).await.unwrap()), 0);
    migrate_up(&settings).await.unwrap();
    assert_eq!(migration_status(&settings).await.unwrap(), all);
}

async fn fill(jobs: &SqlJobStore) {
    jobs.accept(upload("acme", 1, at(0))).await.unwrap();
    kill(jobs, "acme", at(1)).await;
    jobs.accept(upload("acme", 2, at(2))).await.unwrap();
}

async fn check(jobs: &SqlJobStore) {
    let dead = jobs.job(None, job_id(1)).await.unwrap().unwrap();
    assert_eq!((dead.state.name().name(), dead.history.len()), ("dead", 1));
    assert_eq!(state(jobs, 2).await.name().name(), "queued");
}

#[tokio::test]
async fn nodes_that_start_together_change_the_schema_once() {
    let Some(kept) = TestDatabase::create().await else {
        return;
    };
    let settings = settings(kept.url());
    let started = join_all((0..5).map(|_| Database::connect(&settings))).await;
    for database in started {
        database.unwrap().ping().await.unwrap();
    }
}

#[tokio::test]
async fn a_node_that_is_older_than_the_schema_starts_all_the_same() {
    let Some((_, kept)) = postgres().await else {
        return;
    };
    let connection = server::connect(&kept.url()).await.unwrap();
    let newer =
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29990101_000001_x', 0)";
    connection.execute_unprepared(newer).await.unwrap();
    let again = Database::connect(&settings(kept.url())).await.unwrap();
    again.ping().await.unwrap();
}

#[tokio::test]
async fn backends_that_are_terminated_cost_nothing() {
    let Some((database, kept)) = postgres().await else {
        return;
    };
    let jobs = SqlJobStore::new(database);
    let other = server::connect(&kept.url()).await.unwrap();
    for number in 1..=20 {
        let terminated = async {
            let all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid()";
            other.execute_unprepared(all).await.unwrap();
        };
        let accepted = jobs.accept(upload("acme", number, at(0)));
        let (accepted, ()) = futures_util::join!(accepted, terminated);
        assert_eq!(accepted.unwrap(), Accepted::New);
        assert!(jobs.job(None, job_id(number)).await.unwrap().is_some());
    }
    let claimed = claim_one(&jobs, "acme", at(1)).await;
    assert_eq!(claimed.lease.job, job_id(1));
}

#[tokio::test]
async fn a_pool_that_is_used_up_is_said_to_be_busy_in_time() {
    let Some(kept) = TestDatabase::create().await else {
        return;
    };
    let mut settings = settings(kept.url());
    settings.connections = 1;
    settings.acquire = std::time::Duration::from_secs(2);
    let database = Database::connect(&settings).await.unwrap();
    let jobs = SqlJobStore::new(database.clone());
    let (release, released) = tokio::sync::oneshot::channel::<()>();
    let (hold, held) = tokio::sync::oneshot::channel::<()>();
    let holding = database.write("test", move |_| {
        Box::pin(async move {
            hold.send(()).unwrap();
            released.await.unwrap();
            Ok(())
        })
    });
    let busy = async {
        held.await.unwrap();
        let refused = jobs.job(None, job_id(1)).await;
        assert!(
            matches!(refused, Err(StoreError::Busy { .. })),
            "{refused:?}"
        );
        release.send(()).unwrap();
    };
    let (held, ()) = futures_util::join!(holding, busy);
    held.unwrap();
    assert_eq!(jobs.job(None, job_id(1)).await.unwrap(), None);
}
