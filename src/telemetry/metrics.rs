//! What is counted and measured, with a recorder that is handed in and never global.

use std::fmt::Write as _;
use std::time::Duration;

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{
    Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};

use super::catalogue::{Kind, TABLE};
use super::pools::counted_from_zero;
use super::spent::{self, KindCost, Spent};
use super::standings::Standings;
use crate::domain::cost::Cost;
use crate::domain::fault::{Fault, FaultWatch};
use crate::domain::job::JobKind;
use crate::domain::job_state::StateName;
use crate::domain::slo::{Objective, Standing};
use crate::domain::stage::{Stage, budgets};
use crate::domain::webhook::DeliveryState;
use crate::storage::database::PoolUse;
use crate::storage::database::replica::ReplicaUse;
use crate::storage::jobs::JobCount;
use crate::storage::objects::tries::{TryListener, TryOutcome};
use crate::storage::probe::RedisUse;
use crate::storage::webhooks::DeliveryListener;

/// Bucket bounds in seconds: from a quick stage to the specification's budgets and beyond.
const BUCKETS: &[f64] = &[
    0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 15.0, 30.0,
    60.0,
];

/// The metrics of a node.
pub struct Telemetry {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    spent: Spent,
    pub(super) standings: Standings,
}

impl std::fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Telemetry").finish_non_exhaustive()
    }
}

/// How an attempt ended, as a label.
pub const OUTCOMES: [&str; 5] = ["succeeded", "retried", "dead", "cancelled", "given_back"];

impl Default for Telemetry {
    fn default() -> Self {
        let builder = PrometheusBuilder::new();
        let builder = builder
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), BUCKETS)
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        let telemetry = Self {
            recorder,
            handle,
            spent: Spent::default(),
            standings: Standings::default(),
        };
        telemetry.describe();
        telemetry
    }
}

impl FaultWatch for Telemetry {
    fn struck(&self, fault: &'static str) {
        self.with(|| counter!("slidecraft_chaos_faults_total", "fault" => fault).increment(1));
    }
}

impl Telemetry {
    pub(super) fn with(&self, record: impl FnOnce()) {
        metrics::with_local_recorder(&self.recorder, record);
    }

    /// Describes every metric and creates those with closed label sets at zero.
    fn describe(&self) {
        self.with(|| {
            for (name, kind, help) in TABLE {
                match kind {
                    Kind::Counter => describe_counter!(*name, *help),
                    Kind::Gauge => describe_gauge!(*name, *help),
                    Kind::Histogram => describe_histogram!(*name, *help),
                    Kind::Dollars => {}
                }
            }
            for kind in JobKind::ALL.map(JobKind::name) {
                for outcome in OUTCOMES {
                    counter!("slidecraft_jobs_total", "kind" => kind, "outcome" => outcome)
                        .absolute(0);
                }
                counter!("slidecraft_jobs_stale_total", "kind" => kind).absolute(0);
                counted_from_zero(kind);
            }
            for fault in Fault::NAMES {
                counter!("slidecraft_chaos_faults_total", "fault" => fault).absolute(0);
            }
            gauge!("slidecraft_sse_connections").set(0.0);
            counter!("slidecraft_sse_events_sent_total").absolute(0);
            for reason in ["slow", "drain", "hub_gone"] {
                counter!("slidecraft_sse_dropped_total", "reason" => reason).absolute(0);
            }
        });
    }

    /// What jobs cost since the node started.
    pub fn costs(&self) -> Vec<KindCost> {
        self.spent.costs()
    }

    /// How promises were kept since the node started.
    pub fn standings(&self) -> [Standing; Objective::ALL.len()] {
        self.standings.all()
    }

    /// What a day of this node costs without any job, in dollars.
    pub fn idle_day(&self, dollars: f64) {
        self.with(|| gauge!("slidecraft_idle_day_dollars").set(dollars));
    }

    /// A job started after it waited.
    pub fn job_started(&self, pool: JobKind, waited: Duration) {
        self.with(|| {
            histogram!("slidecraft_job_wait_seconds", "pool" => pool.name()).record(waited);
        });
        self.stage(pool, Stage::QueueWait, waited);
    }

    /// An attempt ended.
    pub fn attempt_ended(&self, kind: JobKind, outcome: &'static str, took: Duration, cost: Cost) {
        self.with(|| {
            counter!("slidecraft_jobs_total", "kind" => kind.name(), "outcome" => outcome).increment(1);
            histogram!("slidecraft_job_duration_seconds", "kind" => kind.name(), "outcome" => outcome)
                .record(took);
        });
        self.spent.add(kind, cost);
    }

    /// A job ended for good, so long after it became ready.
    pub fn job_ended(&self, kind: JobKind, outcome: &'static str, took: Duration) {
        self.with(|| {
            histogram!("slidecraft_job_end_to_end_seconds", "kind" => kind.name(), "outcome" => outcome)
                .record(took);
        });
        // A job that was stopped on request missed nothing.
        if let (Some(objective), "succeeded" | "dead") = (Objective::of_jobs(kind), outcome) {
            let kept = outcome == "succeeded" && objective.is_kept_in(took);
            self.standings.add(objective, kept);
        }
    }

    /// An attempt will be followed by another.
    pub fn retried(&self, kind: JobKind, reason: &'static str) {
        self.with(|| {
            counter!("slidecraft_job_retries_total", "kind" => kind.name(), "reason" => reason)
                .increment(1);
        });
    }

    /// A completion was refused.
    pub fn stale(&self, kind: JobKind) {
        self.with(|| counter!("slidecraft_jobs_stale_total", "kind" => kind.name()).increment(1));
    }

    /// A stage ended.
    pub fn stage(&self, kind: JobKind, stage: Stage, took: Duration) {
        let over = budgets(kind)
            .iter()
            .any(|(known, budget)| *known == stage && took > *budget);
        self.with(|| {
            histogram!("slidecraft_job_stage_seconds", "kind" => kind.name(), "stage" => stage.name())
                .record(took);
            if over {
                counter!("slidecraft_job_stage_over_budget_total", "kind" => kind.name(), "stage" => stage.name())
                    .increment(1);
            }
        });
    }

    /// How many jobs there are, by pool and state. What is not among `counts` is nought: a state that emptied has no row.
    pub fn queue(&self, counts: &[JobCount]) {
        for kind in JobKind::ALL {
            for state in StateName::ALL {
                let of_it = |count: &&JobCount| count.kind == kind && count.state == state;
                let jobs = counts.iter().find(of_it).map_or(0, |count| count.jobs);
                #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
                self.with(|| {
                    gauge!("slidecraft_queue_jobs", "pool" => kind.name(), "state" => state.name())
                        .set(jobs as f64);
                });
            }
        }
    }

    /// A request was answered.
    pub fn http_request(&self, route: String, method: String, status: u16, took: Duration) {
        self.standings.add(Objective::Api, status < 500);
        if route == "/v1/events" {
            self.standings.happened(Objective::Streams);
        }
        self.with(|| {
            let labels = [
                ("route", route),
                ("method", method),
                ("status", status.to_string()),
            ];
            counter!("slidecraft_http_requests_total", &labels).increment(1);
            histogram!("slidecraft_http_request_duration_seconds", &labels).record(took);
        });
    }

    /// A stream opened.
    pub fn sse_opened(&self) {
        self.with(|| gauge!("slidecraft_sse_connections").increment(1.0));
    }

    /// A stream closed; `cut` says why where the client did not leave by itself.
    pub fn sse_closed(&self, cut: Option<&'static str>) {
        self.with(|| {
            gauge!("slidecraft_sse_connections").decrement(1.0);
            if let Some(reason) = cut {
                counter!("slidecraft_sse_dropped_total", "reason" => reason).increment(1);
            }
        });
        // Who is sent elsewhere as the node stops comes back to another.
        if cut.is_some_and(|reason| reason != "drain") {
            self.standings.missed(Objective::Streams);
        }
    }

    /// An event was put on a stream.
    pub fn sse_sent(&self) {
        self.with(|| counter!("slidecraft_sse_events_sent_total").increment(1));
    }

    /// A look into a cache.
    pub fn cache(&self, cache: &'static str, hit: bool) {
        let result = if hit { "hit" } else { "miss" };
        self.with(|| {
            counter!("slidecraft_cache_requests_total", "cache" => cache, "result" => result)
                .increment(1);
        });
    }

    /// An operation of the object store.
    pub fn storage_op(&self, op: &'static str, backend: &'static str, ok: bool, took: Duration) {
        let outcome = if ok { "ok" } else { "error" };
        self.with(|| {
            histogram!("slidecraft_storage_op_duration_seconds", "op" => op, "backend" => backend, "outcome" => outcome)
                .record(took);
        });
    }

    /// A question to the database.
    pub fn db_query(&self, query: &'static str, took: Duration) {
        self.with(|| {
            histogram!("slidecraft_db_query_duration_seconds", "query" => query).record(took);
        });
    }

    /// A pool of connections as it is.
    pub fn db_pool(&self, pool: &PoolUse) {
        self.with(|| {
            for (state, connections) in [
                ("idle", pool.idle),
                ("busy", pool.busy),
                ("most", pool.most),
            ] {
                gauge!("slidecraft_db_pool_connections", "role" => pool.role, "state" => state)
                    .set(connections);
            }
        });
    }

    /// The read replica as it is.
    pub fn replica(&self, used: ReplicaUse, lag: Option<Duration>) {
        self.with(|| {
            gauge!("slidecraft_db_replica_lag_seconds")
                .set(lag.map_or(-1.0, |lag| lag.as_secs_f64()));
            for (result, reads) in [
                ("answered", used.answered),
                ("missed", used.missed),
                ("failed", used.failed),
            ] {
                counter!("slidecraft_db_replica_reads_total", "result" => result).absolute(reads);
            }
        });
    }

    /// Redis as it is.
    pub fn redis(&self, used: RedisUse) {
        self.with(|| {
            gauge!("slidecraft_redis_connected").set(if used.connected { 1.0 } else { 0.0 });
            for (result, commands) in [
                ("answered", used.answered),
                ("failed", used.failed),
                ("away", used.away),
            ] {
                counter!("slidecraft_redis_commands_total", "result" => result).absolute(commands);
            }
        });
    }

    /// A request was refused because its tenant is over a quota of that name.
    pub fn over_quota(&self, quota: &'static str) {
        self.with(|| counter!("slidecraft_quota_refusals_total", "quota" => quota).increment(1));
    }

    /// So many parts of traces were `sent`, `failed` or `dropped`.
    pub fn spans(&self, outcome: &'static str, spans: usize) {
        let spans = u64::try_from(spans).unwrap_or(u64::MAX);
        self.with(|| {
            counter!("slidecraft_trace_spans_total", "outcome" => outcome).increment(spans);
        });
    }

    /// Everything in the Prometheus text format.
    pub fn render(&self) -> String {
        self.handle.run_upkeep();
        let mut text = self.handle.render();
        for (name, kind, help) in TABLE {
            if matches!(kind, Kind::Dollars) && *name == spent::NAME {
                text.push_str(&self.spent.render(help));
            } else if !text.contains(&format!("# TYPE {name} ")) {
                // Nothing was counted yet: that there is such a metric is told all the same. Writing to a string does not fail.
                let _ = write!(
                    text,
                    "# HELP {name} {help}\n# TYPE {name} {}\n",
                    kind.name()
                );
            }
        }
        text
    }
}

impl DeliveryListener for Telemetry {
    fn called(&self, state: DeliveryState) {
        self.with(|| {
            counter!("slidecraft_webhook_calls_total", "state" => state.name()).increment(1);
        });
    }
}

impl TryListener for Telemetry {
    fn tried(&self, op: &'static str, outcome: TryOutcome) {
        self.with(|| {
            counter!("slidecraft_storage_tries_total", "op" => op, "outcome" => outcome.name())
                .increment(1);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_counted_is_there_from_the_start_at_zero() {
        let text = Telemetry::default().render();
        assert!(
            text.contains("slidecraft_jobs_total{kind=\"export\",outcome=\"dead\"} 0"),
            "{text}"
        );
        assert!(
            text.contains("# HELP slidecraft_sse_connections Event streams that are open."),
            "{text}"
        );
    }

    #[test]
    fn a_state_that_emptied_is_shown_as_empty() {
        let telemetry = Telemetry::default();
        let (kind, state) = (JobKind::Export, StateName::Queued);
        telemetry.queue(&[JobCount {
            kind,
            state,
            jobs: 5,
        }]);
        let name = "slidecraft_queue_jobs{pool=\"export\",state=\"queued\"}";
        assert!(telemetry.render().contains(&format!("{name} 5\n")));
        telemetry.queue(&[]);
        assert!(telemetry.render().contains(&format!("{name} 0\n")));
    }

    #[test]
    fn a_stage_over_its_budget_is_counted() {
        let telemetry = Telemetry::default();
        telemetry.stage(JobKind::Convert, Stage::Fetch, Duration::from_millis(900));
        telemetry.stage(JobKind::Convert, Stage::Fetch, Duration::from_millis(1_100));
        let text = telemetry.render();
        assert!(
            text.contains("over_budget_total{kind=\"convert\",stage=\"fetch\"} 1"),
            "{text}"
        );
    }
}
