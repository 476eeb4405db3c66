//! `[quotas.*]`: how much a tenant of each tier may ask for, over all nodes.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::policy::quota::{Quota, Quotas as Rules};
use crate::domain::policy::rate::Rate;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);
const MICRO_DOLLARS_A_CENT: u64 = 10_000;

/// `[quotas]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Quotas {
    /// Contract with its own objectives.
    pub enterprise: TierQuota,
    /// Paying.
    pub standard: TierQuota,
    /// Not paying.
    pub free: TierQuota,
}

/// `[quotas.TIER]`: for each tenant of the tier. 0 is no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TierQuota {
    /// Requests a minute.
    pub requests_per_minute: u64,
    /// New jobs an hour.
    pub jobs_per_hour: u64,
    /// Bytes uploaded a day.
    pub upload_bytes_per_day: u64,
    /// Tokens of AI models a day.
    pub ai_tokens_per_day: u64,
    /// Cents that AI models cost a day, by the price table.
    pub ai_cents_per_day: u64,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            enterprise: TierQuota::default(),
            standard: TierQuota {
                requests_per_minute: 600_000,
                jobs_per_hour: 200_000,
                upload_bytes_per_day: 1 << 40,
                ai_tokens_per_day: 20_000_000,
                ai_cents_per_day: 5_000,
            },
            free: TierQuota {
                requests_per_minute: 6_000,
                jobs_per_hour: 1_000,
                upload_bytes_per_day: 10 << 30,
                ai_tokens_per_day: 200_000,
                ai_cents_per_day: 50,
            },
        }
    }
}

impl Quotas {
    /// As the domain has them.
    pub fn rules(&self) -> Rules {
        Rules {
            enterprise: self.enterprise.rule(),
            standard: self.standard.rule(),
            free: self.free.rule(),
        }
    }
}

impl TierQuota {
    fn rule(&self) -> Quota {
        let rate = |amount, window| (amount > 0).then_some(Rate { amount, window });
        Quota {
            requests: rate(self.requests_per_minute, MINUTE),
            jobs: rate(self.jobs_per_hour, HOUR),
            upload_bytes: rate(self.upload_bytes_per_day, DAY),
            ai_tokens: rate(self.ai_tokens_per_day, DAY),
            ai_money: rate(
                self.ai_cents_per_day.saturating_mul(MICRO_DOLLARS_A_CENT),
                DAY,
            ),
        }
    }
}
