use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::accounts::account::{Network, word_of};
use AccountStatus as S;

fn now() -> DateTime<Utc> {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn code() -> CodeSent {
    CodeSent { hash: "h".into(), via: "app".into(), length: Some(5), resend_at: None, expires_at: None }
}

fn login(tries: u32) -> Login {
    Login { code: code(), password_hint: None, tries, started_at: now() }
}

fn me() -> Me {
    Me { peer_id: 7, name: "Anna".into(), username: None, phone: None, dc: Some(2) }
}

fn account(status: S) -> StoredAccount {
    let account = StoredAccount::new(Uuid::nil(), Network::Sandbox, "A".into(), None, now());
    StoredAccount { status, ..account }
}

#[test]
fn a_step_fits_where_the_account_stands() {
    let all = [
        S::New,
        S::CodeSent,
        S::PasswordRequired,
        S::Connected,
        S::Reconnecting,
        S::FloodWait,
        S::Restricted,
        S::ReauthRequired,
        S::Disconnected,
        S::Error,
    ];
    for status in all {
        let fits = |step| may(status, Some(&login(0)), step, now()).is_ok();
        let found = [Step::SendCode, Step::Resend, Step::Code, Step::Password].map(fits);
        let expected = match status {
            S::CodeSent => [true, true, true, false],
            S::PasswordRequired => [true, false, false, true],
            S::Connected | S::Reconnecting | S::FloodWait | S::Restricted => [false; 4],
            _ => [true, false, false, false],
        };
        assert_eq!(found, expected, "{}", word_of(status));
    }
    // Without what the steps before left, none but the first.
    assert_eq!(may(S::CodeSent, None, Step::Code, now()), Err(Refusal::WrongStep("code_sent")));
}

#[test]
fn a_code_lasts_as_long_as_the_network_says() {
    let at = |minutes| now() + TimeDelta::minutes(minutes);
    let expired = Err(field("code", "bd.code.expired"));
    assert_eq!(may(S::CodeSent, Some(&login(0)), Step::Code, at(9)), Ok(()));
    assert_eq!(may(S::CodeSent, Some(&login(0)), Step::Code, at(10)), expired);
    let brief = Login { code: CodeSent { expires_at: Some(at(2)), ..code() }, ..login(0) };
    assert_eq!(may(S::CodeSent, Some(&brief), Step::Code, at(2)), expired);
    let patient = Login { code: CodeSent { resend_at: Some(at(1)), ..code() }, ..login(0) };
    let later =
        Refusal::Field { field: "code", code: "bd.code.resend_later", params: vec![("seconds", "60".to_owned())] };
    assert_eq!(may(S::CodeSent, Some(&patient), Step::Resend, now()), Err(later));
    assert_eq!(may(S::CodeSent, Some(&patient), Step::Resend, at(1)), Ok(()));
}

#[test]
#[expect(clippy::type_complexity, reason = "the rows of a table")]
fn each_answer_leads_somewhere() {
    let refused = |refused: Refused| Err(refused);
    // Where it stood, what was done, what was answered; where it stands then, what is left, what is told.
    let table: Vec<(S, Step, Result<Answer, Refused>, S, bool, Option<&str>)> = vec![
        (S::New, Step::SendCode, Ok(Answer::CodeSent(code())), S::CodeSent, true, None),
        (S::Error, Step::SendCode, Ok(Answer::CodeSent(code())), S::CodeSent, true, None),
        (S::New, Step::SendCode, refused(Refused::PhoneBanned), S::Error, false, Some("bd.phone.banned")),
        (S::New, Step::SendCode, refused(Refused::PhoneInvalid), S::New, false, Some("bd.phone.invalid")),
        (S::New, Step::SendCode, refused(Refused::Flood { seconds: 61 }), S::New, true, Some("bd.phone.flood")),
        (S::CodeSent, Step::Resend, Ok(Answer::CodeSent(code())), S::CodeSent, true, None),
        (S::CodeSent, Step::Code, Ok(Answer::SignedIn(me())), S::Connected, false, None),
        (S::CodeSent, Step::Code, Ok(Answer::PasswordRequired { hint: None }), S::PasswordRequired, true, None),
        (S::CodeSent, Step::Code, refused(Refused::CodeWrong), S::CodeSent, true, Some("bd.code.wrong")),
        (S::CodeSent, Step::Code, refused(Refused::CodeExpired), S::New, false, Some("bd.code.expired")),
        (S::CodeSent, Step::Code, refused(Refused::PhoneBanned), S::Error, false, Some("bd.phone.banned")),
        (S::CodeSent, Step::Code, refused(Refused::NotRegistered), S::New, false, Some("bd.phone.not_registered")),
        (S::CodeSent, Step::Code, refused(Refused::Unreachable), S::CodeSent, true, Some("network")),
        (S::PasswordRequired, Step::Password, Ok(Answer::SignedIn(me())), S::Connected, false, None),
        (
            S::PasswordRequired,
            Step::Password,
            refused(Refused::PasswordWrong),
            S::PasswordRequired,
            true,
            Some("bd.password.wrong"),
        ),
        (
            S::PasswordRequired,
            Step::Password,
            refused(Refused::Flood { seconds: 5 }),
            S::PasswordRequired,
            true,
            Some("bd.password.flood"),
        ),
        (S::PasswordRequired, Step::Password, refused(Refused::SessionEnded), S::New, false, Some("bd.code.expired")),
    ];
    for (stood, step, answer, stands, goes_on, told) in table {
        let shown = format!("{} {step:?} {:?}", word_of(stood), answer.as_ref().err());
        let moved = after(&account(stood), Some(login(0)), step, answer, now());
        let found = match &moved.refusal {
            Some(Refusal::Field { code, .. }) => Some(*code),
            Some(Refusal::Network(_)) => Some("network"),
            Some(Refusal::WrongStep(_)) => Some("step"),
            None => None,
        };
        assert_eq!((moved.status, moved.login.is_some(), found), (stands, goes_on, told), "{shown}");
        assert_eq!(moved.signed_in.is_some(), stands == S::Connected, "{shown}");
    }
}

#[test]
fn after_five_wrong_codes_another_is_needed() {
    let moved = after(&account(S::CodeSent), Some(login(4)), Step::Code, Err(Refused::CodeWrong), now());
    assert_eq!(moved.refusal, Some(field("code", "bd.code.too_many")));
    let login = moved.login.unwrap();
    assert_eq!(may(S::CodeSent, Some(&login), Step::Code, now()), Err(field("code", "bd.code.too_many")));
    assert_eq!(may(S::CodeSent, Some(&login), Step::SendCode, now()), Ok(()));
}

#[test]
fn one_that_was_connected_before_goes_back_to_needing_a_sign_in() {
    let before = StoredAccount { connected_at: Some(now()), ..account(S::CodeSent) };
    let moved = after(&before, Some(login(0)), Step::Code, Err(Refused::CodeExpired), now());
    assert_eq!((moved.status, moved.status_code), (S::ReauthRequired, Some("bd.status.code_expired")));
}

proptest! {
    /// Whatever comes in whatever order, nobody is connected but by signing in, and a sign-in that is over leaves nothing.
    #[test]
    fn only_signing_in_connects(steps in prop::collection::vec((0_usize..4, 0_usize..8), 0..30)) {
        let (mut account, mut login) = (account(S::New), None);
        for (step, answer) in steps {
            let step = [Step::SendCode, Step::Resend, Step::Code, Step::Password][step];
            if may(account.status, login.as_ref(), step, now()).is_err() {
                continue;
            }
            let answer = match (answer, step) {
                (0, Step::SendCode | Step::Resend) => Ok(Answer::CodeSent(code())),
                (0, Step::Code | Step::Password) => Ok(Answer::SignedIn(me())),
                (1, Step::Code) => Ok(Answer::PasswordRequired { hint: None }),
                (2, _) => Err(Refused::CodeWrong),
                (3, _) => Err(Refused::CodeExpired),
                (4, _) => Err(Refused::PasswordWrong),
                (5, _) => Err(Refused::PhoneBanned),
                (6, _) => Err(Refused::Flood { seconds: 1 }),
                _ => Err(Refused::Unreachable),
            };
            let signs_in = matches!(answer, Ok(Answer::SignedIn(_)));
            let moved = after(&account, login, step, answer, now());
            prop_assert_eq!(moved.status == S::Connected, signs_in);
            let waits = matches!(moved.status, S::CodeSent | S::PasswordRequired);
            prop_assert_eq!(waits && moved.login.is_none(), false, "nothing to go on with");
            account.status = moved.status;
            login = moved.login;
        }
    }
}
