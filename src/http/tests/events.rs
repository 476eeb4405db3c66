//! The event stream: what it asks for, what it sends, and that it says that it is alive.

use std::pin::Pin;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::http::Method;
use futures_util::future::poll_fn;

use super::world::{ACME, OTHER, World, ask, get};
use crate::actors::handle::{SseFrame, Subscription};
use crate::domain::tenant::TenantId;

/// The next piece of a stream.
async fn next(body: &mut BoxBody) -> Option<String> {
    let chunk = poll_fn(|context| Pin::new(&mut *body).poll_next(context)).await?;
    Some(String::from_utf8(chunk.unwrap().to_vec()).unwrap())
}

/// The next piece that is no comment.
async fn event(body: &mut BoxBody) -> Option<String> {
    loop {
        match next(body).await {
            Some(comment) if comment.starts_with(':') => {}
            other => return other,
        }
    }
}

fn frame(number: u64) -> SseFrame {
    let id = format!("{number}-0");
    SseFrame::new("job.started", Some(&id), "{\"attempt\":1}")
}

fn followed(world: &World) -> (Subscription, tokio::sync::mpsc::Sender<SseFrame>) {
    world.platform.followed.lock().unwrap().pop().unwrap()
}

#[actix_web::test]
async fn frames_are_sent_as_they_come_until_the_session_ends() {
    let world = World::new().await;
    let response = world
        .open(get("/v1/events").insert_header(("accept", "text/event-stream")))
        .await;
    assert_eq!(response.status(), 200);
    for (name, value) in [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-store"),
        ("x-accel-buffering", "no"),
        ("content-encoding", "identity"),
    ] {
        assert_eq!(response.headers().get(name).unwrap(), value, "{name}");
    }
    let mut body = response.into_body();
    let retry = next(&mut body).await.unwrap();
    let millis: u64 = retry
        .trim()
        .strip_prefix("retry: ")
        .unwrap()
        .parse()
        .unwrap();
    assert!((2_000..4_000).contains(&millis), "{retry}");
    let (subscription, frames) = followed(&world);
    assert_eq!(subscription.tenant.as_str(), "acme");
    frames.send(frame(7)).await.unwrap();
    frames
        .send(SseFrame::new("drain", None, "{}"))
        .await
        .unwrap();
    drop(frames);
    assert_eq!(
        event(&mut body).await.unwrap(),
        "id: 7-0\nevent: job.started\ndata: {\"attempt\":1}\n\n"
    );
    assert_eq!(
        event(&mut body).await.unwrap(),
        "event: drain\ndata: {}\n\n"
    );
    assert_eq!(event(&mut body).await, None);
}

#[actix_web::test]
async fn reconnecting_is_spread_by_chance() {
    let world = World::new().await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..5 {
        let mut body = world.open(get("/v1/events")).await.into_body();
        seen.insert(next(&mut body).await.unwrap());
    }
    assert!(seen.len() > 1, "{seen:?}");
}

#[actix_web::test]
async fn a_stream_without_events_says_that_it_is_alive() {
    let world = World::new().await;
    let mut body = world.open(get("/v1/events")).await.into_body();
    let (_, frames) = followed(&world);
    tokio::time::pause();
    assert!(next(&mut body).await.unwrap().starts_with("retry: "));
    assert_eq!(next(&mut body).await.unwrap(), ": keep-alive\n\n");
    let beat = tokio::time::timeout(Duration::from_millis(14_900), next(&mut body)).await;
    assert!(beat.is_err(), "{beat:?}");
    let beat = tokio::time::timeout(Duration::from_millis(200), next(&mut body)).await;
    assert_eq!(beat.unwrap().unwrap(), ": keep-alive\n\n");
    drop(frames);
}

#[actix_web::test]
async fn a_client_that_leaves_ends_its_session() {
    let world = World::new().await;
    let response = world.open(get("/v1/events")).await;
    let (_, frames) = followed(&world);
    assert!(!frames.is_closed());
    drop(response);
    assert!(frames.is_closed());
}

#[actix_web::test]
async fn a_client_resumes_by_header_or_query() {
    let world = World::new().await;
    let (document, job) = world.converted().await;
    let uri = format!("/v1/events?document={document}&job={job}&last_event_id=3-1");
    let resumed = async |request| {
        let response = world.open(request).await;
        assert_eq!(response.status(), 200);
        followed(&world).0
    };
    let subscription = resumed(get(&uri)).await;
    assert_eq!(subscription.document.unwrap().to_string(), document);
    assert_eq!(subscription.job.unwrap().to_string(), job);
    assert_eq!(subscription.last_event_id.as_deref(), Some("3-1"));
    // A browser that connects again repeats the query, and knows better by the header.
    let subscription = resumed(get(&uri).insert_header(("last-event-id", "5-0"))).await;
    assert_eq!(subscription.last_event_id.as_deref(), Some("5-0"));
    let subscription = resumed(get("/v1/events").insert_header(("last-event-id", ""))).await;
    assert_eq!(subscription.last_event_id, None);
}

#[actix_web::test]
async fn what_cannot_be_followed_is_refused() {
    let world = World::new().await;
    let (document, job) = world.converted().await;
    for uri in [
        format!("/v1/events?document={document}"),
        format!("/v1/events?job={job}"),
    ] {
        world
            .call(ask(Method::GET, &uri, OTHER))
            .await
            .refused(404, "not_found");
    }
    world
        .call(get("/v1/events?document=7"))
        .await
        .refused(400, "invalid_query");
    world
        .call(get("/v1/events?token=sk_acme"))
        .await
        .refused(400, "invalid_query");
    let page = ask(Method::GET, "/v1/events", ACME).insert_header(("accept", "text/html"));
    world.call(page).await.refused(406, "not_acceptable");
    let long = get("/v1/events").insert_header(("last-event-id", "1".repeat(129)));
    world.call(long).await.refused(400, "invalid_header");
    for accept in ["*/*", "text/*", "text/html, text/event-stream;q=0.5"] {
        let response = world
            .open(get("/v1/events").insert_header(("accept", accept)))
            .await;
        assert_eq!(response.status(), 200, "{accept}");
    }
    world
        .platform
        .overloaded
        .store(true, std::sync::atomic::Ordering::SeqCst);
    let answer = world.call(get("/v1/events")).await;
    answer.refused(503, "overloaded");
    assert_eq!(answer.header("retry-after"), Some("1"));
}

#[actix_web::test]
async fn a_connection_keeps_its_id_when_it_comes_back() {
    let world = World::new().await;
    let named = |response: &actix_web::dev::ServiceResponse<_>| {
        let id = response.headers().get("x-connection-id").unwrap();
        id.to_str().unwrap().to_owned()
    };
    let first = named(&world.open(get("/v1/events")).await);
    let second = named(&world.open(get("/v1/events")).await);
    assert_ne!(first, second);
    let back = world
        .open(get(&format!("/v1/events?connection={first}")))
        .await;
    assert_eq!(named(&back), first);
    let strange = world.call(get("/v1/events?connection=a%0Ab")).await;
    strange.refused(400, "invalid_query");
}

#[actix_web::test]
async fn operators_follow_pools_and_customers_do_not() {
    let world = World::new().await;
    let stream = || get("/v1/admin/events").insert_header(("accept", "text/event-stream"));
    let response = world.open(stream()).await;
    assert_eq!(response.status(), 200);
    let (subscription, _frames) = followed(&world);
    assert_eq!(subscription.tenant, TenantId::operators());
    let response = world
        .open(ask(Method::GET, "/v1/admin/events", OTHER))
        .await;
    assert_eq!(response.status(), 403);
    let plain = get("/v1/admin/events").insert_header(("accept", "text/html"));
    assert_eq!(world.open(plain).await.status(), 406);
}
