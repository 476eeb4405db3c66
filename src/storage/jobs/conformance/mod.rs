//! What every queue must do, one function a fact, by subject; at the end the adapters it is run for.

mod accepting;
mod changing;
mod claiming;
mod completing;
mod leading;
mod reading;

use super::memory::MemoryJobStore;
use super::sql::SqlJobStore;
use crate::storage::database::{Database, fixtures};
use crate::storage::documents::sql::SqlDocumentStore;

/// Makes a test of each of some facts for an adapter: a function that opens it and answers the queue, the documents,
/// and whatever must live as long as they do.
macro_rules! facts {
    ($adapter:ident: $open:ident => $($subject:ident $fact:ident,)*) => {
        mod $adapter {
            $(#[tokio::test]
            async fn $fact() {
                let Some((jobs, documents, _kept)) = super::$open().await else { return };
                super::$subject::$fact(&jobs, &documents).await;
            })*
        }
    };
}

macro_rules! adapters {
    ($($adapter:ident: $open:ident;)*) => {$(
        facts! {$adapter: $open =>
            accepting an_accepted_job_waits_and_is_counted,
            accepting a_repeated_request_finds_its_job,
            accepting a_lost_answer_may_be_asked_for_again,
            accepting what_is_asked_for_again_after_its_end_makes_no_second_job,
            accepting a_name_that_comes_often_at_once_is_given_once,
            accepting any_title_can_be_kept,
            accepting the_trace_that_asked_is_kept_from_acceptance_to_the_end_and_back,
            claiming the_oldest_is_claimed_first,
            claiming concurrent_claims_share_nothing,
            claiming lapsed_leases_and_passed_deadlines_are_found,
            claiming grants_are_served_in_their_order,
            completing a_stale_epoch_changes_nothing,
            completing a_version_is_stored_with_the_success,
            completing completing_twice_counts_once,
            completing a_retry_is_ready_only_at_its_time,
            completing what_is_given_back_costs_no_attempt,
            completing what_stops_without_being_asked_to_waits_again,
            completing what_jobs_cost_is_added_up_with_the_attempts_that_failed,
            changing a_queued_job_is_cancelled_at_once,
            changing a_running_job_is_asked_to_stop,
            changing a_dead_job_is_retried_with_fresh_attempts,
            changing a_dead_job_is_dropped_for_good,
            reading tenants_do_not_see_each_others_jobs,
            reading jobs_are_paged_newest_first,
            reading a_list_is_one_of_open_and_ended_jobs_whatever_is_asked,
            reading jobs_are_found_by_words_of_people_and_by_no_others,
            reading what_ended_is_counted_whether_or_not_the_leader_has_counted_it,
            reading what_arrived_is_counted_by_tier_and_stretch_ended_or_not,
        }
    )*};
}

macro_rules! shared_adapters {
    ($($adapter:ident: $open:ident;)*) => {$(
        facts! {$adapter: $open =>
            leading one_node_leads_until_its_lease_lapses,
            leading several_that_want_the_lead_at_once_get_one_leader,
            leading an_older_term_rescues_and_counts_nothing,
        }
    )*};
}

adapters! {
    sqlite: open_sqlite;
    postgres: open_postgres;
    memory: open_memory;
}

shared_adapters! {
    sqlite_shared: open_sqlite;
    postgres_shared: open_postgres;
}

/// The queue and the documents in memory.
pub(crate) async fn open_memory() -> Option<(MemoryJobStore, MemoryJobStore, ())> {
    let store = MemoryJobStore::default();
    Some((store.clone(), store, ()))
}

/// The queue and the documents of an embedded database.
pub(crate) async fn open_sqlite() -> Option<(SqlJobStore, SqlDocumentStore, impl Sized)> {
    fixtures::sqlite().await.map(stores)
}

/// The queue and the documents of a database on a server, where there is one.
pub(crate) async fn open_postgres() -> Option<(SqlJobStore, SqlDocumentStore, impl Sized)> {
    fixtures::postgres().await.map(stores)
}

fn stores<K>((database, kept): (Database, K)) -> (SqlJobStore, SqlDocumentStore, K) {
    let jobs = SqlJobStore::new(database.clone());
    (jobs, SqlDocumentStore::new(database), kept)
}
