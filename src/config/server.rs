//! `[server]`: where the node listens, and how it stops.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::span::Span;
use crate::domain::role::Role;

/// `[server]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Address and port. Only this machine by default: whoever opens it to others decides so.
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// What of the platform this node does: any of `api`, `sse`, `convert`, `export` and `ai`.
    #[schemars(with = "Vec<String>")]
    pub roles: Vec<Role>,
    /// Threads that answer HTTP; 0 takes as many as there are cores.
    pub threads: usize,
    /// The address clients reach the node by, where it is not the one they asked: signed links begin with it. Empty: relative links.
    pub public_url: String,
    /// How long running jobs may take to finish after SIGTERM; what is left then is given back to the queue.
    pub drain_grace: Span,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            roles: Role::ALL.to_vec(),
            threads: 0,
            public_url: String::new(),
            drain_grace: Span::seconds(25),
        }
    }
}
