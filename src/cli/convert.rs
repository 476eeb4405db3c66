//! `slidecraft convert`: a presentation in, deck JSON out, by the code of the convert job.

use std::io::Write;
use std::path::Path;

use super::arguments::Convert;
use super::streams::{assets_folder, is_stream, read_deck, write_all, write_assets};
use crate::deck::package::limits::PackageLimits;
use crate::deck::schema::json::write_deck;

/// Converts what was asked for.
pub fn run(asked: &Convert, limits: &PackageLimits, output: &mut dyn Write) -> anyhow::Result<()> {
    let read = read_deck(&asked.input, None, limits)?;
    let to = asked.output.as_deref().unwrap_or(Path::new("-"));
    let folder = asked
        .assets
        .clone()
        .or_else(|| (!is_stream(to)).then(|| assets_folder(to)));
    if let Some(folder) = folder
        && !read.assets.is_empty()
    {
        write_assets(&folder, &read.assets, output)?;
    }
    let mut json = write_deck(&read.deck, !asked.compact);
    json.push(b'\n');
    write_all(to, &json, output)
}
