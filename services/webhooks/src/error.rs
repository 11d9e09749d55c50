//! Why a command of this service was refused: stable codes, and their texts.

use api::messages::Message;
use contracts::ports::PortError;
use kernel::{Coded, ErrorKind, FieldError, Fields, error::Forbidden};
use serde_json::Value;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Invalid(#[from] Fields),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The actor reaches less than the whole organization.
    #[error("webhooks are for who reaches every row")]
    NotWhole,
    /// Unknown, or of another organization.
    #[error("no such record")]
    NotFound,
    /// Somebody else changed it; here is how it stands.
    #[error("the webhook has another version by now")]
    Stale(Value),
    #[error("the webhook is switched off")]
    Disabled,
    #[error("there are as many as there may be")]
    TooMany { max: usize },
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
            Self::NotWhole => ErrorKind::Forbidden,
            Self::NotFound => ErrorKind::NotFound,
            Self::Stale(_) | Self::Disabled | Self::TooMany { .. } => ErrorKind::Conflict,
            Self::Db(error) => error.kind(),
            Self::Vault(_) | Self::Port(_) => ErrorKind::Internal,
        }
    }

    fn code(&self) -> &str {
        match self {
            Self::Invalid(fields) => fields.code(),
            Self::Forbidden(forbidden) => forbidden.code(),
            Self::NotWhole => "webhook.reach",
            Self::NotFound => "not_found",
            Self::Stale(_) => "version.conflict",
            Self::Disabled => "webhook.is_disabled",
            Self::TooMany { .. } => "webhook.too_many",
            Self::Db(error) => error.code(),
            Self::Vault(_) | Self::Port(_) => "internal",
        }
    }

    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Db(error) => error.params(),
            Self::TooMany { max } => vec![("max", max.to_string())],
            _ => Vec::new(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid(fields) => fields.fields(),
            _ => &[],
        }
    }

    fn current(&self) -> Option<&Value> {
        match self {
            Self::Stale(current) => Some(current),
            _ => None,
        }
    }
}

/// Texts of the codes of this service.
pub const MESSAGES: &[Message] = &[
    (
        "webhook.is_disabled",
        "The webhook is switched off. Switch it on first.",
        "Вебхук выключен. Сначала включите его.",
    ),
    (
        "webhook.too_many",
        "There are {max} webhooks already, which is the most.",
        "Уже есть {max} вебхуков, больше нельзя.",
    ),
    (
        "webhook.reach",
        "A webhook is told of everything: it takes a role that reaches all clients, deals, chats and accounts.",
        "Вебхуку сообщают обо всём: нужна роль с доступом ко всем клиентам, сделкам, чатам и аккаунтам.",
    ),
    ("webhook.all_or_some", "Choose all events, or some of them.", "Выберите либо все события, либо некоторые из них."),
];
