//! Statements and rows: what the stores on SQL share.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use sea_orm::sea_query::ArrayType;
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, QueryResult, Statement, TryGetable, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::StoreError;
use crate::domain::time::Timestamp;

/// SQL on one connection, for one store.
#[derive(Debug)]
pub(super) struct Sql<'c, C> {
    connection: &'c C,
    what: &'static str,
    again: bool,
}

/// How often, and how fast, what may be asked again is asked again: a server that restarts is back within a second or two.
pub(super) fn retries() -> ExponentialBuilder {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(20))
        .with_max_delay(Duration::from_millis(500))
        .with_max_times(7)
        .with_jitter()
}

impl<'c, C: ConnectionTrait> Sql<'c, C> {
    /// SQL for the store named `what` in errors.
    pub(super) fn new(connection: &'c C, what: &'static str) -> Self {
        Self {
            connection,
            what,
            again: false,
        }
    }

    /// The same for reads outside a transaction: asked again where the connection broke.
    pub(super) fn reading(connection: &'c C, what: &'static str) -> Self {
        Self {
            connection,
            what,
            again: true,
        }
    }

    /// Which dialect it speaks.
    pub(super) fn backend(&self) -> DatabaseBackend {
        self.connection.get_database_backend()
    }

    /// Whether rows that are read to be changed have to be locked: in SQLite there is one writer.
    pub(super) fn is_shared(&self) -> bool {
        self.backend() == DatabaseBackend::Postgres
    }

    /// Runs a statement; answers how many rows it changed.
    pub(super) async fn run(&self, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
        let statement = self.statement(sql, values);
        let done = self.connection.execute_raw(statement).await;
        Ok(done.map_err(|error| self.failed(error))?.rows_affected())
    }

    /// The first row, if there is one.
    pub(super) async fn one(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.all(sql, values).await?.into_iter().next())
    }

    /// All rows.
    pub(super) async fn all(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let statement = self.statement(sql, values);
        let what = self.what;
        let ask = || async {
            let rows = self.connection.query_all_raw(statement.clone()).await;
            rows.map_err(|error| self.failed(error))
        };
        let rows = if self.again {
            ask.retry(retries()).when(StoreError::broken).await?
        } else {
            ask().await?
        };
        Ok(rows.into_iter().map(|row| Row { row, what }).collect())
    }

    fn statement(&self, sql: &str, mut values: Vec<Value>) -> Statement {
        let backend = self.backend();
        if backend == DatabaseBackend::Postgres {
            values.iter_mut().for_each(without_nul);
        }
        Statement::from_sql_and_values(backend, sql, values)
    }

    fn failed(&self, error: DbErr) -> StoreError {
        StoreError::of(self.what, error)
    }
}

/// PostgreSQL's text has no place for the character NUL, which a title may hold all the same.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "texts are all that can hold a character"
)]
fn without_nul(value: &mut Value) {
    match value {
        Value::String(Some(text)) if text.contains('\0') => {
            *text = text.replace('\0', "\u{fffd}");
        }
        Value::Array(ArrayType::String, Some(values)) => values.iter_mut().for_each(without_nul),
        _ => {}
    }
}

/// A row of a store.
#[derive(Debug)]
pub(super) struct Row {
    row: QueryResult,
    what: &'static str,
}

impl Row {
    /// A row of the store named `what` in errors.
    pub(super) fn of(row: QueryResult, what: &'static str) -> Self {
        Self { row, what }
    }

    /// A column.
    pub(super) fn get<T: TryGetable>(&self, column: &str) -> Result<T, StoreError> {
        self.row
            .try_get("", column)
            .map_err(|error| self.corrupt(error))
    }

    /// A column that holds a number that is never negative.
    pub(super) fn number<T: TryFrom<i64>>(&self, column: &str) -> Result<T, StoreError> {
        T::try_from(self.get::<i64>(column)?)
            .map_err(|_| self.corrupt(format!("{column} is out of range")))
    }

    /// A column that holds a moment.
    pub(super) fn moment(&self, column: &str) -> Result<Timestamp, StoreError> {
        self.get(column).map(Timestamp)
    }

    /// A column that holds a moment, or nothing.
    pub(super) fn maybe_moment(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.get::<Option<i64>>(column)?.map(Timestamp))
    }

    /// A column that holds a value as text.
    pub(super) fn parse<T: std::str::FromStr>(&self, column: &str) -> Result<T, StoreError>
    where
        T::Err: std::fmt::Display,
    {
        self.get::<String>(column)?
            .parse()
            .map_err(|error| self.corrupt(error))
    }

    /// A column that holds a value as JSON.
    pub(super) fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        serde_json::from_str(&self.get::<String>(column)?).map_err(|error| self.corrupt(error))
    }

    /// A column that holds a value as JSON, or nothing.
    pub(super) fn maybe_json<T: DeserializeOwned>(
        &self,
        column: &str,
    ) -> Result<Option<T>, StoreError> {
        let text = self.get::<Option<String>>(column)?;
        text.map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|error| self.corrupt(error))
    }

    /// Says that this row cannot be understood.
    pub(super) fn corrupt(&self, detail: impl std::fmt::Display) -> StoreError {
        StoreError::Corrupt {
            what: self.what,
            detail: detail.to_string(),
        }
    }
}

/// A value as JSON text.
pub(super) fn to_json<T: Serialize>(what: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt {
        what,
        detail: error.to_string(),
    })
}

/// A number as SQL has them; what does not fit is the largest there is.
pub(super) fn integer(number: impl TryInto<i64>) -> Value {
    number.try_into().unwrap_or(i64::MAX).into()
}

/// A number as a column of rows has it; what does not fit is the largest there is.
pub(super) fn whole(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}
