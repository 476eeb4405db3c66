//! What the end of an attempt leaves, and what a stale one does not.

use crate::domain::cost::Cost;
use crate::domain::job::JobKind;
use crate::domain::job::JobResult;
use crate::domain::job_state::JobState;
use crate::storage::documents::DocumentStore;
use crate::storage::jobs::fixtures::{
    at, claim_one, completion, converted, failure, job_id, request, state, tenant, upload,
};
use crate::storage::jobs::{Completed, JobStore, Outcome};

pub(super) async fn a_stale_epoch_changes_nothing(
    store: &dyn JobStore,
    documents: &dyn DocumentStore,
) {
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

pub(super) async fn a_version_is_stored_with_the_success(
    store: &dyn JobStore,
    documents: &dyn DocumentStore,
) {
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

pub(super) async fn completing_twice_counts_once(
    store: &dyn JobStore,
    documents: &dyn DocumentStore,
) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    let claimed = claim_one(store, "acme", at(1)).await;
    let done = completion(claimed.lease, converted("Talk"), at(2));
    let told = store.complete(done.clone()).await.unwrap();
    assert_eq!(store.complete(done).await.unwrap(), told);
    let other = completion(claimed.lease, converted("Other"), at(3));
    assert_eq!(store.complete(other).await.unwrap(), Completed::Stale);
    let job = store.job(None, job_id(1)).await.unwrap().unwrap();
    assert_eq!((job.attempts, job.history.len()), (1, 1));
    let second = documents
        .deck(&tenant("acme"), claimed.document, Some(2))
        .await;
    assert_eq!(second.unwrap(), None);
}

pub(super) async fn a_retry_is_ready_only_at_its_time(store: &dyn JobStore, _: &dyn DocumentStore) {
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

pub(super) async fn what_is_given_back_costs_no_attempt(
    store: &dyn JobStore,
    _: &dyn DocumentStore,
) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    let first = claim_one(store, "acme", at(1)).await;
    let back = completion(first.lease, Outcome::GivenBack, at(2));
    store.complete(back).await.unwrap();
    let second = claim_one(store, "acme", at(2)).await;
    assert_eq!((second.attempt, second.lease.epoch), (1, 2));
}

pub(super) async fn what_stops_without_being_asked_to_waits_again(
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

pub(super) async fn what_jobs_cost_is_added_up_with_the_attempts_that_failed(
    store: &dyn JobStore,
    _: &dyn DocumentStore,
) {
    let priced = |lease, outcome, seconds| {
        let mut end = completion(lease, outcome, at(seconds));
        end.record.cost = Cost {
            compute: 0.5,
            storage: 0.25,
            ai: 0.125,
        };
        end
    };
    for number in 1..=3 {
        store.accept(upload("acme", number, at(0))).await.unwrap();
    }
    // One ends before what is asked for, one at its second attempt, one never.
    let early = claim_one(store, "acme", at(1)).await;
    let end = priced(early.lease, converted("Early"), 5);
    store.complete(end).await.unwrap();
    let first = claim_one(store, "acme", at(10)).await;
    let again = Outcome::Retry {
        failure: failure(),
        ready_at: at(11),
    };
    store
        .complete(priced(first.lease, again, 11))
        .await
        .unwrap();
    // The third is older in the queue by now.
    let third = claim_one(store, "acme", at(12)).await;
    let second = claim_one(store, "acme", at(13)).await;
    let ending = [second, third].into_iter();
    let mut ending = ending.filter(|claimed| claimed.lease.job == first.lease.job);
    let end = priced(ending.next().unwrap().lease, converted("Late"), 20);
    store.complete(end).await.unwrap();
    let spent = store.spent(at(10)).await.unwrap();
    let kinds: Vec<_> = spent.iter().map(|spent| spent.kind).collect();
    assert_eq!(kinds, JobKind::ALL);
    let convert = spent[0];
    assert_eq!((convert.succeeded, convert.attempts), (1, 2));
    let cost = convert.cost;
    assert_eq!((cost.compute, cost.storage, cost.ai), (1.0, 0.5, 0.25));
    assert_eq!((spent[1].attempts, spent[1].cost), (0, Cost::default()));
}
