//! The stores of this installation, opened by its settings.

use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};

use super::secrets;
use crate::config::settings::Settings;
use crate::domain::ids::IdSource;
use crate::domain::time::{Clock, SystemClock};
use crate::storage::database::Database;
use crate::storage::documents::DocumentStore;
use crate::storage::documents::sqlite::SqliteDocumentStore;
use crate::storage::jobs::JobStore;
use crate::storage::jobs::sqlite::SqliteJobStore;
use crate::storage::keys::KeyStore;
use crate::storage::keys::sqlite::SqliteKeyStore;
use crate::storage::objects::ObjectStore;
use crate::storage::objects::local::LocalObjects;
use crate::storage::objects::signing::UrlSigner;
use crate::telemetry::metered_objects::MeteredObjects;
use crate::telemetry::metrics::Telemetry;

/// Everything that outlives the process.
pub struct Stores {
    /// Where it all lies.
    pub folder: PathBuf,
    /// The queue.
    pub jobs: Arc<dyn JobStore>,
    /// Documents and decks.
    pub documents: Arc<dyn DocumentStore>,
    /// API keys.
    pub keys: Arc<dyn KeyStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids and chance.
    pub ids: Arc<IdSource>,
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
        let path = folder.join("slidecraft.db");
        let database = Database::open(&path)
            .await
            .with_context(|| format!("the database {} cannot be opened", path.display()))?;
        Ok(Self {
            folder,
            jobs: Arc::new(SqliteJobStore::new(database.clone())),
            documents: Arc::new(SqliteDocumentStore::new(database.clone())),
            keys: Arc::new(SqliteKeyStore::new(database)),
            clock: Arc::new(SystemClock),
            ids: Arc::new(secrets::id_source()?),
        })
    }

    /// Takes the folder for this process: two that serve from one folder would take each other's unfinished files.
    pub fn lock(&self) -> anyhow::Result<File> {
        let path = self.folder.join("lock");
        let file =
            File::create(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => bail!(
                "another slidecraft serves from {}; stop it, or set SLIDECRAFT__DATA__FOLDER to another folder",
                self.folder.display()
            ),
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("{} cannot be locked", path.display()))
            }
        }
    }

    /// The object store. Only the process that holds the lock opens it: it removes what a crash left half written.
    pub async fn objects(
        &self,
        telemetry: &Arc<Telemetry>,
    ) -> anyhow::Result<Arc<dyn ObjectStore>> {
        let local = LocalObjects::open(self.folder.join("objects"))
            .await
            .context("the object store cannot be opened")?;
        Ok(Arc::new(MeteredObjects::new(
            Arc::new(local),
            Arc::clone(&self.clock),
            Arc::clone(telemetry),
        )))
    }

    /// Who signs links to objects.
    pub fn signer(&self) -> anyhow::Result<UrlSigner> {
        let secret = secrets::installation_secret(&self.folder.join("url-secret"), &self.ids)?;
        Ok(UrlSigner::new(secret))
    }
}
