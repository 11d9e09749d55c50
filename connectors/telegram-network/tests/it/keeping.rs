//! A network in a folder survives its process.

use std::{fs, io::Write};

use telegram_network::{Network, NewPerson, NewPost, Peer};

use crate::client::{Connected, send, sent_id};

#[tokio::test]
async fn everything_is_there_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::open(folder.path(), 5).await.unwrap();
    let (alice, alice_id) = Connected::somebody(&network, "15550001", "alice").await;
    let bob = network.add_person(NewPerson::new("15550002", "Bob"));
    let id = sent_id(&alice.call(send(&network, Peer::User(bob), "kept", 42)).await);
    let channel = Peer::Channel(network.add_channel("Kept", Some("kept"), false, alice_id, &[bob]));
    network.send(bob, channel, NewPost::text("in the channel")).unwrap();
    network.add_group("Kept", bob, &[alice_id]);
    let file = network.add_file(vec![1, 2, 3]).unwrap();
    let address = network.address();
    let (messages, session) = (network.messages(alice_id), alice.session.clone());
    alice.client.disconnect();
    drop((network, alice));
    let network = reopened(folder.path(), address).await;
    assert_eq!(network.messages(alice_id), messages);
    assert_eq!(network.look(|world| world.chats_of(alice_id)).len(), 3);
    assert_eq!(network.add_file(vec![4]).unwrap(), file + 1);
    let alice = Connected::with_session(session);
    assert!(alice.client.is_authorized().await.unwrap(), "the key is known, and whose it is");
    let again = sent_id(&alice.call(send(&network, Peer::User(bob), "kept", 42)).await);
    assert_eq!((again, network.messages(bob).len()), (id, 2), "the random id is known");
}

/// The port is free as soon as the tasks of the network that had it have ended.
async fn reopened(folder: &std::path::Path, address: std::net::SocketAddr) -> Network {
    for _ in 0..100 {
        let network = Network::open(folder, 5).await.unwrap();
        if network.address() == address {
            return network;
        }
        fs::write(folder.join("address"), address.to_string()).unwrap();
        drop(network);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the port stays taken")
}

#[tokio::test]
async fn a_torn_last_line_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::open(folder.path(), 5).await.unwrap();
    let alice = network.add_person(NewPerson::new("15550001", "Alice"));
    let bob = network.add_person(NewPerson::new("15550002", "Bob"));
    network.send(alice, Peer::User(bob), NewPost::text("whole")).unwrap();
    drop(network);
    let path = folder.path().join("facts.jsonl");
    fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"n\":99,\"fact\":\"se").unwrap();
    let network = Network::open(folder.path(), 5).await.unwrap();
    assert_eq!(network.messages(bob).len(), 1);
    network.send(alice, Peer::User(bob), NewPost::text("after")).unwrap();
    drop(network);
    let network = Network::open(folder.path(), 5).await.unwrap();
    assert_eq!(network.messages(bob).len(), 2);
}

#[tokio::test]
async fn a_broken_line_in_the_middle_is_an_error_and_not_a_loss() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::open(folder.path(), 5).await.unwrap();
    network.add_person(NewPerson::new("15550001", "Alice"));
    drop(network);
    let path = folder.path().join("facts.jsonl");
    let text = format!("nonsense\n{}", fs::read_to_string(&path).unwrap());
    fs::write(&path, text).unwrap();
    let error = Network::open(folder.path(), 5).await.err().unwrap();
    assert!(error.to_string().starts_with("line 1 of the file of facts"), "{error}");
}
