//! The stores of this installation, opened by its settings.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;

use super::faults::Faults;
use super::secrets;
use crate::config;
use crate::config::settings::Settings;
use crate::domain::ids::IdSource;
use crate::domain::time::{Clock, SteadyClock, SystemClock};
use crate::storage;
use crate::storage::audit::AuditLog;
use crate::storage::audit::sql::SqlAuditLog;
use crate::storage::capacity::CapacityStore;
use crate::storage::capacity::sql::SqlCapacityStore;
use crate::storage::database::Database;
use crate::storage::database::postgres::{PostgresSettings, place};
use crate::storage::documents::DocumentStore;
use crate::storage::documents::around::DocumentsAround;
use crate::storage::documents::sql::SqlDocumentStore;
use crate::storage::jobs::JobStore;
use crate::storage::jobs::around::JobsAround;
use crate::storage::jobs::sql::SqlJobStore;
use crate::storage::keys::KeyStore;
use crate::storage::keys::around::KeysAround;
use crate::storage::keys::sql::SqlKeyStore;
use crate::storage::objects::ObjectStore;
use crate::storage::objects::around::ObjectsAround;
use crate::storage::objects::local::LocalObjects;
use crate::storage::objects::parts::PartStore;
use crate::storage::objects::s3::S3Objects;
use crate::storage::objects::s3::settings::{S3Credentials, S3Settings};
use crate::storage::objects::signing::UrlSigner;
use crate::storage::proposals::DecisionStore;
use crate::storage::proposals::sql::SqlDecisionStore;
use crate::storage::uploads::UploadStore;
use crate::storage::uploads::sql::SqlUploadStore;
use crate::storage::webhooks::WebhookStore;
use crate::storage::webhooks::sql::SqlWebhookStore;
use crate::telemetry::metrics::Telemetry;
use crate::telemetry::timing::{TimedObjects, TimedQueries};

/// Everything that outlives the process.
#[derive(Clone)]
pub struct Stores {
    /// Where it all lies.
    pub folder: PathBuf,
    /// What queue, documents and keys lie in.
    pub database: Database,
    /// The queue.
    pub jobs: Arc<dyn JobStore>,
    /// Documents and decks.
    pub documents: Arc<dyn DocumentStore>,
    /// API keys.
    pub keys: Arc<dyn KeyStore>,
    /// Webhooks.
    pub webhooks: Arc<dyn WebhookStore>,
    /// What was decided about proposed edits.
    pub decisions: Arc<dyn DecisionStore>,
    /// Uploads in parts.
    pub uploads: Arc<dyn UploadStore>,
    /// What operators did.
    pub audit: Arc<dyn AuditLog>,
    /// What was asked and what stood ready, hour by hour.
    pub capacity: Arc<dyn CapacityStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids and chance.
    pub ids: Arc<IdSource>,
}

/// One object store, by its two ports.
pub struct ObjectStores {
    /// Objects whole.
    pub objects: Arc<dyn ObjectStore>,
    /// Objects that clients send in parts.
    pub parts: Arc<dyn PartStore>,
}

fn s3_settings(settings: &config::objects::Objects) -> S3Settings {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    S3Settings {
        bucket: settings.bucket.clone(),
        region: given(&settings.region),
        endpoint: given(&settings.endpoint),
        path_style: settings.path_style,
        credentials: settings.secret_key.reveal().map(|secret| S3Credentials {
            access_key: settings.access_key.clone(),
            secret_key: secret.to_owned(),
        }),
        connect_timeout: settings.connect_timeout.0,
        timeout: settings.timeout.0,
        retries: settings.retries,
    }
}

impl Stores {
    /// Opens the database, and brings its schema up to date.
    pub async fn open(settings: &Settings) -> anyhow::Result<Self> {
        let folder = settings.data.folder.clone();
        std::fs::create_dir_all(&folder).with_context(|| {
            format!(
                "the data folder {} cannot be made; set SLIDECRAFT__DATA__FOLDER to one that can",
                folder.display()
            )
        })?;
        let database = match postgres(settings) {
            Some(postgres) => connect(&postgres).await?,
            None => embedded(&folder).await?,
        };
        Ok(Self {
            folder,
            jobs: Arc::new(SqlJobStore::new(database.clone())),
            documents: Arc::new(SqlDocumentStore::new(database.clone())),
            webhooks: Arc::new(SqlWebhookStore::new(database.clone())),
            decisions: Arc::new(SqlDecisionStore::new(database.clone())),
            uploads: Arc::new(SqlUploadStore::new(database.clone())),
            keys: Arc::new(SqlKeyStore::new(database.clone())),
            audit: Arc::new(SqlAuditLog::new(database.clone())),
            capacity: Arc::new(SqlCapacityStore::new(database.clone())),
            database,
            clock: Arc::new(SteadyClock::default()),
            ids: Arc::new(secrets::id_source()?),
        })
    }

    /// The same, with every question to the database timed.
    #[must_use]
    pub fn metered(&self, telemetry: &Arc<Telemetry>) -> Self {
        let (jobs, documents) = (Arc::clone(&self.jobs), Arc::clone(&self.documents));
        let keys = Arc::clone(&self.keys);
        let timed = || TimedQueries {
            clock: Arc::clone(&self.clock),
            telemetry: Arc::clone(telemetry),
        };
        Self {
            jobs: Arc::new(JobsAround::new(jobs, timed())),
            documents: Arc::new(DocumentsAround::new(documents, timed())),
            keys: Arc::new(KeysAround::new(keys, timed())),
            ..self.clone()
        }
    }

    /// The object store. Only the process that holds the lock opens it: it removes what a crash left half written.
    pub async fn objects(
        &self,
        settings: &config::objects::Objects,
        telemetry: &Arc<Telemetry>,
        faults: &Faults,
    ) -> anyhow::Result<ObjectStores> {
        let (inner, parts, backend) = if settings.bucket.is_empty() {
            let local = LocalObjects::open(self.folder.join("objects")).await;
            let local = Arc::new(local.context("the object store cannot be opened")?);
            (
                local.clone() as Arc<dyn ObjectStore>,
                local as Arc<dyn PartStore>,
                "local",
            )
        } else {
            let store = S3Objects::open(&s3_settings(settings), telemetry.clone()).await;
            let store = Arc::new(store.with_context(|| {
                format!(
                    "the bucket {} cannot be used; look at [objects] bucket, region, endpoint, path_style and the key",
                    settings.bucket
                )
            })?);
            (
                store.clone() as Arc<dyn ObjectStore>,
                store as Arc<dyn PartStore>,
                "s3",
            )
        };
        let timed = TimedObjects {
            backend,
            clock: Arc::clone(&self.clock),
            telemetry: Arc::clone(telemetry),
        };
        let inner = faults.objects(inner, self);
        Ok(ObjectStores {
            objects: Arc::new(ObjectsAround::new(inner, timed)),
            parts,
        })
    }

    /// Who signs links to objects. Nodes of one server sign alike, so that each believes the links of all: its secret lies
    /// there. A node alone keeps it in a file that nobody else may read.
    pub async fn signer(&self, settings: &Settings) -> anyhow::Result<UrlSigner> {
        let secret = secrets::installation_secret(&self.folder.join("url-secret"), &self.ids)?;
        let secret = match settings.database.url.reveal() {
            None => secret,
            Some(_) => storage::secrets::shared(&self.database, "links", secret)
                .await
                .context("the secret that links are signed with cannot be read")?,
        };
        Ok(UrlSigner::new(secret))
    }
}

/// How to reach the server that the settings name, where they name one.
pub fn postgres(settings: &Settings) -> Option<PostgresSettings> {
    let database = &settings.database;
    Some(PostgresSettings {
        url: database.url.reveal()?.to_owned(),
        replica_url: database.replica_url.reveal().map(str::to_owned),
        connections: database.connections,
        acquire: database.acquire.0,
        statement: database.statement_timeout.0,
        replica_pause: database.replica_pause.0,
        clock: Arc::new(SystemClock),
    })
}

async fn connect(settings: &PostgresSettings) -> anyhow::Result<Database> {
    let connected = Database::connect(settings).await;
    connected.with_context(|| unreachable(settings))
}

/// What to do about a server that does not answer.
pub fn unreachable(settings: &PostgresSettings) -> String {
    format!(
        "the database at {} cannot be used; does PostgreSQL run there, and may this user log in? SLIDECRAFT__DATABASE__URL names another, and empty means SQLite in the data folder",
        place(&settings.url)
    )
}

/// The file of the embedded database.
pub fn embedded_path(folder: &Path) -> PathBuf {
    folder.join("slidecraft.db")
}

async fn embedded(folder: &Path) -> anyhow::Result<Database> {
    let path = embedded_path(folder);
    let opened = Database::open(&path).await;
    opened.with_context(|| format!("the database {} cannot be opened", path.display()))
}
