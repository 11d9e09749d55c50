//! Everything identity refuses, with its stable code.

use api::messages::Message;
use kernel::{Coded, ErrorKind, FieldError, Fields, error::Forbidden};
use serde_json::{Map, Value};

use crate::{barred::Barred, federated, mfa::Refused, team};

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
    #[error("the session is over for this organization")]
    Expired,
    #[error("a refresh token was used twice; its session is revoked")]
    RefreshReused,
    #[error("not found")]
    NotFound,
    #[error("the version is stale")]
    Stale(Box<Value>),
    #[error("there are as many keys as there may be")]
    TooManyKeys { most: u64 },
    #[error("the key is revoked")]
    KeyRevoked,
    #[error("too many tries for one account")]
    TooManyTries { seconds: u64 },
    #[error(transparent)]
    Barred(#[from] Barred),
    #[error("another service could not answer: {0}")]
    Port(#[source] contracts::ports::PortError),
    #[error("the password hash failed: {0}")]
    Hash(String),
    #[error(transparent)]
    Team(#[from] team::Refused),
    #[error(transparent)]
    Factor(#[from] Refused),
    #[error(transparent)]
    Federated(#[from] federated::Refused),
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
            Self::Credentials | Self::Token | Self::Expired | Self::RefreshReused => ErrorKind::Unauthenticated,
            Self::NotFound => ErrorKind::NotFound,
            Self::Stale(_) | Self::TooManyKeys { .. } | Self::KeyRevoked => ErrorKind::Conflict,
            Self::TooManyTries { .. } => ErrorKind::RateLimited,
            Self::Barred(barred) => barred.kind(),
            Self::Team(e) => e.kind(),
            Self::Factor(e) => e.kind(),
            Self::Federated(e) => e.kind(),
            Self::Port(_) | Self::Hash(_) | Self::Unusable(_) | Self::Vault(_) | Self::Signing(_) => {
                ErrorKind::Internal
            }
        }
    }

    fn code(&self) -> &str {
        match self {
            Self::Invalid(e) => e.code(),
            Self::Forbidden(e) => e.code(),
            Self::Db(e) => e.code(),
            Self::Credentials => "auth.credentials",
            Self::Token => "auth.token",
            Self::Expired => "auth.expired",
            Self::RefreshReused => "auth.refresh_reused",
            Self::NotFound => "not_found",
            Self::Stale(_) => "version.conflict",
            Self::TooManyKeys { .. } => "keys.too_many",
            Self::KeyRevoked => "keys.revoked",
            Self::TooManyTries { .. } => "rate.limited",
            Self::Barred(barred) => barred.code(),
            Self::Team(e) => e.code(),
            Self::Factor(e) => e.code(),
            Self::Federated(e) => e.code(),
            Self::Port(_) | Self::Hash(_) | Self::Unusable(_) | Self::Vault(_) | Self::Signing(_) => "internal",
        }
    }

    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Db(e) => e.params(),
            Self::TooManyTries { seconds } => vec![("seconds", seconds.to_string())],
            Self::TooManyKeys { most } => vec![("most", most.to_string())],
            Self::Barred(barred) => {
                barred.seconds().map(|seconds| ("seconds", seconds.to_string())).into_iter().collect()
            }
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
            Self::Barred(barred) => barred.seconds(),
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
    (
        "mfa.change.totp_on",
        "Codes of an authenticator app are asked for now.",
        "Теперь при входе нужен код из приложения.",
    ),
    (
        "mfa.change.totp_off",
        "Codes of an authenticator app are no longer asked for.",
        "Код из приложения при входе больше не нужен.",
    ),
    ("mfa.change.passkey_on", "A passkey was added.", "Добавлен ключ доступа."),
    ("mfa.change.passkey_off", "A passkey was removed.", "Ключ доступа удалён."),
    ("mfa.change.codes", "The backup codes were made anew.", "Резервные коды выпущены заново."),
    (
        "auth.key",
        "An API key cannot do this; it takes a person who is signed in.",
        "Ключу API это недоступно: нужен вошедший в систему человек.",
    ),
    ("keys.beyond", "You cannot give a permission that you do not hold.", "Нельзя дать право, которого нет у вас."),
    ("keys.unknown", "There is no such permission.", "Такого права нет."),
    ("keys.past", "This is in the past.", "Это уже в прошлом."),
    ("keys.revoked", "The key is revoked.", "Ключ отозван."),
    (
        "keys.too_many",
        "There are {most} keys already, which is the most. Revoke one first.",
        "Уже есть {most} ключей, больше нельзя. Сначала отзовите один.",
    ),
    ("link.unknown", "This link is not valid. Ask for a new one.", "Ссылка недействительна. Запросите новую."),
    ("link.used", "This link was used already. Ask for a new one.", "Эта ссылка уже использована. Запросите новую."),
    ("link.expired", "This link has run out. Ask for a new one.", "Срок действия ссылки истёк. Запросите новую."),
    (
        "auth.address_shared",
        "Other accounts carry this address too, and none has proved it. The lock ends by itself.",
        "Этот адрес указан и в других учётных записях, и никто его не подтвердил. Блокировка закончится сама.",
    ),
    (
        "auth.tries",
        "Too many wrong passwords. Try again in {seconds} s.",
        "Слишком много неверных паролей. Повторите через {seconds} с.",
    ),
    (
        "auth.locked",
        "Signing in is blocked after too many wrong passwords. Try again in {seconds} s, or set a new password.",
        "Вход заблокирован после многих неверных паролей. Повторите через {seconds} с или задайте новый пароль.",
    ),
    (
        "auth.sign_up_closed",
        "Accounts are made by invitation here. Ask an administrator to invite you.",
        "Учётные записи здесь создаются по приглашению. Попросите администратора пригласить вас.",
    ),
    (
        "auth.suspended",
        "Your access to the organization was switched off. Ask its administrator.",
        "Ваш доступ в организацию отключён. Обратитесь к её администратору.",
    ),
    ("auth.expired", "The session has ended. Sign in again.", "Сессия завершена. Войдите снова."),
    ("password.current", "This is not your current password.", "Это не ваш текущий пароль."),
    ("shortcut.action", "There is no such action.", "Такого действия нет."),
    (
        "shortcut.key",
        "A key is a letter A–Z, a digit or one of / . , ; ' [ ] \\ - =, alone or after Mod+.",
        "Клавиша — буква A–Z, цифра или один из знаков / . , ; ' [ ] \\ - =, одна или после Mod+.",
    ),
    (
        "password.common",
        "This is one of the passwords that everybody tries first. Choose another one.",
        "Этот пароль из тех, что пробуют первыми. Придумайте другой.",
    ),
    (
        "password.personal",
        "Your name, address or organization is guessed first. Leave it out, or add words that have nothing to do with you.",
        "Имя, адрес и организацию пробуют первыми. Уберите их или добавьте слова, которые с вами не связаны.",
    ),
    (
        "password.guessable",
        "This password is easy to guess. Make it longer: three or four words that do not belong together.",
        "Этот пароль легко подобрать. Сделайте его длиннее: три-четыре слова, не связанных между собой.",
    ),
];
