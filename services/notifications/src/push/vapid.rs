//! Who wakes the browsers (RFC 8292): a key made out of the secret that signs access tokens. So all processes have the same,
//! and there is nothing more to keep. Where that secret is changed browsers have to subscribe again.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use p256::{
    SecretKey,
    ecdsa::{Signature, SigningKey, signature::Signer},
};
use serde_json::json;

use super::hkdf;

/// Told apart from whatever else is made out of the secret.
const INFO: &[u8] = b"rapport web push vapid";
/// How long a signature holds; the RFC allows a day.
const HOLDS: TimeDelta = TimeDelta::hours(12);

/// The key, and where push services may write to whoever runs this.
#[derive(Clone)]
pub struct Vapid {
    key: SigningKey,
    subject: String,
}

impl Vapid {
    /// The key that goes with a secret. `subject` is an address of the one who runs this, `https:` or `mailto:`.
    #[must_use]
    pub fn derive(secret: &[u8], subject: &str) -> Option<Self> {
        // Bytes that are no key of the curve are rarer than anything that ever happened.
        let key = (0_u8..=255).find_map(|round| {
            let info = [INFO, &[round]].concat();
            SecretKey::from_slice(&hkdf::<32>(&[], secret, &info)).ok()
        })?;
        Some(Self { key: SigningKey::from(key), subject: subject.to_owned() })
    }

    /// As browsers take it: the point, uncompressed, in base64url.
    #[must_use]
    pub fn public_key(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.key.verifying_key().to_encoded_point(false).as_bytes())
    }

    /// The `Authorization` of a request to the push service of this origin.
    #[must_use]
    pub fn authorization(&self, audience: &str, now: DateTime<Utc>) -> String {
        let part = |value: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = json!({ "aud": audience, "exp": (now + HOLDS).timestamp(), "sub": self.subject });
        let signed = format!("{}.{}", part(json!({ "typ": "JWT", "alg": "ES256" })), part(claims));
        let signature: Signature = self.key.sign(signed.as_bytes());
        let signature = BASE64_URL_SAFE_NO_PAD.encode(signature.to_bytes());
        format!("vapid t={signed}.{signature}, k={}", self.public_key())
    }
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::{VerifyingKey, signature::Verifier};

    use super::*;

    #[test]
    fn a_secret_has_one_key_and_another_one_another() {
        let key = |secret: &[u8]| Vapid::derive(secret, "https://crm.example.com").unwrap().public_key();
        assert_eq!(key(b"one"), key(b"one"));
        assert_ne!(key(b"one"), key(b"other"));
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(key(b"one")).unwrap().len(), 65);
    }

    #[test]
    fn a_push_service_can_tell_who_asks() {
        let vapid = Vapid::derive(b"secret", "https://crm.example.com").unwrap();
        let header = vapid.authorization("https://push.example.net:8443", DateTime::UNIX_EPOCH);
        let (token, key) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let read = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
        let key = VerifyingKey::from_sec1_bytes(&read(key)).unwrap();
        key.verify(signed.as_bytes(), &Signature::from_slice(&read(signature)).unwrap()).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&read(signed.split_once('.').unwrap().1)).unwrap();
        let wanted = json!({ "aud": "https://push.example.net:8443", "exp": 43200, "sub": "https://crm.example.com" });
        assert_eq!(claims, wanted);
    }
}
