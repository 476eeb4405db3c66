//! Hours and reports in the database, embedded or on a server.

use async_trait::async_trait;
use sea_orm::Value;
use uuid::Uuid;

use super::{CapacityStore, KeptReport, roll_up};
use crate::domain::capacity::hours::{Demand, Supply};
use crate::domain::ids::NodeId;
use crate::domain::time::Timestamp;
use crate::storage::database::Database;
use crate::storage::error::StoreError;
use crate::storage::jobs::row;
use crate::storage::rows::Rows;
use crate::storage::sql::{Row, Sql, integer, to_json, whole};

/// The name of this store in errors.
pub(super) const WHAT: &str = "capacity";

/// Hours that are stored in one transaction: other writers of SQLite wait for it.
const AT_ONCE: usize = 168;

const KEEP: &str = "INSERT INTO capacity_reports (id, week, report) VALUES ($1, $2, $3) \
    ON CONFLICT (week) DO NOTHING";

/// Hours and reports in SQLite or PostgreSQL.
#[derive(Clone, Debug)]
pub struct SqlCapacityStore {
    database: Database,
}

impl SqlCapacityStore {
    /// Those of that database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    fn reader(&self) -> Sql<'_, sea_orm::DatabaseConnection> {
        Sql::new(self.database.reader(), WHAT)
    }

    /// Runs a statement; answers how many rows it changed.
    async fn run(&self, statement: String, values: Vec<Value>) -> Result<u64, StoreError> {
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move { Sql::new(transaction, WHAT).run(&statement, values).await })
            })
            .await
    }

    async fn kept(&self, which: &str, values: Vec<Value>) -> Result<Vec<KeptReport>, StoreError> {
        let statement = format!("SELECT id, week, report FROM capacity_reports {which}");
        let rows = self.reader().all(&statement, values).await?;
        rows.iter().map(kept).collect()
    }
}

#[async_trait]
impl CapacityStore for SqlCapacityStore {
    async fn roll_up(&self, now: Timestamp, limit: u32) -> Result<u32, StoreError> {
        let missing = roll_up::missing(&self.reader(), now, limit).await?;
        for hours in missing.chunks(AT_ONCE) {
            let counted = roll_up::count(&self.reader(), hours).await?;
            self.database
                .write(WHAT, move |transaction| {
                    Box::pin(
                        async move { roll_up::store(&Sql::new(transaction, WHAT), &counted).await },
                    )
                })
                .await?;
        }
        Ok(u32::try_from(missing.len()).unwrap_or(u32::MAX))
    }

    async fn demand(&self, since: Timestamp) -> Result<Vec<Demand>, StoreError> {
        let statement = "SELECT * FROM capacity_demand WHERE hour >= $1 ORDER BY hour, kind, tier";
        let rows = self.reader().all(statement, vec![since.0.into()]).await?;
        rows.iter().map(demand).collect()
    }

    async fn note(&self, supply: Vec<Supply>) -> Result<(), StoreError> {
        let integers =
            |of: fn(&Supply) -> i64| supply.iter().map(of).collect::<Vec<_>>().into_iter();
        let rows = Rows::default()
            .integers("hour", integers(|one| one.hour.0))
            .texts("pool", supply.iter().map(|one| one.pool.name().to_owned()))
            .uuids("node", supply.iter().map(|one| one.node.0))
            .integers("samples", integers(|one| one.samples.into()))
            .integers("fewest", integers(|one| one.fewest.into()))
            .integers("most", integers(|one| one.most.into()))
            .integers("workers", integers(|one| whole(one.workers)))
            .integers("slots", integers(|one| whole(one.slots)))
            .integers("busy", integers(|one| whole(one.busy)))
            .integers("at_most", integers(|one| one.at_most.into()))
            .integers("changes", integers(|one| one.changes.into()));
        let (rows, values) = rows.source(self.reader().backend());
        let counts = [
            "samples", "fewest", "most", "workers", "slots", "busy", "at_most", "changes",
        ];
        let replaced = counts.map(|count| format!("{count} = excluded.{count}"));
        let counts = counts.join(", ");
        let statement = format!(
            "WITH sent AS ({rows}) INSERT INTO capacity_supply (hour, pool, node, {counts}) \
             SELECT hour, pool, node, {counts} FROM sent WHERE true \
             ON CONFLICT (hour, pool, node) DO UPDATE SET {}",
            replaced.join(", ")
        );
        self.run(statement, values).await.map(drop)
    }

    async fn supply(&self, since: Timestamp) -> Result<Vec<Supply>, StoreError> {
        let statement = "SELECT * FROM capacity_supply WHERE hour >= $1 ORDER BY hour, pool, node";
        let rows = self.reader().all(statement, vec![since.0.into()]).await?;
        rows.iter().map(supply).collect()
    }

    async fn keep(&self, kept: KeptReport) -> Result<bool, StoreError> {
        let report = to_json(WHAT, &kept.report)?;
        let values = vec![kept.id.into(), kept.week.0.into(), report.into()];
        Ok(self.run(KEEP.to_owned(), values).await? > 0)
    }

    async fn unannounced(&self) -> Result<Vec<KeptReport>, StoreError> {
        self.kept("WHERE announced = 0 ORDER BY week", Vec::new())
            .await
    }

    async fn announced(&self, id: Uuid) -> Result<(), StoreError> {
        let statement = "UPDATE capacity_reports SET announced = 1 WHERE id = $1";
        self.run(statement.to_owned(), vec![id.into()])
            .await
            .map(drop)
    }

    async fn reports(&self, limit: u32) -> Result<Vec<KeptReport>, StoreError> {
        let newest = "ORDER BY week DESC LIMIT $1";
        self.kept(newest, vec![integer(limit)]).await
    }

    async fn report_of(&self, week: Timestamp) -> Result<Option<KeptReport>, StoreError> {
        let found = self.kept("WHERE week = $1", vec![week.0.into()]).await?;
        Ok(found.into_iter().next())
    }

    async fn forget(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        for table in ["capacity_demand", "capacity_supply"] {
            let statement = format!("DELETE FROM {table} WHERE hour < $1");
            forgotten += self.run(statement, vec![before.0.into()]).await?;
        }
        Ok(forgotten)
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "microseconds of an hour are far below 2^53"
)]
fn demand(row: &Row) -> Result<Demand, StoreError> {
    Ok(Demand {
        hour: row.moment("hour")?,
        kind: row.parse("kind")?,
        tier: row::tier(row)?,
        arrived: row.number("arrived")?,
        peak: row.number("peak")?,
        served: row.number("served")?,
        measured: row.number("measured")?,
        busy: row.get::<i64>("busy")? as f64 / 1e6,
        waits: row.json("waits")?,
    })
}

fn supply(row: &Row) -> Result<Supply, StoreError> {
    Ok(Supply {
        hour: row.moment("hour")?,
        pool: row.parse("pool")?,
        node: NodeId(row.get("node")?),
        samples: row.number("samples")?,
        fewest: row.number("fewest")?,
        most: row.number("most")?,
        workers: row.number("workers")?,
        slots: row.number("slots")?,
        busy: row.number("busy")?,
        at_most: row.number("at_most")?,
        changes: row.number("changes")?,
    })
}

fn kept(row: &Row) -> Result<KeptReport, StoreError> {
    Ok(KeptReport {
        id: row.get("id")?,
        week: row.moment("week")?,
        report: row.json("report")?,
    })
}
