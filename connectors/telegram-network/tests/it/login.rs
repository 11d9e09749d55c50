//! Signing in, with everything that can be wrong about it.

use grammers_client::SignInError;
use telegram_network::{Network, NewPerson};

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
