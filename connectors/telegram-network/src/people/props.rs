//! Pictures and voice messages that simulated people send: made here, so that nothing has to be shipped.

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};

use super::dice::Dice;
use crate::world::{DocumentKind, Media};

pub(super) const PICTURES: i64 = 6;
pub(super) const VOICES: i64 = 3;
const WIDTH: i32 = 480;
const HEIGHT: i32 = 320;
/// A frame of 20 ms of silence: the shortest thing Opus can say.
const SILENCE: [u8; 3] = [0xf8, 0xff, 0xfe];
const FRAMES_PER_PAGE: u8 = 50;
const SAMPLES_PER_FRAME: u64 = 960;

/// Slanted stripes in two colours, as a PNG.
pub(super) fn picture(number: i64) -> Vec<u8> {
    let mut dice = Dice::of(7, &[number]);
    let mut colour = || [0; 3].map(|_: u8| u8::try_from(dice.between(60, 230)).unwrap_or(128));
    let (one, other) = (colour(), colour());
    let mut pixels = Vec::new();
    for y in 0..HEIGHT {
        pixels.push(0);
        for x in 0..WIDTH {
            let wave = (x + y * (1 + i32::try_from(number).unwrap_or(0) % 3)) / 40;
            pixels.extend_from_slice(if wave % 2 == 0 { &one } else { &other });
        }
    }
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    let packed = packed.write_all(&pixels).and_then(|()| packed.finish()).unwrap_or_default();
    let mut header = Vec::new();
    header.extend_from_slice(&WIDTH.to_be_bytes());
    header.extend_from_slice(&HEIGHT.to_be_bytes());
    header.extend_from_slice(&[8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", &header[..]), (b"IDAT", &packed[..]), (b"IEND", &[][..])] {
        png.extend_from_slice(&u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
        let chunk = [&kind[..], data].concat();
        png.extend_from_slice(&chunk);
        png.extend_from_slice(&crc32fast::hash(&chunk).to_be_bytes());
    }
    png
}

/// Silence of this many seconds, as Opus in an Ogg file (RFC 7845).
pub(super) fn voice(seconds: i32) -> Vec<u8> {
    let mut out = Vec::new();
    let head = [&b"OpusHead"[..], &[1, 1, 0x38, 1], &48_000_u32.to_le_bytes(), &[0, 0, 0]].concat();
    let tags = [&b"OpusTags"[..], &7_u32.to_le_bytes(), b"rapport", &0_u32.to_le_bytes()].concat();
    page(&mut out, 2, 0, 0, &[&head]);
    page(&mut out, 0, 0, 1, &[&tags]);
    let seconds = u32::try_from(seconds).unwrap_or(1).max(1);
    for second in 1..=seconds {
        let frames = vec![&SILENCE[..]; usize::from(FRAMES_PER_PAGE)];
        let granule = u64::from(second) * u64::from(FRAMES_PER_PAGE) * SAMPLES_PER_FRAME;
        page(&mut out, if second == seconds { 4 } else { 0 }, granule, second + 1, &frames);
    }
    out
}

/// One page of Ogg with packets of less than 255 bytes.
fn page(out: &mut Vec<u8>, flags: u8, granule: u64, number: u32, packets: &[&[u8]]) {
    let start = out.len();
    out.extend_from_slice(b"OggS\0");
    out.push(flags);
    out.extend_from_slice(&granule.to_le_bytes());
    out.extend_from_slice(&1_u32.to_le_bytes());
    out.extend_from_slice(&number.to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    out.push(u8::try_from(packets.len()).unwrap_or(u8::MAX));
    out.extend(packets.iter().map(|packet| u8::try_from(packet.len()).unwrap_or(u8::MAX)));
    for packet in packets {
        out.extend_from_slice(packet);
    }
    let sum = ogg_sum(&out[start..]);
    out[start + 22..start + 26].copy_from_slice(&sum.to_le_bytes());
}

/// Ogg's checksum: CRC-32 with the polynomial of Ethernet, unreflected, without inversions.
fn ogg_sum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ (u32::from(*byte) << 24), |sum, _| (sum << 1) ^ if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 })
    })
}

/// How long each voice message is.
pub(super) fn seconds(number: i64) -> i32 {
    i32::try_from(4 + number * 5).unwrap_or(4)
}

/// The picture with this number, when the first file of the props has the id `first`.
pub(super) fn as_photo(first: i64, number: i64) -> Media {
    Media::Photo { file: first + number.rem_euclid(PICTURES), width: WIDTH, height: HEIGHT }
}

pub(super) fn as_voice(first: i64, number: i64) -> Media {
    let number = number.rem_euclid(VOICES);
    let waveform = (0..63).map(|at: u8| at.wrapping_mul(37) ^ 0x5a).collect();
    let kind = DocumentKind::Voice { seconds: seconds(number), waveform };
    Media::Document { file: first + PICTURES + number, mime: "audio/ogg".to_owned(), name: None, kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_pictures_and_differ() {
        assert_eq!(crate::picture::size(&picture(1)), Some((WIDTH, HEIGHT)));
        assert_ne!(picture(1), picture(2));
    }

    #[test]
    fn a_voice_message_has_a_page_a_second_behind_its_headers() {
        let voice = voice(3);
        assert_eq!(voice.windows(4).filter(|part| part == b"OggS").count(), 5);
    }
}
