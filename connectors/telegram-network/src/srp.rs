//! The server's side of the two-factor password: it knows a verifier, and checks a proof without seeing the password.
//! <https://core.telegram.org/api/srp>

use num_bigint::BigUint;
use pbkdf2::{hmac::Hmac, pbkdf2};
use sha2::{Digest, Sha256, Sha512};

use crate::world::Verifier;

pub(crate) const G: i32 = 3;
const ROUNDS: u32 = 100_000;

/// The safe prime of 2048 bits that Telegram uses, in hexadecimal.
const PRIME: &str = "\
c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f48198a0aa7c14058229493d22530f4dbfa336f6e0ac925139543aed4\
4cce7c3720fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f642477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f\
3a9060bee67cf9a4a4a695811051907e162753b56b0f6b410dba74d8a84b2a14b3144e0ef1284754fd17ed950d5965b4b9dd46582db1178d169c6bc4\
65b0d6ff9ca3928fef5b9ae4e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f0d8115f635b105ee2e4e15d04b2454bf\
6f4fadf034b10403119cd8e3b92fcc5b";

/// One attempt to prove a password: the server's secret and what the client was shown of it.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    secret: BigUint,
    pub shown: [u8; 256],
}

pub(crate) fn prime() -> Vec<u8> {
    grammers_crypto::hex::opt_from_hex(PRIME).unwrap_or_default()
}

fn prime_number() -> BigUint {
    BigUint::from_bytes_be(&prime())
}

impl Verifier {
    /// What has to be known to check this password. Takes 100 000 rounds of PBKDF2.
    pub fn of(password: &str, salt: [u8; 16], hint: &str) -> Self {
        let (salt1, salt2) = (salt[..8].to_vec(), salt.to_vec());
        let x = BigUint::from_bytes_be(&hashed_password(password.as_bytes(), &salt1, &salt2));
        let power = BigUint::from(G.unsigned_abs()).modpow(&x, &prime_number()).to_bytes_be();
        Self { salt1, salt2, power, hint: hint.to_owned() }
    }

    fn number(&self) -> BigUint {
        BigUint::from_bytes_be(&self.power)
    }
}

impl Exchange {
    pub fn new(verifier: &Verifier, secret: &[u8; 256]) -> Self {
        let prime = prime_number();
        let secret = BigUint::from_bytes_be(secret);
        let k = BigUint::from_bytes_be(&sha256(&[&padded(&prime), &padded_g()]));
        let power = BigUint::from(G.unsigned_abs()).modpow(&secret, &prime);
        let shown = padded(&((k * verifier.number() + power) % &prime));
        Self { secret, shown }
    }

    /// Whether `proof` was made with the password, for the number `a` that the client showed.
    pub fn is_proof(&self, verifier: &Verifier, a: &[u8], proof: &[u8]) -> bool {
        let prime = prime_number();
        let a_number = BigUint::from_bytes_be(a);
        // With 0 anybody could prove any password.
        if a.len() > 256 || &a_number % &prime == BigUint::ZERO {
            return false;
        }
        let a = padded(&a_number);
        let u = BigUint::from_bytes_be(&sha256(&[&a, &self.shown]));
        let base = a_number * verifier.number().modpow(&u, &prime) % &prime;
        let session = sha256(&[&padded(&base.modpow(&self.secret, &prime))]);
        let mut mixed = sha256(&[&padded(&prime)]);
        for (byte, other) in mixed.iter_mut().zip(sha256(&[&padded_g()])) {
            *byte ^= other;
        }
        let salts = (sha256(&[&verifier.salt1]), sha256(&[&verifier.salt2]));
        sha256(&[&mixed, &salts.0, &salts.1, &a, &self.shown, &session]) == proof
    }
}

fn hashed_password(password: &[u8], salt1: &[u8], salt2: &[u8]) -> [u8; 32] {
    let salted = |bytes: &[u8], salt: &[u8]| sha256(&[salt, bytes, salt]);
    let once = salted(&salted(password, salt1), salt2);
    let mut stretched = [0; 64];
    // Fails only for a key of a length that HMAC does not take; it takes every length.
    let _ = pbkdf2::<Hmac<Sha512>>(&once, salt1, ROUNDS, &mut stretched);
    salted(&stretched, salt2)
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// A number in 256 bytes; the lowest ones, if it is larger.
fn padded(number: &BigUint) -> [u8; 256] {
    let mut out = [0; 256];
    for (place, byte) in out.iter_mut().rev().zip(number.to_bytes_le()) {
        *place = byte;
    }
    out
}

fn padded_g() -> [u8; 256] {
    padded(&BigUint::from(G.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use grammers_crypto::two_factor_auth::{calculate_2fa, check_p_and_g};

    use super::*;

    #[test]
    fn the_proof_of_the_library_is_taken_and_that_of_another_password_is_not() {
        let verifier = Verifier::of("rapport", [7; 16], "");
        let exchange = Exchange::new(&verifier, &[9; 256]);
        for (password, is_right) in [("rapport", true), ("Rapport", false)] {
            let (salt1, salt2) = (&verifier.salt1, &verifier.salt2);
            let (proof, a) = calculate_2fa(salt1, salt2, &prime(), &G, exchange.shown.to_vec(), vec![5; 256], password);
            assert_eq!(exchange.is_proof(&verifier, &a, &proof), is_right);
        }
    }

    #[test]
    fn nothing_is_proved_with_zero() {
        let verifier = Verifier::of("rapport", [7; 16], "");
        assert!(!Exchange::new(&verifier, &[9; 256]).is_proof(&verifier, &[0; 256], &[0; 32]));
    }

    #[test]
    fn the_library_accepts_the_prime() {
        assert!(check_p_and_g(&prime(), &G));
    }
}
