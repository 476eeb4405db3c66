//! `slidecraft capacity report`: what is left of each pool, and until when.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};

use super::arguments::{CapacityReporting, ReportFormat};
use crate::app::capacity::desk;
use crate::app::stores::Stores;
use crate::config::settings::Settings;
use crate::domain::capacity::hours::KEPT;
use crate::reporting::{markdown, page};

/// Hours that are counted in one go.
const AT_ONCE: u32 = 168;

/// Makes a report from what the settings name.
pub async fn report(
    asked: &CapacityReporting,
    settings: &Settings,
    stores: &Stores,
    output: &mut dyn Write,
) -> anyhow::Result<()> {
    let since = asked.since;
    if since > KEPT {
        bail!("hours are kept for 400 days; ask for --since 400d at most");
    }
    let now = stores.clock.now();
    // Hours that no running node has counted yet are part of it.
    while stores.capacity.roll_up(now, AT_ONCE).await? == AT_ONCE {}
    let report = desk(settings, stores, &[]).report(now, since).await?;
    let text = match asked.format() {
        ReportFormat::Markdown => markdown::write(&report),
        ReportFormat::Html => page::whole(&report),
        ReportFormat::Json => serde_json::to_string_pretty(&report)? + "\n",
    };
    match &asked.output {
        Some(path) if path != Path::new("-") => {
            fs::write(path, text)
                .with_context(|| format!("{} cannot be written", path.display()))?;
        }
        Some(_) | None => output.write_all(text.as_bytes())?,
    }
    Ok(())
}
