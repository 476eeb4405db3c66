//! From what was asked to what is done.

use std::io::Write;

use super::arguments::{Arguments, Capacity, Command, Migrate};
use super::{
    backup, bench, capacity, convert, dev, export, healthcheck, keys, migrate, schema, simulate,
    support,
};
use crate::app::fonts;
use crate::app::node::package_limits;
use crate::app::serve;
use crate::app::stores::Stores;
use crate::config::load::load;

/// Does what was asked.
pub fn run(arguments: &Arguments, output: &mut dyn Write) -> anyhow::Result<()> {
    let settings = || load(arguments.config.as_deref());
    let alone = Command::Serve { roles: Vec::new() };
    match arguments.command.as_ref().unwrap_or(&alone) {
        Command::Serve { roles } => {
            let mut settings = settings()?;
            if !roles.is_empty() {
                settings.server.roles.clone_from(roles);
            }
            serve::run(&settings, output)
        }
        Command::Convert(asked) => convert::run(asked, &package_limits(&settings()?), output),
        Command::Export(asked) => {
            let settings = settings()?;
            let book = fonts::book(&settings.fonts)?;
            export::run(asked, (&package_limits(&settings), &book), output)
        }
        Command::Simulate(asked) => simulate::run(asked, output),
        Command::Migrate { to } => {
            let (to, settings) = (to.clone().unwrap_or(Migrate::Up), settings()?);
            actix::System::new().block_on(Box::pin(migrate::run(&to, &settings, output)))
        }
        Command::Backup { to } => {
            let settings = settings()?;
            actix::System::new().block_on(Box::pin(backup::run(to, &settings, output)))
        }
        Command::SupportBundle(asked) => {
            let settings = settings()?;
            actix::System::new().block_on(Box::pin(support::run(asked, &settings, output)))
        }
        Command::Keys(asked) => with_stores(&settings()?, async |stores| {
            keys::run(asked, &stores, output).await
        }),
        Command::Capacity(Capacity::Report(asked)) => {
            let settings = settings()?;
            with_stores(&settings, async |stores| {
                capacity::report(asked, &settings, &stores, output).await
            })
        }
        Command::Bench(asked) => bench::run::run(asked, output),
        Command::Dev(asked) => dev::run(asked, output),
        Command::Schema { of } => schema::run(*of, output),
        Command::Healthcheck { address } => match address {
            Some(address) => healthcheck::run(address, output),
            None => healthcheck::run(&settings()?.server.listen.to_string(), output),
        },
    }
}

fn with_stores(
    settings: &crate::config::settings::Settings,
    act: impl AsyncFnOnce(Stores) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    actix::System::new().block_on(Box::pin(async {
        let stores = Stores::open(settings).await?;
        act(stores).await
    }))
}
