//! What the claims of a token must say, and whom they make of its bearer (RFC 7519).

use std::time::Duration;

use serde_json::{Map, Value};
use thiserror::Error;

use crate::domain::tenant::{TenantId, Tier};
use crate::domain::time::Timestamp;
use crate::storage::keys::Scope;

/// What is asked of the claims, and under which names ours are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRules {
    /// `iss` must be this, where it is set.
    pub issuer: Option<String>,
    /// `aud` must be or hold this, where it is set.
    pub audience: Option<String>,
    /// How far clocks may disagree.
    pub leeway: Duration,
    /// The claim that names the tenant; a dot goes into an object.
    pub tenant: String,
    /// The claim that holds the scopes: a list, or one text parted by spaces (RFC 8693).
    pub scopes: String,
    /// What our scopes begin with there.
    pub scope_prefix: String,
    /// The claim that names the tier; without it a tenant is a standard one.
    pub tier: String,
}

/// Whom a token is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// For which tenant.
    pub tenant: TenantId,
    /// The class that tenant is in.
    pub tier: Tier,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// `sub`: who, in the words of the issuer.
    pub subject: String,
    /// When it ends, with the leeway.
    pub until: Timestamp,
}

/// Why a token is not believed. Says nothing of what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TokenError {
    /// It is no JWT, or names an algorithm that does not exist.
    #[error("The token is no JWT that can be read.")]
    Malformed,
    /// Its algorithm is not on the list.
    #[error("The token's algorithm is not allowed here.")]
    Algorithm,
    /// No key of that id is known.
    #[error("The token's key is not among the issuer's keys.")]
    UnknownKey,
    /// The issuer's keys cannot be had now.
    #[error("The issuer's keys cannot be fetched at the moment.")]
    KeysUnavailable,
    /// The signature is another's.
    #[error("The token's signature does not fit.")]
    Signature,
    /// It has ended.
    #[error("The token has expired.")]
    Expired,
    /// It has not begun.
    #[error("The token is not valid yet.")]
    NotYet,
    /// It is of someone else.
    #[error("The token is of another issuer.")]
    Issuer,
    /// It is for someone else.
    #[error("The token is for another audience.")]
    Audience,
    /// A claim is missing or does not fit.
    #[error("The token's claim for {0} is missing or does not fit.")]
    Claim(&'static str),
}

/// Whom the claims make of the bearer, if they hold now.
pub fn read(
    claims: &Map<String, Value>,
    rules: &ClaimRules,
    now: Timestamp,
) -> Result<Identity, TokenError> {
    let ends = moment(claims, "exp")?.ok_or(TokenError::Claim("its end"))?;
    let until = ends.plus(rules.leeway);
    if now >= until {
        return Err(TokenError::Expired);
    }
    if moment(claims, "nbf")?.is_some_and(|begins| now.plus(rules.leeway) < begins) {
        return Err(TokenError::NotYet);
    }
    if let Some(issuer) = &rules.issuer
        && claims.get("iss").and_then(Value::as_str) != Some(issuer)
    {
        return Err(TokenError::Issuer);
    }
    if let Some(audience) = &rules.audience
        && !is_for(claims.get("aud"), audience)
    {
        return Err(TokenError::Audience);
    }
    let tenant = at(claims, &rules.tenant).and_then(Value::as_str);
    let tenant = tenant.and_then(|tenant| TenantId::of_customer(tenant).ok());
    let tier = at(claims, &rules.tier).and_then(Value::as_str);
    Ok(Identity {
        tenant: tenant.ok_or(TokenError::Claim("the tenant"))?,
        tier: tier.and_then(|tier| tier.parse().ok()).unwrap_or_default(),
        scopes: scopes(at(claims, &rules.scopes), &rules.scope_prefix),
        subject: claims
            .get("sub")
            .and_then(Value::as_str)
            .unwrap_or("unnamed")
            .to_owned(),
        until,
    })
}

/// A moment in whole or broken seconds since 1970 (RFC 7519, `NumericDate`).
fn moment(
    claims: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<Timestamp>, TokenError> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    let seconds = value
        .as_f64()
        .filter(|seconds| (0.0..1e12).contains(seconds));
    let seconds = seconds.ok_or(TokenError::Claim("its time"))?;
    Ok(Some(Timestamp(0).plus(Duration::from_secs_f64(seconds))))
}

fn is_for(aud: Option<&Value>, audience: &str) -> bool {
    match aud {
        Some(Value::String(one)) => one == audience,
        Some(Value::Array(all)) => all.iter().any(|one| one.as_str() == Some(audience)),
        Some(_) | None => false,
    }
}

fn at<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(path) {
        return Some(value);
    }
    let (first, rest) = path.split_once('.')?;
    at(claims.get(first)?.as_object()?, rest)
}

/// Scopes that are ours; an issuer has others besides.
fn scopes(value: Option<&Value>, prefix: &str) -> Vec<Scope> {
    let names: Vec<&str> = match value {
        Some(Value::String(text)) => text.split_whitespace().collect(),
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        Some(_) | None => Vec::new(),
    };
    let ours = names
        .into_iter()
        .filter_map(|name| name.strip_prefix(prefix));
    ours.filter_map(|name| name.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000_000_000);

    fn rules() -> ClaimRules {
        ClaimRules {
            issuer: Some("https://id.example".to_owned()),
            audience: Some("slidecraft".to_owned()),
            leeway: Duration::from_secs(30),
            tenant: "org.id".to_owned(),
            scopes: "scope".to_owned(),
            scope_prefix: "slides:".to_owned(),
            tier: "tier".to_owned(),
        }
    }

    fn with(change: &Value) -> Result<Identity, TokenError> {
        let mut claims = json!({
            "iss": "https://id.example", "aud": ["other", "slidecraft"], "sub": "ada", "exp": 1_000_600,
            "nbf": 999_900, "org": {"id": "acme"}, "scope": "openid slides:read slides:write", "tier": "enterprise",
        });
        let claims = claims.as_object_mut().unwrap();
        for (name, value) in change.as_object().unwrap() {
            claims.insert(name.clone(), value.clone());
        }
        read(claims, &rules(), NOW)
    }

    #[test]
    fn claims_make_a_tenant_with_scopes_and_a_tier() {
        let found = with(&json!({})).unwrap();
        assert_eq!(found.tenant.as_str(), "acme");
        assert_eq!(found.scopes, [Scope::Read, Scope::Write]);
        assert_eq!(
            (found.tier, found.subject.as_str()),
            (Tier::Enterprise, "ada")
        );
        assert_eq!(found.until, Timestamp(1_000_630_000_000));
        let listed = with(&json!({"scope": ["slides:admin", "read"], "tier": "gold"})).unwrap();
        assert_eq!(
            (listed.scopes, listed.tier),
            (vec![Scope::Admin], Tier::Standard)
        );
    }

    #[test]
    fn each_claim_that_does_not_hold_is_refused_for_its_own_reason() {
        let cases = [
            (json!({"exp": 999_970}), TokenError::Expired),
            (json!({"exp": null}), TokenError::Claim("its time")),
            (json!({"exp": -1}), TokenError::Claim("its time")),
            (json!({"nbf": 1_000_031}), TokenError::NotYet),
            (json!({"iss": "https://evil.example"}), TokenError::Issuer),
            (json!({"aud": "other"}), TokenError::Audience),
            (json!({"aud": 7}), TokenError::Audience),
            (
                json!({"org": {"id": "No Tenant"}}),
                TokenError::Claim("the tenant"),
            ),
            (json!({"org": "acme"}), TokenError::Claim("the tenant")),
        ];
        for (change, expected) in cases {
            assert_eq!(with(&change), Err(expected), "{change}");
        }
        assert_eq!(
            read(&Map::new(), &rules(), NOW),
            Err(TokenError::Claim("its end"))
        );
    }

    #[test]
    fn clocks_may_disagree_by_the_leeway() {
        assert!(with(&json!({"exp": 999_971})).is_ok());
        assert!(with(&json!({"nbf": 1_000_030})).is_ok());
    }
}
