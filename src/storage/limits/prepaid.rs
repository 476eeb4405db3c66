//! Small costs paid in advance: a node buys a portion of a rate and spends it by itself, so that not every request asks the
//! others. What is not spent in time is given back; the error is at most a portion a node.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Asked, Limits, Subject, Taken};
use crate::domain::policy::rate::Standing;
use crate::domain::time::Timestamp;

/// Into how many portions a rate is cut.
const PORTIONS: u64 = 500;
/// The largest portion.
const LARGEST: u64 = 1_000;
/// How long a portion may lie: far shorter than any window, so that an idle node withholds nothing.
const LIES: Duration = Duration::from_secs(1);
/// How long a refusal is believed: one that asks in a loop is not passed on each time.
const BELIEVED: Duration = Duration::from_millis(100);
/// Rates that are remembered; beyond, all portions are given back.
const TABS: usize = 10_000;

/// Portions that were bought.
#[derive(Debug, Default)]
pub struct Prepaid {
    tabs: Mutex<HashMap<Subject, Vec<Tab>>>,
}

#[derive(Debug)]
struct Tab {
    name: &'static str,
    left: u64,
    standing: Standing,
    bought: Timestamp,
    refused: Option<Refusal>,
}

/// What was refused a moment ago: as much or more is refused again.
#[derive(Debug)]
struct Refusal {
    cost: u64,
    until: Timestamp,
    taken: Taken,
}

impl Prepaid {
    /// Takes a small cost of one rate.
    pub async fn take(
        &self,
        limits: &dyn Limits,
        subject: &Subject,
        asked: Asked,
        now: Timestamp,
    ) -> Taken {
        if let Some(taken) = self.spend(subject, asked, now) {
            return taken;
        }
        let portion = (asked.rate.amount / PORTIONS).clamp(1, LARGEST);
        let old = self.lapse(subject, asked.name);
        if old > 0 {
            let back = i64::try_from(old).unwrap_or(i64::MAX);
            limits.charge(subject, asked.name, asked.rate, -back).await;
        }
        let cost = portion.max(asked.cost);
        let mut bought = cost;
        let mut taken = limits.take(subject, &[Asked { cost, ..asked }]).await;
        if matches!(taken, Taken::Refused { .. }) && cost > asked.cost {
            bought = asked.cost;
            taken = limits.take(subject, &[asked]).await;
        }
        self.keep(subject, asked, bought, &taken, now);
        taken
    }

    fn tabs(&self) -> MutexGuard<'_, HashMap<Subject, Vec<Tab>>> {
        self.tabs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the portion at hand answers.
    fn spend(&self, subject: &Subject, asked: Asked, now: Timestamp) -> Option<Taken> {
        let mut tabs = self.tabs();
        let tab = tabs.get_mut(subject)?;
        let tab = tab.iter_mut().find(|tab| tab.name == asked.name)?;
        if let Some(refused) = &tab.refused
            && asked.cost >= refused.cost
            && now < refused.until
            && now >= tab.bought
        {
            return Some(refused.taken.clone());
        }
        let fresh = now >= tab.bought && now.since(tab.bought) < LIES;
        if !fresh || tab.left < asked.cost {
            return None;
        }
        tab.left -= asked.cost;
        let standing = Standing {
            left: tab.standing.left + tab.left,
            ..tab.standing
        };
        Some(Taken::Granted(vec![standing]))
    }

    /// What was left of a portion that is no longer spent from.
    fn lapse(&self, subject: &Subject, name: &'static str) -> u64 {
        let mut tabs = self.tabs();
        let tab = tabs.get_mut(subject);
        let tab = tab.and_then(|tabs| tabs.iter_mut().find(|tab| tab.name == name));
        tab.map_or(0, |tab| std::mem::take(&mut tab.left))
    }

    fn keep(&self, subject: &Subject, asked: Asked, bought: u64, taken: &Taken, now: Timestamp) {
        let Some(standing) = taken.standings().first().copied() else {
            return;
        };
        let (left, refused) = match taken {
            Taken::Granted(_) => (bought - asked.cost, None),
            Taken::Refused { wait, .. } => {
                let until = now.plus(wait.unwrap_or(BELIEVED).min(BELIEVED));
                let refusal = Refusal {
                    cost: asked.cost,
                    until,
                    taken: taken.clone(),
                };
                (0, Some(refusal))
            }
        };
        let mut tabs = self.tabs();
        if tabs.len() >= TABS && !tabs.contains_key(subject) {
            // What they held lapses with the window of their rates.
            tabs.clear();
        }
        let of_subject = tabs.entry(subject.clone()).or_default();
        of_subject.retain(|tab| tab.name != asked.name);
        of_subject.push(Tab {
            name: asked.name,
            left,
            standing,
            bought: now,
            refused,
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::policy::rate::Rate;
    use crate::domain::time::{Clock, ManualClock};
    use crate::storage::limits::in_process::InProcessLimits;

    fn world() -> (Arc<ManualClock>, InProcessLimits, Prepaid, Subject) {
        let clock = Arc::new(ManualClock::at(Timestamp(1_000_000_000)));
        let limits = InProcessLimits::new(Arc::clone(&clock) as Arc<_>);
        (clock, limits, Prepaid::default(), Subject::provider("p"))
    }

    fn one(amount: u64) -> Asked {
        Asked {
            name: "requests",
            rate: Rate::per_minute(amount),
            cost: 1,
        }
    }

    async fn granted(amount: u64) -> (u64, u64) {
        let (clock, limits, prepaid, who) = world();
        let mut granted = 0;
        loop {
            let taken = prepaid.take(&limits, &who, one(amount), clock.now()).await;
            match taken {
                Taken::Granted(_) => granted += 1,
                Taken::Refused { standings, .. } => return (granted, standings[0].left),
            }
        }
    }

    #[tokio::test]
    async fn exactly_the_rate_is_granted_however_it_is_cut() {
        for amount in [1, 7, 500, 1_001, 2_300] {
            assert_eq!(granted(amount).await, (amount, 0), "{amount}");
        }
    }

    #[tokio::test]
    async fn what_lay_too_long_is_given_back() {
        let (clock, limits, prepaid, who) = world();
        prepaid.take(&limits, &who, one(5_000), clock.now()).await;
        let look = [Asked {
            cost: 0,
            ..one(5_000)
        }];
        assert_eq!(limits.take(&who, &look).await.standings()[0].left, 4_990);
        clock.advance(LIES);
        prepaid.take(&limits, &who, one(5_000), clock.now()).await;
        assert_eq!(limits.take(&who, &look).await.standings()[0].left, 4_990);
    }

    #[tokio::test]
    async fn a_refusal_ends_when_there_is_some_again() {
        let (clock, limits, prepaid, who) = world();
        let fast = Asked {
            name: "requests",
            rate: Rate::per_second(2),
            cost: 2,
        };
        prepaid.take(&limits, &who, fast, clock.now()).await;
        let refused = prepaid.take(&limits, &who, fast, clock.now()).await;
        assert!(matches!(refused, Taken::Refused { .. }));
        clock.advance(Duration::from_secs(1));
        let taken = prepaid.take(&limits, &who, fast, clock.now()).await;
        assert!(matches!(taken, Taken::Granted(_)));
    }
}
