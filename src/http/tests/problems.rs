//! Every code of the table can be reached, and says what it says.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::json;

use super::parts;
use super::tokens;
use super::world::{ACME, Answer, READER, World, ask, delete, file, get, markdown, post};
use super::{chaos, chat};
use crate::domain::failure::FailureCode;
use crate::http::problem::Code;
use crate::http::state::ApiSettings;

/// Problems of requests that are wrong in themselves.
async fn of_requests(world: &World) -> Vec<Answer> {
    let form = ("content-type", "multipart/form-data; boundary=line");
    let json = ("content-type", "application/json");
    let keyed = |bytes: &[u8]| {
        file(post("/v1/documents"), "a.md", bytes).insert_header(("idempotency-key", "k"))
    };
    let (one, two) = world.overlapping(keyed(b"a"), keyed(b"a")).await;
    let mut answers = vec![one, two];
    for request in [
        post("/v1/documents").insert_header(json).set_payload("{"),
        post("/v1/documents")
            .insert_header(form)
            .set_payload("--line\r\nno"),
        post("/v1/documents").insert_header(("content-type", "text/plain")),
        post("/v1/documents").set_json(json!({"title": 1})),
        file(post("/v1/documents"), "a.exe", b"MZ"),
        file(post("/v1/documents"), "a.md", &vec![b'x'; 20_000]),
        keyed(b"b"),
        markdown("a").insert_header(("idempotency-key", "")),
        get("/v1/jobs?limit=0"),
        get("/v1/jobs?cursor=x"),
        get("/v1/jobs").insert_header(("authorization", "")),
        ask(Method::POST, "/v1/documents", READER),
        tokens::of_an_issuer_that_is_away(),
        get("/v1/objects/x"),
        get("/nowhere"),
        delete("/v1/jobs"),
        get("/v1/events").insert_header(("accept", "text/html")),
        ask(Method::PATCH, "/v1/admin/pools/ai", ACME).set_json(json!({"min": 9, "max": 1})),
    ] {
        answers.push(world.call(request).await);
    }
    answers.push(
        world
            .call_broken(post("/v1/documents").insert_header(json))
            .await,
    );
    answers.push(
        world
            .call_stalled(post("/v1/documents").insert_header(json))
            .await,
    );
    answers
}

/// Problems of things that are in the wrong state.
async fn of_states(world: &World) -> Vec<Answer> {
    let uri = |body: &serde_json::Value, what: &str| {
        format!("/v1/{what}s/{}", body[what]["id"].as_str().unwrap())
    };
    world.convert().await;
    let export = world.exported("0123").await;
    let link = world.call(get(&format!("/v1/jobs/{export}/result"))).await;
    let link = link.expect(302).header("location").unwrap().to_owned();
    let waiting = world.call(markdown("a")).await.expect(202).json();
    let (job, document) = (uri(&waiting, "job"), uri(&waiting, "document"));
    let deck = world.call(get(&format!("/v1/jobs/{export}"))).await.json();
    let deck = format!("/v1/documents/{}", deck["document"].as_str().unwrap());
    let put = || ask(Method::PUT, &deck, ACME);
    let patch = |operation: serde_json::Value| {
        ask(Method::PATCH, &deck, ACME)
            .insert_header(("if-match", "*"))
            .insert_header(("content-type", "application/json-patch+json"))
            .set_payload(json!([operation]).to_string())
    };
    let drop_waiting = json!({"action": "drop", "job": waiting["job"]["id"]});
    let mut answers = Vec::new();
    for request in [
        get(&format!("{job}/result")),
        get(&document),
        post(&format!("{job}/retry")),
        post("/v1/admin/dead").set_json(drop_waiting),
        put(),
        put().insert_header(("if-match", "\"9\"")),
        put().insert_header(("if-match", "*")).set_json(json!({})),
        patch(json!({"op": "test", "path": "/title", "value": 1})),
        patch(json!({"op": "remove", "path": "/none"})),
        TestRequest::with_uri(&link).insert_header(("range", "bytes=9-")),
        get("/v1/events").insert_header(("last-event-id", "x".repeat(129))),
    ] {
        answers.push(world.call(request).await);
    }
    world.kill("acme", FailureCode::DamagedFile).await;
    answers.push(world.call(get(&format!("{job}/result"))).await);
    answers.push(world.call(delete(&job)).await);
    answers.push(world.call(delete(&deck)).await);
    answers.push(world.call(get(&format!("/v1/jobs/{export}/result"))).await);
    world.clock.advance(Duration::from_secs(600));
    answers.push(world.call(TestRequest::with_uri(&link)).await);
    answers
}

/// Problems of a node that cannot do what it is asked.
async fn of_the_node(world: &World) -> Vec<Answer> {
    let mut answers = Vec::new();
    world.platform.overloaded.store(true, Ordering::SeqCst);
    answers.push(world.call(get("/v1/admin/pools")).await);
    world.platform.panics.store(true, Ordering::SeqCst);
    let panicked = world.call(get("/v1/admin/pools")).await;
    assert_eq!(panicked.json()["code"], "internal");
    std::fs::remove_dir_all(world.folder.path().join("objects")).unwrap();
    answers.push(world.call(markdown("a")).await);
    world.platform.draining.store(true, Ordering::SeqCst);
    answers.push(world.call(markdown("a")).await);
    answers
}

#[actix_web::test]
async fn every_code_can_be_reached() {
    let mut settings = ApiSettings {
        upload_bytes: 10_000,
        body_stall: Duration::from_millis(50),
        ..ApiSettings::default()
    };
    settings.quota.open_jobs_per_tenant = 3;
    let world = World::with(settings).await;
    let mut answers = Box::pin(of_requests(&world)).await;
    answers.extend(of_states(&world).await);
    for _ in 0..3 {
        world.call(markdown("a")).await.expect(202);
    }
    answers.push(world.call(markdown("a")).await);
    for _ in 0..3 {
        world.kill("acme", FailureCode::DamagedFile).await;
    }
    answers.extend(chat::problems(&world).await);
    answers.extend(parts::problems(&world).await);
    answers.extend(chaos::problems(&world).await);
    answers.extend(of_the_node(&world).await);
    let mut seen: BTreeSet<String> = answers
        .iter()
        .filter(|answer| !answer.status.is_success())
        .map(Answer::problem)
        .collect();
    seen.insert("internal".to_owned());
    let all: BTreeSet<String> = Code::ALL
        .iter()
        .map(|code| code.name().to_owned())
        .collect();
    let unreached: Vec<_> = all.difference(&seen).collect();
    assert!(unreached.is_empty(), "never answered: {unreached:?}");
}

#[test]
fn a_code_has_one_name_and_an_error_status() {
    let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(names.len(), Code::ALL.len());
    for code in Code::ALL {
        assert!((400..600).contains(&code.status()), "{}", code.name());
    }
}
