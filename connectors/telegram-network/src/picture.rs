//! How large a picture is, from its first bytes. Whether the rest of it is a picture is not looked at.

/// Width and height of a PNG or JPEG.
pub(crate) fn size(bytes: &[u8]) -> Option<(i32, i32)> {
    png(bytes).or_else(|| jpeg(bytes))
}

fn png(bytes: &[u8]) -> Option<(i32, i32)> {
    if !bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return None;
    }
    let side = |at: usize| i32::try_from(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok();
    Some((side(16)?, side(20)?))
}

fn jpeg(bytes: &[u8]) -> Option<(i32, i32)> {
    let mut at = bytes.starts_with(&[0xff, 0xd8]).then_some(2_usize)?;
    loop {
        let &[0xff, marker, high, low, ..] = bytes.get(at..)? else { return None };
        // A frame header: SOF0 to SOF15, but for three markers between them that are none.
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            let side = |at: usize| Some(i32::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
            return Some((side(at + 7)?, side(at + 5)?));
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_what_is_no_picture_has_none() {
        let png = [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &[0, 0, 2, 0, 0, 0, 1, 0x40]].concat();
        assert_eq!(size(&png), Some((512, 320)));
        let jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 11, 8, 0, 32, 0, 64];
        assert_eq!(size(&jpeg), Some((64, 32)));
        for bytes in [&b""[..], b"text", &jpeg[..12], &png[..18]] {
            assert_eq!(size(bytes), None);
        }
    }
}
