//! `[telemetry]`: where traces are sent.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::secret::Secret;
use super::span::Span;

/// `[telemetry]`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Telemetry {
    /// Traces for a collector.
    pub otlp: Otlp,
}

/// `[telemetry.otlp]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Otlp {
    /// A collector that speaks OTLP over HTTP; empty: nothing is recorded.
    pub endpoint: String,
    /// Headers of every request: `name=value`, with commas between.
    pub headers: Secret,
    /// The share of traces that begin here which is recorded, 0 to 1.
    pub share: f64,
    /// How long a request may take.
    pub timeout: Span,
}

impl Default for Otlp {
    fn default() -> Self {
        Self {
            endpoint: String::new(),
            headers: Secret::default(),
            share: 1.0,
            timeout: Span::seconds(5),
        }
    }
}

impl Otlp {
    /// Whether anything is sent.
    pub fn is_on(&self) -> bool {
        !self.endpoint.is_empty()
    }

    /// The headers by name; `None` where they are not written as they should be.
    pub fn headers(&self) -> Option<HashMap<String, String>> {
        let written = self.headers.reveal().unwrap_or_default();
        let each = written
            .split(',')
            .filter(|header| !header.trim().is_empty());
        each.map(|header| {
            let (name, value) = header.split_once('=')?;
            Some((name.trim().to_owned(), value.trim().to_owned()))
        })
        .collect()
    }

    /// What makes no sense.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut must = |holds: bool, sentence: &str| {
            if !holds {
                faults.push(format!("telemetry.otlp: {sentence}"));
            }
        };
        let http = ["http://", "https://"]
            .iter()
            .any(|scheme| self.endpoint.starts_with(scheme));
        must(
            !self.is_on() || http,
            "endpoint begins with http:// or https://, such as http://localhost:4318",
        );
        must(
            (0.0..=1.0).contains(&self.share),
            "share lies between 0 and 1",
        );
        must(!self.timeout.0.is_zero(), "timeout is longer than nothing");
        must(
            self.headers().is_some(),
            "headers are name=value, with commas between",
        );
        faults
    }
}
