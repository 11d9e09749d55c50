//! Everything identity refuses, with its stable code.

use api::messages::Message;
use kernel::{Coded, ErrorKind, FieldError, Fields, error::Forbidden};
use serde_json::{Map, Value};

use crate::mfa::Refused;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Invalid(#[from] Fields),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Db(#[from] db::Error),
    #[error("the address and password do not match an account")]
    Credentials,
    #[error("the token is not valid")]
    Token,
    #[error("a refresh token was used twice; its session is revoked")]
    RefreshReused,
    #[error("not found")]
    NotFound,
    #[error("the version is stale")]
    Stale(Box<Value>),
    #[error("too many tries for one account")]
    TooManyTries { seconds: u64 },
    #[error("the password hash failed: {0}")]
    Hash(String),
    #[error(transparent)]
    Factor(#[from] Refused),
    #[error("what was stored of a factor could not be used: {0}")]
    Unusable(String),
    #[error("a sealed secret could not be used: {0}")]
    Vault(#[from] vault::Error),
    #[error("the token could not be signed: {0}")]
    Signing(#[from] jsonwebtoken::errors::Error),
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Db(error.into())
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(e) => e.kind(),
            Self::Forbidden(e) => e.kind(),
            Self::Db(e) => e.kind(),
            Self::Credentials | Self::Token | Self::RefreshReused => ErrorKind::Unauthenticated,
            Self::NotFound => ErrorKind::NotFound,
            Self::Stale(_) => ErrorKind::Conflict,
            Self::TooManyTries { .. } => ErrorKind::RateLimited,
            Self::Factor(e) => e.kind(),
            Self::Hash(_) | Self::Unusable(_) | Self::Vault(_) | Self::Signing(_) => ErrorKind::Internal,
        }
    }

    fn code(&self) -> &str {
        match self {
            Self::Invalid(e) => e.code(),
            Self::Forbidden(e) => e.code(),
            Self::Db(e) => e.code(),
            Self::Credentials => "auth.credentials",
            Self::Token => "auth.token",
            Self::RefreshReused => "auth.refresh_reused",
            Self::NotFound => "not_found",
            Self::Stale(_) => "version.conflict",
            Self::TooManyTries { .. } => "rate.limited",
            Self::Factor(e) => e.code(),
            Self::Hash(_) | Self::Unusable(_) | Self::Vault(_) | Self::Signing(_) => "internal",
        }
    }

    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Db(e) => e.params(),
            Self::TooManyTries { seconds } => vec![("seconds", seconds.to_string())],
            _ => Vec::new(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid(e) => e.fields(),
            _ => &[],
        }
    }

    fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Self::TooManyTries { seconds } => Some(*seconds),
            _ => None,
        }
    }

    fn facts(&self) -> Map<String, Value> {
        match self {
            Self::Factor(e) => e.facts(),
            _ => Map::new(),
        }
    }

    fn current(&self) -> Option<&Value> {
        match self {
            Self::Stale(current) => Some(current),
            _ => None,
        }
    }
}

/// Texts of the codes that only identity uses.
pub const MESSAGES: &[Message] = &[
    ("auth.credentials", "The address or the password is wrong.", "Неверный адрес или пароль."),
    (
        "auth.refresh_reused",
        "This refresh token was used before. The session is closed for safety; sign in again.",
        "Этот токен обновления уже использован. Сессия закрыта в целях безопасности, войдите снова.",
    ),
    ("auth.expired", "The session has ended. Sign in again.", "Сессия завершена. Войдите снова."),
    ("password.current", "This is not your current password.", "Это не ваш текущий пароль."),
    ("shortcut.action", "There is no such action.", "Такого действия нет."),
    (
        "shortcut.key",
        "A key is a letter A–Z, a digit or one of / . , ; ' [ ] \\ - =, alone or after Mod+.",
        "Клавиша — буква A–Z, цифра или один из знаков / . , ; ' [ ] \\ - =, одна или после Mod+.",
    ),
    ("password.common", "This password is too easy to guess.", "Этот пароль слишком легко угадать."),
];
