//! A platform that does as a test says and remembers what it was asked.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::mpsc;

use crate::actors::handle::{
    Announcement, DeckFault, Dependency, HandleError, Platform, SseFrame, Subscription,
};
use crate::domain::chat::{ModelInfo, ProviderState};
use crate::domain::document::NewVersion;
use crate::domain::fault::Harm;
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::job::{Job, JobKind, SourceFormat};
use crate::domain::job_event::{Fact, JobEvent};
use crate::domain::policy::autoscale::{Direction, PolicyName, ScaleDecision, ScaleReason};
use crate::domain::pool::name::PoolName;
use crate::domain::pool::snapshot::{Decided, PoolChange, PoolSnapshot};
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;
use crate::storage::jobs::JobStore;

/// What it can be told to do, and what it was asked.
pub(super) struct ScriptedPlatform {
    pub(super) jobs: Arc<dyn JobStore>,
    pub(super) draining: AtomicBool,
    pub(super) failing: AtomicBool,
    pub(super) overloaded: AtomicBool,
    pub(super) panics: AtomicBool,
    pub(super) woken: Mutex<Vec<JobKind>>,
    pub(super) told: Mutex<Vec<(TenantId, JobEvent)>>,
    pub(super) stopped: Mutex<Vec<JobId>>,
    pub(super) waits: Mutex<Vec<Duration>>,
    pub(super) followed: Mutex<Vec<(Subscription, mpsc::Sender<SseFrame>)>>,
    pub(super) changes: Mutex<Vec<(PoolName, PoolChange)>>,
    pub(super) harmed: Mutex<Vec<(PoolName, Harm, f64, u64)>>,
    pub(super) dies: AtomicBool,
}

impl ScriptedPlatform {
    pub(super) fn new(jobs: Arc<dyn JobStore>) -> Self {
        Self {
            jobs,
            draining: AtomicBool::new(false),
            failing: AtomicBool::new(false),
            overloaded: AtomicBool::new(false),
            panics: AtomicBool::new(false),
            woken: Mutex::default(),
            told: Mutex::default(),
            stopped: Mutex::default(),
            waits: Mutex::default(),
            followed: Mutex::default(),
            changes: Mutex::default(),
            harmed: Mutex::default(),
            dies: AtomicBool::new(false),
        }
    }

    /// The names of what was told, in order.
    pub(super) fn told(&self) -> Vec<&'static str> {
        let told = self.told.lock().unwrap();
        told.iter().map(|(_, event)| event.fact.name()).collect()
    }

    pub(super) fn facts(&self) -> Vec<Fact> {
        let told = self.told.lock().unwrap();
        told.iter().map(|(_, event)| event.fact.clone()).collect()
    }

    fn answer(&self) -> Result<(), HandleError> {
        assert!(
            !self.panics.load(Ordering::SeqCst),
            "a test made the platform panic"
        );
        if self.overloaded.load(Ordering::SeqCst) {
            return Err(HandleError::Overloaded("supervisor"));
        }
        Ok(())
    }
}

pub(super) fn snapshot(pool: impl Into<PoolName>) -> PoolSnapshot {
    PoolSnapshot {
        pool: pool.into(),
        starting: 1,
        ready: 4,
        retiring: 0,
        desired: 5,
        min: 3,
        baseline: 5,
        peak: 10,
        max: 20,
        fleet_max: 0,
        policy: PolicyName::Rules,
        slots_per_worker: 3,
        slots: 12,
        busy: 3,
        depth: 7,
        oldest_wait_seconds: 1.5,
        service_seconds: 0.25,
        paused: false,
        ceiling: None,
        restarts: 2,
        decisions: vec![Decided {
            at: Timestamp(1_795_477_800_000_000),
            decision: ScaleDecision {
                from: 4,
                to: 5,
                direction: Direction::Up,
                reason: ScaleReason::DepthMean,
            },
        }],
    }
}

#[async_trait]
impl Platform for ScriptedPlatform {
    fn wake(&self, kind: JobKind) {
        self.woken.lock().unwrap().push(kind);
    }

    fn announce(&self, _: JobId) -> Announcement {
        Announcement::default()
    }

    async fn tell(&self, tenant: &TenantId, event: JobEvent) {
        self.told.lock().unwrap().push((tenant.clone(), event));
    }

    fn stop_work(&self, job: JobId) {
        self.stopped.lock().unwrap().push(job);
    }

    async fn wait_for_end(
        &self,
        tenant: &TenantId,
        job: JobId,
        wait: Duration,
    ) -> Result<Option<Job>, StoreError> {
        self.waits.lock().unwrap().push(wait);
        self.jobs.job(Some(tenant), job).await
    }

    async fn follow(
        &self,
        subscription: Subscription,
    ) -> Result<mpsc::Receiver<SseFrame>, HandleError> {
        self.answer()?;
        let (sender, receiver) = mpsc::channel(8);
        self.followed.lock().unwrap().push((subscription, sender));
        Ok(receiver)
    }

    async fn pools(&self) -> Result<Vec<PoolSnapshot>, HandleError> {
        self.answer()?;
        Ok(JobKind::ALL.map(snapshot).to_vec())
    }

    async fn change_pool(
        &self,
        pool: PoolName,
        change: PoolChange,
    ) -> Result<PoolSnapshot, HandleError> {
        self.answer()?;
        if change.min > change.max && change.max.is_some() {
            return Err(HandleError::Invalid("min is above max".to_owned()));
        }
        let mut changed = snapshot(pool);
        changed.min = change.min.unwrap_or(changed.min);
        changed.max = change.max.unwrap_or(changed.max);
        self.changes.lock().unwrap().push((pool, change));
        Ok(changed)
    }

    fn check_webhook(&self, url: &str) -> Result<(), String> {
        crate::work::webhooks::caller::target(url, false).map(drop)
    }

    fn recognise(&self, file_name: &str, head: &[u8]) -> Result<SourceFormat, String> {
        if head.starts_with(b"PK") {
            Ok(SourceFormat::Pptx)
        } else if file_name.rsplit('.').next() == Some("md") {
            Ok(SourceFormat::Markdown)
        } else {
            Err(format!("`{file_name}` is no presentation."))
        }
    }

    async fn check_deck(&self, deck: Bytes) -> Result<NewVersion, Vec<DeckFault>> {
        let fault = |pointer: &str, detail: &str| {
            vec![DeckFault {
                pointer: pointer.to_owned(),
                detail: detail.to_owned(),
            }]
        };
        let value: serde_json::Value =
            serde_json::from_slice(&deck).map_err(|error| fault("", &error.to_string()))?;
        let title = value["title"]
            .as_str()
            .ok_or_else(|| fault("/title", "a title is a text"))?;
        Ok(NewVersion {
            deck: deck.to_vec(),
            title: title.to_owned(),
            slides: value["slides"]
                .as_array()
                .map_or(0, |slides| u32::try_from(slides.len()).unwrap()),
        })
    }

    async fn slide_picture(
        &self,
        _: &TenantId,
        _: DocumentId,
        number: u32,
        width: u32,
    ) -> Result<Bytes, HandleError> {
        self.answer()?;
        Ok(Bytes::from(format!("picture of {number}, {width} wide")))
    }

    async fn deck_picture(
        &self,
        _: &TenantId,
        deck: Bytes,
        number: u32,
        width: u32,
    ) -> Result<Bytes, HandleError> {
        let deck: serde_json::Value = serde_json::from_slice(&deck).unwrap();
        let slide = &deck["slides"][number as usize - 1]["id"];
        Ok(Bytes::from(format!("picture of {slide}, {width} wide")))
    }

    async fn harm_workers(
        &self,
        pool: PoolName,
        how: Harm,
        fraction: f64,
        seed: u64,
    ) -> Result<usize, HandleError> {
        self.answer()?;
        self.harmed
            .lock()
            .unwrap()
            .push((pool, how, fraction, seed));
        Ok(3)
    }

    fn die_soon(&self) {
        self.dies.store(true, Ordering::SeqCst);
    }

    fn providers(&self) -> Vec<ProviderState> {
        vec![ProviderState {
            name: "openai".to_owned(),
            in_flight: 3,
            slots: 50,
            waiting: 0,
            breaker: "closed",
            left_alone_ms: 0,
            requests: 9,
            failures: 1,
            last_trouble: Some("overloaded: 503: busy".to_owned()),
        }]
    }

    fn models(&self) -> Vec<ModelInfo> {
        vec![ModelInfo {
            id: "offline-extractive".to_owned(),
            provider: "offline".to_owned(),
            description: "Quotes the deck.".to_owned(),
            class: None,
        }]
    }

    async fn readiness(&self) -> Vec<Dependency> {
        let found = |name, needed, answer| Dependency {
            name,
            answer,
            took: Duration::from_micros(1_230),
            needed,
        };
        let objects = if self.failing.load(Ordering::SeqCst) {
            Err("/secret/folder is full".to_owned())
        } else {
            Ok(())
        };
        vec![
            found("database", true, Ok(())),
            found("objects", true, objects),
            found("redis", false, Err("it is away".to_owned())),
        ]
    }

    fn draining(&self) -> bool {
        self.draining.load(Ordering::SeqCst)
    }

    async fn metrics(&self) -> String {
        "slidecraft_workers{pool=\"convert\"} 4\n".to_owned()
    }
}
