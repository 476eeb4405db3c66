//! What the HTTP room can be told: sizes, times and quotas.

use std::time::Duration;

use crate::domain::policy::admission::AdmissionRules;
use crate::domain::policy::quota::Quotas;
use crate::domain::policy::retry::RetryRules;
use crate::domain::role::Role;

/// The settings of the HTTP room.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiSettings {
    /// How clients reach us, such as `https://decks.example.com`; without it links are paths.
    pub public_url: Option<String>,
    /// The largest upload, in bytes.
    pub upload_bytes: usize,
    /// What of the platform this node does.
    pub roles: Vec<Role>,
    /// What is taken in parts.
    pub uploads: UploadRules,
    /// How many webhooks a tenant may have.
    pub webhooks_per_tenant: usize,
    /// The largest JSON body, in bytes.
    pub json_bytes: usize,
    /// How long a signed link is good for.
    pub url_ttl: Duration,
    /// How long an `Idempotency-Key` is remembered.
    pub idempotency_ttl: Duration,
    /// The longest a request may wait for a job to end.
    pub longest_wait: Duration,
    /// How long a deck is cached.
    pub document_cache: Duration,
    /// How long a job is cached.
    pub job_cache: Duration,
    /// How long the list of models is cached.
    pub models_cache: Duration,
    /// How long a key is believed without looking: a revoked one opens nothing after that.
    pub key_cache: Duration,
    /// What is kept warm costs so many dollars a day.
    pub idle_day: f64,
    /// Attempts a job may take.
    pub max_attempts: u32,
    /// How many jobs a tenant may have open.
    pub quota: AdmissionRules,
    /// How much a tenant of each tier may ask for in a time.
    pub quotas: Quotas,
    /// How long a body may stall: a client that dribbles holds neither memory nor an `Idempotency-Key` for longer.
    pub body_stall: Duration,
    /// How often an idle event stream says that it is alive.
    pub heartbeat: Duration,
    /// After how long a client of an event stream should connect again, before jitter.
    pub reconnect: Duration,
    /// When a client that has to wait should ask again.
    pub retry_after: Duration,
}

/// What is taken in parts, and for how long it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadRules {
    /// The largest file, in bytes.
    pub bytes: u64,
    /// How many uploads of a tenant may wait to become documents.
    pub waiting_per_tenant: u64,
    /// How long an upload is kept that did not become a document.
    pub expiry: Duration,
    /// How long the place of a part is good for.
    pub url_ttl: Duration,
}

impl Default for UploadRules {
    fn default() -> Self {
        Self {
            bytes: 5 << 30,
            waiting_per_tenant: 100,
            expiry: Duration::from_secs(86_400),
            url_ttl: Duration::from_secs(3_600),
        }
    }
}

const MIB: usize = 1_024 * 1_024;

impl Default for ApiSettings {
    fn default() -> Self {
        Self {
            public_url: None,
            upload_bytes: 200 * MIB,
            roles: Role::ALL.to_vec(),
            uploads: UploadRules::default(),
            webhooks_per_tenant: 20,
            json_bytes: 32 * MIB,
            url_ttl: Duration::from_secs(600),
            idempotency_ttl: Duration::from_secs(86_400),
            longest_wait: Duration::from_secs(30),
            document_cache: Duration::from_secs(300),
            job_cache: Duration::from_secs(10),
            models_cache: Duration::from_secs(3_600),
            key_cache: Duration::from_secs(5),
            idle_day: 2.4,
            max_attempts: RetryRules::default().max_attempts,
            quota: AdmissionRules::default(),
            quotas: Quotas::default(),
            body_stall: Duration::from_secs(30),
            heartbeat: Duration::from_secs(15),
            reconnect: Duration::from_secs(2),
            retry_after: Duration::from_secs(5),
        }
    }
}
