//! Why a command of this service was refused: stable codes. Their texts stand in `messages.rs`.

use contracts::ports::PortError;
use kernel::{Coded, ErrorKind, FieldError, Fields, error::Forbidden};
use serde_json::Value;

use crate::telegram::Refused;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Invalid(#[from] Fields),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Unknown, of another organization, or out of reach.
    #[error("no such record")]
    NotFound,
    /// Somebody else changed it; here is how it stands.
    #[error("the account has another version by now")]
    Stale(Value),
    /// It can be used, but belongs to somebody else.
    #[error("the account is somebody else's")]
    NotYours,
    /// A step of signing in that does not fit where the account stands.
    #[error("the account stands at {0}")]
    WrongStep(&'static str),
    /// What needs a connection found none.
    #[error("the account is not connected")]
    NotConnected,
    /// Only accounts that are disconnected can be deleted.
    #[error("the account is still connected")]
    StillConnected,
    /// No chats were chosen.
    #[error("no chats are selected")]
    NothingSelected,
    #[error("there are as many as there may be")]
    TooMany { max: u64 },
    /// As many codes were asked for as may be, for the number or by the organization.
    #[error("too many codes were asked for; the next one in {seconds} s")]
    TooManyCodes { seconds: u64 },
    /// The network refused, in a way that is not about a field.
    #[error("the network refused: {0}")]
    Network(#[source] Refused),
    #[error("orders are switched off")]
    OrdersOff,
    #[error(transparent)]
    Db(#[from] db::Error),
    #[error("a secret could not be kept or read")]
    Vault(#[from] vault::Error),
    #[error("another service could not answer")]
    Port(#[source] PortError),
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Db(error.into())
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(fields) => fields.kind(),
            Self::Forbidden(forbidden) => forbidden.kind(),
            Self::NotYours => ErrorKind::Forbidden,
            Self::NotFound => ErrorKind::NotFound,
            Self::Stale(_)
            | Self::WrongStep(_)
            | Self::NotConnected
            | Self::StillConnected
            | Self::NothingSelected
            | Self::TooMany { .. }
            | Self::OrdersOff => ErrorKind::Conflict,
            Self::TooManyCodes { .. } => ErrorKind::RateLimited,
            Self::Network(_) => ErrorKind::Unavailable,
            Self::Db(error) => error.kind(),
            Self::Vault(_) | Self::Port(_) => ErrorKind::Internal,
        }
    }

    fn code(&self) -> &str {
        match self {
            Self::Invalid(fields) => fields.code(),
            Self::Forbidden(forbidden) => forbidden.code(),
            Self::NotFound => "not_found",
            Self::Stale(_) => "version.conflict",
            Self::NotYours => "bd.account.not_yours",
            Self::WrongStep(_) => "bd.step",
            Self::NotConnected => "bd.not_connected",
            Self::StillConnected => "bd.still_connected",
            Self::NothingSelected => "bd.sync.nothing_selected",
            Self::TooMany { .. } => "bd.too_many",
            Self::TooManyCodes { .. } => "bd.codes.too_many",
            Self::Network(Refused::Unavailable) => "bd.network.unavailable",
            Self::Network(Refused::AppInvalid) => "bd.network.app",
            Self::Network(_) => "bd.network.unreachable",
            Self::OrdersOff => "bd.orders.off",
            Self::Db(error) => error.code(),
            Self::Vault(_) | Self::Port(_) => "internal",
        }
    }

    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Db(error) => error.params(),
            Self::TooMany { max } => vec![("max", max.to_string())],
            Self::TooManyCodes { seconds } => vec![("minutes", seconds.div_ceil(60).to_string())],
            _ => Vec::new(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid(fields) => fields.fields(),
            _ => &[],
        }
    }

    fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Self::TooManyCodes { seconds } => Some(*seconds),
            _ => None,
        }
    }

    fn current(&self) -> Option<&Value> {
        match self {
            Self::Stale(current) => Some(current),
            _ => None,
        }
    }
}

impl Error {
    /// The refusal of one field.
    #[must_use]
    pub fn of_field(field: &str, code: &'static str) -> Self {
        Self::Invalid(Fields(vec![FieldError::new(field, code)]))
    }
}
