//! Messages that only the browser can read (RFC 8291, `aes128gcm` of RFC 8188). The push service sees their length.

use aes_gcm::{Aes128Gcm, KeyInit, Nonce, aead::Aead};
use p256::{PublicKey, SecretKey, ecdh::diffie_hellman, elliptic_curve::sec1::ToEncodedPoint};

use super::hkdf;

/// Bytes of one record: all that push services take together with the header.
const RECORD: u32 = 4096;
/// What ends the last record.
const END: u8 = 2;
/// Longest message: what a record has room for, as push services take it.
pub const LONGEST: usize = 3800;

/// What a message is encrypted with, each once.
pub struct Once {
    pub key: SecretKey,
    pub salt: [u8; 16],
}

/// The message for the browser with these keys; `None` when it is too long, or they are no keys.
#[must_use]
pub fn encrypt(message: &[u8], (p256dh, auth): (&[u8], &[u8]), once: &Once) -> Option<Vec<u8>> {
    let theirs = PublicKey::from_sec1_bytes(p256dh).ok().filter(|_| message.len() <= LONGEST)?;
    let ours = once.key.public_key().to_encoded_point(false);
    let shared = diffie_hellman(once.key.to_nonzero_scalar(), theirs.as_affine());
    let info = [b"WebPush: info\0".as_slice(), theirs.to_encoded_point(false).as_bytes(), ours.as_bytes()].concat();
    let secret = hkdf::<32>(auth, shared.raw_secret_bytes(), &info);
    let key = hkdf::<16>(&once.salt, &secret, b"Content-Encoding: aes128gcm\0");
    let nonce = hkdf::<12>(&once.salt, &secret, b"Content-Encoding: nonce\0");
    let record = [message, &[END]].concat();
    let sealed = Aes128Gcm::new(&key.into()).encrypt(&Nonce::from(nonce), record.as_slice()).ok()?;
    let length = u8::try_from(ours.as_bytes().len()).ok()?;
    Some([&once.salt, RECORD.to_be_bytes().as_slice(), &[length], ours.as_bytes(), &sealed].concat())
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    const P256DH: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    fn once() -> Once {
        let key = SecretKey::from_slice(&bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).unwrap();
        Once { key, salt: bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap() }
    }

    #[test]
    fn the_example_of_the_rfc_comes_out_as_there() {
        let message = b"When I grow up, I want to be a watermelon";
        let sealed = encrypt(message, (&bytes(P256DH), &bytes(AUTH)), &once()).unwrap();
        let wanted = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz\
                      AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(sealed), wanted);
    }

    #[test]
    fn what_is_too_long_or_no_key_is_not_sealed() {
        let keys = (bytes(P256DH), bytes(AUTH));
        assert!(encrypt(&[0; LONGEST], (&keys.0, &keys.1), &once()).is_some_and(|sealed| sealed.len() <= 4096));
        assert!(encrypt(&[0; LONGEST + 1], (&keys.0, &keys.1), &once()).is_none());
        assert!(encrypt(b"x", (&[4; 65], &keys.1), &once()).is_none());
    }
}
