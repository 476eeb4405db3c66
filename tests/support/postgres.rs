//! A database of its own for a test, on the server that `SLIDECRAFT_TEST_POSTGRES` names, dropped when the test ends.

use std::io::Write;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr};

/// Where a developer's server is.
const LOCAL: &str = "postgres://postgres@127.0.0.1:5432/postgres";

static NUMBER: AtomicU32 = AtomicU32::new(0);
static TOLD: Once = Once::new();
/// Known to be away: a driver tries for a while before it gives up, and one test that waits for it is enough.
static AWAY: AtomicBool = AtomicBool::new(false);

/// A database that nobody else uses.
pub(crate) struct TestDatabase {
    server: String,
    name: String,
}

impl TestDatabase {
    /// A fresh one. `None` where there is no server, which is said once; with `CI` set that is a failure.
    pub(crate) async fn create() -> Option<Self> {
        if AWAY.load(Ordering::Relaxed) {
            return None;
        }
        let server = variable("SLIDECRAFT_TEST_POSTGRES").unwrap_or_else(|| LOCAL.to_owned());
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("slidecraft_test_{}_{number}", std::process::id());
        match recreate(&server, &name).await {
            Ok(()) => Some(Self { server, name }),
            Err(error) => {
                assert!(
                    variable("CI").is_none(),
                    "PostgreSQL is needed at {server}: {error}"
                );
                AWAY.store(true, Ordering::Relaxed);
                TOLD.call_once(|| {
                    let told = "skipped: the tests on PostgreSQL; start one on 127.0.0.1:5432 or set SLIDECRAFT_TEST_POSTGRES";
                    let _ = writeln!(std::io::stderr(), "{told}");
                });
                None
            }
        }
    }

    /// How to reach it.
    pub(crate) fn url(&self) -> String {
        let (server, _) = self.server.rsplit_once('/').unwrap();
        format!("{server}/{}", self.name)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // The test's own runtime is busy with the test.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let connection = connect(&server).await?;
                connection.execute_unprepared(&drop_it(&name)).await
            })
        });
        drop(dropped.join());
    }
}

async fn recreate(server: &str, name: &str) -> Result<(), DbErr> {
    let connection = connect(server).await?;
    connection.execute_unprepared(&drop_it(name)).await?;
    let create = format!("CREATE DATABASE {name} TEMPLATE template0");
    connection.execute_unprepared(&create).await?;
    Ok(())
}

fn drop_it(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
}

/// One connection, for statements that no store has.
pub(crate) async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    options.connect_timeout(Duration::from_secs(10));
    sea_orm::Database::connect(options).await
}

#[expect(
    clippy::disallowed_methods,
    reason = "which services there are is a matter of the machine"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
