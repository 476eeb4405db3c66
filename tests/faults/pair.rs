//! Two nodes on one PostgreSQL and one bucket, each with its own folder and address.

use std::path::Path;

use super::node::Node;
use super::ports;
use super::run::Run;

/// Settings of a node of a test: leases so short that a test can wait for them, few connections, faults on purpose.
const SETTINGS: [(&str, &str); 5] = [
    ("SLIDECRAFT__QUEUE__LEASE", "2s"),
    ("SLIDECRAFT__QUEUE__BEAT", "500ms"),
    ("SLIDECRAFT__QUEUE__RETRY_BASE", "200ms"),
    ("SLIDECRAFT__DATABASE__CONNECTIONS", "8"),
    ("SLIDECRAFT__CHAOS__ENABLED", "true"),
];

/// Two nodes.
pub(crate) struct Pair {
    /// The first: it leads, as it was there before the other.
    pub(crate) one: Node,
    /// The second.
    pub(crate) other: Node,
}

impl Pair {
    /// Starts them.
    pub(crate) fn start(run: &Run, database: &str, more: &[(&str, &str)]) -> Self {
        let one = member(run.folder.path(), "one", database, more);
        let data = run.folder.path().join("other/data");
        std::fs::create_dir_all(&data).unwrap();
        std::fs::write(data.join("first-key"), one.key()).unwrap();
        let other = member(run.folder.path(), "other", database, more);
        Self { one, other }
    }
}

/// Starts a node of that name, again perhaps.
pub(crate) fn member(folder: &Path, name: &str, database: &str, more: &[(&str, &str)]) -> Node {
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let mut settings = SETTINGS.to_vec();
    settings.push(("SLIDECRAFT__DATABASE__URL", database));
    settings.extend_from_slice(more);
    Node::start_with(&folder, &settings)
}

/// An address that was free a moment ago, for a node that is started again at the same place.
pub(crate) fn free_address() -> String {
    format!("127.0.0.1:{}", ports::free_port())
}

/// Says that a case is left out.
pub(crate) fn missing() {
    assert!(
        std::env::var_os("CI").is_none(),
        "PostgreSQL's programs are missing, and CI needs them"
    );
    eprintln!(
        "skipped: the faults of PostgreSQL; install its server (Debian: apt-get install postgresql)"
    );
}
