//! The form in which a session is stored: JSON with what is long packed into base64. It holds the account's keys: whoever
//! has it is the account, so it is sealed before it is written anywhere.

use std::collections::HashMap;
use std::net::{SocketAddrV4, SocketAddrV6};

use base64::{Engine, engine::general_purpose::STANDARD};
use grammers_session::types::{ChannelKind, DcOption, PeerAuth, PeerInfo};
use serde::{Deserialize, Serialize};

use super::{Inner, Remembered, Session, id_of};
use crate::position;

const FORM: u8 = 1;

/// These bytes are no stored session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a stored session")]
pub struct BlobDamaged;

#[derive(Serialize, Deserialize)]
struct Blob {
    form: u8,
    home_dc: i32,
    me: Option<i64>,
    signed_in: bool,
    dcs: Vec<Dc>,
    /// [`PEER_BYTES`] each, oldest first.
    peers: String,
    state: String,
}

#[derive(Serialize, Deserialize)]
struct Dc {
    id: i32,
    v4: SocketAddrV4,
    v6: SocketAddrV6,
    key: Option<String>,
}

/// Kind and flags, id, access hash.
const PEER_BYTES: usize = 18;

impl Session {
    /// As [`Session::parse`] takes it. Secret.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let inner = self.inner();
        let mut peers: Vec<&Remembered> = inner.peers.values().collect();
        peers.sort_unstable_by_key(|peer| peer.turn);
        let packed: Vec<u8> = peers.iter().flat_map(|peer| pack(&peer.info)).collect();
        let blob = Blob {
            form: FORM,
            home_dc: inner.home_dc,
            me: inner.me,
            signed_in: inner.signed_in,
            dcs: inner.dcs.values().map(Dc::of).collect(),
            peers: STANDARD.encode(packed),
            state: STANDARD.encode(position::to_bytes(&inner.state)),
        };
        serde_json::to_vec(&blob).unwrap_or_default()
    }

    /// # Errors
    /// [`BlobDamaged`].
    pub fn parse(bytes: &[u8]) -> Result<Self, BlobDamaged> {
        let blob: Blob = serde_json::from_slice(bytes).map_err(|_| BlobDamaged)?;
        if blob.form != FORM {
            return Err(BlobDamaged);
        }
        let mut dcs = HashMap::new();
        for dc in blob.dcs {
            dcs.insert(dc.id, dc.option()?);
        }
        let state = position::parse(&STANDARD.decode(blob.state).map_err(|_| BlobDamaged)?).ok_or(BlobDamaged)?;
        let Blob { home_dc, me, signed_in, .. } = blob;
        let mut inner = Inner { home_dc, dcs, state, me, signed_in, ..Inner::default() };
        for packed in STANDARD.decode(blob.peers).map_err(|_| BlobDamaged)?.chunks_exact(PEER_BYTES) {
            if let Some(info) = unpack(packed).filter(|info| id_of(info).is_some()) {
                inner.remember(info);
            }
        }
        Ok(Self::over(inner))
    }
}

impl Dc {
    fn of(option: &DcOption) -> Self {
        let key = option.auth_key.map(|key| STANDARD.encode(key));
        Self { id: option.id, v4: option.ipv4, v6: option.ipv6, key }
    }

    fn option(self) -> Result<DcOption, BlobDamaged> {
        let auth_key = match self.key {
            Some(key) => {
                let key = STANDARD.decode(key).map_err(|_| BlobDamaged)?;
                Some(key.try_into().map_err(|_| BlobDamaged)?)
            }
            None => None,
        };
        Ok(DcOption { id: self.id, ipv4: self.v4, ipv6: self.v6, auth_key })
    }
}

fn pack(info: &PeerInfo) -> [u8; PEER_BYTES] {
    let (kind, flags, id, auth) = match *info {
        PeerInfo::User { id, auth, bot, is_self } => {
            let flags = three(bot) | three(is_self) << 2;
            (0, flags, id, auth)
        }
        PeerInfo::Chat { id } => (1, 0, id, None),
        PeerInfo::Channel { id, auth, kind } => (2, kind.map_or(0, |kind| kind as u8), id, auth),
    };
    let mut packed = [0; PEER_BYTES];
    packed[0] = kind | u8::from(auth.is_some()) << 4;
    packed[1] = flags;
    packed[2..10].copy_from_slice(&id.to_le_bytes());
    packed[10..].copy_from_slice(&auth.map_or(0, PeerAuth::hash).to_le_bytes());
    packed
}

fn unpack(packed: &[u8]) -> Option<PeerInfo> {
    let (&[kind, flags], rest) = packed.split_first_chunk()?;
    let (id, rest) = rest.split_first_chunk()?;
    let (hash, _) = rest.split_first_chunk()?;
    let id = i64::from_le_bytes(*id);
    let auth = (kind & 0x10 != 0).then(|| PeerAuth::from_hash(i64::from_le_bytes(*hash)));
    Some(match kind & 0x0f {
        0 => PeerInfo::User { id, auth, bot: of_three(flags), is_self: of_three(flags >> 2) },
        1 => PeerInfo::Chat { id },
        2 => PeerInfo::Channel { id, auth, kind: channel_kind(flags) },
        _ => return None,
    })
}

fn three(value: Option<bool>) -> u8 {
    value.map_or(0, |value| 1 + u8::from(value))
}

fn of_three(bits: u8) -> Option<bool> {
    match bits & 3 {
        1 => Some(false),
        2 => Some(true),
        _ => None,
    }
}

fn channel_kind(byte: u8) -> Option<ChannelKind> {
    use ChannelKind::{Broadcast, Community, Gigagroup, Megagroup};
    [Broadcast, Megagroup, Gigagroup, Community].into_iter().find(|kind| *kind as u8 == byte)
}
