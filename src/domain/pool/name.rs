//! Which pool: the one of a kind of job, or one that a customer tier has to itself.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::job::JobKind;
use crate::domain::tenant::Tier;

/// A pool's name: `convert`, or `convert.enterprise` for the workers that only enterprise tenants have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PoolName {
    /// What its jobs are.
    pub kind: JobKind,
    /// Whose alone; everyone's else where absent.
    pub tier: Option<Tier>,
}

impl PoolName {
    /// All names there can be: each kind's pool, followed by those of its tiers.
    pub const ALL: [Self; 12] = {
        let mut all = [Self {
            kind: JobKind::Convert,
            tier: None,
        }; 12];
        let mut i = 0;
        while i < 12 {
            let tier = if i % 4 == 0 {
                None
            } else {
                Some(Tier::ALL[i % 4 - 1])
            };
            all[i] = Self {
                kind: JobKind::ALL[i / 4],
                tier,
            };
            i += 1;
        }
        all
    };

    /// Its name in addresses, metrics, events and logs.
    pub fn name(self) -> &'static str {
        match (self.kind, self.tier) {
            (kind, None) => kind.name(),
            (JobKind::Convert, Some(Tier::Enterprise)) => "convert.enterprise",
            (JobKind::Convert, Some(Tier::Standard)) => "convert.standard",
            (JobKind::Convert, Some(Tier::Free)) => "convert.free",
            (JobKind::Export, Some(Tier::Enterprise)) => "export.enterprise",
            (JobKind::Export, Some(Tier::Standard)) => "export.standard",
            (JobKind::Export, Some(Tier::Free)) => "export.free",
            (JobKind::Ai, Some(Tier::Enterprise)) => "ai.enterprise",
            (JobKind::Ai, Some(Tier::Standard)) => "ai.standard",
            (JobKind::Ai, Some(Tier::Free)) => "ai.free",
        }
    }
}

impl From<JobKind> for PoolName {
    fn from(kind: JobKind) -> Self {
        Self { kind, tier: None }
    }
}

impl fmt::Display for PoolName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for PoolName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, tier) = match text.split_once('.') {
            Some((kind, tier)) => (kind, Some(tier.parse()?)),
            None => (text, None),
        };
        let kind = kind.parse()?;
        Ok(Self { kind, tier })
    }
}

impl TryFrom<String> for PoolName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<PoolName> for String {
    fn from(name: PoolName) -> Self {
        name.name().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_as_it_is_written() {
        for name in PoolName::ALL {
            assert_eq!(name.name().parse(), Ok(name));
        }
        assert!("convert.gold".parse::<PoolName>().is_err());
        assert!("mail".parse::<PoolName>().is_err());
        let names: std::collections::BTreeSet<_> = PoolName::ALL.map(PoolName::name).into();
        assert_eq!(names.len(), PoolName::ALL.len());
    }
}
