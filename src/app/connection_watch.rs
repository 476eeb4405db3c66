//! Tells the metrics how the database is used, its connections and how far a replica is behind; and how Redis is.

use std::sync::Arc;
use std::time::Duration;

use crate::storage::database::Database;
use crate::storage::redis::connection::Redis;
use crate::telemetry::metrics::Telemetry;

/// How often it looks: often enough for a scrape every 15 s.
const LOOK: Duration = Duration::from_secs(5);

/// Looks until the runtime ends.
pub fn start(database: &Database, redis: Option<&Redis>, telemetry: &Arc<Telemetry>) {
    let (database, redis) = (database.clone(), redis.cloned());
    actix::spawn(watch(database, redis, Arc::clone(telemetry)));
}

async fn watch(database: Database, redis: Option<Redis>, telemetry: Arc<Telemetry>) {
    let mut look = tokio::time::interval(LOOK);
    loop {
        look.tick().await;
        for pool in database.pools() {
            telemetry.db_pool(&pool);
        }
        if let Some(redis) = &redis {
            telemetry.redis(redis.used());
        }
        if let Some(replica) = database.replica() {
            telemetry.replica(replica.used(), replica.lag().await);
        }
    }
}
