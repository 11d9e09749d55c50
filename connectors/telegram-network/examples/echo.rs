//! An account on the real Rust client: greets somebody, then answers every message with itself. The other side of
//! `scripts/telegram-telethon`.
//!
//! `echo <address> <auth key in hexadecimal> <phone> <username to greet>`

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "an example stops at the first surprise"
)]
#![allow(clippy::large_futures, reason = "the calls of the client are large")]

use std::{
    net::{Ipv6Addr, SocketAddrV4, SocketAddrV6},
    sync::Arc,
};

use grammers_client::{
    Client, SenderPool,
    sender::UpdatesConfiguration,
    session::{SessionData, storages::MemorySession, types::DcOption},
    update::Update,
};

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, key, phone, username] = &arguments[..] else { panic!("four arguments") };
    let SenderPool { runner, handle, updates } = SenderPool::new(Arc::new(session(address, key)), 1);
    let client = Client::new(handle);
    tokio::spawn(runner.run());
    let token = client.request_login_code(phone, "hash").await.unwrap();
    client.sign_in(&token, telegram_network::CODE).await.unwrap();
    let configuration = UpdatesConfiguration { catch_up: true };
    let mut stream = client.stream_updates(updates, configuration).await.unwrap();
    let peer = client.resolve_username(username).await.unwrap().expect("somebody with this name");
    let peer = peer.to_ref().await.unwrap().expect("a peer that can be written to");
    client.send_message(peer, "hello from grammers").await.unwrap();
    println!("ready");
    loop {
        if let Update::NewMessage(message) = stream.next().await.unwrap()
            && !message.outgoing()
        {
            client.send_message(peer, format!("echo: {}", message.text())).await.unwrap();
        }
    }
}

fn session(address: &str, key: &str) -> MemorySession {
    let ipv4: SocketAddrV4 = address.parse().unwrap();
    let ipv6 = SocketAddrV6::new(Ipv6Addr::LOCALHOST, ipv4.port(), 0, 0);
    let bytes: Vec<u8> =
        (0..key.len()).step_by(2).map(|at| u8::from_str_radix(&key[at..at + 2], 16).unwrap()).collect();
    let here = DcOption { id: 2, ipv4, ipv6, auth_key: Some(bytes.try_into().unwrap()) };
    SessionData { home_dc: 2, dc_options: [(2, here)].into(), ..SessionData::default() }.into()
}
