//! The built-in network: an account that looks lived in, and people who act.

use chrono::{DateTime, TimeDelta};
use grammers_client::{SignInError, tl};
use kernel::Clock;
use telegram_network::{LogEntry, Network, NewPost, Options, Peer, world::Temperament};

use crate::client::Connected;

fn clock() -> Clock {
    Clock::manual(DateTime::from_timestamp(1_790_000_000, 0).unwrap(), 1)
}

async fn sandbox(clock: &Clock) -> Network {
    Network::start(Options { sandbox: true, clock: clock.clone(), ..Options::new(3) }).await.unwrap()
}

/// A person with this temperament.
fn somebody(network: &Network, temperament: Temperament) -> i64 {
    let has = |it: &&telegram_network::world::Person| it.persona.is_some_and(|it| it.temperament == temperament);
    network.look(|world| world.people().find(has).unwrap().id)
}

fn pass(network: &Network, clock: &Clock, seconds: i64) {
    for _ in 0..seconds {
        clock.advance(TimeDelta::seconds(1));
        network.run_due();
    }
}

/// Texts of a private chat, whose they are before them.
fn talk(network: &Network, account: i64, person: i64) -> Vec<(i64, String)> {
    let messages = network.messages(account).into_iter().filter(|it| it.chat == Peer::User(person));
    messages.map(|it| (it.from, it.text)).collect()
}

#[tokio::test]
async fn any_phone_signs_in_and_finds_months_of_talks() {
    let clock = clock();
    let network = sandbox(&clock).await;
    let client = Connected::new(&network);
    client.sign_in("+7 999 123-45-67").await;
    let mut dialogs = client.client.iter_dialogs();
    let mut kinds = [0; 3];
    let mut unread = 0;
    while let Some(dialog) = dialogs.next().await.unwrap() {
        let tl::enums::Dialog::Dialog(raw) = &dialog.raw else { panic!("a dialog") };
        unread += raw.unread_count;
        kinds[match raw.peer {
            tl::enums::Peer::User(_) => 0,
            tl::enums::Peer::Chat(_) => 1,
            tl::enums::Peer::Channel(_) => 2,
        }] += 1;
    }
    assert_eq!(kinds, [26, 3, 6]);
    assert!(unread > 0);
    let account = network.sandbox_account("79991234567");
    let messages = network.messages(account);
    assert!(messages.len() > 400, "{}", messages.len());
    assert!(messages.iter().all(|message| message.sent_at <= 1_790_000_000));
    let tl::enums::messages::DialogFilters::Filters(filters) =
        client.call(tl::functions::messages::GetDialogFilters {}).await;
    assert_eq!(filters.filters.len(), 4);
}

#[tokio::test]
async fn the_last_digits_of_the_phone_ask_for_a_password_or_ban() {
    let network = sandbox(&clock()).await;
    let client = Connected::new(&network);
    let token = client.client.request_login_code("+79990000002", "hash").await.unwrap();
    let Err(SignInError::PasswordRequired(token)) = client.client.sign_in(&token, "22222").await else {
        panic!("a password is required")
    };
    assert_eq!(token.hint(), Some("rapport"));
    client.client.check_password(token, "rapport").await.unwrap();
    let error = client.client.request_login_code("+79990000013", "hash").await.err().unwrap();
    assert!(error.is("PHONE_NUMBER_BANNED"));
}

#[tokio::test]
async fn people_read_type_and_answer() {
    let clock = clock();
    let network = sandbox(&clock).await;
    let account = network.sandbox_account("79990000001");
    let person = somebody(&network, Temperament::Eager);
    let before = network.log(0).len() as u64;
    network.send(account, Peer::User(person), NewPost::text("Здравствуйте! Сколько стоит полис?")).unwrap();
    let known = talk(&network, account, person).len();
    pass(&network, &clock, 12);
    let talk = talk(&network, account, person);
    assert!(talk.len() > known, "an answer came");
    assert_eq!(talk[known].0, person);
    let was_read = |entry: &LogEntry| matches!(entry, LogEntry::WasRead { chat, .. } if *chat == Peer::User(person));
    assert!(network.log(before).iter().any(|line| line.account == account && was_read(&line.entry)));
}

#[tokio::test]
async fn the_silent_read_and_the_offended_block() {
    let clock = clock();
    let network = sandbox(&clock).await;
    let account = network.sandbox_account("79990000001");
    let silent = somebody(&network, Temperament::Silent);
    let known = talk(&network, account, silent).len();
    network.send(account, Peer::User(silent), NewPost::text("Hello?")).unwrap();
    let offended = somebody(&network, Temperament::Offended);
    for _ in 0..2 {
        network.send(account, Peer::User(offended), NewPost::text("Buy!")).unwrap();
    }
    pass(&network, &clock, 60);
    assert_eq!(talk(&network, account, silent).len(), known + 1);
    assert!(network.look(|world| world.person(offended).unwrap().blocked.contains(&account)));
}

#[tokio::test]
async fn somebody_writes_first_within_a_minute() {
    let clock = clock();
    let network = sandbox(&clock).await;
    let account = network.sandbox_account("79990000001");
    let before = network.messages(account).len();
    pass(&network, &clock, 60);
    assert!(network.messages(account).len() >= before + 3);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_life() {
    let mut lives = Vec::new();
    for _ in 0..2 {
        let clock = clock();
        let network = sandbox(&clock).await;
        let account = network.sandbox_account("79990000001");
        let person = somebody(&network, Temperament::Correcting);
        network.send(account, Peer::User(person), NewPost::text("Добрый день!")).unwrap();
        pass(&network, &clock, 900);
        lives.push(network.messages(account));
    }
    assert_eq!(lives[0], lives[1]);
}

#[tokio::test]
async fn a_sandbox_wakes_up_with_what_was_not_answered() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let options = || Options { clock: clock.clone(), ..Options::sandbox(folder.path(), 3) };
    let network = Network::start(options()).await.unwrap();
    let account = network.sandbox_account("79990000001");
    let person = somebody(&network, Temperament::Eager);
    network.send(account, Peer::User(person), NewPost::text("Вы здесь?")).unwrap();
    let known = talk(&network, account, person).len();
    drop(network);
    let network = Network::start(options()).await.unwrap();
    pass(&network, &clock, 15);
    assert!(talk(&network, account, person).len() > known);
}
