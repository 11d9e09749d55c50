//! Signing in: a code, and a password where the account has one. What must be kept between the steps is plain data: the
//! session's bytes and [`CodeSent::hash`]; each step may be taken by another process.

mod password;

use std::sync::Arc;
use std::time::Duration;

use grammers_session::Session as _;
use grammers_session::types::{PeerAuth, PeerInfo, UpdatesState};
use grammers_tl_types::{enums, functions as f, types};
use kernel::Clock;
use tokio::time::timeout;

use crate::endpoint::Endpoint;
use crate::line::Line;
use crate::people::of_user;
use crate::plain::Me;
use crate::refused::Refused;
use crate::session::Session;

/// Somebody who is about to sign in.
pub struct Login {
    line: Line,
}

/// A code is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSent {
    /// To be given back with the code.
    pub hash: String,
    pub via: CodeVia,
    pub length: Option<u32>,
    /// After how long another one may be asked for, which then comes some other way.
    pub resend_after: Option<Duration>,
}

/// How the code comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeVia {
    /// As a message in another app where the account is signed in.
    App,
    Sms,
    Call,
    /// The last digits of the number that calls.
    MissedCall,
    Email,
    /// Over Fragment, for anonymous numbers.
    Fragment,
    /// In a way that this client cannot follow; another one is to be asked for.
    Other,
}

impl CodeVia {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Sms => "sms",
            Self::Call => "call",
            Self::MissedCall => "missed_call",
            Self::Email => "email",
            Self::Fragment => "fragment",
            Self::Other => "other",
        }
    }
}

/// Why somebody is not signed in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoginRefused {
    #[error("the code is wrong")]
    CodeWrong,
    #[error("the code has expired")]
    CodeExpired,
    #[error("the account has a password")]
    PasswordNeeded { hint: Option<String> },
    #[error("the password is wrong")]
    PasswordWrong,
    #[error("Telegram has banned this number")]
    PhoneBanned,
    #[error("this is no number")]
    PhoneInvalid,
    /// Nobody has this number: an account is made in Telegram's own apps.
    #[error("there is no account with this number")]
    PhoneUnknown,
    #[error("too often; to be asked again in {seconds} s")]
    Flood { seconds: u32 },
    /// Telegram wants money for a code to this number, through its own apps.
    #[error("Telegram wants to be paid for a code to this number")]
    PaymentRequired,
    /// The id and hash of the application are not Telegram's.
    #[error("the application is not known to Telegram")]
    AppInvalid,
    #[error(transparent)]
    Refused(Refused),
}

impl From<Refused> for LoginRefused {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::FloodWait { seconds } => Self::Flood { seconds },
            Refused::AccountBanned => Self::PhoneBanned,
            Refused::Other { ref name, .. } => match name.as_str() {
                "PHONE_CODE_INVALID" | "PHONE_CODE_EMPTY" => Self::CodeWrong,
                "PHONE_CODE_EXPIRED" | "PHONE_CODE_HASH_EMPTY" | "PHONE_HASH_EXPIRED" => Self::CodeExpired,
                "PASSWORD_HASH_INVALID" => Self::PasswordWrong,
                "PHONE_NUMBER_INVALID" | "PHONE_NUMBER_APP_SIGNUP_FORBIDDEN" => Self::PhoneInvalid,
                "PHONE_NUMBER_UNOCCUPIED" => Self::PhoneUnknown,
                // Too many codes, or too many wrong passwords; Telegram does not say how long.
                "PHONE_NUMBER_FLOOD" | "PHONE_PASSWORD_FLOOD" | "SEND_CODE_UNAVAILABLE" => {
                    Self::Flood { seconds: DAY_S }
                }
                "API_ID_INVALID" | "API_ID_PUBLISHED_FLOOD" => Self::AppInvalid,
                _ => Self::Refused(refused),
            },
            refused => Self::Refused(refused),
        }
    }
}

const DAY_S: u32 = 86_400;
/// Data centres that a number may be sent on to, one after the other.
const MOVES_MOST: u32 = 3;

impl Login {
    /// Connects.
    ///
    /// # Errors
    /// Mostly [`Refused::Network`] and [`Refused::Timeout`].
    pub async fn open(session: Arc<Session>, endpoint: Endpoint, clock: Clock) -> Result<Self, LoginRefused> {
        let line = Line::open(session, endpoint, clock, None).await?;
        line.connect().await?;
        Ok(Self { line })
    }

    /// Has a code sent to the number.
    pub async fn send_code(&self, phone: &str) -> Result<CodeSent, LoginRefused> {
        let app = &self.line.endpoint().app;
        let settings = types::CodeSettings {
            allow_flashcall: false,
            current_number: false,
            allow_app_hash: false,
            allow_missed_call: false,
            allow_firebase: false,
            unknown_number: false,
            logout_tokens: None,
            token: None,
            app_sandbox: None,
        };
        let request = f::auth::SendCode {
            phone_number: phone.to_owned(),
            api_id: app.id,
            api_hash: app.hash.clone(),
            settings: settings.into(),
        };
        let mut moves = 0;
        loop {
            match self.line.ask(&request).await {
                Err(refused) if moves < MOVES_MOST => match home_of(&refused) {
                    Some(dc) => self.move_home(dc).await?,
                    None => return Err(refused.into()),
                },
                answer => return self.code_sent(answer?).await,
            }
            moves += 1;
        }
    }

    /// Has another code sent, which comes another way.
    pub async fn resend_code(&self, phone: &str, hash: &str) -> Result<CodeSent, LoginRefused> {
        let request =
            f::auth::ResendCode { phone_number: phone.to_owned(), phone_code_hash: hash.to_owned(), reason: None };
        let sent = self.line.call(&request).await?;
        self.code_sent(sent).await
    }

    /// Signs in with the code. [`LoginRefused::PasswordNeeded`] is the way on for an account with a password.
    pub async fn sign_in(&self, phone: &str, hash: &str, code: &str) -> Result<Me, LoginRefused> {
        let request = f::auth::SignIn {
            phone_number: phone.to_owned(),
            phone_code_hash: hash.to_owned(),
            phone_code: Some(code.trim().to_owned()),
            email_verification: None,
        };
        match self.line.call(&request).await {
            Ok(authorization) => self.signed_in(authorization).await,
            Err(refused) if refused.is_named("SESSION_PASSWORD_NEEDED") => {
                let enums::account::Password::Password(password) = self.line.ask(&f::account::GetPassword {}).await?;
                Err(LoginRefused::PasswordNeeded { hint: password.hint.filter(|hint| !hint.is_empty()) })
            }
            Err(refused) => Err(refused.into()),
        }
    }

    /// Signs in with the password, after the code.
    pub async fn check_password(&self, password: &str) -> Result<Me, LoginRefused> {
        let enums::account::Password::Password(asked) = self.line.ask(&f::account::GetPassword {}).await?;
        let proof = password::proof(asked, password.to_owned(), self.line.random()).await?;
        let authorization = self.line.call(&f::auth::CheckPassword { password: proof }).await?;
        self.signed_in(authorization).await
    }

    /// Ends the connection. The session keeps what was reached.
    pub async fn close(self) {
        self.line.close().await;
    }

    async fn code_sent(&self, sent: enums::auth::SentCode) -> Result<CodeSent, LoginRefused> {
        match sent {
            enums::auth::SentCode::Code(sent) => Ok(of_code(sent)),
            enums::auth::SentCode::PaymentRequired(_) => Err(LoginRefused::PaymentRequired),
            enums::auth::SentCode::Success(done) => {
                // Signed in before, with this very key: there is nothing left to ask for.
                self.signed_in(done.authorization).await?;
                Ok(CodeSent { hash: String::new(), via: CodeVia::Other, length: None, resend_after: None })
            }
        }
    }

    async fn move_home(&self, dc: i32) -> Result<(), LoginRefused> {
        let Ok(()) = self.line.session().set_home_dc_id(dc).await else {
            return Err(Refused::KeyLost.into());
        };
        self.line.connect().await.map_err(LoginRefused::from)
    }

    async fn signed_in(&self, authorization: enums::auth::Authorization) -> Result<Me, LoginRefused> {
        let enums::auth::Authorization::Authorization(authorization) = authorization else {
            return Err(LoginRefused::PhoneUnknown);
        };
        remember_me(&self.line, &authorization.user).await
    }
}

/// From where on updates are wanted: what came before the account was connected is history.
async fn remember_me(line: &Line, user: &enums::User) -> Result<Me, LoginRefused> {
    let (Some(chat), enums::User::User(raw)) = (of_user(user), user) else {
        return Err(Refused::PeerUnknown.into());
    };
    let state = timeout(Duration::from_secs(10), line.ask(&f::updates::GetState {})).await;
    let state = match state {
        Ok(Ok(enums::updates::State::State(state))) => {
            let types::updates::State { pts, qts, date, seq, .. } = state;
            Some(UpdatesState { pts, qts, date, seq, channels: Vec::new() })
        }
        _ => None,
    };
    let auth = raw.access_hash.map(PeerAuth::from_hash);
    line.session().sign_in(PeerInfo::User { id: raw.id, auth, bot: Some(raw.bot), is_self: Some(true) }, state);
    Ok(chat.peer())
}

/// The data centre that a number or network belongs to, out of what it was refused with.
fn home_of(refused: &Refused) -> Option<i32> {
    let Refused::Other { code: 303, name } = refused else { return None };
    name.rsplit_once('_')?.1.parse().ok()
}

fn of_code(sent: types::auth::SentCode) -> CodeSent {
    use enums::auth::SentCodeType as T;
    let (via, length) = match &sent.r#type {
        T::App(code) => (CodeVia::App, Some(code.length)),
        T::Sms(code) => (CodeVia::Sms, Some(code.length)),
        T::FirebaseSms(code) => (CodeVia::Sms, Some(code.length)),
        T::SmsWord(_) | T::SmsPhrase(_) => (CodeVia::Sms, None),
        T::Call(code) => (CodeVia::Call, Some(code.length)),
        T::MissedCall(code) => (CodeVia::MissedCall, Some(code.length)),
        T::EmailCode(code) => (CodeVia::Email, Some(code.length)),
        T::FragmentSms(code) => (CodeVia::Fragment, Some(code.length)),
        T::FlashCall(_) | T::SetUpEmailRequired(_) => (CodeVia::Other, None),
    };
    let seconds = sent.timeout.and_then(|seconds| u64::try_from(seconds).ok());
    CodeSent {
        hash: sent.phone_code_hash,
        via,
        length: length.and_then(|length| u32::try_from(length).ok()),
        resend_after: seconds.map(Duration::from_secs),
    }
}
