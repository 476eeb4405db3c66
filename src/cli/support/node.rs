//! What a running node tells of itself.

use std::time::Duration;

use anyhow::{Context, bail};

use super::Support;
use super::bundle::Bundle;
use crate::config::settings::Settings;

/// How long each question may take: a node that hangs is one that a bundle is made of.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is asked: the part, the path, and whether it takes a key.
const ASKED: [(&str, &str, bool); 7] = [
    ("node/healthz.json", "/healthz", false),
    ("node/readyz.json", "/readyz", false),
    ("node/metrics.txt", "/metrics", true),
    ("node/pools.json", "/v1/admin/pools", true),
    ("node/costs.json", "/v1/admin/costs?hours=168", true),
    (
        "node/capacity.md",
        "/v1/admin/capacity?format=markdown",
        true,
    ),
    ("node/models.json", "/v1/models", true),
];

/// Asks a node for what is looked at when something is wrong.
pub(super) async fn ask(asked: &Support, settings: &Settings, bundle: &mut Bundle) {
    let listens = || format!("http://{}", settings.server.listen);
    let base = asked.url.clone().unwrap_or_else(listens);
    let base = base.trim_end_matches('/');
    let first = || std::fs::read_to_string(settings.data.folder.join("first-key")).ok();
    let key = asked.key.clone().or_else(first);
    let client = match reqwest::Client::builder().timeout(PATIENCE).build() {
        Ok(client) => client,
        Err(error) => return bundle.keep("node", Err(error.into())),
    };
    for (name, path, needs_key) in ASKED {
        let key = key.as_deref().filter(|_| needs_key).map(str::trim);
        let told = read(&client, &format!("{base}{path}"), key).await;
        let unreachable = told.as_ref().is_err_and(is_unreachable);
        bundle.keep(name, told);
        if unreachable {
            // Nothing listens: the rest would say the same.
            return;
        }
    }
}

async fn read(client: &reqwest::Client, url: &str, key: Option<&str>) -> anyhow::Result<String> {
    let mut request = client.get(url);
    if let Some(key) = key {
        request = request.bearer_auth(key);
    }
    let answer = request.send().await;
    let answer =
        answer.with_context(|| format!("no node answers at {url}; --url names another"))?;
    let status = answer.status();
    // A node that is not ready says why with 503.
    let ready = url.ends_with("/readyz");
    if !status.is_success() && !ready {
        let hint = if matches!(status.as_u16(), 401 | 403) {
            "; give a key with the scope admin by --key or SLIDECRAFT_KEY"
        } else {
            ""
        };
        bail!("{url} answers {status}{hint}");
    }
    Ok(answer.text().await?)
}

fn is_unreachable(error: &anyhow::Error) -> bool {
    let cause = error.downcast_ref::<reqwest::Error>();
    cause.is_some_and(|error| error.is_connect() || error.is_timeout())
}
