use std::net::Ipv4Addr;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use grammers_session::Session as _;
use grammers_session::types::{ChannelKind, ChannelState, PeerAuth, UpdateState};

use super::*;

const ADDRESS: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 4433);

fn signed_in() -> Session {
    let session = Session::seeded(2, ADDRESS, [7; 256]);
    session.sign_in(user(77), Some(UpdatesState { pts: 5, qts: 1, date: 9, seq: 2, channels: Vec::new() }));
    session
}

fn user(id: i64) -> PeerInfo {
    PeerInfo::User { id, auth: Some(PeerAuth::from_hash(id * 3)), bot: Some(false), is_self: None }
}

#[tokio::test]
async fn a_key_that_is_signed_in_with_is_never_replaced() {
    let session = signed_in();
    let mut option = session.dc_option(2).unwrap().unwrap();
    option.auth_key = Some([8; 256]);
    assert_eq!(session.set_dc_option(&option).await, Err(KeyWouldBeLost));
    assert_eq!(session.dc_option(2).unwrap().unwrap().auth_key, Some([7; 256]));
    assert!(*session.key_lost().borrow());
}

#[tokio::test]
async fn keys_of_other_data_centres_and_of_nobody_may_be_replaced() {
    let session = signed_in();
    for key in [[1; 256], [2; 256]] {
        let option = DcOption { id: 4, ipv4: ADDRESS, ipv6: v6_of(ADDRESS), auth_key: Some(key) };
        session.set_dc_option(&option).await.unwrap();
    }
    assert_eq!(session.dc_option(4).unwrap().unwrap().auth_key, Some([2; 256]));
    let nobody = Session::seeded(2, ADDRESS, [7; 256]);
    let option = DcOption { id: 2, ipv4: ADDRESS, ipv6: v6_of(ADDRESS), auth_key: Some([8; 256]) };
    nobody.set_dc_option(&option).await.unwrap();
    assert!(!*nobody.key_lost().borrow());
}

#[tokio::test]
async fn an_address_without_key_leaves_the_key_alone() {
    let session = signed_in();
    let option = DcOption { id: 2, ipv4: ADDRESS, ipv6: v6_of(ADDRESS), auth_key: None };
    session.set_dc_option(&option).await.unwrap();
    assert_eq!(session.dc_option(2).unwrap().unwrap().auth_key, Some([7; 256]));
}

#[tokio::test]
async fn a_list_of_chats_does_not_put_a_known_channel_forward() {
    let session = signed_in();
    for pts in [10, 500] {
        session.set_update_state(UpdateState::Channel { id: 3, pts }).await.unwrap();
    }
    assert_eq!(session.updates_state().await.unwrap().channels, vec![ChannelState { id: 3, pts: 10 }]);
}

#[tokio::test]
async fn the_account_itself_is_found() {
    let session = signed_in();
    assert_eq!(session.peer(PeerId::self_user()).await.unwrap(), Some(user(77)));
    assert_eq!(Session::new().peer(PeerId::self_user()).await.unwrap(), None);
}

#[test]
fn what_is_stored_reads_back() {
    let session = signed_in();
    let channel = PeerInfo::Channel { id: 12, auth: None, kind: Some(ChannelKind::Megagroup) };
    session.remember([user(5), PeerInfo::Chat { id: 6 }, channel.clone()]);
    let again = Session::parse(&session.to_bytes()).unwrap();
    assert_eq!(again.me(), Some(77));
    assert_eq!(again.dc(), 2);
    assert_eq!(again.state(), session.state());
    assert_eq!(again.info(PeerId::channel(12).unwrap()), Some(channel));
    assert_eq!(again.info(PeerId::user(5).unwrap()), Some(user(5)));
    assert_eq!(again.info(PeerId::chat(6).unwrap()), Some(PeerInfo::Chat { id: 6 }));
    assert_eq!(again.inner().dcs[&2].auth_key, Some([7; 256]));
}

#[test]
fn damaged_bytes_are_refused() {
    for bytes in [&b""[..], b"{}", b"{\"form\":9}"] {
        assert_eq!(Session::parse(bytes).err(), Some(BlobDamaged));
    }
}

#[test]
fn no_key_shows_in_debug_output() {
    let session = Session::seeded(2, ADDRESS, *b"0123456789abcdef".repeat(16).first_chunk().unwrap());
    let shown = format!("{session:?} {session:#?}");
    assert!(!shown.contains("48, 49"), "{shown}");
    assert!(!shown.contains("0123456789"), "{shown}");
    assert!(shown.contains("keys: 1"), "{shown}");
}

#[test]
fn a_change_is_told_once() {
    let session = signed_in();
    let mut changes = session.changes();
    changes.mark_unchanged();
    session.remember([user(5)]);
    assert!(changes.has_changed().unwrap());
    changes.mark_unchanged();
    session.remember([user(5)]);
    assert!(!changes.has_changed().unwrap(), "nothing new");
}

#[test]
fn the_oldest_are_forgotten_but_never_the_account() {
    let session = signed_in();
    session.remember((1_000..1_000 + i64::try_from(PEERS_MOST).unwrap()).map(user));
    assert!(session.inner().peers.len() <= PEERS_MOST);
    assert!(session.info(PeerId::user(77).unwrap()).is_some());
    assert!(session.info(PeerId::user(1_000).unwrap()).is_none());
    assert!(session.info(PeerId::user(1_000 + 19_999).unwrap()).is_some());
}

fn telethon_bytes() -> Vec<u8> {
    [&[2, 149, 154, 167, 41][..], &443_u16.to_be_bytes(), &[9; 256]].concat()
}

#[test]
fn strings_of_telethon_and_gramjs_are_read() {
    let telethon = format!("1{}", URL_SAFE.encode(telethon_bytes()));
    let host = b"149.154.167.41";
    let bytes = [&[2][..], &14_u16.to_be_bytes(), host, &443_u16.to_be_bytes(), &[9; 256]].concat();
    let gramjs = format!("1{}", STANDARD.encode(bytes));
    let cases = [
        (StringFormat::Telethon, telethon.clone()),
        (StringFormat::Telethon, telethon.trim_end_matches('=').to_owned()),
        (StringFormat::GramJs, gramjs.clone()),
        (StringFormat::GramJs, telethon),
        (StringFormat::GramJs, format!("  {gramjs}\n")),
    ];
    for (format, text) in cases {
        let session = Session::from_string(format, &text).unwrap();
        let option = session.dc_option(2).unwrap().unwrap();
        assert_eq!((session.dc(), option.auth_key), (2, Some([9; 256])));
        assert_eq!(option.ipv4, SocketAddrV4::new(Ipv4Addr::new(149, 154, 167, 41), 443));
    }
}

#[test]
fn other_strings_are_refused() {
    let mut elsewhere = telethon_bytes();
    elsewhere[0] = 9;
    let texts = [String::new(), "1".to_owned(), "1AAAA".to_owned(), format!("1{}", URL_SAFE.encode(elsewhere))];
    for text in texts {
        for format in [StringFormat::Telethon, StringFormat::GramJs] {
            assert_eq!(Session::from_string(format, &text).err(), Some(ImportDamaged), "{text}");
        }
    }
}
