//! `slidecraft schema`: the JSON Schemas of what we read.

use std::io::Write;

use super::arguments::SchemaOf;
use crate::config::settings::Settings;
use crate::deck::schema::json::deck_schema;

/// Prints a schema.
pub fn run(of: SchemaOf, output: &mut dyn Write) -> anyhow::Result<()> {
    match of {
        SchemaOf::Deck => serde_json::to_writer_pretty(&mut *output, deck_schema())?,
        SchemaOf::Config => {
            serde_json::to_writer_pretty(&mut *output, &schemars::schema_for!(Settings))?;
        }
    }
    writeln!(output)?;
    Ok(())
}
