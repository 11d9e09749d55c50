//! What signing in through others refuses, with its texts.

use api::messages::Message;
use kernel::{Coded, ErrorKind};

#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("the round trip is unknown, over, finished before, or was begun in another browser")]
    State,
    #[error("the person or the provider said no")]
    Denied,
    /// For the log: who signs in learns that it did not work.
    #[error("the provider did not answer as it should: {0}")]
    Provider(String),
    /// For the log too.
    #[error("the logout token is none of the issuer for us: {0}")]
    Logout(String),
    #[error("the provider vouches for no address")]
    Unverified,
    #[error("an account has the address and nobody has proved it")]
    Unproved,
    #[error("nobody has linked this account")]
    NotLinked,
    #[error("the account is linked to somebody else")]
    Taken,
    #[error("as many accounts are linked as may be")]
    TooMany,
    #[error("it is the last way in")]
    LastWay,
}

impl Coded for Refused {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::State => ErrorKind::Gone,
            Self::Logout(_) => ErrorKind::Malformed,
            Self::Denied | Self::Unverified | Self::Unproved | Self::NotLinked => ErrorKind::Forbidden,
            Self::Provider(_) => ErrorKind::Unavailable,
            Self::Taken | Self::TooMany | Self::LastWay => ErrorKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::State => "federated.state",
            Self::Denied => "federated.denied",
            Self::Provider(_) => "federated.provider",
            Self::Logout(_) => "federated.logout",
            Self::Unverified => "federated.unverified",
            Self::Unproved => "federated.unproved",
            Self::NotLinked => "federated.not_linked",
            Self::Taken => "federated.taken",
            Self::TooMany => "federated.too_many",
            Self::LastWay => "federated.last_way",
        }
    }
}

/// Texts of the codes of signing in through others.
pub const MESSAGES: &[Message] = &[
    (
        "federated.state",
        "This sign-in took too long, was finished before, or was begun in another browser. Start again.",
        "Время входа истекло, он уже завершён или начат в другом браузере. Начните заново.",
    ),
    (
        "federated.denied",
        "The sign-in was cancelled there. Try again, or sign in another way.",
        "Вход там отменён. Попробуйте ещё раз или войдите другим способом.",
    ),
    (
        "federated.provider",
        "The service did not answer as expected. Try again later, or sign in another way.",
        "Сервис ответил не так, как ожидалось. Попробуйте позже или войдите другим способом.",
    ),
    (
        "federated.logout",
        "This is no logout token of the issuer for this server, or it was taken before.",
        "Это не токен выхода этого издателя для этого сервера, или он уже использован.",
    ),
    (
        "federated.unverified",
        "The service does not vouch for your address. Verify it there; or sign in with your password and link the account \
         in Settings › Security.",
        "Сервис не подтверждает ваш адрес. Подтвердите его там или войдите по паролю и привяжите аккаунт в разделе \
         «Настройки › Безопасность».",
    ),
    (
        "federated.unproved",
        "There is an account with your address, but the address was never confirmed in it. Sign in with its password and \
         link this one in Settings › Security, or set a new password.",
        "Аккаунт с вашим адресом есть, но адрес в нём не подтверждён. Войдите по паролю и привяжите этот аккаунт в разделе \
         «Настройки › Безопасность» или задайте новый пароль.",
    ),
    (
        "federated.not_linked",
        "No account is linked with this one. Sign in another way and link it in Settings › Security.",
        "К этому аккаунту ничего не привязано. Войдите другим способом и привяжите его в разделе «Настройки › \
         Безопасность».",
    ),
    (
        "federated.taken",
        "This account is linked to another person already.",
        "Этот аккаунт уже привязан к другому человеку.",
    ),
    (
        "federated.too_many",
        "You have linked as many accounts as one may. Remove one first.",
        "Привязано максимальное число аккаунтов. Сначала удалите один.",
    ),
    (
        "federated.last_way",
        "This is your last way to sign in. Set a password or add a passkey first.",
        "Это ваш последний способ входа. Сначала задайте пароль или добавьте ключ доступа.",
    ),
    (
        "federated.change.linked",
        "An account of another service was linked: one can sign in by it now.",
        "Привязан аккаунт другого сервиса: теперь через него можно войти.",
    ),
    (
        "federated.change.unlinked",
        "An account of another service is no longer linked: one can no longer sign in by it.",
        "Аккаунт другого сервиса отвязан: войти через него больше нельзя.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_its_texts() {
        let all = [
            Refused::State,
            Refused::Denied,
            Refused::Provider(String::new()),
            Refused::Unverified,
            Refused::Unproved,
            Refused::NotLinked,
            Refused::Taken,
            Refused::TooMany,
            Refused::LastWay,
            Refused::Logout(String::new()),
        ];
        for refused in all {
            assert!(MESSAGES.iter().any(|(code, ..)| *code == refused.code()), "{refused}");
        }
    }
}
