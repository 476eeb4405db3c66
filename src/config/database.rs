//! `[database]`: SQLite in the data folder, or a PostgreSQL server that many nodes share.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::secret::Secret;
use super::span::Span;

/// `[database]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `postgres://user:password@host:port/name`. Empty: SQLite in the data folder.
    pub url: Secret,
    /// The same of a streaming replica, from which decks are read. Empty: there is none.
    pub replica_url: Secret,
    /// The most connections a node opens to the primary, besides two for leases; as many to the replica.
    pub connections: u32,
    /// How long a request may wait for a free connection before it is answered 503.
    pub acquire: Span,
    /// How long a statement may take.
    pub statement_timeout: Span,
    /// How long a replica that failed is left alone.
    pub replica_pause: Span,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: Secret::default(),
            replica_url: Secret::default(),
            connections: 20,
            acquire: Span::seconds(3),
            statement_timeout: Span::seconds(10),
            replica_pause: Span::seconds(5),
        }
    }
}

impl Database {
    /// Everything that makes no sense, as sentences.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut must = |holds: bool, sentence: &str| {
            if !holds {
                faults.push(sentence.to_owned());
            }
        };
        let postgres = |secret: &Secret| {
            secret.reveal().is_none_or(|url| {
                url.starts_with("postgres://") || url.starts_with("postgresql://")
            })
        };
        must(
            postgres(&self.url) && postgres(&self.replica_url),
            "database: url and replica_url begin with postgres://",
        );
        must(
            self.replica_url.reveal().is_none() || self.url.reveal().is_some(),
            "database: a replica_url needs the url of its primary",
        );
        must(
            self.connections >= 4,
            "database: connections is at least 4: two groups of writes, a claim and a read",
        );
        must(
            !self.acquire.0.is_zero() && !self.statement_timeout.0.is_zero(),
            "database: acquire and statement_timeout are longer than nothing",
        );
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replica_without_a_primary_and_another_kind_of_database_are_refused() {
        let faults = Database {
            url: "mysql://host/db".to_owned().into(),
            ..Database::default()
        };
        assert_eq!(faults.faults().len(), 1);
        let faults = Database {
            replica_url: "postgres://host/db".to_owned().into(),
            ..Database::default()
        };
        assert_eq!(faults.faults().len(), 1);
        assert!(Database::default().faults().is_empty());
    }
}
