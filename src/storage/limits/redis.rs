//! Limits of many nodes: kept in Redis by its own clock, and by each node for its part when Redis is away.

use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use super::in_process::InProcessLimits;
use super::{Asked, Limits, Slot, SlotAsked, Subject, Taken};
use crate::domain::policy::rate::{Rate, part};
use crate::storage::error::StoreError;
use crate::storage::redis::connection::Redis;

/// The name of this store in errors.
const WHAT: &str = "limit";

/// Each key holds the moment its rate is full again, in microseconds. `ARGV`: for each key the time that what is wanted
/// takes to refill, the window, and whether it is more than the whole. Answers the place of what has to be waited for (0:
/// granted), how long, and in how long each is full.
const TAKE: &str = "
    local time = redis.call('TIME')
    local now = time[1] * 1000000 + time[2]
    local longest, by, full = 0, 0, {}
    for place, key in ipairs(KEYS) do
      full[place] = math.max((tonumber(redis.call('GET', key)) or 0) - now, 0)
      local wait = full[place] + ARGV[place * 3 - 2] - ARGV[place * 3 - 1]
      if ARGV[place * 3] == 'never' then wait = 9007199254740991 end
      if wait > longest then longest, by = wait, place end
    end
    if by == 0 then
      for place, key in ipairs(KEYS) do
        full[place] = full[place] + ARGV[place * 3 - 2]
        if full[place] > 0 then
          redis.call('SET', key, string.format('%.0f', now + full[place]), 'PX', math.ceil(full[place] / 1000))
        end
      end
    end
    return {by, longest, unpack(full)}";

/// What says that it will never be granted: more microseconds than there will be.
const NEVER: u64 = 9_007_199_254_740_991;

const CHARGE: &str = "
    local time = redis.call('TIME')
    local now = time[1] * 1000000 + time[2]
    local full = math.max((tonumber(redis.call('GET', KEYS[1])) or 0) - now, 0) + ARGV[1]
    if full > 0 then
      redis.call('SET', KEYS[1], string.format('%.0f', now + full), 'PX', math.ceil(full / 1000))
    else
      redis.call('DEL', KEYS[1])
    end
    return 1";

const TAKE_SLOT: &str = "
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
    local used = redis.call('ZCARD', KEYS[1])
    if used >= tonumber(ARGV[2]) then return {0, used} end
    redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[3]), ARGV[1])
    redis.call('PEXPIRE', KEYS[1], 86400000)
    return {1, used + 1}";

const KEEP_SLOT: &str = "
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
    if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
    redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
    return 1";

const FREE_SLOT: &str = "return redis.call('ZREM', KEYS[1], ARGV[1])";

/// Limits of many nodes.
#[derive(Debug)]
pub struct RedisLimits {
    redis: Redis,
    alone: InProcessLimits,
    share: f64,
}

impl RedisLimits {
    /// Limits on this connection. While it is away, `alone` keeps the part `share` of each limit for this node.
    pub fn new(redis: Redis, alone: InProcessLimits, share: f64) -> Self {
        Self {
            redis,
            alone,
            share,
        }
    }

    fn key(&self, subject: &Subject, name: &str) -> String {
        self.redis.names().limit(subject.as_str(), name)
    }

    async fn shared_take(&self, subject: &Subject, asked: &[Asked]) -> Result<Taken, StoreError> {
        let keys = asked.iter().map(|one| self.key(subject, one.name));
        let values = asked.iter().flat_map(|one| {
            let never = if one.cost > one.rate.amount {
                "never"
            } else {
                ""
            };
            [
                one.rate.time_of(one.cost).as_micros().to_string(),
                one.rate.window.as_micros().to_string(),
                never.to_owned(),
            ]
        });
        let answer: Vec<u64> = self
            .redis
            .run(WHAT, TAKE, keys.collect(), values.collect())
            .await?;
        let [by, wait, full @ ..] = answer.as_slice() else {
            return Err(corrupt());
        };
        let standings = asked.iter().zip(full);
        let standings =
            standings.map(|(one, full)| one.rate.standing(Duration::from_micros(*full)));
        let standings = standings.collect();
        Ok(match usize::try_from(*by).unwrap_or(0).checked_sub(1) {
            None => Taken::Granted(standings),
            Some(by) => Taken::Refused {
                by,
                wait: (*wait < NEVER).then(|| Duration::from_micros(*wait)),
                standings,
            },
        })
    }

    async fn shared_slot(&self, subject: &Subject, asked: SlotAsked) -> Result<Slot, StoreError> {
        let values = vec![
            asked.holder.to_string(),
            asked.most.to_string(),
            asked.lapse.as_millis().to_string(),
        ];
        let key = vec![self.key(subject, "slots")];
        let answer: Vec<u32> = self.redis.run(WHAT, TAKE_SLOT, key, values).await?;
        match answer.as_slice() {
            [1, in_use] => Ok(Slot::Held { in_use: *in_use }),
            [_, in_use] => Ok(Slot::Full { in_use: *in_use }),
            _ => Err(corrupt()),
        }
    }
}

#[async_trait]
impl Limits for RedisLimits {
    async fn take(&self, subject: &Subject, asked: &[Asked]) -> Taken {
        if let Ok(taken) = self.shared_take(subject, asked).await {
            return taken;
        }
        let parts = asked.iter().map(|one| Asked {
            rate: one.rate.part(self.share),
            ..*one
        });
        let parts: Vec<Asked> = parts.collect();
        self.alone.take(subject, &parts).await
    }

    async fn charge(&self, subject: &Subject, name: &'static str, rate: Rate, more: i64) {
        let sign = if more < 0 { "-" } else { "" };
        let change = rate.time_of(more.unsigned_abs()).as_micros();
        let keys = vec![self.key(subject, name)];
        let values = vec![format!("{sign}{change}")];
        if self
            .redis
            .run::<i64, _>(WHAT, CHARGE, keys, values)
            .await
            .is_err()
        {
            let part = rate.part(self.share);
            self.alone.charge(subject, name, part, more).await;
        }
    }

    async fn take_slot(&self, subject: &Subject, asked: SlotAsked) -> Slot {
        if let Ok(slot) = self.shared_slot(subject, asked).await {
            return slot;
        }
        let most = part(u64::from(asked.most), self.share);
        let most = u32::try_from(most).unwrap_or(asked.most);
        self.alone
            .take_slot(subject, SlotAsked { most, ..asked })
            .await
    }

    async fn keep_slot(&self, subject: &Subject, holder: Uuid, lapse: Duration) -> bool {
        let key = vec![self.key(subject, "slots")];
        let values = vec![holder.to_string(), lapse.as_millis().to_string()];
        let kept = self.redis.run::<i64, _>(WHAT, KEEP_SLOT, key, values).await;
        // A slot taken while Redis was away is held here.
        matches!(kept, Ok(1)) || self.alone.keep_slot(subject, holder, lapse).await
    }

    async fn free_slot(&self, subject: &Subject, holder: Uuid) {
        self.alone.free_slot(subject, holder).await;
        let key = vec![self.key(subject, "slots")];
        let values = vec![holder.to_string()];
        // One that cannot be freed lapses.
        let _lapses = self.redis.run::<i64, _>(WHAT, FREE_SLOT, key, values).await;
    }
}

fn corrupt() -> StoreError {
    StoreError::Corrupt {
        what: WHAT,
        detail: "Redis answered with something else".to_owned(),
    }
}
