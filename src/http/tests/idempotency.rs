//! The same request twice is one request.

use actix_web::test::TestRequest;
use serde_json::json;

use super::world::{ACME, OTHER, World, ask, file, get, markdown, post};
use crate::domain::ids::DocumentId;
use crate::http::state::ApiSettings;

fn keyed(request: TestRequest) -> TestRequest {
    request.insert_header(("idempotency-key", "\"upload-1\""))
}

fn upload(bytes: &[u8]) -> TestRequest {
    keyed(file(post("/v1/documents"), "talk.pptx", bytes))
}

#[actix_web::test]
async fn a_repeated_upload_is_answered_as_the_first_was() {
    let world = World::new().await;
    let first = world.call(upload(b"PK1")).await.expect(202);
    assert_eq!(first.header("idempotency-replayed"), None);
    // Meanwhile the job has ended, and the document has changed its title.
    world.convert().await;
    // The boundary of a multipart body is new each time.
    let again = keyed(post("/v1/documents"))
        .insert_header(("content-type", "multipart/form-data; boundary=other"))
        .set_payload(
            "--other\r\nContent-Disposition: form-data; name=\"file\"; filename=\"talk.pptx\"\r\n\r\nPK1\r\n--other--\r\n",
        );
    let again = world.call(again).await.expect(202);
    assert_eq!(again.json(), first.json());
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(world.objects(), 1);
    assert_eq!(world.platform.told(), ["job.queued"]);
    let jobs = world.call(get("/v1/jobs")).await.expect(200).json();
    assert_eq!(jobs["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_key_is_good_for_one_request_of_one_tenant() {
    let world = World::new().await;
    let first = world.call(upload(b"PK1")).await.expect(202).json();
    world
        .call(upload(b"PK2"))
        .await
        .refused(422, "idempotency_key_reused");
    let named = keyed(file(post("/v1/documents"), "other.pptx", b"PK1"));
    world
        .call(named)
        .await
        .refused(422, "idempotency_key_reused");
    assert_eq!(world.objects(), 1);
    world.convert().await;
    let uri = format!(
        "/v1/documents/{}/exports",
        first["document"]["id"].as_str().unwrap()
    );
    let export = keyed(post(&uri)).set_json(json!({"format": "pdf"}));
    world
        .call(export)
        .await
        .refused(422, "idempotency_key_reused");
    let theirs = keyed(file(
        ask(actix_web::http::Method::POST, "/v1/documents", OTHER),
        "talk.pptx",
        b"PK1",
    ));
    let theirs = world.call(theirs).await.expect(202);
    assert_eq!(theirs.header("idempotency-replayed"), None);
}

#[actix_web::test]
async fn a_repeated_export_names_the_version_of_the_first() {
    let world = World::new().await;
    let (document, _) = world.converted().await;
    let uri = format!("/v1/documents/{document}");
    let export = || keyed(post(&format!("{uri}/exports"))).set_json(json!({"format": "pdf"}));
    let first = world.call(export()).await.expect(202);
    let put = ask(actix_web::http::Method::PUT, &uri, ACME).insert_header(("if-match", "*"));
    world
        .call(put.set_json(json!({"title": "b", "slides": []})))
        .await
        .expect(200);
    let again = world.call(export()).await.expect(202);
    assert_eq!(again.json(), first.json());
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
}

#[actix_web::test]
async fn two_at_once_make_one_document() {
    let world = World::new().await;
    let (accepted, refused) = world.overlapping(upload(b"PK1"), upload(b"PK1")).await;
    accepted.expect(202);
    refused.refused(409, "idempotency_in_flight");
    assert_eq!(refused.header("retry-after"), Some("1"));
    let again = world.call(upload(b"PK1")).await.expect(202);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(world.objects(), 1);
}

#[actix_web::test]
async fn a_key_that_failed_is_free_again_and_one_that_ran_out_too() {
    let settings = ApiSettings::default();
    let ttl = settings.idempotency_ttl;
    let world = World::with(settings).await;
    let wrong = keyed(file(post("/v1/documents"), "a.exe", b"MZ"));
    world.call(wrong).await.refused(415, "wrong_file_type");
    let first = world.call(upload(b"PK1")).await.expect(202);
    assert_eq!(first.header("idempotency-replayed"), None);
    world.clock.advance(ttl);
    let later = world.call(upload(b"PK1")).await.expect(202);
    assert_eq!(later.header("idempotency-replayed"), None);
    assert_ne!(later.json()["job"]["id"], first.json()["job"]["id"]);
}

#[actix_web::test]
async fn a_key_without_quotes_is_the_same_and_a_strange_one_is_refused() {
    let world = World::new().await;
    let with = |key: &str| markdown("a").insert_header(("idempotency-key", key));
    world.call(with("\"k\"")).await.expect(202);
    let again = world.call(with("k")).await.expect(202);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    for key in ["", "\"\"", "a\"b", &"x".repeat(256)] {
        let answer = world.call(with(key)).await;
        answer.refused(400, "invalid_header");
        assert_eq!(answer.json()["errors"][0]["header"], "Idempotency-Key");
    }
}

#[actix_web::test]
async fn a_replay_survives_the_deletion_of_its_document() {
    let world = World::new().await;
    let first = world.call(upload(b"PK1")).await.expect(202).json();
    let id: DocumentId = first["document"]["id"].as_str().unwrap().parse().unwrap();
    world
        .call(super::world::delete(&format!("/v1/documents/{id}")))
        .await
        .expect(204);
    assert_eq!(world.call(upload(b"PK1")).await.expect(202).json(), first);
    assert_eq!(world.objects(), 0);
}
