//! What every queue must do, one function a fact; at the end the adapters it is run for.

use super::fixtures::{
    at, claim_one, completion, converted, failure, job_id, kill, request, state, tenant, upload,
};
use super::{
    Acceptance, Accepted, Beat, ChangeError, Completed, IdempotencyKey, JobFilter, JobStore,
    Outcome,
};
use crate::domain::ids::JobId;
use crate::domain::job::{JobKind, JobResult};
use crate::domain::job_state::{JobState, StateName};
use crate::storage::documents::DocumentStore;

async fn an_accepted_job_waits_and_is_counted(store: &dyn JobStore, _: &dyn DocumentStore) {
    for number in 1..=3 {
        let accepted = store.accept(upload("acme", number, at(0))).await.unwrap();
        assert_eq!(accepted, Accepted::New);
    }
    let backlog = store.backlog(JobKind::Convert, at(1)).await.unwrap();
    assert_eq!(backlog.rows.len(), 1);
    assert_eq!(backlog.rows[0].ready, 3);
    assert_eq!(backlog.rows[0].oldest_ready_at, at(0));
    assert_eq!(backlog.next_ready_at, None);
    assert_eq!(store.open_jobs(&tenant("acme")).await.unwrap(), 3);
    let counts = store.counts().await.unwrap();
    assert_eq!(counts.len(), 1);
    assert_eq!((counts[0].state, counts[0].jobs), (StateName::Queued, 3));
}

async fn the_oldest_is_claimed_first(store: &dyn JobStore, _: &dyn DocumentStore) {
    for (number, second) in [(1, 5), (2, 3), (3, 4)] {
        let acceptance = upload("acme", number, at(second));
        store.accept(acceptance).await.unwrap();
    }
    let claimed = store.claim(request("acme", 2, at(9))).await.unwrap();
    let order: Vec<_> = claimed.iter().map(|job| job.lease.job).collect();
    assert_eq!(order, [job_id(2), job_id(3)]);
    assert_eq!((claimed[0].attempt, claimed[0].lease.epoch), (1, 1));
    assert_eq!(claimed[0].ready_at, at(3));
}

async fn concurrent_claims_share_nothing(store: &dyn JobStore, _: &dyn DocumentStore) {
    for number in 1..=20 {
        store.accept(upload("acme", number, at(0))).await.unwrap();
    }
    let claims = (0..8).map(|_| store.claim(request("acme", 4, at(1))));
    let mut jobs: Vec<JobId> = futures_util::future::join_all(claims)
        .await
        .into_iter()
        .flat_map(|claimed| claimed.unwrap())
        .map(|job| job.lease.job)
        .collect();
    jobs.sort();
    assert_eq!(jobs, (1..=20).map(job_id).collect::<Vec<_>>());
}

async fn a_stale_epoch_changes_nothing(store: &dyn JobStore, documents: &dyn DocumentStore) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    let first = claim_one(store, "acme", at(1)).await;
    let back = completion(first.lease, Outcome::GivenBack, at(2));
    store.complete(back).await.unwrap();
    let second = claim_one(store, "acme", at(3)).await;
    assert_eq!(second.lease.epoch, 2);
    let late = completion(first.lease, converted("late"), at(4));
    assert_eq!(store.complete(late).await.unwrap(), Completed::Stale);
    let beat = store.beat(&[first.lease], at(999)).await.unwrap();
    assert_eq!(beat.stale, [first.lease]);
    let JobState::Running { lease_until, .. } = state(store, 1).await else {
        panic!("it is no longer running");
    };
    assert_eq!(lease_until, at(33));
    let deck = documents.deck(&tenant("acme"), second.document, None).await;
    assert_eq!(deck.unwrap(), None);
}

async fn a_version_is_stored_with_the_success(store: &dyn JobStore, documents: &dyn DocumentStore) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    let claimed = claim_one(store, "acme", at(1)).await;
    let done = completion(claimed.lease, converted("Talk"), at(2));
    let done = store.complete(done).await.unwrap();
    let stored = state(store, 1).await;
    let version = Some(1);
    let state = stored.clone();
    assert_eq!(done, Completed::Done { state, version });
    let JobState::Succeeded { result, .. } = stored else {
        panic!("it did not succeed");
    };
    assert!(matches!(result, JobResult::Deck { version: 1, .. }));
    let owner = tenant("acme");
    let document = documents.document(&owner, claimed.document).await.unwrap();
    let document = document.unwrap();
    assert_eq!((document.version, document.slides), (1, 4));
    assert_eq!(
        (document.title.as_str(), document.updated_at),
        ("Talk", at(2))
    );
    let deck = documents
        .deck(&owner, claimed.document, None)
        .await
        .unwrap();
    assert_eq!(deck.unwrap().deck, b"Talk".as_slice());
}

async fn completing_twice_counts_once(store: &dyn JobStore, documents: &dyn DocumentStore) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    let claimed = claim_one(store, "acme", at(1)).await;
    let done = completion(claimed.lease, converted("Talk"), at(2));
    store.complete(done.clone()).await.unwrap();
    assert_eq!(store.complete(done).await.unwrap(), Completed::Stale);
    let job = store.job(None, job_id(1)).await.unwrap().unwrap();
    assert_eq!((job.attempts, job.history.len()), (1, 1));
    let second = documents
        .deck(&tenant("acme"), claimed.document, Some(2))
        .await;
    assert_eq!(second.unwrap(), None);
}

async fn a_repeated_request_finds_its_job(store: &dyn JobStore, _: &dyn DocumentStore) {
    let named = |number, hash: &str, now| Acceptance {
        idempotency: Some(IdempotencyKey {
            key: "k".to_owned(),
            request_hash: hash.to_owned(),
            expires_at: at(100),
        }),
        ..upload("acme", number, now)
    };
    let accept = |acceptance| store.accept(acceptance);
    assert_eq!(accept(named(1, "h", at(0))).await.unwrap(), Accepted::New);
    let repeated = accept(named(2, "h", at(1))).await.unwrap();
    assert_eq!(repeated, Accepted::Repeated(job_id(1)));
    let reused = accept(named(3, "other", at(1))).await.unwrap();
    assert_eq!(reused, Accepted::KeyReused);
    assert_eq!(store.open_jobs(&tenant("acme")).await.unwrap(), 1);
    let later = accept(named(4, "other", at(100))).await.unwrap();
    assert_eq!(later, Accepted::New);
    assert_eq!(store.forget_keys(at(99)).await.unwrap(), 0);
    assert_eq!(store.forget_keys(at(100)).await.unwrap(), 1);
}

async fn a_lost_answer_may_be_asked_for_again(store: &dyn JobStore, _: &dyn DocumentStore) {
    for _ in 0..2 {
        let accepted = store.accept(upload("acme", 1, at(0))).await.unwrap();
        assert_eq!(accepted, Accepted::New);
    }
    assert_eq!(store.open_jobs(&tenant("acme")).await.unwrap(), 1);
}

async fn a_retry_is_ready_only_at_its_time(store: &dyn JobStore, _: &dyn DocumentStore) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    let first = claim_one(store, "acme", at(1)).await;
    let retry = Outcome::Retry {
        failure: failure(),
        ready_at: at(10),
    };
    store
        .complete(completion(first.lease, retry, at(2)))
        .await
        .unwrap();
    let early = store.claim(request("acme", 1, at(9))).await.unwrap();
    assert_eq!(early, []);
    let backlog = store.backlog(JobKind::Convert, at(9)).await.unwrap();
    assert_eq!((backlog.depth(), backlog.next_ready_at), (0, Some(at(10))));
    let second = claim_one(store, "acme", at(10)).await;
    assert_eq!((second.attempt, second.lease.epoch), (2, 2));
    let job = store.job(None, job_id(1)).await.unwrap().unwrap();
    assert_eq!(job.history[0].failure, Some(failure()));
}

async fn what_is_given_back_costs_no_attempt(store: &dyn JobStore, _: &dyn DocumentStore) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    let first = claim_one(store, "acme", at(1)).await;
    let back = completion(first.lease, Outcome::GivenBack, at(2));
    store.complete(back).await.unwrap();
    let second = claim_one(store, "acme", at(2)).await;
    assert_eq!((second.attempt, second.lease.epoch), (1, 2));
}

async fn a_queued_job_is_cancelled_at_once(store: &dyn JobStore, _: &dyn DocumentStore) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    let owner = tenant("acme");
    let cancelled = store.cancel(Some(&owner), job_id(1), at(1)).await.unwrap();
    assert_eq!(
        cancelled.unwrap().state,
        JobState::Cancelled { finished_at: at(1) }
    );
    assert_eq!(store.claim(request("acme", 1, at(2))).await.unwrap(), []);
    let again = store.cancel(Some(&owner), job_id(1), at(3)).await.unwrap();
    assert!(matches!(again, Err(ChangeError::NotAllowed(_))));
}

async fn a_running_job_is_asked_to_stop(store: &dyn JobStore, _: &dyn DocumentStore) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    let claimed = claim_one(store, "acme", at(1)).await;
    let asked = store.cancel(None, job_id(1), at(2)).await.unwrap().unwrap();
    assert_eq!(asked.state.name(), StateName::Running);
    let beat = store.beat(&[claimed.lease], at(60)).await.unwrap();
    let expected = Beat {
        stale: Vec::new(),
        cancelled: vec![claimed.lease],
    };
    assert_eq!(beat, expected);
    let retry = Outcome::Retry {
        failure: failure(),
        ready_at: at(10),
    };
    let done = store.complete(completion(claimed.lease, retry, at(3)));
    let cancelled = JobState::Cancelled { finished_at: at(3) };
    let told = Completed::Done {
        state: cancelled.clone(),
        version: None,
    };
    assert_eq!(done.await.unwrap(), told);
    assert_eq!(state(store, 1).await, cancelled);
}

async fn what_stops_without_being_asked_to_waits_again(
    store: &dyn JobStore,
    _: &dyn DocumentStore,
) {
    for number in 1..=2 {
        store.accept(upload("acme", number, at(0))).await.unwrap();
    }
    let unasked = claim_one(store, "acme", at(1)).await;
    let asked = claim_one(store, "acme", at(1)).await;
    store
        .cancel(None, asked.lease.job, at(2))
        .await
        .unwrap()
        .unwrap();
    for lease in [unasked.lease, asked.lease] {
        let stopped = completion(lease, Outcome::Stopped, at(3));
        store.complete(stopped).await.unwrap();
    }
    let waits = JobState::Queued {
        ready_at: at(3),
        last_failure: None,
    };
    assert_eq!(state(store, 1).await, waits);
    let cancelled = JobState::Cancelled { finished_at: at(3) };
    assert_eq!(state(store, 2).await, cancelled);
    assert_eq!(claim_one(store, "acme", at(4)).await.attempt, 2);
}

async fn lapsed_leases_and_passed_deadlines_are_found(store: &dyn JobStore, _: &dyn DocumentStore) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    store.accept(upload("acme", 2, at(0))).await.unwrap();
    let beating = claim_one(store, "acme", at(1)).await;
    let silent = claim_one(store, "acme", at(1)).await;
    assert_eq!(store.expired(at(30), 10).await.unwrap(), []);
    store.beat(&[beating.lease], at(500)).await.unwrap();
    let lapsed = store.expired(at(31), 10).await.unwrap();
    assert_eq!(lapsed.len(), 1);
    assert_eq!(
        (lapsed[0].job.id, lapsed[0].deadline),
        (silent.lease.job, false)
    );
    let both = store.expired(at(101), 10).await.unwrap();
    assert_eq!(both.len(), 2);
    assert_eq!(
        (both[1].job.id, both[1].deadline),
        (beating.lease.job, true)
    );
    assert_eq!(store.expired(at(101), 1).await.unwrap().len(), 1);
}

async fn a_dead_job_is_retried_with_fresh_attempts(store: &dyn JobStore, _: &dyn DocumentStore) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    kill(store, "acme", at(1)).await;
    let back = store.retry(None, job_id(1), at(5)).await.unwrap().unwrap();
    assert_eq!((back.attempts, back.epoch, back.history.len()), (0, 1, 1));
    let again = claim_one(store, "acme", at(5)).await;
    assert_eq!((again.attempt, again.lease.epoch), (1, 2));
    let refused = store.retry(None, job_id(1), at(6)).await.unwrap();
    assert!(matches!(refused, Err(ChangeError::NotAllowed(_))));
}

async fn a_dead_job_is_dropped_for_good(store: &dyn JobStore, _: &dyn DocumentStore) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    kill(store, "acme", at(1)).await;
    let dropped = store.drop_dead(job_id(1)).await.unwrap().unwrap();
    let expected = JobState::Failed {
        finished_at: at(1),
        failure: failure(),
    };
    assert_eq!(dropped.state, expected);
    assert_eq!(state(store, 1).await, expected);
    let unknown = store.drop_dead(job_id(7)).await.unwrap();
    assert_eq!(unknown, Err(ChangeError::NotFound));
}

async fn tenants_do_not_see_each_others_jobs(store: &dyn JobStore, _: &dyn DocumentStore) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    store.accept(upload("other", 2, at(0))).await.unwrap();
    let other = tenant("other");
    let seen = store.job(Some(&other), job_id(1)).await.unwrap();
    assert_eq!(seen, None);
    let cancelled = store.cancel(Some(&other), job_id(1), at(1)).await.unwrap();
    assert_eq!(cancelled, Err(ChangeError::NotFound));
    let filter = JobFilter {
        tenant: Some(other),
        limit: 10,
        ..JobFilter::default()
    };
    let jobs = store.jobs(filter).await.unwrap();
    assert_eq!(
        jobs.iter().map(|job| job.id).collect::<Vec<_>>(),
        [job_id(2)]
    );
}

async fn jobs_are_paged_newest_first(store: &dyn JobStore, _: &dyn DocumentStore) {
    for number in 1..=5 {
        store.accept(upload("acme", number, at(0))).await.unwrap();
    }
    let page = |before| JobFilter {
        tenant: Some(tenant("acme")),
        state: Some(StateName::Queued),
        kind: Some(JobKind::Convert),
        before,
        limit: 2,
        ..JobFilter::default()
    };
    let ids =
        |jobs: Vec<crate::domain::job::Job>| jobs.iter().map(|job| job.id).collect::<Vec<_>>();
    let first = ids(store.jobs(page(None)).await.unwrap());
    assert_eq!(first, [job_id(5), job_id(4)]);
    let second = ids(store.jobs(page(Some(job_id(4)))).await.unwrap());
    assert_eq!(second, [job_id(3), job_id(2)]);
}

/// Makes a test of every fact for an adapter: an expression that opens it and answers the queue, the documents, and
/// whatever must live as long as they do.
macro_rules! adapters {
    ($($adapter:ident: $open:expr => [$($fact:ident)*];)*) => {$(
        mod $adapter {
            use super::*;

            $(#[tokio::test]
            async fn $fact() {
                let (jobs, documents, _kept) = $open.await;
                super::$fact(&jobs, &documents).await;
            })*
        }
    )*};
    ($($adapter:ident: $open:expr;)*) => {
        adapters! {$($adapter: $open => [
            an_accepted_job_waits_and_is_counted
            the_oldest_is_claimed_first
            concurrent_claims_share_nothing
            a_stale_epoch_changes_nothing
            a_version_is_stored_with_the_success
            completing_twice_counts_once
            a_repeated_request_finds_its_job
            a_lost_answer_may_be_asked_for_again
            a_retry_is_ready_only_at_its_time
            what_is_given_back_costs_no_attempt
            a_queued_job_is_cancelled_at_once
            a_running_job_is_asked_to_stop
            what_stops_without_being_asked_to_waits_again
            lapsed_leases_and_passed_deadlines_are_found
            a_dead_job_is_retried_with_fresh_attempts
            a_dead_job_is_dropped_for_good
            tenants_do_not_see_each_others_jobs
            jobs_are_paged_newest_first
        ];)*}
    };
}

adapters! {
    sqlite: open_sqlite();
    memory: open_memory();
}

pub(crate) async fn open_memory() -> (
    super::memory::MemoryJobStore,
    super::memory::MemoryJobStore,
    (),
) {
    let store = super::memory::MemoryJobStore::default();
    (store.clone(), store, ())
}

pub(crate) async fn open_sqlite() -> (
    super::sqlite::SqliteJobStore,
    crate::storage::documents::sqlite::SqliteDocumentStore,
    tempfile::TempDir,
) {
    let folder = tempfile::tempdir().unwrap();
    let database = crate::storage::database::Database::open(&folder.path().join("test.db"))
        .await
        .unwrap();
    (
        super::sqlite::SqliteJobStore::new(database.clone()),
        crate::storage::documents::sqlite::SqliteDocumentStore::new(database),
        folder,
    )
}
