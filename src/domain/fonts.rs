//! Fonts: which letters of an artifact are not in the faces that its deck asks for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Most typefaces that are told, and most characters; results are kept with their jobs.
const MOST: usize = 100;

/// Typefaces and the free ones that were drawn to their widths: lines break alike, and nobody has to look again.
const TWINS: [(&str, &str); 5] = [
    ("Arial", "Liberation Sans"),
    ("Calibri", "Carlito"),
    ("Cambria", "Caladea"),
    ("Courier New", "Liberation Mono"),
    ("Times New Roman", "Liberation Serif"),
];

/// Whether a text is as wide in the face that stood in as in the one that was asked for.
pub fn is_as_wide(wanted: &str, found: &str) -> bool {
    TWINS.contains(&(wanted, found))
}

/// What stood in for the faces a deck asks for, and for which letters nothing did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandIns {
    /// Typefaces that are not there, each with the name of the face that its text was set in.
    pub typefaces: BTreeMap<String, String>,
    /// Characters that no face has, each once.
    pub missing: String,
}

impl StandIns {
    /// The first of these by name, and the first of those characters.
    pub fn of(
        typefaces: impl IntoIterator<Item = (String, String)>,
        missing: impl IntoIterator<Item = char>,
    ) -> Self {
        let mut told = Vec::new();
        for c in missing {
            if told.len() < MOST && !told.contains(&c) {
                told.push(c);
            }
        }
        Self {
            typefaces: typefaces.into_iter().take(MOST).collect(),
            missing: told.into_iter().collect(),
        }
    }

    /// Whether everything is set in the faces that were asked for.
    pub fn is_empty(&self) -> bool {
        self.typefaces.is_empty() && self.missing.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twins_are_as_wide_and_others_need_a_look() {
        assert!(is_as_wide("Calibri", "Carlito"));
        assert!(!is_as_wide("Aptos", "Carlito"));
    }

    #[test]
    fn a_character_is_told_once_and_not_more_than_a_result_may_hold() {
        let twice = StandIns::of([], "水火水".chars());
        assert_eq!(twice.missing, "水火");
        let many = StandIns::of([], ('\u{4E00}'..'\u{9FFF}').chain('a'..='z'));
        assert_eq!(many.missing.chars().count(), 100);
    }
}
