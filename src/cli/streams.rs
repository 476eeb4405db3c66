//! Files and streams: `-` is standard input or output, and a file is whole or not there.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use bytes::Bytes;

use super::progress::SlideBar;
use crate::deck::model::asset::AssetId;
use crate::deck::package::limits::PackageLimits;
use crate::deck::read::Read as ReadDeck;
use crate::deck::schema::json::read_deck_bytes;
use crate::domain::failure::Failure;
use crate::work::{job_work, source};

/// Whether a path means standard input or output.
pub fn is_stream(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// All bytes of a file or of standard input.
pub fn read_all(path: &Path) -> anyhow::Result<Bytes> {
    if is_stream(path) {
        let mut bytes = Vec::new();
        std::io::stdin()
            .read_to_end(&mut bytes)
            .context("standard input cannot be read")?;
        return Ok(bytes.into());
    }
    let bytes =
        std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(bytes.into())
}

/// Writes a file, or to `output` for `-`. A file is written beside and renamed, so that nobody sees half of it.
pub fn write_all(path: &Path, bytes: &[u8], output: &mut dyn Write) -> anyhow::Result<()> {
    if is_stream(path) {
        output.write_all(bytes)?;
        output.flush()?;
        return Ok(());
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".unfinished");
    let unfinished = PathBuf::from(name);
    let written =
        std::fs::write(&unfinished, bytes).and_then(|()| std::fs::rename(&unfinished, path));
    if written.is_err() {
        // The write already failed; there may be nothing to remove.
        drop(std::fs::remove_file(&unfinished));
    }
    written.with_context(|| format!("{} cannot be written", path.display()))
}

/// Reads a deck from a presentation, Markdown, or deck JSON with its assets beside it.
pub fn read_deck(
    input: &Path,
    assets: Option<&Path>,
    limits: &PackageLimits,
) -> anyhow::Result<ReadDeck> {
    let bytes = read_all(input)?;
    if looks_like_json(input, &bytes) {
        let deck = read_deck_bytes(&bytes).map_err(|faults| {
            let told: Vec<String> = faults
                .iter()
                .map(|fault| format!("  {}: {}", or_root(&fault.pointer), fault.detail))
                .collect();
            let name = if is_stream(input) {
                "standard input".into()
            } else {
                input.to_string_lossy()
            };
            anyhow::anyhow!("{name} is no deck:\n{}", told.join("\n"))
        })?;
        let folder = assets.map_or_else(|| assets_folder(input), Path::to_owned);
        let assets = read_assets(&folder, deck.assets.keys());
        return Ok(ReadDeck { deck, assets });
    }
    let name = if is_stream(input) {
        String::new()
    } else {
        input.to_string_lossy().into_owned()
    };
    let format = match job_work::recognise(&name, &bytes) {
        Ok(format) => format,
        // A pipe has no name; text is Markdown then.
        Err(_) if name.is_empty() && std::str::from_utf8(&bytes).is_ok() => {
            crate::domain::job::SourceFormat::Markdown
        }
        Err(sentence) => bail!("{sentence}"),
    };
    let parsed = source::parse(limits, format, &bytes).map_err(|failure| told(&failure))?;
    source::normalize(&parsed, &name, &SlideBar::new("reading")).map_err(|failure| told(&failure))
}

/// A failure of a job as an error of a command.
pub fn told(failure: &Failure) -> anyhow::Error {
    anyhow::anyhow!("{} ({})", failure.message, failure.code.name())
}

fn or_root(pointer: &str) -> &str {
    if pointer.is_empty() { "/" } else { pointer }
}

fn looks_like_json(path: &Path, bytes: &[u8]) -> bool {
    let named = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    named || (is_stream(path) && bytes.trim_ascii_start().starts_with(b"{"))
}

/// The folder beside a deck JSON that holds its assets.
pub fn assets_folder(deck: &Path) -> PathBuf {
    deck.with_extension("assets")
}

fn read_assets<'a>(
    folder: &Path,
    ids: impl Iterator<Item = &'a AssetId>,
) -> BTreeMap<AssetId, Arc<[u8]>> {
    // An asset that is not there is drawn as a missing picture.
    ids.filter_map(|id| {
        let bytes = std::fs::read(folder.join(&id.0)).ok()?;
        Some((id.clone(), Arc::from(bytes)))
    })
    .collect()
}

/// Writes assets into a folder, by their hashes.
pub fn write_assets(
    folder: &Path,
    assets: &BTreeMap<AssetId, Arc<[u8]>>,
    output: &mut dyn Write,
) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("{} cannot be made", folder.display()))?;
    for (id, bytes) in assets {
        write_all(&folder.join(&id.0), bytes, output)?;
    }
    Ok(())
}
