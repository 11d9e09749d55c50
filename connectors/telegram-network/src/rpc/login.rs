//! Signing in with a code, and out.

use std::collections::{HashMap, HashSet};

use grammers_tl_types::{enums, functions as f, types};

use super::{Answer, Call, Refusal, bad};
use crate::{
    wire::cipher::KeyId,
    world::{Fact, Person},
};

/// Codes that were sent, and what else lasts only as long as the process.
#[derive(Debug, Default)]
pub(crate) struct Logins {
    /// When, by phone number and hash.
    codes: HashMap<(String, String), i32>,
    last: u64,
    /// Keys that two connections used at once.
    pub duplicated: HashSet<KeyId>,
    pub(super) passwords: super::password::Exchanges,
}

/// Codes are not kept for ever.
const MAX_CODES: usize = 10_000;

pub(super) fn send_code(call: &mut Call<'_>, request: f::auth::SendCode) -> Answer<enums::auth::SentCode> {
    let phone = digits(&request.phone_number);
    if call.core.rules.open_to_anybody && (7..=15).contains(&phone.len()) {
        call.core.sandbox_account(&phone);
    }
    let person = call.core.person_of_phone(&phone).ok_or(bad("PHONE_NUMBER_INVALID"))?;
    if person.banned {
        return Err(bad("PHONE_NUMBER_BANNED"));
    }
    Ok(sent(call, phone))
}

pub(super) fn resend_code(call: &mut Call<'_>, request: f::auth::ResendCode) -> Answer<enums::auth::SentCode> {
    let phone = digits(&request.phone_number);
    match call.core.logins.codes.remove(&(phone.clone(), request.phone_code_hash)) {
        Some(_) => Ok(sent(call, phone)),
        None => Err(bad("PHONE_CODE_EXPIRED")),
    }
}

pub(super) fn cancel_code(call: &mut Call<'_>, request: f::auth::CancelCode) -> Answer<bool> {
    let phone = digits(&request.phone_number);
    Ok(call.core.logins.codes.remove(&(phone, request.phone_code_hash)).is_some())
}

fn sent(call: &mut Call<'_>, phone: String) -> enums::auth::SentCode {
    let now = call.core.now();
    let length = i32::try_from(call.core.rules.code.len()).unwrap_or(5);
    let logins = &mut call.core.logins;
    if logins.codes.len() >= MAX_CODES {
        logins.codes.clear();
    }
    logins.last += 1;
    let phone_code_hash = format!("{:016x}", logins.last);
    logins.codes.insert((phone, phone_code_hash.clone()), now);
    types::auth::SentCode {
        r#type: types::auth::SentCodeTypeApp { length }.into(),
        phone_code_hash,
        next_type: Some(enums::auth::CodeType::Sms),
        timeout: Some(60),
    }
    .into()
}

pub(super) fn sign_in(call: &mut Call<'_>, request: f::auth::SignIn) -> Answer<enums::auth::Authorization> {
    let phone = digits(&request.phone_number);
    let person = call.core.person_of_phone(&phone).ok_or(bad("PHONE_NUMBER_INVALID"))?;
    let (account, banned, has_password) = (person.id, person.banned, person.password.is_some());
    if banned {
        return Err(bad("PHONE_NUMBER_BANNED"));
    }
    let known = (phone, request.phone_code_hash);
    let sent_at = *call.core.logins.codes.get(&known).ok_or(bad("PHONE_CODE_EXPIRED"))?;
    if call.core.now() - sent_at > call.core.rules.code_lives_seconds {
        call.core.logins.codes.remove(&known);
        return Err(bad("PHONE_CODE_EXPIRED"));
    }
    match request.phone_code.as_deref() {
        None | Some("") => return Err(bad("PHONE_CODE_EMPTY")),
        Some(code) if code != call.core.rules.code => return Err(bad("PHONE_CODE_INVALID")),
        Some(_) => {}
    }
    call.core.logins.codes.remove(&known);
    let key = call.key_text()?;
    if has_password {
        call.commit(Fact::PasswordPending { key, account });
        return Err(Refusal::new(401, "SESSION_PASSWORD_NEEDED"));
    }
    signed_in(call, account)
}

/// Binds the key to the account.
pub(super) fn signed_in(call: &mut Call<'_>, account: i64) -> Answer<enums::auth::Authorization> {
    let (key, at) = (call.key_text()?, call.core.now());
    call.commit(Fact::SignedIn { key, account, at });
    call.core.hub.sign(call.key, Some(account));
    call.me = account;
    let view = call.view();
    let user = view.user(view.world.person(account).ok_or(bad("USER_DEACTIVATED"))?);
    Ok(types::auth::Authorization {
        setup_password_required: false,
        otherwise_relogin_days: None,
        tmp_sessions: None,
        future_auth_token: None,
        user,
    }
    .into())
}

pub(super) fn log_out(call: &mut Call<'_>, _: f::auth::LogOut) -> Answer<enums::auth::LoggedOut> {
    let key = call.key_text()?;
    call.commit(Fact::SignedOut { key, revoked: false });
    call.core.hub.sign(call.key, None);
    Ok(types::auth::LoggedOut { future_auth_token: None }.into())
}

impl Call<'_> {
    /// The key of this session, as the world knows it.
    pub(super) fn key_text(&self) -> Answer<String> {
        let record = self.core.key_record(self.key).ok_or(Refusal::new(401, "AUTH_KEY_INVALID"))?;
        Ok(record.key.clone())
    }
}

impl crate::core::Core {
    fn person_of_phone(&self, phone: &str) -> Option<&Person> {
        self.world.find_phone(phone).filter(|person| !person.bot)
    }
}

/// Only the digits of a phone number.
pub(crate) fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}
