//! A clock that jumps by an hour under a node that is at work: libfaketime stands between the two.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::clients::Clients;
use super::node::{Node, block_on};
use super::run::{Run, fault_for};

/// Where Debian keeps it, whatever the processor.
fn library() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").ok()?;
    let mut found = folders
        .filter_map(|folder| Some(folder.ok()?.path().join("faketime/libfaketimeMT.so.1")))
        .filter(|path| path.is_file());
    let found = found.next();
    if found.is_none() {
        eprintln!(
            "skipped: clocks that jump; install libfaketime (Debian: apt-get install faketime)"
        );
    }
    found
}

fn set(clock: &Path, offset: &str) {
    std::fs::write(clock, format!("{offset}\n")).unwrap();
}

/// A node works while its clock jumps, and jumps back.
fn jumps(name: &'static str, offset: &str, seen: &str) {
    let Some(library) = library() else {
        return;
    };
    block_on(async {
        let run = Run::new(name);
        let clock = run.folder.path().join("clock");
        set(&clock, "+0");
        let settings = [
            ("LD_PRELOAD", library.to_str().unwrap()),
            ("FAKETIME_TIMESTAMP_FILE", clock.to_str().unwrap()),
            ("FAKETIME_CACHE_DURATION", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("DONT_FAKE_MONOTONIC", "1"),
            ("SLIDECRAFT__QUEUE__LEASE", "2s"),
            ("SLIDECRAFT__QUEUE__BEAT", "500ms"),
        ];
        let node = Node::start_with(run.folder.path(), &settings);
        let clients = Clients::of(&[&node]);
        let before = run.pace(&clients).await;
        let mut jobs = run.load(&clients, 40, 60).await;
        set(&clock, offset);
        // The library looks at its file once a second.
        let (more, ()) = tokio::join!(
            run.load(&clients, 40, 20),
            fault_for(Duration::from_secs(3))
        );
        jobs.extend(more);
        jobs.extend(run.load(&clients, 40, 20).await);
        set(&clock, "+0");
        fault_for(Duration::from_secs(2)).await;
        jobs.extend(run.load(&clients, 40, 20).await);
        run.recovered(&clients, before).await;
        run.judge(&clients, &jobs, seen).await;
        assert!(node.terminate().success());
    });
}

#[test]
fn the_clock_jumps_forward() {
    jumps(
        "the clock jumps one hour forward, and back again (embedded)",
        "+3600",
        "forward is believed, back is not: no job waits an hour, none ends twice",
    );
}

#[test]
fn the_clock_jumps_back() {
    jumps(
        "the clock jumps one hour back, and forward again (embedded)",
        "-3600",
        "time goes on from where it was: no job waits an hour, none ends twice",
    );
}
