//! The server itself, over real sockets.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, StatusCode};

use super::world::{ACME, World};
use crate::actors::handle::SseFrame;
use crate::http::server::serve;

struct Served {
    world: World,
    base: String,
    handle: actix_web::dev::ServerHandle,
    client: Client,
}

async fn served() -> Served {
    let world = World::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let server = serve(Arc::clone(&world.state), listener, 1).unwrap();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    Served {
        world,
        base,
        handle,
        client: Client::builder().no_proxy().build().unwrap(),
    }
}

impl Served {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

#[actix_web::test]
async fn an_upload_goes_through_a_real_socket() {
    let served = served().await;
    let mut deck = b"PK\x03\x04".to_vec();
    deck.resize(3_000_000, 7);
    let form = Form::new().part("file", Part::bytes(deck).file_name("big.pptx"));
    let request = served
        .client
        .post(served.url("/v1/documents"))
        .bearer_auth(ACME);
    let answer = request.multipart(form).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    let body: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(body["document"]["source"]["bytes"], 3_000_000);
    assert_eq!(served.world.objects(), 1);

    let head = served.client.head(served.url("/v1/jobs")).bearer_auth(ACME);
    let head = head.send().await.unwrap();
    assert_eq!(head.status(), StatusCode::OK);
    assert!(head.bytes().await.unwrap().is_empty());
    served.handle.stop(false).await;
}

#[actix_web::test]
async fn closing_the_client_ends_the_session() {
    let served = served().await;
    let stream = served
        .client
        .get(served.url("/v1/events"))
        .bearer_auth(ACME);
    let mut stream = stream.send().await.unwrap().bytes_stream();
    assert!(
        stream
            .next()
            .await
            .unwrap()
            .unwrap()
            .starts_with(b"retry: ")
    );
    let (_, frames) = served
        .world
        .platform
        .followed
        .lock()
        .unwrap()
        .pop()
        .unwrap();
    let frame = SseFrame::new("job.queued", Some("1-0"), "{}");
    frames.send(frame).await.unwrap();
    let mut seen = String::new();
    while !seen.ends_with("data: {}\n\n") {
        let piece = stream.next().await.unwrap().unwrap();
        seen.push_str(std::str::from_utf8(&piece).unwrap());
    }
    assert!(!frames.is_closed());
    drop(stream);
    let closed = tokio::time::timeout(Duration::from_secs(10), frames.closed()).await;
    closed.expect("the session outlived its client");
    served.handle.stop(false).await;
}

#[actix_web::test]
async fn an_upload_that_is_declared_too_large_is_refused_unread() {
    let served = served().await;
    let request = served
        .client
        .post(served.url("/v1/documents"))
        .bearer_auth(ACME);
    let request = request
        .header("content-type", "multipart/form-data; boundary=x")
        .header("content-length", "2000000000")
        .body(reqwest::Body::wrap_stream(futures_util::stream::pending::<
            Result<bytes::Bytes, std::io::Error>,
        >()));
    let answer = tokio::time::timeout(Duration::from_secs(10), request.send()).await;
    let answer = answer.expect("refused at once").unwrap();
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let problem: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], "too_large");
    served.handle.stop(false).await;
}
