//! A node over a bucket: what is large goes from the client into the bucket and out of it, never through the node.

use std::io::{Cursor, Write};

use reqwest::{Client, Method};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use slidecraft::domain::hex::hex;
use tempfile::{TempDir, tempdir};
use tokio::runtime::{Builder, Runtime};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::node::{Node, block_on, talk, text};
use super::s3_server::{ACCESS_KEY, BUCKET, Fault, S3Server, SECRET_KEY};

/// A bucket on a runtime of its own: a node that starts asks for it while the test waits.
struct Bucket {
    server: S3Server,
    folder: TempDir,
    _runtime: Runtime,
}

impl Bucket {
    fn start() -> Self {
        let folder = tempdir().unwrap();
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let server = runtime.block_on(S3Server::start(folder.path()));
        Self {
            server,
            folder,
            _runtime: runtime,
        }
    }

    fn node(&self, folder: &TempDir) -> Node {
        let settings = [
            ("SLIDECRAFT__OBJECTS__BUCKET", BUCKET),
            ("SLIDECRAFT__OBJECTS__REGION", "us-east-1"),
            ("SLIDECRAFT__OBJECTS__ENDPOINT", &self.server.endpoint),
            ("SLIDECRAFT__OBJECTS__PATH_STYLE", "true"),
            ("SLIDECRAFT__OBJECTS__ACCESS_KEY", ACCESS_KEY),
            ("SLIDECRAFT__OBJECTS__SECRET_KEY", SECRET_KEY),
            ("SLIDECRAFT__OBJECTS__TIMEOUT", "1s"),
        ];
        Node::start_with(folder.path(), &settings)
    }
}

/// Announces a file, sends its parts where the node says, and completes it; the upload's id.
async fn send(node: &Node, (name, file): (&str, &[u8]), sha256: &str) -> String {
    let body = json!({ "name": name, "bytes": file.len(), "sha256": sha256 });
    let started = node
        .ask(Method::POST, "/v1/uploads")
        .json(&body)
        .send()
        .await;
    let started = started.unwrap();
    assert_eq!(started.status(), 201);
    let upload: Value = started.json().await.unwrap();
    for part in upload["parts"].as_array().unwrap() {
        let start = usize::try_from(part["offset"].as_u64().unwrap()).unwrap();
        let end = start + usize::try_from(part["bytes"].as_u64().unwrap()).unwrap();
        let put = Client::new().put(text(&part["url"]));
        let put = put.body(file[start..end].to_vec()).send().await.unwrap();
        assert_eq!(put.status(), 200);
    }
    let id = text(&upload["id"]);
    let complete = node.ask(Method::POST, &format!("/v1/uploads/{id}/complete"));
    assert_eq!(complete.send().await.unwrap().status(), 200);
    id
}

async fn take(node: &Node, upload: &str) -> (String, Value) {
    let taken = node
        .ask(Method::POST, "/v1/documents")
        .json(&json!({ "upload_id": upload }))
        .send()
        .await
        .unwrap();
    assert_eq!(taken.status(), 202);
    let taken: Value = taken.json().await.unwrap();
    let job = node.ended(&text(&taken["job"]["id"])).await;
    (text(&taken["document"]["id"]), job)
}

/// A presentation made so large that it goes in two parts.
fn padded(pptx: &[u8]) -> Vec<u8> {
    let mut file = Cursor::new(pptx.to_vec());
    let mut zip = ZipWriter::new_append(&mut file).unwrap();
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.start_file("padding.bin", stored).unwrap();
    zip.write_all(&vec![b'x'; 9 << 20]).unwrap();
    zip.finish().unwrap();
    file.into_inner()
}

#[test]
fn large_files_pass_the_node_by() {
    let bucket = Bucket::start();
    block_on(async {
        let folder = tempdir().unwrap();
        let node = bucket.node(&folder);
        let (document, job) = node.convert("talk.md", talk(3).into_bytes()).await;
        assert_eq!(node.ended(&job).await["state"], "succeeded");
        let pptx = node.export(&document, "pptx").await;
        assert_eq!(node.ended(&pptx).await["state"], "succeeded");
        let file = padded(&node.download(&pptx).await);
        let sha256 = hex(&Sha256::digest(&file));
        bucket.server.asked();
        let upload = send(&node, ("talk.pptx", &file), &sha256).await;
        let (document, job) = take(&node, &upload).await;
        assert_eq!(job["state"], "succeeded", "{job}");
        // Whoever signs in the query came by a link; the node signs in a header.
        let asked = bucket.server.asked();
        let sent: Vec<_> = asked
            .iter()
            .filter(|it| it.starts_with("PUT ") && it.contains("/source"))
            .collect();
        assert_eq!(sent.len(), 2, "{asked:#?}");
        assert!(sent.iter().all(|it| it.contains("X-Amz-Signature=")));

        let export = node.export(&document, "pdf").await;
        assert_eq!(node.ended(&export).await["state"], "succeeded");
        bucket.server.asked();
        assert!(node.download(&export).await.starts_with(b"%PDF-"));
        let read: Vec<_> = bucket.server.asked();
        let read: Vec<_> = read.iter().filter(|it| it.starts_with("GET ")).collect();
        assert!(
            read.len() == 1 && read[0].contains("X-Amz-Signature="),
            "{read:?}"
        );

        let gone = node.ask(Method::DELETE, &format!("/v1/documents/{document}"));
        assert_eq!(gone.send().await.unwrap().status(), 204);
        let source = format!("default/documents/{document}/source");
        assert!(!bucket.folder.path().join(BUCKET).join(source).exists());
        assert!(node.terminate().success());
    });
}

#[test]
fn a_file_that_is_not_the_one_announced_is_refused_by_the_conversion() {
    let bucket = Bucket::start();
    block_on(async {
        let folder = tempdir().unwrap();
        let node = bucket.node(&folder);
        let upload = send(&node, ("talk.md", b"# One"), &"ab".repeat(32)).await;
        let (_, job) = take(&node, &upload).await;
        assert_eq!(job["state"], "dead", "{job}");
        assert!(job.to_string().contains("damaged_file"), "{job}");
    });
}

#[test]
fn a_bucket_that_stumbles_costs_no_job() {
    let bucket = Bucket::start();
    block_on(async {
        let folder = tempdir().unwrap();
        let node = bucket.node(&folder);
        bucket.server.fail(&[
            Fault::Status(500),
            Fault::Status(503),
            Fault::LostAnswer,
            Fault::Silence,
        ]);
        let (_, job) = node.convert("talk.md", talk(2).into_bytes()).await;
        let job = node.ended(&job).await;
        assert_eq!(job["state"], "succeeded", "{job}");
        let metrics = node.ask(Method::GET, "/metrics").send().await.unwrap();
        let metrics = metrics.text().await.unwrap();
        let counted = "slidecraft_storage_tries_total{op=\"put\",outcome=\"server_error\"}";
        assert!(metrics.contains(counted), "{metrics}");
    });
}
