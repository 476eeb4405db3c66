//! What is seen of providers, for whoever counts it.

use std::time::Duration;

use super::chat::TokenUsage;

/// Who counts what providers do.
pub trait RouteWatch: Send + Sync {
    /// A request ended: `ok`, or the name of the trouble.
    fn asked(&self, provider: &str, outcome: &'static str);

    /// The first text or call came, so long after the request went out.
    fn first_token(&self, provider: &str, model: &str, took: Duration);

    /// What was used.
    fn used(&self, provider: &str, model: &str, usage: TokenUsage);

    /// A request goes on to another provider, for this trouble.
    fn failed_over(&self, from: &str, to: &str, reason: &'static str);

    /// A slow request was asked at another provider too; `began`: that one gave something before it broke or was left.
    fn hedged(&self, began: bool);

    /// How many requests are in flight and how many wait.
    fn load(&self, provider: &str, in_flight: usize, waiting: usize);

    /// How long a request was held here before it went out.
    fn held(&self, took: Duration);
}

/// Nobody counts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unseen;

impl RouteWatch for Unseen {
    fn asked(&self, _: &str, _: &'static str) {}
    fn first_token(&self, _: &str, _: &str, _: Duration) {}
    fn used(&self, _: &str, _: &str, _: TokenUsage) {}
    fn failed_over(&self, _: &str, _: &str, _: &'static str) {}
    fn hedged(&self, _: bool) {}
    fn load(&self, _: &str, _: usize, _: usize) {}
    fn held(&self, _: Duration) {}
}
