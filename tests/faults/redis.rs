//! Redis under two nodes: killed, started again with nothing in it, and emptied while it runs.

use std::time::Duration;

use super::bucket::Bucket;
use super::clients::Clients;
use super::follower::Follower;
use super::node::block_on;
use super::pair::Pair;
use super::postgres::TestDatabase;
use super::redis_server::RedisServer;
use super::run::{Run, fault_for};

/// Two nodes work, a client follows all events, and something is done to Redis meanwhile.
fn spoiled(name: &'static str, seen: &'static str, fault: impl AsyncFnOnce(&mut RedisServer)) {
    let bucket = Bucket::start();
    block_on(async {
        let (Some(database), Some(mut redis)) =
            (TestDatabase::create().await, RedisServer::start().await)
        else {
            return;
        };
        let run = Run::new(name);
        let url = redis.url();
        let mut settings = bucket.settings().to_vec();
        settings.push(("SLIDECRAFT__REDIS__URL", url.as_str()));
        let pair = Pair::start(&run, &database.url(), &settings);
        let clients = Clients::of(&[&pair.one, &pair.other]);
        let follower = Follower::start(&clients, &run.history);
        let before = run.pace(&clients).await;
        let mut jobs = run.load(&clients, 16, 40).await;
        let (more, ()) = tokio::join!(run.load(&clients, 64, 20), fault(&mut redis));
        jobs.extend(more);
        run.recovered(&clients, before).await;
        run.judge(&clients, &jobs, seen).await;
        drop(follower);
    });
}

#[test]
fn redis_is_killed_and_started_again() {
    spoiled(
        "Redis killed, and started again empty after 3 s, two nodes",
        "jobs go on by polling; streams say `gap` and catch up; event ids rise all the same",
        async |redis| {
            redis.kill();
            fault_for(Duration::from_secs(3)).await;
            redis.run().await;
        },
    );
}

#[test]
fn redis_is_emptied() {
    spoiled(
        "Redis emptied (`FLUSHALL`) five times in 2 s, two nodes",
        "jobs go on; event ids rise all the same",
        async |redis| {
            for _ in 0..5 {
                redis.say("FLUSHALL");
                fault_for(Duration::from_millis(400)).await;
            }
        },
    );
}
