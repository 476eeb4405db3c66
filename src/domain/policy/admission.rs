//! Take a new job or refuse it: only a tenant over its own quota is ever refused; a queue that can wait is no reason.

/// Parameters of admission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdmissionRules {
    /// Jobs of one tenant that may be queued or running.
    pub open_jobs_per_tenant: u64,
}

impl Default for AdmissionRules {
    fn default() -> Self {
        Self {
            open_jobs_per_tenant: 20_000,
        }
    }
}

/// What becomes of a new job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It is taken.
    Take,
    /// The tenant has as many open jobs as it may.
    OverQuota {
        /// How many it may have.
        limit: u64,
    },
}

/// Decides on one more job for a tenant that has `open` ones.
pub fn admit(rules: &AdmissionRules, open: u64) -> Admission {
    if open >= rules.open_jobs_per_tenant {
        Admission::OverQuota {
            limit: rules.open_jobs_per_tenant,
        }
    } else {
        Admission::Take
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_full_quota_refuses() {
        let rules = AdmissionRules {
            open_jobs_per_tenant: 2,
        };
        assert_eq!(admit(&rules, 1), Admission::Take);
        assert_eq!(admit(&rules, 2), Admission::OverQuota { limit: 2 });
    }
}
