//! The machine: what it is, what is left of it, and the end of a log.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};

/// How much of a log is kept, in bytes.
const TAIL: u64 = 4 * 1024 * 1024;

/// What the machine is. What a system does not tell is null.
pub(super) fn facts(folder: &Path) -> Value {
    let kernel = |path: &str| {
        fs::read_to_string(path)
            .ok()
            .map(|text| text.trim().to_owned())
    };
    let memory = kernel("/proc/meminfo").map(|text| {
        let lines = text.lines().filter(|line| {
            let wanted = ["MemTotal", "MemAvailable", "SwapFree"];
            wanted.iter().any(|name| line.starts_with(name))
        });
        lines.map(str::to_owned).collect::<Vec<_>>()
    });
    let files = fs::read_dir(folder).map(|entries| entries.filter_map(Result::ok));
    let files: Vec<Value> = files.map_or_else(
        |_| Vec::new(),
        |entries| {
            let sized = entries.filter_map(|entry| {
                let bytes = entry.metadata().ok().filter(fs::Metadata::is_file)?.len();
                Some(json!({ "name": entry.file_name().to_string_lossy(), "bytes": bytes }))
            });
            sized.collect()
        },
    );
    // Their names only: values may be secrets.
    let mut variables: Vec<String> = std::env::vars_os()
        .map(|(name, _)| name.to_string_lossy().into_owned())
        .filter(|name| name.starts_with("SLIDECRAFT"))
        .collect();
    variables.sort();
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "system": std::env::consts::OS,
        "architecture": std::env::consts::ARCH,
        "kernel": kernel("/proc/sys/kernel/osrelease"),
        "cores": std::thread::available_parallelism().ok().map(std::num::NonZero::get),
        "memory": memory,
        "memory_limit": kernel("/sys/fs/cgroup/memory.max"),
        "cores_limit": kernel("/sys/fs/cgroup/cpu.max"),
        "load": kernel("/proc/loadavg"),
        "limits": kernel("/proc/self/limits"),
        "variables": variables,
        "data_folder": { "path": folder, "files": files },
    })
}

/// The last few megabytes of a log.
pub(super) fn tail(path: &Path) -> anyhow::Result<String> {
    let read = || {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
        let mut bytes = Vec::new();
        file.take(TAIL).read_to_end(&mut bytes)?;
        Ok::<_, std::io::Error>(bytes)
    };
    let bytes = read().with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
