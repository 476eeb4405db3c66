//! All settings, and what must hold between them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ai::Ai;
use super::api::Api;
use super::auth::Auth;
use super::cache::Cache;
use super::chaos::Chaos;
use super::cost::Cost;
use super::data::Data;
use super::database::Database;
use super::decks::Decks;
use super::events::Events;
use super::fonts::Fonts;
use super::log::Log;
use super::objects::Objects;
use super::pools::Pools;
use super::queue::Queue;
use super::quotas::Quotas;
use super::redis::Redis;
use super::server::Server;
use super::telemetry::Telemetry;
use super::uploads::Uploads;
use super::webhooks::Webhooks;
use crate::domain::job::JobKind;

/// All settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where the node listens, and how it stops.
    pub server: Server,
    /// Where the embedded stores lie.
    pub data: Data,
    /// Which database, and how it is reached.
    pub database: Database,
    /// Where uploads, assets and artifacts lie.
    pub objects: Objects,
    /// What clients may send, and how long things hold.
    pub api: Api,
    /// Large files that clients send in parts.
    pub uploads: Uploads,
    /// Tokens of an identity provider.
    pub auth: Auth,
    /// How much a tenant of each tier may ask for.
    pub quotas: Quotas,
    /// What nodes share.
    pub redis: Redis,
    /// Telling others when jobs end.
    pub webhooks: Webhooks,
    /// How much of the event streams is kept.
    pub events: Events,
    /// What is kept in memory in front of the stores.
    pub cache: Cache,
    /// How claims are held, and what follows a failure.
    pub queue: Queue,
    /// How many workers, and when a pool grows and shrinks.
    pub pools: Pools,
    /// Who answers questions about decks.
    pub ai: Ai,
    /// What a presentation may hold.
    pub decks: Decks,
    /// Typefaces beside the bundled ones.
    pub fonts: Fonts,
    /// What things cost.
    pub cost: Cost,
    /// Whether things may be broken on purpose.
    pub chaos: Chaos,
    /// What is logged.
    pub log: Log,
    /// Where traces are sent.
    pub telemetry: Telemetry,
}

impl Settings {
    /// Everything that makes no sense together, as sentences.
    pub fn faults(&self) -> Vec<String> {
        let mut faults: Vec<String> = JobKind::ALL
            .into_iter()
            .flat_map(|kind| self.pools.of(kind).faults(kind.name()))
            .chain(self.database.faults())
            .chain(self.auth.faults())
            .chain(self.ai.faults())
            .chain(self.telemetry.otlp.faults())
            .collect();
        let mut must = |holds: bool, sentence: &str| {
            if !holds {
                faults.push(sentence.to_owned());
            }
        };
        let queue = &self.queue;
        must(
            queue.beat.0 * 2 < queue.lease.0,
            "queue: lease is more than two beats, or one late beat costs a healthy job its lease",
        );
        must(queue.max_attempts >= 1, "queue: max_attempts is at least 1");
        must(
            !queue.poll.0.is_zero() && !queue.reap.0.is_zero() && !queue.worker_beat.0.is_zero(),
            "queue: poll, reap and worker_beat are longer than nothing",
        );
        must(
            self.events.behind >= 1 && self.events.tenants >= 1,
            "events: behind and tenants are at least 1",
        );
        must(
            (0.0..=1.0).contains(&self.redis.share_alone),
            "redis: share_alone lies between 0 and 1",
        );
        must(
            self.chaos.most > 0.0 && self.chaos.most <= 1.0,
            "chaos: most is above 0 and at most 1",
        );
        must(
            !self.redis.timeout.0.is_zero(),
            "redis: timeout is longer than nothing",
        );
        must(
            !self.server.roles.is_empty(),
            "server: roles are at least one of api, sse, convert, export and ai",
        );
        faults.extend(self.objects.fault().map(str::to_owned));
        faults
    }
}
