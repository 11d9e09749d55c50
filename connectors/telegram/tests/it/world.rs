//! A network, an account of ours in it, and somebody who writes to it.

use std::net::{SocketAddr, SocketAddrV4};
use std::sync::Arc;
use std::time::Duration;

use kernel::Clock;
use telegram::{Batch, Connection, Endpoint, Listener, Login, Message, NewText, Patience, Seen, Session, Start};
use telegram_network::{CODE, DC, Network, NewPerson, NewPost, Peer};
use tokio::time::timeout;

/// How long anything may take.
pub const SOON: Duration = Duration::from_secs(20);
pub const OURS: &str = "15550001";

pub struct World {
    pub network: Network,
    pub session: Arc<Session>,
    /// Of the account.
    pub me: i64,
    pub bob: i64,
}

/// A connected account.
pub struct Account {
    pub connection: Arc<Connection>,
    pub listener: Listener,
}

impl World {
    /// With an account that has signed in, not connected.
    pub async fn new() -> Self {
        let world = Self::before_login().await;
        let login = world.login().await;
        let sent = login.send_code(OURS).await.unwrap();
        login.sign_in(OURS, &sent.hash, CODE).await.unwrap();
        login.close().await;
        world
    }

    pub async fn before_login() -> Self {
        let network = Network::in_memory(1).await.unwrap();
        let me = network.add_person(NewPerson::new(OURS, "Ann").username("ann_here"));
        let bob = network.add_person(NewPerson::new("15550002", "Bob").username("bob_here"));
        let session = Session::seeded(DC, address(&network), network.new_key().unwrap());
        Self { network, session: Arc::new(session), me, bob }
    }

    pub async fn login(&self) -> Login {
        Login::open(Arc::clone(&self.session), self.endpoint(), Clock::system()).await.unwrap()
    }

    pub fn endpoint(&self) -> Endpoint {
        Endpoint { patience: hurried(), ..Endpoint::seeded(address(&self.network)) }
    }

    pub async fn connect(&self) -> Account {
        self.connect_from(None).await
    }

    pub async fn connect_from(&self, position: Option<Vec<u8>>) -> Account {
        self.connect_with(Arc::clone(&self.session), position).await
    }

    pub async fn connect_with(&self, session: Arc<Session>, position: Option<Vec<u8>>) -> Account {
        let start = Start { position, chats: None };
        let opened = Connection::open(session, self.endpoint(), Clock::system(), start).await;
        let (connection, listener) = opened.unwrap();
        Account { connection, listener }
    }

    pub fn bob_writes(&self, text: &str) -> i32 {
        self.network.send(self.bob, Peer::User(self.me), NewPost::text(text)).unwrap()
    }

    /// Texts of what the account wrote, as the network has it.
    pub fn sent(&self) -> Vec<String> {
        let lines = self.network.log(0).into_iter().filter(|line| line.account == self.me);
        lines
            .filter_map(|line| match line.entry {
                telegram_network::LogEntry::Sent { text, .. } => Some(text),
                _ => None,
            })
            .collect()
    }
}

impl Account {
    pub async fn batch(&mut self) -> Batch {
        timeout(SOON, self.listener.next()).await.expect("something happens").unwrap()
    }

    /// The next thing that matches.
    pub async fn seen<T>(&mut self, wanted: impl Fn(&Seen) -> Option<T>) -> T {
        loop {
            if let Some(found) = self.batch().await.seen.iter().find_map(&wanted) {
                return found;
            }
        }
    }

    /// The next message of somebody else.
    pub async fn message(&mut self) -> Message {
        self.seen(|seen| match seen {
            Seen::Message(message) if !message.outgoing => Some(message.clone()),
            _ => None,
        })
        .await
    }

    /// Whom the account may write to afterwards.
    pub async fn know_bob(&self) -> i64 {
        self.connection.resolve_username("bob_here").await.unwrap().id
    }
}

pub fn text(random_id: i64, text: &str) -> NewText {
    NewText { random_id, text: text.to_owned(), ..NewText::default() }
}

pub fn address(network: &Network) -> SocketAddrV4 {
    match network.address() {
        SocketAddr::V4(address) => address,
        SocketAddr::V6(_) => unreachable!("it listens on IPv4"),
    }
}

fn hurried() -> Patience {
    Patience {
        call: Duration::from_secs(2),
        connect: Duration::from_secs(5),
        probe: Duration::from_millis(500),
        probe_every: Duration::from_secs(1),
        keepalive_every: Duration::from_secs(3),
        again_first: Duration::from_millis(20),
        again_most: Duration::from_millis(500),
        names: Duration::from_secs(2),
        key: Duration::from_millis(500),
    }
}
