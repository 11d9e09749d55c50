//! What mails are about: each kind has one template, in the service `mail`, with these placeholders.

use serde::{Deserialize, Serialize};

/// The value by which a mail of any kind names the address that ends mails of its kind with one `POST` (RFC 8058).
pub const UNSUBSCRIBE: &str = "unsubscribe";

/// What a mail lists of one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// What it is about.
    pub title: String,
    /// Where that is shown; the whole address.
    pub link: String,
    /// How many things happened to it, those that are not listed included.
    pub count: u64,
    /// A sentence for each; none where the title says it all.
    pub lines: Vec<String>,
}

impl Group {
    /// Groups as a value of a mail.
    #[must_use]
    pub fn written(groups: &[Self]) -> String {
        serde_json::to_string(groups).unwrap_or_default()
    }

    /// Reads [`Self::written`] back; none of what is no such value.
    #[must_use]
    pub fn read(value: &str) -> Vec<Self> {
        serde_json::from_str(value).unwrap_or_default()
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $word:literal;)*) => {
        /// What a mail is about; each kind has one template.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind { $($(#[$doc])* $variant,)* }

        impl Kind {
            /// All of them, in the order they are shown.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word stored and shown.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// Reads [`Self::as_str`] back.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

kinds! {
    /// `name`, `link`, `days`.
    VerifyEmail = "verify-email";
    /// `name`, `link`, `minutes`.
    ResetPassword = "reset-password";
    /// `name`, `at`, `link`.
    PasswordChanged = "password-changed";
    /// `name`, `device`, `ip`, `at`, `link`.
    NewDevice = "new-device";
    /// `name`, `minutes`, `link`.
    AccountLocked = "account-locked";
    /// `inviter`, `organization`, `link`.
    Invitation = "invitation";
    /// `link`: somebody signed up with the address of an account. It is queued by who signs up: nothing of the account is in
    /// it.
    AlreadyRegistered = "already-registered";
    /// `name`, `change`, `at`, `link`.
    MfaChanged = "mfa-changed";
    /// `name`, `subject`, `groups` (as [`Group::written`]), `more`, `link`, `settings`, `stop`: what happened, told together.
    /// [`UNSUBSCRIBE`] besides.
    Digest = "digest";
    /// `name`, `subject`, `text`, `link`, `settings`: one thing that happened, told at once.
    Notification = "notification";
}
