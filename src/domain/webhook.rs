//! Webhooks: whom to call when a job ends, what each call says, and when to try again (Standard Webhooks).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ids::{DeliveryId, JobId, WebhookId};
use super::job_state::StateName;
use super::tenant::TenantId;
use super::time::Timestamp;

/// How long a delivery is tried before it is dead.
pub const TRIED_FOR: Duration = Duration::from_secs(86_400);
/// How long the secret before the newest still signs as well, so that receivers can change over.
pub const BOTH_SIGN_FOR: Duration = Duration::from_secs(86_400);
const FIRST_DELAY: Duration = Duration::from_secs(5);
const LONGEST_DELAY: Duration = Duration::from_secs(2 * 3_600);

/// Something that can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Occasion {
    /// A job left its result.
    #[serde(rename = "job.succeeded")]
    Succeeded,
    /// A job failed, and is not tried again.
    #[serde(rename = "job.failed")]
    Failed,
    /// A job was cancelled.
    #[serde(rename = "job.cancelled")]
    Cancelled,
    /// The capacity report of a week was made. For operators.
    #[serde(rename = "capacity.reported")]
    Capacity,
}

impl Occasion {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
        Self::Capacity,
    ];

    /// Those that are about jobs.
    pub const OF_JOBS: [Self; 3] = [Self::Succeeded, Self::Failed, Self::Cancelled];

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "job.succeeded",
            Self::Failed => "job.failed",
            Self::Cancelled => "job.cancelled",
            Self::Capacity => "capacity.reported",
        }
    }

    /// What the end of a job in that state is.
    pub fn of(state: StateName) -> Option<Self> {
        match state {
            StateName::Succeeded => Some(Self::Succeeded),
            StateName::Dead => Some(Self::Failed),
            StateName::Cancelled => Some(Self::Cancelled),
            // An operator who drops a dead job tells nobody anything new.
            StateName::Queued | StateName::Running | StateName::Failed => None,
        }
    }
}

/// A secret that signs what is sent: 24 random bytes, base64, after `whsec_`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningSecret {
    /// The whole text.
    pub text: String,
    /// Until when it signs; absent for the newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl std::fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningSecret")
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

/// Whom to call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Where to.
    pub url: String,
    /// On which occasions.
    pub occasions: Vec<Occasion>,
    /// What signs, the newest first.
    pub secrets: Vec<SigningSecret>,
    /// When it was made: what ended before is not told.
    pub created_at: Timestamp,
}

impl Webhook {
    /// The secrets that sign at `now`.
    pub fn signing(&self, now: Timestamp) -> impl Iterator<Item = &str> {
        self.secrets
            .iter()
            .filter(move |secret| secret.until.is_none_or(|until| now < until))
            .map(|secret| secret.text.as_str())
    }

    /// With a new secret; the one before signs for a while longer.
    #[must_use]
    pub fn rotated(mut self, text: String, now: Timestamp) -> Self {
        let before = self.secrets.into_iter().next().map(|secret| SigningSecret {
            until: Some(now.plus(BOTH_SIGN_FOR)),
            ..secret
        });
        let newest = SigningSecret { text, until: None };
        self.secrets = std::iter::once(newest).chain(before).collect();
        self
    }
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is to be sent, for the first time or again.
    Waiting,
    /// The receiver took it.
    Delivered,
    /// Nobody took it in time; it can be replayed.
    Dead,
}

impl DeliveryState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Dead];

    /// Its name in the store and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }
}

impl std::str::FromStr for DeliveryState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|state| state.name() == text)
            .ok_or_else(|| format!("`{text}` is no state of a delivery"))
    }
}

/// One message to one receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its id: the same in each try, so that a receiver can tell what it has seen (`webhook-id`).
    pub id: DeliveryId,
    /// To whom.
    pub webhook: WebhookId,
    /// About which job, or which report.
    pub subject: Uuid,
    /// Which end of it: a job that is retried ends again. Of a report: when it was made.
    pub ended_at: Timestamp,
    /// What happened.
    pub occasion: Occasion,
    /// What is sent, JSON.
    pub body: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// From when on it is tried: again, while it waits.
    pub next_at: Timestamp,
    /// From when on it counts as dead if it is not taken.
    pub dies_at: Timestamp,
    /// What the receiver said last: a status, or why there was none.
    pub answer: Option<String>,
}

/// How a try went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Taken.
    Taken(String),
    /// Not taken; asked to wait that long where the receiver said so.
    NotNow(String, Option<Duration>),
    /// The receiver wants no more of it (410), or may not be called.
    Never(String),
}

impl Delivery {
    /// The job that it is about, if it is about one.
    pub fn job(&self) -> Option<JobId> {
        Occasion::OF_JOBS
            .contains(&self.occasion)
            .then_some(JobId(self.subject))
    }

    /// What becomes of it after a try; `fraction` in `[0, 1)` spreads the tries of many.
    #[must_use]
    pub fn answered(mut self, answer: Answer, now: Timestamp, fraction: f64) -> Self {
        self.attempts += 1;
        let (state, said, wait) = match answer {
            Answer::Taken(said) => (DeliveryState::Delivered, said, None),
            Answer::Never(said) => (DeliveryState::Dead, said, None),
            Answer::NotNow(said, wait) => (DeliveryState::Waiting, said, wait),
        };
        self.state = state;
        self.answer = Some(said);
        if state == DeliveryState::Waiting {
            let own = delay(self.attempts, fraction);
            self.next_at = now.plus(wait.map_or(own, |asked| asked.clamp(own, LONGEST_DELAY)));
            if self.next_at >= self.dies_at {
                self.state = DeliveryState::Dead;
            }
        }
        self
    }

    /// To be sent once more, for as long as a new one.
    #[must_use]
    pub fn replayed(mut self, now: Timestamp) -> Self {
        self.state = DeliveryState::Waiting;
        self.attempts = 0;
        self.next_at = now;
        self.dies_at = now.plus(TRIED_FOR);
        self
    }
}

/// How long after so many tries the next follows: 5 s, doubled each time, two hours at most, less up to half by chance.
fn delay(attempts: u32, fraction: f64) -> Duration {
    let doublings = attempts.saturating_sub(1).min(16);
    let whole = FIRST_DELAY
        .saturating_mul(1 << doublings)
        .min(LONGEST_DELAY);
    whole.mul_f64(1.0 - fraction / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery() -> Delivery {
        Delivery {
            id: DeliveryId(Uuid::nil()),
            webhook: WebhookId(Uuid::nil()),
            subject: Uuid::nil(),
            ended_at: Timestamp(0),
            occasion: Occasion::Succeeded,
            body: String::new(),
            state: DeliveryState::Waiting,
            attempts: 0,
            next_at: Timestamp(0),
            dies_at: Timestamp(0).plus(TRIED_FOR),
            answer: None,
        }
    }

    fn refused(wait: Option<u64>) -> Answer {
        Answer::NotNow("500".to_owned(), wait.map(Duration::from_secs))
    }

    #[test]
    fn a_delivery_is_tried_for_a_day_and_then_dead() {
        let mut seen = delivery();
        let mut last = Timestamp(0);
        while seen.state == DeliveryState::Waiting {
            last = seen.next_at;
            seen = seen.answered(refused(None), last, 0.0);
        }
        assert_eq!(seen.state, DeliveryState::Dead);
        assert_eq!(seen.attempts, 22);
        let tried_for = last.since(Timestamp(0));
        assert!(tried_for > Duration::from_secs(22 * 3_600), "{tried_for:?}");
        let replayed = seen.replayed(last);
        assert_eq!(
            (replayed.state, replayed.attempts),
            (DeliveryState::Waiting, 0)
        );
        assert_eq!(replayed.dies_at, last.plus(TRIED_FOR));
    }

    #[test]
    fn the_delay_doubles_and_is_spread_and_a_receiver_may_ask_for_more() {
        let millis = |attempts, fraction| delay(attempts, fraction).as_millis();
        assert_eq!(
            [1, 2, 3].map(|attempts| millis(attempts, 0.0)),
            [5_000, 10_000, 20_000]
        );
        assert_eq!(millis(2, 0.5), 7_500);
        assert_eq!(millis(99, 0.0), 7_200_000);
        let next = |wait| {
            let seen = delivery().answered(refused(Some(wait)), Timestamp(0), 0.0);
            seen.next_at.since(Timestamp(0)).as_secs()
        };
        assert_eq!([next(1), next(60), next(99_999)], [5, 60, 7_200]);
    }

    #[test]
    fn a_receiver_that_is_gone_gets_no_more() {
        let seen = delivery().answered(Answer::Never("410".to_owned()), Timestamp(0), 0.0);
        assert_eq!(seen.state, DeliveryState::Dead);
    }

    #[test]
    fn two_secrets_sign_while_a_receiver_changes_over() {
        let webhook = Webhook {
            id: WebhookId(Uuid::nil()),
            tenant: "acme".parse().unwrap(),
            url: String::new(),
            occasions: Vec::new(),
            secrets: Vec::new(),
            created_at: Timestamp(0),
        };
        let webhook = webhook.rotated("a".to_owned(), Timestamp(0));
        let webhook = webhook.rotated("b".to_owned(), Timestamp(10));
        let signing = |now| webhook.signing(now).collect::<Vec<_>>();
        assert_eq!(signing(Timestamp(10)), ["b", "a"]);
        assert_eq!(signing(Timestamp(10).plus(BOTH_SIGN_FOR)), ["b"]);
        let webhook = webhook.rotated("c".to_owned(), Timestamp(20));
        assert_eq!(
            webhook.signing(Timestamp(20)).collect::<Vec<_>>(),
            ["c", "b"]
        );
    }
}
