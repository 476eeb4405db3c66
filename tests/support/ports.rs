//! Ports for servers that tests stop and start again.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::net::TcpListener;

/// A port that was free a moment ago, below those that systems give to outgoing connections: a client that tries to reach
/// a server that is stopped could otherwise be given the server's own port, and keep it.
pub(crate) fn free_port() -> u16 {
    let random = || RandomState::new().build_hasher().finish();
    loop {
        let port = 20_000 + u16::try_from(random() % 10_000).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
