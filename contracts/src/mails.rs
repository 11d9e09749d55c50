//! What mails are about: each kind has one template, in the service `mail`, with these placeholders.

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
    /// `name`, `subject`, `lines`, `link`: what happened, told by mail.
    Digest = "digest";
}
