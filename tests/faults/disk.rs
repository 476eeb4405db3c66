//! A disk that is full: database and objects on a small file system of their own, which something else fills.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::clients::Clients;
use super::node::{Node, block_on};
use super::run::{Run, fault_for};

/// A file system in memory; gone when dropped.
struct Small(PathBuf);

impl Small {
    /// Mounts one of 64 MiB. `None` where that is not allowed, which is said.
    fn mount(folder: &Path) -> Option<Self> {
        std::fs::create_dir_all(folder).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=64m", "tmpfs"])
            .arg(folder)
            .stderr(Stdio::null())
            .status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self(folder.to_owned()));
        }
        eprintln!(
            "skipped: the full disk; to mount a small file system the tests have to run as root"
        );
        None
    }

    /// Writes until nothing more fits.
    fn fill(&self) -> PathBuf {
        let path = self.0.join("ballast");
        let mut ballast = File::create(&path).unwrap();
        for size in [1 << 20, 4_096, 1] {
            while ballast.write_all(&vec![0; size]).is_ok() {}
        }
        path
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn the_disk_is_full() {
    block_on(async {
        let run = Run::new("the disk of database and objects is full for 4 s (embedded)");
        let Some(disk) = Small::mount(&run.folder.path().join("data")) else {
            return;
        };
        let node = Node::start(run.folder.path());
        let clients = Clients::of(&[&node]);
        let before = run.pace(&clients).await;
        let mut jobs = run.load(&clients, 16, 40).await;
        let fault = async {
            let ballast = disk.fill();
            fault_for(Duration::from_secs(4)).await;
            std::fs::remove_file(ballast).unwrap();
        };
        let (more, ()) = tokio::join!(run.load(&clients, 40, 20), fault);
        jobs.extend(more);
        run.recovered(&clients, before).await;
        run.judge(
            &clients,
            &jobs,
            "uploads are answered 503 and sent again; jobs wait until there is room",
        )
        .await;
        assert!(node.terminate().success());
    });
}
