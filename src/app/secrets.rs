//! What only this installation knows: chance from the operating system, and files that nobody else may read.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use anyhow::Context;
use rand::TryRng;
use rand::rngs::SysRng;

use crate::domain::ids::IdSource;

/// The one source of ids and chance of this process, seeded by the operating system.
pub fn id_source() -> anyhow::Result<IdSource> {
    let mut seed = [0; 32];
    SysRng
        .try_fill_bytes(&mut seed)
        .context("the operating system gives no random numbers")?;
    Ok(IdSource::seeded(seed))
}

/// A secret of this installation, made the first time it is asked for.
pub fn installation_secret(path: &Path, ids: &IdSource) -> anyhow::Result<[u8; 32]> {
    let mut secret = [0; 32];
    match File::open(path) {
        Ok(mut file) => file.read_exact(&mut secret).with_context(|| {
            format!(
                "{} is damaged; delete it, and signed links end",
                path.display()
            )
        })?,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            ids.fill(&mut secret);
            write_private(path, &secret)?;
        }
        Err(error) => {
            return Err(error).with_context(|| format!("{} cannot be read", path.display()));
        }
    }
    Ok(secret)
}

/// Writes a file that only its owner may read.
pub fn write_private(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.with_context(|| format!("{} cannot be written", path.display()))
}
