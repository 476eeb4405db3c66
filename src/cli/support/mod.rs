//! `slidecraft support-bundle`: what whoever helps needs to see, in one file. No deck, no question, no name of a file, no key.

mod bundle;
mod host;
mod node;
mod store;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;

use self::bundle::Bundle;
use super::progress::CountBar;
use crate::config::settings::Settings;
use crate::domain::time::{Clock, SystemClock, Timestamp};

/// What a bundle is made of.
#[derive(Debug, Args)]
pub struct Support {
    /// Where it goes; `slidecraft-support-TIME.zip` here where absent.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// A running node, where it is not what the configuration says.
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// A key with the scope `admin`, for what the node tells of itself; the first key of the data folder where absent.
    #[arg(
        long,
        value_name = "KEY",
        env = "SLIDECRAFT_KEY",
        hide_env_values = true
    )]
    pub key: Option<String>,
    /// The end of a log file too, such as `journalctl -u slidecraft --since -1h > node.log` writes.
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// The sentences of failures too: they may quote what a user named or a provider answered.
    #[arg(long)]
    pub messages: bool,
}

/// Gathers what can be reached. What cannot be is told in the bundle, which is made all the same: who needs one has a fault.
pub async fn run(
    asked: &Support,
    settings: &Settings,
    output: &mut dyn Write,
) -> anyhow::Result<()> {
    let now = SystemClock.now();
    let path = asked.output.clone().unwrap_or_else(|| named(now));
    if path.exists() {
        bail!("{} is there already; name another file", path.display());
    }
    let bar = CountBar::new("parts", 4);
    let mut bundle = Bundle::default();
    bundle.text("settings.txt", format!("{settings:#?}\n"));
    bundle.json("host.json", &host::facts(&settings.data.folder));
    if let Some(log) = &asked.log {
        bundle.keep("node.log", host::tail(log));
    }
    bar.add(1);
    node::ask(asked, settings, &mut bundle).await;
    bar.add(1);
    store::read(asked, settings, now, &mut bundle).await;
    bar.add(1);
    let told = bundle.write(&path, now)?;
    bar.add(1);
    drop(bar);
    writeln!(output, "{} holds {} parts.", path.display(), told.parts)?;
    for fault in &told.faults {
        writeln!(output, "left out: {fault}")?;
    }
    writeln!(
        output,
        "It holds no deck, question, name of a file or key{}. Look into it before you send it.",
        if asked.messages {
            "; it holds the sentences of failures"
        } else {
            ""
        }
    )?;
    Ok(())
}

fn named(now: Timestamp) -> PathBuf {
    let time = now.to_string().replace([':', '.'], "-");
    Path::new(&format!("slidecraft-support-{time}.zip")).to_path_buf()
}
