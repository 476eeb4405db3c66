//! Signatures of webhooks, as Standard Webhooks has them: `v1,` and the HMAC-SHA256 of id, time and body, base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What the text of a secret begins with.
pub const PREFIX: &str = "whsec_";

/// The value of `webhook-signature`: one signature for each secret, parted by spaces. A secret that cannot be read signs
/// nothing.
pub fn header<'s>(
    secrets: impl Iterator<Item = &'s str>,
    id: &str,
    seconds: i64,
    body: &str,
) -> String {
    let signed = format!("{id}.{seconds}.{body}");
    let signatures = secrets.filter_map(|secret| {
        let key = STANDARD.decode(secret.strip_prefix(PREFIX)?).ok()?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        mac.update(signed.as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        Some(format!("v1,{signature}"))
    });
    signatures.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";

    #[test]
    fn the_example_of_the_standard_is_signed_as_it_says() {
        let signed = header(
            [SECRET].into_iter(),
            ID,
            1_614_265_330,
            "{\"test\": 2432232314}",
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn each_secret_signs() {
        let both = header([SECRET, "whsec_AAAA", "nonsense"].into_iter(), ID, 1, "{}");
        assert_eq!(both.split(' ').count(), 2);
    }
}
