//! What operators did is written down: who, what, from where, before and after.

use actix_web::http::Method;
use serde_json::json;

use super::world::{ACME, OTHER, World, ask, get, markdown, post};
use crate::domain::failure::FailureCode;

#[actix_web::test]
async fn a_change_of_a_pool_is_written_down_with_what_was_before() {
    let world = World::new().await;
    let change = ask(Method::PATCH, "/v1/admin/pools/convert", ACME)
        .insert_header(("x-request-id", "request-7"))
        .peer_addr("10.0.0.7:5000".parse().unwrap())
        .set_json(json!({"max": 30}));
    world.call(change).await.expect(200);
    let audit = world.call(get("/v1/admin/audit")).await.expect(200).json();
    let entry = &audit["items"][0];
    assert_eq!(entry["action"], "pool.change");
    assert_eq!(entry["target"], "convert");
    assert!(
        entry["who"].as_str().unwrap().starts_with("key:"),
        "{entry}"
    );
    assert_eq!(
        (&entry["from"], &entry["request_id"]),
        (&json!("10.0.0.7"), &json!("request-7"))
    );
    assert_eq!(
        (&entry["before"]["max"], &entry["after"]["max"]),
        (&json!(20), &json!(30))
    );
}

#[actix_web::test]
async fn dead_letters_that_were_acted_on_are_listed_in_pages() {
    let world = World::new().await;
    world.call(markdown("a")).await.expect(202);
    world.kill("acme", FailureCode::DamagedFile).await;
    for action in ["retry", "drop", "drop"] {
        let act = post("/v1/admin/dead").set_json(json!({"action": action, "all": true}));
        world.call(act).await.expect(200);
    }
    let first = world
        .call(get("/v1/admin/audit?limit=2"))
        .await
        .expect(200)
        .json();
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    let cursor = first["next_cursor"].as_str().unwrap();
    let next = format!("/v1/admin/audit?limit=2&cursor={cursor}");
    let rest = world.call(get(&next)).await.expect(200).json();
    let entry = &rest["items"][0];
    assert_eq!(
        (&entry["action"], &entry["target"]),
        (&json!("dead.retry"), &json!("all"))
    );
    assert_eq!(entry["after"], json!({"changed": 1, "more": false}));
    assert_eq!(rest.get("next_cursor"), None);
}

#[actix_web::test]
async fn what_was_refused_is_not_written_down_and_the_log_is_for_operators() {
    let world = World::new().await;
    let refused = ask(Method::PATCH, "/v1/admin/pools/print", ACME).set_json(json!({}));
    world.call(refused).await.refused(404, "not_found");
    let audit = world.call(get("/v1/admin/audit")).await.expect(200).json();
    assert_eq!(audit["items"], json!([]));
    let foreign = world.call(ask(Method::GET, "/v1/admin/audit", OTHER)).await;
    foreign.refused(403, "insufficient_scope");
}
