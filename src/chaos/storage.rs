//! Stores that follow a fault plan: calls take longer, are not made, or are made and their answer is lost.

use std::sync::Arc;

use super::plan::FaultPlan;
use crate::domain::time::Clock;
use crate::storage::around::Around;
use crate::storage::error::StoreError;

/// Follows the plan around every call of a store.
pub struct FaultyCalls {
    /// Which store, for its errors.
    pub what: &'static str,
    /// The plan.
    pub plan: Arc<FaultPlan>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Around for FaultyCalls {
    async fn around<T: Send>(
        &self,
        _: &'static str,
        call: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let Some(strike) = self.plan.storage() else {
            return call.await;
        };
        let lost = || StoreError::unavailable(self.what, "a fault plan made this call fail");
        if !strike.extra.is_zero() {
            tokio::time::sleep(strike.extra).await;
        }
        if strike.fails == Some(false) {
            return Err(lost());
        }
        let started = self.clock.now();
        let answer = call.await;
        if strike.slower > 0.0 {
            let took = self.clock.now().since(started);
            tokio::time::sleep(took.mul_f64(strike.slower)).await;
        }
        if strike.fails == Some(true) {
            return Err(lost());
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use uuid::Uuid;

    use super::*;
    use crate::chaos::plan::{Asked, ChaosRules};
    use crate::domain::fault::{Fault, FaultWatch};
    use crate::domain::time::SystemClock;

    #[derive(Default)]
    struct Counted(AtomicU32);

    impl FaultWatch for Counted {
        fn struck(&self, fault: &'static str) {
            assert!(fault.starts_with("storage_"));
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn calls(fault: Fault, watch: &Arc<Counted>) -> FaultyCalls {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let rules = ChaosRules {
            longest: Duration::from_secs(60),
            most: 1.0,
            recovery: Duration::ZERO,
        };
        let plan = FaultPlan::new(rules, Arc::clone(&clock), Arc::clone(watch) as _);
        let asked = Asked {
            id: Uuid::nil(),
            fault,
            duration: Duration::from_secs(60),
            seed: 3,
        };
        plan.begin(asked).unwrap();
        FaultyCalls {
            what: "test",
            plan: Arc::new(plan),
            clock,
        }
    }

    #[tokio::test]
    async fn of_calls_that_fail_some_were_made() {
        let watch = Arc::new(Counted::default());
        let calls = calls(Fault::StorageErrors { share: 0.5 }, &watch);
        let (mut made, mut failed) = (0, 0);
        for _ in 0..200 {
            let call = async {
                made += 1;
                Ok::<_, StoreError>(())
            };
            failed += u32::from(calls.around("put", call).await.is_err());
        }
        assert!((70..130).contains(&failed), "{failed}");
        assert!(made > 200 - failed && made < 200, "{made}");
        assert_eq!(watch.0.load(Ordering::SeqCst), failed);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_are_slow_end_all_the_same() {
        let watch = Arc::new(Counted::default());
        let slow = Fault::StorageLatency {
            share: 1.0,
            factor: 1.0,
            extra_ms: 2_000,
        };
        let calls = calls(slow, &watch);
        let asked = calls.around("get", async { Ok::<_, StoreError>(7) });
        let early = tokio::time::timeout(Duration::from_millis(1_900), asked).await;
        assert!(early.is_err());
        let asked = calls.around("get", async { Ok::<_, StoreError>(7) });
        assert_eq!(asked.await.unwrap(), 7);
    }
}
