//! A PostgreSQL server of a test's own, with a streaming replica: started from the installed binaries, gone when the test
//! ends.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::ports;

/// A primary and its replica.
pub(crate) struct Cluster {
    folder: tempfile::TempDir,
    binaries: PathBuf,
    primary: u16,
    replica: u16,
}

impl Cluster {
    /// A fresh one. `None` where PostgreSQL is not installed.
    pub(crate) fn start() -> Option<Self> {
        let cluster = Self::alone()?;
        cluster.start_replica();
        Some(cluster)
    }

    /// The same without the replica.
    pub(crate) fn alone() -> Option<Self> {
        let cluster = Self {
            folder: tempfile::tempdir().unwrap(),
            binaries: binaries()?,
            primary: ports::free_port(),
            replica: ports::free_port(),
        };
        // The server refuses to run as root, and whoever it runs as has to reach its folder.
        let folder = cluster.folder.path();
        if is_root() {
            done(Command::new("chown").arg("postgres").arg(folder));
        }
        let initdb = ["-A", "trust", "-U", "postgres", "--no-sync", "-D"];
        done(
            cluster
                .binary("initdb")
                .args(initdb)
                .arg(cluster.data("primary")),
        );
        cluster.run("primary", cluster.primary);
        Some(cluster)
    }

    fn start_replica(&self) {
        let port = self.primary.to_string();
        let backup = [
            "-h",
            "127.0.0.1",
            "-U",
            "postgres",
            "-R",
            "-c",
            "fast",
            "-p",
            &port,
            "-D",
        ];
        let replica = self.data("replica");
        done(self.binary("pg_basebackup").args(backup).arg(&replica));
        self.run("replica", self.replica);
    }

    /// Stops the primary at once, as a crash does, and starts it again.
    pub(crate) fn restart_primary(&self) {
        self.stop("primary");
        self.run("primary", self.primary);
    }

    /// Where decks are written.
    pub(crate) fn primary_url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.primary)
    }

    /// Where decks may be read.
    pub(crate) fn replica_url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.replica)
    }

    /// Stops the replica at once.
    pub(crate) fn stop_replica(&self) {
        self.stop("replica");
    }

    fn data(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, name: &str, port: u16) {
        let data = self.data(name);
        let folder = self.folder.path().display();
        let options = format!(
            "-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=30"
        );
        let mut start = self.binary("pg_ctl");
        start.args(["start", "-w", "-o", &options, "-l"]);
        done(start.arg(data.with_extension("log")).arg("-D").arg(&data));
    }

    fn stop(&self, name: &str) {
        let mut stop = self.binary("pg_ctl");
        stop.args(["stop", "-m", "immediate", "-D"])
            .arg(self.data(name));
        // It may be stopped already.
        let _stopped = stop.status();
    }

    fn binary(&self, name: &str) -> Command {
        let path = self.binaries.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir(self.folder.path());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop("replica");
        self.stop("primary");
    }
}

fn done(command: &mut Command) {
    let status = command.status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
}

/// Debian keeps them by version, out of the way.
fn binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.filter_map(|version| Some(version.ok()?.path().join("bin")));
    folders
        .filter(|folder| folder.join("pg_basebackup").is_file())
        .max()
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(Path::new("/proc/self")).is_ok_and(|own| own.uid() == 0)
}
