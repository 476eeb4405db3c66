//! A node: ports, work, actors and the API over them, put together.

use std::net::TcpListener;
use std::num::NonZeroUsize;
use std::sync::Arc;

use actix::prelude::*;
use anyhow::Context as _;
use tokio::sync::Semaphore;

use super::capacity;
use super::connection_watch;
use super::faults::Faults;
use super::fonts;
use super::providers;
use super::roster;
use super::shared::Shared;
use super::stores::{ObjectStores, Stores};
use super::tokens;
use super::traces::Traces;
use crate::actors::announcing::Announcing;
use crate::actors::held::HeldLeases;
use crate::actors::platform::{LivePlatform, PlatformRules};
use crate::actors::runner::{Deadlines, Ground, QueueRules};
use crate::actors::supervisor::{AddressBook, PlatformSupervisor};
use crate::actors::wake_listener;
use crate::chaos::plan::FaultPlan;
use crate::config::settings::Settings;
use crate::deck::layout::fonts::FontBook;
use crate::deck::package::limits::PackageLimits;
use crate::domain::job::JobKind;
use crate::domain::policy::admission::AdmissionRules;
use crate::domain::pool::name::PoolName;
use crate::domain::pool::settings::PoolSettings;
use crate::domain::trace::tracer::Tracer;
use crate::http::server;
use crate::http::settings::{ApiSettings, UploadRules};
use crate::http::state::{ApiPorts, ApiState};
use crate::providers::chat::ChatProvider;
use crate::storage::capacity::desk::CapacityDesk;
use crate::storage::objects::ObjectStore;
use crate::storage::objects::parts::PartStore;
use crate::storage::objects::signing::UrlSigner;
use crate::storage::probe::Probe;
use crate::storage::webhooks::DeliveryListener;
use crate::telemetry::metrics::Telemetry;
use crate::work::chat::Converse;
use crate::work::chore::Chore;
use crate::work::clearing::{Clearing, ExpiredUploads, StrayParts};
use crate::work::convert::Convert;
use crate::work::export::Export;
use crate::work::job_work::JobWork;
use crate::work::pictures::Pictures;
use crate::work::webhooks::caller::{CallRules, Caller};
use crate::work::webhooks::courier::{Courier, Forgetting};

/// A running node.
pub struct Node {
    /// What drains it.
    pub platform: Arc<LivePlatform>,
    /// The HTTP server, not yet awaited.
    pub server: actix_web::dev::Server,
    /// Where its traces go.
    pub traces: Traces,
    _supervisor: Addr<PlatformSupervisor>,
}

/// Starts a node of these settings on an open socket. Called inside an actix system.
pub async fn start(
    settings: &Settings,
    stores: &Stores,
    listener: TcpListener,
) -> anyhow::Result<Node> {
    let telemetry = Arc::new(Telemetry::default());
    let traces = Traces::start(settings, stores, &telemetry)?;
    telemetry.idle_day(capacity::idle_day_here(settings));
    let faults = Faults::new(settings, stores, &telemetry);
    let stores = &faults.stores(stores).metered(&telemetry);
    let opened = stores.objects(&settings.objects, &telemetry, &faults);
    let ObjectStores { objects, parts } = opened.await?;
    let shared = Shared::open(settings, stores, &faults).await?;
    connection_watch::start(&stores.database, shared.redis.as_ref(), &telemetry);
    let fonts = Arc::new(fonts::book(&settings.fonts)?);
    let provider = providers::provider(
        settings,
        stores,
        &shared,
        (&telemetry, &traces.tracer),
        &faults,
    )?;
    let desk = capacity::desk(settings, stores, &provider.states());
    let work = work(settings, stores, &objects, &fonts, &provider);
    let mut ground = ground(settings, stores, (&telemetry, &traces), &shared, work);
    ground.delays = faults.plan().map(|plan| plan as _);
    ground.chores = chores(settings, stores, &objects, &parts, &telemetry)?;
    ground
        .chores
        .extend(capacity::chores(stores, &ground, &desk));
    let book = Arc::new(AddressBook::default());
    let roles = settings.server.roles.iter();
    let kinds: Vec<JobKind> = roles.filter_map(|role| role.jobs()).collect();
    let roster = roster::pools(settings, &kinds, &provider.states());
    let pools = roster.iter().map(|pool| pool.name).collect();
    let supervisor = supervised(&ground, roster, &book, &shared);
    let (documents, cores) = (Arc::clone(&stores.documents), Arc::clone(&ground.cores));
    let pictures = Pictures::new(documents, Arc::clone(&objects), fonts, cores);
    let platform = Arc::new(LivePlatform::new(
        ground,
        book,
        pictures,
        Arc::clone(&objects),
        platform_rules(settings, pools, &provider, &shared),
    ));
    let ports = api_ports(
        (settings, stores),
        platform.clone(),
        ObjectStores { objects, parts },
        (shared, stores.signer(settings).await?),
        (telemetry, traces.tracer.clone(), faults.plan()),
        desk,
    )?;
    let state = ApiState::new(ports, api_settings(settings));
    let threads = or_cores(settings.server.threads);
    let server = server::serve(Arc::new(state), listener, threads)?;
    Ok(Node {
        platform,
        server,
        traces,
        _supervisor: supervisor,
    })
}

/// Starts the actors.
fn supervised(
    ground: &Ground,
    roster: Vec<PoolSettings>,
    book: &Arc<AddressBook>,
    shared: &Shared,
) -> Addr<PlatformSupervisor> {
    let (ground, book) = (ground.clone(), Arc::clone(book));
    let heard = shared.wakeups.subscribe();
    actix::spawn(wake_listener::listen(Arc::clone(&book), heard));
    PlatformSupervisor::new(ground, roster, book, true, None).start()
}

fn platform_rules(
    settings: &Settings,
    pools: Vec<PoolName>,
    provider: &Arc<dyn ChatProvider>,
    shared: &Shared,
) -> PlatformRules {
    PlatformRules {
        pools,
        private_webhooks: settings.webhooks.allow_private,
        provider: Arc::clone(provider),
        objects: match settings.objects.bucket.as_str() {
            "" => "objects",
            _ => "s3",
        },
        optional: optional(shared),
    }
}

/// What the node works without.
fn optional(shared: &Shared) -> Vec<(&'static str, Arc<dyn Probe>)> {
    let redis = shared.redis.iter();
    redis
        .map(|redis| ("redis", Arc::new(redis.clone()) as Arc<dyn Probe>))
        .collect()
}

/// All that the API asks.
fn api_ports(
    (settings, stores): (&Settings, &Stores),
    platform: Arc<LivePlatform>,
    ObjectStores { objects, parts }: ObjectStores,
    (shared, signer): (Shared, UrlSigner),
    (telemetry, tracer, chaos): (Arc<Telemetry>, Tracer, Option<Arc<FaultPlan>>),
    capacity: CapacityDesk,
) -> anyhow::Result<ApiPorts> {
    Ok(ApiPorts {
        platform,
        jobs: Arc::clone(&stores.jobs),
        documents: Arc::clone(&stores.documents),
        objects,
        parts,
        uploads: Arc::clone(&stores.uploads),
        webhooks: Arc::clone(&stores.webhooks),
        decisions: Arc::clone(&stores.decisions),
        keys: Arc::clone(&stores.keys),
        tokens: tokens::verifier(&settings.auth)?,
        limits: shared.limits,
        audit: Arc::clone(&stores.audit),
        capacity,
        cache: shared.cache,
        signer,
        clock: Arc::clone(&stores.clock),
        ids: Arc::clone(&stores.ids),
        tracer,
        telemetry,
        chaos,
    })
}

fn ground(
    settings: &Settings,
    stores: &Stores,
    (telemetry, traces): (&Arc<Telemetry>, &Traces),
    shared: &Shared,
    work: JobWork,
) -> Ground {
    Ground {
        node: traces.node,
        jobs: Arc::clone(&stores.jobs),
        events: Arc::clone(&shared.events),
        wakeups: Arc::clone(&shared.wakeups),
        clock: Arc::clone(&stores.clock),
        ids: Arc::clone(&stores.ids),
        tracer: traces.tracer.clone(),
        work,
        telemetry: Arc::clone(telemetry),
        rules: queue_rules(settings),
        cores: Arc::new(Semaphore::new(or_cores(settings.decks.at_once))),
        held: Arc::new(HeldLeases::default()),
        announcing: Arc::new(Announcing::default()),
        chores: Vec::new(),
        pools: Arc::default(),
        delays: None,
    }
}

/// What the node does again and again besides jobs.
fn chores(
    settings: &Settings,
    stores: &Stores,
    objects: &Arc<dyn ObjectStore>,
    parts: &Arc<dyn PartStore>,
    telemetry: &Arc<Telemetry>,
) -> anyhow::Result<Vec<Arc<dyn Chore>>> {
    let clearing = Arc::new(Clearing {
        uploads: Arc::clone(&stores.uploads),
        parts: Arc::clone(parts),
        objects: Arc::clone(objects),
        jobs: Arc::clone(&stores.jobs),
        expiry: settings.uploads.expiry.0,
    });
    let courier = Courier {
        webhooks: Arc::clone(&stores.webhooks),
        jobs: Arc::clone(&stores.jobs),
        caller: Caller::new(call_rules(settings)).context("webhooks cannot be called")?,
        listener: Arc::clone(telemetry) as Arc<dyn DeliveryListener>,
        clock: Arc::clone(&stores.clock),
        ids: Arc::clone(&stores.ids),
        every: settings.webhooks.every.0,
    };
    Ok(vec![
        Arc::new(ExpiredUploads(Arc::clone(&clearing))),
        Arc::new(StrayParts(clearing)),
        Arc::new(courier),
        Arc::new(Forgetting(Arc::clone(&stores.webhooks))),
    ])
}

fn call_rules(settings: &Settings) -> CallRules {
    CallRules {
        allow_private: settings.webhooks.allow_private,
        timeout: settings.webhooks.timeout.0,
    }
}

fn work(
    settings: &Settings,
    stores: &Stores,
    objects: &Arc<dyn ObjectStore>,
    fonts: &Arc<FontBook>,
    provider: &Arc<dyn ChatProvider>,
) -> JobWork {
    JobWork {
        convert: Arc::new(Convert {
            objects: Arc::clone(objects),
            limits: package_limits(settings),
        }),
        export: Arc::new(Export {
            documents: Arc::clone(&stores.documents),
            objects: Arc::clone(objects),
            fonts: Arc::clone(fonts),
        }),
        ai: Arc::new(Converse {
            documents: Arc::clone(&stores.documents),
            jobs: Arc::clone(&stores.jobs),
            provider: Arc::clone(provider),
        }),
    }
}

/// What a presentation may hold, by the settings.
pub fn package_limits(settings: &Settings) -> PackageLimits {
    let decks = &settings.decks;
    PackageLimits {
        entries: decks.entries,
        xml_bytes: decks.xml_bytes,
        media_bytes: decks.media_bytes,
        total_bytes: decks.total_bytes,
        xml_depth: decks.xml_depth,
        slides: decks.slides,
    }
}

fn queue_rules(settings: &Settings) -> QueueRules {
    let (queue, pools) = (&settings.queue, &settings.pools);
    QueueRules {
        lease: queue.lease.0,
        beat: queue.beat.0,
        reap: queue.reap.0,
        poll: queue.poll.0,
        worker_beat: queue.worker_beat.0,
        deadlines: Deadlines {
            convert: pools.convert.deadline.0,
            export: pools.export.deadline.0,
            ai: pools.ai.deadline.0,
        },
        retry: queue.retry(),
        prices: settings.cost.prices(),
    }
}

fn api_settings(settings: &Settings) -> ApiSettings {
    let (api, cache) = (&settings.api, &settings.cache);
    let url = settings.server.public_url.trim_end_matches('/');
    ApiSettings {
        public_url: (!url.is_empty()).then(|| url.to_owned()),
        upload_bytes: whole(api.upload_bytes),
        uploads: UploadRules {
            bytes: settings.uploads.bytes,
            waiting_per_tenant: settings.uploads.waiting_per_tenant,
            expiry: settings.uploads.expiry.0,
            url_ttl: settings.uploads.url_ttl.0,
        },
        roles: settings.server.roles.clone(),
        webhooks_per_tenant: settings.webhooks.per_tenant,
        json_bytes: whole(api.json_bytes),
        url_ttl: api.url_ttl.0,
        idempotency_ttl: api.idempotency_ttl.0,
        longest_wait: api.longest_wait.0,
        document_cache: cache.document_ttl.0,
        job_cache: cache.job_ttl.0,
        models_cache: cache.models_ttl.0,
        idle_day: capacity::idle_day(settings),
        max_attempts: settings.queue.max_attempts,
        quota: AdmissionRules {
            open_jobs_per_tenant: api.open_jobs_per_tenant,
        },
        quotas: settings.quotas.rules(),
        ..ApiSettings::default()
    }
}

pub(super) fn or_cores(asked: usize) -> usize {
    if asked > 0 {
        return asked;
    }
    std::thread::available_parallelism().map_or(2, NonZeroUsize::get)
}

fn whole(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
