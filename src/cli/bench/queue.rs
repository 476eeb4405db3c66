//! `slidecraft bench queue`: jobs that do nothing through the durable queue, enqueued one by one, in bulk, processed, and
//! timed from enqueue to start on an idle queue.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use futures_util::future::{join_all, try_join_all};
use serde::Serialize;
use tokio::sync::{Mutex, Notify};

use super::arguments::Queue;
use super::figures::{Quantiles, Times};
use crate::app::secrets::id_source;
use crate::app::stores::{embedded_path, postgres, unreachable};
use crate::cli::progress::CountBar;
use crate::config::settings::Settings;
use crate::domain::cost::Cost;
use crate::domain::fonts::StandIns;
use crate::domain::ids::{DocumentId, IdSource, JobId, NodeId};
use crate::domain::job::{
    AttemptRecord, ClaimedJob, ExportFormat, ExportOptions, JobKind, JobResult, JobSpec, NewJob,
};
use crate::domain::policy::dispatch::Grant;
use crate::domain::tenant::{TenantId, Tier};
use crate::domain::time::{Clock, SystemClock, Timestamp};
use crate::storage::database::Database;
use crate::storage::jobs::sql::SqlJobStore;
use crate::storage::jobs::{Acceptance, ClaimRequest, Completed, Completion, JobStore, Outcome};

/// Callers that enqueue one job after the other at the same time.
const CALLERS: usize = 50;
/// Jobs enqueued, and claimed, in one go.
const BULK: usize = 500;
/// Claims that are worked on at the same time.
const LANES: usize = 4;
/// Between two jobs of the latency run.
const PACE: Duration = Duration::from_millis(10);

/// Jobs before the latency run, so that connections are there.
const WARM_UP: usize = 50;

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    /// On what.
    pub database: &'static str,
    /// Jobs enqueued in bulk and processed.
    pub jobs: usize,
    /// Durable enqueues a second, 50 callers one job at a time.
    pub enqueue_single_per_second: f64,
    /// Durable enqueues a second, 500 at a time.
    pub enqueue_bulk_per_second: f64,
    /// Jobs a second from the first claim to the last acknowledged completion.
    pub process_per_second: f64,
    /// From the call that enqueues to the start, on an idle queue.
    pub start: Quantiles,
    /// From the call that enqueues to its answer, on an idle queue.
    pub acknowledge: Quantiles,
}

/// Runs it and writes what was measured.
pub async fn run(asked: &Queue, output: &mut dyn Write) -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("slidecraft-bench-{}", std::process::id()));
    let (database, name) = open(asked, &folder).await?;
    let measured = measure(asked, database, name).await;
    // It is in the system's folder for such; what is left there does no harm.
    let _gone = std::fs::remove_dir_all(&folder);
    let measured = measured?;
    if asked.json {
        serde_json::to_writer_pretty(&mut *output, &measured)?;
        writeln!(output)?;
        return Ok(());
    }
    let (start, acknowledge) = (measured.start, measured.acknowledge);
    writeln!(
        output,
        "{} with {} jobs\n  enqueue, one by one  {:>9.0}/s\n  enqueue, by {BULK}      {:>9.0}/s\n  process              {:>9.0}/s\n  enqueue to start     P50 {:.2} ms, P95 {:.2} ms, P99 {:.2} ms, max {:.2} ms\n  enqueue to answer    P50 {:.2} ms, P95 {:.2} ms, P99 {:.2} ms, max {:.2} ms",
        measured.database,
        measured.jobs,
        measured.enqueue_single_per_second,
        measured.enqueue_bulk_per_second,
        measured.process_per_second,
        start.p50_ms,
        start.p95_ms,
        start.p99_ms,
        start.max_ms,
        acknowledge.p50_ms,
        acknowledge.p95_ms,
        acknowledge.p99_ms,
        acknowledge.max_ms,
    )?;
    Ok(())
}

async fn open(asked: &Queue, folder: &std::path::Path) -> anyhow::Result<(Database, &'static str)> {
    let Some(url) = &asked.database else {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("{} cannot be made", folder.display()))?;
        let database = Database::open(&embedded_path(folder)).await?;
        return Ok((database, "SQLite"));
    };
    let mut settings = Settings::default();
    settings.database.url = url.clone().into();
    let Some(server) = postgres(&settings) else {
        bail!("--database is empty; name a PostgreSQL database, or leave it out for SQLite");
    };
    let connected = Database::connect(&server).await;
    Ok((
        connected.with_context(|| unreachable(&server))?,
        "PostgreSQL",
    ))
}

async fn measure(
    asked: &Queue,
    database: Database,
    name: &'static str,
) -> anyhow::Result<Measured> {
    let bench = Bench {
        jobs: Arc::new(SqlJobStore::new(database)),
        ids: id_source()?,
        tenant: "bench".parse()?,
        wake: Notify::new(),
        claiming: Mutex::default(),
    };
    if !bench.jobs.counts().await?.is_empty() {
        bail!(
            "this database holds jobs already; make one for the benchmark alone, for instance `createdb slidecraft_bench`"
        );
    }
    // First, while the server has nothing to tidy up after: what is measured is an idle queue.
    let _connected = bench.latency(WARM_UP).await?;
    let (start, acknowledge) = bench.latency(asked.paced).await?;
    let single = bench.enqueue_single(asked.single).await?;
    bench.process(asked.single).await?;
    let bulk = bench.enqueue_bulk(asked.jobs).await?;
    let process = bench.process(asked.jobs).await?;
    Ok(Measured {
        database: name,
        jobs: asked.jobs,
        enqueue_single_per_second: single,
        enqueue_bulk_per_second: bulk,
        process_per_second: process,
        start,
        acknowledge,
    })
}

struct Bench {
    jobs: Arc<dyn JobStore>,
    ids: IdSource,
    tenant: TenantId,
    wake: Notify,
    claiming: Mutex<()>,
}

impl Bench {
    fn acceptance(&self) -> Acceptance {
        let now = SystemClock.now();
        Acceptance {
            job: NewJob {
                id: JobId(self.ids.uuid(now)),
                tenant: self.tenant.clone(),
                tier: Tier::Standard,
                document: DocumentId(self.ids.uuid(now)),
                spec: JobSpec::Export {
                    format: ExportFormat::Pdf,
                    version: 1,
                    options: ExportOptions::default(),
                },
                max_attempts: 5,
                created_at: now,
                trace: None,
            },
            document: None,
            idempotency: None,
        }
    }

    async fn enqueue_single(&self, jobs: usize) -> anyhow::Result<f64> {
        let bar = CountBar::new("enqueue, one by one", jobs);
        let started = SystemClock.now();
        let calls = (0..CALLERS).map(|caller| {
            let bar = &bar;
            async move {
                for _ in (caller..jobs).step_by(CALLERS) {
                    self.jobs.accept(self.acceptance()).await?;
                    bar.add(1);
                }
                anyhow::Ok(())
            }
        });
        try_join_all(calls).await?;
        Ok(per_second(jobs, started))
    }

    async fn enqueue_bulk(&self, jobs: usize) -> anyhow::Result<f64> {
        let bar = CountBar::new("enqueue in bulk", jobs);
        let started = SystemClock.now();
        let mut left = jobs;
        while left > 0 {
            let bulk = left.min(BULK);
            try_join_all((0..bulk).map(|_| self.jobs.accept(self.acceptance()))).await?;
            bar.add(bulk);
            left -= bulk;
        }
        Ok(per_second(jobs, started))
    }

    async fn process(&self, jobs: usize) -> anyhow::Result<f64> {
        let bar = CountBar::new("process", jobs);
        let started = SystemClock.now();
        let lanes = try_join_all((0..LANES).map(|_| self.lane(&bar))).await?;
        let processed: usize = lanes.into_iter().sum();
        if processed != jobs {
            bail!("{processed} jobs were processed, {jobs} were enqueued");
        }
        Ok(per_second(jobs, started))
    }

    /// Claims, does nothing and completes until nothing is left. A job counts when its completion is on disk.
    async fn lane(&self, bar: &CountBar) -> anyhow::Result<usize> {
        let mut processed = 0;
        loop {
            let claimed = {
                // A pool has one claim under way.
                let _turn = self.claiming.lock().await;
                self.claim(BULK).await?
            };
            if claimed.is_empty() {
                return Ok(processed);
            }
            let ends = join_all(claimed.iter().map(|job| self.complete(job))).await;
            for end in ends {
                end?;
            }
            processed += claimed.len();
            bar.add(claimed.len());
        }
    }

    async fn claim(&self, most: usize) -> anyhow::Result<Vec<ClaimedJob>> {
        let claimed = self
            .jobs
            .claim(ClaimRequest {
                kind: JobKind::Export,
                grants: vec![Grant {
                    tenant: self.tenant.clone(),
                    tier: Tier::Standard,
                    jobs: u32::try_from(most)?,
                }],
                node: NodeId(self.ids.uuid(SystemClock.now())),
                now: SystemClock.now(),
                lease: Duration::from_secs(60),
                deadline: Duration::from_secs(60),
            })
            .await?;
        Ok(claimed)
    }

    async fn complete(&self, job: &ClaimedJob) -> anyhow::Result<()> {
        let now = SystemClock.now();
        let completion = Completion {
            lease: job.lease,
            outcome: Outcome::Succeeded {
                result: JobResult::Artifact {
                    key: format!("exports/{}/{}", job.lease.job, job.lease.epoch),
                    content_type: ExportFormat::Pdf.content_type().to_owned(),
                    file_name: "nothing.pdf".to_owned(),
                    bytes: 0,
                    fonts: StandIns::default(),
                },
                version: None,
            },
            record: AttemptRecord {
                epoch: job.lease.epoch,
                node: NodeId(job.lease.job.0),
                started_at: job.claimed_at,
                ended_at: now,
                failure: None,
                stages: Vec::new(),
                cost: Cost::default(),
            },
        };
        match self.jobs.complete(completion).await? {
            Completed::Done { .. } => Ok(()),
            Completed::Stale => bail!("a completion was stale, and nobody else claims here"),
        }
    }

    /// A job every 10 ms; whoever takes it looks and claims as a pool does.
    async fn latency(&self, jobs: usize) -> anyhow::Result<(Quantiles, Quantiles)> {
        let bar = CountBar::new("latency", jobs);
        let (starts, answers) = futures_util::try_join!(self.take(jobs, &bar), self.offer(jobs))?;
        Ok((starts.quantiles(), answers.quantiles()))
    }

    async fn offer(&self, jobs: usize) -> anyhow::Result<Times> {
        let mut pace = tokio::time::interval(PACE);
        let mut answers = Times::default();
        for _ in 0..jobs {
            pace.tick().await;
            let called = SystemClock.now();
            self.jobs.accept(self.acceptance()).await?;
            answers.add(SystemClock.now().since(called));
            self.wake.notify_one();
        }
        Ok(answers)
    }

    async fn take(&self, jobs: usize, bar: &CountBar) -> anyhow::Result<Times> {
        let (mut starts, mut taken) = (Times::default(), 0);
        while taken < jobs {
            self.wake.notified().await;
            let ready = self
                .jobs
                .backlog(JobKind::Export, SystemClock.now())
                .await?;
            if ready.depth() == 0 {
                continue;
            }
            for job in self.claim(BULK).await? {
                starts.add(SystemClock.now().since(job.ready_at));
                taken += 1;
                self.complete(&job).await?;
                bar.add(1);
            }
        }
        Ok(starts)
    }
}

fn per_second(jobs: usize, started: Timestamp) -> f64 {
    let seconds = SystemClock.now().since(started).as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    let jobs = jobs as f64;
    (jobs / seconds.max(1e-6)).round()
}
