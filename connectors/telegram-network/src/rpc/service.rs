//! Messages of the protocol itself, which are no calls: pings, acknowledgements, salts.

use grammers_tl_types::{Cursor, Deserializable, Identifiable, RawVec, Serializable, enums, functions as f, types};

use crate::{core::Core, wire::envelope::Request};

/// What a message that is no call is answered with: often nothing.
pub(crate) struct Said(pub Option<Vec<u8>>);

/// `None` when it is a call.
pub(crate) fn answer(core: &Core, request: &Request) -> Option<Said> {
    let constructor = super::constructor(&request.body)?;
    let fields = request.body.get(4..)?;
    let pong = |ping_id| Some(enums::Pong::Pong(types::Pong { msg_id: request.message_id, ping_id }).to_bytes());
    Some(Said(match constructor {
        f::Ping::CONSTRUCTOR_ID => read::<f::Ping>(fields).and_then(|it| pong(it.ping_id)),
        f::PingDelayDisconnect::CONSTRUCTOR_ID => {
            read::<f::PingDelayDisconnect>(fields).and_then(|it| pong(it.ping_id))
        }
        f::GetFutureSalts::CONSTRUCTOR_ID => {
            let now = core.now();
            let salt = types::FutureSalt { valid_since: now - 60, valid_until: now + 3600, salt: 0 };
            let salts = types::FutureSalts { req_msg_id: request.message_id, now, salts: RawVec(vec![salt]) };
            Some(enums::FutureSalts::Salts(salts).to_bytes())
        }
        f::DestroySession::CONSTRUCTOR_ID => read::<f::DestroySession>(fields)
            .map(|it| enums::DestroySessionRes::from(types::DestroySessionOk { session_id: it.session_id }).to_bytes()),
        types::MsgsAck::CONSTRUCTOR_ID
        | types::MsgsStateReq::CONSTRUCTOR_ID
        | types::MsgResendReq::CONSTRUCTOR_ID
        | types::MsgsStateInfo::CONSTRUCTOR_ID
        | types::MsgsAllInfo::CONSTRUCTOR_ID
        | types::HttpWait::CONSTRUCTOR_ID
        | f::RpcDropAnswer::CONSTRUCTOR_ID => None,
        _ => return None,
    }))
}

fn read<T: Deserializable>(fields: &[u8]) -> Option<T> {
    T::deserialize(&mut Cursor::from_slice(fields)).ok()
}
