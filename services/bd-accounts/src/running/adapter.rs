//! The connector, as this service asks it to sign in.

use std::sync::Arc;

use ::telegram::{self as connector, Connection, Endpoint, Login, LoginRefused, Patience, Proxy, Session, Start};
use chrono::TimeDelta;
use kernel::Clock;

use super::Sandbox;
use crate::{
    accounts::account::Network,
    telegram::{CodeSent, Me, Refused, SessionBlob, SessionFormat, SignedIn, Telegram, Way},
};

/// Telegram, and the sandbox where there is one.
pub struct Connector {
    clock: Clock,
    sandbox: Option<Sandbox>,
    patience: Patience,
}

impl Connector {
    #[must_use]
    pub fn new(clock: Clock, sandbox: Option<Sandbox>) -> Self {
        Self { clock, sandbox, patience: Patience::default() }
    }

    /// Less patient, for tests.
    #[must_use]
    pub fn patient(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    pub(super) fn clock(&self) -> Clock {
        self.clock.clone()
    }

    pub(super) async fn endpoint(&self, way: &Way) -> Result<Endpoint, Refused> {
        let endpoint = match way.network {
            Network::Telegram => {
                let app = way.app.as_ref().ok_or(Refused::AppInvalid)?;
                Endpoint::telegram(connector::App { id: app.id, hash: app.hash.clone() })
            }
            Network::Sandbox => Endpoint::seeded(self.sandbox()?.address().await?),
        };
        let proxy = way.proxy.as_deref().map(Proxy::parse).transpose();
        let proxy = proxy.map_err(|error| Refused::Other(error.to_string()))?;
        Ok(Endpoint { proxy, patience: self.patience, ..endpoint })
    }

    fn sandbox(&self) -> Result<&Sandbox, Refused> {
        self.sandbox.as_ref().ok_or(Refused::Unavailable)
    }

    async fn login(&self, way: &Way, session: &Arc<Session>) -> Result<Login, Refused> {
        let endpoint = self.endpoint(way).await?;
        Login::open(Arc::clone(session), endpoint, self.clock()).await.map_err(login_refused)
    }

    async fn connect(&self, way: &Way, session: &Arc<Session>) -> Result<Arc<Connection>, Refused> {
        let endpoint = self.endpoint(way).await?;
        let opened = Connection::open(Arc::clone(session), endpoint, self.clock(), Start::default()).await;
        opened.map(|(connection, _)| connection).map_err(refused)
    }

    fn sent(&self, sent: connector::CodeSent) -> CodeSent {
        let after = sent.resend_after.and_then(|after| TimeDelta::from_std(after).ok());
        CodeSent {
            hash: sent.hash,
            via: sent.via.as_str().to_owned(),
            length: sent.length,
            resend_at: after.map(|after| self.clock.now() + after),
            expires_at: None,
        }
    }
}

fn opened(session: &SessionBlob) -> Result<Arc<Session>, Refused> {
    Session::parse(&session.0).map(Arc::new).map_err(|_| Refused::SessionInvalid)
}

fn blob(session: &Session) -> SessionBlob {
    SessionBlob(session.to_bytes())
}

fn me(found: connector::Me, session: &Session) -> Me {
    let connector::Peer { id, name, username, phone } = found;
    Me { peer_id: id, name, username, phone, dc: Some(session.dc()) }
}

fn login_refused(why: LoginRefused) -> Refused {
    match why {
        LoginRefused::CodeWrong => Refused::CodeWrong,
        LoginRefused::CodeExpired => Refused::CodeExpired,
        LoginRefused::PasswordWrong => Refused::PasswordWrong,
        LoginRefused::PhoneBanned => Refused::PhoneBanned,
        LoginRefused::PhoneInvalid => Refused::PhoneInvalid,
        LoginRefused::PhoneUnknown => Refused::NotRegistered,
        LoginRefused::Flood { seconds } => Refused::Flood { seconds },
        LoginRefused::AppInvalid => Refused::AppInvalid,
        LoginRefused::PaymentRequired => Refused::Other("payment_required".to_owned()),
        LoginRefused::PasswordNeeded { .. } => Refused::Other("password_needed".to_owned()),
        LoginRefused::Refused(why) => refused(why),
    }
}

fn refused(why: connector::Refused) -> Refused {
    use connector::Refused as R;
    match why {
        R::FloodWait { seconds } => Refused::Flood { seconds },
        R::AccountBanned => Refused::PhoneBanned,
        R::SessionRevoked | R::KeyDuplicated | R::KeyLost => Refused::SessionEnded,
        R::Timeout | R::Network | R::Panicked => Refused::Unreachable,
        other => Refused::Other(other.to_string()),
    }
}

#[async_trait::async_trait]
impl Telegram for Connector {
    fn offers(&self, network: Network) -> bool {
        network == Network::Telegram || self.sandbox.is_some()
    }

    async fn send_code(&self, way: &Way, phone: &str) -> Result<(SessionBlob, CodeSent), Refused> {
        let session = match way.network {
            Network::Telegram => Session::new(),
            Network::Sandbox => self.sandbox()?.session().await?,
        };
        let session = Arc::new(session);
        let login = self.login(way, &session).await?;
        let sent = login.send_code(phone).await;
        login.close().await;
        Ok((blob(&session), self.sent(sent.map_err(login_refused)?)))
    }

    async fn resend_code(
        &self,
        way: &Way,
        session: SessionBlob,
        phone: &str,
        hash: &str,
    ) -> Result<(SessionBlob, CodeSent), Refused> {
        let session = opened(&session)?;
        let login = self.login(way, &session).await?;
        let sent = login.resend_code(phone, hash).await;
        login.close().await;
        Ok((blob(&session), self.sent(sent.map_err(login_refused)?)))
    }

    async fn sign_in(
        &self,
        way: &Way,
        session: SessionBlob,
        phone: &str,
        hash: &str,
        code: &str,
    ) -> Result<(SessionBlob, SignedIn), Refused> {
        let session = opened(&session)?;
        let login = self.login(way, &session).await?;
        let signed_in = login.sign_in(phone, hash, code).await;
        login.close().await;
        let signed_in = match signed_in {
            Ok(found) => SignedIn::Done(me(found, &session)),
            Err(LoginRefused::PasswordNeeded { hint }) => SignedIn::PasswordRequired { hint },
            Err(why) => return Err(login_refused(why)),
        };
        Ok((blob(&session), signed_in))
    }

    async fn check_password(
        &self,
        way: &Way,
        session: SessionBlob,
        password: &str,
    ) -> Result<(SessionBlob, Me), Refused> {
        let session = opened(&session)?;
        let login = self.login(way, &session).await?;
        let found = login.check_password(password).await;
        login.close().await;
        let found = found.map_err(login_refused)?;
        Ok((blob(&session), me(found, &session)))
    }

    async fn me(&self, way: &Way, session: SessionBlob) -> Result<(SessionBlob, Me), Refused> {
        let session = opened(&session)?;
        let connection = self.connect(way, &session).await?;
        let found = connection.me().clone();
        connection.close().await;
        Ok((blob(&session), me(found, &session)))
    }

    async fn log_out(&self, way: &Way, session: SessionBlob) -> Result<(), Refused> {
        let session = opened(&session)?;
        self.connect(way, &session).await?.log_out().await.map_err(refused)
    }

    fn session_of(&self, format: SessionFormat, text: &str) -> Result<SessionBlob, Refused> {
        let format = match format {
            SessionFormat::Telethon => connector::StringFormat::Telethon,
            SessionFormat::GramJs => connector::StringFormat::GramJs,
        };
        Session::from_string(format, text).map(|session| blob(&session)).map_err(|_| Refused::SessionInvalid)
    }
}
