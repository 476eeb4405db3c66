//! What every store of uploads must do, one function a fact; at the end the adapters it is run for.

use uuid::Uuid;

use super::sql::SqlUploadStore;
use super::{Announced, UploadStore};
use crate::domain::ids::{DocumentId, JobId, UploadId};
use crate::domain::job::SourceFormat;
use crate::domain::time::Timestamp;
use crate::domain::upload::{Upload, UploadState};
use crate::storage::database::fixtures;
use crate::storage::jobs::IdempotencyKey;

fn upload(number: u128, expires_at: i64) -> Upload {
    Upload {
        id: UploadId(Uuid::from_u128(number)),
        tenant: "acme".parse().unwrap(),
        document: DocumentId(Uuid::from_u128(number + 100)),
        job: JobId(Uuid::from_u128(number + 200)),
        store_id: "x".to_owned(),
        name: "Über.pptx".to_owned(),
        format: SourceFormat::Pptx,
        bytes: 5 << 30,
        sha256: "00".repeat(32),
        part_bytes: 8 << 20,
        state: UploadState::Open,
        created_at: Timestamp(5),
        expires_at: Timestamp(expires_at),
    }
}

fn key(hash: &str, expires_at: i64) -> IdempotencyKey {
    IdempotencyKey {
        key: "k".to_owned(),
        request_hash: hash.to_owned(),
        expires_at: Timestamp(expires_at),
    }
}

async fn an_upload_is_there_for_its_tenant_only(store: &dyn UploadStore) {
    let stored = upload(1, 9);
    let announced = store.announce(stored.clone(), None).await.unwrap();
    assert_eq!(announced, Announced::New);
    let read = store.upload(&stored.tenant, stored.id).await.unwrap();
    assert_eq!(read, Some(stored.clone()));
    let other = "other".parse().unwrap();
    assert_eq!(store.upload(&other, stored.id).await.unwrap(), None);
    assert_eq!(store.waiting(&stored.tenant).await.unwrap(), 1);
    assert_eq!(store.waiting(&other).await.unwrap(), 0);
}

async fn a_key_finds_its_upload_again_until_it_runs_out(store: &dyn UploadStore) {
    let (first, second) = (upload(1, 9), upload(2, 9));
    let announce = |upload: &Upload, key| store.announce(upload.clone(), Some(key));
    assert_eq!(
        announce(&first, key("a", 50)).await.unwrap(),
        Announced::New
    );
    let repeated = announce(&second, key("a", 50)).await.unwrap();
    assert_eq!(repeated, Announced::Repeated(first.id));
    let reused = announce(&second, key("b", 50)).await.unwrap();
    assert_eq!(reused, Announced::KeyReused);
    let mut late = second.clone();
    late.created_at = Timestamp(50);
    assert_eq!(announce(&late, key("b", 99)).await.unwrap(), Announced::New);
}

async fn only_one_of_two_advances(store: &dyn UploadStore) {
    let stored = upload(1, 9);
    store.announce(stored.clone(), None).await.unwrap();
    let (open, complete, taken) = (UploadState::Open, UploadState::Complete, UploadState::Taken);
    assert!(!store.advance(stored.id, complete, taken).await.unwrap());
    assert!(store.advance(stored.id, open, complete).await.unwrap());
    let both = [UploadState::Taken, UploadState::Discarded]
        .map(|to| store.advance(stored.id, complete, to));
    let moved = futures_util::future::join_all(both).await;
    assert_eq!(
        moved.into_iter().filter(|it| *it.as_ref().unwrap()).count(),
        1
    );
    assert_eq!(store.waiting(&stored.tenant).await.unwrap(), 0);
}

async fn what_expired_or_was_given_up_is_found_until_it_is_forgotten(store: &dyn UploadStore) {
    for (number, expires_at) in [(1, 10), (2, 20), (3, 30)] {
        store
            .announce(upload(number, expires_at), None)
            .await
            .unwrap();
    }
    let given_up = upload(3, 30).id;
    let (open, discarded) = (UploadState::Open, UploadState::Discarded);
    assert!(store.advance(given_up, open, discarded).await.unwrap());
    let overdue = store.overdue(Timestamp(10), 9).await.unwrap();
    let ids: Vec<_> = overdue.iter().map(|it| it.id).collect();
    assert_eq!(ids, [upload(1, 10).id, given_up]);
    for _ in 0..2 {
        store.forget(given_up).await.unwrap();
    }
    assert_eq!(store.overdue(Timestamp(10), 9).await.unwrap().len(), 1);
}

macro_rules! adapters {
    ($($adapter:ident: $open:expr => [$($fact:ident)*];)*) => {$(
        mod $adapter {
            use super::*;

            $(#[tokio::test]
            async fn $fact() {
                let Some((store, _kept)) = $open.await else {
                    return;
                };
                super::$fact(&store).await;
            })*
        }
    )*};
    ($($adapter:ident: $open:expr;)*) => {
        adapters! {$($adapter: $open => [
            an_upload_is_there_for_its_tenant_only
            a_key_finds_its_upload_again_until_it_runs_out
            only_one_of_two_advances
            what_expired_or_was_given_up_is_found_until_it_is_forgotten
        ];)*}
    };
}

adapters! {
    sqlite: open_sqlite();
    postgres: open_postgres();
}

async fn open_sqlite() -> Option<(SqlUploadStore, impl Sized)> {
    let (database, kept) = fixtures::sqlite().await?;
    Some((SqlUploadStore::new(database), kept))
}

async fn open_postgres() -> Option<(SqlUploadStore, impl Sized)> {
    let (database, kept) = fixtures::postgres().await?;
    Some((SqlUploadStore::new(database), kept))
}
