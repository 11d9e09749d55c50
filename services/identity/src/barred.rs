//! What keeps somebody out though nothing is wrong with their input: a link that no longer works, too many wrong passwords.

use kernel::ErrorKind;

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Barred {
    #[error("nobody was sent such a link")]
    LinkUnknown,
    #[error("the link was used")]
    LinkUsed,
    #[error("the link has run out, or another account has the address now")]
    LinkExpired,
    #[error("too many wrong passwords for one address; the next one is taken later")]
    Tries { seconds: u64 },
    #[error("the address is locked after too many wrong passwords")]
    Locked { seconds: u64 },
    #[error("several accounts carry the address, and none of them has proved it")]
    AddressShared,
    #[error("access to the organization was switched off")]
    Suspended,
    #[error("accounts are made by invitation only")]
    SignUpClosed,
}

impl Barred {
    pub(crate) fn kind(self) -> ErrorKind {
        match self {
            Self::LinkUnknown => ErrorKind::NotFound,
            Self::LinkUsed | Self::LinkExpired => ErrorKind::Gone,
            Self::Tries { .. } => ErrorKind::RateLimited,
            Self::Locked { .. } => ErrorKind::Locked,
            Self::AddressShared => ErrorKind::Conflict,
            Self::Suspended | Self::SignUpClosed => ErrorKind::Forbidden,
        }
    }

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::LinkUnknown => "link.unknown",
            Self::LinkUsed => "link.used",
            Self::LinkExpired => "link.expired",
            Self::Tries { .. } => "auth.tries",
            Self::Locked { .. } => "auth.locked",
            Self::AddressShared => "auth.address_shared",
            Self::Suspended => "auth.suspended",
            Self::SignUpClosed => "auth.sign_up_closed",
        }
    }

    /// When trying again makes sense.
    pub(crate) fn seconds(self) -> Option<u64> {
        match self {
            Self::Tries { seconds } | Self::Locked { seconds } => Some(seconds),
            _ => None,
        }
    }
}
