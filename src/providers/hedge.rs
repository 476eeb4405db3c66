//! Hedged requests: what is slower than nearly all before it is asked for at another provider too, and whoever begins first answers
//! (Dean and Barroso, The Tail at Scale, 2013).

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::trouble::Trouble;

/// Of how many requests one may be asked twice: 2 %.
const ONE_IN: u64 = 50;
/// First tokens that are remembered.
const REMEMBERED: usize = 200;
/// As many must have been seen before anything is called slow.
const ENOUGH: usize = 20;

/// How many requests were asked twice.
#[derive(Debug, Default)]
pub struct Hedging(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    requests: u64,
    twice: u64,
}

impl Hedging {
    /// A request goes out.
    pub(super) fn asked(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .requests += 1;
    }

    /// Takes the right to ask one request twice, if there is one left.
    pub(super) fn take(&self) -> bool {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let may = (counts.twice + 1) * ONE_IN <= counts.requests;
        counts.twice += u64::from(may);
        may
    }
}

/// How long first tokens took lately.
#[derive(Debug, Default)]
pub(super) struct FirstTokens(VecDeque<Duration>);

impl FirstTokens {
    pub(super) fn seen(&mut self, took: Duration) {
        if self.0.len() == REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back(took);
    }

    /// What 95 in a hundred did not take longer than; none while too few were seen.
    pub(super) fn p95(&self) -> Option<Duration> {
        if self.0.len() < ENOUGH {
            return None;
        }
        let mut sorted: Vec<Duration> = self.0.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() * 95 / 100).copied()
    }
}

/// Who began to answer.
pub(super) enum Began<T> {
    /// The one that was asked first, or what stood in its way.
    First(Result<T, Trouble>),
    /// The one that was asked when the first was slow.
    Second(T),
}

/// Waits for `first`, and after a while for `second` beside it, until one of them begins. A `second` that has nothing to give leaves
/// it to the first.
pub(super) async fn race<T>(
    first: impl Future<Output = Result<T, Trouble>>,
    after: Duration,
    second: impl Future<Output = Option<T>>,
) -> Began<T> {
    tokio::pin!(first, second);
    tokio::select! {
        biased;
        begun = &mut first => return Began::First(begun),
        () = tokio::time::sleep(after) => {}
    }
    tokio::select! {
        biased;
        begun = &mut first => match begun {
            Ok(begun) => Began::First(Ok(begun)),
            Err(trouble) => second.await.map_or(Began::First(Err(trouble)), Began::Second),
        },
        begun = &mut second => match begun {
            Some(begun) => Began::Second(begun),
            None => Began::First(first.await),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::trouble::TroubleKind;

    #[test]
    fn two_in_a_hundred_are_asked_twice() {
        let hedging = Hedging::default();
        let mut twice = 0;
        for _ in 0..1_000 {
            hedging.asked();
            twice += u32::from(hedging.take());
        }
        assert_eq!(twice, 20);
    }

    #[test]
    fn what_is_slow_is_known_by_what_came_before() {
        let mut tokens = FirstTokens::default();
        for millis in 0..19 {
            tokens.seen(Duration::from_millis(millis));
        }
        assert_eq!(tokens.p95(), None);
        for millis in 19..1_000 {
            tokens.seen(Duration::from_millis(millis));
        }
        assert_eq!(tokens.p95(), Some(Duration::from_millis(990)));
    }

    async fn after<T>((wait, value): (Duration, T)) -> T {
        tokio::time::sleep(wait).await;
        value
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_begins_first_answers() {
        let ms = Duration::from_millis;
        let ill = || Trouble::new(TroubleKind::Connection, "gone");
        for (first, second, expected) in [
            ((ms(5), Ok("first")), (ms(0), Some("second")), "first"),
            ((ms(100), Ok("first")), (ms(20), Some("second")), "second"),
            ((ms(40), Ok("first")), (ms(20), None), "first"),
            ((ms(20), Err(ill())), (ms(50), Some("second")), "second"),
            ((ms(20), Err(ill())), (ms(50), None), "trouble"),
        ] {
            let raced = race(after(first), ms(10), after(second));
            let answered = match raced.await {
                Began::First(Ok(it)) | Began::Second(it) => it,
                Began::First(Err(_)) => "trouble",
            };
            assert_eq!(answered, expected);
        }
    }
}
