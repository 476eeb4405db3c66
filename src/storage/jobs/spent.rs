//! What jobs cost: the records of their attempts, added up by the database.

use sea_orm::ConnectionTrait;

use crate::domain::cost::Cost;
use crate::domain::cost_report::KindSpent;
use crate::domain::job::JobKind;
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;
use crate::storage::sql::Sql;

/// What jobs that ended from `since` on cost, for each kind.
pub(super) async fn since<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    since: Timestamp,
) -> Result<Vec<KindSpent>, StoreError> {
    let cost = |component: &str| {
        if sql.is_shared() {
            format!("COALESCE(SUM((record::json #>> '{{cost,{component}}}')::float8), 0)")
        } else {
            format!("COALESCE(SUM(json_extract(record, '$.cost.{component}')), 0.0)")
        }
    };
    // The last attempt lies with its job, those before it beside.
    let statement = format!(
        "SELECT kind, CAST(SUM(succeeded) AS BIGINT) AS succeeded, COUNT(record) AS attempts, \
         {} AS compute, {} AS storage, {} AS ai FROM (\
         SELECT kind, CASE WHEN state = 'succeeded' THEN 1 ELSE 0 END AS succeeded, record \
         FROM ended_jobs WHERE finished_at >= $1 UNION ALL \
         SELECT ended_jobs.kind, 0 AS succeeded, job_attempts.record FROM ended_jobs \
         JOIN job_attempts ON job_attempts.job = ended_jobs.id WHERE ended_jobs.finished_at >= $1) AS parts \
         GROUP BY kind",
        cost("compute"),
        cost("storage"),
        cost("ai")
    );
    let rows = sql.all(&statement, vec![since.0.into()]).await?;
    let mut spent = Vec::with_capacity(JobKind::ALL.len());
    for kind in JobKind::ALL {
        let mut found = KindSpent {
            kind,
            succeeded: 0,
            attempts: 0,
            cost: Cost::default(),
        };
        for row in &rows {
            if row.parse::<JobKind>("kind")? == kind {
                found.succeeded = row.number("succeeded")?;
                found.attempts = row.number("attempts")?;
                found.cost = Cost {
                    compute: row.get("compute")?,
                    storage: row.get("storage")?,
                    ai: row.get("ai")?,
                };
            }
        }
        spent.push(found);
    }
    Ok(spent)
}
