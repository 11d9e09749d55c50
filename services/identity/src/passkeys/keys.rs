//! Public keys as authenticators send them (COSE, RFC 9053), and what they signed. ES256 is what nearly all of them speak,
//! RS256 what Windows does, `EdDSA` what some keys prefer.

use p256::{EncodedPoint, ecdsa};
use rsa::{BigUint, Pkcs1v15Sign, RsaPublicKey, traits::PublicKeyParts};
use sha2::{Digest, Sha256};

use super::cbor::{self, Item};

const ES256: i64 = -7;
const EDDSA: i64 = -8;
const RS256: i64 = -257;
/// What is asked of authenticators, the best liked first.
pub const ALGORITHMS: [i64; 3] = [ES256, EDDSA, RS256];

/// What stands before a SHA-256 in a signature (RFC 8017, §9.2).
const SHA_256: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];
const RSA_BYTES: usize = 256;

/// A public key.
pub enum PublicKey {
    Es256(ecdsa::VerifyingKey),
    EdDsa(ed25519_dalek::VerifyingKey),
    Rs256(RsaPublicKey),
}

impl PublicKey {
    /// Reads the key at the beginning; gives it with what follows it. None for what is no key, or one of another kind.
    pub fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (cose, rest) = cbor::read(bytes)?;
        let part = |label: i64| cose.get(&Item::Int(label));
        let (Some(Item::Int(kind)), Some(Item::Int(algorithm))) = (part(1), part(3)) else { return None };
        let is_on = |curve: i64| part(-1) == Some(&Item::Int(curve));
        let key = match (*kind, *algorithm) {
            (2, ES256) if is_on(1) => {
                let x: &[u8; 32] = part(-2)?.bytes()?.try_into().ok()?;
                let y: &[u8; 32] = part(-3)?.bytes()?.try_into().ok()?;
                let point = EncodedPoint::from_affine_coordinates(x.into(), y.into(), false);
                // Refuses what is not on the curve.
                Self::Es256(ecdsa::VerifyingKey::from_encoded_point(&point).ok()?)
            }
            (1, EDDSA) if is_on(6) => {
                let x: &[u8; 32] = part(-2)?.bytes()?.try_into().ok()?;
                Self::EdDsa(ed25519_dalek::VerifyingKey::from_bytes(x).ok()?)
            }
            (3, RS256) => {
                let (n, e) = (part(-1)?.bytes()?, part(-2)?.bytes()?);
                let key = RsaPublicKey::new(BigUint::from_bytes_be(n), BigUint::from_bytes_be(e)).ok()?;
                Self::Rs256(Some(key).filter(|key| key.size() >= RSA_BYTES)?)
            }
            _ => return None,
        };
        Some((key, rest))
    }

    /// Whether the key's owner signed this.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Es256(key) => {
                use ecdsa::signature::Verifier;
                ecdsa::Signature::from_der(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok())
            }
            Self::EdDsa(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
            Self::Rs256(key) => {
                let padding = Pkcs1v15Sign { hash_len: Some(32), prefix: Box::new(SHA_256) };
                key.verify(padding, &Sha256::digest(message), signature).is_ok()
            }
        }
    }
}
