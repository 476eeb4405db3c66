//! Reading, waiting for, cancelling and retrying jobs.

use std::time::Duration;

use actix_web::http::Method;
use serde_json::json;

use super::world::{OTHER, World, ask, delete, get, markdown, post};
use crate::domain::failure::FailureCode;
use crate::domain::ids::JobId;
use crate::domain::job::JobKind;

#[actix_web::test]
async fn a_job_shows_what_happened_and_nothing_internal() {
    let world = World::new().await;
    let (document, job) = world.converted().await;
    let answer = world
        .call(get(&format!("/v1/jobs/{job}")))
        .await
        .expect(200);
    let body = answer.json();
    assert_eq!(body["state"], "succeeded");
    assert_eq!(
        body["result"],
        json!({"type": "deck", "version": 1, "slides": 2, "warnings": 0})
    );
    assert_eq!(body["attempts"], 1);
    assert_eq!(
        body["stages"],
        json!([{"stage": "parse", "duration_ms": 2.5}])
    );
    assert_eq!(
        body["cost"],
        json!({"compute": 0.25, "storage": 0.5, "ai": 0.0, "total": 0.75})
    );
    assert_eq!(body["history"].as_array().unwrap().len(), 1);
    assert_eq!(body["links"]["result"], format!("/v1/jobs/{job}/result"));
    assert_eq!(
        body["links"]["document"],
        format!("/v1/documents/{document}")
    );
    for time in ["created_at", "started_at", "finished_at"] {
        assert!(
            body[time].as_str().unwrap().starts_with("2026-11-23T"),
            "{time}"
        );
    }
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    for internal in ["epoch", "node", "source_key", "lease"] {
        assert!(!text.contains(internal), "{internal} in {text}");
    }
}

#[actix_web::test]
async fn a_dead_job_says_why_and_can_be_retried_once() {
    let world = World::new().await;
    world.call(markdown("a")).await.expect(202);
    let id = world.kill("acme", FailureCode::EncryptedFile).await;
    let uri = format!("/v1/jobs/{id}");
    let body = world.call(get(&uri)).await.expect(200).json();
    assert_eq!(body["state"], "dead");
    assert_eq!(
        body["failure"],
        json!({"code": "encrypted_file", "message": "It cannot be read.", "transient": false})
    );
    let retry = format!("{uri}/retry");
    let foreign = world.call(ask(Method::POST, &retry, OTHER)).await;
    foreign.refused(404, "not_found");
    let answer = world.call(post(&retry)).await.expect(202);
    assert_eq!(answer.json()["state"], "queued");
    assert_eq!(answer.header("location"), Some(uri.as_str()));
    assert_eq!(world.platform.told(), ["job.queued", "job.queued"]);
    assert_eq!(world.call(get(&uri)).await.json()["state"], "queued");
    world.call(post(&retry)).await.refused(409, "not_retryable");
}

#[actix_web::test]
async fn a_waiting_job_is_cancelled_at_once_and_a_running_one_is_told_to_stop() {
    let world = World::new().await;
    let job = |body: serde_json::Value| format!("/v1/jobs/{}", body["job"]["id"].as_str().unwrap());
    let running = job(world.call(markdown("a")).await.expect(202).json());
    let waiting = job(world.call(markdown("b")).await.expect(202).json());
    let claimed = world.claim(JobKind::Convert, "acme").await;

    let foreign = world.call(ask(Method::DELETE, &waiting, OTHER)).await;
    foreign.refused(404, "not_found");
    let answer = world.call(delete(&waiting)).await.expect(200);
    assert_eq!(answer.json()["state"], "cancelled");
    assert_eq!(world.platform.told().last(), Some(&"job.cancelled"));
    world.call(delete(&waiting)).await.refused(409, "job_ended");

    let answer = world.call(delete(&running)).await.expect(202);
    assert_eq!(answer.json()["state"], "running");
    assert_eq!(answer.json()["cancel_requested"], true);
    assert_eq!(*world.platform.stopped.lock().unwrap(), [claimed.lease.job]);
}

#[actix_web::test]
async fn a_client_can_wait_for_the_end() {
    let world = World::new().await;
    let (_, job) = world.converted().await;
    let uri = format!("/v1/jobs/{job}");
    let answer = world
        .call(get(&uri).insert_header(("prefer", "respond-async, wait=20")))
        .await;
    assert_eq!(
        answer.expect(200).header("preference-applied"),
        Some("wait=20")
    );
    let answer = world
        .call(get(&uri).insert_header(("prefer", "wait=500")))
        .await;
    assert_eq!(
        answer.expect(200).header("preference-applied"),
        Some("wait=30")
    );
    let answer = world.call(get(&format!("{uri}?wait=7"))).await.expect(200);
    assert_eq!(answer.header("preference-applied"), None);
    assert_eq!(answer.json()["state"], "succeeded");
    let waits = world.platform.waits.lock().unwrap().clone();
    assert_eq!(waits, [20, 30, 7].map(Duration::from_secs));

    world
        .call(get(&format!("{uri}?wait=long")))
        .await
        .refused(400, "invalid_query");
    let answer = world
        .call(get(&uri).insert_header(("prefer", "wait=-1")))
        .await;
    answer.refused(400, "invalid_header");
    assert_eq!(answer.json()["errors"][0]["header"], "Prefer");
    let foreign = world
        .call(ask(Method::GET, &format!("{uri}?wait=1"), OTHER))
        .await;
    foreign.refused(404, "not_found");
}

#[actix_web::test]
async fn jobs_are_listed_by_state_kind_and_document() {
    let world = World::new().await;
    let (document, job) = world.converted().await;
    let export = post(&format!("/v1/documents/{document}/exports"));
    world
        .call(export.set_json(json!({"format": "pdf"})))
        .await
        .expect(202);
    world.call(markdown("b")).await.expect(202);
    let count = async |query: &str| {
        let page = world
            .call(get(&format!("/v1/jobs{query}")))
            .await
            .expect(200)
            .json();
        page["items"].as_array().unwrap().len()
    };
    assert_eq!(count("").await, 3);
    assert_eq!(count("?state=queued").await, 2);
    assert_eq!(count("?state=succeeded&kind=convert").await, 1);
    assert_eq!(count("?kind=export").await, 1);
    assert_eq!(count(&format!("?document={document}")).await, 2);
    assert_eq!(count("?limit=1").await, 1);
    let foreign = ask(Method::GET, &format!("/v1/jobs?document={document}"), OTHER);
    assert_eq!(world.call(foreign).await.json(), json!({"items": []}));
    let foreign = ask(Method::GET, &format!("/v1/jobs/{job}"), OTHER);
    world.call(foreign).await.refused(404, "not_found");
}

#[actix_web::test]
async fn a_query_that_does_not_fit_is_refused_by_name() {
    let world = World::new().await;
    for (query, parameter) in [
        ("state=asleep", "state"),
        ("kind=print", "kind"),
        ("document=7", "document"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("sort=up", "sort"),
    ] {
        let answer = world.call(get(&format!("/v1/jobs?{query}"))).await;
        answer.refused(400, "invalid_query");
        assert_eq!(answer.json()["errors"][0]["parameter"], parameter);
    }
    let answer = world.call(get("/v1/jobs?limit=many")).await;
    answer.refused(400, "invalid_query");
}

#[actix_web::test]
async fn what_is_no_id_is_not_found() {
    let world = World::new().await;
    let unknown = JobId(uuid::Uuid::from_u128(77));
    for uri in ["/v1/jobs/7".to_owned(), format!("/v1/jobs/{unknown}")] {
        world.call(get(&uri)).await.refused(404, "not_found");
        world.call(delete(&uri)).await.refused(404, "not_found");
        world
            .call(get(&format!("{uri}/result")))
            .await
            .refused(404, "not_found");
    }
}
