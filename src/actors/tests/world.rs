//! A whole node in one thread and in virtual time: memory queue, scripted work, a clock that tokio drives.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix::prelude::*;
use async_trait::async_trait;
use tokio::sync::{Semaphore, mpsc};
use uuid::Uuid;

use crate::actors::announcing::Announcing;
use crate::actors::held::HeldLeases;
use crate::actors::pool::{CommandLog, Observe};
use crate::actors::runner::{Ground, QueueRules};
use crate::actors::supervisor::{AddressBook, PlatformSupervisor};
use crate::domain::chat::TokenUsage;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::ids::{DocumentId, IdSource, JobId, NodeId};
use crate::domain::job::{ExportFormat, ExportOptions, Job, JobKind, JobResult, JobSpec, NewJob};
use crate::domain::job_event::JobEvent;
use crate::domain::job_state::StateName;
use crate::domain::pool::name::PoolName;
use crate::domain::pool::settings::PoolSettings;
use crate::domain::pool::snapshot::PoolSnapshot;
use crate::domain::tenant::{TenantId, Tier};
use crate::domain::time::{Clock, Timestamp};
use crate::domain::trace::kept::Kept;
use crate::domain::trace::tracer::{Recorder, Tracer};
use crate::storage::error::StoreError;
use crate::storage::events::in_process::{EventLimits, InProcessEvents};
use crate::storage::events::{EventBus, EventId, Replay, ToldEvent};
use crate::storage::jobs::memory::MemoryJobStore;
use crate::storage::jobs::{Acceptance, IdempotencyKey};
use crate::storage::wakeups::in_process::AloneWakeups;
use crate::telemetry::metrics::Telemetry;
use crate::work::attempt::{Attempt, Done, Work};
use crate::work::job_work::JobWork;

/// A clock that shows tokio's virtual time.
#[derive(Debug)]
pub(super) struct VirtualClock {
    origin: tokio::time::Instant,
}

impl Default for VirtualClock {
    #[expect(clippy::disallowed_methods, reason = "virtual time is tokio's")]
    fn default() -> Self {
        Self {
            origin: tokio::time::Instant::now(),
        }
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        Timestamp(1_800_000_000_000_000).plus(self.origin.elapsed())
    }
}

/// The bus of a process, which also remembers all that it was ever told.
pub(super) struct RecordingBus {
    pub(super) told: Mutex<Vec<(TenantId, JobEvent)>>,
    bus: InProcessEvents,
}

impl RecordingBus {
    fn new(clock: Arc<dyn Clock>, limits: EventLimits) -> Self {
        Self {
            told: Mutex::default(),
            bus: InProcessEvents::new(clock, limits),
        }
    }
}

#[async_trait]
impl EventBus for RecordingBus {
    async fn tell(&self, tenant: &TenantId, event: JobEvent) -> Result<EventId, StoreError> {
        let note = (tenant.clone(), event.clone());
        self.told.lock().unwrap().push(note);
        self.bus.tell(tenant, event).await
    }

    async fn newest(&self, tenant: &TenantId) -> Result<EventId, StoreError> {
        self.bus.newest(tenant).await
    }

    async fn replay(&self, tenant: &TenantId, after: EventId) -> Result<Replay, StoreError> {
        self.bus.replay(tenant, after).await
    }

    fn subscribe(&self) -> mpsc::Receiver<ToldEvent> {
        self.bus.subscribe()
    }
}

/// What a job is scripted to do, by the version it asks for: ordinary work takes 100 ms.
pub(super) const PANICS: u64 = 666;
/// Panics on its first attempt only.
pub(super) const PANICS_ONCE: u64 = 667;
/// Never comes back.
pub(super) const NEVER_ENDS: u64 = 668;
/// Takes ten seconds.
pub(super) const TAKES_LONG: u64 = 669;
/// Fails in a way that no attempt can mend.
pub(super) const BROKEN: u64 = 670;

/// Work that does as it is told, and counts how often each job was done.
#[derive(Default)]
pub(super) struct ScriptedWork {
    pub(super) done: Mutex<BTreeMap<JobId, u32>>,
    /// How long each job takes, where it is told.
    services: BTreeMap<JobId, Duration>,
}

#[async_trait]
impl Work for ScriptedWork {
    async fn run(&self, attempt: &Attempt) -> Result<Done, Failure> {
        let JobSpec::Export { version, .. } = attempt.job.spec else {
            return Err(Failure::new(FailureCode::BadRequest, "not scripted"));
        };
        match version {
            PANICS => panic!("scripted"),
            PANICS_ONCE if attempt.job.attempt == 1 => panic!("scripted"),
            NEVER_ENDS => std::future::pending::<()>().await,
            TAKES_LONG => tokio::time::sleep(Duration::from_secs(10)).await,
            BROKEN => return Err(Failure::new(FailureCode::DamagedFile, "scripted")),
            _ => {
                let told = self.services.get(&attempt.job.lease.job).copied();
                tokio::time::sleep(told.unwrap_or(Duration::from_millis(100))).await;
            }
        }
        *self
            .done
            .lock()
            .unwrap()
            .entry(attempt.job.lease.job)
            .or_default() += 1;
        let result = JobResult::Answer {
            text: "done".to_owned(),
            model: "scripted".to_owned(),
            citations: Vec::new(),
            proposal: None,
            usage: TokenUsage::default(),
        };
        Ok(Done {
            result,
            version: None,
        })
    }
}

/// A node.
pub(super) struct World {
    pub(super) ground: Ground,
    pub(super) book: Arc<AddressBook>,
    pub(super) bus: Arc<RecordingBus>,
    pub(super) work: Arc<ScriptedWork>,
    pub(super) parts: Arc<Kept>,
    made: std::cell::Cell<u128>,
    _supervisor: Addr<PlatformSupervisor>,
}

impl World {
    pub(super) fn start() -> Self {
        Self::with(
            JobKind::ALL.map(PoolSettings::of).to_vec(),
            None,
            BTreeMap::new(),
        )
    }

    /// A node of these pools, whose commands are heard and whose jobs take as long as they are told.
    pub(super) fn with(
        pools: Vec<PoolSettings>,
        log: Option<CommandLog>,
        services: BTreeMap<JobId, Duration>,
    ) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(VirtualClock::default());
        let bus = RecordingBus::new(Arc::clone(&clock), EventLimits::default());
        let bus = Arc::new(bus);
        let work = Arc::new(ScriptedWork {
            services,
            ..ScriptedWork::default()
        });
        let parts = Arc::<Kept>::default();
        let recorder = Recorder {
            sink: parts.clone(),
            share: 1.0,
        };
        let chance = Arc::new(IdSource::seeded([8; 32]));
        let tracer = Tracer::new(chance, Arc::clone(&clock), Some(recorder));
        let ground = Ground {
            node: NodeId(Uuid::from_u128(7)),
            jobs: Arc::new(MemoryJobStore::default()),
            events: Arc::clone(&bus) as Arc<dyn EventBus>,
            wakeups: Arc::new(AloneWakeups::default()),
            clock,
            ids: Arc::new(IdSource::seeded([7; 32])),
            tracer,
            work: JobWork {
                convert: work.clone(),
                export: work.clone(),
                ai: work.clone(),
            },
            telemetry: Arc::new(Telemetry::default()),
            rules: QueueRules::default(),
            cores: Arc::new(Semaphore::new(2)),
            held: Arc::new(HeldLeases::default()),
            announcing: Arc::new(Announcing::default()),
            pools: Arc::default(),
            delays: None,
            chores: Vec::new(),
        };
        let book = Arc::new(AddressBook::default());
        let supervisor =
            PlatformSupervisor::new(ground.clone(), pools, Arc::clone(&book), false, log).start();
        Self {
            ground,
            book,
            bus,
            work,
            parts,
            made: 0.into(),
            _supervisor: supervisor,
        }
    }

    /// Accepts an ordinary job and tells nobody.
    pub(super) async fn submit_quietly(&self) -> JobId {
        self.accept(1).await
    }

    /// Accepts an export job of a script and wakes its pool.
    pub(super) async fn submit(&self, script: u64) -> JobId {
        let id = self.accept(script).await;
        if let Some(pool) = self.book.pool(JobKind::Export) {
            drop(pool.try_send(crate::actors::pool::Wake));
        }
        id
    }

    /// Accepts an ordinary job by a request whose name is remembered for so many seconds.
    pub(super) async fn submit_named(&self, key: &str, seconds: u64) -> JobId {
        let expires_at = self.ground.clock.now().plus(Duration::from_secs(seconds));
        let named = IdempotencyKey {
            key: key.to_owned(),
            request_hash: String::new(),
            expires_at,
        };
        self.accept_named(1, Some(named)).await
    }

    /// The id that the next job will have.
    pub(super) fn next_id(&self) -> JobId {
        JobId(Uuid::from_u128(self.made.get() + 1))
    }

    /// Accepts an export job of a script for a tenant of a tier, and tells nobody.
    pub(super) async fn submit_for(&self, tier: Tier, script: u64) -> JobId {
        self.accept_of(tier, script, None).await
    }

    async fn accept(&self, script: u64) -> JobId {
        self.accept_named(script, None).await
    }

    async fn accept_named(&self, script: u64, idempotency: Option<IdempotencyKey>) -> JobId {
        self.accept_of(Tier::Standard, script, idempotency).await
    }

    async fn accept_of(
        &self,
        tier: Tier,
        script: u64,
        idempotency: Option<IdempotencyKey>,
    ) -> JobId {
        self.made.set(self.made.get() + 1);
        let id = JobId(Uuid::from_u128(self.made.get()));
        let job = NewJob {
            id,
            tenant: "acme".parse().unwrap(),
            tier,
            document: DocumentId(Uuid::nil()),
            spec: JobSpec::Export {
                format: ExportFormat::Pdf,
                version: script,
                options: ExportOptions::default(),
            },
            max_attempts: 3,
            created_at: self.ground.clock.now(),
            trace: None,
        };
        let acceptance = Acceptance {
            job,
            document: None,
            idempotency,
        };
        self.ground.jobs.accept(acceptance).await.unwrap();
        id
    }

    /// Lets virtual time pass.
    pub(super) async fn pass(&self, seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }

    pub(super) async fn job(&self, id: JobId) -> Job {
        self.ground.jobs.job(None, id).await.unwrap().unwrap()
    }

    pub(super) async fn state(&self, id: JobId) -> StateName {
        self.job(id).await.state.name()
    }

    pub(super) async fn pool(&self) -> PoolSnapshot {
        self.seen(JobKind::Export).await
    }

    pub(super) async fn seen(&self, pool: impl Into<PoolName>) -> PoolSnapshot {
        let pool = self.book.pool(pool).unwrap();
        pool.send(Observe).await.unwrap()
    }

    /// How often a job's work was carried through.
    pub(super) fn times_done(&self, id: JobId) -> u32 {
        self.work
            .done
            .lock()
            .unwrap()
            .get(&id)
            .copied()
            .unwrap_or(0)
    }

    /// The names of what was told of a job, in order.
    pub(super) fn told(&self, id: JobId) -> Vec<&'static str> {
        let told = self.bus.told.lock().unwrap();
        let of_job = told.iter().filter(|(_, event)| event.job == Some(id));
        of_job.map(|(_, event)| event.fact.name()).collect()
    }

    /// How often a job's end was told.
    pub(super) fn ends_told(&self, id: JobId) -> usize {
        let told = self.bus.told.lock().unwrap();
        told.iter()
            .filter(|(_, event)| event.job == Some(id) && event.fact.is_terminal())
            .count()
    }
}

/// Runs a test in an actix system whose time is virtual.
pub(super) fn in_virtual_time<F: Future<Output = ()>>(test: impl FnOnce() -> F) {
    // Paused from the start: a runtime that is paused later fires every timer up to a millisecond late.
    let system = System::with_tokio_rt(|| {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().start_paused(true).build().unwrap()
    });
    system.block_on(test());
}
