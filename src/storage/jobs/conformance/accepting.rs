//! What becomes of a job that is accepted, once or more often.

use crate::domain::job::JobKind;
use crate::domain::job_state::StateName;
use crate::storage::documents::DocumentStore;
use crate::storage::jobs::fixtures::{at, claim_one, job_id, kill, state, tenant, upload};
use crate::storage::jobs::{Acceptance, Accepted, IdempotencyKey, JobStore};

pub(super) async fn an_accepted_job_waits_and_is_counted(
    store: &dyn JobStore,
    _: &dyn DocumentStore,
) {
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

pub(super) async fn a_repeated_request_finds_its_job(store: &dyn JobStore, _: &dyn DocumentStore) {
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

pub(super) async fn a_lost_answer_may_be_asked_for_again(
    store: &dyn JobStore,
    _: &dyn DocumentStore,
) {
    for _ in 0..2 {
        let accepted = store.accept(upload("acme", 1, at(0))).await.unwrap();
        assert_eq!(accepted, Accepted::New);
    }
    assert_eq!(store.open_jobs(&tenant("acme")).await.unwrap(), 1);
}

pub(super) async fn what_is_asked_for_again_after_its_end_makes_no_second_job(
    store: &dyn JobStore,
    _: &dyn DocumentStore,
) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    kill(store, "acme", at(1)).await;
    let again = store.accept(upload("acme", 1, at(0))).await.unwrap();
    assert_eq!(again, Accepted::New);
    assert_eq!(store.open_jobs(&tenant("acme")).await.unwrap(), 0);
    assert_eq!(state(store, 1).await.name(), StateName::Dead);
}

pub(super) async fn a_name_that_comes_often_at_once_is_given_once(
    store: &dyn JobStore,
    _: &dyn DocumentStore,
) {
    let accepts = (1..=8).map(|number| {
        let key = IdempotencyKey {
            key: "k".to_owned(),
            request_hash: "h".to_owned(),
            expires_at: at(100),
        };
        store.accept(Acceptance {
            idempotency: Some(key),
            ..upload("acme", number, at(0))
        })
    });
    let answers = futures_util::future::join_all(accepts).await;
    let answers: Vec<Accepted> = answers.into_iter().map(Result::unwrap).collect();
    let new = answers.iter().filter(|answer| **answer == Accepted::New);
    assert_eq!(new.count(), 1, "{answers:?}");
    assert_eq!(store.open_jobs(&tenant("acme")).await.unwrap(), 1);
}

pub(super) async fn the_trace_that_asked_is_kept_from_acceptance_to_the_end_and_back(
    store: &dyn JobStore,
    _: &dyn DocumentStore,
) {
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let trace = trace.parse().ok();
    let mut asked = upload("acme", 1, at(0));
    asked.job.trace = trace;
    store.accept(asked).await.unwrap();
    store.accept(upload("other", 2, at(0))).await.unwrap();
    let kept = async |number| {
        let job = store.job(None, job_id(number)).await.unwrap();
        job.unwrap().trace
    };
    assert_eq!((kept(1).await, kept(2).await), (trace, None));
    // Dead, and so in the other table.
    kill(store, "acme", at(1)).await;
    assert_eq!(kept(1).await, trace);
    store.retry(None, job_id(1), at(2)).await.unwrap().unwrap();
    assert_eq!(claim_one(store, "acme", at(2)).await.trace, trace);
    assert_eq!(claim_one(store, "other", at(2)).await.trace, None);
    let expired = store.expired(at(1_000), 10).await.unwrap();
    let lost = expired.iter().find(|it| it.job.id == job_id(1));
    assert_eq!(lost.unwrap().job.trace, trace);
    // Cancelled before anybody claimed it.
    let mut asked = upload("acme", 3, at(3));
    asked.job.trace = trace;
    store.accept(asked).await.unwrap();
    store.cancel(None, job_id(3), at(4)).await.unwrap().unwrap();
    assert_eq!(kept(3).await, trace);
}

pub(super) async fn any_title_can_be_kept(store: &dyn JobStore, documents: &dyn DocumentStore) {
    let mut odd = upload("acme", 1, at(0));
    if let Some(document) = &mut odd.document {
        document.title = "a\0b".to_owned();
    }
    store.accept(odd).await.unwrap();
    let claimed = claim_one(store, "acme", at(1)).await;
    let kept = documents.document(&tenant("acme"), claimed.document).await;
    let title = kept.unwrap().unwrap().title;
    assert!(title.starts_with('a') && title.ends_with('b'), "{title:?}");
}
