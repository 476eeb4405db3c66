//! Where settings come from: the defaults, then the file, then the environment; the later one wins.

use std::path::{Path, PathBuf};

use thiserror::Error;
use toml::{Table, Value};

use super::settings::Settings;

/// What environment variables begin with: `SLIDECRAFT__SERVER__LISTEN` is `listen` in `[server]`.
const PREFIX: &str = "SLIDECRAFT__";

/// Why there are no settings.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration {} cannot be read", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A text is no TOML, or says something that is no setting.
    #[error("{origin}: {detail}")]
    Invalid {
        /// The file, or the variable.
        origin: String,
        /// What is wrong.
        detail: String,
    },
    /// The settings make no sense together.
    #[error("the configuration makes no sense: {}", .0.join("; "))]
    Faults(Vec<String>),
}

/// The settings of this process: of `file` where one is named, else of `config.toml` here if there is one.
pub fn load(file: Option<&Path>) -> Result<Settings, ConfigError> {
    let here = Path::new("config.toml");
    let path = file.or_else(|| here.is_file().then_some(here));
    let text = path
        .map(|path| read(path).map(|text| (path, text)))
        .transpose()?;
    let origin = text.as_ref().map(|(path, _)| path.display().to_string());
    resolve(
        text.as_ref().map(|(_, text)| text.as_str()),
        origin.as_deref().unwrap_or("config.toml"),
        std::env::vars(),
    )
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

/// Settings of a text and of variables.
pub fn resolve(
    text: Option<&str>,
    origin: &str,
    variables: impl Iterator<Item = (String, String)>,
) -> Result<Settings, ConfigError> {
    let invalid = |origin: &str, detail: String| ConfigError::Invalid {
        origin: origin.to_owned(),
        detail,
    };
    let mut whole = Table::try_from(Settings::default())
        .map_err(|error| invalid("defaults", error.to_string()))?;
    if let Some(text) = text {
        let table: Table =
            toml::from_str(text).map_err(|error| invalid(origin, error.to_string()))?;
        merge(&mut whole, table);
        check(&whole, origin)?;
    }
    for (name, value) in variables {
        let Some(path) = name.strip_prefix(PREFIX) else {
            continue;
        };
        let keys: Vec<String> = path.split("__").map(str::to_lowercase).collect();
        set(&mut whole, &keys, &value).map_err(|detail| invalid(&name, detail))?;
        check(&whole, &name)?;
    }
    let settings = check(&whole, origin)?;
    let faults = settings.faults();
    if faults.is_empty() {
        Ok(settings)
    } else {
        Err(ConfigError::Faults(faults))
    }
}

fn check(whole: &Table, origin: &str) -> Result<Settings, ConfigError> {
    whole
        .clone()
        .try_into()
        .map_err(|error: toml::de::Error| ConfigError::Invalid {
            origin: origin.to_owned(),
            detail: error.to_string().trim_end().replace('\n', " "),
        })
}

fn merge(into: &mut Table, from: Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Table(old)), Value::Table(new)) => merge(old, new),
            (_, value) => drop(into.insert(key, value)),
        }
    }
}

/// The section whose own sections are absent until somebody fills them, with numbers.
const OPEN: &str = "tiers";

/// Sets one key from text; its type is the default's.
fn set(whole: &mut Table, keys: &[String], text: &str) -> Result<(), String> {
    let Some((key, sections)) = keys.split_last() else {
        return Err("names no setting".to_owned());
    };
    let mut table = whole;
    let open = sections.iter().any(|section| section == OPEN);
    for section in sections {
        if open && !table.contains_key(section) {
            table.insert(section.clone(), Value::Table(Table::new()));
        }
        table = match table.get_mut(section) {
            Some(Value::Table(inner)) => inner,
            Some(_) | None => return Err(format!("there is no section `{section}`")),
        };
    }
    if open && !table.contains_key(key) {
        table.insert(key.clone(), Value::Integer(0));
    }
    let Some(old) = table.get_mut(key) else {
        return Err(format!(
            "there is no setting `{key}` in `{}`",
            sections.join(".")
        ));
    };
    *old = match old {
        Value::Integer(_) => text
            .parse()
            .map(Value::Integer)
            .map_err(|_| format!("`{text}` is no whole number"))?,
        Value::Float(_) => text
            .parse()
            .map(Value::Float)
            .map_err(|_| format!("`{text}` is no number"))?,
        Value::Boolean(_) => text
            .parse()
            .map(Value::Boolean)
            .map_err(|_| format!("`{text}` is neither true nor false"))?,
        Value::String(_) | Value::Datetime(_) => Value::String(text.to_owned()),
        Value::Array(_) => Value::Array(
            text.split(',')
                .map(|part| Value::String(part.trim().to_owned()))
                .collect(),
        ),
        Value::Table(_) => return Err("names a section, not a setting".to_owned()),
    };
    Ok(())
}
