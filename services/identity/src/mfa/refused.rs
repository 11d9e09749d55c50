//! What second factors refuse, with its texts.

use api::messages::Message;
use kernel::{Coded, ErrorKind};
use serde_json::{Map, Value};

#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("the challenge is unknown, used, over or was tried too often")]
    Challenge,
    #[error("the answer to the challenge is wrong")]
    Answer {
        /// Tries left for this challenge.
        left: i64,
    },
    #[error("there is an authenticator app already")]
    TotpExists,
    #[error("no authenticator app is being set up")]
    NotPending,
    #[error("the person has no second factor")]
    NoFactor,
    #[error("an organization of the person asks for a second factor")]
    Enforced,
    #[error("the passkey is unknown or not proved")]
    Passkey,
    #[error("the person has as many passkeys as one may")]
    TooManyPasskeys,
    #[error("the public address is not a domain: there are no passkeys for it")]
    NoPasskeys,
    #[error("the account has a second factor: one signs in to it")]
    SignInFirst,
}

impl Coded for Refused {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Challenge => ErrorKind::Gone,
            Self::Answer { .. } | Self::Passkey => ErrorKind::Unauthenticated,
            Self::NoPasskeys => ErrorKind::Unavailable,
            Self::TotpExists | Self::NotPending | Self::NoFactor | Self::Enforced | Self::TooManyPasskeys => {
                ErrorKind::Conflict
            }
            Self::SignInFirst => ErrorKind::Forbidden,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Challenge => "mfa.challenge",
            Self::Answer { .. } => "mfa.code",
            Self::TotpExists => "mfa.totp.exists",
            Self::NotPending => "mfa.totp.not_pending",
            Self::NoFactor => "mfa.none",
            Self::Enforced => "mfa.enforced",
            Self::SignInFirst => "mfa.signin",
            Self::Passkey => "mfa.passkey",
            Self::TooManyPasskeys => "passkey.too_many",
            Self::NoPasskeys => "passkey.unavailable",
        }
    }

    fn facts(&self) -> Map<String, Value> {
        match self {
            Self::Answer { left } => Map::from_iter([("triesLeft".to_owned(), (*left).into())]),
            _ => Map::new(),
        }
    }
}

/// Texts of the codes of second factors.
pub const MESSAGES: &[Message] = &[
    (
        "mfa.challenge",
        "This sign-in took too long or was tried too often. Start again.",
        "Время входа истекло или попыток было слишком много. Начните заново.",
    ),
    ("mfa.code", "The code is wrong or was used before.", "Код неверный или уже использован."),
    (
        "mfa.method",
        "This does not prove it is you: use another way.",
        "Этот способ не подтверждает, что это вы: выберите другой.",
    ),
    (
        "mfa.totp.exists",
        "An authenticator app is set up already. Remove it first.",
        "Приложение-аутентификатор уже настроено. Сначала удалите его.",
    ),
    (
        "mfa.totp.not_pending",
        "No authenticator app is being set up. Start again.",
        "Приложение-аутентификатор не настраивается. Начните заново.",
    ),
    ("mfa.passkey", "This passkey is not known here.", "Этот ключ доступа здесь не известен."),
    (
        "passkey.answer",
        "The authenticator's answer could not be used. Try again.",
        "Не удалось использовать ответ устройства. Попробуйте ещё раз.",
    ),
    ("passkey.too_many", "You have as many passkeys as one may.", "У вас уже максимальное число ключей доступа."),
    (
        "passkey.unavailable",
        "Passkeys need a public address with a domain name.",
        "Для ключей доступа нужен публичный адрес с доменным именем.",
    ),
    ("mfa.none", "You have no second factor yet.", "У вас ещё нет второго фактора."),
    (
        "mfa.enforced",
        "An organization of yours asks for a second factor: set up another one before you remove this one.",
        "Ваша организация требует второй фактор: настройте другой, прежде чем удалять этот.",
    ),
    (
        "mfa.signin",
        "This account has a second factor. Sign in to it; further organizations are founded from there.",
        "У этого аккаунта есть второй фактор. Войдите в него; новые организации создаются оттуда.",
    ),
];
