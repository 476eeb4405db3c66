//! The queue in a database, SQLite or PostgreSQL: what arrives together is written together.

use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt;
use sea_orm::{DatabaseConnection, DatabaseTransaction};

use super::ended;
use super::row::WHAT;
use super::spent;
use super::{
    Acceptance, Accepted, Arrived, Beat, ChangeError, ClaimRequest, Completed, Completion, Expired,
    JobCount, JobFilter, JobStore, Term, accept, change, claim, complete, leader, listing, read,
};
use crate::domain::cost_report::KindSpent;
use crate::domain::ids::{DocumentId, JobId, NodeId};
use crate::domain::job::{ClaimedJob, Job, JobKind, Lease};
use crate::domain::job_state::{InvalidTransition, JobState};
use crate::domain::policy::dispatch::Backlog;
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::storage::batches::{Batches, Shape};
use crate::storage::database::Database;
use crate::storage::error::StoreError;
use crate::storage::sql::Sql;

/// SQLite has one writer; on a server one group is on its way to the disk while the next is put together.
const ONE_WRITER: Shape = Shape {
    group: 128,
    lanes: 1,
};
/// Bytes of a statement that a new job takes, and the end of one. Groups go out in one piece: small ones on more connections
/// are far quicker than large ones that wait halfway.
const NEW: usize = 210;
const END: usize = 440;

fn shared(bytes: usize, at_once: usize) -> Shape {
    let group = (at_once / bytes).min(256);
    Shape {
        group,
        lanes: if group < 64 { 6 } else { 4 },
    }
}

/// The queue in a database. Clones share it.
#[derive(Clone, Debug)]
pub struct SqlJobStore {
    database: Database,
    acceptances: Batches<Acceptance, Accepted>,
    completions: Batches<Completion, Completed>,
}

impl SqlJobStore {
    /// The queue in that database; starts its writers on the current runtime.
    pub fn new(database: Database) -> Self {
        let (new, ends) = match database.statements() {
            Some(_) => {
                let at_once = database.bytes_at_once();
                (shared(NEW, at_once), shared(END, at_once))
            }
            None => (ONE_WRITER, ONE_WRITER),
        };
        let (for_acceptances, for_completions) = (database.clone(), database.clone());
        let acceptances = Batches::start(WHAT, new, move |tries, group| {
            accept_group(for_acceptances.clone(), tries, group).boxed()
        });
        let completions = Batches::start(WHAT, ends, move |_, group| {
            complete_group(for_completions.clone(), group).boxed()
        });
        Self {
            database,
            acceptances,
            completions,
        }
    }

    fn reader(&self) -> Sql<'_, DatabaseConnection> {
        Sql::reading(self.database.reader(), WHAT)
    }

    async fn change<F>(
        &self,
        tenant: Option<&TenantId>,
        id: JobId,
        transition: F,
    ) -> Result<Result<Job, ChangeError>, StoreError>
    where
        F: Fn(JobState) -> Result<JobState, InvalidTransition> + Send + Sync + 'static,
    {
        let tenant = tenant.cloned();
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move {
                    change::change(&sql(transaction), tenant.as_ref(), id, transition).await
                })
            })
            .await
    }
}

fn sql(transaction: &DatabaseTransaction) -> Sql<'_, DatabaseTransaction> {
    Sql::new(transaction, WHAT)
}

async fn accept_group(
    database: Database,
    tries: usize,
    group: Vec<Acceptance>,
) -> Result<Vec<Accepted>, StoreError> {
    let again = tries > 1;
    if let Some(connection) = database.statements()
        && !again
        && group.iter().all(accept::is_plain)
    {
        return accept::accept_all(&Sql::new(connection, WHAT), &group).await;
    }
    database
        .write(WHAT, move |transaction| {
            Box::pin(async move {
                let sql = sql(transaction);
                let answers = accept::accept_all(&sql, &group).await?;
                if again {
                    accept::take_back_ended(&sql, &group).await?;
                }
                Ok(answers)
            })
        })
        .await
}

async fn complete_group(
    database: Database,
    group: Vec<Completion>,
) -> Result<Vec<Completed>, StoreError> {
    if let Some(connection) = database.statements()
        && group.iter().all(complete::is_plain)
    {
        return complete::complete_all(&Sql::new(connection, WHAT), group).await;
    }
    database
        .write(WHAT, move |transaction| {
            Box::pin(async move { complete::complete_all(&sql(transaction), group).await })
        })
        .await
}

#[async_trait]
impl JobStore for SqlJobStore {
    async fn accept(&self, acceptance: Acceptance) -> Result<Accepted, StoreError> {
        self.acceptances.put(acceptance).await
    }

    async fn backlog(&self, kind: JobKind, now: Timestamp) -> Result<Backlog, StoreError> {
        claim::backlog(&self.reader(), kind, now).await
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        if request.grants.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(connection) = self.database.statements() {
            return claim::claim_at_once(&Sql::new(connection, WHAT), &request).await;
        }
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move { claim::claim_in_turn(&sql(transaction), &request).await })
            })
            .await
    }

    async fn complete(&self, completion: Completion) -> Result<Completed, StoreError> {
        self.completions.put(completion).await
    }

    async fn beat(&self, leases: &[Lease], lease_until: Timestamp) -> Result<Beat, StoreError> {
        if leases.is_empty() {
            return Ok(Beat::default());
        }
        if let Some(connection) = self.database.leases() {
            return claim::beat(&Sql::reading(connection, WHAT), leases, lease_until).await;
        }
        let leases = leases.to_vec();
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move { claim::beat(&sql(transaction), &leases, lease_until).await })
            })
            .await
    }

    async fn expired(&self, now: Timestamp, limit: u32) -> Result<Vec<Expired>, StoreError> {
        claim::expired(&self.reader(), now, limit).await
    }

    async fn lead(
        &self,
        node: NodeId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Term>, StoreError> {
        if let Some(connection) = self.database.leases() {
            return leader::lead(&Sql::new(connection, WHAT), node, now, until).await;
        }
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move { leader::lead(&sql(transaction), node, now, until).await })
            })
            .await
    }

    async fn resign(&self, node: NodeId) -> Result<(), StoreError> {
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move { leader::resign(&sql(transaction), node).await })
            })
            .await
    }

    async fn rescue(&self, term: Term, completion: Completion) -> Result<Completed, StoreError> {
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move {
                    let sql = sql(transaction);
                    if !leader::holds(&sql, term).await? {
                        return Ok(Completed::Stale);
                    }
                    let answers = complete::complete_all(&sql, vec![completion]).await?;
                    Ok(answers.into_iter().next().unwrap_or(Completed::Stale))
                })
            })
            .await
    }

    async fn count_ended(&self, term: Term, up_to: Timestamp) -> Result<(), StoreError> {
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move { leader::count_ended(&sql(transaction), term, up_to).await })
            })
            .await
    }

    async fn job(&self, tenant: Option<&TenantId>, id: JobId) -> Result<Option<Job>, StoreError> {
        read::job(&self.reader(), tenant, id).await
    }

    async fn jobs(&self, filter: JobFilter) -> Result<Vec<Job>, StoreError> {
        listing::jobs(&self.reader(), &filter).await
    }

    async fn cancel(
        &self,
        tenant: Option<&TenantId>,
        id: JobId,
        now: Timestamp,
    ) -> Result<Result<Job, ChangeError>, StoreError> {
        self.change(tenant, id, move |state| state.cancel(now))
            .await
    }

    async fn retry(
        &self,
        tenant: Option<&TenantId>,
        id: JobId,
        now: Timestamp,
    ) -> Result<Result<Job, ChangeError>, StoreError> {
        self.change(tenant, id, move |state| state.revive(now))
            .await
    }

    async fn drop_dead(&self, id: JobId) -> Result<Result<Job, ChangeError>, StoreError> {
        self.change(None, id, JobState::drop_dead).await
    }

    async fn counts(&self) -> Result<Vec<JobCount>, StoreError> {
        read::counts(&self.reader()).await
    }

    async fn spent(&self, since: Timestamp) -> Result<Vec<KindSpent>, StoreError> {
        spent::since(&self.reader(), since).await
    }

    async fn arrived(
        &self,
        kind: JobKind,
        since: Timestamp,
        bucket: Duration,
    ) -> Result<Vec<Arrived>, StoreError> {
        read::arrived(&self.reader(), kind, since, bucket).await
    }

    async fn open_jobs(&self, tenant: &TenantId) -> Result<u64, StoreError> {
        read::open_jobs(&self.reader(), tenant).await
    }

    async fn forget_keys(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move { accept::forget_keys(&sql(transaction), now).await })
            })
            .await
    }

    async fn forget_ended(
        &self,
        tenant: &TenantId,
        document: DocumentId,
        kind: JobKind,
    ) -> Result<u64, StoreError> {
        let tenant = tenant.clone();
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(
                    async move { ended::forget(&sql(transaction), &tenant, document, kind).await },
                )
            })
            .await
    }
}
