//! Who leads, and what an older term may no longer do. For stores that several nodes can share.

use uuid::Uuid;

use crate::domain::ids::NodeId;
use crate::domain::job_state::StateName;
use crate::storage::documents::DocumentStore;
use crate::storage::jobs::fixtures::{at, claim_one, completion, failure, state, upload};
use crate::storage::jobs::{Completed, JobStore, Outcome};

fn node(number: u128) -> NodeId {
    NodeId(Uuid::from_u128(number))
}

pub(super) async fn one_node_leads_until_its_lease_lapses(
    store: &dyn JobStore,
    _: &dyn DocumentStore,
) {
    let lead = |number, now, until| store.lead(node(number), at(now), at(until));
    let first = lead(1, 0, 15).await.unwrap().unwrap();
    assert_eq!(lead(2, 14, 29).await.unwrap(), None);
    assert_eq!(lead(1, 14, 29).await.unwrap(), Some(first));
    let second = lead(2, 29, 44).await.unwrap().unwrap();
    assert!(second > first);
    assert_eq!(lead(1, 30, 45).await.unwrap(), None);
    store.resign(node(1)).await.unwrap();
    assert_eq!(lead(1, 30, 45).await.unwrap(), None);
    store.resign(node(2)).await.unwrap();
    assert!(lead(1, 30, 45).await.unwrap().unwrap() > second);
}

pub(super) async fn several_that_want_the_lead_at_once_get_one_leader(
    store: &dyn JobStore,
    _: &dyn DocumentStore,
) {
    let wanted = (1..=6).map(|number| store.lead(node(number), at(0), at(15)));
    let terms = futures_util::future::join_all(wanted).await;
    let leaders = terms.into_iter().filter(|term| matches!(term, Ok(Some(_))));
    assert_eq!(leaders.count(), 1);
}

pub(super) async fn an_older_term_rescues_and_counts_nothing(
    store: &dyn JobStore,
    _: &dyn DocumentStore,
) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    let claimed = claim_one(store, "acme", at(1)).await;
    let old = store.lead(node(1), at(0), at(15)).await.unwrap().unwrap();
    let new = store.lead(node(2), at(15), at(30)).await.unwrap().unwrap();
    let dead = Outcome::Dead { failure: failure() };
    let lapsed = completion(claimed.lease, dead, at(16));
    let refused = store.rescue(old, lapsed.clone()).await.unwrap();
    assert_eq!(refused, Completed::Stale);
    assert_eq!(state(store, 1).await.name(), StateName::Running);
    let done = store.rescue(new, lapsed).await.unwrap();
    assert!(matches!(done, Completed::Done { .. }));
    assert_eq!(state(store, 1).await.name(), StateName::Dead);
}
