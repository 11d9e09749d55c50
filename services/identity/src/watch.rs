//! Refused ways in are written down for whoever watches over an installation: what was tried and why it was refused, never
//! what was typed. An address is told by a mark that only the signing key makes.

use kernel::Coded;

use crate::{Error, Identity};

/// Codes of fields that were to prove who somebody is.
const PROOFS: [&str; 3] = ["password.current", "mfa.code", "mfa.passkey"];

/// An outcome that is looked at on its way to whoever asked.
pub trait Watched {
    /// Writes down that it is a refusal, if it is one.
    fn watched(self, identity: &Identity, what: &'static str, email: Option<&str>) -> Self;
}

impl<T> Watched for Result<T, Error> {
    fn watched(self, identity: &Identity, what: &'static str, email: Option<&str>) -> Self {
        if let Err(error) = &self {
            identity.write_down(what, error, email);
        }
        self
    }
}

impl Identity {
    /// Writes down that somebody was refused, if this is about who they are.
    pub(crate) fn write_down(&self, what: &'static str, error: &Error, email: Option<&str>) {
        let Some(reason) = reason(error) else { return };
        let account = email.map(|email| self.tokens.mark(&email.trim().to_lowercase()));
        api::security::refused(what, reason, account.as_deref());
    }
}

/// Why somebody was kept out; none where something was missing or amiss with us.
fn reason(error: &Error) -> Option<&str> {
    match error {
        Error::Invalid(fields) => fields.fields().iter().map(|field| &*field.code).find(|code| PROOFS.contains(code)),
        Error::Db(_)
        | Error::Port(_)
        | Error::Hash(_)
        | Error::Unusable(_)
        | Error::Vault(_)
        | Error::Signing(_)
        | Error::Stale(_) => None,
        refused => Some(refused.code()),
    }
}

#[cfg(test)]
mod tests {
    use kernel::Fields;

    use super::*;

    #[test]
    fn what_is_missing_is_no_try_and_a_wrong_proof_is_one() {
        let field = |code: &'static str| {
            let mut fields = Fields::default();
            fields.refuse("password", code);
            Error::from(fields)
        };
        assert_eq!(reason(&field("field.required")), None);
        assert_eq!(reason(&field("password.current")), Some("password.current"));
        assert_eq!(reason(&Error::Credentials), Some("auth.credentials"));
        assert_eq!(reason(&Error::Hash(String::new())), None);
    }
}
