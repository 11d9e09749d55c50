//! How far an account has read its updates, as bytes to be stored beside what was seen up to there.

use grammers_session::types::{ChannelState, UpdatesState};

use crate::convert::channel_chat_id;

const FORM: u8 = 1;

pub(crate) fn to_bytes(state: &UpdatesState) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(17 + state.channels.len() * 12);
    bytes.push(FORM);
    for value in [state.pts, state.qts, state.date, state.seq] {
        bytes.extend(value.to_le_bytes());
    }
    for channel in &state.channels {
        bytes.extend(channel.id.to_le_bytes());
        bytes.extend(channel.pts.to_le_bytes());
    }
    bytes
}

/// The supergroups and channels that a position knows of: what happened in others since is not told.
pub fn channels_of(bytes: &[u8]) -> Vec<i64> {
    let channels = parse(bytes).map(|state| state.channels).unwrap_or_default();
    channels.into_iter().filter_map(|channel| channel_chat_id(channel.id)).collect()
}

/// `None` for bytes that are no position.
pub(crate) fn parse(bytes: &[u8]) -> Option<UpdatesState> {
    let (&form, rest) = bytes.split_first()?;
    if form != FORM {
        return None;
    }
    let (pts, rest) = take_i32(rest)?;
    let (qts, rest) = take_i32(rest)?;
    let (date, rest) = take_i32(rest)?;
    let (seq, rest) = take_i32(rest)?;
    let mut channels = Vec::new();
    for channel in rest.chunks(12) {
        let (id, pts) = channel.split_first_chunk()?;
        channels.push(ChannelState { id: i64::from_le_bytes(*id), pts: take_i32(pts)?.0 });
    }
    Some(UpdatesState { pts, qts, date, seq, channels })
}

fn take_i32(bytes: &[u8]) -> Option<(i32, &[u8])> {
    let (value, rest) = bytes.split_first_chunk()?;
    Some((i32::from_le_bytes(*value), rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_position_reads_back_as_it_was(
            pts: i32, qts: i32, date: i32, seq: i32, channels: Vec<(i64, i32)>,
        ) {
            let channels = channels.into_iter().map(|(id, pts)| ChannelState { id, pts }).collect();
            let state = UpdatesState { pts, qts, date, seq, channels };
            prop_assert_eq!(parse(&to_bytes(&state)), Some(state));
        }

        #[test]
        fn other_bytes_never_panic(bytes: Vec<u8>) {
            let _ = parse(&bytes);
        }
    }
}
