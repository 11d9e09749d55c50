//! The "full" transport: length, sequence number, payload, CRC-32.
//! <https://core.telegram.org/mtproto/mtproto-transports#full>

use tokio::io::{AsyncRead, AsyncReadExt};

use super::{WireError, array};

/// Above what any client sends: the largest part of a file is 512 KiB.
const MAX_PACKET_BYTES: usize = 2 << 20;
const FRAME_BYTES: usize = 12;

/// The payload of the next packet.
pub(crate) async fn read_packet<R: AsyncRead + Unpin>(reader: &mut R) -> Result<Vec<u8>, WireError> {
    let length = reader.read_u32_le().await?;
    let bytes = usize::try_from(length).unwrap_or(usize::MAX);
    if !(FRAME_BYTES..=MAX_PACKET_BYTES).contains(&bytes) {
        return Err(WireError::Malformed("length of the packet"));
    }
    let mut frame = vec![0; bytes];
    frame[..4].copy_from_slice(&length.to_le_bytes());
    reader.read_exact(&mut frame[4..]).await?;
    let sum = u32::from_le_bytes(array(&frame, bytes - 4)?);
    if crc32fast::hash(&frame[..bytes - 4]) != sum {
        return Err(WireError::Malformed("checksum of the packet"));
    }
    frame.truncate(bytes - 4);
    frame.drain(..8);
    Ok(frame)
}

/// Puts a packet with this payload behind `out`.
pub(crate) fn put_packet(out: &mut Vec<u8>, sequence: u32, payload: &[u8]) {
    let start = out.len();
    let bytes = u32::try_from(payload.len() + FRAME_BYTES).unwrap_or(u32::MAX);
    out.extend_from_slice(&bytes.to_le_bytes());
    out.extend_from_slice(&sequence.to_le_bytes());
    out.extend_from_slice(payload);
    let sum = crc32fast::hash(&out[start..]);
    out.extend_from_slice(&sum.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_put_is_read_and_a_flipped_bit_is_noticed() {
        let mut out = Vec::new();
        put_packet(&mut out, 7, b"abcd");
        assert_eq!(read_packet(&mut &out[..]).await.unwrap(), b"abcd");
        out[9] ^= 1;
        assert!(read_packet(&mut &out[..]).await.is_err());
    }

    #[tokio::test]
    async fn absurd_lengths_are_refused_before_memory_is_taken() {
        for length in [0_u32, 11, u32::MAX] {
            assert!(read_packet(&mut &length.to_le_bytes()[..]).await.is_err());
        }
    }
}
