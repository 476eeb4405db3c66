//! The plan: which faults hold at the moment, within which bounds, and whether one strikes now.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

use crate::domain::fault::{ActiveFault, Fault, FaultWatch, StageDelays, lognormal};
use crate::domain::job::JobKind;
use crate::domain::stage::Stage;
use crate::domain::time::{Clock, Timestamp};

/// Within which bounds faults may be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChaosRules {
    /// The longest that one may hold.
    pub longest: Duration,
    /// The largest share of workers, calls or events that one may strike.
    pub most: f64,
    /// How long after a kill none may follow: the platform is recovering.
    pub recovery: Duration,
}

/// A fault that is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// Its id, if it comes to be.
    pub id: Uuid,
    /// What.
    pub fault: Fault,
    /// For how long.
    pub duration: Duration,
    /// What its chance comes from.
    pub seed: u64,
}

/// Why a fault is not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It makes no sense or goes beyond the bounds; a sentence.
    Unfit(String),
    /// Something was killed a moment ago; another may be after so long.
    Recovering(Duration),
}

/// A fault that strikes a call of a store.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Strike {
    /// How much longer the call takes.
    pub extra: Duration,
    /// How many times as long it takes, less one.
    pub slower: f64,
    /// Whether it fails, and if so, whether it is made before.
    pub fails: Option<bool>,
}

/// The plan. Nothing holds until something is begun, and nothing outlives the process.
pub struct FaultPlan {
    rules: ChaosRules,
    clock: Arc<dyn Clock>,
    watch: Arc<dyn FaultWatch>,
    /// Whether anything may hold: what costs nothing to ask, asked at every call.
    any: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    faults: Vec<Planned>,
    killed: Option<Timestamp>,
}

struct Planned {
    active: ActiveFault,
    chance: StdRng,
}

impl Planned {
    /// A number in `[0, 1)`.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    fn draw(&mut self) -> f64 {
        (self.chance.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A standard normal number (Box and Muller, 1958).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.draw()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.draw()).cos()
    }
}

impl FaultPlan {
    /// An empty plan.
    pub fn new(rules: ChaosRules, clock: Arc<dyn Clock>, watch: Arc<dyn FaultWatch>) -> Self {
        Self {
            rules,
            clock,
            watch,
            any: AtomicBool::new(false),
            state: Mutex::default(),
        }
    }

    /// The bounds.
    pub fn rules(&self) -> &ChaosRules {
        &self.rules
    }

    /// From now on this holds, for its time.
    pub fn begin(&self, asked: Asked) -> Result<ActiveFault, Refused> {
        let now = self.clock.now();
        asked.fault.check().map_err(Refused::Unfit)?;
        self.within_bounds(&asked)?;
        let mut state = self.state();
        if asked.fault.kills() {
            let free = state.killed.map(|killed| killed.plus(self.rules.recovery));
            if let Some(free) = free.filter(|free| *free > now) {
                return Err(Refused::Recovering(free.since(now)));
            }
            state.killed = Some(now);
        }
        let active = ActiveFault {
            id: asked.id,
            fault: asked.fault,
            seed: asked.seed,
            since: now,
            until: now.plus(asked.duration),
            struck: 0,
        };
        state.faults.push(Planned {
            active: active.clone(),
            chance: StdRng::seed_from_u64(asked.seed),
        });
        self.any.store(true, Ordering::Release);
        Ok(active)
    }

    fn within_bounds(&self, asked: &Asked) -> Result<(), Refused> {
        if asked.duration.is_zero() || asked.duration > self.rules.longest {
            let longest = self.rules.longest.as_secs();
            return Err(Refused::Unfit(format!(
                "a fault holds for 1 to {longest} s; [chaos] longest sets the bound"
            )));
        }
        let share = match asked.fault {
            Fault::KillWorkers { fraction, .. } => fraction,
            Fault::StorageErrors { share }
            | Fault::ProviderErrors { share }
            | Fault::DropEvents { share } => share,
            // All calls may be slow: nothing is lost by it.
            Fault::StorageLatency { .. } | Fault::StageDelay { .. } | Fault::KillNode {} => 0.0,
        };
        if share > self.rules.most {
            let most = self.rules.most;
            return Err(Refused::Unfit(format!(
                "at most a share of {most} may be struck; [chaos] most sets the bound"
            )));
        }
        Ok(())
    }

    /// What holds, the oldest first.
    pub fn active(&self) -> Vec<ActiveFault> {
        let mut state = self.state();
        self.forget_over(&mut state);
        state
            .faults
            .iter()
            .map(|planned| planned.active.clone())
            .collect()
    }

    /// Ends one before its time; `None`: there is none of that id.
    pub fn end(&self, id: Uuid) -> Option<ActiveFault> {
        let mut state = self.state();
        self.forget_over(&mut state);
        let place = state
            .faults
            .iter()
            .position(|planned| planned.active.id == id)?;
        let ended = state.faults.remove(place).active;
        self.forget_over(&mut state);
        Some(ended)
    }

    /// Ends all.
    pub fn end_all(&self) -> Vec<ActiveFault> {
        let ended = self.active();
        let mut state = self.state();
        state.faults.clear();
        self.forget_over(&mut state);
        ended
    }

    /// A fault of that id struck once more, outside of what is asked here.
    pub fn count(&self, id: Uuid, times: u64) {
        let mut state = self.state();
        let found = state
            .faults
            .iter_mut()
            .find(|planned| planned.active.id == id);
        if let Some(planned) = found {
            planned.active.struck += times;
            for _ in 0..times {
                self.watch.struck(planned.active.fault.name());
            }
        }
    }

    /// Whether a call of a store is struck now, and how.
    pub fn storage(&self) -> Option<Strike> {
        let mut strike: Option<Strike> = None;
        self.each(|planned| {
            if let Fault::StorageLatency {
                share,
                factor,
                extra_ms,
            } = planned.active.fault
                && planned.draw() < share
            {
                let strike = strike.get_or_insert_default();
                strike.extra += Duration::from_millis(u64::from(extra_ms));
                strike.slower += factor - 1.0;
                return true;
            }
            if let Fault::StorageErrors { share } = planned.active.fault
                && planned.draw() < share
            {
                strike.get_or_insert_default().fails = Some(planned.draw() < 0.5);
                return true;
            }
            false
        });
        strike
    }

    /// Whether an event is dropped now.
    pub fn drops_event(&self) -> bool {
        let mut dropped = false;
        self.each(|planned| {
            let Fault::DropEvents { share } = planned.active.fault else {
                return false;
            };
            let strikes = planned.draw() < share;
            dropped |= strikes;
            strikes
        });
        dropped
    }

    /// Whether a request to a provider fails now.
    pub fn provider_fails(&self) -> bool {
        let mut fails = false;
        self.each(|planned| {
            let Fault::ProviderErrors { share } = planned.active.fault else {
                return false;
            };
            let strikes = planned.draw() < share;
            fails |= strikes;
            strikes
        });
        fails
    }

    /// Asks every fault that holds whether it strikes.
    fn each(&self, mut ask: impl FnMut(&mut Planned) -> bool) {
        if !self.any.load(Ordering::Acquire) {
            return;
        }
        let mut state = self.state();
        self.forget_over(&mut state);
        for planned in &mut state.faults {
            if ask(planned) {
                planned.active.struck += 1;
                self.watch.struck(planned.active.fault.name());
            }
        }
    }

    fn forget_over(&self, state: &mut State) {
        let now = self.clock.now();
        state.faults.retain(|planned| planned.active.until > now);
        self.any.store(!state.faults.is_empty(), Ordering::Release);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StageDelays for FaultPlan {
    fn delay(&self, kind: JobKind, stage: Stage) -> Duration {
        let mut delay = Duration::ZERO;
        self.each(|planned| {
            let Fault::StageDelay {
                kind: of,
                stage: at,
                p50_ms,
                p95_ms,
            } = planned.active.fault
            else {
                return false;
            };
            if (of, at) != (kind, stage) {
                return false;
            }
            let ms = |millis: u32| Duration::from_millis(u64::from(millis));
            delay += lognormal(ms(p50_ms), ms(p95_ms), planned.normal());
            true
        });
        delay
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fault::Harm;
    use crate::domain::pool::name::PoolName;
    use crate::domain::time::ManualClock;

    struct Uncounted;

    impl FaultWatch for Uncounted {
        fn struck(&self, _: &'static str) {}
    }

    fn plan() -> (Arc<ManualClock>, FaultPlan) {
        let clock = Arc::new(ManualClock::at(Timestamp(1_000_000)));
        let rules = ChaosRules {
            longest: Duration::from_secs(60),
            most: 0.5,
            recovery: Duration::from_secs(30),
        };
        let plan = FaultPlan::new(rules, Arc::clone(&clock) as _, Arc::new(Uncounted));
        (clock, plan)
    }

    fn asked(number: u128, fault: Fault) -> Asked {
        Asked {
            id: Uuid::from_u128(number),
            fault,
            duration: Duration::from_secs(20),
            seed: 7,
        }
    }

    const KILL: Fault = Fault::KillWorkers {
        pool: PoolName {
            kind: JobKind::Convert,
            tier: None,
        },
        fraction: 0.5,
        how: Harm::Panic,
    };

    #[test]
    fn a_fault_strikes_its_share_and_ends_by_itself() {
        let (clock, plan) = plan();
        assert!(!plan.drops_event());
        let drops = Fault::DropEvents { share: 0.25 };
        plan.begin(asked(1, drops)).unwrap();
        let struck = (0..4_000).filter(|_| plan.drops_event()).count();
        assert!((900..1_100).contains(&struck), "{struck}");
        assert_eq!(plan.active()[0].struck, struck as u64);
        assert_eq!((plan.storage(), plan.provider_fails()), (None, false));
        clock.advance(Duration::from_secs(20));
        assert!(!(0..100).any(|_| plan.drops_event()));
        assert_eq!(plan.active(), []);
    }

    #[test]
    fn the_same_seed_makes_the_same_choices() {
        let choices = || {
            let (_, plan) = plan();
            plan.begin(asked(1, Fault::StorageErrors { share: 0.5 }))
                .unwrap();
            (0..64).map(|_| plan.storage()).collect::<Vec<_>>()
        };
        let first = choices();
        assert_eq!(first, choices());
        let failing = first.iter().flatten().filter_map(|strike| strike.fails);
        let made = failing.clone().filter(|made| *made).count();
        assert!(made > 5 && made + 5 < failing.count());
    }

    #[test]
    fn nothing_is_killed_while_the_platform_recovers() {
        let (clock, plan) = plan();
        plan.begin(asked(1, KILL)).unwrap();
        clock.advance(Duration::from_secs(10));
        let left = Duration::from_secs(20);
        assert_eq!(plan.begin(asked(2, KILL)), Err(Refused::Recovering(left)));
        assert_eq!(
            plan.begin(asked(2, Fault::KillNode {})),
            Err(Refused::Recovering(left))
        );
        plan.begin(asked(2, Fault::DropEvents { share: 0.1 }))
            .unwrap();
        clock.advance(left);
        plan.begin(asked(3, KILL)).unwrap();
    }

    #[test]
    fn bounds_hold() {
        let (_, plan) = plan();
        let drops = |share| Fault::DropEvents { share };
        assert!(matches!(
            plan.begin(asked(1, drops(0.6))),
            Err(Refused::Unfit(_))
        ));
        let long = Asked {
            duration: Duration::from_secs(61),
            ..asked(1, drops(0.1))
        };
        assert!(matches!(plan.begin(long), Err(Refused::Unfit(_))));
        let all_slow = Fault::StorageLatency {
            share: 1.0,
            factor: 1.1,
            extra_ms: 0,
        };
        plan.begin(asked(1, all_slow)).unwrap();
        let strike = plan.storage().unwrap();
        assert!((strike.slower - 0.1).abs() < 1e-9 && strike.fails.is_none());
        assert!(plan.end(Uuid::from_u128(2)).is_none());
        assert!(plan.end(Uuid::from_u128(1)).is_some());
        assert_eq!(plan.storage(), None);
    }

    #[test]
    fn a_stage_is_held_up_by_its_quantiles() {
        let (_, plan) = plan();
        let delay = Fault::StageDelay {
            kind: JobKind::Convert,
            stage: Stage::Parse,
            p50_ms: 100,
            p95_ms: 400,
        };
        plan.begin(asked(1, delay)).unwrap();
        assert_eq!(plan.delay(JobKind::Export, Stage::Parse), Duration::ZERO);
        let delays = (0..2_000).map(|_| plan.delay(JobKind::Convert, Stage::Parse));
        let mut delays: Vec<_> = delays.collect();
        delays.sort_unstable();
        let near = |place: usize, ms: u128| delays[place].as_millis().abs_diff(ms) < ms / 5;
        assert!(near(1_000, 100) && near(1_900, 400), "{:?}", delays[1_000]);
    }
}
