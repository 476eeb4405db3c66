//! Statements and rows: what the stores on SQL share.

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, TryGetable, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::StoreError;
use crate::domain::time::Timestamp;

/// SQL on one connection, for one store.
#[derive(Debug)]
pub(super) struct Sql<'c, C> {
    connection: &'c C,
    what: &'static str,
}

impl<'c, C: ConnectionTrait> Sql<'c, C> {
    /// SQL for the store named `what` in errors.
    pub(super) fn new(connection: &'c C, what: &'static str) -> Self {
        Self { connection, what }
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
        let rows = self.connection.query_all_raw(statement).await;
        let what = self.what;
        let rows = rows.map_err(|error| self.failed(error))?.into_iter();
        Ok(rows.map(|row| Row { row, what }).collect())
    }

    fn statement(&self, sql: &str, values: Vec<Value>) -> Statement {
        Statement::from_sql_and_values(self.connection.get_database_backend(), sql, values)
    }

    fn failed(&self, error: DbErr) -> StoreError {
        StoreError::unavailable(self.what, error)
    }
}

/// A row of a store.
#[derive(Debug)]
pub(super) struct Row {
    row: QueryResult,
    what: &'static str,
}

impl Row {
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
