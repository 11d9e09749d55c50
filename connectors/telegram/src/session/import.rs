//! Sessions of other clients, as the strings that people keep: those of Telethon and of `GramJS`.

use std::net::{IpAddr, Ipv4Addr, SocketAddrV4};
use std::str::FromStr;

use base64::engine::{GeneralPurpose, GeneralPurposeConfig, general_purpose::PAD};
use base64::{Engine, alphabet, engine::DecodePaddingMode};

use super::{Session, v6_of};

/// Whose string it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StringFormat {
    /// `StringSession` of Telethon.
    Telethon,
    /// `StringSession` of `GramJS`.
    GramJs,
}

/// The text is not a session of this sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a session string of this client")]
pub struct ImportDamaged;

/// Both clients put the version of their form in front.
const VERSION: char = '1';
const KEY_BYTES: usize = 256;

impl Session {
    /// Reads a session string; who is signed in is known after the first connection.
    ///
    /// # Errors
    /// [`ImportDamaged`].
    pub fn from_string(format: StringFormat, text: &str) -> Result<Self, ImportDamaged> {
        let text = text.trim().strip_prefix(VERSION).ok_or(ImportDamaged)?;
        let bytes = decoded(text).ok_or(ImportDamaged)?;
        let read = match format {
            StringFormat::Telethon => telethon(&bytes),
            // GramJS writes Telethon's form where it can be told that the string goes there.
            StringFormat::GramJs => gramjs(&bytes).or_else(|| telethon(&bytes)),
        };
        let (dc, address, key) = read.ok_or(ImportDamaged)?;
        Ok(imported(dc, address, key))
    }
}

type Read = (u8, SocketAddrV4, [u8; KEY_BYTES]);

/// One byte of data centre, the address in 4 or 16 bytes, the port, the key.
fn telethon(bytes: &[u8]) -> Option<Read> {
    let (&dc, rest) = bytes.split_first()?;
    let (head, key) = rest.split_last_chunk::<KEY_BYTES>()?;
    let (ip, port) = head.split_last_chunk::<2>()?;
    let ip = match *ip {
        [a, b, c, d] => Ipv4Addr::new(a, b, c, d),
        _ if ip.len() == 16 => Ipv4Addr::UNSPECIFIED,
        _ => return None,
    };
    checked(dc, SocketAddrV4::new(ip, u16::from_be_bytes(*port)), *key)
}

/// One byte of data centre, the address as text after its length, the port, the key.
fn gramjs(bytes: &[u8]) -> Option<Read> {
    let (&dc, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (address, rest) = (rest.get(..length)?, rest.get(length..)?);
    let (port, key) = rest.split_first_chunk::<2>()?;
    let ip = match IpAddr::from_str(std::str::from_utf8(address).ok()?) {
        Ok(IpAddr::V4(ip)) => ip,
        // Another family, or a name: the address of the data centre is known anyway.
        _ => Ipv4Addr::UNSPECIFIED,
    };
    checked(dc, SocketAddrV4::new(ip, u16::from_be_bytes(*port)), key.try_into().ok()?)
}

fn checked(dc: u8, address: SocketAddrV4, key: [u8; KEY_BYTES]) -> Option<Read> {
    (1..=5).contains(&dc).then_some((dc, address, key))
}

fn imported(dc: u8, address: SocketAddrV4, key: [u8; KEY_BYTES]) -> Session {
    let session = Session::new();
    session.change(|inner| {
        inner.home_dc = i32::from(dc);
        inner.signed_in = true;
        if let Some(option) = inner.dcs.get_mut(&i32::from(dc)) {
            option.auth_key = Some(key);
            if !address.ip().is_unspecified() && address.port() != 0 {
                option.ipv4 = address;
                option.ipv6 = v6_of(address);
            }
        }
    });
    session
}

/// Both alphabets, with padding or without.
fn decoded(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurposeConfig = PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabets = [alphabet::URL_SAFE, alphabet::STANDARD];
    alphabets.iter().find_map(|alphabet| GeneralPurpose::new(alphabet, LENIENT).decode(text).ok())
}
