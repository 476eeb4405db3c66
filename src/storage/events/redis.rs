//! The event bus of many nodes: a Redis stream for each tenant is the truth, and a channel tells each node at once.
//!
//! Ids are those of the stream, so they resume on any node. The newest id that is no longer kept is remembered beside each
//! stream: who comes back with an older one is told of a gap. A channel forgets; whenever a node may have missed something
//! its subscribers are let go, and what they missed is replayed from the streams.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::in_process::EventLimits;
use super::{EventBus, EventId, Replay, ToldEvent};
use crate::domain::job_event::JobEvent;
use crate::domain::tenant::TenantId;
use crate::storage::error::StoreError;
use crate::storage::redis::connection::Redis;
use crate::storage::redis::keys::partition;
use crate::storage::redis::words::{self, Word};

/// The name of this store in errors.
const WHAT: &str = "event";

/// Forgets what is too much or too old, and remembers the newest id that was forgotten. `now` is the server's.
macro_rules! forget {
    () => {
        "local stream, kept = KEYS[1], KEYS[2]
         local time = redis.call('TIME')
         local now = time[1] * 1000 + math.floor(time[2] / 1000)
         local function before(a, b)
           local am, as = string.match(a, '(%d+)-(%d+)')
           local bm, bs = string.match(b, '(%d+)-(%d+)')
           am, as, bm, bs = tonumber(am), tonumber(as), tonumber(bm), tonumber(bs)
           return am < bm or (am == bm and as < bs)
         end
         local function forget_up_to(id, ttl)
           local known = redis.call('GET', kept)
           if not known or before(known, id) then redis.call('SET', kept, id, 'PX', ttl) end
         end
         local function drop(old, ttl)
           if #old == 0 then return end
           forget_up_to(old[#old][1], ttl)
           redis.call('XTRIM', stream, 'MAXLEN', redis.call('XLEN', stream) - #old)
         end
         local function forget(most, age, ttl)
           local excess = redis.call('XLEN', stream) - most
           if excess > 0 then drop(redis.call('XRANGE', stream, '-', '+', 'COUNT', excess), ttl) end
           drop(redis.call('XRANGE', stream, '-', string.format('%.0f', now - age - 1)), ttl)
         end
        "
    };
}

/// Adds an event, and says so; where others before it were lost, it says that instead, and whoever follows finds the event
/// after the gap. A stream that begins knows nothing of what was before, unless someone asked where it begins.
const TELL: &str = concat!(
    forget!(),
    "local json, most, age, ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
     local begins = redis.call('EXISTS', stream) == 0
     local id = redis.call('XADD', stream, '*', 'e', json)
     begins = begins and redis.call('EXISTS', kept) == 0
     if begins or ARGV[5] == 'lost' then forget_up_to(id, ttl) end
     forget(most, age, ttl)
     redis.call('PEXPIRE', stream, ttl)
     redis.call('PEXPIRE', kept, ttl)
     redis.call(ARGV[6], KEYS[3], ARGV[5] == 'lost' and ARGV[8] or ARGV[7] .. id .. ' ' .. json)
     return id"
);

/// What is kept after an id: the newest id that is not, the newest of all, then ids and events in turn.
const REPLAY: &str = concat!(
    forget!(),
    "if redis.call('EXISTS', stream) == 0 then
       local begins = redis.call('GET', kept)
       return begins and {begins, begins} or {}
     end
     forget(tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4])
     local info, newest = redis.call('XINFO', 'STREAM', stream), '0-0'
     for place = 1, #info, 2 do
       if info[place] == 'last-generated-id' then newest = info[place + 1] end
     end
     local answer = {redis.call('GET', kept) or newest, newest}
     for _, entry in ipairs(redis.call('XRANGE', stream, ARGV[1], '+')) do
       answer[#answer + 1] = entry[1]
       answer[#answer + 1] = entry[2][2]
     end
     return answer"
);

/// Where a stream stands. One that has not begun begins after this moment, and everything after it is known.
const NEWEST: &str = concat!(
    forget!(),
    "if redis.call('EXISTS', stream) == 1 then
       local info = redis.call('XINFO', 'STREAM', stream)
       for place = 1, #info, 2 do
         if info[place] == 'last-generated-id' then return info[place + 1] end
       end
     end
     local begins = string.format('%.0f', now - 1) .. '-18446744073709551615'
     redis.call('SET', kept, begins, 'NX')
     redis.call('PEXPIRE', kept, ARGV[1])
     return redis.call('GET', kept)"
);

/// Marks that events were lost: whoever saw what is there has a gap. Said in the same step, for an event that came between
/// the two would hide the gap from those who hear it.
const MARK: &str = concat!(
    forget!(),
    "local lost = string.format('%.0f', now) .. '-0'
     local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)
     if #last == 1 and not before(last[1][1], lost) then
       local millis, sequence = string.match(last[1][1], '(%d+)-(%d+)')
       lost = millis .. '-' .. string.format('%.0f', sequence + 1)
     end
     forget_up_to(lost, ARGV[1])
     redis.call(ARGV[2], KEYS[3], ARGV[3])
     return 1"
);

/// The event bus of many nodes.
#[derive(Debug)]
pub struct RedisEvents {
    redis: Redis,
    limits: EventLimits,
    local: Arc<Mutex<Local>>,
}

/// What this node knows.
#[derive(Debug, Default)]
struct Local {
    subscribers: Vec<mpsc::Sender<ToldEvent>>,
    /// Tenants of whom something could not be told.
    lost: BTreeSet<TenantId>,
}

impl RedisEvents {
    /// A bus on this connection. Of the limits, `tenants` is Redis's own affair: streams that are not told lapse.
    pub fn new(redis: Redis, limits: EventLimits) -> Self {
        let local = Arc::new(Mutex::new(Local::default()));
        let heard = Arc::downgrade(&local);
        redis.listen(move |word| {
            let Some(local) = heard.upgrade() else { return };
            let mut local = lock(&local);
            match word {
                Word::Event { tenant, id, json } => match told(tenant, id, json) {
                    Some(told) => local
                        .subscribers
                        .retain(|subscriber| subscriber.try_send(told.clone()).is_ok()),
                    None => {
                        tracing::warn!(event.id = %id, "an event of another node cannot be read");
                    }
                },
                Word::Missed | Word::Lost => local.subscribers.clear(),
                Word::Forget(_) | Word::Wake(_) => {}
            }
        });
        tokio::spawn(mark_lost(
            redis.clone(),
            Arc::downgrade(&local),
            lapse(&limits),
        ));
        Self {
            redis,
            limits,
            local,
        }
    }

    fn bounds(&self) -> [String; 3] {
        [
            self.limits.events.to_string(),
            self.limits.age.as_millis().to_string(),
            lapse(&self.limits),
        ]
    }
}

/// Of a tenant: the stream, what it forgot, and the channel.
fn keys(redis: &Redis, tenant: &TenantId) -> Vec<String> {
    let names = redis.names();
    vec![
        names.events(tenant),
        names.forgotten(tenant),
        names.channel(partition(tenant.as_str())),
    ]
}

fn lock(local: &Mutex<Local>) -> MutexGuard<'_, Local> {
    local.lock().unwrap_or_else(PoisonError::into_inner)
}

/// After how many milliseconds without an event a stream is forgotten whole: well after its last event was, and a day after
/// someone asked where it begins.
fn lapse(limits: &EventLimits) -> String {
    (limits.age.as_millis() + 86_400_000).to_string()
}

fn told(tenant: &str, id: EventId, json: &str) -> Option<ToldEvent> {
    let tenant: TenantId = tenant.parse().ok()?;
    let mut event: JobEvent = serde_json::from_str(json).ok()?;
    event.tenant = Some(tenant.clone());
    Some(ToldEvent {
        id,
        tenant,
        event: Arc::new(event),
        json: json.into(),
    })
}

/// Marks the streams of those of whom something could not be told, once that can be done, and lets everyone know. Those who
/// follow may have been back before whoever tells: then what was told in between is a gap that nothing else says. Ends with
/// the bus.
async fn mark_lost(redis: Redis, local: std::sync::Weak<Mutex<Local>>, lapse: String) {
    loop {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let Some(local) = local.upgrade() else { return };
        if !redis.answers() {
            continue;
        }
        // Taken out first: what is lost meanwhile is lost anew.
        let lost = std::mem::take(&mut lock(&local).lost);
        for tenant in lost {
            let values = vec![lapse.as_str(), redis.publish_command(), words::LOST];
            let marked = redis.run::<i64, _>(WHAT, MARK, keys(&redis, &tenant), values);
            if marked.await.is_err() {
                lock(&local).lost.insert(tenant);
            }
        }
    }
}

#[async_trait]
impl EventBus for RedisEvents {
    async fn tell(&self, tenant: &TenantId, event: JobEvent) -> Result<EventId, StoreError> {
        let json = serde_json::to_string(&event).map_err(|error| StoreError::Corrupt {
            what: WHAT,
            detail: error.to_string(),
        })?;
        let lost = lock(&self.local).lost.remove(tenant);
        let [most, age, lapse] = self.bounds();
        let values = vec![
            json,
            most,
            age,
            lapse,
            if lost { "lost" } else { "" }.to_owned(),
            self.redis.publish_command().to_owned(),
            words::event(tenant),
            words::LOST.to_owned(),
        ];
        let id = self
            .redis
            .run::<String, _>(WHAT, TELL, keys(&self.redis, tenant), values);
        let id = match id.await {
            Ok(id) => id,
            Err(error) => {
                // It may have been added all the same: then there is a gap too many, but none too few.
                lock(&self.local).lost.insert(tenant.clone());
                return Err(error);
            }
        };
        read_id(&id)
    }

    async fn newest(&self, tenant: &TenantId) -> Result<EventId, StoreError> {
        let values = vec![lapse(&self.limits)];
        let newest = self
            .redis
            .run::<String, _>(WHAT, NEWEST, keys(&self.redis, tenant), values);
        read_id(&newest.await?)
    }

    async fn replay(&self, tenant: &TenantId, after: EventId) -> Result<Replay, StoreError> {
        let [most, age, lapse] = self.bounds();
        let next = EventId {
            sequence: after.sequence.saturating_add(1),
            ..after
        };
        let values = vec![next.to_string(), most, age, lapse];
        let keys = keys(&self.redis, tenant);
        let answer: Vec<String> = self.redis.run(WHAT, REPLAY, keys, values).await?;
        let [forgotten, newest, entries @ ..] = answer.as_slice() else {
            return Ok(Replay {
                events: Vec::new(),
                gap: true,
            });
        };
        let (forgotten, newest) = (read_id(forgotten)?, read_id(newest)?);
        let mut events = Vec::with_capacity(entries.len() / 2);
        for entry in entries.chunks_exact(2) {
            let event = told(tenant.as_str(), read_id(&entry[0])?, &entry[1]);
            events.push(event.ok_or_else(|| corrupt(&entry[0]))?);
        }
        Ok(Replay {
            events,
            gap: after < forgotten || after > newest,
        })
    }

    fn subscribe(&self) -> mpsc::Receiver<ToldEvent> {
        let (sender, receiver) = mpsc::channel(self.limits.behind.max(1));
        lock(&self.local).subscribers.push(sender);
        receiver
    }
}

fn read_id(text: &str) -> Result<EventId, StoreError> {
    text.parse().map_err(|()| corrupt(text))
}

fn corrupt(id: &str) -> StoreError {
    StoreError::Corrupt {
        what: WHAT,
        detail: format!("the event {id} cannot be read"),
    }
}
