//! The unmodified client, with an auth key that the network knows.

use std::{
    net::{Ipv6Addr, SocketAddr, SocketAddrV6},
    sync::Arc,
    time::Duration,
};

use grammers_client::{
    Client, InvocationError, SenderPool,
    client::UpdateStream,
    sender::UpdatesConfiguration,
    session::{SessionData, storages::MemorySession, types::DcOption, updates::UpdatesLike},
    tl,
    update::Update,
};
use telegram_network::{Network, NewPerson, Peer};
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
        let configuration = UpdatesConfiguration { catch_up: true };
        let updates = self.updates.take().expect("listens only once");
        self.stream = Some(self.client.stream_updates(updates, configuration).await.unwrap());
    }

    pub(crate) async fn next(&mut self) -> Update {
        let stream = self.stream.as_mut().expect("listen first");
        tokio::time::timeout(PATIENCE, stream.next()).await.expect("an update comes").unwrap()
    }

    /// The next raw update that is one of those looked for.
    pub(crate) async fn next_raw<T>(&mut self, pick: impl Fn(&tl::enums::Update) -> Option<T>) -> T {
        loop {
            let stream = self.stream.as_mut().expect("listen first");
            let next = tokio::time::timeout(PATIENCE, stream.next_raw()).await.expect("an update comes");
            if let Some(found) = pick(&next.unwrap().0) {
                return found;
            }
        }
    }

    pub(crate) async fn call<R: tl::RemoteCall>(&self, request: R) -> R::Return {
        tokio::time::timeout(PATIENCE, self.client.invoke(&request)).await.expect("an answer comes").unwrap()
    }

    /// The name of the error with which a call is refused.
    pub(crate) async fn refusal<R: tl::RemoteCall>(&self, request: R) -> String {
        let answer = tokio::time::timeout(PATIENCE, self.client.invoke(&request)).await.expect("an answer comes");
        match answer {
            Err(InvocationError::Rpc(error)) => error.name,
            Err(error) => panic!("not an error of a call: {error}"),
            Ok(_) => panic!("the call was answered"),
        }
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
    session_at(network.address(), key)
}

pub(crate) fn session_at(address: SocketAddr, key: [u8; 256]) -> Arc<MemorySession> {
    let SocketAddr::V4(ipv4) = address else { unreachable!("it listens on IPv4") };
    let ipv6 = SocketAddrV6::new(Ipv6Addr::LOCALHOST, ipv4.port(), 0, 0);
    let here = DcOption { id: 2, ipv4, ipv6, auth_key: Some(key) };
    let data = SessionData { home_dc: 2, dc_options: [(2, here)].into(), ..SessionData::default() };
    Arc::new(data.into())
}

/// A peer as calls name it.
pub(crate) fn input(network: &Network, peer: Peer) -> tl::enums::InputPeer {
    let access_hash = network.look(|world| world.access_hash(peer));
    match peer {
        Peer::User(user_id) => tl::types::InputPeerUser { user_id, access_hash }.into(),
        Peer::Group(chat_id) => tl::types::InputPeerChat { chat_id }.into(),
        Peer::Channel(channel_id) => tl::types::InputPeerChannel { channel_id, access_hash }.into(),
    }
}

pub(crate) fn input_channel(network: &Network, id: i64) -> tl::enums::InputChannel {
    let access_hash = network.look(|world| world.access_hash(Peer::Channel(id)));
    tl::types::InputChannel { channel_id: id, access_hash }.into()
}

/// A call that sends a text.
pub(crate) fn send(network: &Network, to: Peer, text: &str, random_id: i64) -> tl::functions::messages::SendMessage {
    tl::functions::messages::SendMessage {
        no_webpage: false,
        silent: false,
        background: false,
        clear_draft: false,
        noforwards: false,
        update_stickersets_order: false,
        invert_media: false,
        allow_paid_floodskip: false,
        peer: input(network, to),
        reply_to: None,
        message: text.to_owned(),
        random_id,
        reply_markup: None,
        entities: None,
        schedule_date: None,
        schedule_repeat_period: None,
        send_as: None,
        quick_reply_shortcut: None,
        effect: None,
        allow_paid_stars: None,
        suggested_post: None,
        rich_message: None,
    }
}

/// The id that a sent message got, from the answer to the call.
pub(crate) fn sent_id(updates: &tl::enums::Updates) -> i32 {
    let tl::enums::Updates::Updates(updates) = updates else { panic!("not a list of updates") };
    let ids = updates.updates.iter().find_map(|update| match update {
        tl::enums::Update::MessageId(it) => Some(it.id),
        _ => None,
    });
    ids.expect("the id of the message")
}
