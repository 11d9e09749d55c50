//! What is wrapped in what: containers, gzip and the calls that carry another call, opened; answers, wrapped.

use std::io::Read;

use flate2::read::GzDecoder;
use grammers_tl_types::{Cursor, Deserializable, Identifiable, Serializable, enums, functions, types};

use super::{WireError, array};

const GZIP_PACKED: u32 = 0x3072_cfa1;
const MESSAGE_CONTAINER: u32 = 0x73f1_f8dc;
const RPC_RESULT: u32 = 0xf35c_6d01;
const MAX_UNPACKED_BYTES: u64 = 4 << 20;
const MAX_DEPTH: u8 = 8;

/// A call of a client: its message id, and the call without what was around it.
pub(crate) struct Request {
    pub message_id: i64,
    pub body: Vec<u8>,
}

/// Every message inside a decrypted body.
pub(crate) fn open(message_id: i64, body: &[u8]) -> Result<Vec<Request>, WireError> {
    let mut found = Vec::new();
    unwrap(message_id, body, 0, &mut found)?;
    Ok(found)
}

fn unwrap(id: i64, body: &[u8], depth: u8, found: &mut Vec<Request>) -> Result<(), WireError> {
    if depth > MAX_DEPTH {
        return Err(WireError::Malformed("wrapped too deeply"));
    }
    let constructor = u32::from_le_bytes(array(body, 0)?);
    let rest = &body[4..];
    match constructor {
        MESSAGE_CONTAINER => unwrap_container(rest, depth, found),
        GZIP_PACKED => {
            let packed = Vec::<u8>::from_bytes(rest)?;
            let mut plain = Vec::new();
            GzDecoder::new(&packed[..]).take(MAX_UNPACKED_BYTES).read_to_end(&mut plain)?;
            unwrap(id, &plain, depth + 1, found)
        }
        functions::InvokeWithLayer::<functions::help::GetConfig>::CONSTRUCTOR_ID => {
            array::<4>(rest, 0)?;
            unwrap(id, &rest[4..], depth + 1, found)
        }
        functions::InitConnection::<functions::help::GetConfig>::CONSTRUCTOR_ID => {
            unwrap(id, &rest[init_connection_bytes(rest)?..], depth + 1, found)
        }
        functions::InvokeWithoutUpdates::<functions::help::GetConfig>::CONSTRUCTOR_ID => {
            unwrap(id, rest, depth + 1, found)
        }
        functions::InvokeAfterMsg::<functions::help::GetConfig>::CONSTRUCTOR_ID => {
            array::<8>(rest, 0)?;
            unwrap(id, &rest[8..], depth + 1, found)
        }
        _ => {
            found.push(Request { message_id: id, body: body.to_vec() });
            Ok(())
        }
    }
}

fn unwrap_container(messages: &[u8], depth: u8, found: &mut Vec<Request>) -> Result<(), WireError> {
    let count = i32::from_le_bytes(array(messages, 0)?);
    let mut at = 4;
    for _ in 0..count {
        let id = i64::from_le_bytes(array(messages, at)?);
        let bytes = usize::try_from(i32::from_le_bytes(array(messages, at + 12)?)).unwrap_or(usize::MAX);
        let end = bytes.saturating_add(at + 16);
        let body = messages.get(at + 16..end).ok_or(WireError::Malformed("length of a message"))?;
        unwrap(id, body, depth + 1, found)?;
        at = end;
    }
    Ok(())
}

/// How many bytes of `initConnection` stand before the call it carries.
fn init_connection_bytes(bytes: &[u8]) -> Result<usize, WireError> {
    let mut cursor = Cursor::from_slice(bytes);
    let flags = u32::deserialize(&mut cursor)?;
    i32::deserialize(&mut cursor)?;
    for _ in 0..6 {
        String::deserialize(&mut cursor)?;
    }
    if flags & 1 != 0 {
        enums::InputClientProxy::deserialize(&mut cursor)?;
    }
    if flags & 2 != 0 {
        enums::Jsonvalue::deserialize(&mut cursor)?;
    }
    Ok(cursor.pos())
}

/// The answer to the call with this message id.
pub(crate) fn answer(request: i64, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 12);
    out.extend_from_slice(&RPC_RESULT.to_le_bytes());
    out.extend_from_slice(&request.to_le_bytes());
    out.extend_from_slice(body);
    out
}

pub(crate) fn error(request: i64, code: i32, text: &str) -> Vec<u8> {
    let error = types::RpcError { error_code: code, error_message: text.to_owned() };
    answer(request, &enums::RpcError::Error(error).to_bytes())
}

/// A container of messages, each with its id and sequence number.
pub(crate) fn container(messages: &[(i64, i32, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend_from_slice(&MESSAGE_CONTAINER.to_le_bytes());
    out.extend_from_slice(&i32::try_from(messages.len()).unwrap_or(i32::MAX).to_le_bytes());
    for (id, sequence, body) in messages {
        out.extend_from_slice(&id.to_le_bytes());
        out.extend_from_slice(&sequence.to_le_bytes());
        out.extend_from_slice(&i32::try_from(body.len()).unwrap_or(i32::MAX).to_le_bytes());
        out.extend_from_slice(body);
    }
    out
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn bodies(wrapped: &[u8]) -> Vec<(i64, Vec<u8>)> {
        open(7, wrapped).unwrap().into_iter().map(|request| (request.message_id, request.body)).collect()
    }

    fn packed(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(plain).unwrap();
        [&GZIP_PACKED.to_le_bytes()[..], &encoder.finish().unwrap().to_bytes()].concat()
    }

    #[test]
    fn a_container_gives_each_message_under_its_own_id() {
        let wrapped = container(&[(1, 1, b"aaaa".to_vec()), (2, 3, packed(b"bbbb"))]);
        assert_eq!(bodies(&wrapped), [(1, b"aaaa".to_vec()), (2, b"bbbb".to_vec())]);
    }

    #[test]
    fn what_a_client_says_first_is_taken_off_its_call() {
        let query = functions::InvokeWithLayer {
            layer: 230,
            query: functions::InitConnection {
                api_id: 1,
                device_model: "a".to_owned(),
                system_version: "b".to_owned(),
                app_version: "c".to_owned(),
                system_lang_code: "d".to_owned(),
                lang_pack: String::new(),
                lang_code: "e".to_owned(),
                proxy: None,
                params: None,
                query: functions::help::GetConfig {},
            },
        };
        assert_eq!(bodies(&query.to_bytes()), [(7, functions::help::GetConfig {}.to_bytes())]);
    }

    #[test]
    fn what_is_cut_or_wrapped_without_end_is_refused() {
        let whole = container(&[(1, 1, b"aaaa".to_vec())]);
        for length in 0..whole.len() {
            assert!(open(7, &whole[..length]).is_err(), "{length} bytes");
        }
        let deep = (0..20).fold(b"aaaa".to_vec(), |inner, _| packed(&inner));
        assert!(open(7, &deep).is_err());
        let bomb = packed(&vec![0; 8 << 20]);
        assert!(open(7, &bomb).unwrap()[0].body.len() <= 4 << 20);
    }
}
