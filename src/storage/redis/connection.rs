//! The connection: opened once, waited for never longer than its time limit, and known to be away before it is asked.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use fred::clients::{Client, SubscriberClient};
use fred::interfaces::{ClientLike, LuaInterface};
use fred::types::RespVersion;
use fred::types::config::{Config, ReconnectPolicy, TlsConnector, UnresponsiveConfig};
use fred::types::{Builder, FromValue, Value};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use thiserror::Error;

use super::keys::Names;
use super::listening;
use super::words::Word;
use crate::storage::error::StoreError;
use crate::storage::probe::{Probe, RedisUse};

/// Messages that may wait for a node to hear them; beyond, it is told that it missed some.
const UNHEARD: usize = 16_384;
/// How long opening a connection may take before it is tried again.
const CONNECT: Duration = Duration::from_secs(2);
/// An answer that is overdue for so long means that the server is away, whatever the socket says.
const UNRESPONSIVE: Duration = Duration::from_secs(3);
/// How often a server that was too slow to answer is asked whether it is back.
const PROBE: Duration = Duration::from_millis(200);

/// How to reach Redis.
#[derive(Clone)]
pub struct RedisSettings {
    /// `redis://`, `rediss://`, `redis-cluster://` or `rediss-cluster://`. Holds the password: it is never logged.
    pub url: String,
    /// A file of certificates (PEM) to trust instead of the system's.
    pub ca: Option<PathBuf>,
    /// What all names begin with.
    pub prefix: String,
    /// How long a command may take.
    pub timeout: Duration,
}

impl std::fmt::Debug for RedisSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisSettings")
            .field("prefix", &self.prefix)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Why there is no connection to be had.
#[derive(Debug, Error)]
pub enum RedisError {
    /// The address is none.
    #[error(
        "{0}; it looks like redis://:password@host:6379, rediss:// with TLS, redis-cluster:// for a cluster"
    )]
    Address(String),
    /// The certificates cannot be read.
    #[error("the certificates {} cannot be read: {detail}", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// Why.
        detail: String,
    },
}

/// Hears what other nodes say, in order.
type Ear = Box<dyn Fn(Word<'_>) + Send + Sync>;

/// A node's connection to Redis. Clones share it.
#[derive(Clone)]
pub struct Redis(Arc<Inner>);

pub(super) struct Inner {
    client: Client,
    pub(super) subscriber: SubscriberClient,
    pub(super) names: Names,
    pub(super) clustered: bool,
    timeout: Duration,
    /// A command was not answered in time, and none was since.
    ailing: AtomicBool,
    /// Everything that is said is heard.
    pub(super) hears: AtomicBool,
    ears: RwLock<Vec<Ear>>,
    answered: AtomicU64,
    failed: AtomicU64,
    away: AtomicU64,
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redis").finish_non_exhaustive()
    }
}

impl Redis {
    /// Opens a connection. A server that is away is no error: it is tried again for as long as the process lives.
    pub async fn open(settings: &RedisSettings) -> Result<Self, RedisError> {
        let config = config(settings)?;
        let clustered = config.server.is_clustered();
        let mut builder = Builder::from_config(config);
        builder
            .with_performance_config(|performance| {
                performance.default_command_timeout = settings.timeout;
                performance.broadcast_channel_capacity = UNHEARD;
            })
            .with_connection_config(|connection| {
                connection.connection_timeout = CONNECT;
                connection.internal_command_timeout = CONNECT;
                // A command that may have been done is not done again: the caller decides.
                connection.max_command_attempts = 1;
                connection.tcp.nodelay = Some(true);
                connection.unresponsive = UnresponsiveConfig {
                    max_timeout: Some(UNRESPONSIVE),
                    interval: UNRESPONSIVE / 4,
                };
            })
            .set_policy(ReconnectPolicy::new_exponential(0, 50, 1_000, 2));
        let unusable = |error: fred::error::Error| RedisError::Address(error.details().to_owned());
        let client = builder.build().map_err(unusable)?;
        let subscriber = builder.build_subscriber_client().map_err(unusable)?;
        let redis = Self(Arc::new(Inner {
            client,
            subscriber,
            names: Names::new(&settings.prefix),
            clustered,
            timeout: settings.timeout,
            ailing: AtomicBool::new(false),
            hears: AtomicBool::new(false),
            ears: RwLock::default(),
            answered: AtomicU64::default(),
            failed: AtomicU64::default(),
            away: AtomicU64::default(),
        }));
        let _connecting = redis.0.client.connect();
        let _connecting = redis.0.subscriber.connect();
        listening::start(Arc::downgrade(&redis.0));
        let there = tokio::time::timeout(CONNECT, redis.0.client.wait_for_connect()).await;
        if !matches!(there, Ok(Ok(()))) {
            tracing::warn!("Redis does not answer; jobs go on without it, and it is tried again");
        }
        Ok(redis)
    }

    /// The names in it.
    pub(in crate::storage) fn names(&self) -> &Names {
        &self.0.names
    }

    /// What publishes on a channel: in a cluster to the nodes of its slot only, which Redis before 7 cannot.
    pub(in crate::storage) fn publish_command(&self) -> &'static str {
        if self.0.clustered {
            "SPUBLISH"
        } else {
            "PUBLISH"
        }
    }

    /// Whether it is worth asking.
    pub fn answers(&self) -> bool {
        self.0.client.is_connected() && !self.0.ailing.load(Ordering::Relaxed)
    }

    /// Whether everything that other nodes say is heard here.
    pub fn hears(&self) -> bool {
        self.0.hears.load(Ordering::SeqCst)
    }

    /// Has `ear` hear everything from now on. Called in the order of what is said; it must not block.
    pub(in crate::storage) fn listen(&self, ear: impl Fn(Word<'_>) + Send + Sync + 'static) {
        let mut ears = self.0.ears.write().unwrap_or_else(PoisonError::into_inner);
        ears.push(Box::new(ear));
    }

    /// Runs a script, which does all of it or nothing. Its keys lie in one slot.
    pub(in crate::storage) async fn run<T: FromValue, V: Into<Value>>(
        &self,
        what: &'static str,
        script: &'static str,
        keys: Vec<String>,
        values: Vec<V>,
    ) -> Result<T, StoreError> {
        if !self.answers() {
            self.0.away.fetch_add(1, Ordering::Relaxed);
            return Err(StoreError::unavailable(what, "Redis is away"));
        }
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        let answer = self.0.client.eval(script, keys, values);
        let late = match tokio::time::timeout(self.0.timeout, answer).await {
            Ok(Ok(value)) => {
                self.0.answered.fetch_add(1, Ordering::Relaxed);
                return Ok(value);
            }
            Ok(Err(error)) if !matches!(error.kind(), fred::error::ErrorKind::Timeout) => {
                self.0.failed.fetch_add(1, Ordering::Relaxed);
                return Err(StoreError::unavailable(what, error));
            }
            Ok(Err(error)) => StoreError::unavailable(what, error),
            Err(late) => StoreError::unavailable(what, late),
        };
        self.0.failed.fetch_add(1, Ordering::Relaxed);
        self.ail();
        Err(late)
    }

    /// How it is used.
    pub fn used(&self) -> RedisUse {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        RedisUse {
            connected: self.answers(),
            answered: count(&self.0.answered),
            failed: count(&self.0.failed),
            away: count(&self.0.away),
        }
    }

    /// Says no to everyone until the server answers again: a thousand callers must not each wait out the time limit.
    fn ail(&self) {
        if self.0.ailing.swap(true, Ordering::SeqCst) {
            return;
        }
        let inner = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            while let Some(inner) = inner.upgrade() {
                let asked = inner.client.ping::<String>(None);
                if matches!(tokio::time::timeout(PROBE, asked).await, Ok(Ok(_))) {
                    inner.ailing.store(false, Ordering::SeqCst);
                    return;
                }
                drop(inner);
                tokio::time::sleep(PROBE).await;
            }
        });
    }
}

#[async_trait]
impl Probe for Redis {
    async fn probe(&self) -> Result<(), StoreError> {
        let key = vec![self.0.names.channel(0)];
        let pong = self.run::<i64, String>("redis", "return 1", key, Vec::new());
        pong.await.map(drop)
    }
}

impl Inner {
    /// Passes a word on to all who listen.
    pub(super) fn heard(&self, word: Word<'_>) {
        let ears = self.ears.read().unwrap_or_else(PoisonError::into_inner);
        for ear in ears.iter() {
            ear(word);
        }
    }
}

fn config(settings: &RedisSettings) -> Result<Config, RedisError> {
    // Two libraries bring two sets of ciphers; whoever comes first says which. That it was said already is as well.
    let _said = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut config = Config::from_url(&settings.url)
        .map_err(|error| RedisError::Address(error.details().to_owned()))?;
    config.fail_fast = false;
    config.version = RespVersion::RESP3;
    if let (Some(path), true) = (&settings.ca, config.uses_tls()) {
        let unreadable = |detail: String| RedisError::Certificates {
            path: path.clone(),
            detail,
        };
        let mut trusted = rustls::RootCertStore::empty();
        let certificates =
            CertificateDer::pem_file_iter(path).map_err(|error| unreadable(error.to_string()))?;
        for certificate in certificates {
            let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
            trusted
                .add(certificate)
                .map_err(|error| unreadable(error.to_string()))?;
        }
        let tls = rustls::ClientConfig::builder()
            .with_root_certificates(trusted)
            .with_no_client_auth();
        config.tls = Some(TlsConnector::from(tls).into());
    }
    Ok(config)
}
