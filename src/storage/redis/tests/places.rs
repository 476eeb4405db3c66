//! A cluster, TLS, and an address that is none.

use bytes::Bytes;

use super::super::connection::{Redis, RedisSettings};
use super::super::server::{cluster, tls};
use super::{PATIENCE, cache, connect, connect_with, events, limits, until};
use crate::domain::job::JobKind;
use crate::storage::cache::Cache;
use crate::storage::events::EventBus;
use crate::storage::events::conformance::{replayed, tell};
use crate::storage::events::in_process::EventLimits;
use crate::storage::limits::conformance::{ask, subject};
use crate::storage::limits::{Limits, Taken};
use crate::storage::probe::Probe;
use crate::storage::wakeups::Wakeups;
use crate::storage::wakeups::redis::RedisWakeups;

/// Two nodes on one Redis hear each other, forget for each other, and share limits.
async fn two_nodes_are_one(url: &str, ca: Option<std::path::PathBuf>) {
    let here = connect_with(url, ca.clone()).await;
    let there = connect_with(url, ca).await;
    let (told, heard) = (
        events(&here, EventLimits::default()),
        events(&there, EventLimits::default()),
    );
    let mut subscriber = heard.subscribe();
    for (version, owner) in ["acme", "globex", "initech", "umbrella", "hooli"]
        .iter()
        .enumerate()
    {
        let id = tell(&told, owner, version as u64).await;
        let event = tokio::time::timeout(PATIENCE, subscriber.recv()).await;
        assert_eq!(event.unwrap().unwrap().id, id);
        assert_eq!(replayed(&heard, owner, id).await, (vec![], false));
    }
    let (mine, theirs) = (cache(&here), cache(&there));
    for key in ["deck/acme/1", "job/globex/2", "models"] {
        let stamp = mine.stamp(key).await;
        let bytes = Bytes::from_static(b"old");
        mine.put(key, bytes.clone(), PATIENCE, stamp).await;
        assert_eq!(theirs.get(key).await, Some(bytes));
        mine.forget(key).await;
        until(async || theirs.get(key).await.is_none()).await;
    }
    let all = [
        ask("requests", 1, PATIENCE, 1),
        ask("tokens", 9, PATIENCE, 1),
    ];
    let (first, second) = (limits(&here), limits(&there));
    let taken = first.take(&subject("shared"), &all).await;
    assert!(matches!(taken, Taken::Granted(_)));
    let taken = second.take(&subject("shared"), &all).await;
    assert!(matches!(taken, Taken::Refused { by: 0, .. }));
    let (caller, woken) = (RedisWakeups::new(&here), RedisWakeups::new(&there));
    let mut woken = woken.subscribe();
    caller.wake(JobKind::Export);
    let kind = tokio::time::timeout(PATIENCE, woken.recv()).await;
    assert_eq!(kind.unwrap(), Some(JobKind::Export));
}

#[tokio::test]
async fn two_nodes_on_one_server_are_one() {
    let Some(server) = super::super::server::RedisServer::start().await else {
        return;
    };
    two_nodes_are_one(&server.url(), None).await;
}

#[tokio::test]
async fn two_nodes_on_a_cluster_are_one() {
    let Some((_nodes, url)) = cluster().await else {
        return;
    };
    two_nodes_are_one(&url, None).await;
}

#[tokio::test]
async fn two_nodes_over_tls_are_one() {
    let Some((server, ca)) = tls().await else {
        return;
    };
    let url = format!("rediss://localhost:{}", server.port());
    two_nodes_are_one(&url, Some(ca)).await;
}

#[tokio::test]
async fn a_password_is_needed_where_it_is_set_and_never_shown() {
    let arguments = ["--requirepass", "hunter2"];
    let Some(server) = super::super::server::RedisServer::start_with(&arguments).await else {
        return;
    };
    let url = format!("redis://:hunter2@127.0.0.1:{}", server.port());
    let redis = connect(&url).await;
    redis.probe().await.unwrap();
    assert!(!format!("{redis:?}").contains("hunter2"));
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_with_an_example_and_without_itself() {
    let settings = RedisSettings {
        url: "http//:hunter2@nowhere".to_owned(),
        ca: None,
        prefix: "test".to_owned(),
        timeout: PATIENCE,
    };
    let refused = Redis::open(&settings).await.unwrap_err().to_string();
    assert!(refused.contains("redis://:password@host:6379"), "{refused}");
    assert!(!refused.contains("hunter2"), "{refused}");
    assert!(!format!("{settings:?}").contains("hunter2"));
}
