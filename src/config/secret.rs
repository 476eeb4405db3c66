//! Values that are never shown: passwords and keys.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A value that is never shown. Empty: there is none.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The value, for whoever has to send it.
    pub fn reveal(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|value| !value.is_empty())
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_empty() {
            "none"
        } else {
            "kept secret"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown() {
        let secret = Secret("hunter2".to_owned());
        assert_eq!(format!("{secret:?}"), "kept secret");
        assert_eq!(secret.reveal(), Some("hunter2"));
        assert_eq!(Secret::default().reveal(), None);
    }
}
