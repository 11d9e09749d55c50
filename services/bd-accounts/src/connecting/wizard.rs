//! Signing in, step by step: which step fits where an account stands, and where what the network answers leads. The state
//! is kept in the database between the steps, so it is taken up after a restart. No I/O.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::channels::AccountStatus;

use crate::{
    accounts::account::StoredAccount,
    telegram::{CodeSent, Me, Refused},
};

/// A sign-in that has begun.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    pub code: CodeSent,
    pub password_hint: Option<String>,
    /// Wrong codes since the code was sent.
    pub tries: u32,
    pub started_at: DateTime<Utc>,
}

/// What somebody wants to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    SendCode,
    Resend,
    Code,
    Password,
}

/// What the network answered.
#[derive(Clone, PartialEq, Eq)]
pub enum Answer {
    CodeSent(CodeSent),
    SignedIn(Me),
    PasswordRequired { hint: Option<String> },
}

/// Why a step came to nothing, for who asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Field {
        field: &'static str,
        code: &'static str,
        params: Vec<(&'static str, String)>,
    },
    /// Not about anything that was given.
    Network(Refused),
    WrongStep(&'static str),
}

/// Where an account stands after a step.
#[derive(Clone, PartialEq, Eq)]
pub struct Moved {
    pub status: AccountStatus,
    pub status_code: Option<&'static str>,
    /// None: the sign-in is over, one way or the other.
    pub login: Option<Login>,
    pub signed_in: Option<Me>,
    pub refusal: Option<Refusal>,
}

/// Wrong codes after which another has to be sent.
pub const MAX_TRIES: u32 = 5;
/// How long a code is good for when the network does not say.
pub const CODE_LASTS: TimeDelta = TimeDelta::minutes(10);

fn field(field: &'static str, code: &'static str) -> Refusal {
    Refusal::Field { field, code, params: Vec::new() }
}

/// Whether a step fits.
///
/// # Errors
/// [`Refusal`].
pub fn may(status: AccountStatus, login: Option<&Login>, step: Step, now: DateTime<Utc>) -> Result<(), Refusal> {
    use AccountStatus as S;
    let wrong = || Err(Refusal::WrongStep(crate::accounts::account::word_of(status)));
    match (step, status, login) {
        (Step::SendCode, S::Connected | S::Reconnecting | S::FloodWait | S::Restricted, _) => {
            Err(field("phone", "bd.phone.connected"))
        }
        (Step::SendCode, _, _) | (Step::Password, S::PasswordRequired, Some(_)) => Ok(()),
        (Step::Resend, S::CodeSent, Some(login)) => match login.code.resend_at {
            Some(at) if at > now => {
                let params = vec![("seconds", (at - now).num_seconds().max(1).to_string())];
                Err(Refusal::Field { field: "code", code: "bd.code.resend_later", params })
            }
            _ => Ok(()),
        },
        (Step::Code, S::CodeSent, Some(login)) if login.tries >= MAX_TRIES => Err(field("code", "bd.code.too_many")),
        (Step::Code, S::CodeSent, Some(login)) => {
            let ends = login.code.expires_at.unwrap_or(login.started_at + CODE_LASTS);
            if ends <= now { Err(field("code", "bd.code.expired")) } else { Ok(()) }
        }
        _ => wrong(),
    }
}

/// Where an answer leads.
#[must_use]
pub fn after(
    account: &StoredAccount,
    login: Option<Login>,
    step: Step,
    answer: Result<Answer, Refused>,
    now: DateTime<Utc>,
) -> Moved {
    use AccountStatus as S;
    let moved = |status, login| Moved { status, status_code: None, login, signed_in: None, refusal: None };
    match answer {
        Ok(Answer::CodeSent(code)) => {
            moved(S::CodeSent, Some(Login { code, password_hint: None, tries: 0, started_at: now }))
        }
        Ok(Answer::SignedIn(me)) => Moved { signed_in: Some(me), ..moved(S::Connected, None) },
        Ok(Answer::PasswordRequired { hint }) => {
            moved(S::PasswordRequired, login.map(|login| Login { password_hint: hint, ..login }))
        }
        Err(refused) => turned_down(account, login, step, refused),
    }
}

fn turned_down(account: &StoredAccount, login: Option<Login>, step: Step, refused: Refused) -> Moved {
    use AccountStatus as S;
    let stays = |login, refusal| Moved {
        status: account.status,
        status_code: None,
        login,
        signed_in: None,
        refusal: Some(refusal),
    };
    let ends = |status, status_code, refusal| Moved {
        status,
        status_code,
        login: None,
        signed_in: None,
        refusal: Some(refusal),
    };
    let asked = match step {
        Step::SendCode => "phone",
        Step::Resend | Step::Code => "code",
        Step::Password => "password",
    };
    match refused {
        Refused::PhoneBanned => ends(S::Error, Some("bd.status.banned"), field("phone", "bd.phone.banned")),
        Refused::PhoneInvalid => ends(account.at_rest(), None, field("phone", "bd.phone.invalid")),
        Refused::NotRegistered => ends(account.at_rest(), None, field("phone", "bd.phone.not_registered")),
        Refused::CodeWrong => {
            let login = login.map(|login| Login { tries: login.tries + 1, ..login });
            let used_up = login.as_ref().is_some_and(|login| login.tries >= MAX_TRIES);
            stays(login, field("code", if used_up { "bd.code.too_many" } else { "bd.code.wrong" }))
        }
        Refused::CodeExpired | Refused::SessionEnded => {
            ends(account.at_rest(), Some("bd.status.code_expired"), field("code", "bd.code.expired"))
        }
        Refused::PasswordWrong => stays(login, field("password", "bd.password.wrong")),
        Refused::Flood { seconds } => {
            let code = if step == Step::Password { "bd.password.flood" } else { "bd.phone.flood" };
            let params = vec![("minutes", seconds.div_ceil(60).max(1).to_string())];
            stays(login, Refusal::Field { field: asked, code, params })
        }
        other => stays(login, Refusal::Network(other)),
    }
}

#[cfg(test)]
mod tests;
