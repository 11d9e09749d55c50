//! No call can bring the network down, whatever stands in it.

use std::net::SocketAddr;

use kernel::Clock;

use super::*;
use crate::{
    core::Rules,
    files::Files,
    journal::Journal,
    log::Log,
    people,
    wire::{cipher, envelope::Request},
    world::{KeyRecord, World},
};

fn sandbox(key: &[u8; 256]) -> (Core, i64) {
    let rules = Rules {
        code: "1".to_owned(),
        address: SocketAddr::from(([127, 0, 0, 1], 1)),
        slice: 100,
        revoke_shared_keys: false,
        open_to_anybody: true,
        code_lives_seconds: 60,
    };
    let (files, log) = (Files::in_memory(), Log::new(10));
    let mut core = Core::new(World::empty(1), Journal::nowhere(), files, log, Clock::system(), rules);
    people::fill(&mut core);
    let account = core.sandbox_account("79990000001");
    let record = KeyRecord::new(key, 0);
    core.commit(Fact::Key { key: Box::new(record) }, None);
    (core, account)
}

#[test]
fn no_body_of_a_call_makes_the_network_panic() {
    let key = [3; 256];
    let id = cipher::key_id(&key);
    let (mut core, account) = sandbox(&key);
    let text = KeyRecord::new(&key, 0).key;
    let mut state = 9_u64;
    for constructor in ALL {
        for round in 0..40_usize {
            let mut body = constructor.to_le_bytes().to_vec();
            for _ in 0..round * 3 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                // Mostly small numbers: they pass for flags, lengths and empty texts.
                let byte = if round % 2 == 0 { 0 } else { u8::try_from(state >> 56).unwrap() };
                body.push(if state.is_multiple_of(3) { byte } else { 0 });
            }
            // Some of the calls sign out.
            core.commit(Fact::SignedIn { key: text.clone(), account, at: 0 }, None);
            let (connection, _queue) = core.hub.connect();
            core.receive(connection, id, &Request { message_id: 1, body });
            core.hub.disconnect(connection);
        }
    }
}

#[test]
fn what_is_no_call_is_refused_with_its_name() {
    let key = [3; 256];
    let (mut core, me) = sandbox(&key);
    let mut call = Call { core: &mut core, key: cipher::key_id(&key), connection: 1, me };
    let body = f::messages::GetAllDrafts {}.to_bytes();
    assert_eq!(answer(&mut call, &body).unwrap_err().text, "METHOD_INVALID messages.getAllDrafts");
    assert!(answer(&mut call, &[1]).is_err());
}
