//! A world for the tests: SQLite and objects in a folder of their own, a clock that stands still, a scripted platform.

use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Payload, Service, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::header::HeaderMap;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Compress, from_fn};
use actix_web::test::{self, TestRequest};
use actix_web::web::Data;
use actix_web::{App, body};
use bytes::Bytes;
use futures_util::{FutureExt, Stream, join, stream};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::platform::ScriptedPlatform;
use crate::chaos::plan::{ChaosRules, FaultPlan};
use crate::domain::capacity::pools::Limits;
use crate::domain::cost::Cost;
use crate::domain::document::NewVersion;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::fonts::StandIns;
use crate::domain::hex::hex;
use crate::domain::ids::{IdSource, JobId, KeyId, NodeId};
use crate::domain::job::{AttemptRecord, ClaimedJob, JobKind, JobResult};
use crate::domain::policy::dispatch::Grant;
use crate::domain::pool::settings::PoolSettings;
use crate::domain::stage::{Stage, StageTime};
use crate::domain::tenant::{TenantId, Tier};
use crate::domain::time::{Clock, ManualClock, Timestamp};
use crate::domain::trace::tracer::Tracer;
use crate::http::state::{ApiPorts, ApiSettings, ApiState};
use crate::http::{envelope, routes};
use crate::storage::audit::sql::SqlAuditLog;
use crate::storage::cache::in_process::InProcessCache;
use crate::storage::capacity::desk::CapacityDesk;
use crate::storage::capacity::sql::SqlCapacityStore;
use crate::storage::database::Database;
use crate::storage::documents::sql::SqlDocumentStore;
use crate::storage::jobs::sql::SqlJobStore;
use crate::storage::jobs::{ClaimRequest, Completion, JobStore, Outcome};
use crate::storage::keys::sql::SqlKeyStore;
use crate::storage::keys::{ApiKey, KeyStore, Scope};
use crate::storage::limits::in_process::InProcessLimits;
use crate::storage::objects::ObjectKey;
use crate::storage::objects::local::LocalObjects;
use crate::storage::objects::signing::UrlSigner;
use crate::storage::proposals::sql::SqlDecisionStore;
use crate::storage::uploads::sql::SqlUploadStore;
use crate::storage::webhooks::sql::SqlWebhookStore;
use crate::telemetry::metrics::Telemetry;

/// A key of acme with every scope but chaos.
pub(super) const ACME: &str = "sk_acme";
/// A key of another tenant, to read and write.
pub(super) const OTHER: &str = "sk_other";
/// A key of acme that may only read.
pub(super) const READER: &str = "sk_reader";

/// A key that may only break things.
pub(super) const BREAKER: &str = "sk_breaker";

/// Within which bounds this world may be broken.
const BOUNDS: ChaosRules = ChaosRules {
    longest: Duration::from_secs(900),
    most: 0.5,
    recovery: Duration::from_secs(30),
};

/// The deck that conversions of this world make.
pub(super) const DECK: &str = r#"{"title":"Talk","slides":[{"id":"a"},{"id":"b"}],"assets":{"abc":{"content_type":"image/png"}}}"#;

pub(super) struct World {
    pub(super) state: Arc<ApiState>,
    pub(super) platform: Arc<ScriptedPlatform>,
    pub(super) clock: Arc<ManualClock>,
    pub(super) folder: tempfile::TempDir,
}

/// A body as it comes.
fn streamed(body: impl Stream<Item = Result<Bytes, PayloadError>> + 'static) -> Payload {
    Payload::Stream {
        payload: Box::pin(body),
    }
}

/// An answer, read whole.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    #[track_caller]
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Asserts that it is a problem as it should be; answers its code.
    #[track_caller]
    pub(super) fn problem(&self) -> String {
        let problem = self.json();
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(problem["status"], self.status.as_u16(), "{problem}");
        let code = problem["code"].as_str().unwrap().to_owned();
        assert_eq!(problem["type"], format!("urn:slidecraft:problem:{code}"));
        assert_eq!(problem["request_id"], self.header("x-request-id").unwrap());
        assert!(problem["instance"].as_str().unwrap().starts_with('/'));
        assert!(problem["title"].is_string() && problem["detail"].is_string());
        code
    }

    #[track_caller]
    pub(super) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{:?}", self.body);
        self
    }

    #[track_caller]
    pub(super) fn refused(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status.as_u16(), self.problem().as_str()),
            (status, code)
        );
    }
}

/// A request with a key.
pub(super) fn ask(method: Method, uri: &str, key: &str) -> TestRequest {
    TestRequest::with_uri(uri)
        .method(method)
        .insert_header(("authorization", format!("Bearer {key}")))
}

pub(super) fn get(uri: &str) -> TestRequest {
    ask(Method::GET, uri, ACME)
}

pub(super) fn post(uri: &str) -> TestRequest {
    ask(Method::POST, uri, ACME)
}

pub(super) fn delete(uri: &str) -> TestRequest {
    ask(Method::DELETE, uri, ACME)
}

/// A JSON upload.
pub(super) fn markdown(title: &str) -> TestRequest {
    post("/v1/documents").set_json(serde_json::json!({"title": title, "markdown": "# One"}))
}

/// A multipart body with one part.
pub(super) fn file(request: TestRequest, name: &str, bytes: &[u8]) -> TestRequest {
    part(
        request,
        &format!("name=\"file\"; filename=\"{name}\""),
        bytes,
    )
}

pub(super) fn part(request: TestRequest, disposition: &str, bytes: &[u8]) -> TestRequest {
    let mut body =
        format!("--line\r\nContent-Disposition: form-data; {disposition}\r\n\r\n").into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--line--\r\n");
    request
        .insert_header(("content-type", "multipart/form-data; boundary=line"))
        .set_payload(body)
}

/// A tracer that records nothing.
fn unrecorded(clock: &Arc<ManualClock>) -> Tracer {
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    Tracer::new(Arc::new(IdSource::seeded([2; 32])), clock, None)
}

impl World {
    pub(super) async fn new() -> Self {
        Self::with(ApiSettings::default()).await
    }

    /// A world in which nothing may be broken.
    pub(super) async fn without_chaos() -> Self {
        let mut world = Self::new().await;
        let state = Arc::get_mut(&mut world.state).unwrap();
        state.ports.chaos = None;
        world
    }

    pub(super) async fn with(settings: ApiSettings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&folder.path().join("a.db")).await.unwrap();
        let jobs = Arc::new(SqlJobStore::new(database.clone()));
        let keys = Arc::new(SqlKeyStore::new(database.clone()));
        for (key, tenant, scopes) in [
            (ACME, "acme", vec![Scope::Read, Scope::Write, Scope::Admin]),
            (OTHER, "other", vec![Scope::Read, Scope::Write]),
            (READER, "acme", vec![Scope::Read]),
            (BREAKER, "acme", vec![Scope::Chaos]),
        ] {
            keys.add(api_key(key, tenant, scopes)).await.unwrap();
        }
        let platform = Arc::new(ScriptedPlatform::new(Arc::clone(&jobs) as Arc<dyn JobStore>));
        let clock = Arc::new(ManualClock::at(Timestamp(1_795_477_800_000_000)));
        let telemetry = Arc::new(Telemetry::default());
        let objects = LocalObjects::open(folder.path().join("objects")).await;
        let objects = Arc::new(objects.unwrap());
        let ports = ApiPorts {
            platform: Arc::clone(&platform) as _,
            jobs: Arc::clone(&jobs) as Arc<dyn JobStore>,
            documents: Arc::new(SqlDocumentStore::new(database.clone())),
            webhooks: Arc::new(SqlWebhookStore::new(database.clone())),
            decisions: Arc::new(SqlDecisionStore::new(database.clone())),
            uploads: Arc::new(SqlUploadStore::new(database.clone())),
            parts: objects.clone(),
            objects,
            keys,
            tokens: Some(super::tokens::verifier()),
            limits: Arc::new(InProcessLimits::new(Arc::clone(&clock) as Arc<dyn Clock>)),
            audit: Arc::new(SqlAuditLog::new(database.clone())),
            capacity: CapacityDesk {
                hours: Arc::new(SqlCapacityStore::new(database.clone())),
                jobs: Arc::clone(&jobs) as Arc<dyn JobStore>,
                limits: JobKind::ALL
                    .map(|kind| Limits::of(&PoolSettings::of(kind)))
                    .into(),
                idle_day: 2.4,
            },
            cache: Arc::new(InProcessCache::new(10_000_000)),
            signer: UrlSigner::new([7; 32]),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: Arc::new(IdSource::seeded([1; 32])),
            tracer: unrecorded(&clock),
            chaos: Some(Arc::new(FaultPlan::new(
                BOUNDS,
                Arc::clone(&clock) as Arc<dyn Clock>,
                Arc::clone(&telemetry) as _,
            ))),
            telemetry,
        };
        Self {
            state: Arc::new(ApiState::new(ports, settings)),
            platform,
            clock,
            folder,
        }
    }

    /// Asks, and reads the answer whole. A millisecond passes, so that ids lie apart.
    pub(super) async fn call(&self, request: TestRequest) -> Answer {
        read(self.open(request).await).await
    }

    /// Asks, and leaves the body to be read.
    pub(super) async fn open(&self, request: TestRequest) -> ServiceResponse<body::BoxBody> {
        self.send(request, |body| body).await
    }

    async fn send(
        &self,
        request: TestRequest,
        body: impl FnOnce(Payload) -> Payload,
    ) -> ServiceResponse<body::BoxBody> {
        let mut request = request.to_request();
        let payload = body(request.take_payload());
        let request = request.replace_payload(payload).0;
        self.clock.advance(Duration::from_millis(1));
        let app = App::new()
            .app_data(Data::from(Arc::clone(&self.state)))
            .wrap(Compress::default())
            .wrap(from_fn(envelope::wrap))
            .configure(|config| routes::configure(config, &self.state.settings.roles));
        let app = test::init_service(app).await;
        match app.call(request).await {
            Ok(response) => response.map_into_boxed_body(),
            Err(error) => {
                let request = TestRequest::default().to_http_request();
                ServiceResponse::new(request, error.error_response())
            }
        }
    }

    /// Asks with a body that breaks off.
    pub(super) async fn call_broken(&self, request: TestRequest) -> Answer {
        let broken = stream::iter([Err(PayloadError::Incomplete(None))]);
        read(self.send(request, |_| streamed(broken)).await).await
    }

    /// Asks with a body that never comes.
    pub(super) async fn call_stalled(&self, request: TestRequest) -> Answer {
        read(self.send(request, |_| streamed(stream::pending())).await).await
    }

    /// Asks twice at once: the body of the first comes when the second was answered.
    pub(super) async fn overlapping(
        &self,
        first: TestRequest,
        second: TestRequest,
    ) -> (Answer, Answer) {
        let (reading, is_reading) = oneshot::channel();
        let (release, released) = oneshot::channel();
        let late = |body: Payload| {
            let body = async move {
                reading.send(()).unwrap();
                released.await.unwrap();
                body
            };
            streamed(body.flatten_stream())
        };
        let second = async {
            is_reading.await.unwrap();
            let answer = self.call(second).await;
            release.send(()).unwrap();
            answer
        };
        let (first, second) = join!(self.send(first, late), second);
        (read(first).await, second)
    }

    /// Uploads and converts; answers the document and its convert job.
    pub(super) async fn converted(&self) -> (String, String) {
        let accepted = self.call(markdown("Talk")).await.expect(202).json();
        self.convert().await;
        let id = |what: &str| accepted[what]["id"].as_str().unwrap().to_owned();
        (id("document"), id("job"))
    }

    /// Uploads, converts and exports; answers the export job.
    pub(super) async fn exported(&self, bytes: &str) -> String {
        let (document, _) = self.converted().await;
        let request = post(&format!("/v1/documents/{document}/exports"));
        let asked = request.set_json(serde_json::json!({"format": "pdf"}));
        let job = self.call(asked).await.expect(202).json();
        let claimed = self.claim(JobKind::Export, "acme").await;
        let key = ObjectKey::artifact(&tenant("acme"), claimed.lease, "pdf");
        let stored = Bytes::copy_from_slice(bytes.as_bytes());
        self.state.objects.put(&key, stored).await.unwrap();
        let result = JobResult::Artifact {
            key: key.as_str().to_owned(),
            content_type: "application/pdf".to_owned(),
            file_name: "Über \"uns\".pdf".to_owned(),
            bytes: bytes.len() as u64,
            fonts: StandIns::of([("Aptos".to_owned(), "Carlito".to_owned())], ['水']),
        };
        let outcome = Outcome::Succeeded {
            result,
            version: None,
        };
        self.end(&claimed, outcome).await;
        job["id"].as_str().unwrap().to_owned()
    }

    pub(super) async fn claim(&self, kind: JobKind, owner: &str) -> ClaimedJob {
        let request = ClaimRequest {
            kind,
            grants: vec![Grant {
                tenant: tenant(owner),
                tier: Tier::Standard,
                jobs: 1,
            }],
            node: NodeId(Uuid::from_u128(9)),
            now: self.clock.now(),
            lease: Duration::from_secs(15),
            deadline: Duration::from_secs(60),
        };
        self.state.jobs.claim(request).await.unwrap().remove(0)
    }

    /// The oldest convert job of acme succeeds.
    pub(super) async fn convert(&self) {
        let claimed = self.claim(JobKind::Convert, "acme").await;
        let outcome = Outcome::Succeeded {
            result: JobResult::Deck {
                version: 0,
                slides: 2,
                warnings: 0,
            },
            version: Some(NewVersion {
                deck: DECK.as_bytes().to_vec(),
                title: "Talk".to_owned(),
                slides: 2,
            }),
        };
        self.end(&claimed, outcome).await;
    }

    /// The oldest convert job of a tenant dies.
    pub(super) async fn kill(&self, owner: &str, code: FailureCode) -> JobId {
        let claimed = self.claim(JobKind::Convert, owner).await;
        let failure = Failure::new(code, "It cannot be read.");
        self.end(&claimed, Outcome::Dead { failure }).await;
        claimed.lease.job
    }

    pub(super) async fn end(&self, claimed: &ClaimedJob, outcome: Outcome) {
        let failure = match &outcome {
            Outcome::Retry { failure, .. } | Outcome::Dead { failure } => Some(failure.clone()),
            Outcome::Succeeded { .. } | Outcome::Stopped | Outcome::GivenBack => None,
        };
        let record = AttemptRecord {
            epoch: claimed.lease.epoch,
            node: NodeId(Uuid::from_u128(9)),
            started_at: claimed.claimed_at,
            ended_at: self.clock.now(),
            failure,
            stages: vec![StageTime {
                stage: Stage::Parse,
                micros: 2_500,
            }],
            cost: Cost {
                compute: 0.25,
                storage: 0.5,
                ai: 0.0,
            },
        };
        let completion = Completion {
            lease: claimed.lease,
            outcome,
            record,
        };
        self.state.jobs.complete(completion).await.unwrap();
    }

    /// How many objects are stored.
    pub(super) fn objects(&self) -> usize {
        fn files(folder: &std::path::Path) -> usize {
            let entries = std::fs::read_dir(folder).map_or(Vec::new(), |it| it.flatten().collect());
            let count = |path: std::path::PathBuf| if path.is_dir() { files(&path) } else { 1 };
            entries.into_iter().map(|entry| count(entry.path())).sum()
        }
        files(&self.folder.path().join("objects"))
    }
}

async fn read(response: ServiceResponse<body::BoxBody>) -> Answer {
    let (status, headers) = (response.status(), response.headers().clone());
    let body = body::to_bytes(response.into_body()).await.unwrap();
    Answer {
        status,
        headers,
        body,
    }
}

pub(super) fn tenant(name: &str) -> TenantId {
    name.parse().unwrap()
}

pub(super) fn api_key(key: &str, owner: &str, scopes: Vec<Scope>) -> ApiKey {
    let hash = Sha256::digest(key.as_bytes());
    ApiKey {
        id: KeyId(Uuid::from_slice(&hash[..16]).unwrap()),
        name: key.to_owned(),
        prefix: key.to_owned(),
        hash: hex(&hash),
        tenant: tenant(owner),
        tier: Tier::Standard,
        scopes,
        created_at: Timestamp(1),
        revoked_at: None,
    }
}
