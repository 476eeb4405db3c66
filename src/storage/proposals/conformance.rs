//! What every store of decisions must do, one function a fact; at the end the adapters it is run for.

use uuid::Uuid;

use super::DecisionStore;
use super::sql::SqlDecisionStore;
use crate::domain::chat::{Decision, ProposalState};
use crate::domain::ids::{DocumentId, JobId};
use crate::storage::database::fixtures;
use crate::storage::jobs::fixtures::{at, tenant};

fn document() -> DocumentId {
    DocumentId(Uuid::from_u128(7))
}

fn decision(number: u128, state: ProposalState, version: Option<u64>) -> Decision {
    Decision {
        proposal: JobId(Uuid::from_u128(number)),
        tenant: tenant("acme"),
        document: document(),
        state,
        version,
        at: at(3),
    }
}

async fn of_two_that_decide_at_once_one_does(store: &dyn DecisionStore) {
    let applied = decision(1, ProposalState::Applied, Some(2));
    let dropped = decision(1, ProposalState::Dropped, None);
    let (one, other) = futures_util::join!(
        store.decide(ProposalState::Open, applied),
        store.decide(ProposalState::Open, dropped)
    );
    assert_ne!(one.unwrap(), other.unwrap());
    let stored = store.decisions(&tenant("acme"), document()).await.unwrap();
    assert_eq!(stored.len(), 1);
}

async fn what_is_applied_is_undone_once_and_for_its_tenant_only(store: &dyn DecisionStore) {
    let applied = decision(1, ProposalState::Applied, Some(2));
    assert!(store.decide(ProposalState::Open, applied).await.unwrap());
    let undone = decision(1, ProposalState::Undone, Some(3));
    let mut theirs = undone.clone();
    theirs.tenant = tenant("other");
    assert!(!store.decide(ProposalState::Applied, theirs).await.unwrap());
    assert!(
        store
            .decide(ProposalState::Applied, undone.clone())
            .await
            .unwrap()
    );
    assert!(
        !store
            .decide(ProposalState::Applied, undone.clone())
            .await
            .unwrap()
    );
    let (owner, other) = (tenant("acme"), tenant("other"));
    assert_eq!(store.decisions(&owner, document()).await.unwrap(), [undone]);
    assert_eq!(store.decisions(&other, document()).await.unwrap(), []);
    store.forget(&other, document()).await.unwrap();
    assert_eq!(store.decisions(&owner, document()).await.unwrap().len(), 1);
    store.forget(&owner, document()).await.unwrap();
    assert_eq!(store.decisions(&owner, document()).await.unwrap(), []);
}

async fn what_could_not_be_carried_out_is_open_again(store: &dyn DecisionStore) {
    let applied = decision(1, ProposalState::Applied, Some(2));
    assert!(
        store
            .decide(ProposalState::Open, applied.clone())
            .await
            .unwrap()
    );
    // Somebody who decided otherwise is not taken back.
    store
        .reopen(applied.proposal, ProposalState::Dropped, None)
        .await
        .unwrap();
    assert_eq!(
        store.decisions(&tenant("acme"), document()).await.unwrap(),
        std::slice::from_ref(&applied)
    );
    let undone = decision(1, ProposalState::Undone, Some(3));
    assert!(store.decide(ProposalState::Applied, undone).await.unwrap());
    let back = Some(applied.clone());
    store
        .reopen(applied.proposal, ProposalState::Undone, back)
        .await
        .unwrap();
    assert_eq!(
        store.decisions(&tenant("acme"), document()).await.unwrap(),
        std::slice::from_ref(&applied)
    );
    store
        .reopen(applied.proposal, ProposalState::Applied, None)
        .await
        .unwrap();
    assert_eq!(
        store.decisions(&tenant("acme"), document()).await.unwrap(),
        []
    );
}

macro_rules! adapters {
    ($($adapter:ident: [$($fact:ident)*];)*) => {$(
        mod $adapter {
            use super::*;

            $(#[tokio::test]
            async fn $fact() {
                let Some((database, _kept)) = fixtures::$adapter().await else {
                    return;
                };
                super::$fact(&SqlDecisionStore::new(database)).await;
            })*
        }
    )*};
    ($($adapter:ident;)*) => {
        adapters! {$($adapter: [
            of_two_that_decide_at_once_one_does
            what_is_applied_is_undone_once_and_for_its_tenant_only
            what_could_not_be_carried_out_is_open_again
        ];)*}
    };
}

adapters! {
    sqlite;
    postgres;
}
