//! `slidecraft backup`: a copy of the data folder that can be started from, while the node goes on.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::progress::CountBar;
use crate::app::stores::{embedded_path, postgres};
use crate::config::settings::Settings;
use crate::storage::database::postgres::place;
use crate::storage::database::sqlite::copy_to;

/// What of the data folder is no more than a moment's.
const PASSING: [&str; 2] = ["unfinished", "lock"];

/// Copies what the settings name to a folder that is not there yet.
pub async fn run(to: &Path, settings: &Settings, output: &mut dyn Write) -> anyhow::Result<()> {
    if let Some(server) = postgres(settings) {
        bail!(
            "the database is PostgreSQL at {}, which makes its own backups: `pg_dump --format=custom --file=slidecraft.dump URL` and `pg_restore`, or your provider's; objects in a bucket are kept by its versioning. docs/OPERATE.md has both, tried",
            place(&server.url)
        );
    }
    let from = &settings.data.folder;
    let database = embedded_path(from);
    if !database.is_file() {
        bail!(
            "there is no database in {}; run this where the node runs, or name its folder by SLIDECRAFT__DATA__FOLDER",
            from.display()
        );
    }
    if to.exists() {
        bail!(
            "{} is there already; name a folder that is not",
            to.display()
        );
    }
    fs::create_dir_all(to).with_context(|| format!("{} cannot be made", to.display()))?;
    // The database first: what it names is kept as long as it is named, so all of it is still there to be copied.
    copy_to(&database, &embedded_path(to))
        .await
        .with_context(|| format!("{} cannot be copied", database.display()))?;
    let files = copy_files(from, to)?;
    writeln!(
        output,
        "{} holds the database and {files} files. To start from it: SLIDECRAFT__DATA__FOLDER={} slidecraft",
        to.display(),
        to.display()
    )?;
    Ok(())
}

/// Everything but the database; answers how many files.
fn copy_files(from: &Path, to: &Path) -> anyhow::Result<usize> {
    let mut files = Vec::new();
    list(from, Path::new(""), &mut files)?;
    let bar = CountBar::new("files", files.len());
    let mut copied = 0;
    for file in files {
        let (source, target) = (from.join(&file), to.join(&file));
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("{} cannot be made", folder.display()))?;
        }
        match fs::copy(&source, &target) {
            Ok(_) => copied += 1,
            // Deleted by a user since the list was made.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("{} cannot be copied", source.display()));
            }
        }
        bar.add(1);
    }
    Ok(copied)
}

fn list(from: &Path, below: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let folder = from.join(below);
    let entries = fs::read_dir(&folder);
    let entries = entries.with_context(|| format!("{} cannot be read", folder.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("{} cannot be read", folder.display()))?;
        let name = entry.file_name();
        let text = name.to_string_lossy();
        if PASSING.contains(&text.as_ref()) || text.starts_with("slidecraft.db") {
            continue;
        }
        let path = below.join(&name);
        if entry.path().is_dir() {
            list(from, &path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
