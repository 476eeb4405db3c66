//! What can be done to a job from outside.

use crate::domain::job_state::{JobState, StateName};
use crate::storage::documents::DocumentStore;
use crate::storage::jobs::fixtures::{
    at, claim_one, completion, failure, job_id, kill, request, state, tenant, upload,
};
use crate::storage::jobs::{Beat, ChangeError, Completed, JobStore, Outcome};

pub(super) async fn a_queued_job_is_cancelled_at_once(store: &dyn JobStore, _: &dyn DocumentStore) {
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

pub(super) async fn a_running_job_is_asked_to_stop(store: &dyn JobStore, _: &dyn DocumentStore) {
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

pub(super) async fn a_dead_job_is_retried_with_fresh_attempts(
    store: &dyn JobStore,
    _: &dyn DocumentStore,
) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    kill(store, "acme", at(1)).await;
    let back = store.retry(None, job_id(1), at(5)).await.unwrap().unwrap();
    assert_eq!((back.attempts, back.epoch, back.history.len()), (0, 1, 1));
    let again = claim_one(store, "acme", at(5)).await;
    assert_eq!((again.attempt, again.lease.epoch), (1, 2));
    let refused = store.retry(None, job_id(1), at(6)).await.unwrap();
    assert!(matches!(refused, Err(ChangeError::NotAllowed(_))));
}

pub(super) async fn a_dead_job_is_dropped_for_good(store: &dyn JobStore, _: &dyn DocumentStore) {
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
