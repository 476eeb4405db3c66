//! Faults on purpose, where the settings allow them: the plan, and the ports that follow it.

use std::sync::Arc;

use super::stores::Stores;
use crate::chaos::crash::{self, CrashPoints};
use crate::chaos::events::FaultyEvents;
use crate::chaos::plan::{ChaosRules, FaultPlan};
use crate::chaos::providers::{FaultyProvider, FaultyUpstream};
use crate::chaos::storage::FaultyCalls;
use crate::config::settings::Settings;
use crate::providers::chat::ChatProvider;
use crate::providers::endpoint::Upstream;
use crate::storage::documents::around::DocumentsAround;
use crate::storage::events::EventBus;
use crate::storage::jobs::around::JobsAround;
use crate::storage::objects::ObjectStore;
use crate::storage::objects::around::ObjectsAround;
use crate::telemetry::metrics::Telemetry;

/// The plan of a node, where it may have one.
#[derive(Clone)]
pub struct Faults(Option<Arc<FaultPlan>>);

impl Faults {
    /// By the settings.
    pub fn new(settings: &Settings, stores: &Stores, telemetry: &Arc<Telemetry>) -> Self {
        let chaos = &settings.chaos;
        let rules = ChaosRules {
            longest: chaos.longest.0,
            most: chaos.most,
            recovery: chaos.recovery.0,
        };
        let plan = || {
            tracing::warn!("faults on purpose are allowed on this node");
            FaultPlan::new(rules, Arc::clone(&stores.clock), Arc::clone(telemetry) as _)
        };
        Self(chaos.enabled.then(|| Arc::new(plan())))
    }

    /// The plan.
    pub fn plan(&self) -> Option<Arc<FaultPlan>> {
        self.0.clone()
    }

    /// Stores that follow it.
    pub fn stores(&self, stores: &Stores) -> Stores {
        let stores = &crashing(stores);
        let Some(plan) = &self.0 else {
            return stores.clone();
        };
        let calls = |what| FaultyCalls {
            what,
            plan: Arc::clone(plan),
            clock: Arc::clone(&stores.clock),
        };
        Stores {
            jobs: Arc::new(JobsAround::new(Arc::clone(&stores.jobs), calls("job"))),
            documents: Arc::new(DocumentsAround::new(
                Arc::clone(&stores.documents),
                calls("document"),
            )),
            ..stores.clone()
        }
    }

    /// An object store that follows it.
    pub fn objects(&self, inner: Arc<dyn ObjectStore>, stores: &Stores) -> Arc<dyn ObjectStore> {
        let inner = if crash::armed() {
            Arc::new(ObjectsAround::new(inner, CrashPoints { what: "object" }))
        } else {
            inner
        };
        match &self.0 {
            None => inner,
            Some(plan) => {
                let calls = FaultyCalls {
                    what: "object",
                    plan: Arc::clone(plan),
                    clock: Arc::clone(&stores.clock),
                };
                Arc::new(ObjectsAround::new(inner, calls))
            }
        }
    }

    /// An event bus that follows it.
    pub fn events(&self, inner: Arc<dyn EventBus>) -> Arc<dyn EventBus> {
        match self.plan() {
            None => inner,
            Some(plan) => Arc::new(FaultyEvents { inner, plan }),
        }
    }

    /// A provider behind the router that follows it.
    pub fn upstream(&self, inner: Arc<dyn Upstream>) -> Arc<dyn Upstream> {
        match self.plan() {
            None => inner,
            Some(plan) => Arc::new(FaultyUpstream { inner, plan }),
        }
    }

    /// A provider without a router that follows it.
    pub fn provider(&self, inner: Arc<dyn ChatProvider>) -> Arc<dyn ChatProvider> {
        match self.plan() {
            None => inner,
            Some(plan) => Arc::new(FaultyProvider { inner, plan }),
        }
    }
}

/// Stores at which the process may end, where a test has armed that.
fn crashing(stores: &Stores) -> Stores {
    if !crash::armed() {
        return stores.clone();
    }
    let jobs = CrashPoints { what: "job" };
    let documents = CrashPoints { what: "document" };
    Stores {
        jobs: Arc::new(JobsAround::new(Arc::clone(&stores.jobs), jobs)),
        documents: Arc::new(DocumentsAround::new(
            Arc::clone(&stores.documents),
            documents,
        )),
        ..stores.clone()
    }
}
