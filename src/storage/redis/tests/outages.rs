//! Redis is killed, started again and flushed: nothing waits for it, gaps are said, and nobody has to do anything.

use bytes::Bytes;
use uuid::Uuid;

use super::super::server::RedisServer;
use super::{PATIENCE, cache, connect, events, limits, until};
use crate::domain::ids::DocumentId;
use crate::domain::job_event::{Fact, JobEvent};
use crate::domain::time::Timestamp;
use crate::storage::cache::Cache;
use crate::storage::events::EventBus;
use crate::storage::events::conformance::{replayed, tell, tenant};
use crate::storage::events::in_process::EventLimits;
use crate::storage::limits::conformance::{ask, subject};
use crate::storage::limits::{Limits, Slot, SlotAsked, Taken};

fn event() -> JobEvent {
    JobEvent {
        tenant: None,
        document: Some(DocumentId(Uuid::from_u128(1))),
        job: None,
        kind: None,
        at: Timestamp(0),
        fact: Fact::DocumentUpdated { version: 1 },
    }
}

#[tokio::test]
async fn events_go_on_after_a_restart_and_say_what_was_lost() {
    let Some(mut server) = RedisServer::start().await else {
        return;
    };
    let redis = connect(&server.url()).await;
    let bus = events(&redis, EventLimits::default());
    let before = tell(&bus, "acme", 1).await;
    let mut subscriber = bus.subscribe();
    server.kill();
    // Whoever follows is let go at once, and asks for what it missed.
    while tokio::time::timeout(PATIENCE, subscriber.recv())
        .await
        .unwrap()
        .is_some()
    {}
    until(async || !redis.answers()).await;
    assert!(bus.tell(&tenant("acme"), event()).await.is_err());
    assert!(bus.replay(&tenant("acme"), before).await.is_err());
    server.run().await;
    until(async || redis.answers() && redis.hears()).await;
    assert_eq!(replayed(&bus, "acme", before).await, (vec![], true));
    let mut told = Vec::new();
    loop {
        let mut subscriber = bus.subscribe();
        let last = tell(&bus, "acme", 2).await;
        told.push(last);
        let heard = tokio::time::timeout(PATIENCE, subscriber.recv()).await;
        // Whoever follows is let go once more for the event that was lost.
        if let Some(heard) = heard.unwrap() {
            assert_eq!(heard.id, last);
            break;
        }
    }
    let last = told[told.len() - 1];
    assert_eq!(replayed(&bus, "acme", before).await, (told, true));
    assert_eq!(replayed(&bus, "acme", last).await, (vec![], false));
}

#[tokio::test]
async fn an_event_that_could_not_be_told_is_a_gap_even_if_the_stream_survives() {
    let Some(mut server) =
        RedisServer::start_with(&["--appendonly", "yes", "--appendfsync", "always"]).await
    else {
        return;
    };
    let redis = connect(&server.url()).await;
    let bus = events(&redis, EventLimits::default());
    let before = tell(&bus, "acme", 1).await;
    let quiet = tell(&bus, "quiet", 1).await;
    server.kill();
    until(async || !redis.answers()).await;
    assert!(bus.tell(&tenant("acme"), event()).await.is_err());
    server.run().await;
    until(async || redis.answers() && redis.hears()).await;
    until(async || replayed(&bus, "acme", before).await.1).await;
    assert_eq!(replayed(&bus, "quiet", quiet).await, (vec![], false));
}

#[tokio::test]
async fn whoever_follows_is_let_go_for_an_event_that_could_not_be_told() {
    let Some(server) = RedisServer::start().await else {
        return;
    };
    let (here, there) = (connect(&server.url()).await, connect(&server.url()).await);
    let teller = events(&here, EventLimits::default());
    let follower = events(&there, EventLimits::default());
    let before = tell(&teller, "acme", 1).await;
    let mut subscriber = follower.subscribe();
    // Nothing breaks for the one that follows: a server without room for another byte refuses the event alone.
    server.say("CONFIG SET maxmemory 1");
    assert!(teller.tell(&tenant("acme"), event()).await.is_err());
    server.say("CONFIG SET maxmemory 0");
    let mut heard = Vec::new();
    while let Some(told) = tokio::time::timeout(PATIENCE, subscriber.recv())
        .await
        .unwrap()
    {
        heard.push(told.id);
    }
    assert!(heard.is_empty() || heard == [before], "{heard:?}");
    assert_eq!(replayed(&follower, "acme", before).await, (vec![], true));
}

#[tokio::test]
async fn a_flush_is_a_gap() {
    let Some(server) = RedisServer::start().await else {
        return;
    };
    let redis = connect(&server.url()).await;
    let bus = events(&redis, EventLimits::default());
    let before = tell(&bus, "acme", 1).await;
    server.say("FLUSHALL");
    assert_eq!(replayed(&bus, "acme", before).await, (vec![], true));
    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    let after = tell(&bus, "acme", 2).await;
    assert_eq!(replayed(&bus, "acme", before).await, (vec![after], true));
}

#[tokio::test]
async fn what_was_forgotten_during_an_outage_is_forgotten_after_it() {
    let Some(mut server) =
        RedisServer::start_with(&["--appendonly", "yes", "--appendfsync", "always"]).await
    else {
        return;
    };
    let (here, there) = (connect(&server.url()).await, connect(&server.url()).await);
    let (mine, theirs) = (cache(&here), cache(&there));
    let key = "deck/acme/1";
    let stamp = mine.stamp(key).await;
    mine.put(key, Bytes::from_static(b"old"), PATIENCE, stamp)
        .await;
    assert!(theirs.get(key).await.is_some());
    server.kill();
    until(async || !here.answers() && !there.hears() && !there.answers()).await;
    assert_eq!(
        theirs.get(key).await,
        None,
        "without Redis nothing is believed"
    );
    mine.forget(key).await;
    server.run().await;
    until(async || there.answers() && there.hears() && here.answers()).await;
    until(async || theirs.get(key).await.is_none()).await;
    let stamp = theirs.stamp(key).await;
    theirs
        .put(key, Bytes::from_static(b"new"), PATIENCE, stamp)
        .await;
    until(async || mine.get(key).await.is_some_and(|bytes| bytes == "new")).await;
}

#[tokio::test]
async fn a_node_alone_grants_its_part_and_no_more() {
    let Some(mut server) = RedisServer::start().await else {
        return;
    };
    let redis = connect(&server.url()).await;
    let shared = limits(&redis);
    let who = subject("alone");
    server.kill();
    until(async || !redis.answers()).await;
    let one = [ask("requests", 4, PATIENCE * 100, 1)];
    let mut granted = 0;
    while matches!(shared.take(&who, &one).await, Taken::Granted(_)) {
        granted += 1;
    }
    assert_eq!(granted, 2);
    let slot = |holder| SlotAsked {
        holder: Uuid::from_u128(holder),
        most: 2,
        lapse: PATIENCE,
    };
    assert_eq!(
        shared.take_slot(&who, slot(1)).await,
        Slot::Held { in_use: 1 }
    );
    assert_eq!(
        shared.take_slot(&who, slot(2)).await,
        Slot::Full { in_use: 1 }
    );
    server.run().await;
    until(async || redis.answers()).await;
    assert!(matches!(shared.take(&who, &one).await, Taken::Granted(_)));
    assert!(shared.keep_slot(&who, Uuid::from_u128(1), PATIENCE).await);
}
