//! Decks from a real streaming replica: what was written is read, whatever the replica has of it.

use std::time::Duration;

use sea_orm::ConnectionTrait;

use super::Database;
use super::fixtures::cluster::Cluster;
use super::fixtures::{server, settings};
use super::replica::ReplicaUse;
use crate::domain::ids::DocumentId;
use crate::storage::documents::sql::SqlDocumentStore;
use crate::storage::documents::{DocumentStore, Saved};
use crate::storage::jobs::JobStore;
use crate::storage::jobs::fixtures::{at, tenant, upload, version};
use crate::storage::jobs::sql::SqlJobStore;

/// A bound on hanging, not on speed.
const PATIENCE: Duration = Duration::from_secs(60);

struct Decks {
    documents: SqlDocumentStore,
    database: Database,
    id: DocumentId,
}

impl Decks {
    async fn write(&self, expected: u64, text: &str) {
        let owner = tenant("acme");
        let saved = self
            .documents
            .save(&owner, self.id, expected, version(text), at(1));
        assert_eq!(saved.await.unwrap(), Saved::Version(expected + 1));
    }

    async fn read(&self) -> Vec<u8> {
        let owner = tenant("acme");
        let deck = self.documents.deck(&owner, self.id, None).await.unwrap();
        deck.unwrap().deck.to_vec()
    }

    fn used(&self) -> ReplicaUse {
        self.database.replica().unwrap().used()
    }

    /// Reads until the replica answers: replication tells nobody when it has arrived.
    async fn until_answered(&self) -> Vec<u8> {
        let before = self.used().answered;
        let arrives = async {
            loop {
                let read = self.read().await;
                if self.used().answered > before {
                    break read;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, arrives).await.unwrap()
    }
}

#[tokio::test]
async fn a_deck_is_read_as_it_was_written_whatever_the_replica_has() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let mut settings = settings(cluster.primary_url());
    settings.replica_url = Some(cluster.replica_url());
    let database = Database::connect(&settings).await.unwrap();
    let jobs = SqlJobStore::new(database.clone());
    let accepted = upload("acme", 1, at(0));
    let id = accepted.job.document;
    jobs.accept(accepted).await.unwrap();
    let decks = Decks {
        documents: SqlDocumentStore::new(database.clone()),
        database,
        id,
    };

    decks.write(0, "one").await;
    assert_eq!(decks.until_answered().await, b"one");

    let replica = server::connect(&cluster.replica_url()).await.unwrap();
    let pause = "SELECT pg_wal_replay_pause()";
    replica.execute_unprepared(pause).await.unwrap();
    let behind = decks.used();
    decks.write(1, "two").await;
    assert_eq!(decks.read().await, b"two");
    assert_eq!(decks.used().answered, behind.answered);
    assert!(decks.used().missed > behind.missed);

    let resume = "SELECT pg_wal_replay_resume()";
    replica.execute_unprepared(resume).await.unwrap();
    assert_eq!(decks.until_answered().await, b"two");
    assert!(decks.database.replica().unwrap().lag().await.is_some());

    cluster.stop_replica();
    assert_eq!(decks.read().await, b"two");
    assert_eq!(decks.used().failed, 1);
    decks.write(2, "three").await;
    assert_eq!(decks.read().await, b"three");
    assert_eq!(decks.used().failed, 1, "it was not left alone");
}
