//! Signing in, and what goes wrong at it.

use std::sync::Arc;

use kernel::Clock;
use telegram::{CodeVia, Connection, Login, LoginRefused, Refused, Session, Start};
use telegram_network::{CODE, Fault, FaultRule};

use crate::world::{OURS, World};

#[tokio::test]
async fn a_code_signs_in_and_the_session_stays_signed_in() {
    let world = World::before_login().await;
    let login = world.login().await;
    let sent = login.send_code("+1 555 0001").await.unwrap();
    assert_eq!(sent.via, CodeVia::App);
    assert_eq!(sent.length, Some(5));
    let me = login.sign_in(OURS, &sent.hash, CODE).await.unwrap();
    assert_eq!((me.id, me.name.as_str(), me.username.as_deref()), (world.me, "Ann", Some("ann_here")));
    assert_eq!(me.phone.as_deref(), Some("+15550001"));
    login.close().await;
    let again = Arc::new(Session::parse(&world.session.to_bytes()).unwrap());
    assert_eq!(again.me(), Some(world.me));
    let opened = Connection::open(again, world.endpoint(), Clock::system(), Start::default()).await;
    assert_eq!(opened.unwrap().0.me().id, world.me);
}

#[tokio::test]
async fn each_step_may_be_taken_by_another_process() {
    let world = World::before_login().await;
    world.network.set_password(world.me, Some("correct horse"));
    let login = world.login().await;
    let hash = login.send_code(OURS).await.unwrap().hash;
    login.close().await;
    let (session, login) = elsewhere(&world, world.session.to_bytes()).await;
    let needed = login.sign_in(OURS, &hash, CODE).await;
    assert!(matches!(needed, Err(LoginRefused::PasswordNeeded { .. })), "{needed:?}");
    login.close().await;
    let (session, login) = elsewhere(&world, session.to_bytes()).await;
    assert_eq!(login.check_password("battery staple").await, Err(LoginRefused::PasswordWrong));
    assert_eq!(login.check_password("correct horse").await.unwrap().id, world.me);
    assert_eq!(session.me(), Some(world.me));
}

#[tokio::test]
async fn a_wrong_code_is_told_and_the_right_one_still_goes() {
    let world = World::before_login().await;
    let login = world.login().await;
    let sent = login.send_code(OURS).await.unwrap();
    assert_eq!(login.sign_in(OURS, &sent.hash, "00000").await, Err(LoginRefused::CodeWrong));
    assert_eq!(login.sign_in(OURS, &sent.hash, CODE).await.unwrap().id, world.me);
}

#[tokio::test]
async fn what_telegram_says_of_a_number_has_a_name() {
    let world = World::before_login().await;
    let login = world.login().await;
    let table = [
        (400, "PHONE_NUMBER_BANNED", LoginRefused::PhoneBanned),
        (400, "PHONE_NUMBER_INVALID", LoginRefused::PhoneInvalid),
        (420, "FLOOD_WAIT_300", LoginRefused::Flood { seconds: 300 }),
        (400, "PHONE_NUMBER_FLOOD", LoginRefused::Flood { seconds: 86_400 }),
        (400, "API_ID_INVALID", LoginRefused::AppInvalid),
    ];
    for (code, text, expected) in table {
        world.network.inject(FaultRule::new(Fault::error(code, text)).method("auth.sendCode").once());
        assert_eq!(login.send_code(OURS).await, Err(expected), "{text}");
    }
    let sent = login.send_code(OURS).await.unwrap();
    world.network.inject(FaultRule::new(Fault::error(400, "PHONE_CODE_EXPIRED")).method("auth.signIn").once());
    assert_eq!(login.sign_in(OURS, &sent.hash, CODE).await, Err(LoginRefused::CodeExpired));
}

#[tokio::test]
async fn a_banned_account_is_told_so() {
    let world = World::before_login().await;
    world.network.set_banned(world.me, true);
    let login = world.login().await;
    let refused = match login.send_code(OURS).await {
        Ok(sent) => login.sign_in(OURS, &sent.hash, CODE).await.unwrap_err(),
        Err(refused) => refused,
    };
    assert_eq!(refused, LoginRefused::PhoneBanned);
}

#[tokio::test]
async fn who_is_not_signed_in_is_not_connected() {
    let world = World::before_login().await;
    let session = Arc::clone(&world.session);
    let opened = Connection::open(session, world.endpoint(), Clock::system(), Start::default()).await;
    assert_eq!(opened.err(), Some(Refused::SessionRevoked));
}

#[tokio::test]
async fn another_code_may_be_asked_for() {
    let world = World::before_login().await;
    let login = world.login().await;
    let sent = login.send_code(OURS).await.unwrap();
    let again = login.resend_code(OURS, &sent.hash).await.unwrap();
    assert_eq!(login.sign_in(OURS, &again.hash, CODE).await.unwrap().id, world.me);
}

async fn elsewhere(world: &World, bytes: Vec<u8>) -> (Arc<Session>, Login) {
    let session = Arc::new(Session::parse(&bytes).unwrap());
    let login = Login::open(Arc::clone(&session), world.endpoint(), Clock::system()).await.unwrap();
    (session, login)
}
