//! Large files in parts, through the gateway: started, sent, resumed, finished, taken in once, thrown away.

use std::time::Duration;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::world::{ACME, Answer, OTHER, World, ask, delete, get, post};
use crate::domain::hex::hex;
use crate::domain::job::JobKind;
use crate::domain::time::Clock;
use crate::http::state::ApiSettings;
use crate::work::clearing::Clearing;

const MIB: usize = 1_024 * 1_024;

fn announce(bytes: &[u8]) -> TestRequest {
    post("/v1/uploads").set_json(json!({
        "name": "decks/talk.md",
        "bytes": bytes.len(),
        "sha256": hex(&Sha256::digest(bytes)),
    }))
}

/// The bytes of a part of a file, as the answer cuts it.
fn cut<'a>(bytes: &'a [u8], part: &Value) -> &'a [u8] {
    let start = usize::try_from(part["offset"].as_u64().unwrap()).unwrap();
    &bytes[start..start + usize::try_from(part["bytes"].as_u64().unwrap()).unwrap()]
}

fn put(part: &Value, bytes: &[u8]) -> TestRequest {
    TestRequest::with_uri(part["url"].as_str().unwrap())
        .method(Method::PUT)
        .insert_header(("content-length", bytes.len().to_string()))
        .set_payload(bytes.to_vec())
}

/// Starts an upload and sends all of it; answers where it is.
async fn sent(world: &World, bytes: &[u8]) -> String {
    let answer = world.call(announce(bytes)).await.expect(201);
    let upload = answer.json();
    for part in upload["parts"].as_array().unwrap() {
        world.call(put(part, cut(bytes, part))).await.expect(204);
    }
    answer.header("location").unwrap().to_owned()
}

async fn complete(world: &World, upload: &str) -> Answer {
    world.call(post(&format!("{upload}/complete"))).await
}

fn take(upload: &str) -> TestRequest {
    let id = upload.rsplit('/').next().unwrap();
    post("/v1/documents").set_json(json!({ "upload_id": id }))
}

#[actix_web::test]
async fn a_file_comes_in_parts_is_resumed_and_becomes_one_document() {
    let world = World::new().await;
    let mut file = vec![b'a'; 8 * MIB];
    file.extend_from_slice(b"the end");
    let answer = world.call(announce(&file)).await.expect(201);
    let upload = answer.json();
    let place = answer.header("location").unwrap();
    assert_eq!(
        (&upload["state"], &upload["name"]),
        (&json!("open"), &json!("talk.md"))
    );
    assert_eq!(
        (&upload["part_count"], &upload["part_bytes"]),
        (&json!(2), &json!(8 * MIB))
    );
    let last = &upload["parts"][1];
    world.call(put(last, cut(&file, last))).await.expect(204);

    let too_early = complete(&world, place).await;
    too_early.refused(409, "upload_incomplete");
    assert_eq!(too_early.json()["errors"][0]["pointer"], "/parts/1");
    world
        .call(take(place))
        .await
        .refused(409, "upload_incomplete");

    let resumed = world.call(get(place)).await.expect(200).json();
    assert_eq!(resumed["received_bytes"], 7);
    let missing = resumed["parts"].as_array().unwrap();
    assert_eq!(missing.len(), 1);
    world
        .call(put(&missing[0], cut(&file, &missing[0])))
        .await
        .expect(204);
    for _ in 0..2 {
        let done = complete(&world, place).await.expect(200).json();
        assert_eq!(
            (&done["state"], &done["received_bytes"]),
            (&json!("complete"), &json!(file.len()))
        );
    }
    let first = world.call(take(place)).await.expect(202).json();
    assert_eq!(first["document"]["source"]["bytes"], file.len());
    assert_eq!(first["document"]["title"], "talk.md");
    let again = world.call(take(place)).await.expect(202);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.json()["job"], first["job"]);
    let claimed = world.claim(JobKind::Convert, "acme").await;
    assert_eq!(json!(claimed.lease.job), first["job"]["id"]);
    let seen = world.call(get(place)).await.expect(200).json();
    assert_eq!(
        (&seen["state"], &seen["document"]),
        (&json!("taken"), &first["document"]["id"])
    );
    world.call(delete(place)).await.refused(409, "upload_taken");
    assert_eq!(world.objects(), 1);
}

#[actix_web::test]
async fn a_part_is_taken_by_its_own_link_in_its_own_length_while_that_holds() {
    let world = World::new().await;
    let upload = world.call(announce(b"0123456789")).await.expect(201).json();
    let part = &upload["parts"][0];
    let short = put(part, b"012345678");
    world.call(short).await.refused(400, "invalid_header");
    let long = put(part, b"0123456789a");
    world.call(long).await.refused(413, "too_large");
    let nothing_said = TestRequest::with_uri(part["url"].as_str().unwrap()).method(Method::PUT);
    world
        .call(nothing_said)
        .await
        .refused(400, "invalid_header");
    // It says one length and sends another.
    let lies = put(part, b"01234567").insert_header(("content-length", "10"));
    world.call(lies).await.refused(400, "bad_request");
    let read = get(part["url"].as_str().unwrap());
    world.call(read).await.refused(403, "invalid_link");
    world.clock.advance(Duration::from_secs(3_600));
    world
        .call(put(part, b"0123456789"))
        .await
        .refused(410, "link_expired");
    let resumed = world
        .call(get(&format!(
            "/v1/uploads/{}",
            upload["id"].as_str().unwrap()
        )))
        .await;
    let part = &resumed.expect(200).json()["parts"][0];
    world.call(put(part, b"0123456789")).await.expect(204);
}

#[actix_web::test]
async fn what_cannot_be_is_refused_before_a_byte_is_sent() {
    let mut settings = ApiSettings::default();
    settings.uploads.bytes = 1_000;
    settings.uploads.waiting_per_tenant = 1;
    let world = World::with(settings).await;
    let sha256 = "ab".repeat(32);
    let wanted = |name: &str, bytes: u64, sha256: &str| {
        let body = json!({"name": name, "bytes": bytes, "sha256": sha256});
        world.call(post("/v1/uploads").set_json(body))
    };
    wanted("a.md", 0, &sha256)
        .await
        .refused(422, "invalid_body");
    wanted("a.md", 9, "abc").await.refused(422, "invalid_body");
    wanted("a.md", 1_001, &sha256)
        .await
        .refused(413, "too_large");
    wanted("a.exe", 9, &sha256)
        .await
        .refused(415, "wrong_file_type");
    wanted("a.md", 1_000, &sha256).await.expect(201);
    let full = wanted("a.md", 9, &sha256).await;
    full.refused(429, "quota_exceeded");
    assert_eq!(full.header("ratelimit"), Some("\"uploads\";r=0;t=5"));
}

#[actix_web::test]
async fn a_repeated_start_is_the_same_upload() {
    let world = World::new().await;
    let start = |bytes: &[u8]| announce(bytes).insert_header(("idempotency-key", "k"));
    let first = world.call(start(b"a")).await.expect(201);
    let again = world.call(start(b"a")).await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.header("location"), first.header("location"));
    world
        .call(start(b"b"))
        .await
        .refused(422, "idempotency_key_reused");
}

#[actix_web::test]
async fn an_upload_is_its_tenants_own() {
    let world = World::new().await;
    let place = sent(&world, b"abc").await;
    for (method, path) in [
        (Method::GET, place.clone()),
        (Method::POST, format!("{place}/complete")),
        (Method::DELETE, place.clone()),
    ] {
        world
            .call(ask(method, &path, OTHER))
            .await
            .refused(404, "not_found");
    }
    let id = place.rsplit('/').next().unwrap();
    let theirs = ask(Method::POST, "/v1/documents", OTHER).set_json(json!({ "upload_id": id }));
    world.call(theirs).await.refused(404, "not_found");
    world.call(ask(Method::GET, &place, ACME)).await.expect(200);
}

#[actix_web::test]
async fn what_was_given_up_or_ran_out_leaves_nothing() {
    let world = World::new().await;
    let given_up = sent(&world, b"abc").await;
    world.call(delete(&given_up)).await.expect(204);
    world.call(get(&given_up)).await.refused(404, "not_found");

    let taken = sent(&world, b"kept").await;
    complete(&world, &taken).await.expect(200);
    world.call(take(&taken)).await.expect(202);
    let complete_only = sent(&world, b"never taken").await;
    complete(&world, &complete_only).await.expect(200);
    let open = sent(&world, b"never finished").await;
    let clearing = Clearing {
        uploads: world.state.uploads.clone(),
        parts: world.state.parts.clone(),
        objects: world.state.objects.clone(),
        jobs: world.state.jobs.clone(),
        expiry: world.state.settings.uploads.expiry,
    };
    let clear = || clearing.expired(world.clock.now());
    assert_eq!(clear().await.unwrap(), 0);
    world.clock.advance(Duration::from_secs(86_400));
    for upload in [&complete_only, &open] {
        world.call(get(upload)).await.refused(404, "not_found");
        world.call(take(upload)).await.refused(404, "not_found");
    }
    assert_eq!(clear().await.unwrap(), 3);
    assert_eq!(clear().await.unwrap(), 0);
    assert_eq!(world.objects(), 1);
}

/// An upload that is not complete, and one that became a document.
pub(super) async fn problems(world: &World) -> Vec<Answer> {
    let started = world.call(announce(b"abc")).await.expect(201);
    let early = complete(world, started.header("location").unwrap()).await;
    let taken = sent(world, b"abc").await;
    complete(world, &taken).await.expect(200);
    world.call(take(&taken)).await.expect(202);
    vec![early, world.call(delete(&taken)).await]
}
