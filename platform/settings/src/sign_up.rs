//! Who may make an account.

use crate::value::Value;

/// Whether anybody may found an organization here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignUp {
    Open,
    Invited,
}

impl Value for SignUp {
    fn expected() -> String {
        "open or invited".into()
    }

    fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "open" => Some(Self::Open),
            "invited" => Some(Self::Invited),
            _ => None,
        }
    }

    fn show(&self) -> String {
        match self {
            Self::Open => "open",
            Self::Invited => "invited",
        }
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_open_or_by_invitation() {
        for known in [SignUp::Open, SignUp::Invited] {
            assert_eq!(SignUp::parse(&known.show()), Some(known));
        }
        assert_eq!(SignUp::parse("Invited"), Some(SignUp::Invited));
        assert_eq!(SignUp::parse("closed"), None);
    }
}
