//! What was decided about proposed edits. The proposals themselves are in the results of the jobs that made them.

#[cfg(test)]
mod conformance;
pub mod sql;

use async_trait::async_trait;

use super::error::StoreError;
use crate::domain::chat::{Decision, ProposalState};
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::tenant::TenantId;

/// Decisions about proposals.
#[async_trait]
pub trait DecisionStore: Send + Sync {
    /// What was decided about the proposals of a document; one that is not named is open.
    async fn decisions(
        &self,
        tenant: &TenantId,
        document: DocumentId,
    ) -> Result<Vec<Decision>, StoreError>;

    /// Decides, if the proposal still stands as `from`; answers whether it did. Of two that decide at once one does.
    async fn decide(&self, from: ProposalState, decision: Decision) -> Result<bool, StoreError>;

    /// Takes a decision back that could not be carried out, if it still stands: the proposal is as it was before it.
    async fn reopen(
        &self,
        proposal: JobId,
        state: ProposalState,
        before: Option<Decision>,
    ) -> Result<(), StoreError>;

    /// Forgets what was decided on a document.
    async fn forget(&self, tenant: &TenantId, document: DocumentId) -> Result<(), StoreError>;
}
