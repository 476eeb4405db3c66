//! What every handler is given: the ports, the platform, the settings, and what this node remembers of its clients.

use std::sync::Arc;

use uuid::Uuid;

use super::idempotency::InFlight;
use super::identity::KnownKeys;
use super::quota::OpenJobs;
pub use super::settings::ApiSettings;
use crate::actors::handle::Platform;
use crate::auth::verifier::TokenVerifier;
use crate::chaos::plan::FaultPlan;
use crate::domain::ids::IdSource;
use crate::domain::time::{Clock, Timestamp};
use crate::domain::trace::tracer::Tracer;
use crate::storage::audit::AuditLog;
use crate::storage::cache::Cache;
use crate::storage::cache::single_flight::SingleFlight;
use crate::storage::capacity::desk::CapacityDesk;
use crate::storage::documents::DocumentStore;
use crate::storage::jobs::JobStore;
use crate::storage::keys::KeyStore;
use crate::storage::limits::Limits;
use crate::storage::limits::prepaid::Prepaid;
use crate::storage::objects::ObjectStore;
use crate::storage::objects::parts::PartStore;
use crate::storage::objects::signing::UrlSigner;
use crate::storage::proposals::DecisionStore;
use crate::storage::uploads::UploadStore;
use crate::storage::webhooks::WebhookStore;
use crate::telemetry::metrics::Telemetry;

/// What the HTTP room stands on.
pub struct ApiPorts {
    /// The actors.
    pub platform: Arc<dyn Platform>,
    /// Jobs.
    pub jobs: Arc<dyn JobStore>,
    /// Documents.
    pub documents: Arc<dyn DocumentStore>,
    /// Objects.
    pub objects: Arc<dyn ObjectStore>,
    /// Objects that clients send in parts.
    pub parts: Arc<dyn PartStore>,
    /// What was announced of those.
    pub uploads: Arc<dyn UploadStore>,
    /// Whom to tell when jobs end.
    pub webhooks: Arc<dyn WebhookStore>,
    /// What was decided about proposed edits.
    pub decisions: Arc<dyn DecisionStore>,
    /// API keys.
    pub keys: Arc<dyn KeyStore>,
    /// Who believes tokens, where they are taken.
    pub tokens: Option<TokenVerifier>,
    /// What all nodes limit together.
    pub limits: Arc<dyn Limits>,
    /// What operators did.
    pub audit: Arc<dyn AuditLog>,
    /// Where capacity reports are made.
    pub capacity: CapacityDesk,
    /// The cache that the event bus also forgets from.
    pub cache: Arc<dyn Cache>,
    /// Signs links to objects.
    pub signer: UrlSigner,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// New ids, and chance.
    pub ids: Arc<IdSource>,
    /// Names and records parts of traces.
    pub tracer: Tracer,
    /// The metrics.
    pub telemetry: Arc<Telemetry>,
    /// Faults on purpose, where they are allowed.
    pub chaos: Option<Arc<FaultPlan>>,
}

/// What every handler is given.
pub struct ApiState {
    /// The ports.
    pub ports: ApiPorts,
    /// The settings.
    pub settings: ApiSettings,
    pub(super) known_keys: KnownKeys,
    pub(super) in_flight: InFlight,
    pub(super) open_jobs: OpenJobs,
    pub(super) prepaid: Prepaid,
    pub(super) reading: SingleFlight,
    /// The API description, which never changes while we run.
    pub(super) openapi: bytes::Bytes,
}

impl std::fmt::Debug for ApiState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiState")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl std::ops::Deref for ApiState {
    type Target = ApiPorts;

    fn deref(&self) -> &ApiPorts {
        &self.ports
    }
}

impl ApiState {
    /// The state of an API over these ports.
    pub fn new(ports: ApiPorts, settings: ApiSettings) -> Self {
        let openapi = super::openapi::document(settings.public_url.as_deref());
        Self {
            ports,
            settings,
            known_keys: KnownKeys::default(),
            in_flight: InFlight::default(),
            open_jobs: OpenJobs::default(),
            prepaid: Prepaid::default(),
            reading: SingleFlight::default(),
            openapi,
        }
    }

    /// This moment.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id.
    pub(super) fn uuid(&self) -> Uuid {
        self.ids.uuid(self.now())
    }

    /// A path as clients reach it.
    pub(super) fn link(&self, path: &str) -> String {
        match &self.settings.public_url {
            Some(base) => format!("{}{path}", base.trim_end_matches('/')),
            None => path.to_owned(),
        }
    }
}
