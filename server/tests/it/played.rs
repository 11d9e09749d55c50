//! A network of accounts that takes any number, one code and one password: the outside of the server.

use bd_accounts::{
    accounts::account::Network,
    telegram::{CodeSent, Me, Refused, SessionBlob, SessionFormat, SignedIn, Telegram, Way},
};

pub const CODE: &str = "22222";
/// A number that has a password, too.
pub const WITH_PASSWORD: &str = "+48601000002";

pub struct Played;

fn code_sent() -> CodeSent {
    CodeSent { hash: "hash".into(), via: "app".into(), length: Some(5), resend_at: None, expires_at: None }
}

fn me(phone: &str) -> Me {
    let peer_id = phone.trim_start_matches('+').parse().unwrap_or(1);
    Me { peer_id, name: "Anna Nowak".into(), username: None, phone: Some(phone.into()), dc: Some(2) }
}

fn phone_of(session: &SessionBlob) -> String {
    String::from_utf8_lossy(&session.0).into_owned()
}

#[async_trait::async_trait]
impl Telegram for Played {
    fn offers(&self, _: Network) -> bool {
        true
    }

    async fn send_code(&self, _: &Way, phone: &str) -> Result<(SessionBlob, CodeSent), Refused> {
        Ok((SessionBlob(phone.into()), code_sent()))
    }

    async fn resend_code(
        &self,
        _: &Way,
        session: SessionBlob,
        _: &str,
        _: &str,
    ) -> Result<(SessionBlob, CodeSent), Refused> {
        Ok((session, code_sent()))
    }

    async fn sign_in(
        &self,
        _: &Way,
        session: SessionBlob,
        phone: &str,
        _: &str,
        code: &str,
    ) -> Result<(SessionBlob, SignedIn), Refused> {
        match (code, phone) {
            (CODE, WITH_PASSWORD) => Ok((session, SignedIn::PasswordRequired { hint: None })),
            (CODE, _) => Ok((session, SignedIn::Done(me(phone)))),
            _ => Err(Refused::CodeWrong),
        }
    }

    async fn check_password(&self, _: &Way, session: SessionBlob, _: &str) -> Result<(SessionBlob, Me), Refused> {
        let found = me(&phone_of(&session));
        Ok((session, found))
    }

    async fn me(&self, _: &Way, session: SessionBlob) -> Result<(SessionBlob, Me), Refused> {
        let found = me(&phone_of(&session));
        Ok((session, found))
    }

    async fn log_out(&self, _: &Way, _: SessionBlob) -> Result<(), Refused> {
        Ok(())
    }

    fn session_of(&self, _: SessionFormat, text: &str) -> Result<SessionBlob, Refused> {
        if text.starts_with('+') { Ok(SessionBlob(text.into())) } else { Err(Refused::SessionInvalid) }
    }
}
