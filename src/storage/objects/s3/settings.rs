//! Where a bucket is, who opens it, and how patient its client is.

use std::time::Duration;

/// Where a bucket is, who opens it, and how patient its client is.
#[derive(Clone, Debug)]
pub struct S3Settings {
    /// The bucket. It has to be there.
    pub bucket: String,
    /// Its region; absent: as the usual AWS chain says (environment, profile, the machine).
    pub region: Option<String>,
    /// The address of the API where it is not AWS's own.
    pub endpoint: Option<String>,
    /// The bucket in the path instead of the host name.
    pub path_style: bool,
    /// Who opens it; absent: as the usual AWS chain says.
    pub credentials: Option<S3Credentials>,
    /// How long a connection may take to come up.
    pub connect_timeout: Duration,
    /// How long one try may take, and how long a body may stall.
    pub timeout: Duration,
    /// How often something that can be repeated is tried again.
    pub retries: usize,
}

/// A key of the API.
#[derive(Clone)]
pub struct S3Credentials {
    /// Its public half.
    pub access_key: String,
    /// Its secret half.
    pub secret_key: String,
}

impl std::fmt::Debug for S3Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3Credentials")
            .field("access_key", &self.access_key)
            .finish_non_exhaustive()
    }
}
