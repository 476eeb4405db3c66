//! API keys: who may do what, for which tenant. Only hashes are kept.

pub mod around;
pub mod minting;
pub mod sql;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use crate::domain::ids::KeyId;
use crate::domain::tenant::{TenantId, Tier};
use crate::domain::time::Timestamp;

/// What a key allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Read the tenant's documents, jobs and events.
    Read,
    /// Upload, edit, export, cancel.
    Write,
    /// `/v1/admin` and `/metrics`, over all tenants.
    Admin,
    /// `/v1/admin/chaos`.
    Chaos,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Admin, Self::Chaos];

    /// Its name on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
            Self::Chaos => "chaos",
        }
    }
}

impl std::str::FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.name() == text)
            .ok_or_else(|| format!("`{text}` is no scope; there are read, write, admin and chaos"))
    }
}

/// A key as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its id, which names it in lists.
    pub id: KeyId,
    /// What its owner calls it.
    pub name: String,
    /// Its first characters, to recognise it by.
    pub prefix: String,
    /// The lower-case hexadecimal SHA-256 of the whole key.
    #[serde(skip)]
    pub hash: String,
    /// Whose it is.
    pub tenant: TenantId,
    /// The class that tenant is in.
    pub tier: Tier,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// API keys.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// Keeps a key.
    async fn add(&self, key: ApiKey) -> Result<(), StoreError>;

    /// The key with that hash, unless it was revoked.
    async fn by_hash(&self, hash: &str) -> Result<Option<ApiKey>, StoreError>;

    /// All keys, newest first.
    async fn list(&self) -> Result<Vec<ApiKey>, StoreError>;

    /// Revokes a key; answers whether there was one to revoke.
    async fn revoke(&self, id: KeyId, now: Timestamp) -> Result<bool, StoreError>;
}
