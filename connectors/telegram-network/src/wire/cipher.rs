//! The server's side of MTProto 2.0 encryption; `grammers_crypto` has the client's.
//! <https://core.telegram.org/mtproto/description#defining-aes-key-and-initialization-vector>

use grammers_crypto::{AuthKey, DequeBuffer, aes, encrypt_data_v2};
use sha2::{Digest, Sha256};

use super::{WireError, array};

/// The 8 bytes by which a packet names its key.
pub(crate) type KeyId = [u8; 8];

/// Where in the key each direction takes its secret from.
#[derive(Clone, Copy)]
enum Direction {
    FromClient = 0,
    FromServer = 8,
}

/// A decrypted packet of a client.
pub(crate) struct Opened {
    pub salt: i64,
    pub session: i64,
    pub message_id: i64,
    pub body: Vec<u8>,
}

/// What the server puts around a body.
pub(crate) struct Header {
    pub salt: i64,
    pub session: i64,
    pub message_id: i64,
    pub sequence: i32,
}

/// The id of a key. The library keeps it to itself but writes it in front of whatever it encrypts.
pub(crate) fn key_id(key: &[u8; 256]) -> KeyId {
    let mut packet = DequeBuffer::with_capacity(64, 64);
    packet.extend([0; 32]);
    encrypt_data_v2(&mut packet, &AuthKey::from_bytes(*key));
    let mut id = [0; 8];
    id.copy_from_slice(&packet[..8]);
    id
}

pub(crate) fn open(key: &[u8; 256], packet: &[u8]) -> Result<Opened, WireError> {
    let message_key: [u8; 16] = array(packet, 8)?;
    let mut data = packet[24..].to_vec();
    if data.is_empty() || !data.len().is_multiple_of(16) {
        return Err(WireError::Malformed("length of the encrypted data"));
    }
    let (secret, iv) = secret_and_iv(key, &message_key, Direction::FromClient);
    aes::ige_decrypt(&mut data, &secret, &iv);
    if message_key_of(key, &data, Direction::FromClient) != message_key {
        return Err(WireError::Malformed("message key"));
    }
    let length = usize::try_from(i32::from_le_bytes(array(&data, 28)?)).unwrap_or(usize::MAX);
    let body = data.get(32..length.saturating_add(32)).ok_or(WireError::Malformed("length of the message"))?;
    Ok(Opened {
        salt: i64::from_le_bytes(array(&data, 0)?),
        session: i64::from_le_bytes(array(&data, 8)?),
        message_id: i64::from_le_bytes(array(&data, 16)?),
        body: body.to_vec(),
    })
}

pub(crate) fn seal(key: &[u8; 256], id: KeyId, header: &Header, body: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(body.len() + 64);
    data.extend_from_slice(&header.salt.to_le_bytes());
    data.extend_from_slice(&header.session.to_le_bytes());
    data.extend_from_slice(&header.message_id.to_le_bytes());
    data.extend_from_slice(&header.sequence.to_le_bytes());
    data.extend_from_slice(&i32::try_from(body.len()).unwrap_or(i32::MAX).to_le_bytes());
    data.extend_from_slice(body);
    // Padding only has to be there: what is hidden here are invented people.
    let padding = 12 + (16 - (data.len() + 12) % 16) % 16;
    data.resize(data.len() + padding, 0);
    let message_key = message_key_of(key, &data, Direction::FromServer);
    let (secret, iv) = secret_and_iv(key, &message_key, Direction::FromServer);
    aes::ige_encrypt(&mut data, &secret, &iv);
    let mut packet = Vec::with_capacity(24 + data.len());
    packet.extend_from_slice(&id);
    packet.extend_from_slice(&message_key);
    packet.extend_from_slice(&data);
    packet
}

fn message_key_of(key: &[u8; 256], data: &[u8], direction: Direction) -> [u8; 16] {
    let at = 88 + direction as usize;
    let mut message_key = [0; 16];
    message_key.copy_from_slice(&sha256(&[&key[at..at + 32], data])[8..24]);
    message_key
}

fn secret_and_iv(key: &[u8; 256], message_key: &[u8; 16], direction: Direction) -> ([u8; 32], [u8; 32]) {
    let x = direction as usize;
    let a = sha256(&[message_key, &key[x..x + 36]]);
    let b = sha256(&[&key[40 + x..76 + x], message_key]);
    let mixed = |outer: &[u8; 32], inner: &[u8; 32]| {
        let mut out = *outer;
        out[8..24].copy_from_slice(&inner[8..24]);
        out
    };
    (mixed(&a, &b), mixed(&b, &a))
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use grammers_crypto::decrypt_data_v2;

    use super::*;

    fn key() -> [u8; 256] {
        std::array::from_fn(|i| u8::try_from(i * 7 % 256).unwrap())
    }

    #[test]
    fn the_library_opens_what_the_server_seals() {
        let header = Header { salt: 1, session: 2, message_id: 3, sequence: 4 };
        let mut packet = seal(&key(), key_id(&key()), &header, b"hello");
        let plain = decrypt_data_v2(&mut packet, &AuthKey::from_bytes(key())).unwrap();
        assert_eq!(&plain[32..37], b"hello");
    }

    #[test]
    fn the_server_opens_what_the_library_seals() {
        let mut packet = DequeBuffer::with_capacity(64, 64);
        packet.extend(5_i64.to_le_bytes());
        packet.extend(6_i64.to_le_bytes());
        packet.extend(7_i64.to_le_bytes());
        packet.extend(1_i32.to_le_bytes());
        packet.extend(4_i32.to_le_bytes());
        packet.extend(*b"body");
        encrypt_data_v2(&mut packet, &AuthKey::from_bytes(key()));
        let opened = open(&key(), &packet[..]).unwrap();
        assert_eq!((opened.salt, opened.session, opened.message_id), (5, 6, 7));
        assert_eq!(opened.body, b"body");
    }

    #[test]
    fn a_packet_that_was_changed_or_cut_is_refused() {
        let header = Header { salt: 1, session: 2, message_id: 3, sequence: 4 };
        let packet = seal(&key(), key_id(&key()), &header, b"hello");
        for bytes in [&packet[..3], &packet[..20], &packet[..24], &packet[..30], &packet[..]] {
            assert!(open(&key(), bytes).is_err());
        }
    }
}
