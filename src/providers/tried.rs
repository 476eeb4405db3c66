//! What stood in the way of an answer so far, and what a user is told of it when nobody answers.

use std::collections::HashMap;
use std::time::Duration;

use super::route::Route;
use super::slots::Held;
use super::trouble::Trouble;
use crate::domain::failure::{Failure, FailureCode};

/// What stood in the way so far.
#[derive(Default)]
pub(super) struct Tried {
    /// What each provider said.
    pub(super) troubles: HashMap<String, Trouble>,
    /// In how long the first of them could be asked again.
    pub(super) again: Option<Duration>,
    /// Who was passed over last, and why.
    pub(super) last: Option<(String, &'static str)>,
    /// A slot that was waited for, and whose it is.
    pub(super) turn: Option<(String, Held)>,
}

impl Tried {
    /// A slot of a provider: the one that was waited for, or one that is free.
    pub(super) fn slot(&mut self, route: &Route) -> Option<Held> {
        let mine = self.turn.take_if(|(name, _)| *name == route.settings.name);
        mine.map(|(_, held)| held).or_else(|| route.slots.now())
    }

    /// It can be asked again after so long.
    pub(super) fn later(&mut self, wait: Duration) {
        self.again = Some(self.again.map_or(wait, |again| again.min(wait)));
    }
}

/// Who asked does not want to know any more.
pub(super) fn stopped() -> Failure {
    Failure::new(FailureCode::ProviderUnavailable, "the answer was stopped")
}

/// What a user is told when nobody answers.
pub(super) fn told(tried: &Tried) -> Failure {
    let mut reasons: Vec<String> = tried
        .troubles
        .iter()
        .map(|(name, trouble)| format!("{name}: {}", trouble.message))
        .collect();
    reasons.sort();
    let passing = tried.troubles.values().any(|trouble| trouble.kind.passes());
    let code = if tried.troubles.is_empty() || passing {
        FailureCode::ProviderUnavailable
    } else {
        FailureCode::ProviderRefused
    };
    let message = if reasons.is_empty() {
        "every provider of models has as much to do as it may; ask again in a moment".to_owned()
    } else {
        format!("no provider of models answers: {}", reasons.join("; "))
    };
    let mut failure = Failure::new(code, message);
    failure.retry_after_ms = tried
        .again
        .map(|again| u64::try_from(again.as_millis()).unwrap_or(u64::MAX));
    failure
}
