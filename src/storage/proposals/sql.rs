//! Decisions about proposals in a database.

use async_trait::async_trait;
use sea_orm::Value;

use super::DecisionStore;
use crate::domain::chat::{Decision, ProposalState};
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::tenant::TenantId;
use crate::storage::database::Database;
use crate::storage::error::StoreError;
use crate::storage::sql::{Row, Sql};

/// The name of this store in errors.
const WHAT: &str = "decision";

const INSERT: &str = "INSERT INTO decisions (proposal, tenant, document, state, version, at) \
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (proposal) DO NOTHING";

/// Decisions in a database.
#[derive(Clone, Debug)]
pub struct SqlDecisionStore {
    database: Database,
}

impl SqlDecisionStore {
    /// The decisions in that database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    async fn run(&self, sql: &'static str, values: Vec<Value>) -> Result<bool, StoreError> {
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move {
                    let changed = Sql::new(transaction, WHAT).run(sql, values).await?;
                    Ok(changed > 0)
                })
            })
            .await
    }
}

#[async_trait]
impl DecisionStore for SqlDecisionStore {
    async fn decisions(
        &self,
        tenant: &TenantId,
        document: DocumentId,
    ) -> Result<Vec<Decision>, StoreError> {
        let rows = Sql::new(self.database.reader(), WHAT)
            .all(
                "SELECT proposal, state, version, at FROM decisions \
                 WHERE document = $1 AND tenant = $2 ORDER BY proposal",
                vec![document.0.into(), tenant.as_str().into()],
            )
            .await?;
        rows.iter()
            .map(|row| decision(row, tenant, document))
            .collect()
    }

    async fn decide(&self, from: ProposalState, decision: Decision) -> Result<bool, StoreError> {
        let version = decision
            .version
            .map(|version| i64::try_from(version).unwrap_or(i64::MAX));
        let mut values: Vec<Value> = vec![
            decision.proposal.0.into(),
            decision.tenant.as_str().into(),
            decision.document.0.into(),
            decision.state.name().into(),
            version.into(),
            decision.at.0.into(),
        ];
        if from == ProposalState::Open {
            return self.run(INSERT, values).await;
        }
        values.push(from.name().into());
        let update = "UPDATE decisions SET state = $4, version = $5, at = $6 \
             WHERE proposal = $1 AND tenant = $2 AND document = $3 AND state = $7";
        self.run(update, values).await
    }

    async fn reopen(
        &self,
        proposal: JobId,
        state: ProposalState,
        before: Option<Decision>,
    ) -> Result<(), StoreError> {
        match before {
            None => {
                let values = vec![proposal.0.into(), state.name().into()];
                let gone = "DELETE FROM decisions WHERE proposal = $1 AND state = $2";
                self.run(gone, values).await.map(drop)
            }
            Some(before) => self.decide(state, before).await.map(drop),
        }
    }

    async fn forget(&self, tenant: &TenantId, document: DocumentId) -> Result<(), StoreError> {
        let values = vec![document.0.into(), tenant.as_str().into()];
        let gone = "DELETE FROM decisions WHERE document = $1 AND tenant = $2";
        self.run(gone, values).await.map(drop)
    }
}

fn decision(row: &Row, tenant: &TenantId, document: DocumentId) -> Result<Decision, StoreError> {
    let name: String = row.get("state")?;
    let state = ProposalState::ALL
        .into_iter()
        .find(|state| state.name() == name);
    let state = state.ok_or_else(|| StoreError::Corrupt {
        what: WHAT,
        detail: format!("`{name}` is no state of a proposal"),
    })?;
    let version: Option<i64> = row.get("version")?;
    Ok(Decision {
        proposal: JobId(row.get("proposal")?),
        tenant: tenant.clone(),
        document,
        state,
        version: version.and_then(|version| u64::try_from(version).ok()),
        at: row.moment("at")?,
    })
}
