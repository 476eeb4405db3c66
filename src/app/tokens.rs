//! Who believes tokens, by the settings.

use std::sync::Arc;

use anyhow::Context;

use crate::auth::claims::ClaimRules;
use crate::auth::jwks_endpoint::JwksEndpoint;
use crate::auth::key_set::Refresh;
use crate::auth::verifier::{KeySource, Signers, TokenVerifier};
use crate::config::auth::Auth;

/// The verifier; `None` where no tokens are taken.
pub fn verifier(auth: &Auth) -> anyhow::Result<Option<TokenVerifier>> {
    if !auth.takes_tokens() {
        return Ok(None);
    }
    let set = |text: &String| (!text.is_empty()).then(|| text.clone());
    let rules = ClaimRules {
        issuer: set(&auth.issuer),
        audience: set(&auth.audience),
        leeway: auth.leeway.0,
        tenant: auth.tenant_claim.clone(),
        scopes: auth.scopes_claim.clone(),
        scope_prefix: auth.scope_prefix.clone(),
        tier: auth.tier_claim.clone(),
    };
    let algorithms = auth.algorithms.iter().map(|name| name.parse());
    let algorithms = algorithms
        .collect::<Result<Vec<_>, jsonwebtoken::errors::Error>>()
        .context("[auth] algorithms holds one that does not exist")?;
    let refresh = Refresh {
        after: auth.refresh.0,
        floor: auth.refresh_floor.0,
    };
    let keys = match auth.jwks_url.as_str() {
        "" => None,
        url => {
            let endpoint = JwksEndpoint::new(url).context("[auth] jwks_url cannot be used")?;
            Some(Arc::new(endpoint) as Arc<dyn KeySource>)
        }
    };
    let secret = auth
        .hs256_secret
        .reveal()
        .map(|secret| secret.as_bytes().to_vec());
    let signers = Signers { secret, keys };
    Ok(Some(TokenVerifier::new(
        rules, algorithms, refresh, signers,
    )))
}
