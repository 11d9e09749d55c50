//! The unmodified client, with an auth key that the network knows.

use std::{
    net::{Ipv6Addr, SocketAddr, SocketAddrV6},
    sync::Arc,
    time::Duration,
};

use grammers_client::{
    Client, SenderPool,
    client::UpdateStream,
    sender::UpdatesConfiguration,
    session::{SessionData, storages::MemorySession, types::DcOption, updates::UpdatesLike},
    update::Update,
};
use telegram_network::{Network, NewPerson};
use tokio::sync::mpsc;

pub(crate) struct Connected {
    pub client: Client,
    pub session: Arc<MemorySession>,
    updates: Option<mpsc::Receiver<UpdatesLike>>,
    stream: Option<UpdateStream>,
}

/// How long anything may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

impl Connected {
    /// A client with a new key, not signed in.
    pub(crate) fn new(network: &Network) -> Self {
        Self::with_key(network, network.new_key().unwrap())
    }

    pub(crate) fn with_key(network: &Network, key: [u8; 256]) -> Self {
        Self::with_session(session(network, key))
    }

    pub(crate) fn with_session(session: Arc<MemorySession>) -> Self {
        let SenderPool { runner, handle, updates } = SenderPool::new(Arc::clone(&session), 1);
        tokio::spawn(runner.run());
        Self { client: Client::new(handle), session, updates: Some(updates), stream: None }
    }

    /// Adds somebody and signs in as them.
    pub(crate) async fn somebody(network: &Network, phone: &str, name: &str) -> (Self, i64) {
        let id = network.add_person(NewPerson::new(phone, name).username(&format!("{name}_here")));
        let connected = Self::new(network);
        connected.sign_in(phone).await;
        (connected, id)
    }

    pub(crate) async fn sign_in(&self, phone: &str) {
        let token = self.client.request_login_code(phone, "hash").await.unwrap();
        self.client.sign_in(&token, "22222").await.unwrap();
    }

    /// Starts listening to updates.
    pub(crate) async fn listen(&mut self) {
        let configuration = UpdatesConfiguration { catch_up: true, ..UpdatesConfiguration::default() };
        let updates = self.updates.take().expect("listens only once");
        self.stream = Some(self.client.stream_updates(updates, configuration).await.unwrap());
    }

    pub(crate) async fn next(&mut self) -> Update {
        let stream = self.stream.as_mut().expect("listen first");
        tokio::time::timeout(PATIENCE, stream.next()).await.expect("an update comes").unwrap()
    }

    /// Text of the next message of somebody else.
    pub(crate) async fn next_text(&mut self) -> String {
        loop {
            if let Update::NewMessage(message) = self.next().await
                && !message.outgoing()
            {
                return message.text().to_owned();
            }
        }
    }
}

pub(crate) fn session(network: &Network, key: [u8; 256]) -> Arc<MemorySession> {
    let SocketAddr::V4(ipv4) = network.address() else { unreachable!("it listens on IPv4") };
    let ipv6 = SocketAddrV6::new(Ipv6Addr::LOCALHOST, ipv4.port(), 0, 0);
    let here = DcOption { id: 2, ipv4, ipv6, auth_key: Some(key) };
    let data = SessionData { home_dc: 2, dc_options: [(2, here)].into(), ..SessionData::default() };
    Arc::new(data.into())
}
