//! PostgreSQL under two nodes: started anew, its sessions ended, its connections all taken.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection};

use super::bucket::Bucket;
use super::clients::Clients;
use super::cluster::Cluster;
use super::node::block_on;
use super::pair::{Pair, missing};
use super::postgres::connect;
use super::run::{Run, fault_for};

const END_SESSIONS: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";

/// Two nodes work while something is done to their database; then all is as it was.
fn spoiled(
    name: &'static str,
    seen: &'static str,
    fault: impl AsyncFnOnce(Arc<Cluster>, DatabaseConnection),
) {
    let Some(cluster) = Cluster::alone().map(Arc::new) else {
        return missing();
    };
    let bucket = Bucket::start();
    block_on(async {
        let run = Run::new(name);
        let pair = Pair::start(&run, &cluster.primary_url(), &bucket.settings());
        let clients = Clients::of(&[&pair.one, &pair.other]);
        let before = run.pace(&clients).await;
        let mut jobs = run.load(&clients, 16, 40).await;
        let admin = connect(&cluster.primary_url()).await.unwrap();
        let (more, ()) = tokio::join!(
            run.load(&clients, 64, 20),
            fault(Arc::clone(&cluster), admin)
        );
        jobs.extend(more);
        run.recovered(&clients, before).await;
        run.judge(&clients, &jobs, seen).await;
        let Pair { one, other } = pair;
        assert!(one.terminate().success() && other.terminate().success());
    });
}

#[test]
fn the_database_is_started_anew() {
    spoiled(
        "PostgreSQL stopped at once (`immediate`) and started again, two nodes",
        "requests are answered 503 with Retry-After meanwhile, and sent again",
        async |cluster, admin| {
            drop(admin);
            let restarted = tokio::task::spawn_blocking(move || cluster.restart_primary());
            restarted.await.unwrap();
        },
    );
}

#[test]
fn the_sessions_of_the_database_are_ended() {
    spoiled(
        "PostgreSQL ends all sessions (`pg_terminate_backend`), five times in 2 s, two nodes",
        "connections are opened anew; what was not committed is sent again",
        async |_, admin| {
            for _ in 0..5 {
                admin.execute_unprepared(END_SESSIONS).await.unwrap();
                fault_for(Duration::from_millis(400)).await;
            }
        },
    );
}

#[test]
fn all_connections_of_the_database_are_taken() {
    spoiled(
        "somebody else takes every connection of PostgreSQL for 3 s, two nodes",
        "requests wait, then are answered 503; jobs go on when a connection is free",
        async |cluster, admin| {
            admin.execute_unprepared(END_SESSIONS).await.unwrap();
            let mut taken = Vec::new();
            // More than the server has: the last ones are refused.
            for _ in 0..40 {
                match connect(&cluster.primary_url()).await {
                    Ok(connection) => taken.push(connection),
                    Err(_) => break,
                }
            }
            assert!(taken.len() > 1, "no connection could be taken");
            fault_for(Duration::from_secs(3)).await;
            for connection in taken {
                connection.close().await.unwrap();
            }
        },
    );
}
