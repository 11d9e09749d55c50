//! Checks the signature of a webhook (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).
//! No I/O.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// How far the sender's clock may be from ours.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);
/// What a secret begins with.
const PREFIX: &str = "whsec_";

/// A secret as it is shown to people.
#[must_use]
pub fn shown(secret: &[u8]) -> String {
    format!("{PREFIX}{}", STANDARD.encode(secret))
}

/// The three headers of a webhook.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signed<'a> {
    pub id: &'a str,
    pub timestamp: &'a str,
    pub signature: &'a str,
}

impl Signed<'_> {
    /// Whether one of its signatures is that of the body by who knows the secret, and it is no old one.
    #[must_use]
    pub fn fits(&self, secret: &[u8], body: &[u8], now: DateTime<Utc>) -> bool {
        let Some(at) = self.timestamp.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0)) else {
            return false;
        };
        if self.id.is_empty() || (now - at).abs() > TOLERANCE {
            return false;
        }
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret) else { return false };
        let mac = mac.chain_update(self.id).chain_update(".").chain_update(self.timestamp).chain_update(".");
        let expected = mac.chain_update(body).finalize().into_bytes();
        let mut given = self.signature.split(' ').filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok());
        given.any(|given| bool::from(given.as_slice().ct_eq(expected.as_slice())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    /// The vector of the specification.
    const SIGNED: Signed<'_> = Signed {
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp: "1614265330",
        signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    };

    #[test]
    fn the_vector_of_the_specification_fits_and_nothing_else() {
        let secret = STANDARD.decode(SECRET).unwrap();
        let now = DateTime::from_timestamp(1_614_265_330, 0).unwrap();
        assert!(SIGNED.fits(&secret, BODY, now));
        assert!(Signed { signature: &format!("v1,AAAA v2,x {}", SIGNED.signature), ..SIGNED }.fits(&secret, BODY, now));
        for signed in [
            Signed { id: "msg_other", ..SIGNED },
            Signed { id: "", ..SIGNED },
            Signed { timestamp: "1614265331", ..SIGNED },
            Signed { timestamp: "x", ..SIGNED },
            Signed { signature: "", ..SIGNED },
            Signed { signature: "v1,g0hM9SsE", ..SIGNED },
            Signed { signature: &SIGNED.signature[3..], ..SIGNED },
        ] {
            assert!(!signed.fits(&secret, BODY, now), "{signed:?}");
        }
        assert!(!SIGNED.fits(&secret, b"{}", now));
        assert!(!SIGNED.fits(b"another", BODY, now));
        assert!(!SIGNED.fits(&secret, BODY, now + TimeDelta::minutes(6)), "an old one is not taken again");
        assert!(!SIGNED.fits(&secret, BODY, now - TimeDelta::minutes(6)));
    }
}
