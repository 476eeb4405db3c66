//! Running the platform: pools, dead letters, health and metrics.

use std::sync::atomic::Ordering;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::{Value, json};

use super::world::{ACME, OTHER, World, ask, get, markdown, post};
use crate::domain::failure::FailureCode;
use crate::domain::job::JobKind;
use crate::domain::pool::snapshot::PoolChange;

#[actix_web::test]
async fn pools_show_their_sizes_and_why() {
    let world = World::new().await;
    let body = world.call(get("/v1/admin/pools")).await.expect(200).json();
    let pools = body["pools"].as_array().unwrap();
    assert_eq!(pools.len(), 3);
    let convert = &pools[0];
    assert_eq!(convert["pool"], "convert");
    assert_eq!(
        (&convert["workers"]["ready"], &convert["workers"]["max"]),
        (&json!(4), &json!(20))
    );
    assert_eq!(
        convert["slots"],
        json!({"per_worker": 3, "total": 12, "busy": 3, "utilisation": 0.25})
    );
    assert_eq!(convert["depth"], 7);
    assert_eq!(
        convert["decisions"],
        json!([{"at": "2026-11-23T23:50:00.000Z", "from": 4, "to": 5, "direction": "up", "reason": "depth_mean"}])
    );
}

#[actix_web::test]
async fn a_pool_is_changed_by_what_is_named() {
    let world = World::new().await;
    let change = |pool: &str, body: Value| {
        ask(Method::PATCH, &format!("/v1/admin/pools/{pool}"), ACME).set_json(body)
    };
    let answer = world
        .call(change("convert", json!({"max": 30, "paused": true})))
        .await;
    assert_eq!(answer.expect(200).json()["workers"]["max"], 30);
    let expected = PoolChange {
        max: Some(30),
        paused: Some(true),
        ..PoolChange::default()
    };
    assert_eq!(
        *world.platform.changes.lock().unwrap(),
        [(JobKind::Convert.into(), expected)]
    );
    world
        .call(change("print", json!({})))
        .await
        .refused(404, "not_found");
    world
        .call(change("ai", json!({"min": 5, "max": 1})))
        .await
        .refused(422, "invalid_change");
    let answer = world.call(change("ai", json!({"size": 5}))).await;
    answer.refused(422, "invalid_body");
    assert_eq!(answer.json()["errors"][0]["pointer"], "/size");
    world
        .call(change("ai", json!({"max": -1})))
        .await
        .refused(422, "invalid_body");
    let foreign = ask(Method::PATCH, "/v1/admin/pools/ai", OTHER).set_json(json!({}));
    world.call(foreign).await.refused(403, "insufficient_scope");
}

async fn dead(world: &World) -> Vec<String> {
    let upload = ask(Method::POST, "/v1/documents", OTHER);
    let upload = upload.set_json(json!({"title": "a", "markdown": "b"}));
    world.call(upload).await.expect(202);
    let mut ids = vec![
        world
            .kill("other", FailureCode::EncryptedFile)
            .await
            .to_string(),
    ];
    for code in [
        FailureCode::DamagedFile,
        FailureCode::EncryptedFile,
        FailureCode::DamagedFile,
    ] {
        world.call(markdown("a")).await.expect(202);
        ids.push(world.kill("acme", code).await.to_string());
    }
    ids
}

async fn listed(world: &World, query: &str) -> Vec<String> {
    let page = world
        .call(get(&format!("/v1/admin/dead{query}")))
        .await
        .expect(200)
        .json();
    let id = |letter: &Value| letter["job"]["id"].as_str().unwrap().to_owned();
    page["items"].as_array().unwrap().iter().map(id).collect()
}

#[actix_web::test]
async fn dead_letters_of_all_tenants_are_listed() {
    let world = World::new().await;
    let ids = dead(&world).await;
    let newest_first: Vec<_> = ids.iter().rev().cloned().collect();
    assert_eq!(listed(&world, "").await, newest_first);
    assert_eq!(
        listed(&world, "?code=encrypted_file").await,
        [ids[2].clone(), ids[0].clone()]
    );
    assert_eq!(listed(&world, "?kind=export").await, Vec::<String>::new());
    let page = world
        .call(get("/v1/admin/dead?code=damaged_file&limit=1"))
        .await
        .json();
    assert_eq!(page["items"][0]["tenant"], "acme");
    assert_eq!(page["items"][0]["job"]["failure"]["code"], "damaged_file");
    assert_eq!(
        page["items"][0]["job"]["history"].as_array().unwrap().len(),
        1
    );
    let cursor = page["next_cursor"].as_str().unwrap();
    let next = listed(
        &world,
        &format!("?code=damaged_file&limit=1&cursor={cursor}"),
    )
    .await;
    assert_eq!(next, [ids[1].clone()]);
}

#[actix_web::test]
async fn one_is_retried_and_one_dropped() {
    let world = World::new().await;
    let ids = dead(&world).await;
    let act = |body: Value| post("/v1/admin/dead").set_json(body);
    let uri = format!("/v1/jobs/{}", ids[1]);
    assert_eq!(world.call(get(&uri)).await.json()["state"], "dead");
    let answer = world
        .call(act(json!({"action": "retry", "job": ids[1]})))
        .await;
    assert_eq!(
        answer.expect(200).json(),
        json!({"changed": 1, "more": false})
    );
    assert_eq!(world.call(get(&uri)).await.json()["state"], "queued");
    assert_eq!(world.platform.told().last(), Some(&"job.queued"));
    world
        .call(act(json!({"action": "retry", "job": ids[1]})))
        .await
        .refused(409, "not_dead");

    let uri = format!("/v1/jobs/{}", ids[2]);
    assert_eq!(world.call(get(&uri)).await.json()["state"], "dead");
    world
        .call(act(json!({"action": "drop", "job": ids[2]})))
        .await
        .expect(200);
    assert_eq!(world.call(get(&uri)).await.json()["state"], "failed");
    assert_eq!(listed(&world, "").await, [ids[3].clone(), ids[0].clone()]);
}

#[actix_web::test]
async fn all_that_match_are_changed_and_no_other() {
    let world = World::new().await;
    let ids = dead(&world).await;
    let act = |body: Value| post("/v1/admin/dead").set_json(body);
    let matching =
        json!({"action": "retry", "all": true, "kind": "convert", "code": "encrypted_file"});
    let answer = world.call(act(matching)).await.expect(200);
    assert_eq!(answer.json(), json!({"changed": 2, "more": false}));
    assert_eq!(listed(&world, "").await, [ids[3].clone(), ids[1].clone()]);
    let answer = world
        .call(act(json!({"action": "drop", "all": true})))
        .await;
    assert_eq!(answer.expect(200).json()["changed"], 2);
    assert!(listed(&world, "").await.is_empty());
    for (body, pointer) in [
        (json!({"action": "drop"}), "/job"),
        (
            json!({"action": "drop", "job": ids[0], "all": true}),
            "/job",
        ),
        (json!({"action": "burn", "all": true}), "/action"),
        (
            json!({"action": "drop", "all": true, "tenant": "acme"}),
            "/tenant",
        ),
    ] {
        let answer = world.call(act(body)).await;
        answer.refused(422, "invalid_body");
        let place = answer.json()["errors"][0]["pointer"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(place.starts_with(pointer), "{place}");
    }
    let unknown = json!({"action": "drop", "job": uuid::Uuid::from_u128(5)});
    world.call(act(unknown)).await.refused(404, "not_found");
}

#[actix_web::test]
async fn health_tells_anyone_and_names_what_is_wrong_but_not_how() {
    let world = World::new().await;
    let ask = |uri: &str| TestRequest::with_uri(uri);
    assert_eq!(
        world.call(ask("/healthz")).await.expect(200).json(),
        json!({"status": "ok"})
    );
    let ready = world.call(ask("/readyz")).await.expect(200).json();
    assert_eq!(ready["status"], "ready", "Redis is away, and not needed");
    world.platform.failing.store(true, Ordering::SeqCst);
    let answer = world.call(ask("/readyz")).await.expect(503);
    assert_eq!(
        answer.json(),
        json!({"status": "failing", "checks": [
            {"name": "database", "ok": true, "needed": true, "latency_ms": 1.2},
            {"name": "objects", "ok": false, "needed": true, "latency_ms": 1.2},
            {"name": "redis", "ok": false, "needed": false, "latency_ms": 1.2},
        ]})
    );
    world.platform.failing.store(false, Ordering::SeqCst);
    world.platform.draining.store(true, Ordering::SeqCst);
    assert_eq!(
        world.call(ask("/readyz")).await.expect(503).json()["status"],
        "draining"
    );
    world.call(ask("/healthz")).await.expect(200);
}

#[actix_web::test]
async fn metrics_are_text_for_prometheus() {
    let world = World::new().await;
    let answer = world.call(get("/metrics")).await.expect(200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    assert!(answer.body.starts_with(b"slidecraft_workers"));
}

#[actix_web::test]
async fn what_jobs_cost_is_told_against_their_targets() {
    let world = World::new().await;
    let told = world.call(get("/v1/admin/costs")).await;
    let told = told.expect(200).json();
    let kinds: Vec<_> = told["kinds"].as_array().unwrap().iter().collect();
    let targets: Vec<_> = kinds.iter().map(|kind| &kind["target_each"]).collect();
    assert_eq!(targets, [&json!(0.02), &json!(0.015), &json!(0.005)]);
    // Of no jobs there is no price.
    assert!(kinds[0].get("marginal_each").is_none(), "{told}");
    assert_eq!(
        told["idle"],
        json!({"per_day": 2.4, "target_per_day": 50.0, "within": true})
    );
    assert_eq!(
        told["month"],
        json!({"idle": 72.0, "jobs": 0.0, "total": 72.0})
    );
    for wrong in ["?hours=0", "?hours=745", "?days=1"] {
        let asked = get(&format!("/v1/admin/costs{wrong}"));
        world.call(asked).await.refused(400, "invalid_query");
    }
    world
        .call(ask(Method::GET, "/v1/admin/costs", OTHER))
        .await
        .refused(403, "insufficient_scope");
}
