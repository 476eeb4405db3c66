//! Relationships: how a part names others. External ones are data; nothing here is ever fetched.

use std::collections::BTreeMap;

use super::super::error::ReadError;
use super::names::resolve;
use super::namespaces::Ns;
use super::xml::Document;

/// A relationship.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relationship {
    /// The last word of its type: `slide`, `image`, `hyperlink`, … Strict and Transitional share it.
    pub kind: String,
    /// Where it leads.
    pub target: Target,
}

/// Where a relationship leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To a part of the package.
    Part(String),
    /// To an address outside.
    External(String),
    /// To a name that cannot be a part.
    Nowhere(String),
}

/// The relationships of a part, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relationships {
    by_id: BTreeMap<String, Relationship>,
}

impl Relationships {
    /// Reads the relationships that belong to `part`.
    pub fn read(part: &str, xml: &Document) -> Result<Self, ReadError> {
        let mut by_id = BTreeMap::new();
        for element in xml
            .root()
            .children()
            .filter(|element| element.is(Ns::Relationships, "Relationship"))
        {
            let (Some(id), Some(target)) = (element.attribute("Id"), element.attribute("Target"))
            else {
                continue;
            };
            let kind = element.attribute("Type").unwrap_or_default();
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            let target = match element.attribute("TargetMode").as_deref() {
                Some("External") => Target::External(target.into_owned()),
                _ => resolve(part, &target)
                    .map_or_else(|| Target::Nowhere(target.into_owned()), Target::Part),
            };
            if by_id
                .insert(id.clone().into_owned(), Relationship { kind, target })
                .is_some()
            {
                let detail = format!("`{part}` has two relationships `{id}`");
                return Err(ReadError::Malformed { detail });
            }
        }
        Ok(Self { by_id })
    }

    /// A relationship by its id.
    pub fn get(&self, id: &str) -> Option<&Relationship> {
        self.by_id.get(id)
    }

    /// The part that an id leads to.
    pub fn part(&self, id: &str) -> Option<&str> {
        match &self.by_id.get(id)?.target {
            Target::Part(part) => Some(part),
            Target::External(_) | Target::Nowhere(_) => None,
        }
    }

    /// The first part of a kind.
    pub fn part_of_kind(&self, kind: &str) -> Option<&str> {
        self.iter()
            .find_map(|(_, relationship)| match &relationship.target {
                Target::Part(part) if relationship.kind == kind => Some(part.as_str()),
                Target::Part(_) | Target::External(_) | Target::Nowhere(_) => None,
            })
    }

    /// All of them, in order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Relationship)> {
        self.by_id
            .iter()
            .map(|(id, relationship)| (id.as_str(), relationship))
    }
}
