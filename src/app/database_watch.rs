//! Tells the metrics how the database is used: its connections, and how far a replica is behind.

use std::sync::Arc;
use std::time::Duration;

use crate::storage::database::Database;
use crate::telemetry::metrics::Telemetry;

/// How often it looks: often enough for a scrape every 15 s.
const LOOK: Duration = Duration::from_secs(5);

/// Looks until the runtime ends.
pub fn start(database: &Database, telemetry: &Arc<Telemetry>) {
    actix::spawn(watch(database.clone(), Arc::clone(telemetry)));
}

async fn watch(database: Database, telemetry: Arc<Telemetry>) {
    let mut look = tokio::time::interval(LOOK);
    loop {
        look.tick().await;
        for pool in database.pools() {
            telemetry.db_pool(&pool);
        }
        if let Some(replica) = database.replica() {
            telemetry.replica(replica.used(), replica.lag().await);
        }
    }
}
