//! Every metric there is: name, kind and help, in one table.

use super::spent;

/// Name, kind and help of every metric: the help text is what Prometheus shows.
pub(super) const TABLE: &[(&str, Kind, &str)] = &[
    (
        "slidecraft_queue_jobs",
        Kind::Gauge,
        "Jobs by pool and state, as the store counts them.",
    ),
    (
        "slidecraft_queue_oldest_ready_age_seconds",
        Kind::Gauge,
        "How long the oldest ready job has waited.",
    ),
    (
        "slidecraft_job_wait_seconds",
        Kind::Histogram,
        "From ready to started.",
    ),
    (
        "slidecraft_job_duration_seconds",
        Kind::Histogram,
        "From started to ended, by outcome.",
    ),
    (
        "slidecraft_job_end_to_end_seconds",
        Kind::Histogram,
        "From ready to ended for good, by outcome: what the latency objectives are held against.",
    ),
    (
        "slidecraft_job_stage_seconds",
        Kind::Histogram,
        "How long each stage of a job took.",
    ),
    (
        "slidecraft_job_stage_over_budget_total",
        Kind::Counter,
        "Stages that took longer than their latency budget.",
    ),
    (
        "slidecraft_jobs_total",
        Kind::Counter,
        "Attempts ended, by outcome.",
    ),
    (
        "slidecraft_job_retries_total",
        Kind::Counter,
        "Attempts that will be followed by another, by failure code.",
    ),
    (spent::NAME, Kind::Dollars, "What jobs cost, by component."),
    (
        "slidecraft_idle_day_dollars",
        Kind::Gauge,
        "What a day of this node costs without any job.",
    ),
    (
        "slidecraft_jobs_stale_total",
        Kind::Counter,
        "Completions refused because their claim was no longer the newest.",
    ),
    (
        "slidecraft_workers",
        Kind::Gauge,
        "Workers by pool and state.",
    ),
    (
        "slidecraft_worker_slots",
        Kind::Gauge,
        "Slots of ready workers.",
    ),
    ("slidecraft_worker_slots_busy", Kind::Gauge, "Slots in use."),
    (
        "slidecraft_worker_restarts_total",
        Kind::Counter,
        "Workers lost and replaced, by reason.",
    ),
    (
        "slidecraft_autoscale_events_total",
        Kind::Counter,
        "Decisions to change the number of workers.",
    ),
    (
        "slidecraft_autoscale_desired_workers",
        Kind::Gauge,
        "Workers wanted.",
    ),
    (
        "slidecraft_autoscale_max_workers",
        Kind::Gauge,
        "The greatest number of workers a pool may have.",
    ),
    (
        "slidecraft_autoscale_fleet_max_workers",
        Kind::Gauge,
        "The greatest number of workers of a pool on all nodes together; 0 where nobody said.",
    ),
    (
        "slidecraft_autoscale_ceiling_bound",
        Kind::Gauge,
        "Whether a pool wants more workers than cores, database or providers bear.",
    ),
    (
        "slidecraft_http_requests_total",
        Kind::Counter,
        "Requests answered, by route, method and status.",
    ),
    (
        "slidecraft_http_request_duration_seconds",
        Kind::Histogram,
        "From request to the end of the answer's head.",
    ),
    (
        "slidecraft_sse_connections",
        Kind::Gauge,
        "Event streams that are open.",
    ),
    (
        "slidecraft_sse_events_sent_total",
        Kind::Counter,
        "Events put on a stream.",
    ),
    (
        "slidecraft_sse_dropped_total",
        Kind::Counter,
        "Event streams cut, by reason.",
    ),
    (
        "slidecraft_cache_requests_total",
        Kind::Counter,
        "Looks into a cache, by result.",
    ),
    (
        "slidecraft_storage_op_duration_seconds",
        Kind::Histogram,
        "Operations of the object store, with all their tries.",
    ),
    (
        "slidecraft_storage_tries_total",
        Kind::Counter,
        "Single tries at a store over the network; `server_error` is its 5xx.",
    ),
    (
        "slidecraft_db_query_duration_seconds",
        Kind::Histogram,
        "Questions to the database, waiting for a connection or a group included.",
    ),
    (
        "slidecraft_db_pool_connections",
        Kind::Gauge,
        "Connections to the database by role and state; `most` is the bound.",
    ),
    (
        "slidecraft_db_replica_lag_seconds",
        Kind::Gauge,
        "How far the read replica is behind; -1 while it does not answer.",
    ),
    (
        "slidecraft_db_replica_reads_total",
        Kind::Counter,
        "Decks asked of the read replica, by result; for all but `answered` the primary was asked.",
    ),
    (
        "slidecraft_redis_connected",
        Kind::Gauge,
        "1 while Redis answers, 0 while it is away; absent where there is none.",
    ),
    (
        "slidecraft_redis_commands_total",
        Kind::Counter,
        "What was asked of Redis, by result; `away` was not sent, as Redis was known to be away.",
    ),
    (
        "slidecraft_quota_refusals_total",
        Kind::Counter,
        "Requests refused because a tenant is over a quota, by quota.",
    ),
    (
        "slidecraft_webhook_calls_total",
        Kind::Counter,
        "Calls of webhooks, by where the delivery then stands; `waiting` will be tried again.",
    ),
    (
        "slidecraft_ai_requests_total",
        Kind::Counter,
        "Requests to providers of models, by outcome: ok, or the trouble.",
    ),
    (
        "slidecraft_ai_first_token_seconds",
        Kind::Histogram,
        "From the request to the first text or call (gen_ai.server.time_to_first_token).",
    ),
    (
        "slidecraft_ai_tokens_total",
        Kind::Counter,
        "Tokens by type (gen_ai.client.token.usage).",
    ),
    (
        "slidecraft_ai_failovers_total",
        Kind::Counter,
        "Requests that went on to another provider, by the trouble.",
    ),
    (
        "slidecraft_trace_spans_total",
        Kind::Counter,
        "Parts of traces, by what became of them: sent, failed, or dropped because too many waited.",
    ),
    (
        "slidecraft_chaos_faults_total",
        Kind::Counter,
        "How often faults on purpose struck, by fault.",
    ),
    (
        "slidecraft_ai_hedges_total",
        Kind::Counter,
        "Slow requests that were asked at another provider too, by what came of it there.",
    ),
    (
        "slidecraft_ai_in_flight",
        Kind::Gauge,
        "Requests in flight at a provider.",
    ),
    (
        "slidecraft_ai_waiting",
        Kind::Gauge,
        "Requests that wait here for a slot of a provider.",
    ),
    (
        "slidecraft_ai_gateway_overhead_seconds",
        Kind::Histogram,
        "How long a request was held here before it went to a provider.",
    ),
];

/// What kind of metric it is.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// Counts by bucket.
    Histogram,
    /// A counter of fractions, beside the recorder.
    Dollars,
}

impl Kind {
    /// Its name in the Prometheus text format.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Counter | Self::Dollars => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}
