//! The issuer's key set, fetched over HTTP.

use std::time::Duration;

use async_trait::async_trait;
use jsonwebtoken::jwk::JwkSet;

use super::verifier::KeySource;

/// How long the issuer may take: a request waits for it.
const WITHIN: Duration = Duration::from_secs(3);
/// The largest key set that is read.
const LARGEST: usize = 256 * 1_024;

/// A key set at an address.
#[derive(Debug)]
pub struct JwksEndpoint {
    client: reqwest::Client,
    url: String,
}

impl JwksEndpoint {
    /// The key set at `url`. Redirects are not followed: the address of keys is configured, not told.
    pub fn new(url: &str) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .timeout(WITHIN)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            client,
            url: url.to_owned(),
        })
    }
}

#[async_trait]
impl KeySource for JwksEndpoint {
    async fn fetch(&self) -> Result<JwkSet, String> {
        let told = |error: reqwest::Error| error.without_url().to_string();
        let answer = self.client.get(&self.url).send().await.map_err(told)?;
        let mut answer = answer.error_for_status().map_err(told)?;
        if !answer.status().is_success() {
            return Err(format!("it answered {}", answer.status()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(told)? {
            if body.len() + chunk.len() > LARGEST {
                return Err("the key set is too large".to_owned());
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&body).map_err(|error| error.to_string())
    }
}
