//! What a tenant may ask for in a time, by its tier.

use super::rate::Rate;
use crate::domain::tenant::Tier;

/// What is limited of a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Metered {
    /// Requests to the API.
    Requests,
    /// New jobs.
    Jobs,
    /// Bytes uploaded.
    UploadBytes,
    /// Tokens of AI models.
    AiTokens,
    /// Millionths of a dollar that AI models cost.
    AiMoney,
}

impl Metered {
    /// Its name in headers, in problems and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Jobs => "jobs",
            Self::UploadBytes => "upload-bytes",
            Self::AiTokens => "ai-tokens",
            Self::AiMoney => "ai-micro-dollars",
        }
    }

    /// In words, after "At most 100".
    pub fn words(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Jobs => "new jobs",
            Self::UploadBytes => "uploaded bytes",
            Self::AiTokens => "tokens of AI models",
            Self::AiMoney => "millionths of a dollar for AI models",
        }
    }
}

/// The rates of one tenant; none is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quota {
    /// Of requests.
    pub requests: Option<Rate>,
    /// Of new jobs.
    pub jobs: Option<Rate>,
    /// Of bytes uploaded.
    pub upload_bytes: Option<Rate>,
    /// Of tokens of AI models.
    pub ai_tokens: Option<Rate>,
    /// Of millionths of a dollar for AI models.
    pub ai_money: Option<Rate>,
}

impl Quota {
    /// The rate of one of them.
    pub fn of(&self, metered: Metered) -> Option<Rate> {
        match metered {
            Metered::Requests => self.requests,
            Metered::Jobs => self.jobs,
            Metered::UploadBytes => self.upload_bytes,
            Metered::AiTokens => self.ai_tokens,
            Metered::AiMoney => self.ai_money,
        }
    }
}

/// The quotas of all tiers. None at all by default: the configuration gives them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quotas {
    /// Of enterprise tenants.
    pub enterprise: Quota,
    /// Of standard tenants.
    pub standard: Quota,
    /// Of free tenants.
    pub free: Quota,
}

impl Quotas {
    /// That of a tier.
    pub fn of(&self, tier: Tier) -> &Quota {
        match tier {
            Tier::Enterprise => &self.enterprise,
            Tier::Standard => &self.standard,
            Tier::Free => &self.free,
        }
    }
}
