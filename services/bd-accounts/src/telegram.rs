//! What an account is asked of its network by this service, as plain data: to sign in, and what takes no standing
//! connection. The connector implements it; nothing of its library is seen here.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::accounts::account::Network;

/// A session as the connector writes it. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionBlob(pub Vec<u8>);

/// The app that an account signs in as (`my.telegram.org`).
#[derive(Clone, PartialEq, Eq)]
pub struct App {
    pub id: i32,
    pub hash: String,
}

/// How to get to the network.
#[derive(Clone, PartialEq, Eq)]
pub struct Way {
    pub network: Network,
    /// The sandbox needs none.
    pub app: Option<App>,
    /// Address of a proxy, with its credentials, as in `socks5://user:password@host:1080`.
    pub proxy: Option<String>,
}

impl fmt::Debug for SessionBlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "App({}, ***)", self.id)
    }
}

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Way({}, {:?}, proxy: {})", self.network.as_str(), self.app, self.proxy.is_some())
    }
}

/// A code was sent.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeSent {
    /// What the network wants to be told with the code.
    pub hash: String,
    /// `app`, `sms`, `call` …
    pub via: String,
    pub length: Option<u32>,
    /// When another way may be asked for.
    pub resend_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// Who signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    pub peer_id: i64,
    pub name: String,
    pub username: Option<String>,
    /// E.164, with the plus.
    pub phone: Option<String>,
    pub dc: Option<i32>,
}

/// What a code led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedIn {
    Done(Me),
    /// Two-step verification is on.
    PasswordRequired {
        hint: Option<String>,
    },
}

/// A device that is signed in to the account.
#[expect(clippy::struct_field_names, reason = "`device` is what Telegram calls it")]
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    pub hash: String,
    pub device: String,
    pub app: String,
    #[schema(required)]
    pub country: Option<String>,
    /// Whether it is this program.
    pub current: bool,
    #[schema(required)]
    pub last_active_at: Option<DateTime<Utc>>,
}

/// Form of a session that another program wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionFormat {
    Telethon,
    GramJs,
}

/// Why the network refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the number is none of this network")]
    PhoneInvalid,
    #[error("the number is banned")]
    PhoneBanned,
    #[error("nobody is registered with the number")]
    NotRegistered,
    #[error("the code is wrong")]
    CodeWrong,
    #[error("the code has expired")]
    CodeExpired,
    #[error("the password is wrong")]
    PasswordWrong,
    #[error("asked too often, wait {seconds} s")]
    Flood { seconds: u32 },
    #[error("the app is not known")]
    AppInvalid,
    #[error("the session has ended")]
    SessionEnded,
    #[error("the session cannot be read")]
    SessionInvalid,
    #[error("the network did not answer")]
    Unreachable,
    #[error("this network is not available here")]
    Unavailable,
    #[error("refused: {0}")]
    Other(String),
}

/// The network. Calls take the session and give it back as it is afterwards.
#[async_trait::async_trait]
pub trait Telegram: Send + Sync {
    /// Whether this process can get to the network at all.
    fn offers(&self, network: Network) -> bool;

    async fn send_code(&self, way: &Way, phone: &str) -> Result<(SessionBlob, CodeSent), Refused>;

    /// Sends the code by the next way.
    async fn resend_code(
        &self,
        way: &Way,
        session: SessionBlob,
        phone: &str,
        hash: &str,
    ) -> Result<(SessionBlob, CodeSent), Refused>;

    async fn sign_in(
        &self,
        way: &Way,
        session: SessionBlob,
        phone: &str,
        hash: &str,
        code: &str,
    ) -> Result<(SessionBlob, SignedIn), Refused>;

    async fn check_password(
        &self,
        way: &Way,
        session: SessionBlob,
        password: &str,
    ) -> Result<(SessionBlob, Me), Refused>;

    /// Who a session is of; for one that was imported.
    async fn me(&self, way: &Way, session: SessionBlob) -> Result<(SessionBlob, Me), Refused>;

    /// Ends the session on the network's side.
    async fn log_out(&self, way: &Way, session: SessionBlob) -> Result<(), Refused>;

    /// Reads a session that another program wrote.
    fn session_of(&self, format: SessionFormat, text: &str) -> Result<SessionBlob, Refused>;
}

/// No network: for processes that are given none.
pub struct Offline;

#[async_trait::async_trait]
impl Telegram for Offline {
    fn offers(&self, _: Network) -> bool {
        false
    }

    async fn send_code(&self, _: &Way, _: &str) -> Result<(SessionBlob, CodeSent), Refused> {
        Err(Refused::Unavailable)
    }

    async fn resend_code(&self, _: &Way, _: SessionBlob, _: &str, _: &str) -> Result<(SessionBlob, CodeSent), Refused> {
        Err(Refused::Unavailable)
    }

    async fn sign_in(
        &self,
        _: &Way,
        _: SessionBlob,
        _: &str,
        _: &str,
        _: &str,
    ) -> Result<(SessionBlob, SignedIn), Refused> {
        Err(Refused::Unavailable)
    }

    async fn check_password(&self, _: &Way, _: SessionBlob, _: &str) -> Result<(SessionBlob, Me), Refused> {
        Err(Refused::Unavailable)
    }

    async fn me(&self, _: &Way, _: SessionBlob) -> Result<(SessionBlob, Me), Refused> {
        Err(Refused::Unavailable)
    }

    async fn log_out(&self, _: &Way, _: SessionBlob) -> Result<(), Refused> {
        Err(Refused::Unavailable)
    }

    fn session_of(&self, _: SessionFormat, _: &str) -> Result<SessionBlob, Refused> {
        Err(Refused::Unavailable)
    }
}
