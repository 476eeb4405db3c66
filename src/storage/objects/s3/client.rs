//! The client of an S3 API, set up so that AWS, R2 and others take what it sends.

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::{
    Builder, Credentials, RequestChecksumCalculation, ResponseChecksumValidation,
};

use super::settings::S3Settings;

/// A client of these settings. Nothing is asked of the API yet.
pub(super) async fn client(settings: &S3Settings) -> Client {
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12());
    if let Some(region) = &settings.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(keys) = &settings.credentials {
        let (access, secret) = (keys.access_key.as_str(), keys.secret_key.as_str());
        loader =
            loader.credentials_provider(Credentials::new(access, secret, None, None, "settings"));
    }
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(settings.connect_timeout)
        .read_timeout(settings.timeout)
        .operation_attempt_timeout(settings.timeout)
        .build();
    let chain = loader.load().await;
    let mut config = Builder::from(&chain)
        .force_path_style(settings.path_style)
        .timeout_config(timeouts)
        // Tries are counted and timed here, so the SDK makes one.
        .retry_config(RetryConfig::disabled())
        // R2 refuses some of the checksums that are otherwise sent, and a signed link would fix that of an empty body.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    if let Some(endpoint) = &settings.endpoint {
        config = config.endpoint_url(endpoint);
    }
    Client::from_conf(config.build())
}
