//! `slidecraft migrate`: the schema of the database, brought up to date, taken back, told.

use std::io::Write;

use anyhow::{Context, bail};

use super::arguments::Migrate;
use crate::app::stores::{embedded_path, postgres, unreachable};
use crate::config::settings::Settings;
use crate::storage::database::migrating::Step;
use crate::storage::database::postgres::{self as server, PostgresSettings, place};
use crate::storage::database::sqlite as file;

/// Does what was asked with the database that the settings name.
pub async fn run(
    asked: &Migrate,
    settings: &Settings,
    output: &mut dyn Write,
) -> anyhow::Result<()> {
    let database = Place::of(settings);
    match asked {
        Migrate::Up => {
            database.up().await?;
            writeln!(output, "{} is up to date", database.name())?;
        }
        Migrate::Down { steps, yes } => {
            if !*yes {
                bail!(
                    "taking {steps} step(s) of {} back deletes what they hold; say --yes if that is meant",
                    database.name()
                );
            }
            database.down(*steps).await?;
            writeln!(output, "{} is {steps} step(s) back", database.name())?;
        }
        Migrate::Status { json } => status(&database.status().await?, *json, output)?,
    }
    Ok(())
}

/// The steps of the schema, and which of them the database that the settings name has taken.
pub(super) async fn steps(settings: &Settings) -> anyhow::Result<Vec<Step>> {
    Place::of(settings).status().await
}

fn status(steps: &[Step], json: bool, output: &mut dyn Write) -> anyhow::Result<()> {
    if json {
        let steps: Vec<_> = steps
            .iter()
            .map(|step| serde_json::json!({ "name": step.name, "applied": step.applied }))
            .collect();
        serde_json::to_writer_pretty(&mut *output, &steps)?;
        writeln!(output)?;
        return Ok(());
    }
    for step in steps {
        let state = if step.applied { "applied" } else { "pending" };
        writeln!(output, "{state}  {}", step.name)?;
    }
    Ok(())
}

/// Where the schema is.
enum Place<'s> {
    Server(PostgresSettings),
    Folder(&'s Settings),
}

impl<'s> Place<'s> {
    fn of(settings: &'s Settings) -> Self {
        match postgres(settings) {
            Some(server) => Self::Server(server),
            None => Self::Folder(settings),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Server(settings) => format!("the database at {}", place(&settings.url)),
            Self::Folder(settings) => {
                format!("the database in {}", settings.data.folder.display())
            }
        }
    }

    async fn up(&self) -> anyhow::Result<()> {
        match self {
            Self::Server(settings) => {
                let done = server::migrate_up(settings).await;
                done.with_context(|| unreachable(settings))
            }
            Self::Folder(settings) => {
                let folder = &settings.data.folder;
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("{} cannot be made", folder.display()))?;
                Ok(file::migrate_up(&embedded_path(folder)).await?)
            }
        }
    }

    async fn down(&self, steps: u32) -> anyhow::Result<()> {
        match self {
            Self::Server(settings) => {
                let done = server::migrate_down(settings, steps).await;
                done.with_context(|| unreachable(settings))
            }
            Self::Folder(settings) => {
                Ok(file::migrate_down(&embedded_path(&settings.data.folder), steps).await?)
            }
        }
    }

    async fn status(&self) -> anyhow::Result<Vec<Step>> {
        match self {
            Self::Server(settings) => {
                let steps = server::migration_status(settings).await;
                steps.with_context(|| unreachable(settings))
            }
            Self::Folder(settings) => {
                Ok(file::migration_status(&embedded_path(&settings.data.folder)).await?)
            }
        }
    }
}
