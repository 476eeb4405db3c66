//! The live platform: answers what others ask by asking the actors, the stores and the work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix::prelude::*;
use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::handle::{
    Announcement, DeckFault, Dependency, HandleError, Platform, SseFrame, Subscription,
};
use super::job_events::{DrainAll, Open, TellEnd};
use super::pool::{ChangePool, Drain, HarmWorkers, Observe, Wake};
use super::runner::Ground;
use super::sse_session::Beginning;
use super::supervisor::AddressBook;
use crate::domain::chat::{ModelInfo, ProviderState};
use crate::domain::document::NewVersion;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::fault::Harm;
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::job::{Job, JobKind, SourceFormat};
use crate::domain::job_event::JobEvent;
use crate::domain::pool::name::PoolName;
use crate::domain::pool::snapshot::{PoolChange, PoolSnapshot};
use crate::domain::tenant::TenantId;
use crate::providers::chat::ChatProvider;
use crate::storage::error::StoreError;
use crate::storage::objects::ObjectStore;
use crate::storage::probe::Probe;
use crate::work::pictures::Pictures;
use crate::work::webhooks::caller;
use crate::work::{editing, job_work};

/// How long an actor may take to answer before the asker is told that it is too busy.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// How soon whoever waits for a job's end asks again when nobody can tell of it.
const ASK_AGAIN: Duration = Duration::from_millis(200);

/// How often a node that is stopping looks whether its jobs are done.
const DRAIN_LOOK: Duration = Duration::from_millis(50);

/// How often the store is asked about a job that someone waits for, in case its end is not told.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How long a node that is to die has to say that it will.
const DIES_IN: Duration = Duration::from_secs(1);

/// The most workers a pool may be given by an operator.
const MOST_WORKERS: u32 = 1_000;

/// The live platform.
pub struct LivePlatform {
    pub(super) ground: Ground,
    pub(super) book: Arc<AddressBook>,
    pictures: Pictures,
    pub(super) objects: Arc<dyn ObjectStore>,
    pub(super) rules: PlatformRules,
    draining: AtomicBool,
}

/// What differs from node to node.
#[derive(Clone)]
pub struct PlatformRules {
    /// The pools of this node.
    pub pools: Vec<PoolName>,
    /// Webhooks may lead to private addresses.
    pub private_webhooks: bool,
    /// Who answers questions about decks.
    pub provider: Arc<dyn ChatProvider>,
    /// What readiness calls the object store: `objects` or `s3`.
    pub objects: &'static str,
    /// What readiness names beside what is needed: the node works without it.
    pub optional: Vec<(&'static str, Arc<dyn Probe>)>,
}

impl LivePlatform {
    /// A platform over the actors in `book`.
    pub fn new(
        ground: Ground,
        book: Arc<AddressBook>,
        pictures: Pictures,
        objects: Arc<dyn ObjectStore>,
        rules: PlatformRules,
    ) -> Self {
        Self {
            ground,
            book,
            pictures,
            objects,
            rules,
            draining: AtomicBool::new(false),
        }
    }

    /// Stops gracefully: claims nothing more, lets jobs finish for `grace`, gives back what did not, ends the event
    /// streams. Answers how many jobs were given back.
    pub async fn drain(&self, grace: Duration) -> usize {
        self.draining.store(true, Ordering::SeqCst);
        for name in &self.rules.pools {
            if let Some(pool) = self.book.pool(*name) {
                // A pool that does not answer claims nothing either; its leases lapse.
                let _left = timeout(ANSWER_WITHIN, pool.send(Drain)).await;
            }
        }
        let finished = async {
            while !self.ground.held.is_idle() {
                tokio::time::sleep(DRAIN_LOOK).await;
            }
        };
        // What is left over is seen to below.
        let _in_time = timeout(grace, finished).await;
        let left = self.ground.held.jobs();
        for job in &left {
            // First back to the queue, then stopped: what the attempt still says is stale by then.
            self.ground.give_back(job).await;
            self.ground.held.stop(job.lease);
        }
        // Should it fail, the lead lapses.
        let _resigned = self.ground.jobs.resign(self.ground.node).await;
        if !left.is_empty() {
            // Others are free to go on with them.
            for kind in JobKind::ALL {
                self.ground.wakeups.wake(kind);
            }
        }
        if let Some(events) = self.book.events() {
            let _told = timeout(ANSWER_WITHIN, events.send(DrainAll)).await;
        }
        left.len()
    }

    fn pool(&self, name: PoolName) -> Result<Addr<super::pool::PoolActor>, HandleError> {
        self.book
            .pool(name)
            .ok_or(HandleError::Overloaded(name.name()))
    }

    pub(super) async fn observe(&self, name: PoolName) -> Result<PoolSnapshot, HandleError> {
        let answer = timeout(ANSWER_WITHIN, self.pool(name)?.send(Observe)).await;
        match answer {
            Ok(Ok(seen)) => Ok(seen),
            Ok(Err(_)) | Err(_) => Err(HandleError::Overloaded(name.name())),
        }
    }

    /// Holds until a job has ended, is not there, or the node stops.
    async fn end_of(&self, tenant: &TenantId, job: JobId) -> Result<Option<Job>, StoreError> {
        loop {
            let (end, ended) = oneshot::channel();
            if let Some(events) = self.book.events() {
                // Asked before the store is read: an end in between is told, not missed.
                let _asked = timeout(ANSWER_WITHIN, events.send(TellEnd(job, end))).await;
            }
            let found = self.ground.jobs.job(Some(tenant), job).await?;
            let open = found
                .as_ref()
                .is_some_and(|job| !job.state.name().is_terminal());
            if !open || self.draining() {
                return Ok(found);
            }
            // The store is asked now and then in any case: an end that could not be told is one all the same.
            if matches!(timeout(LOOK_AGAIN, ended).await, Ok(Err(_))) {
                // Whoever was to tell is gone or lost sight of the events.
                tokio::time::sleep(ASK_AGAIN).await;
            }
        }
    }

    /// Where a stream of events begins.
    async fn beginning(&self, subscription: &Subscription) -> Beginning {
        let asked = subscription.last_event_id.as_deref().map(str::parse);
        if let Some(Ok(after)) = asked {
            return Beginning::After(after);
        }
        let newest = self.ground.events.newest(&subscription.tenant).await;
        match (asked, newest) {
            (Some(_), newest) => {
                Beginning::Gap("the Last-Event-ID is not one of ours", newest.ok())
            }
            (None, Ok(newest)) => Beginning::Now(newest),
            (None, Err(_)) => Beginning::Gap("the event store does not answer", None),
        }
    }
}

/// Whether a pool may become what a change asks for.
fn check_change(seen: &PoolSnapshot, change: &PoolChange) -> Result<(), HandleError> {
    let min = change.min.unwrap_or(seen.min);
    let baseline = change.baseline.unwrap_or(seen.baseline);
    let max = change.max.unwrap_or(seen.max);
    if let Some(peak) = change.peak
        && !(1..=MOST_WORKERS).contains(&peak)
    {
        return Err(HandleError::Invalid(format!(
            "peak is a number of workers, 1 to {MOST_WORKERS}; it would be {peak}"
        )));
    }
    if min >= 1 && min <= baseline && baseline <= max && max <= MOST_WORKERS {
        return Ok(());
    }
    Err(HandleError::Invalid(format!(
        "1 ≤ min ≤ baseline ≤ max ≤ {MOST_WORKERS} must hold; with this change it would be {min}, {baseline}, {max}"
    )))
}

fn drawn(drawn: Result<Option<Bytes>, Failure>) -> Result<Bytes, HandleError> {
    match drawn {
        Ok(Some(png)) => Ok(png),
        Ok(None) => Err(HandleError::NotFound("slide")),
        Err(failure) if failure.code == FailureCode::StorageUnavailable => Err(HandleError::Store(
            StoreError::unavailable("object", failure.message),
        )),
        Err(failure) => Err(HandleError::Invalid(failure.message)),
    }
}

#[async_trait]
impl Platform for LivePlatform {
    fn wake(&self, kind: JobKind) {
        for pool in self.book.pools_of(kind) {
            drop(pool.try_send(Wake));
        }
        self.ground.wakeups.wake(kind);
    }

    fn announce(&self, job: JobId) -> Announcement {
        self.ground.announcing.announce(job)
    }

    async fn tell(&self, tenant: &TenantId, event: JobEvent) {
        self.ground.tell(tenant, event).await;
    }

    fn stop_work(&self, job: JobId) {
        self.ground.held.stop_job(job);
    }

    async fn wait_for_end(
        &self,
        tenant: &TenantId,
        job: JobId,
        wait: Duration,
    ) -> Result<Option<Job>, StoreError> {
        match timeout(wait, self.end_of(tenant, job)).await {
            Ok(found) => found,
            // Out of time: the store has the word.
            Err(_) => self.ground.jobs.job(Some(tenant), job).await,
        }
    }

    async fn follow(
        &self,
        subscription: Subscription,
    ) -> Result<mpsc::Receiver<SseFrame>, HandleError> {
        let overloaded = || HandleError::Overloaded("job_events");
        // Before the session starts: what is told from here on is replayed to it.
        let beginning = self.beginning(&subscription).await;
        let events = self.book.events().ok_or_else(overloaded)?;
        match timeout(ANSWER_WITHIN, events.send(Open(subscription, beginning))).await {
            Ok(Ok(frames)) => Ok(frames.0),
            Ok(Err(_)) | Err(_) => Err(overloaded()),
        }
    }

    async fn pools(&self) -> Result<Vec<PoolSnapshot>, HandleError> {
        let mut pools = Vec::with_capacity(self.rules.pools.len());
        for name in self.rules.pools.iter().copied() {
            pools.push(self.observe(name).await?);
        }
        Ok(pools)
    }

    async fn change_pool(
        &self,
        pool: PoolName,
        change: PoolChange,
    ) -> Result<PoolSnapshot, HandleError> {
        if !self.rules.pools.contains(&pool) {
            return Err(HandleError::NotFound("pool on this node"));
        }
        check_change(&self.observe(pool).await?, &change)?;
        match timeout(ANSWER_WITHIN, self.pool(pool)?.send(ChangePool(change))).await {
            Ok(Ok(seen)) => Ok(seen),
            Ok(Err(_)) | Err(_) => Err(HandleError::Overloaded(pool.name())),
        }
    }

    fn recognise(&self, file_name: &str, head: &[u8]) -> Result<SourceFormat, String> {
        job_work::recognise(file_name, head)
    }

    fn check_webhook(&self, url: &str) -> Result<(), String> {
        caller::target(url, self.rules.private_webhooks).map(drop)
    }

    async fn check_deck(&self, deck: Bytes) -> Result<NewVersion, Vec<DeckFault>> {
        let permit = Arc::clone(&self.ground.cores).acquire_owned().await.ok();
        let checked = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            editing::check_deck(&deck)
        });
        let whole = |detail: String| {
            vec![DeckFault {
                pointer: String::new(),
                detail,
            }]
        };
        let checked = checked
            .await
            .map_err(|panicked| whole(format!("the deck could not be checked: {panicked}")))?;
        checked.map_err(|faults| {
            let told = faults.into_iter().map(|fault| DeckFault {
                pointer: fault.pointer,
                detail: fault.detail,
            });
            told.collect()
        })
    }

    async fn harm_workers(
        &self,
        pool: PoolName,
        how: Harm,
        fraction: f64,
        seed: u64,
    ) -> Result<usize, HandleError> {
        if !self.rules.pools.contains(&pool) {
            return Err(HandleError::Invalid(format!(
                "this node has no pool {}; ask a node that has it",
                pool.name()
            )));
        }
        let seen = self.observe(pool).await?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of at most a thousand workers"
        )]
        let count = (f64::from(seen.ready + seen.starting) * fraction).ceil() as usize;
        let order = HarmWorkers { how, count, seed };
        let harmed = timeout(ANSWER_WITHIN, self.pool(pool)?.send(order)).await;
        match harmed {
            Ok(Ok(harmed)) => Ok(harmed),
            Ok(Err(_)) | Err(_) => Err(HandleError::Overloaded(pool.name())),
        }
    }

    fn die_soon(&self) {
        tokio::spawn(async {
            tokio::time::sleep(DIES_IN).await;
            std::process::abort();
        });
    }

    async fn slide_picture(
        &self,
        tenant: &TenantId,
        document: DocumentId,
        number: u32,
        width: u32,
    ) -> Result<Bytes, HandleError> {
        drawn(self.pictures.slide(tenant, document, number, width).await)
    }

    async fn deck_picture(
        &self,
        tenant: &TenantId,
        deck: Bytes,
        number: u32,
        width: u32,
    ) -> Result<Bytes, HandleError> {
        drawn(self.pictures.of_deck(tenant, deck, number, width).await)
    }

    fn models(&self) -> Vec<ModelInfo> {
        self.rules.provider.models()
    }

    fn providers(&self) -> Vec<ProviderState> {
        self.rules.provider.states()
    }

    async fn readiness(&self) -> Vec<Dependency> {
        self.dependencies().await
    }

    fn draining(&self) -> bool {
        self.draining.load(Ordering::SeqCst)
    }

    async fn metrics(&self) -> String {
        match self.ground.jobs.counts().await {
            Ok(counts) => self.ground.telemetry.queue(&counts),
            // The rest is worth having all the same.
            Err(error) => tracing::warn!(error = %error, "the queue could not be counted"),
        }
        self.ground.telemetry.render()
    }
}
