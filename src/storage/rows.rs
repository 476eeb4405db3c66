//! Many rows in one statement, whose text does not depend on how many there are: arrays in PostgreSQL, JSON in SQLite.

use sea_orm::{DatabaseBackend, Value};
use serde_json::json;
use uuid::Uuid;

/// Rows to be sent, column by column.
#[derive(Debug, Default)]
pub(super) struct Rows {
    columns: Vec<(&'static str, Cells)>,
}

#[derive(Debug)]
enum Cells {
    Uuids(Vec<Uuid>),
    Integers(Vec<i64>),
    Texts(Vec<String>),
}

impl Rows {
    /// With a column of ids.
    pub(super) fn uuids(self, name: &'static str, cells: impl Iterator<Item = Uuid>) -> Self {
        self.with(name, Cells::Uuids(cells.collect()))
    }

    /// With a column of numbers.
    pub(super) fn integers(self, name: &'static str, cells: impl Iterator<Item = i64>) -> Self {
        self.with(name, Cells::Integers(cells.collect()))
    }

    /// With a column of texts. Nothing is written as the empty text: read it with `NULLIF(column, '')`.
    pub(super) fn texts(self, name: &'static str, cells: impl Iterator<Item = String>) -> Self {
        self.with(name, Cells::Texts(cells.collect()))
    }

    fn with(mut self, name: &'static str, cells: Cells) -> Self {
        self.columns.push((name, cells));
        self
    }

    /// A query that answers the rows, for the head of a statement: `WITH rows AS (…)`. Its values come before all others
    /// of the statement.
    pub(super) fn source(self, backend: DatabaseBackend) -> (String, Vec<Value>) {
        if backend == DatabaseBackend::Postgres {
            self.arrays()
        } else {
            self.json()
        }
    }

    fn arrays(self) -> (String, Vec<Value>) {
        let names: Vec<_> = self.columns.iter().map(|(name, _)| *name).collect();
        let (mut places, mut values) = (Vec::new(), Vec::new());
        for (place, (_, cells)) in self.columns.into_iter().enumerate() {
            let (kind, value): (_, Value) = match cells {
                Cells::Uuids(cells) => ("uuid", cells.into()),
                Cells::Integers(cells) => ("bigint", cells.into()),
                Cells::Texts(cells) => ("text", cells.into()),
            };
            places.push(format!("${}::{kind}[]", place + 1));
            values.push(value);
        }
        let (places, names) = (places.join(", "), names.join(", "));
        let query = format!("SELECT * FROM unnest({places}) AS sent ({names})");
        (query, values)
    }

    fn json(self) -> (String, Vec<Value>) {
        let mut rows: Vec<Vec<serde_json::Value>> = Vec::new();
        let mut columns = Vec::new();
        for (place, (name, cells)) in self.columns.into_iter().enumerate() {
            let (cell, whole): (Vec<_>, _) = match cells {
                // JSON has no bytes.
                Cells::Uuids(ids) => (
                    ids.iter()
                        .map(|id| json!(id.as_simple().to_string()))
                        .collect(),
                    format!("unhex(json_extract(value, '$[{place}]')) AS {name}"),
                ),
                Cells::Integers(numbers) => (
                    numbers.into_iter().map(|number| json!(number)).collect(),
                    format!("json_extract(value, '$[{place}]') AS {name}"),
                ),
                Cells::Texts(texts) => (
                    texts.into_iter().map(|text| json!(text)).collect(),
                    format!("json_extract(value, '$[{place}]') AS {name}"),
                ),
            };
            rows.resize_with(cell.len().max(rows.len()), Vec::new);
            rows.iter_mut()
                .zip(cell)
                .for_each(|(row, cell)| row.push(cell));
            columns.push(whole);
        }
        let query = format!("SELECT {} FROM json_each($1)", columns.join(", "));
        (query, vec![json!(rows).to_string().into()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Rows {
        Rows::default()
            .uuids("id", [Uuid::from_u128(1), Uuid::from_u128(2)].into_iter())
            .texts("name", ["a".to_owned(), "\"b\"".to_owned()].into_iter())
    }

    #[test]
    fn the_text_does_not_depend_on_how_many_there_are() {
        let (text, values) = rows().source(DatabaseBackend::Postgres);
        assert_eq!(
            text,
            "SELECT * FROM unnest($1::uuid[], $2::text[]) AS sent (id, name)"
        );
        assert_eq!(values.len(), 2);
        let (text, values) = rows().source(DatabaseBackend::Sqlite);
        assert_eq!(
            text,
            "SELECT unhex(json_extract(value, '$[0]')) AS id, json_extract(value, '$[1]') AS name \
             FROM json_each($1)"
        );
        let sent = r#"[["00000000000000000000000000000001","a"],["00000000000000000000000000000002","\"b\""]]"#;
        assert_eq!(values, [Value::from(sent)]);
    }
}
