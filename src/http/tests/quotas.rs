//! Quotas of a tenant: what the headers say, what is refused, and that nobody else is.

use std::time::Duration;

use actix_web::http::Method;
use serde_json::json;

use super::world::{ACME, OTHER, World, ask, file, get, markdown, post};
use crate::domain::policy::quota::{Metered, Quota, Quotas};
use crate::domain::policy::rate::Rate;
use crate::http::state::ApiSettings;
use crate::storage::limits::Subject;

async fn world(standard: Quota) -> World {
    let quotas = Quotas {
        standard,
        ..Quotas::default()
    };
    World::with(ApiSettings {
        quotas,
        ..ApiSettings::default()
    })
    .await
}

fn hourly(amount: u64) -> Rate {
    let window = Duration::from_secs(3_600);
    Rate { amount, window }
}

#[actix_web::test]
async fn requests_are_counted_down_refused_and_free_again() {
    let world = world(Quota {
        requests: Some(hourly(2)),
        ..Quota::default()
    })
    .await;
    let first = world.call(get("/v1/jobs")).await.expect(200);
    assert_eq!(
        first.header("ratelimit-policy"),
        Some("\"requests\";q=2;w=3600")
    );
    assert_eq!(first.header("ratelimit"), Some("\"requests\";r=1;t=1800"));
    world.call(get("/v1/jobs")).await.expect(200);
    let refused = world.call(get("/v1/jobs")).await;
    refused.refused(429, "quota_exceeded");
    assert_eq!(refused.json()["violated-policies"], json!(["requests"]));
    assert_eq!(refused.header("retry-after"), Some("1800"));
    assert_eq!(refused.header("ratelimit"), Some("\"requests\";r=0;t=1800"));
    world
        .call(ask(Method::GET, "/v1/jobs", OTHER))
        .await
        .expect(200);
    world.clock.advance(Duration::from_secs(1_800));
    world.call(get("/v1/jobs")).await.expect(200);
}

#[actix_web::test]
async fn an_accepted_job_tells_of_both_limits() {
    let world = world(Quota {
        requests: Some(hourly(10)),
        ..Quota::default()
    })
    .await;
    let taken = world.call(markdown("a")).await.expect(202);
    let policy = taken.header("ratelimit-policy").unwrap();
    assert_eq!(policy, "\"open-jobs\";q=20000, \"requests\";q=10;w=3600");
    let limit = taken.header("ratelimit").unwrap();
    assert_eq!(limit, "\"open-jobs\";r=19999, \"requests\";r=9;t=360");
}

#[actix_web::test]
async fn jobs_are_metered_and_a_repeated_request_costs_nothing() {
    let world = world(Quota {
        jobs: Some(hourly(2)),
        ..Quota::default()
    })
    .await;
    let keyed = || markdown("a").insert_header(("idempotency-key", "k"));
    world.call(keyed()).await.expect(202);
    world.call(keyed()).await.expect(202);
    world.call(markdown("b")).await.expect(202);
    let refused = world.call(markdown("c")).await;
    refused.refused(429, "quota_exceeded");
    assert_eq!(refused.json()["violated-policies"], json!(["jobs"]));
    world.call(get("/v1/jobs")).await.expect(200);
}

#[actix_web::test]
async fn uploads_are_metered_by_their_bytes_and_leave_nothing_behind() {
    let world = world(Quota {
        upload_bytes: Some(hourly(1_000)),
        ..Quota::default()
    })
    .await;
    let upload = |bytes: usize| {
        let text = format!("# {}", "x".repeat(bytes - 2));
        file(post("/v1/documents"), "a.md", text.as_bytes())
    };
    world.call(upload(600)).await.expect(202);
    let refused = world.call(upload(600)).await;
    refused.refused(429, "quota_exceeded");
    assert_eq!(refused.json()["violated-policies"], json!(["upload-bytes"]));
    world.call(upload(400)).await.expect(202);
    let documents = world
        .call(ask(Method::GET, "/v1/documents", ACME))
        .await
        .json();
    assert_eq!(documents["items"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn who_has_used_up_the_budget_for_models_asks_again_later() {
    let world = world(Quota {
        ai_tokens: Some(hourly(1_000)),
        ai_money: Some(hourly(5_000)),
        ..Quota::default()
    })
    .await;
    let (document, _) = world.converted().await;
    let chat = || {
        let uri = format!("/v1/documents/{document}/chat");
        post(&uri).set_json(json!({"message": "What is it about?"}))
    };
    world.call(chat()).await.expect(202);
    for (metered, rate, name) in [
        (Metered::AiTokens, 1_000, "ai-tokens"),
        (Metered::AiMoney, 5_000, "ai-micro-dollars"),
    ] {
        let owed = i64::try_from(rate).unwrap() * 2;
        let acme = Subject::tenant(&"acme".parse().unwrap());
        let charge = |more| {
            world
                .state
                .limits
                .charge(&acme, metered.name(), hourly(rate), more)
        };
        charge(owed).await;
        let refused = world.call(chat()).await;
        refused.refused(429, "quota_exceeded");
        assert_eq!(refused.json()["violated-policies"], json!([name]));
        assert_eq!(refused.header("retry-after"), Some("3600"));
        charge(-owed).await;
    }
    world.call(chat()).await.expect(202);
}
