//! Breaking things on purpose: who may, within which bounds, and that it is written down.

use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::http::Method;
use serde_json::{Value, json};

use super::world::{ACME, Answer, BREAKER, World, ask};
use crate::domain::fault::Harm;
use crate::domain::job::JobKind;

async fn begin(world: &World, body: Value) -> Answer {
    let request = ask(Method::POST, "/v1/admin/chaos", BREAKER).set_json(body);
    world.call(request).await
}

async fn faults(world: &World) -> Vec<Value> {
    let request = ask(Method::GET, "/v1/admin/chaos", BREAKER);
    let listed = world.call(request).await.expect(200).json();
    listed["items"].as_array().unwrap().clone()
}

#[actix_web::test]
async fn a_fault_is_begun_listed_ended_and_written_down() {
    let world = World::new().await;
    let fault = json!({"type": "storage_errors", "share": 0.2});
    let begun = begin(&world, json!({"fault": fault, "duration_s": 30, "seed": 7}))
        .await
        .expect(201);
    let seen = begun.json();
    let place = format!("/v1/admin/chaos/{}", seen["id"].as_str().unwrap());
    assert_eq!(begun.header("location"), Some(place.as_str()));
    assert_eq!((&seen["fault"], &seen["seed"]), (&fault_whole(), &json!(7)));
    assert_eq!(faults(&world).await, std::slice::from_ref(&seen));
    world
        .call(ask(Method::DELETE, &place, BREAKER))
        .await
        .expect(204);
    assert_eq!(faults(&world).await, [] as [Value; 0]);
    world
        .call(ask(Method::DELETE, &place, BREAKER))
        .await
        .refused(404, "not_found");
    let audit = world
        .call(ask(Method::GET, "/v1/admin/audit", ACME))
        .await
        .expect(200)
        .json();
    let acts: Vec<&str> = audit["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|act| act["action"].as_str())
        .collect();
    assert_eq!(acts, ["chaos.end", "chaos.begin"]);
}

fn fault_whole() -> Value {
    json!({"type": "storage_errors", "share": 0.2})
}

#[actix_web::test]
async fn a_fault_ends_by_itself_or_with_all_others() {
    let world = World::new().await;
    let drops = json!({"fault": {"type": "drop_events", "share": 0.5}, "duration_s": 10});
    begin(&world, drops.clone()).await.expect(201);
    world.clock.advance(Duration::from_secs(11));
    assert_eq!(faults(&world).await.len(), 0);
    begin(&world, drops.clone()).await.expect(201);
    begin(&world, drops).await.expect(201);
    assert_eq!(faults(&world).await.len(), 2);
    world
        .call(ask(Method::DELETE, "/v1/admin/chaos", BREAKER))
        .await
        .expect(204);
    assert_eq!(faults(&world).await.len(), 0);
}

#[actix_web::test]
async fn workers_are_killed_once_and_not_again_while_the_pool_recovers() {
    let world = World::new().await;
    let kill = json!({"fault": {"type": "kill_workers", "pool": "convert", "fraction": 0.5, "how": "panic"}, "seed": 5});
    let begun = begin(&world, kill.clone()).await.expect(201).json();
    assert_eq!(begun["struck"], 3);
    let harmed = world.platform.harmed.lock().unwrap().clone();
    assert_eq!(harmed, [(JobKind::Convert.into(), Harm::Panic, 0.5, 5)]);
    let again = begin(&world, kill.clone()).await;
    again.refused(409, "recovering");
    assert_eq!(again.header("retry-after"), Some("30"));
    assert!(!world.platform.dies.load(Ordering::SeqCst));
    world.clock.advance(Duration::from_secs(31));
    begin(&world, json!({"fault": {"type": "kill_node"}}))
        .await
        .expect(201);
    assert!(world.platform.dies.load(Ordering::SeqCst));
}

#[actix_web::test]
async fn what_goes_too_far_or_makes_no_sense_is_refused() {
    let world = World::new().await;
    for (body, status, code) in [
        (
            json!({"fault": {"type": "drop_events", "share": 0.9}}),
            422,
            "invalid_change",
        ),
        (
            json!({"fault": {"type": "drop_events", "share": 0.1}, "duration_s": 86400}),
            422,
            "invalid_change",
        ),
        (
            json!({"fault": {"type": "stage_delay", "kind": "convert", "stage": "persist", "p50_ms": 1, "p95_ms": 2}}),
            422,
            "invalid_change",
        ),
        (json!({"fault": {"type": "gremlins"}}), 422, "invalid_body"),
        (
            json!({"fault": {"type": "kill_node"}, "for": 3}),
            422,
            "invalid_body",
        ),
    ] {
        begin(&world, body).await.refused(status, code);
    }
    let by_admin = ask(Method::GET, "/v1/admin/chaos", ACME);
    world
        .call(by_admin)
        .await
        .refused(403, "insufficient_scope");
}

#[actix_web::test]
async fn where_faults_are_off_nothing_is_broken_and_it_is_said_how_to_allow_them() {
    let world = World::without_chaos().await;
    let refused = begin(&world, json!({"fault": {"type": "kill_node"}})).await;
    refused.refused(403, "chaos_off");
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("[chaos] enabled"), "{detail}");
}

/// What can go wrong when something is to be broken.
pub(super) async fn problems(world: &World) -> [Answer; 2] {
    let kill = json!({"fault": {"type": "kill_workers", "pool": "ai", "fraction": 0.5}});
    begin(world, kill.clone()).await.expect(201);
    let recovering = begin(world, kill.clone()).await;
    let off = begin(&World::without_chaos().await, kill).await;
    [recovering, off]
}
