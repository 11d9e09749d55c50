//! What a file is, by how it begins: what its sender says of it is not believed. No I/O.

use contracts::channels::MediaKind;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sniffed {
    pub kind: MediaKind,
    pub mime_type: &'static str,
    pub size: Option<(i64, i64)>,
}

/// The type of what is not known.
pub const UNKNOWN: &str = "application/octet-stream";
/// How many bytes are enough.
pub const ENOUGH: usize = 64 * 1024;

/// What a file is that begins so.
#[must_use]
pub fn sniff(head: &[u8]) -> Sniffed {
    let of = |kind, mime_type, size| Sniffed { kind, mime_type, size };
    match head {
        [0x89, b'P', b'N', b'G', ..] => of(MediaKind::Photo, "image/png", pair(head, 18, 22, big)),
        [0xff, 0xd8, 0xff, ..] => of(MediaKind::Photo, "image/jpeg", jpeg(head)),
        [b'G', b'I', b'F', b'8', ..] => of(MediaKind::Animation, "image/gif", pair(head, 6, 8, little)),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => of(MediaKind::Photo, "image/webp", None),
        [_, _, _, _, b'f', b't', b'y', b'p', b'M', b'4', b'A', ..] => of(MediaKind::Audio, "audio/mp4", None),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => of(MediaKind::Video, "video/mp4", None),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => of(MediaKind::Video, "video/webm", None),
        [b'O', b'g', b'g', b'S', ..] => of(MediaKind::Voice, "audio/ogg", None),
        [b'I', b'D', b'3', ..] | [0xff, 0xfb | 0xf3 | 0xf2, ..] => of(MediaKind::Audio, "audio/mpeg", None),
        [b'%', b'P', b'D', b'F', ..] => of(MediaKind::File, "application/pdf", None),
        [b'P', b'K', 3, 4, ..] => of(MediaKind::File, "application/zip", None),
        _ => of(MediaKind::File, UNKNOWN, None),
    }
}

fn big(bytes: &[u8], at: usize) -> Option<i64> {
    Some(i64::from(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?])))
}

fn little(bytes: &[u8], at: usize) -> Option<i64> {
    Some(i64::from(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?])))
}

type Read = fn(&[u8], usize) -> Option<i64>;

/// Width and height that stand at these places.
fn pair(head: &[u8], width: usize, height: usize, read: Read) -> Option<(i64, i64)> {
    let size = (read(head, width)?, read(head, height)?);
    (size.0 > 0 && size.1 > 0).then_some(size)
}

/// The size in the frame header of a JPEG (ITU-T T.81, B.2.2).
fn jpeg(head: &[u8]) -> Option<(i64, i64)> {
    let mut at = 2;
    while let [0xff, marker, ..] = *head.get(at..)? {
        let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            return pair(head, at + 7, at + 5, big);
        }
        at += 2 + usize::try_from(big(head, at + 2)?).ok()?;
    }
    None
}

/// Whether a browser may show a file of this type by itself.
#[must_use]
pub fn is_shown(mime_type: &str) -> bool {
    matches!(
        mime_type,
        "image/png"
            | "image/jpeg"
            | "image/gif"
            | "image/webp"
            | "video/mp4"
            | "video/webm"
            | "audio/mp4"
            | "audio/ogg"
            | "audio/mpeg"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        let png = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[0, 0, 2, 0x80, 0, 0, 1, 0xe0]].concat();
        let jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0x01, 0xe0, 0x02, 0x80, 1];
        let gif = b"GIF89a\x80\x02\xe0\x01";
        for (head, kind, mime, size) in [
            (png.as_slice(), MediaKind::Photo, "image/png", Some((640, 480))),
            (&jpeg, MediaKind::Photo, "image/jpeg", Some((640, 480))),
            (gif, MediaKind::Animation, "image/gif", Some((640, 480))),
            (b"OggS\0", MediaKind::Voice, "audio/ogg", None),
            (b"\0\0\0\x20ftypisom", MediaKind::Video, "video/mp4", None),
            (b"<html><script>", MediaKind::File, "application/octet-stream", None),
            (b"", MediaKind::File, "application/octet-stream", None),
        ] {
            assert_eq!(sniff(head), Sniffed { kind, mime_type: mime, size });
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(start in 0_usize..3, rest: Vec<u8>) {
            let starts: [&[u8]; 3] = [&[0xff, 0xd8, 0xff], b"\x89PNG", b"GIF8"];
            let _ = sniff(&[starts[start], &rest].concat());
        }
    }
}
