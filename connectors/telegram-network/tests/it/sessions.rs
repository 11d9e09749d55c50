//! Sessions of an account: seen, ended, used twice.

use std::sync::Arc;

use grammers_client::tl;
use telegram_network::{Network, Options};

use crate::client::{Connected, session};

#[tokio::test]
async fn a_session_that_is_ended_elsewhere_is_revoked() {
    let network = Network::in_memory(1).await.unwrap();
    let (phone, _) = Connected::somebody(&network, "15550001", "alice").await;
    let laptop = Connected::new(&network);
    laptop.sign_in("15550001").await;
    let tl::enums::account::Authorizations::Authorizations(list) =
        phone.call(tl::functions::account::GetAuthorizations {}).await;
    let others: Vec<i64> = (list.authorizations.iter())
        .filter_map(|tl::enums::Authorization::Authorization(it)| (!it.current).then_some(it.hash))
        .collect();
    assert_eq!((list.authorizations.len(), others.len()), (2, 1));
    phone.call(tl::functions::account::ResetAuthorization { hash: others[0] }).await;
    assert_eq!(laptop.refusal(tl::functions::updates::GetState {}).await, "SESSION_REVOKED");
    phone.client.get_me().await.unwrap();
}

#[tokio::test]
async fn whoever_signs_out_is_nobody() {
    let network = Network::in_memory(1).await.unwrap();
    let (alice, _) = Connected::somebody(&network, "15550001", "alice").await;
    alice.client.sign_out().await.unwrap();
    assert_eq!(alice.refusal(tl::functions::updates::GetState {}).await, "AUTH_KEY_UNREGISTERED");
}

#[tokio::test]
async fn a_key_that_is_used_twice_at_once_is_refused() {
    let network = Network::start(Options { revoke_shared_keys: true, ..Options::new(1) }).await.unwrap();
    let key = network.new_key().unwrap();
    let alice = Connected::with_key(&network, key);
    network.add_person(telegram_network::NewPerson::new("15550001", "Alice"));
    alice.sign_in("15550001").await;
    let copy = Connected::with_session(Arc::clone(&session(&network, key)));
    assert_eq!(copy.refusal(tl::functions::updates::GetState {}).await, "AUTH_KEY_DUPLICATED");
    assert_eq!(alice.refusal(tl::functions::updates::GetState {}).await, "AUTH_KEY_DUPLICATED");
}

#[tokio::test]
async fn a_key_that_nobody_registered_is_unknown() {
    let network = Network::in_memory(1).await.unwrap();
    let stranger = Connected::with_key(&network, [7; 256]);
    let error = stranger.client.is_authorized().await.unwrap_err();
    assert!(error.to_string().contains("404"), "{error}");
}
