//! The data folder, for one process that serves from it.

use std::fs::{File, TryLockError};
use std::path::Path;

use anyhow::{Context, bail};

/// Makes the folder where there is none, and takes it until the answer is dropped: two that serve from one folder would
/// take each other's unfinished files, and the newer one would change the database under the older.
pub fn take(folder: &Path) -> anyhow::Result<File> {
    std::fs::create_dir_all(folder).with_context(|| {
        format!(
            "the data folder {} cannot be made; set SLIDECRAFT__DATA__FOLDER to one that can",
            folder.display()
        )
    })?;
    let path = folder.join("lock");
    let file = File::create(&path).with_context(|| format!("{} cannot be made", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "another slidecraft serves from {}; stop it, or set SLIDECRAFT__DATA__FOLDER to another folder",
            folder.display()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", path.display()))
        }
    }
}
