//! Browsers that may be woken: which there are, and the key by which they know who wakes them.

mod encryption;
pub mod http;
mod sender;
pub mod store;
mod subscribing;
mod vapid;

pub use sender::Pusher;
pub use vapid::Vapid;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// HKDF with SHA-256 (RFC 5869) for what fits into one block.
pub(crate) fn hkdf<const LENGTH: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> [u8; LENGTH] {
    const { assert!(LENGTH <= 32, "one block") };
    let key = hmac(salt, &[secret]);
    let block = hmac(&key, &[info, &[1]]);
    std::array::from_fn(|index| block[index])
}

pub(crate) fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
