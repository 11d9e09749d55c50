//! Codes of authenticator apps: RFC 6238 with SHA-1, six digits and steps of 30 seconds, which is what apps take for
//! granted. A code of the step before or after is taken too, for clocks that are a little off.

use chrono::{DateTime, Utc};
use totp_rs::{Builder, TotpError};

/// What RFC 4226 recommends for HMAC-SHA-1.
pub const SECRET_BYTES: usize = 20;
const DIGITS: usize = 6;
const STEP_SECONDS: u64 = 30;
/// Steps that a clock may be off, either way.
const SKEW: u16 = 1;
const ISSUER: &str = "Rapport";

/// What makes and checks codes.
pub struct Totp(totp_rs::Totp);

impl Totp {
    /// Over a secret of [`SECRET_BYTES`]; the account is what an app shows beside the code.
    ///
    /// # Errors
    /// For a secret that is too short.
    pub fn new(secret: Vec<u8>, account: &str) -> Result<Self, TotpError> {
        // The form of the address that apps read has no place for a colon in it.
        let account = account.replace(':', ".");
        let builder = Builder::new().with_secret(secret).with_skew(SKEW).with_step_duration(STEP_SECONDS);
        builder.with_account_name(account).with_issuer(Some(ISSUER)).build().map(Self)
    }

    /// To be typed into an app by hand.
    pub fn base32(&self) -> String {
        self.0.secret().to_base32()
    }

    /// What an app reads from the picture.
    ///
    /// # Errors
    /// Where the account has no name.
    pub fn uri(&self) -> Result<String, TotpError> {
        self.0.to_url()
    }

    /// The step, counted from 1970, whose code this is; none for a wrong or an old one.
    pub fn step_of(&self, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() != DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let step = self.0.check(&digits, u64::try_from(now.timestamp()).ok()?)?;
        i64::try_from(step).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the test vectors, RFC 6238 appendix B.
    fn of_the_rfc() -> Totp {
        Totp::new(b"12345678901234567890".to_vec(), "anna@example.com").unwrap()
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn the_vectors_of_the_rfc_are_taken() {
        // The last six of the eight digits that the RFC prints.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(of_the_rfc().step_of(code, at(seconds)), Some(seconds / 30), "at {seconds}");
        }
    }

    #[test]
    fn a_code_holds_one_step_before_and_after_its_own() {
        let step = 1_111_111_109 / 30;
        let taken = |seconds| of_the_rfc().step_of("081804", at(seconds));
        assert_eq!(taken((step - 1) * 30), Some(step));
        assert_eq!(taken((step + 2) * 30 - 1), Some(step));
        assert_eq!(taken((step - 1) * 30 - 1), None);
        assert_eq!(taken((step + 2) * 30), None);
    }

    #[test]
    fn what_is_no_code_is_not_one() {
        for text in ["", "28708", "0287082", "28708a", "２８７０８２", "287-082", "-87082"] {
            assert_eq!(of_the_rfc().step_of(text, at(59)), None, "{text}");
        }
        assert_eq!(of_the_rfc().step_of(" 287 082 ", at(59)), Some(1), "as people copy it");
    }

    #[test]
    fn apps_read_who_and_where() {
        let uri = of_the_rfc().uri().unwrap();
        assert_eq!(
            uri,
            "otpauth://totp/Rapport:anna%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Rapport"
        );
        assert_eq!(of_the_rfc().base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(Totp::new(b"12345678901234567890".to_vec(), "\"a:b\"@example.com").unwrap().uri().is_ok());
    }
}
