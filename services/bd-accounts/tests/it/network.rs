//! A network that answers by the number and code it is given: the outside of this service.

use std::sync::{Mutex, PoisonError};

use bd_accounts::{
    accounts::account::Network,
    telegram::{CodeSent, Me, Refused, SessionBlob, SessionFormat, SignedIn, Telegram, Way},
};

/// Words that must be nowhere but sealed.
pub const SESSION: &str = "session-that-nobody-sees";
pub const CODE: &str = "22222";
pub const CODE_HASH: &str = "hash-of-the-code";
pub const PASSWORD: &str = "correct horse battery";
pub const BANNED: &str = "+48601000001";
pub const WITH_PASSWORD: &str = "+48601000002";
pub const FLOODED: &str = "+48601000003";

/// What was asked of it.
#[derive(Default)]
pub struct Played {
    pub asked: Mutex<Vec<String>>,
}

impl Played {
    fn note(&self, what: &str, way: &Way) {
        let app = way.app.as_ref().map_or(0, |app| app.id);
        let line = format!("{what} {} {app} {}", way.network.as_str(), way.proxy.as_deref().unwrap_or("-"));
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn peer_of(phone: &str) -> i64 {
    phone.trim_start_matches('+').parse().unwrap()
}

fn me(phone: &str) -> Me {
    let username = Some("anna".to_owned());
    Me { peer_id: peer_of(phone), name: "Anna Nowak".into(), username, phone: Some(phone.into()), dc: Some(2) }
}

fn session(phone: &str, step: &str) -> SessionBlob {
    SessionBlob(format!("{SESSION} {phone} {step}").into_bytes())
}

fn phone_of(session: &SessionBlob) -> String {
    String::from_utf8(session.0.clone()).unwrap().split(' ').nth(1).unwrap().to_owned()
}

fn code_sent(via: &str) -> CodeSent {
    CodeSent { hash: CODE_HASH.into(), via: via.into(), length: Some(5), resend_at: None, expires_at: None }
}

#[async_trait::async_trait]
impl Telegram for Played {
    fn offers(&self, _: Network) -> bool {
        true
    }

    async fn send_code(&self, way: &Way, phone: &str) -> Result<(SessionBlob, CodeSent), Refused> {
        self.note("send_code", way);
        match phone {
            BANNED => Err(Refused::PhoneBanned),
            FLOODED => Err(Refused::Flood { seconds: 600 }),
            phone => Ok((session(phone, "code"), code_sent("app"))),
        }
    }

    async fn resend_code(
        &self,
        way: &Way,
        kept: SessionBlob,
        phone: &str,
        hash: &str,
    ) -> Result<(SessionBlob, CodeSent), Refused> {
        self.note("resend_code", way);
        assert_eq!((phone_of(&kept).as_str(), hash), (phone, CODE_HASH));
        Ok((kept, code_sent("sms")))
    }

    async fn sign_in(
        &self,
        way: &Way,
        kept: SessionBlob,
        phone: &str,
        hash: &str,
        code: &str,
    ) -> Result<(SessionBlob, SignedIn), Refused> {
        self.note("sign_in", way);
        assert_eq!((phone_of(&kept).as_str(), hash), (phone, CODE_HASH));
        match (code, phone) {
            (CODE, WITH_PASSWORD) => {
                Ok((session(phone, "password"), SignedIn::PasswordRequired { hint: Some("the usual".into()) }))
            }
            (CODE, _) => Ok((session(phone, "in"), SignedIn::Done(me(phone)))),
            ("00000", _) => Err(Refused::CodeExpired),
            ("99999", _) => Err(Refused::Unreachable),
            _ => Err(Refused::CodeWrong),
        }
    }

    async fn check_password(&self, way: &Way, kept: SessionBlob, password: &str) -> Result<(SessionBlob, Me), Refused> {
        self.note("check_password", way);
        let phone = phone_of(&kept);
        if password == PASSWORD { Ok((session(&phone, "in"), me(&phone))) } else { Err(Refused::PasswordWrong) }
    }

    async fn me(&self, way: &Way, kept: SessionBlob) -> Result<(SessionBlob, Me), Refused> {
        self.note("me", way);
        let phone = phone_of(&kept);
        if phone == BANNED { Err(Refused::SessionEnded) } else { Ok((kept, me(&phone))) }
    }

    async fn log_out(&self, way: &Way, kept: SessionBlob) -> Result<(), Refused> {
        self.note(&format!("log_out {}", phone_of(&kept)), way);
        Ok(())
    }

    fn session_of(&self, _: SessionFormat, text: &str) -> Result<SessionBlob, Refused> {
        let phone = text.strip_prefix("string ").ok_or(Refused::SessionInvalid)?;
        Ok(session(phone, "in"))
    }
}
