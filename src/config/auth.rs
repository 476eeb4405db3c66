//! `[auth]`: tokens (JWT) of an identity provider, beside our own API keys.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::secret::Secret;
use super::span::Span;

/// Algorithms that may be listed: none that signs with a key everyone knows.
const ALGORITHMS: [&str; 9] = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA",
];

/// The shortest shared secret: as long as what HS256 makes of it (RFC 7518, 3.2).
const SECRET_BYTES: usize = 32;

/// `[auth]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Auth {
    /// Where the provider publishes its keys (JWKS). Empty: no tokens by key.
    pub jwks_url: String,
    /// Algorithms its keys may sign by: of RS, PS, ES and `EdDSA`.
    pub algorithms: Vec<String>,
    /// A secret shared with the provider, for HS256. Empty: no tokens by secret.
    pub hs256_secret: Secret,
    /// What `iss` must be. Needed where tokens are taken.
    pub issuer: String,
    /// What `aud` must be or hold. Needed where tokens are taken.
    pub audience: String,
    /// How far clocks may disagree.
    pub leeway: Span,
    /// After how long keys are fetched again; a key that was withdrawn opens nothing after that.
    pub refresh: Span,
    /// The shortest time between two fetches for keys that are not known.
    pub refresh_floor: Span,
    /// The claim that names the tenant; `org.id` is `id` in `org`.
    pub tenant_claim: String,
    /// The claim that holds the scopes.
    pub scopes_claim: String,
    /// What our scopes begin with there, such as `slidecraft:`.
    pub scope_prefix: String,
    /// The claim that names the tier; a tenant without it is a standard one.
    pub tier_claim: String,
}

impl Default for Auth {
    fn default() -> Self {
        Self {
            jwks_url: String::new(),
            algorithms: ["RS256", "ES256", "EdDSA"].map(str::to_owned).to_vec(),
            hs256_secret: Secret::default(),
            issuer: String::new(),
            audience: String::new(),
            leeway: Span::seconds(30),
            refresh: Span::seconds(3_600),
            refresh_floor: Span::seconds(10),
            tenant_claim: "tenant".to_owned(),
            scopes_claim: "scope".to_owned(),
            scope_prefix: String::new(),
            tier_claim: "tier".to_owned(),
        }
    }
}

impl Auth {
    /// Whether tokens are taken at all.
    pub fn takes_tokens(&self) -> bool {
        !self.jwks_url.is_empty() || self.hs256_secret.reveal().is_some()
    }

    /// What makes no sense.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.takes_tokens() && (self.issuer.is_empty() || self.audience.is_empty()) {
            faults.push(
                "auth: issuer and audience are set where tokens are taken, or one made for another service opens this one"
                    .to_owned(),
            );
        }
        if let Some(secret) = self.hs256_secret.reveal()
            && secret.len() < SECRET_BYTES
        {
            faults.push(format!(
                "auth: hs256_secret has at least {SECRET_BYTES} bytes; `openssl rand -base64 48` makes one"
            ));
        }
        for algorithm in &self.algorithms {
            if !ALGORITHMS.contains(&algorithm.as_str()) {
                let known = ALGORITHMS.join(", ");
                faults.push(format!(
                    "auth: `{algorithm}` is no algorithm for keys; there are {known}"
                ));
            }
        }
        faults
    }
}
