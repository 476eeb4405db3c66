//! `[queue]`: how claims are held, and what follows a failure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::span::Span;
use crate::domain::policy::dispatch::DispatchRules;
use crate::domain::policy::restart::RestartRules;
use crate::domain::policy::retry::RetryRules;

/// `[queue]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Queue {
    /// How long a claim is believed without a beat.
    pub lease: Span,
    /// How often claims are beaten.
    pub beat: Span,
    /// How often lapsed claims are looked for.
    pub reap: Span,
    /// How often a pool looks for jobs by itself, should a wake-up be lost.
    pub poll: Span,
    /// How often a worker says that it is alive; three beats missed and it is replaced.
    pub worker_beat: Span,
    /// Attempts a job may take.
    pub max_attempts: u32,
    /// The longest delay after the first failure; it doubles with each.
    pub retry_base: Span,
    /// The longest delay of all.
    pub retry_cap: Span,
    /// A tier is served one place earlier for each such time its oldest job has waited.
    pub ageing: Span,
    /// Workers of a pool that may be lost within `restart_window` before the pool itself is started anew.
    pub restarts: u32,
    /// See `restarts`.
    pub restart_window: Span,
}

impl Default for Queue {
    fn default() -> Self {
        let (retry, restart) = (RetryRules::default(), RestartRules::default());
        Self {
            lease: Span::seconds(15),
            beat: Span::seconds(5),
            reap: Span::seconds(1),
            poll: Span::seconds(1),
            worker_beat: Span::seconds(5),
            max_attempts: retry.max_attempts,
            retry_base: Span(retry.base),
            retry_cap: Span(retry.cap),
            ageing: Span(DispatchRules::default().ageing),
            restarts: restart.intensity,
            restart_window: Span(restart.window),
        }
    }
}

impl Queue {
    /// Again or not, and after how long.
    pub fn retry(&self) -> RetryRules {
        RetryRules {
            max_attempts: self.max_attempts,
            base: self.retry_base.0,
            cap: self.retry_cap.0,
        }
    }

    /// How often workers may be lost.
    pub fn restart(&self) -> RestartRules {
        RestartRules {
            intensity: self.restarts,
            window: self.restart_window.0,
            ..RestartRules::default()
        }
    }

    /// Whose jobs go first.
    pub fn dispatch(&self) -> DispatchRules {
        DispatchRules {
            ageing: self.ageing.0,
        }
    }
}
