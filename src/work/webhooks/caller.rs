//! Calls a receiver: only at addresses that were looked at first, never where a redirect leads, never for long.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER, USER_AGENT};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};

use super::signature;
use crate::domain::address::{host_is_public, is_public};
use crate::domain::time::Timestamp;
use crate::domain::webhook::{Answer, Delivery, Webhook};

/// How the receivers of webhooks are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallRules {
    /// Addresses of this machine and of private networks may be called, and `http://` is enough.
    pub allow_private: bool,
    /// How long a receiver may take to answer.
    pub timeout: Duration,
}

/// Calls receivers.
#[derive(Clone, Debug)]
pub struct Caller {
    client: Client,
    rules: CallRules,
}

impl Caller {
    /// A caller that keeps to these rules.
    pub fn new(rules: CallRules) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .timeout(rules.timeout)
            .connect_timeout(rules.timeout)
            // What was looked at is what is connected to: a name that resolves to something else the next time is
            // looked at again.
            .dns_resolver(Looked(rules.allow_private))
            .pool_max_idle_per_host(0)
            .build()?;
        Ok(Self { client, rules })
    }

    /// Sends a delivery once.
    pub async fn call(&self, delivery: &Delivery, webhook: &Webhook, now: Timestamp) -> Answer {
        let url = match target(&webhook.url, self.rules.allow_private) {
            Ok(url) => url,
            Err(sentence) => return Answer::Never(sentence),
        };
        let (id, seconds) = (delivery.id.to_string(), now.0 / 1_000_000);
        let signed = signature::header(webhook.signing(now), &id, seconds, &delivery.body);
        let sent = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(
                USER_AGENT,
                concat!("slidecraft/", env!("CARGO_PKG_VERSION")),
            )
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signed)
            .body(delivery.body.clone())
            .send()
            .await;
        match sent {
            Ok(answer) => judge(answer.status(), answer.headers()),
            Err(error) => Answer::NotNow(because(&error), None),
        }
    }
}

/// What a status means. A redirect is not followed: it would lead around every check.
fn judge(status: StatusCode, headers: &HeaderMap) -> Answer {
    let said = status.as_u16().to_string();
    if status.is_success() {
        return Answer::Taken(said);
    }
    if status == StatusCode::GONE {
        return Answer::Never(said);
    }
    let wait = headers.get(RETRY_AFTER).and_then(|wait| wait.to_str().ok());
    let wait = wait.and_then(|wait| wait.trim().parse().ok());
    Answer::NotNow(said, wait.map(Duration::from_secs))
}

/// Why there was no answer, down to the cause.
fn because(error: &reqwest::Error) -> String {
    let mut said = if error.is_timeout() {
        "it did not answer in time".to_owned()
    } else {
        "it cannot be reached".to_owned()
    };
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        said = format!("{said}: {inner}");
        cause = inner.source();
    }
    said
}

/// Where a webhook leads, or a sentence about why it may not.
pub fn target(url: &str, allow_private: bool) -> Result<Url, String> {
    let url = Url::parse(url).map_err(|error| format!("it is no URL: {error}"))?;
    let scheme = url.scheme();
    if scheme != "https" && !(allow_private && scheme == "http") {
        return Err("it is to begin with https://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it may hold no name and no password".to_owned());
    }
    let host = url.host_str().unwrap_or("");
    if host.is_empty() || !(allow_private || host_is_public(host)) {
        return Err(format!("`{host}` is not on the public internet"));
    }
    Ok(url)
}

/// Resolves names, and gives only addresses that may be called.
#[derive(Clone, Copy, Debug)]
struct Looked(bool);

impl Resolve for Looked {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found
                .filter(|address| allow_private || is_public(address.ip()))
                .collect();
            if allowed.is_empty() {
                let refused = format!("`{}` has no address on the public internet", name.as_str());
                return Err(refused.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
