//! The data of events of accounts and of reading their history. Ids that Telegram gives are text: they have 64 bits.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

data! {
    AccountConnectStarted {
        /// `telegram` or `sandbox`.
        network: String,
        /// The number, all but its ends hidden.
        phone: String,
    }
    AccountCodeSent {
        /// Where the code went: `app`, `sms`, `call` …
        via: String,
    }
    AccountConnected {
        telegram_user_id: Option<String>,
    }
    AccountDisconnected {
        /// `asked`, `logged_out`, `unreachable` (for some minutes, it goes on trying), or a code that says what went wrong.
        reason: String,
    }
    AccountReconnecting {
        attempt: u32,
        next_at: DateTime<Utc>,
    }
    AccountConfigUpdated {
        /// Names of the changed fields.
        fields: Vec<String>,
    }
    AccountFloodWait {
        /// What was asked too often, such as `messages.sendMessage`.
        method: String,
        seconds: u32,
    }
    AccountRestricted {
        /// `peer_flood`: no first contacts. `spam`, `frozen`: no messages at all.
        kind: String,
        until: Option<DateTime<Utc>>,
    }
    AccountHealthChanged {
        /// `good`, `fair` or `poor`.
        from: String,
        to: String,
        /// 0 to 100.
        score: u8,
        /// Codes of what weighs on it.
        reasons: Vec<String>,
    }
    AccountSessionRevoked {
        /// `revoked`, `duplicated`, `banned`, `expired` …
        cause: String,
    }
    AccountLimitReached {
        /// `messages_per_day` or `first_contacts_per_day`.
        limit: String,
    }
    AccountDialogsUpdated {
        dialogs: u64,
    }
    AccountPurchased {
        provider: String,
        amount_minor: i64,
        /// ISO 4217.
        currency: String,
    }
    SyncChatsUpdated {
        added: Vec<String>,
        removed: Vec<String>,
    }
    SyncStarted {
        chats: u64,
    }
    SyncProgress {
        chat_id: String,
        /// Messages that were read in, of all there are as far as that is known.
        done: u64,
        total: Option<u64>,
        /// Of the whole history.
        eta_seconds: Option<u64>,
    }
    SyncCompleted {
        messages: u64,
        seconds: u64,
    }
    SyncFailed {
        /// Absent when it was not about one chat.
        chat_id: Option<String>,
        /// A code, such as `chat.private`.
        error: String,
    }
}
