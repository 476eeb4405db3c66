//! What all limits must do, one function a fact; each adapter is run through them.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use uuid::Uuid;

use super::in_process::InProcessLimits;
use super::{Asked, Limits, Slot, SlotAsked, Subject, Taken};
use crate::domain::policy::rate::Rate;
use crate::domain::time::{ManualClock, Timestamp};

/// Long enough that nothing refills while a test runs.
const LONG: Duration = Duration::from_secs(3_600);

/// How time passes for the limits under test.
#[async_trait]
pub(crate) trait Passing: Send + Sync {
    /// Lets time pass.
    async fn pass(&self, time: Duration);
}

/// A subject that no other fact uses.
pub(crate) fn subject(name: &str) -> Subject {
    Subject::provider(name)
}

/// So much of the rate `name`.
pub(crate) fn ask(name: &'static str, amount: u64, window: Duration, cost: u64) -> Asked {
    let rate = Rate { amount, window };
    Asked { name, rate, cost }
}

fn slot(holder: u128, most: u32, lapse: Duration) -> SlotAsked {
    let holder = Uuid::from_u128(holder);
    SlotAsked {
        holder,
        most,
        lapse,
    }
}

fn is_granted(taken: &Taken) -> bool {
    matches!(taken, Taken::Granted(_))
}

pub(crate) async fn a_rate_is_granted_once_and_refills(limits: &dyn Limits, time: &dyn Passing) {
    let (who, window) = (subject("refills"), Duration::from_millis(100));
    let one = [ask("requests", 2, window, 1)];
    let first = limits.take(&who, &one).await;
    assert_eq!(
        (first.standings()[0].limit, first.standings()[0].left),
        (2, 1)
    );
    let both = [ask("requests", 2, window, 2)];
    let Taken::Refused {
        by: 0,
        wait: Some(wait),
        ..
    } = limits.take(&who, &both).await
    else {
        unreachable!("two of two were granted after one was taken");
    };
    assert!(wait <= window / 2, "{wait:?}");
    time.pass(wait).await;
    assert!(is_granted(&limits.take(&who, &both).await));
}

pub(crate) async fn several_rates_are_taken_together_or_not_at_all(
    limits: &dyn Limits,
    _: &dyn Passing,
) {
    let who = subject("together");
    let asked = [ask("requests", 10, LONG, 1), ask("tokens", 100, LONG, 60)];
    assert!(is_granted(&limits.take(&who, &asked).await));
    let refused = limits.take(&who, &asked).await;
    assert!(
        matches!(refused, Taken::Refused { by: 1, .. }),
        "{refused:?}"
    );
    let left: Vec<u64> = refused.standings().iter().map(|one| one.left).collect();
    assert_eq!(left, [9, 40]);
}

pub(crate) async fn more_than_the_whole_rate_is_never_granted(
    limits: &dyn Limits,
    _: &dyn Passing,
) {
    let refused = limits
        .take(&subject("never"), &[ask("tokens", 5, LONG, 6)])
        .await;
    let never = matches!(refused, Taken::Refused { wait: None, .. });
    assert!(never, "{refused:?}");
}

pub(crate) async fn what_was_too_much_is_given_back_and_too_little_is_a_debt(
    limits: &dyn Limits,
    _: &dyn Passing,
) {
    let (who, rate) = (subject("corrected"), Rate::per_minute(100));
    let look = [ask("tokens", 100, rate.window, 0)];
    let take = [ask("tokens", 100, rate.window, 80)];
    assert!(is_granted(&limits.take(&who, &take).await));
    limits.charge(&who, "tokens", rate, -80).await;
    assert!(is_granted(&limits.take(&who, &take).await));
    limits.charge(&who, "tokens", rate, 70).await;
    let refused = limits.take(&who, &look).await;
    assert!(!is_granted(&refused), "{refused:?}");
    assert_eq!(refused.standings()[0].left, 0);
}

pub(crate) async fn subjects_do_not_share(limits: &dyn Limits, _: &dyn Passing) {
    let all = [ask("requests", 1, LONG, 1)];
    assert!(is_granted(&limits.take(&subject("one"), &all).await));
    assert!(!is_granted(&limits.take(&subject("one"), &all).await));
    assert!(is_granted(&limits.take(&subject("two"), &all).await));
}

pub(crate) async fn many_at_once_get_no_more_than_there_is(limits: &dyn Limits, _: &dyn Passing) {
    let (who, one) = (subject("many"), [ask("requests", 10, LONG, 1)]);
    let taken = join_all((0..50).map(|_| limits.take(&who, &one))).await;
    assert_eq!(taken.iter().filter(|one| is_granted(one)).count(), 10);
    let slots = (0..50).map(|holder| limits.take_slot(&who, slot(holder, 7, LONG)));
    let slots = join_all(slots).await;
    let held = slots.iter().filter(|one| matches!(one, Slot::Held { .. }));
    assert_eq!(held.count(), 7);
}

pub(crate) async fn a_slot_is_held_until_it_is_freed(limits: &dyn Limits, _: &dyn Passing) {
    let who = subject("slots");
    let first = limits.take_slot(&who, slot(1, 2, LONG)).await;
    assert_eq!(first, Slot::Held { in_use: 1 });
    let second = limits.take_slot(&who, slot(2, 2, LONG)).await;
    assert_eq!(second, Slot::Held { in_use: 2 });
    let third = limits.take_slot(&who, slot(3, 2, LONG)).await;
    assert_eq!(third, Slot::Full { in_use: 2 });
    limits.free_slot(&who, Uuid::from_u128(1)).await;
    let third = limits.take_slot(&who, slot(3, 2, LONG)).await;
    assert_eq!(third, Slot::Held { in_use: 2 });
    let kept = limits.keep_slot(&who, Uuid::from_u128(1), LONG).await;
    assert!(!kept, "a slot that was freed is not held");
}

pub(crate) async fn a_slot_that_nobody_keeps_lapses(limits: &dyn Limits, time: &dyn Passing) {
    let (who, lapse) = (subject("lapses"), Duration::from_millis(60));
    limits.take_slot(&who, slot(1, 2, lapse)).await;
    limits.take_slot(&who, slot(2, 2, lapse)).await;
    assert!(limits.keep_slot(&who, Uuid::from_u128(2), LONG).await);
    time.pass(lapse).await;
    let next = limits.take_slot(&who, slot(3, 2, lapse)).await;
    assert_eq!(next, Slot::Held { in_use: 2 });
    assert!(!limits.keep_slot(&who, Uuid::from_u128(1), LONG).await);
}

/// Runs every fact for an adapter: its name, and how it is opened (`None`: what it needs is not here).
macro_rules! limits_adapter {
    ($adapter:ident, $open:expr) => {
        limits_adapter! {$adapter, $open,
            a_rate_is_granted_once_and_refills
            several_rates_are_taken_together_or_not_at_all
            more_than_the_whole_rate_is_never_granted
            what_was_too_much_is_given_back_and_too_little_is_a_debt
            subjects_do_not_share
            many_at_once_get_no_more_than_there_is
            a_slot_is_held_until_it_is_freed
            a_slot_that_nobody_keeps_lapses
        }
    };
    ($adapter:ident, $open:expr, $($fact:ident)*) => {
        mod $adapter {
            use super::*;

            $(#[tokio::test]
            async fn $fact() {
                if let Some((limits, time)) = $open.await {
                    $crate::storage::limits::conformance::$fact(&limits, &time).await;
                }
            })*
        }
    };
}
pub(crate) use limits_adapter;

#[async_trait]
impl Passing for Arc<ManualClock> {
    async fn pass(&self, time: Duration) {
        self.advance(time);
    }
}

fn open_in_process() -> (InProcessLimits, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(Timestamp(1_800_000_000_000_000)));
    let limits = InProcessLimits::new(Arc::clone(&clock) as Arc<_>);
    (limits, clock)
}

limits_adapter!(in_process, ready(Some(open_in_process())));
