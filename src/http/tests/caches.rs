//! Caches that are never wrong: what changes is forgotten before anyone is told.

use std::time::Duration;

use serde_json::json;

use super::world::{World, get, markdown, post};
use crate::domain::ids::JobId;
use crate::storage::cache::keys;

fn counted(world: &World, cache: &str, result: &str) -> u64 {
    let text = world.state.telemetry.render();
    let line = format!("slidecraft_cache_requests_total{{cache=\"{cache}\",result=\"{result}\"}} ");
    let count = text.lines().find_map(|found| found.strip_prefix(&line));
    count.map_or(0, |count| count.parse().unwrap())
}

#[actix_web::test]
async fn a_job_is_read_from_the_cache_until_something_happens_to_it() {
    let world = World::new().await;
    let body = world.call(markdown("a")).await.expect(202).json();
    let id: JobId = body["job"]["id"].as_str().unwrap().parse().unwrap();
    let uri = format!("/v1/jobs/{id}");
    for _ in 0..3 {
        assert_eq!(world.call(get(&uri)).await.json()["state"], "queued");
    }
    assert_eq!(
        (
            counted(&world, "job", "miss"),
            counted(&world, "job", "hit")
        ),
        (1, 2)
    );
    world.convert().await;
    // The bus forgets when it tells; here nobody was told, so the cache may say what was.
    assert_eq!(world.call(get(&uri)).await.json()["state"], "queued");
    let tenant = super::world::tenant("acme");
    world.state.cache.forget(&keys::job(&tenant, id)).await;
    assert_eq!(world.call(get(&uri)).await.json()["state"], "succeeded");
}

#[actix_web::test]
async fn waiting_for_the_end_never_asks_the_cache() {
    let world = World::new().await;
    let body = world.call(markdown("a")).await.expect(202).json();
    let uri = format!("/v1/jobs/{}", body["job"]["id"].as_str().unwrap());
    assert_eq!(world.call(get(&uri)).await.json()["state"], "queued");
    world.convert().await;
    let waited = world.call(get(&format!("{uri}?wait=1"))).await.json();
    assert_eq!(waited["state"], "succeeded");
}

#[actix_web::test]
async fn a_deck_is_read_from_the_cache_until_it_is_written() {
    let world = World::new().await;
    let (document, _) = world.converted().await;
    let uri = format!("/v1/documents/{document}");
    for _ in 0..2 {
        world.call(get(&uri)).await.expect(200);
    }
    assert_eq!(
        (
            counted(&world, "document", "miss"),
            counted(&world, "document", "hit")
        ),
        (1, 1)
    );
    let put = super::world::ask(actix_web::http::Method::PUT, &uri, super::world::ACME)
        .insert_header(("if-match", "\"1\""));
    world
        .call(put.set_json(json!({"title": "b"})))
        .await
        .expect(200);
    let read = world.call(get(&uri)).await.expect(200);
    assert_eq!(
        (read.header("etag"), read.body.as_ref()),
        (Some("\"2\""), br#"{"title":"b"}"#.as_slice())
    );
}

#[actix_web::test]
async fn models_are_listed_and_cached() {
    let world = World::new().await;
    for _ in 0..2 {
        let answer = world.call(get("/v1/models")).await.expect(200);
        assert_eq!(
            answer.header("cache-control"),
            Some("private, max-age=3600")
        );
        let models = answer.json();
        assert_eq!(models["models"][0]["id"], "offline-extractive");
        assert_eq!(models["models"][0]["default"], true);
    }
    assert_eq!(
        (
            counted(&world, "models", "miss"),
            counted(&world, "models", "hit")
        ),
        (1, 1)
    );
}

#[actix_web::test]
async fn a_conversion_that_was_not_there_is_not_remembered() {
    let world = World::new().await;
    let body = world.call(markdown("a")).await.expect(202).json();
    let uri = format!("/v1/documents/{}", body["document"]["id"].as_str().unwrap());
    world.call(get(&uri)).await.refused(409, "no_deck");
    world.convert().await;
    world.call(get(&uri)).await.expect(200);
    world.clock.advance(Duration::from_secs(1));
    world
        .call(post(&uri))
        .await
        .refused(405, "method_not_allowed");
}
