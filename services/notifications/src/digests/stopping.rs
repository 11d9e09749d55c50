//! The words in links that end digests: they name a person and an organization, and are signed. They hold for good: a mail
//! that is read late ends them too. No I/O.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use kernel::OrgId;
use sha2::Sha256;
use uuid::Uuid;

use crate::push::{hkdf, hmac};

/// Told apart from whatever else is made out of the secret.
const INFO: &[u8] = b"rapport digest unsubscribe";
/// Bytes of an id.
const ID: usize = 16;

/// Signs them.
pub struct StopKey([u8; 32]);

impl StopKey {
    /// The key that goes with a secret.
    #[must_use]
    pub fn derive(secret: &[u8]) -> Self {
        Self(hkdf::<32>(&[], secret, INFO))
    }

    /// The word that ends somebody's digests in an organization; 86 characters that an address takes as they are.
    #[must_use]
    pub fn token(&self, org: OrgId, person: Uuid) -> String {
        let named = [*org.0.as_bytes(), *person.as_bytes()].concat();
        let signature = hmac(&self.0, &[named.as_slice()]);
        BASE64_URL_SAFE_NO_PAD.encode([named.as_slice(), signature.as_slice()].concat())
    }

    /// Whom a word names; none for what we did not sign.
    #[must_use]
    pub fn named(&self, token: &str) -> Option<(OrgId, Uuid)> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
        let (named, signature) = bytes.split_at_checked(2 * ID)?;
        let mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?.chain_update(named);
        mac.verify_slice(signature).ok()?;
        let (org, person) = named.split_at_checked(ID)?;
        Some((OrgId(Uuid::from_slice(org).ok()?), Uuid::from_slice(person).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_we_signed_names_anybody() {
        let (org, person, other) = (OrgId(Uuid::from_u128(1)), Uuid::from_u128(2), Uuid::from_u128(3));
        let key = StopKey::derive(b"secret");
        let token = key.token(org, person);
        assert_eq!(token.len(), 86);
        assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'), "{token}");
        assert_eq!(key.named(&token), Some((org, person)));
        assert_eq!(StopKey::derive(b"another").named(&token), None);
        // The name of one with the signature of another.
        let mixed = format!("{}{}", &key.token(org, other)[..44], &token[44..]);
        for wrong in ["", "x", &token[1..], &token[..44], &mixed, "äöü"] {
            assert_eq!(key.named(wrong), None, "{wrong}");
        }
    }
}
