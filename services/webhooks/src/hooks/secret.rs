//! Secrets and signatures as Standard Webhooks has them (<https://www.standardwebhooks.com>): what a receiver needs to know
//! that a message is ours, and nobody else's. No I/O.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What a secret begins with when it is shown.
const PREFIX: &str = "whsec_";

/// A secret in the clear; it goes to the vault and, once, to whoever made it. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningSecret([u8; 32]);

impl SigningSecret {
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As it is shown, once.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(self.0))
    }
}

impl std::fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// The header `webhook-signature`: one signature for each secret in force, with spaces between.
#[must_use]
pub fn signatures(secrets: &[SigningSecret], id: &str, at: DateTime<Utc>, body: &str) -> String {
    let signed: Vec<String> =
        secrets.iter().map(|secret| signature(secret.bytes(), id, at.timestamp(), body)).collect();
    signed.join(" ")
}

fn signature(key: &[u8], id: &str, timestamp: i64, body: &str) -> String {
    // A key of any length is taken, so the fallback is never used.
    let mac = Hmac::<Sha256>::new_from_slice(key).map(|mac| mac.chain_update(format!("{id}.{timestamp}.{body}")));
    let bytes = mac.map(|mac| mac.finalize().into_bytes().to_vec()).unwrap_or_default();
    format!("v1,{}", STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_of_the_specification_is_signed_as_it_says() {
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn each_secret_in_force_signs() {
        let (one, other) = (SigningSecret::new([1; 32]), SigningSecret::new([2; 32]));
        let at = DateTime::from_timestamp(1_790_000_000, 5000).unwrap();
        let sign = |secrets: &[&SigningSecret]| {
            let secrets: Vec<SigningSecret> = secrets.iter().copied().cloned().collect();
            signatures(&secrets, "id", at, "{}")
        };
        assert_eq!(sign(&[&one, &other]), format!("{} {}", sign(&[&one]), sign(&[&other])));
        assert!(one.reveal().starts_with("whsec_AQEB") && format!("{one:?}") == "***");
    }
}
