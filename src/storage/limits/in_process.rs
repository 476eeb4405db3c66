//! Limits of a single process.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use super::{Asked, Limits, Slot, SlotAsked, Subject, Taken};
use crate::domain::policy::rate::Rate;
use crate::domain::time::{Clock, Timestamp};

/// Subjects that are remembered before those with nothing in use are forgotten.
const SUBJECTS: usize = 10_000;

/// Limits of a single process.
#[derive(Debug)]
pub struct InProcessLimits {
    clock: Arc<dyn Clock>,
    subjects: Mutex<HashMap<Subject, Use>>,
}

/// What is in use of a subject.
#[derive(Debug, Default)]
struct Use {
    /// When each rate is full again.
    full_at: BTreeMap<&'static str, Timestamp>,
    /// When each slot lapses.
    slots: BTreeMap<Uuid, Timestamp>,
}

impl InProcessLimits {
    /// Limits by this clock, with nothing in use.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            subjects: Mutex::default(),
        }
    }

    fn subjects(&self) -> MutexGuard<'_, HashMap<Subject, Use>> {
        self.subjects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, subject: &Subject, act: impl FnOnce(&mut Use, Timestamp) -> T) -> T {
        let now = self.clock.now();
        let mut subjects = self.subjects();
        if let Some(known) = subjects.get_mut(subject) {
            return act(known, now);
        }
        if subjects.len() >= SUBJECTS {
            subjects.retain(|_, known| known.is_in_use(now));
        }
        act(subjects.entry(subject.clone()).or_default(), now)
    }
}

impl Use {
    fn is_in_use(&self, now: Timestamp) -> bool {
        let ahead = |at: &Timestamp| *at > now;
        self.full_at.values().any(ahead) || self.slots.values().any(ahead)
    }

    fn full_in(&self, name: &'static str, now: Timestamp) -> Duration {
        self.full_at
            .get(name)
            .map_or(Duration::ZERO, |at| at.since(now))
    }

    fn take(&mut self, asked: &[Asked], now: Timestamp) -> Taken {
        let before = asked.iter().map(|one| self.full_in(one.name, now));
        let before: Vec<Duration> = before.collect();
        let after: Vec<_> = asked
            .iter()
            .zip(&before)
            .map(|(one, full_in)| one.rate.take(*full_in, one.cost))
            .collect();
        let longest = after
            .iter()
            .enumerate()
            .filter_map(|(place, one)| one.err().map(|refused| (place, refused.wait)))
            .max_by_key(|(_, wait)| wait.unwrap_or(Duration::MAX));
        let standings = asked.iter().zip(&before).zip(&after);
        let standings = standings.map(|((one, before), after)| {
            let full_in = match after {
                Ok(after) if longest.is_none() => *after,
                Ok(_) | Err(_) => *before,
            };
            one.rate.standing(full_in)
        });
        let standings: Vec<_> = standings.collect();
        if let Some((by, wait)) = longest {
            return Taken::Refused {
                by,
                wait,
                standings,
            };
        }
        for (one, standing) in asked.iter().zip(&standings) {
            self.full_at.insert(one.name, now.plus(standing.full_in));
        }
        Taken::Granted(standings)
    }

    fn in_use(&mut self, now: Timestamp) -> u32 {
        self.slots.retain(|_, lapses| *lapses > now);
        u32::try_from(self.slots.len()).unwrap_or(u32::MAX)
    }
}

#[async_trait]
impl Limits for InProcessLimits {
    async fn take(&self, subject: &Subject, asked: &[Asked]) -> Taken {
        self.with(subject, |known, now| known.take(asked, now))
    }

    async fn charge(&self, subject: &Subject, name: &'static str, rate: Rate, more: i64) {
        let change = rate.time_of(more.unsigned_abs());
        self.with(subject, |known, now| {
            let full_in = known.full_in(name, now);
            let full_in = if more < 0 {
                full_in.saturating_sub(change)
            } else {
                full_in.saturating_add(change)
            };
            known.full_at.insert(name, now.plus(full_in));
        });
    }

    async fn take_slot(&self, subject: &Subject, asked: SlotAsked) -> Slot {
        self.with(subject, |known, now| {
            let in_use = known.in_use(now);
            if in_use >= asked.most {
                return Slot::Full { in_use };
            }
            known.slots.insert(asked.holder, now.plus(asked.lapse));
            Slot::Held { in_use: in_use + 1 }
        })
    }

    async fn keep_slot(&self, subject: &Subject, holder: Uuid, lapse: Duration) -> bool {
        self.with(subject, |known, now| {
            known.in_use(now);
            let held = known.slots.get_mut(&holder);
            held.map(|lapses| *lapses = now.plus(lapse)).is_some()
        })
    }

    async fn free_slot(&self, subject: &Subject, holder: Uuid) {
        self.with(subject, |known, _| known.slots.remove(&holder));
    }
}
