//! Reading a deck and changing it without losing anybody's change.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::{Value, json};

use super::world::{ACME, DECK, World, ask, get};
use crate::domain::job_event::Fact;
use crate::http::state::ApiSettings;

fn put(uri: &str, tag: &str, deck: &Value) -> TestRequest {
    ask(Method::PUT, uri, ACME)
        .insert_header(("if-match", tag))
        .set_json(deck)
}

fn patch(uri: &str, tag: &str, patch: &Value) -> TestRequest {
    ask(Method::PATCH, uri, ACME)
        .insert_header(("if-match", tag))
        .insert_header(("content-type", "application/json-patch+json"))
        .set_payload(patch.to_string())
}

#[actix_web::test]
async fn a_deck_is_read_once_and_then_known() {
    let world = World::new().await;
    let (document, _) = world.converted().await;
    let uri = format!("/v1/documents/{document}");
    let answer = world.call(get(&uri)).await.expect(200);
    assert_eq!(answer.body, DECK);
    assert_eq!(answer.header("etag"), Some("\"1\""));
    assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
    for known in ["\"1\"", "W/\"1\"", "\"0\", \"1\"", "*"] {
        let again = world
            .call(get(&uri).insert_header(("if-none-match", known)))
            .await;
        let again = again.expect(304);
        assert_eq!(again.header("etag"), Some("\"1\""));
        assert!(again.body.is_empty());
    }
    let other = world
        .call(get(&uri).insert_header(("if-none-match", "\"2\"")))
        .await;
    other.expect(200);
}

#[actix_web::test]
async fn a_change_builds_on_what_was_read() {
    let world = World::new().await;
    let (document, _) = world.converted().await;
    let uri = format!("/v1/documents/{document}");
    let next = json!({"title": "New", "slides": [{}, {}, {}]});
    let blind = ask(Method::PUT, &uri, ACME).set_json(&next);
    world
        .call(blind)
        .await
        .refused(428, "precondition_required");
    let answer = world.call(put(&uri, "\"1\"", &next)).await.expect(200);
    assert_eq!(answer.header("etag"), Some("\"2\""));
    assert_eq!(answer.json()["title"], "New");
    assert_eq!(
        (&answer.json()["version"], &answer.json()["slides"]),
        (&json!(2), &json!(3))
    );
    assert_eq!(
        world.platform.facts().last(),
        Some(&Fact::DocumentUpdated { version: 2 })
    );
    for tag in ["\"1\"", "W/\"2\""] {
        let late = world.call(put(&uri, tag, &next)).await;
        late.refused(412, "stale_version");
        assert_eq!(late.header("etag"), Some("\"2\""));
    }
    assert_eq!(world.call(get(&uri)).await.expect(200).json(), next);
    let old = world
        .call(get(&format!("{uri}?version=1")))
        .await
        .expect(200);
    assert_eq!(
        (old.body.as_ref(), old.header("etag")),
        (DECK.as_bytes(), Some("\"1\""))
    );
    world
        .call(get(&format!("{uri}?version=3")))
        .await
        .refused(404, "not_found");
    world.call(put(&uri, "*", &next)).await.expect(200);
}

#[actix_web::test]
async fn a_deck_that_breaks_the_schema_is_refused_with_its_places() {
    let world = World::new().await;
    let (document, _) = world.converted().await;
    let uri = format!("/v1/documents/{document}");
    let answer = world.call(put(&uri, "\"1\"", &json!({"title": 7}))).await;
    answer.refused(422, "invalid_deck");
    assert_eq!(
        answer.json()["errors"],
        json!([{"pointer": "/title", "detail": "a title is a text"}])
    );
    let text = ask(Method::PUT, &uri, ACME).insert_header(("if-match", "*"));
    let text = text
        .insert_header(("content-type", "text/plain"))
        .set_payload("x");
    world
        .call(text)
        .await
        .refused(415, "unsupported_media_type");
    assert_eq!(world.call(get(&uri)).await.expect(200).body, DECK);
}

#[actix_web::test]
async fn a_patch_changes_what_it_names() {
    let world = World::new().await;
    let (document, _) = world.converted().await;
    let uri = format!("/v1/documents/{document}");
    let change = json!([
        {"op": "test", "path": "/title", "value": "Talk"},
        {"op": "replace", "path": "/title", "value": "Plan"},
        {"op": "remove", "path": "/slides/0"},
    ]);
    let answer = world.call(patch(&uri, "\"1\"", &change)).await.expect(200);
    assert_eq!(answer.header("etag"), Some("\"2\""));
    let deck = world.call(get(&uri)).await.expect(200).json();
    assert_eq!(
        (&deck["title"], &deck["slides"]),
        (&json!("Plan"), &json!([{"id": "b"}]))
    );
    world
        .call(patch(&uri, "\"1\"", &change))
        .await
        .refused(412, "stale_version");
}

#[actix_web::test]
async fn a_patch_that_does_not_apply_changes_nothing_and_says_where() {
    let world = World::new().await;
    let (document, _) = world.converted().await;
    let uri = format!("/v1/documents/{document}");
    for (change, status, code, pointer) in [
        (
            json!([{"op": "test", "path": "/title", "value": "x"}]),
            409,
            "patch_test_failed",
            "/0",
        ),
        (
            json!([{"op": "remove", "path": "/slides/0"}, {"op": "remove", "path": "/no"}]),
            422,
            "invalid_patch",
            "/1",
        ),
        (
            json!([{"op": "remove", "path": "/title"}]),
            422,
            "invalid_deck",
            "/title",
        ),
    ] {
        let answer = world.call(patch(&uri, "\"1\"", &change)).await;
        answer.refused(status, code);
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
    }
    let strange = world
        .call(patch(&uri, "*", &json!([{"op": "twist", "path": "/a"}])))
        .await;
    strange.refused(422, "invalid_body");
    let plain = ask(Method::PATCH, &uri, ACME).insert_header(("if-match", "*"));
    let answer = world.call(plain.set_json(json!([]))).await;
    answer.refused(415, "unsupported_media_type");
    assert_eq!(
        answer.header("accept-patch"),
        Some("application/json-patch+json")
    );
    assert_eq!(
        world.call(get(&uri)).await.expect(200).header("etag"),
        Some("\"1\"")
    );
}

#[actix_web::test]
async fn a_small_patch_makes_no_huge_deck() {
    let settings = ApiSettings {
        json_bytes: 100_000,
        ..ApiSettings::default()
    };
    let world = World::with(settings).await;
    let (document, _) = world.converted().await;
    let uri = format!("/v1/documents/{document}");
    let doubling: Vec<Value> = (0..40)
        .map(|_| json!({"op": "copy", "from": "/slides", "path": "/slides/-"}))
        .collect();
    world
        .call(patch(&uri, "*", &json!(doubling)))
        .await
        .refused(422, "invalid_patch");
    let deep = (0..70).fold(json!([]), |inner, _| json!([inner]));
    let deeper = format!("/slides/0{}", "/0".repeat(71));
    let nesting = json!([
        {"op": "add", "path": "/slides/0", "value": deep},
        {"op": "add", "path": deeper, "value": deep},
    ]);
    let answer = world.call(patch(&uri, "*", &nesting)).await;
    answer.refused(422, "invalid_patch");
    assert_eq!(answer.json()["errors"][0]["pointer"], "/1");
    let many = vec![json!({"op": "test", "path": "/title", "value": "Talk"}); 1_001];
    world
        .call(patch(&uri, "*", &json!(many)))
        .await
        .refused(422, "invalid_patch");
    let long = json!([{"op": "replace", "path": "/title", "value": "x".repeat(100_000)}]);
    world
        .call(patch(&uri, "*", &long))
        .await
        .refused(413, "too_large");
}

#[actix_web::test]
async fn a_slide_is_a_picture_known_by_version_number_and_width() {
    let world = World::new().await;
    let (document, _) = world.converted().await;
    let uri = format!("/v1/documents/{document}/slides");
    let answer = world
        .call(get(&format!("{uri}/2.png?width=640")))
        .await
        .expect(200);
    assert_eq!(answer.body, "picture of 2, 640 wide");
    assert_eq!(answer.header("content-type"), Some("image/png"));
    assert_eq!(answer.header("etag"), Some("\"1-2-640\""));
    let known =
        get(&format!("{uri}/2.png?width=640")).insert_header(("if-none-match", "\"1-2-640\""));
    world.call(known).await.expect(304);
    let usual = world.call(get(&format!("{uri}/1.png"))).await.expect(200);
    assert_eq!(usual.header("etag"), Some("\"1-1-960\""));
    for missing in ["0.png", "3.png", "x.png", "1.gif"] {
        world
            .call(get(&format!("{uri}/{missing}")))
            .await
            .refused(404, "not_found");
    }
    for width in ["15", "4097", "wide"] {
        let answer = world.call(get(&format!("{uri}/1.png?width={width}"))).await;
        answer.refused(400, "invalid_query");
    }
}
