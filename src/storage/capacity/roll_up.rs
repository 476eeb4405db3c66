//! Counting an hour from the tables of jobs.
//!
//! Counts are the database's own. What jobs took and how long they waited is read from the first ends of each five minutes:
//! all of them on most days, and enough of them where there are millions.

use std::collections::BTreeMap;

use sea_orm::ConnectionTrait;

use super::sql::WHAT;
use crate::domain::capacity::hours::{Demand, HOUR, STRETCH, hour};
use crate::domain::job::{AttemptRecord, JobKind};
use crate::domain::tenant::Tier;
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;
use crate::storage::jobs::{read, row};
use crate::storage::rows::Rows;
use crate::storage::sql::{Sql, integer, to_json, whole};

/// An end is in the store so long after the moment it carries, or never will be.
pub(super) const STORED_BY_THEN: std::time::Duration = std::time::Duration::from_secs(300);
/// Ends that are looked at of each [`STRETCH`].
const SAMPLE: u32 = 2_000;
/// How far back a first count goes.
const PAST: std::time::Duration = std::time::Duration::from_secs(60 * 86_400);

/// The hours that are over and not counted, oldest first.
pub(super) async fn missing<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Timestamp>, StoreError> {
    let newest = "SELECT MAX(hour) AS at FROM capacity_demand";
    let oldest = "SELECT MIN(finished_at) AS at FROM ended_jobs WHERE finished_at >= $1";
    let moment = async |statement: &str, values| {
        let row = sql.one(statement, values).await?;
        row.map_or(Ok(None), |row| row.maybe_moment("at"))
    };
    let over = hour(now.minus(STORED_BY_THEN));
    let next = if let Some(newest) = moment(newest, Vec::new()).await? {
        newest.plus(HOUR)
    } else {
        let past = vec![now.minus(PAST).0.into()];
        let first = moment(oldest, past).await?;
        hour(first.unwrap_or_else(|| over.minus(HOUR)))
    };
    let hours = (0..limit).map(|number| next.plus(HOUR * number));
    Ok(hours.take_while(|hour| *hour < over).collect())
}

/// Counts hours that follow each other.
pub(super) async fn count<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    hours: &[Timestamp],
) -> Result<Vec<Demand>, StoreError> {
    let mut counted = BTreeMap::new();
    for hour in hours {
        // Each kind has a row for each hour: nothing asked is not the same as nothing known.
        for kind in JobKind::ALL {
            at(&mut counted, *hour, kind, Tier::Standard);
        }
        ended(sql, *hour, &mut counted).await?;
    }
    if let (Some(first), Some(last)) = (hours.first(), hours.last()) {
        arrived(sql, *first, last.plus(HOUR), &mut counted).await?;
    }
    Ok(counted.into_values().collect())
}

type Counted = BTreeMap<(Timestamp, JobKind, Tier), Demand>;

fn at(counted: &mut Counted, hour: Timestamp, kind: JobKind, tier: Tier) -> &mut Demand {
    let none = || Demand::none(hour, kind, tier);
    counted.entry((hour, kind, tier)).or_insert_with(none)
}

async fn arrived<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    from: Timestamp,
    until: Timestamp,
    counted: &mut Counted,
) -> Result<(), StoreError> {
    for kind in JobKind::ALL {
        for stretch in read::arrived(sql, kind, from, STRETCH).await? {
            if stretch.from >= from && stretch.from < until {
                let demand = at(counted, hour(stretch.from), kind, stretch.tier);
                demand.arrived += stretch.jobs;
                demand.peak = demand.peak.max(stretch.jobs);
            }
        }
    }
    Ok(())
}

async fn ended<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    hour: Timestamp,
    counted: &mut Counted,
) -> Result<(), StoreError> {
    let within = "FROM ended_jobs WHERE finished_at >= $1 AND finished_at < $2";
    let between = |from: Timestamp, until: Timestamp| vec![from.0.into(), until.0.into()];
    let counts = format!("SELECT kind, tier, COUNT(*) AS jobs {within} GROUP BY kind, tier");
    let rows = sql.all(&counts, between(hour, hour.plus(HOUR))).await?;
    for row in &rows {
        at(counted, hour, row.parse("kind")?, row::tier(row)?).served = row.number("jobs")?;
    }
    if rows.is_empty() {
        return Ok(());
    }
    let sample = format!(
        "SELECT kind, tier, attempts, created_at, record {within} ORDER BY finished_at LIMIT $3"
    );
    let stretches = HOUR.as_secs() / STRETCH.as_secs();
    for number in 0..u32::try_from(stretches).unwrap_or(0) {
        let from = hour.plus(STRETCH * number);
        let mut values: Vec<sea_orm::Value> = between(from, from.plus(STRETCH));
        values.push(integer(SAMPLE));
        for row in &sql.all(&sample, values).await? {
            // One that was cancelled before it began has no attempt.
            let Some(record) = row.maybe_json::<AttemptRecord>("record")? else {
                continue;
            };
            let demand = at(counted, hour, row.parse("kind")?, row::tier(row)?);
            demand.measured += 1;
            demand.busy += record.ended_at.since(record.started_at).as_secs_f64();
            if row.get::<i32>("attempts")? == 1 {
                let wait = record.started_at.since(row.moment("created_at")?);
                demand.waits.record(wait);
            }
        }
    }
    Ok(())
}

/// Stores counted hours; one that another node stored meanwhile is the same.
pub(super) async fn store<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    counted: &[Demand],
) -> Result<(), StoreError> {
    let integers = |of: fn(&Demand) -> i64| counted.iter().map(of);
    let waits = counted.iter().map(|demand| to_json(WHAT, &demand.waits));
    let waits = waits.collect::<Result<Vec<String>, _>>()?;
    let rows = Rows::default()
        .integers("hour", integers(|demand| demand.hour.0))
        .texts(
            "kind",
            counted.iter().map(|demand| demand.kind.name().to_owned()),
        )
        .integers("tier", integers(|demand| demand.tier.rank().into()))
        .integers("arrived", integers(|demand| whole(demand.arrived)))
        .integers("peak", integers(|demand| whole(demand.peak)))
        .integers("served", integers(|demand| whole(demand.served)))
        .integers("measured", integers(|demand| whole(demand.measured)))
        .integers("busy", integers(|demand| micros(demand.busy)))
        .texts("waits", waits.into_iter());
    let (rows, values) = rows.source(sql.backend());
    let statement = format!(
        "WITH sent AS ({rows}) INSERT INTO capacity_demand \
         (hour, kind, tier, arrived, peak, served, measured, busy, waits) \
         SELECT hour, kind, tier, arrived, peak, served, measured, busy, waits FROM sent WHERE true \
         ON CONFLICT (hour, kind, tier) DO NOTHING"
    );
    sql.run(&statement, values).await.map(drop)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "an hour of a year of jobs has 10^17 microseconds"
)]
fn micros(seconds: f64) -> i64 {
    (seconds * 1e6) as i64
}
