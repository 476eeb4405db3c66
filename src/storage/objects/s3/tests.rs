//! The bucket against real S3 protocol servers, and what it does when they fail.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;

use super::S3Objects;
use super::settings::{S3Credentials, S3Settings};
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;
use crate::storage::objects::parts::{PartStore, PartUpload};
use crate::storage::objects::tries::{TryListener, TryOutcome};
use crate::storage::objects::{Download, ObjectKey, ObjectStore, conformance};

#[path = "../../../../tests/support/s3_server.rs"]
mod s3_server;

use s3_server::{ACCESS_KEY, BUCKET, Fault, S3Server, SECRET_KEY};

/// Remembers how each try went.
#[derive(Debug, Default)]
pub(in crate::storage::objects) struct Heard(Mutex<Vec<(&'static str, TryOutcome)>>);

impl TryListener for Heard {
    fn tried(&self, op: &'static str, outcome: TryOutcome) {
        self.0.lock().unwrap().push((op, outcome));
    }
}

impl Heard {
    fn of(&self, op: &str) -> Vec<TryOutcome> {
        let heard = self.0.lock().unwrap();
        let of_op = heard.iter().filter(|(heard, _)| *heard == op);
        of_op.map(|(_, outcome)| *outcome).collect()
    }
}

/// A bucket on a server of its own, and what keeps both alive.
pub(in crate::storage::objects) struct World {
    folder: tempfile::TempDir,
    server: S3Server,
    heard: Arc<Heard>,
}

fn settings(endpoint: &str) -> S3Settings {
    S3Settings {
        bucket: BUCKET.to_owned(),
        region: Some("us-east-1".to_owned()),
        endpoint: Some(endpoint.to_owned()),
        path_style: true,
        credentials: Some(S3Credentials {
            access_key: ACCESS_KEY.to_owned(),
            secret_key: SECRET_KEY.to_owned(),
        }),
        connect_timeout: Duration::from_secs(5),
        timeout: Duration::from_secs(20),
        retries: 3,
    }
}

pub(in crate::storage::objects) async fn open() -> (S3Objects, World) {
    open_with(|_| {}).await
}

async fn open_with(change: impl FnOnce(&mut S3Settings)) -> (S3Objects, World) {
    let folder = tempfile::tempdir().unwrap();
    let server = S3Server::start(folder.path()).await;
    let heard = Arc::new(Heard::default());
    let mut settings = settings(&server.endpoint);
    change(&mut settings);
    let store = S3Objects::open(&settings, heard.clone()).await.unwrap();
    let world = World {
        folder,
        server,
        heard,
    };
    (store, world)
}

fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

fn bytes(length: usize) -> Bytes {
    // Period 251 shares no factor with the part size: parts in another order would be other bytes.
    (0..=250_u8).cycle().take(length).collect()
}

#[tokio::test]
async fn what_can_be_repeated_is_repeated_and_each_try_is_counted() {
    let (store, world) = open().await;
    world.server.fail(&[Fault::Status(500), Fault::Status(503)]);
    store.put(&key("a"), Bytes::from("x")).await.unwrap();
    assert_eq!(
        world.heard.of("put"),
        [
            TryOutcome::ServerError,
            TryOutcome::Throttled,
            TryOutcome::Ok
        ]
    );
    world.server.fail(&[Fault::LostAnswer]);
    store.delete(&key("a")).await.unwrap();
    assert_eq!(store.size(&key("a")).await.unwrap(), None);
}

#[tokio::test]
async fn a_store_that_stays_broken_is_unavailable_after_the_last_repetition() {
    let (store, world) = open().await;
    world.server.fail(&[Fault::Status(500); 4]);
    let refused = store.get(&key("a")).await;
    assert!(matches!(refused, Err(StoreError::Unavailable { .. })));
    assert_eq!(world.heard.of("get"), [TryOutcome::ServerError; 4]);
}

#[tokio::test]
async fn starting_an_upload_is_not_repeated() {
    let (store, world) = open().await;
    world.server.fail(&[Fault::Status(500)]);
    assert!(store.start(&key("a")).await.is_err());
    assert_eq!(world.heard.of("start"), [TryOutcome::ServerError]);
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up_and_asked_again() {
    let (store, world) = open_with(|it| it.timeout = Duration::from_millis(300)).await;
    world.server.fail(&[Fault::Silence]);
    assert_eq!(store.size(&key("a")).await.unwrap(), None);
    assert_eq!(
        world.heard.of("size"),
        [TryOutcome::Timeout, TryOutcome::Ok]
    );
}

#[tokio::test]
async fn a_finish_whose_answer_was_lost_is_finished() {
    let (store, world) = open().await;
    let mut writer = store.begin(&key("a/large")).await.unwrap();
    let large = bytes(9_000_000);
    writer.write(large.clone()).await.unwrap();
    // The last part goes first.
    world.server.fail(&[Fault::LostAnswer, Fault::LostAnswer]);
    writer.finish().await.unwrap();
    assert_eq!(store.get(&key("a/large")).await.unwrap(), Some(large));
}

#[tokio::test]
async fn what_is_large_goes_in_parts_and_what_was_given_up_leaves_none() {
    let (store, world) = open().await;
    store.put(&key("large"), bytes(20_000_000)).await.unwrap();
    let parts = |asked: Vec<String>| asked.iter().filter(|it| it.contains("partNumber=")).count();
    assert_eq!(parts(world.server.asked()), 3);
    let read = store.get_range(&key("large"), 8_388_600..8_388_620).await;
    assert_eq!(
        read.unwrap().unwrap(),
        bytes(20_000_000).slice(8_388_600..8_388_620)
    );
    let mut writer = store.begin(&key("never")).await.unwrap();
    writer.write(bytes(9_000_000)).await.unwrap();
    drop(writer);
    while !world
        .server
        .asked()
        .iter()
        .any(|it| it.starts_with("DELETE"))
    {
        tokio::task::yield_now().await;
    }
    // The server answers after it has removed them; the next answer comes after that one.
    assert_eq!(store.size(&key("never")).await.unwrap(), None);
}

#[tokio::test]
async fn a_link_reads_one_object_until_it_runs_out_and_cannot_be_changed() {
    let (store, _world) = open().await;
    store.put(&key("a/b"), Bytes::from("hello")).await.unwrap();
    let download = Download {
        content_type: "application/pdf".to_owned(),
        disposition: "attachment; filename=\"a b.pdf\"".to_owned(),
    };
    let (key, valid) = (key("a/b"), Duration::from_secs(60));
    let link = store.link(&key, &download, valid).await.unwrap().unwrap();
    assert!(link.contains("response-content-disposition=attachment"));
    assert!(!link.contains("checksum"), "{link}");
    let read = reqwest::get(&link).await.unwrap();
    assert_eq!(read.status(), 200);
    assert_eq!(read.bytes().await.unwrap(), "hello");
    for changed in [
        link.replace("/a/b?", "/a/c?"),
        link.replace("X-Amz-Expires=60", "X-Amz-Expires=61"),
        link.replace("a%20b.pdf", "c.exe"),
    ] {
        assert_ne!(changed, link);
        assert_eq!(reqwest::get(&changed).await.unwrap().status(), 403);
    }
}

#[tokio::test]
async fn a_wrong_key_and_a_bucket_that_is_not_there_are_said_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = S3Server::start(folder.path()).await;
    let mut wrong = settings(&server.endpoint);
    wrong.bucket = "nowhere".to_owned();
    let heard = Arc::new(Heard::default());
    assert!(S3Objects::open(&wrong, heard.clone()).await.is_err());
    let mut wrong = settings(&server.endpoint);
    if let Some(key) = &mut wrong.credentials {
        key.secret_key = "wrong".to_owned();
    }
    let refused = S3Objects::open(&wrong, heard.clone()).await;
    assert!(refused.is_err());
    assert_eq!(heard.of("bucket").last(), Some(&TryOutcome::Refused));
    // One that does not answer yet is waited for.
    let gone = settings("http://127.0.0.1:9");
    assert!(S3Objects::open(&gone, heard.clone()).await.is_ok());
    assert_eq!(heard.of("bucket").last(), Some(&TryOutcome::Unreachable));
}

/// A server of another make, from the Python index. Its 5.2 names the list of parts otherwise than S3 does.
struct Moto {
    process: Child,
    endpoint: String,
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Moto {
    fn start() -> Option<Self> {
        let Some((_, program)) = std::env::vars().find(|(name, _)| name == "SLIDECRAFT_TEST_MOTO")
        else {
            assert!(
                std::env::vars().all(|(name, _)| name != "CI"),
                "SLIDECRAFT_TEST_MOTO names no moto_server"
            );
            let told = "skipped: `pip install 'moto[server]==5.1.22'` and name its moto_server in SLIDECRAFT_TEST_MOTO";
            let _ = writeln!(std::io::stderr(), "{told}");
            return None;
        };
        let mut process = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", "0"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let endpoint = lines.find_map(|line| {
            let line = line.unwrap();
            let at = line.find("http://127.0.0.1:")?;
            Some(line[at..].trim().to_owned())
        });
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self {
            process,
            endpoint: endpoint.unwrap(),
        })
    }

    /// A new bucket.
    async fn bucket(&self, name: &str) -> S3Objects {
        let mut settings = settings(&self.endpoint);
        settings.bucket = name.to_owned();
        let made = super::client::client(&settings).await.create_bucket();
        made.bucket(name).send().await.unwrap();
        let heard = Arc::new(Heard::default());
        S3Objects::open(&settings, heard).await.unwrap()
    }
}

#[tokio::test]
async fn a_server_of_another_make_gives_the_same_answers() {
    let Some(moto) = Moto::start() else { return };
    for (number, fact) in conformance::FACTS.iter().enumerate() {
        fact(&moto.bucket(&format!("facts-{number}")).await).await;
    }
    for (number, fact) in conformance::PART_FACTS.iter().enumerate() {
        fact(&moto.bucket(&format!("parts-{number}")).await).await;
    }
}

#[tokio::test]
async fn uploads_that_were_never_finished_are_thrown_away() {
    let Some(moto) = Moto::start() else { return };
    let store = moto.bucket("stale").await;
    let id = store.start(&key("a/b")).await.unwrap();
    let upload = PartUpload {
        key: key("a/b"),
        id,
    };
    assert_eq!(store.abort_older(Timestamp(0)).await.unwrap(), 0);
    let part = store.send_part(&upload, 1, Bytes::from("x")).await.unwrap();
    assert_eq!(store.abort_older(Timestamp(i64::MAX)).await.unwrap(), 1);
    assert!(store.finish(&upload, &[part]).await.is_err());
}

#[tokio::test]
async fn a_bucket_holds_keys_as_they_are() {
    let (store, world) = open().await;
    store.put(&key("acme/a/b"), Bytes::new()).await.unwrap();
    assert!(world.folder.path().join(BUCKET).join("acme/a/b").is_file());
}
