//! Capacity over HTTP: the report of now, those of weeks, who may read them, and who may be called.

use actix_web::http::{Method, StatusCode};
use actix_web::test::TestRequest;
use serde_json::json;
use uuid::Uuid;

use super::world::{ACME, Answer, OTHER, World, ask, get};
use crate::domain::time::Timestamp;
use crate::storage::capacity::KeptReport;

/// A Monday, at midnight.
const MONDAY: Timestamp = Timestamp(1_799_625_600_000_000);

fn body(answer: &Answer) -> &str {
    std::str::from_utf8(&answer.body).unwrap()
}

#[actix_web::test]
async fn operators_read_what_is_left_in_the_form_they_want() {
    let world = World::new().await;
    let report = world.call(get("/v1/admin/capacity?since=6w")).await;
    assert_eq!(report.status, StatusCode::OK);
    assert_eq!(report.json()["pools"][0]["pool"], "convert");
    assert_eq!(report.json()["pools"][0]["verdict"], "too_early");
    let text = world.call(get("/v1/admin/capacity?format=markdown")).await;
    assert_eq!(
        text.header("content-type"),
        Some("text/markdown; charset=utf-8")
    );
    assert!(body(&text).contains("## convert: too early to say"));
    let page = world.call(get("/v1/admin/capacity?format=html")).await;
    assert!(body(&page).starts_with("<!DOCTYPE html>"));
    for unfit in ["since=soon", "since=3y", "format=pdf", "weeks=6"] {
        let refused = world
            .call(get(&format!("/v1/admin/capacity?{unfit}")))
            .await;
        refused.refused(400, "invalid_query");
    }
    let refused = world
        .call(ask(Method::GET, "/v1/admin/capacity", OTHER))
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[actix_web::test]
async fn reports_of_weeks_are_listed_and_read_as_they_were_made() {
    let world = World::new().await;
    let report = world
        .state
        .capacity
        .report(MONDAY, std::time::Duration::ZERO)
        .await;
    let kept = KeptReport {
        id: Uuid::from_u128(1),
        week: MONDAY,
        report: report.unwrap(),
    };
    assert!(world.state.capacity.hours.keep(kept).await.unwrap());
    let listed = world.call(get("/v1/admin/capacity/reports")).await;
    let first = &listed.json()["items"][0];
    assert_eq!(first["week"], "2027-01-11");
    assert_eq!(first["pools"][2]["pool"], "ai");
    let read = world.call(get(first["report"].as_str().unwrap())).await;
    assert_eq!(read.json()["made_at"], "2027-01-11T00:00:00.000Z");
    for none in ["2027-01-18", "monday"] {
        let missing = world
            .call(get(&format!("/v1/admin/capacity/reports/{none}")))
            .await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND, "{none}");
    }
}

#[actix_web::test]
async fn only_operators_may_be_called_about_capacity() {
    let world = World::new().await;
    let wanted = json!({"url": "https://example.com/", "events": ["capacity.reported"]});
    let post = |key| ask(Method::POST, "/v1/webhooks", key).set_json(&wanted);
    let asked: TestRequest = post(OTHER);
    assert_eq!(world.call(asked).await.status, StatusCode::FORBIDDEN);
    let made = world.call(post(ACME)).await;
    assert_eq!(made.status, StatusCode::CREATED);
    assert_eq!(made.json()["events"], json!(["capacity.reported"]));
}
