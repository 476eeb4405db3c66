//! Roles: what of the platform a node does. Each needs only the stores, so any number of nodes may have any of them.

use serde::{Deserialize, Serialize};

use super::job::JobKind;

/// What of the platform a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers requests.
    Api,
    /// Holds event streams.
    Sse,
    /// Runs convert jobs.
    Convert,
    /// Runs export jobs.
    Export,
    /// Runs AI jobs.
    Ai,
}

impl Role {
    /// All roles: what a node has that is not told otherwise.
    pub const ALL: [Self; 5] = [Self::Api, Self::Sse, Self::Convert, Self::Export, Self::Ai];

    /// Its name in configuration and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Sse => "sse",
            Self::Convert => "convert",
            Self::Export => "export",
            Self::Ai => "ai",
        }
    }

    /// The jobs it runs, if any.
    pub fn jobs(self) -> Option<JobKind> {
        match self {
            Self::Api | Self::Sse => None,
            Self::Convert => Some(JobKind::Convert),
            Self::Export => Some(JobKind::Export),
            Self::Ai => Some(JobKind::Ai),
        }
    }

    /// The role a node needs to answer at a path; `None`: every node answers there. Health, metrics and the pools of a
    /// node are asked of that very node.
    pub fn of_path(path: &str) -> Option<Self> {
        if path == "/v1/events" {
            return Some(Self::Sse);
        }
        let of_node = path == "/v1/admin" || path.starts_with("/v1/admin/");
        (path.starts_with("/v1/") && !of_node).then_some(Self::Api)
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or_else(|| {
                format!("`{text}` is no role; there are api, sse, convert, export and ai")
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_job_has_a_role_and_every_role_reads_back() {
        let kinds: Vec<JobKind> = Role::ALL.into_iter().filter_map(Role::jobs).collect();
        assert_eq!(kinds, JobKind::ALL);
        for role in Role::ALL {
            assert_eq!(role.name().parse(), Ok(role));
        }
    }

    #[test]
    fn what_is_asked_of_a_node_is_answered_by_every_node() {
        for path in [
            "/healthz",
            "/readyz",
            "/metrics",
            "/v1/admin/pools",
            "/docs",
        ] {
            assert_eq!(Role::of_path(path), None, "{path}");
        }
        assert_eq!(Role::of_path("/v1/events"), Some(Role::Sse));
        assert_eq!(Role::of_path("/v1/documents/{id}"), Some(Role::Api));
    }
}
