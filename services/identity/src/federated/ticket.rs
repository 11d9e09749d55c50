//! What one round trip is known by. A browser keeps 256 random bits in a cookie that no script reads; state, nonce and the
//! verifier of PKCE all follow from them, so whoever reads the database has none of them, and whoever has only the address
//! that a provider came back with has none either.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::tokens::hex;

/// The secret of a round trip.
pub struct Ticket<'a>(pub &'a str);

impl Ticket<'_> {
    fn derived(&self, what: &str) -> String {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()) else { return String::new() };
        mac.update(what.as_bytes());
        hex(&mac.finalize().into_bytes())
    }

    /// What goes there and back beside the code. Its first word tells the page which of our routes finishes it.
    pub fn state(&self, word: &str) -> String {
        format!("{word}.{}", self.derived("state"))
    }

    /// Compares in constant time.
    pub fn is_state(&self, word: &str, given: &str) -> bool {
        self.state(word).as_bytes().ct_eq(given.as_bytes()).into()
    }

    /// What comes back inside of the signed token.
    pub fn nonce(&self) -> String {
        self.derived("nonce")
    }

    /// RFC 7636 §4.1: 43 to 128 letters; these are 64.
    pub fn verifier(&self) -> String {
        self.derived("verifier")
    }

    /// RFC 7636 §4.2, S256.
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_from_a_ticket_is_its_own_and_differs() {
        let (one, other) = (Ticket("one"), Ticket("other"));
        assert!(one.is_state("in", &one.state("in")));
        assert!(!one.is_state("link", &one.state("in")), "the word is part of it");
        assert!(!other.is_state("in", &one.state("in")));
        assert_ne!(one.nonce(), one.verifier());
        assert_ne!(one.nonce(), other.nonce());
        assert_eq!(one.verifier().len(), 64);
        assert_eq!(one.challenge().len(), 43);
    }
}
