//! Signing in, with everything that can be wrong about it.

use chrono::{DateTime, TimeDelta};
use grammers_client::{SignInError, tl};
use kernel::Clock;
use telegram_network::{Network, NewPerson, Options};

use crate::client::Connected;

const PHONE: &str = "+1 555 000-01";

#[tokio::test]
async fn the_code_signs_in() {
    let network = Network::in_memory(1).await.unwrap();
    network.add_person(NewPerson::new(PHONE, "Alice"));
    let alice = Connected::new(&network);
    assert!(!alice.client.is_authorized().await.unwrap());
    let token = alice.client.request_login_code(PHONE, "hash").await.unwrap();
    assert!(matches!(alice.client.sign_in(&token, "1").await, Err(SignInError::InvalidCode)));
    let me = alice.client.sign_in(&token, "22222").await.unwrap();
    assert_eq!((me.full_name().as_str(), me.phone()), ("Alice", Some("155500001")));
    assert!(alice.client.is_authorized().await.unwrap());
}

#[tokio::test]
async fn the_second_factor_is_asked_for_and_checked() {
    let network = Network::in_memory(1).await.unwrap();
    network.add_person(NewPerson::new(PHONE, "Alice").password("rapport"));
    let alice = Connected::new(&network);
    let token = alice.client.request_login_code(PHONE, "hash").await.unwrap();
    let Err(SignInError::PasswordRequired(token)) = alice.client.sign_in(&token, "22222").await else {
        panic!("a password is required")
    };
    assert!(!alice.client.is_authorized().await.unwrap(), "half a sign-in is none");
    let Err(SignInError::InvalidPassword(token)) = alice.client.check_password(token, "wrong").await else {
        panic!("the password is wrong")
    };
    alice.client.check_password(token, "rapport").await.unwrap();
    assert!(alice.client.is_authorized().await.unwrap());
}

#[tokio::test]
async fn what_is_wrong_with_a_sign_in_has_a_name() {
    let clock = Clock::manual(DateTime::from_timestamp(1_790_000_000, 0).unwrap(), 1);
    let network = Network::start(Options { clock: clock.clone(), ..Options::new(1) }).await.unwrap();
    let id = network.add_person(NewPerson::new(PHONE, "Alice"));
    let alice = Connected::new(&network);
    let error = alice.client.request_login_code("+1 000", "hash").await.err().unwrap();
    assert!(error.is("PHONE_NUMBER_INVALID"));
    network.set_banned(id, true);
    let error = alice.client.request_login_code(PHONE, "hash").await.err().unwrap();
    assert!(error.is("PHONE_NUMBER_BANNED"));
    network.set_banned(id, false);
    alice.client.request_login_code(PHONE, "hash").await.unwrap();
    let sign_in = |hash: &str, code: &str| tl::functions::auth::SignIn {
        phone_number: PHONE.to_owned(),
        phone_code_hash: hash.to_owned(),
        phone_code: Some(code.to_owned()),
        email_verification: None,
    };
    assert_eq!(alice.refusal(sign_in("0000000000000001", "1")).await, "PHONE_CODE_INVALID");
    clock.advance(TimeDelta::seconds(301));
    assert_eq!(alice.refusal(sign_in("0000000000000001", "22222")).await, "PHONE_CODE_EXPIRED");
    assert_eq!(alice.refusal(sign_in("no such hash", "22222")).await, "PHONE_CODE_EXPIRED");
}

#[tokio::test]
async fn a_code_can_be_sent_again() {
    let network = Network::in_memory(1).await.unwrap();
    network.add_person(NewPerson::new(PHONE, "Alice"));
    let alice = Connected::new(&network);
    alice.client.request_login_code(PHONE, "hash").await.unwrap();
    let resend = tl::functions::auth::ResendCode {
        phone_number: PHONE.to_owned(),
        phone_code_hash: "0000000000000001".to_owned(),
        reason: None,
    };
    let tl::enums::auth::SentCode::Code(sent) = alice.call(resend).await else { panic!("a code") };
    let sign_in = tl::functions::auth::SignIn {
        phone_number: PHONE.to_owned(),
        phone_code_hash: sent.phone_code_hash,
        phone_code: Some("22222".to_owned()),
        email_verification: None,
    };
    alice.call(sign_in).await;
    assert!(alice.client.is_authorized().await.unwrap());
}
