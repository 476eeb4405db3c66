//! Crashes at named places, for tests of what a crash may cost: the process ends without a word just before or just after
//! a call of a store.
//!
//! A place is named by store, operation and side, such as `job.complete.after`; the variable `FAILPOINTS` arms some
//! (`job.claim.after=3*off->return` ends the process after the fourth claim). Builds for use have none of it: the crate `fail`
//! is compiled in by tests alone.

use fail::{FailScenario, fail_point};

use crate::storage::around::Around;
use crate::storage::error::StoreError;

/// Arms what the environment names, for as long as the answer lives.
pub fn arm() -> Option<FailScenario<'static>> {
    fail::has_failpoints().then(FailScenario::setup)
}

/// Whether any place is armed.
pub fn armed() -> bool {
    fail::has_failpoints() && !fail::list().is_empty()
}

/// Crashes around every call of a store.
pub struct CrashPoints {
    /// Which store: the first part of a place's name.
    pub what: &'static str,
}

impl CrashPoints {
    fn pass(&self, op: &str, side: &str) {
        let place = format!("{}.{op}.{side}", self.what);
        die_at(&place);
    }
}

fn die_at(place: &str) {
    fail_point!(place, |_| {
        tracing::error!(place, "the process ends here on purpose");
        std::process::abort()
    });
    // What a build without fail points would not use.
    let _ = place;
}

impl Around for CrashPoints {
    async fn around<T: Send>(
        &self,
        op: &'static str,
        call: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        self.pass(op, "before");
        let answer = call.await;
        self.pass(op, "after");
        answer
    }
}
