//! What every document store must do, one function a fact; at the end the adapters it is run for.

use uuid::Uuid;

use super::{DocumentStore, Saved};
use crate::domain::failure::FailureCode;
use crate::domain::ids::DocumentId;
use crate::domain::job_state::{JobState, StateName};
use crate::storage::jobs::conformance::{open_memory, open_postgres, open_sqlite};
use crate::storage::jobs::fixtures::{
    at, claim_one, completion, converted, job_id, state, tenant, upload, version,
};
use crate::storage::jobs::{Completed, JobStore};

fn document_id(number: u128) -> DocumentId {
    DocumentId(Uuid::from_u128(number))
}

async fn a_stale_save_is_refused(store: &dyn JobStore, documents: &dyn DocumentStore) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    let owner = tenant("acme");
    let id = document_id(1);
    let save = |expected, title| documents.save(&owner, id, expected, version(title), at(5));
    assert_eq!(save(0, "one").await.unwrap(), Saved::Version(1));
    assert_eq!(save(0, "late").await.unwrap(), Saved::Stale(1));
    assert_eq!(save(1, "two").await.unwrap(), Saved::Version(2));
    let deck = documents.deck(&owner, id, Some(1)).await.unwrap().unwrap();
    assert_eq!(deck.deck, b"one".as_slice());
    let newest = documents.deck(&owner, id, None).await.unwrap().unwrap();
    assert_eq!((newest.version, newest.created_at), (2, at(5)));
}

async fn concurrent_saves_lose_nothing(store: &dyn JobStore, documents: &dyn DocumentStore) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    let owner = tenant("acme");
    let saves = (0..5).map(|_| documents.save(&owner, document_id(1), 0, version("x"), at(1)));
    let saved = futures_util::future::join_all(saves).await;
    let won = saved
        .into_iter()
        .filter(|saved| matches!(saved, Ok(Saved::Version(1))));
    assert_eq!(won.count(), 1);
}

async fn tenants_do_not_see_each_others_documents(
    store: &dyn JobStore,
    documents: &dyn DocumentStore,
) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    let (owner, other) = (tenant("acme"), tenant("other"));
    let id = document_id(1);
    let saved = documents.save(&owner, id, 0, version("one"), at(1)).await;
    assert_eq!(saved.unwrap(), Saved::Version(1));
    assert_eq!(documents.document(&other, id).await.unwrap(), None);
    assert_eq!(documents.deck(&other, id, None).await.unwrap(), None);
    assert_eq!(documents.documents(&other, None, 9).await.unwrap(), []);
    let saved = documents.save(&other, id, 1, version("two"), at(2)).await;
    assert_eq!(saved.unwrap(), Saved::NotFound);
    assert!(!documents.delete(&other, id, at(2)).await.unwrap());
    assert!(documents.document(&owner, id).await.unwrap().is_some());
}

async fn documents_are_paged_newest_first(store: &dyn JobStore, documents: &dyn DocumentStore) {
    for number in 1..=3 {
        store.accept(upload("acme", number, at(0))).await.unwrap();
    }
    let owner = tenant("acme");
    let first = documents.documents(&owner, None, 2).await.unwrap();
    let ids: Vec<_> = first.iter().map(|document| document.id).collect();
    assert_eq!(ids, [document_id(3), document_id(2)]);
    let rest = documents.documents(&owner, Some(ids[1]), 2).await.unwrap();
    assert_eq!(rest.len(), 1);
    let accepted = upload("acme", 1, at(0)).document;
    assert_eq!(rest.into_iter().next(), accepted);
}

async fn deleting_cancels_open_jobs(store: &dyn JobStore, documents: &dyn DocumentStore) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    let running = claim_one(store, "acme", at(1)).await;
    let mut waiting = upload("acme", 2, at(2));
    waiting.job.document = document_id(1);
    waiting.document = None;
    store.accept(waiting).await.unwrap();
    let owner = tenant("acme");
    assert!(
        documents
            .delete(&owner, document_id(1), at(3))
            .await
            .unwrap()
    );
    let cancelled = state(store, 2).await;
    assert_eq!(cancelled, JobState::Cancelled { finished_at: at(3) });
    let beat = store.beat(&[running.lease], at(60)).await.unwrap();
    assert_eq!(beat.cancelled, [running.lease]);
    let job = store.job(None, job_id(1)).await.unwrap().unwrap();
    assert_eq!(job.state.name(), StateName::Running);
}

async fn a_success_on_a_deleted_document_is_dead(
    store: &dyn JobStore,
    documents: &dyn DocumentStore,
) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    let claimed = claim_one(store, "acme", at(1)).await;
    let owner = tenant("acme");
    let gone = documents.delete(&owner, claimed.document, at(2)).await;
    assert!(gone.unwrap());
    let done = completion(claimed.lease, converted("Talk"), at(3));
    let done = store.complete(done).await.unwrap();
    let stored = state(store, 1).await;
    let told = Completed::Done {
        state: stored.clone(),
        version: None,
    };
    assert_eq!(done, told);
    let JobState::Dead { failure, .. } = stored else {
        panic!("it is not dead");
    };
    assert_eq!(failure.code, FailureCode::DocumentGone);
}

macro_rules! adapters {
    ($($adapter:ident: $open:expr => [$($fact:ident)*];)*) => {$(
        mod $adapter {
            use super::*;

            $(#[tokio::test]
            async fn $fact() {
                let Some((jobs, documents, _kept)) = $open.await else { return };
                super::$fact(&jobs, &documents).await;
            })*
        }
    )*};
    ($($adapter:ident: $open:expr;)*) => {
        adapters! {$($adapter: $open => [
            a_stale_save_is_refused
            concurrent_saves_lose_nothing
            tenants_do_not_see_each_others_documents
            documents_are_paged_newest_first
            deleting_cancels_open_jobs
            a_success_on_a_deleted_document_is_dead
        ];)*}
    };
}

adapters! {
    sqlite: open_sqlite();
    postgres: open_postgres();
    memory: open_memory();
}
