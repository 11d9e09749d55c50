//! Why Telegram, or the way to it, said no. One enum for every call; what a person can act on has a name of its own.

use grammers_mtsender::{InvocationError, RpcError};

use crate::session::KeyWouldBeLost;

/// Why a call did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nothing of this sort is to be asked for that long.
    #[error("to be asked again in {seconds} s")]
    FloodWait { seconds: u32 },
    /// The account may not write to people who do not know it; answers still go.
    #[error("the account may not write to strangers now")]
    PeerFlood,
    #[error("the account is banned or deleted")]
    AccountBanned,
    /// Signed out, here or from another device.
    #[error("the account is signed out")]
    SessionRevoked,
    /// The same session was used from two places: Telegram ends it.
    #[error("the session was used from two places")]
    KeyDuplicated,
    /// Telegram does not know the session's key. The key is kept.
    #[error("Telegram does not know the key of the session")]
    KeyLost,
    #[error("the other side does not take messages of this account")]
    BlockedByPeer,
    #[error("the account may not do this in this chat")]
    ForbiddenInChat,
    #[error("nobody is known by this")]
    PeerUnknown,
    #[error("there is no such message any more")]
    MessageGone,
    #[error("too long, or too large")]
    TooLarge,
    /// No answer in time; whether it was done is not known.
    #[error("no answer in time")]
    Timeout,
    #[error("the connection failed")]
    Network,
    /// The client library failed in a way of its own; the account's connection was made anew.
    #[error("the client failed")]
    Panicked,
    #[error("{name} ({code})")]
    Other { code: i32, name: String },
}

impl Refused {
    /// Whether the account cannot go on until somebody does something about it.
    #[must_use]
    pub fn ends_the_session(&self) -> bool {
        matches!(self, Self::AccountBanned | Self::SessionRevoked | Self::KeyDuplicated | Self::KeyLost)
    }

    /// Whether the same may succeed when it is tried again soon.
    #[must_use]
    pub fn passes(&self) -> bool {
        match self {
            Self::FloodWait { .. } | Self::Timeout | Self::Network | Self::Panicked => true,
            Self::Other { code, .. } => (500..600).contains(code) || *code == -503,
            _ => false,
        }
    }

    /// A stable word for it, for logs and rows.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::FloodWait { .. } => "flood_wait",
            Self::PeerFlood => "peer_flood",
            Self::AccountBanned => "account_banned",
            Self::SessionRevoked => "session_revoked",
            Self::KeyDuplicated => "key_duplicated",
            Self::KeyLost => "key_lost",
            Self::BlockedByPeer => "blocked_by_peer",
            Self::ForbiddenInChat => "forbidden_in_chat",
            Self::PeerUnknown => "peer_unknown",
            Self::MessageGone => "message_gone",
            Self::TooLarge => "too_large",
            Self::Timeout => "timeout",
            Self::Network => "network",
            Self::Panicked => "panicked",
            Self::Other { .. } => "other",
        }
    }

    pub(crate) fn is_named(&self, wanted: &str) -> bool {
        matches!(self, Self::Other { name, .. } if name == wanted)
    }
}

impl From<InvocationError> for Refused {
    fn from(error: InvocationError) -> Self {
        match error {
            InvocationError::Rpc(error) => of_rpc(error),
            InvocationError::Session(error) if error.is::<KeyWouldBeLost>() => Self::KeyLost,
            InvocationError::Session(_) | InvocationError::InvalidDc => {
                Self::Other { code: 0, name: "SESSION_STORAGE".to_owned() }
            }
            InvocationError::Transport(error) if error.to_string().contains("404") => Self::KeyLost,
            InvocationError::Transport(error) if error.to_string().contains("429") => Self::FloodWait { seconds: 60 },
            InvocationError::Io(_) | InvocationError::Transport(_) | InvocationError::Dropped(_) => Self::Network,
            InvocationError::Deserialize(_) => Self::Other { code: 0, name: "ANSWER_UNREADABLE".to_owned() },
            InvocationError::Authentication(_) => Self::Other { code: 0, name: "KEY_EXCHANGE_FAILED".to_owned() },
        }
    }
}

fn of_rpc(error: RpcError) -> Refused {
    let RpcError { code, name, value, .. } = error;
    match name.as_str() {
        "FLOOD_WAIT" | "SLOWMODE_WAIT" | "FLOOD_PREMIUM_WAIT" | "FLOOD_TEST_PHONE_WAIT" | "TAKEOUT_INIT_DELAY" => {
            Refused::FloodWait { seconds: value.unwrap_or(60) }
        }
        "PEER_FLOOD" => Refused::PeerFlood,
        "USER_DEACTIVATED" | "USER_DEACTIVATED_BAN" | "PHONE_NUMBER_BANNED" => Refused::AccountBanned,
        "AUTH_KEY_UNREGISTERED"
        | "AUTH_KEY_INVALID"
        | "AUTH_KEY_PERM_EMPTY"
        | "SESSION_REVOKED"
        | "SESSION_EXPIRED" => Refused::SessionRevoked,
        "AUTH_KEY_DUPLICATED" => Refused::KeyDuplicated,
        "USER_IS_BLOCKED"
        | "YOU_BLOCKED_USER"
        | "USER_PRIVACY_RESTRICTED"
        | "PRIVACY_PREMIUM_REQUIRED"
        | "ALLOW_PAYMENT_REQUIRED" => Refused::BlockedByPeer,
        "CHAT_WRITE_FORBIDDEN"
        | "CHAT_ADMIN_REQUIRED"
        | "CHANNEL_PRIVATE"
        | "USER_BANNED_IN_CHANNEL"
        | "CHAT_RESTRICTED"
        | "CHAT_FORBIDDEN"
        | "MESSAGE_DELETE_FORBIDDEN"
        | "USER_NOT_PARTICIPANT"
        | "MESSAGE_AUTHOR_REQUIRED"
        | "MESSAGE_EDIT_TIME_EXPIRED"
        | "TOPIC_CLOSED"
        | "REACTION_INVALID" => Refused::ForbiddenInChat,
        "PEER_ID_INVALID"
        | "PEER_ID_NOT_SUPPORTED"
        | "CHANNEL_INVALID"
        | "CHAT_ID_INVALID"
        | "USER_ID_INVALID"
        | "USERNAME_NOT_OCCUPIED"
        | "USERNAME_INVALID"
        | "PHONE_NOT_OCCUPIED"
        | "INPUT_USER_DEACTIVATED"
        | "CONTACT_ID_INVALID" => Refused::PeerUnknown,
        "MESSAGE_ID_INVALID" | "MSG_ID_INVALID" | "MESSAGE_IDS_EMPTY" | "REPLY_MESSAGE_ID_INVALID" => {
            Refused::MessageGone
        }
        "MESSAGE_TOO_LONG"
        | "MEDIA_CAPTION_TOO_LONG"
        | "FILE_PARTS_INVALID"
        | "FILE_PART_SIZE_INVALID"
        | "FILE_PART_TOO_BIG"
        | "PHOTO_INVALID_DIMENSIONS"
        | "ENTITIES_TOO_LONG" => Refused::TooLarge,
        _ if name.starts_with("CHAT_SEND_") && name.ends_with("_FORBIDDEN") => Refused::ForbiddenInChat,
        _ if code == 420 => Refused::FloodWait { seconds: value.unwrap_or(60) },
        _ if code == 401 && name != "SESSION_PASSWORD_NEEDED" => Refused::SessionRevoked,
        _ => Refused::Other { code, name: with_value(name, value) },
    }
}

/// The library takes numbers out of names; where one is part of what went wrong, it is put behind.
fn with_value(name: String, value: Option<u32>) -> String {
    match value {
        Some(value) => format!("{name}_{value}"),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use grammers_tl_types::types;

    use super::*;

    fn refused(code: i32, message: &str) -> Refused {
        let error = types::RpcError { error_code: code, error_message: message.to_owned() };
        InvocationError::Rpc(RpcError::from(error)).into()
    }

    #[test]
    fn what_telegram_answers_has_a_name() {
        let table = [
            (420, "FLOOD_WAIT_90", Refused::FloodWait { seconds: 90 }),
            (420, "SLOWMODE_WAIT_7", Refused::FloodWait { seconds: 7 }),
            (400, "PEER_FLOOD", Refused::PeerFlood),
            (401, "USER_DEACTIVATED_BAN", Refused::AccountBanned),
            (401, "AUTH_KEY_UNREGISTERED", Refused::SessionRevoked),
            (401, "SESSION_REVOKED", Refused::SessionRevoked),
            (406, "AUTH_KEY_DUPLICATED", Refused::KeyDuplicated),
            (400, "USER_IS_BLOCKED", Refused::BlockedByPeer),
            (403, "CHAT_WRITE_FORBIDDEN", Refused::ForbiddenInChat),
            (403, "CHAT_SEND_PHOTOS_FORBIDDEN", Refused::ForbiddenInChat),
            (400, "USERNAME_NOT_OCCUPIED", Refused::PeerUnknown),
            (400, "MESSAGE_ID_INVALID", Refused::MessageGone),
            (400, "MESSAGE_TOO_LONG", Refused::TooLarge),
            (500, "SOMETHING_BROKE", Refused::Other { code: 500, name: "SOMETHING_BROKE".to_owned() }),
        ];
        for (code, message, expected) in table {
            assert_eq!(refused(code, message), expected, "{message}");
        }
    }

    #[test]
    fn only_what_ends_the_session_ends_it() {
        assert!(refused(401, "SESSION_REVOKED").ends_the_session());
        assert!(!refused(420, "FLOOD_WAIT_3").ends_the_session());
        assert!(refused(500, "SOMETHING_BROKE").passes());
        assert!(!refused(400, "PEER_FLOOD").passes());
    }
}
