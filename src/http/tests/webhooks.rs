//! Webhooks by the API: made, listed, rotated, replayed, given up; the secret told once.

use actix_web::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::{OTHER, World, ask, delete, get, post};
use crate::domain::ids::DeliveryId;
use crate::domain::time::Clock;
use crate::domain::webhook::{Delivery, DeliveryState, Occasion};
use crate::http::state::ApiSettings;

fn create(url: &str) -> actix_web::test::TestRequest {
    post("/v1/webhooks").set_json(json!({ "url": url }))
}

async fn made(world: &World) -> (String, Value) {
    let answer = world
        .call(create("https://example.com/hook"))
        .await
        .expect(201);
    (answer.header("location").unwrap().to_owned(), answer.json())
}

#[actix_web::test]
async fn the_secret_is_told_when_it_is_made_and_never_again() {
    let world = World::new().await;
    let (place, webhook) = made(&world).await;
    let first = webhook["secret"].as_str().unwrap();
    assert!(first.starts_with("whsec_") && first.len() == 38, "{first}");
    assert_eq!(
        webhook["events"],
        json!(["job.succeeded", "job.failed", "job.cancelled"])
    );
    let read = world.call(get(&place)).await.expect(200).json();
    assert_eq!(read.get("secret"), None);
    let listed = world.call(get("/v1/webhooks")).await.expect(200).json();
    assert_eq!(listed["items"], json!([read]));
    let rotated = world
        .call(post(&format!("{place}/rotate")))
        .await
        .expect(200)
        .json();
    assert!(rotated["secret"].is_string() && rotated["secret"] != webhook["secret"]);
    assert!(rotated["previous_secret_until"].is_string());
    world.call(delete(&place)).await.expect(204);
    world.call(get(&place)).await.refused(404, "not_found");
}

#[actix_web::test]
async fn a_receiver_from_inside_is_refused_with_the_reason() {
    let world = World::new().await;
    for url in [
        "https://127.0.0.1/",
        "https://10.0.0.1/x",
        "https://localhost/",
        "http://example.com/",
        "nonsense",
    ] {
        let answer = world.call(create(url)).await;
        answer.refused(422, "invalid_body");
        assert_eq!(answer.json()["errors"][0]["pointer"], "/url");
    }
    let unknown = post("/v1/webhooks")
        .set_json(json!({"url": "https://example.com", "events": ["job.started"]}));
    world.call(unknown).await.refused(422, "invalid_body");
}

#[actix_web::test]
async fn a_repeated_request_makes_one_webhook() {
    let world = World::new().await;
    let keyed = |url: &str| create(url).insert_header(("idempotency-key", "k"));
    let first = world.call(keyed("https://example.com/a")).await.expect(201);
    let again = world.call(keyed("https://example.com/a")).await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.json(), first.json());
    let other = world.call(keyed("https://example.com/b")).await;
    other.refused(422, "idempotency_key_reused");
    let listed = world.call(get("/v1/webhooks")).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_tenant_has_its_own_webhooks_and_not_too_many() {
    let settings = ApiSettings {
        webhooks_per_tenant: 1,
        ..ApiSettings::default()
    };
    let world = World::with(settings).await;
    let (place, _) = made(&world).await;
    world
        .call(create("https://example.com/b"))
        .await
        .refused(429, "quota_exceeded");
    for (method, path) in [
        (Method::GET, place.clone()),
        (Method::DELETE, place.clone()),
        (Method::POST, format!("{place}/rotate")),
        (Method::GET, format!("{place}/deliveries")),
    ] {
        world
            .call(ask(method, &path, OTHER))
            .await
            .refused(404, "not_found");
    }
}

#[actix_web::test]
async fn deliveries_are_listed_and_a_dead_one_is_replayed() {
    let world = World::new().await;
    let (place, webhook) = made(&world).await;
    let now = world.clock.now();
    let dead = Delivery {
        id: DeliveryId(Uuid::from_u128(5)),
        webhook: webhook["id"].as_str().unwrap().parse().unwrap(),
        subject: Uuid::from_u128(6),
        ended_at: now,
        occasion: Occasion::Failed,
        body: "{}".to_owned(),
        state: DeliveryState::Dead,
        attempts: 22,
        next_at: now,
        dies_at: now,
        answer: Some("503".to_owned()),
    };
    world
        .state
        .webhooks
        .deliver(vec![dead.clone()], now)
        .await
        .unwrap();
    let page = world
        .call(get(&format!("{place}/deliveries")))
        .await
        .expect(200)
        .json();
    let seen = &page["items"][0];
    assert_eq!(
        (&seen["type"], &seen["state"], &seen["answer"]),
        (&json!("job.failed"), &json!("dead"), &json!("503"))
    );
    assert_eq!(seen.get("next_at"), None);
    let replay = |id: DeliveryId| post(&format!("{place}/deliveries/{id}/replay"));
    let replayed = world.call(replay(dead.id)).await.expect(202).json();
    assert_eq!(
        (&replayed["state"], &replayed["attempts"]),
        (&json!("waiting"), &json!(0))
    );
    let unknown = DeliveryId(Uuid::from_u128(7));
    world.call(replay(unknown)).await.refused(404, "not_found");
}
