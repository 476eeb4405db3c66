//! Tenants and the tiers they are in.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The customer a document, a job or a key belongs to: 1 to 64 of `a-z`, `0-9`, `-` and `_`. Those of customers begin with
/// no `_`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TenantId(Arc<str>);

/// Why a text is no tenant id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a tenant is 1 to 64 of a-z, 0-9, - and _, and begins with no _")]
pub struct InvalidTenant;

impl TenantId {
    /// Those who run the platform: whose stream tells what happens to pools. No customer's id begins like this.
    pub fn operators() -> Self {
        Self("_operators".into())
    }

    /// A customer's id, from outside.
    pub fn of_customer(text: &str) -> Result<Self, InvalidTenant> {
        let id: Self = text.parse()?;
        if text.starts_with('_') {
            return Err(InvalidTenant);
        }
        Ok(id)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TenantId {
    type Err = InvalidTenant;

    fn from_str(text: &str) -> Result<Self, InvalidTenant> {
        let fits = (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b));
        if fits {
            Ok(Self(text.into()))
        } else {
            Err(InvalidTenant)
        }
    }
}

impl TryFrom<String> for TenantId {
    type Error = InvalidTenant;

    fn try_from(text: String) -> Result<Self, InvalidTenant> {
        text.parse()
    }
}

impl From<TenantId> for String {
    fn from(tenant: TenantId) -> Self {
        tenant.0.as_ref().to_owned()
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The customer class of a tenant. A lower number is served first, until ageing says otherwise.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Contract with its own objectives.
    Enterprise,
    /// Paying.
    #[default]
    Standard,
    /// Not paying.
    Free,
}

impl Tier {
    /// All tiers, first served first.
    pub const ALL: [Self; 3] = [Self::Enterprise, Self::Standard, Self::Free];

    /// Its place in the order, from 0.
    pub fn rank(self) -> u8 {
        match self {
            Self::Enterprise => 0,
            Self::Standard => 1,
            Self::Free => 2,
        }
    }

    /// The tier with that rank.
    pub fn from_rank(rank: u8) -> Option<Self> {
        Self::ALL.get(usize::from(rank)).copied()
    }

    /// Its name in configuration, metrics and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Standard => "standard",
            Self::Free => "free",
        }
    }
}

impl FromStr for Tier {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|tier| tier.name() == text)
            .ok_or_else(|| format!("`{text}` is no tier; there are enterprise, standard and free"))
    }
}

/// The tiers whose jobs a pool takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tiers([bool; Tier::ALL.len()]);

impl Tiers {
    /// Everyone's.
    pub const ALL: Self = Self([true; Tier::ALL.len()]);

    /// One tier's alone.
    pub fn only(tier: Tier) -> Self {
        let mut served = [false; Tier::ALL.len()];
        served[usize::from(tier.rank())] = true;
        Self(served)
    }

    /// These but for one, which has workers of its own.
    #[must_use]
    pub fn without(mut self, tier: Tier) -> Self {
        self.0[usize::from(tier.rank())] = false;
        self
    }

    /// Whether a tier's jobs are taken.
    pub fn serve(self, tier: Tier) -> bool {
        self.0[usize::from(tier.rank())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_customer_is_taken_for_the_operators() {
        assert!(TenantId::of_customer("acme_2").is_ok());
        assert_eq!(TenantId::of_customer("_operators"), Err(InvalidTenant));
        assert_eq!("_operators".parse(), Ok(TenantId::operators()));
    }

    #[test]
    fn a_tier_is_served_by_its_own_pool_or_by_everyones() {
        let own = Tiers::only(Tier::Enterprise);
        let others = Tiers::ALL.without(Tier::Enterprise);
        for tier in Tier::ALL {
            assert_ne!(own.serve(tier), others.serve(tier), "{tier:?}");
        }
    }
}
