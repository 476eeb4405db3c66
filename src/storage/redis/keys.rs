//! Names in Redis: everything of one partition lies in one slot of a cluster, so that a script can change it at once.

use sha2::{Digest, Sha256};

use crate::domain::tenant::TenantId;

/// Partitions that tenants are spread over: more than a cluster has nodes, few enough to subscribe to one by one.
pub const PARTITIONS: u8 = 16;

/// The names under one prefix.
#[derive(Clone, Debug)]
pub struct Names {
    prefix: String,
}

impl Names {
    /// Names that begin with `prefix`.
    pub fn new(prefix: &str) -> Self {
        Self {
            prefix: prefix.to_owned(),
        }
    }

    /// The channel of a partition.
    pub fn channel(&self, partition: u8) -> String {
        format!("{}:{{p{partition:02}}}:told", self.prefix)
    }

    /// The stream of a tenant's events.
    pub fn events(&self, tenant: &TenantId) -> String {
        self.of_tenant(tenant, "events")
    }

    /// What is known of the events of a tenant that are no longer kept.
    pub fn forgotten(&self, tenant: &TenantId) -> String {
        self.of_tenant(tenant, "forgotten")
    }

    /// Something cached.
    pub fn cached(&self, key: &str) -> String {
        let partition = partition_of_key(key);
        format!("{}:{{p{partition:02}}}:cache:{key}", self.prefix)
    }

    /// The stamp of something cached.
    pub fn stamp(&self, key: &str) -> String {
        let partition = partition_of_key(key);
        format!("{}:{{p{partition:02}}}:stamp:{key}", self.prefix)
    }

    /// Something that is limited.
    pub fn limit(&self, subject: &str, name: &str) -> String {
        format!("{}:{{{subject}}}:{name}", self.prefix)
    }

    fn of_tenant(&self, tenant: &TenantId, what: &str) -> String {
        let partition = partition(tenant.as_str());
        format!("{}:{{p{partition:02}}}:{what}:{tenant}", self.prefix)
    }
}

/// The partition of a tenant.
pub fn partition(tenant: &str) -> u8 {
    let hash: [u8; 32] = Sha256::digest(tenant.as_bytes()).into();
    hash[0] % PARTITIONS
}

/// The partition of something cached: its tenant's, so that what is forgotten is heard before what is told.
pub fn partition_of_key(key: &str) -> u8 {
    partition(key.split('/').nth(1).unwrap_or(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::JobId;
    use crate::storage::cache::keys;

    #[test]
    fn what_a_tenant_is_told_and_what_it_caches_share_a_partition() {
        let tenant: TenantId = "acme".parse().unwrap();
        let key = keys::job(&tenant, JobId(uuid::Uuid::nil()));
        assert_eq!(partition_of_key(&key), partition("acme"));
        let names = Names::new("sc");
        let tag = |name: String| name.split_once('}').unwrap().0.to_owned();
        assert_eq!(tag(names.cached(&key)), tag(names.events(&tenant)));
    }
}
