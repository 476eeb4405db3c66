//! Faults on purpose, where the settings allow them: the plan, and the ports that follow it.

use std::sync::Arc;

use super::stores::Stores;
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
