//! What an error of a database means: whether the same call may work in a moment.

use sea_orm::sqlx;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

/// What an error means for whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::storage) enum Meaning {
    /// All connections were in use for as long as one may wait.
    Busy,
    /// The connection broke, the server restarts or another transaction was in the way: it passes.
    Passing,
    /// The same call would fail the same way.
    Lasting,
}

/// What an error means.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is not known to pass lasts"
)]
pub(in crate::storage) fn meaning(error: &DbErr) -> Meaning {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Meaning::Busy,
        DbErr::ConnectionAcquire(_) => Meaning::Passing,
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => meaning_of_driver(error),
        _ => Meaning::Lasting,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is not known to pass lasts"
)]
fn meaning_of_driver(error: &sqlx::Error) -> Meaning {
    match error {
        sqlx::Error::PoolTimedOut => Meaning::Busy,
        sqlx::Error::Io(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Meaning::Passing,
        sqlx::Error::Database(told) => told.code().map_or(Meaning::Lasting, |code| passes(&code)),
        _ => Meaning::Lasting,
    }
}

/// By `SQLSTATE` (PostgreSQL, appendix A).
fn passes(code: &str) -> Meaning {
    match code {
        // Too many connections.
        "53300" => Meaning::Busy,
        // Serialization failure, deadlock; shut down, crashed, cannot connect now; a lock or a snapshot that was not to be had.
        "40001" | "40P01" | "57P01" | "57P02" | "57P03" | "55P03" | "25006" => Meaning::Passing,
        _ if code.starts_with("08") => Meaning::Passing,
        _ => Meaning::Lasting,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_lasts() {
        for (code, expected) in [
            ("57P01", Meaning::Passing),
            ("08006", Meaning::Passing),
            ("40P01", Meaning::Passing),
            ("53300", Meaning::Busy),
            ("23505", Meaning::Lasting),
            ("42P01", Meaning::Lasting),
        ] {
            assert_eq!(passes(code), expected, "{code}");
        }
        let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        assert_eq!(
            meaning_of_driver(&sqlx::Error::Io(broken)),
            Meaning::Passing
        );
        let timeout = DbErr::ConnectionAcquire(ConnAcquireErr::Timeout);
        assert_eq!(meaning(&timeout), Meaning::Busy);
    }
}
