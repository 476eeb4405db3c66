//! The platform supervisor: starts the children, watches them, and starts new ones in place of those that are gone.
//!
//! actix restarts an actor that stopped, but not one that panicked: its mailbox closes for good, without a word. So every
//! child is made by a factory here, looked at on every tick, and replaced when its mailbox is closed or it does not answer.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use actix::prelude::*;

use super::job_events::{CountSessions, JobEventsActor, StopEvents};
use super::lease_keeper::{LeaseKeeper, Ping, StopKeeper};
use super::pool::{CommandLog, Observe, PoolActor, PoolInTrouble, StopPool};
use super::runner::Ground;
use crate::domain::job::JobKind;
use crate::domain::policy::restart::{Restart, RestartBudget, RestartRules};
use crate::domain::pool::name::PoolName;
use crate::domain::pool::settings::PoolSettings;
use crate::domain::time::Timestamp;

/// How often children are looked at.
const WATCH_EVERY: Duration = Duration::from_millis(500);

/// How long a child may take to answer before it is taken for hung.
const PATIENCE: Duration = Duration::from_secs(10);

/// Times that a child may be lost within a minute before the node says that it is in trouble. A pool is not lost for a
/// job's sake: fewer than the workers of a pool may be.
const CHILDREN_LOST: u32 = 5;

/// Where the children are at the moment.
#[derive(Debug, Default)]
pub struct AddressBook {
    pools: RwLock<BTreeMap<PoolName, Addr<PoolActor>>>,
    events: RwLock<Option<Addr<JobEventsActor>>>,
    trouble: RwLock<BTreeMap<&'static str, String>>,
}

impl AddressBook {
    /// A pool, unless it is gone.
    pub fn pool(&self, name: impl Into<PoolName>) -> Option<Addr<PoolActor>> {
        let pools = self.pools.read().unwrap_or_else(PoisonError::into_inner);
        let pool = pools.get(&name.into());
        pool.filter(|pool| pool.connected()).cloned()
    }

    /// The pools that may take jobs of a kind.
    pub fn pools_of(&self, kind: JobKind) -> Vec<Addr<PoolActor>> {
        let pools = self.pools.read().unwrap_or_else(PoisonError::into_inner);
        let of_kind = pools.iter().filter(|(name, _)| name.kind == kind);
        of_kind.map(|(_, pool)| pool.clone()).collect()
    }

    /// The job-event actor, unless it is gone.
    pub fn events(&self) -> Option<Addr<JobEventsActor>> {
        let events = self.events.read().unwrap_or_else(PoisonError::into_inner);
        events.clone().filter(Addr::connected)
    }

    /// Children that had to be started anew too often, and why.
    pub fn trouble(&self) -> BTreeMap<&'static str, String> {
        self.trouble
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Child {
    Pool(PoolName),
    Events,
    Keeper,
}

impl Child {
    fn name(self) -> &'static str {
        match self {
            Self::Pool(name) => name.name(),
            Self::Events => "job_events",
            Self::Keeper => "lease_keeper",
        }
    }
}

struct Watched {
    budget: RestartBudget,
    since: Timestamp,
    answered: Timestamp,
    starting: bool,
}

/// The platform supervisor.
pub struct PlatformSupervisor {
    ground: Ground,
    pools: Vec<PoolSettings>,
    book: Arc<AddressBook>,
    rules: RestartRules,
    keeper: Option<Addr<LeaseKeeper>>,
    keeper_arbiter: Option<Arbiter>,
    own_thread: bool,
    watched: BTreeMap<Child, Watched>,
    log: Option<CommandLog>,
}

impl PlatformSupervisor {
    /// A supervisor of these pools. With `own_thread` the lease keeper gets an arbiter of its own; without, everything
    /// runs where the supervisor does, as tests in virtual time need it.
    pub fn new(
        ground: Ground,
        pools: Vec<PoolSettings>,
        book: Arc<AddressBook>,
        own_thread: bool,
        log: Option<CommandLog>,
    ) -> Self {
        Self {
            ground,
            pools,
            book,
            rules: RestartRules {
                intensity: CHILDREN_LOST,
                ..RestartRules::default()
            },
            keeper: None,
            keeper_arbiter: None,
            own_thread,
            watched: BTreeMap::new(),
            log,
        }
    }

    fn start_child(&mut self, child: Child, ctx: &mut Context<Self>) {
        let now = self.ground.clock.now();
        match child {
            Child::Pool(name) => {
                let Some(settings) = self.pools.iter().find(|pool| pool.name == name) else {
                    return;
                };
                let supervisor = ctx.address().recipient();
                let pool = PoolActor::new(
                    settings.clone(),
                    self.ground.clone(),
                    supervisor,
                    self.log.clone(),
                );
                let mut pools = self
                    .book
                    .pools
                    .write()
                    .unwrap_or_else(PoisonError::into_inner);
                pools.insert(name, pool.start());
            }
            Child::Events => {
                let events = JobEventsActor::new(self.ground.clone()).start();
                let mut known = self
                    .book
                    .events
                    .write()
                    .unwrap_or_else(PoisonError::into_inner);
                *known = Some(events);
            }
            Child::Keeper => {
                let ground = self.ground.clone();
                self.keeper = Some(if self.own_thread {
                    let arbiter = self.keeper_arbiter.get_or_insert_with(Arbiter::new);
                    LeaseKeeper::start_in_arbiter(&arbiter.handle(), |_| LeaseKeeper::new(ground))
                } else {
                    LeaseKeeper::new(ground).start()
                });
            }
        }
        let watched = self.watched.entry(child).or_insert_with(|| Watched {
            budget: RestartBudget::default(),
            since: now,
            answered: now,
            starting: false,
        });
        watched.since = now;
        watched.answered = now;
        watched.starting = false;
    }

    fn children(&self) -> Vec<Child> {
        let pools = self.pools.iter().map(|pool| Child::Pool(pool.name));
        [Child::Events, Child::Keeper]
            .into_iter()
            .chain(pools)
            .collect()
    }

    fn watch(&mut self, ctx: &mut Context<Self>) {
        let now = self.ground.clock.now();
        for child in self.children() {
            let Some(watched) = self.watched.get(&child) else {
                continue;
            };
            if watched.starting {
                continue;
            }
            let silent = now.since(watched.answered) > PATIENCE;
            if !self.is_connected(child) {
                self.replace(child, "it is gone", ctx);
            } else if silent {
                self.replace(child, "it does not answer", ctx);
            } else {
                if now.since(watched.since) > self.rules.window {
                    self.recovered(child);
                }
                self.ask(child, ctx);
            }
        }
    }

    /// A child that has lived for as long as restarts are counted is in no trouble any more.
    fn recovered(&self, child: Child) {
        let mut trouble = self
            .book
            .trouble
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if trouble.remove(child.name()).is_some() {
            tracing::info!(
                child = child.name(),
                "a child of the supervisor is well again"
            );
        }
    }

    /// Takes a child out of the book and ends it: one that only seemed to be gone must not go on beside its successor.
    fn end(&mut self, child: Child) {
        #[expect(
            clippy::disallowed_methods,
            reason = "once for a child, however full its mailbox is"
        )]
        match child {
            Child::Pool(name) => {
                let mut pools = self
                    .book
                    .pools
                    .write()
                    .unwrap_or_else(PoisonError::into_inner);
                if let Some(pool) = pools.remove(&name) {
                    pool.do_send(StopPool);
                }
            }
            Child::Events => {
                let mut events = self
                    .book
                    .events
                    .write()
                    .unwrap_or_else(PoisonError::into_inner);
                if let Some(events) = events.take() {
                    events.do_send(StopEvents);
                }
            }
            Child::Keeper => {
                if let Some(keeper) = self.keeper.take() {
                    keeper.do_send(StopKeeper);
                }
            }
        }
    }

    fn is_connected(&self, child: Child) -> bool {
        match child {
            Child::Pool(name) => self.book.pool(name).is_some(),
            Child::Events => self.book.events().is_some(),
            Child::Keeper => self.keeper.as_ref().is_some_and(Addr::connected),
        }
    }

    /// Asks a child something harmless; its answer shows that it lives.
    fn ask(&self, child: Child, ctx: &mut Context<Self>) {
        let pool = match child {
            Child::Pool(name) => self.book.pool(name),
            Child::Events | Child::Keeper => None,
        };
        let events = (child == Child::Events)
            .then(|| self.book.events())
            .flatten();
        let keeper = (child == Child::Keeper)
            .then(|| self.keeper.clone())
            .flatten();
        let asked = async move {
            let answered = match (pool, events, keeper) {
                (Some(pool), _, _) => pool.send(Observe).await.is_ok(),
                (_, Some(events), _) => events.send(CountSessions).await.is_ok(),
                (_, _, Some(keeper)) => keeper.send(Ping).await.is_ok(),
                _ => false,
            };
            (child, answered)
        };
        ctx.spawn(
            asked
                .into_actor(self)
                .map(|(child, answered), supervisor, _| {
                    let now = supervisor.ground.clock.now();
                    if answered && let Some(watched) = supervisor.watched.get_mut(&child) {
                        watched.answered = now;
                    }
                }),
        );
    }

    fn replace(&mut self, child: Child, why: &str, ctx: &mut Context<Self>) {
        let now = self.ground.clock.now();
        let Some(watched) = self.watched.get_mut(&child) else {
            return;
        };
        watched.starting = true;
        let delay = match watched.budget.lost(&self.rules, now) {
            Restart::After(delay) => delay,
            Restart::Escalate => {
                // There is nobody above but the operator: say so, and go on slowly.
                let mut trouble = self
                    .book
                    .trouble
                    .write()
                    .unwrap_or_else(PoisonError::into_inner);
                trouble.insert(
                    child.name(),
                    format!("started anew too often, last because {why}"),
                );
                self.rules.cap
            }
        };
        self.end(child);
        tracing::error!(
            child = child.name(),
            why,
            "a child of the supervisor is started anew"
        );
        ctx.run_later(delay, move |supervisor, ctx| {
            supervisor.start_child(child, ctx);
        });
    }
}

impl Actor for PlatformSupervisor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        for child in self.children() {
            self.start_child(child, ctx);
        }
        ctx.run_interval(WATCH_EVERY, Self::watch);
    }
}

impl Handler<PoolInTrouble> for PlatformSupervisor {
    type Result = ();

    /// A pool that loses its workers faster than it may is itself started anew, with fresh state.
    fn handle(&mut self, PoolInTrouble(name): PoolInTrouble, ctx: &mut Self::Context) {
        let child = Child::Pool(name);
        if self
            .watched
            .get(&child)
            .is_some_and(|watched| !watched.starting)
        {
            self.replace(child, "its workers were lost too often", ctx);
        }
    }
}
