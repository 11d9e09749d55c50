//! Small pictures of photos: made off the runtime, one at a time, within bounds – a file says of itself how large it is, and
//! a small one may unpack to gigabytes. What cannot be read has none; that is no error.

use std::io::Cursor;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, webp::WebPEncoder},
};
use kernel::Scope;
use tokio::sync::Semaphore;

use crate::{Error, Messaging};

/// The longest side, in pixels.
pub const SIDE: u32 = 480;
/// The largest photo that is looked at, in bytes.
const MAX_BYTES: u64 = 32 * 1024 * 1024;
/// The most pixels, and the most memory that a photo may unpack to, in bytes.
const MAX_PIXELS: u64 = 50_000_000;
const MAX_MEMORY: u64 = 256 * 1024 * 1024;
/// The longest side of a photo.
const MAX_SIDE: u32 = 20_000;
/// The largest small picture, in bytes: far more than one takes.
pub const MAX_THUMB: u64 = 2 * 1024 * 1024;
const QUALITY: u8 = 78;

/// One photo at a time: that bounds the memory of all.
static ONE: Semaphore = Semaphore::const_new(1);

/// A small picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Small {
    /// JPEG; WebP where something shows through.
    pub bytes: Vec<u8>,
    /// Of the photo itself, as it is to be looked at.
    pub width: u32,
    pub height: u32,
}

/// A small picture that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumb {
    pub key: String,
    pub width: i64,
    pub height: i64,
}

/// Whether files of a type have small pictures.
#[must_use]
pub fn has(mime_type: &str) -> bool {
    matches!(mime_type, "image/jpeg" | "image/png" | "image/webp")
}

/// Makes a small picture; `None` for what is no photo, cannot be read, or is too large.
#[must_use]
pub fn shrink(photo: &[u8]) -> Option<Small> {
    let mut reader = ImageReader::new(Cursor::new(photo)).with_guessed_format().ok()?;
    if !matches!(reader.format()?, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) {
        return None;
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS || decoder.total_bytes() > MAX_MEMORY {
        return None;
    }
    let turned = decoder.orientation().ok()?;
    let photo = DynamicImage::from_decoder(decoder).ok()?;
    let mut small = if width.max(height) > SIDE { photo.thumbnail(SIDE, SIDE) } else { photo };
    let lies = small.width() < small.height();
    small.apply_orientation(turned);
    // A photo that was taken upright says only that it is to be turned.
    let (width, height) = if lies == (small.width() < small.height()) { (width, height) } else { (height, width) };
    Some(Small { bytes: encode(&small)?, width, height })
}

fn encode(picture: &DynamicImage) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (width, height) = (picture.width(), picture.height());
    let pixels = picture.to_rgba8();
    if pixels.pixels().any(|pixel| pixel.0[3] != u8::MAX) {
        let encoder = WebPEncoder::new_lossless(&mut bytes);
        encoder.write_image(&pixels, width, height, image::ExtendedColorType::Rgba8).ok()?;
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
        encoder.write_image(&picture.to_rgb8(), width, height, image::ExtendedColorType::Rgb8).ok()?;
    }
    Some(bytes)
}

/// Keeps a small picture of a file that is kept, if it is a photo.
///
/// # Errors
/// When files cannot be read or kept.
pub async fn keep(service: &Messaging, scope: &Scope, key: &str, mime_type: &str) -> Result<Option<Thumb>, Error> {
    let Some(files) = service.files.as_ref().filter(|_| has(mime_type)) else { return Ok(None) };
    let size_bytes = files.size(scope.org_id, key).await?;
    if size_bytes > MAX_BYTES {
        return Ok(None);
    }
    let Ok(_alone) = ONE.acquire().await else { return Ok(None) };
    let pieces: Vec<Bytes> =
        files.open(scope.org_id, key, 0..size_bytes).await?.try_collect().await.map_err(Error::Port)?;
    let made = tokio::task::spawn_blocking(move || shrink(&pieces.concat())).await;
    // A decoder that fell over is a photo that cannot be read.
    let Some(small) = made.ok().flatten() else { return Ok(None) };
    let kept = files.keep(scope.org_id, stream::iter([Ok(Bytes::from(small.bytes))]).boxed(), MAX_THUMB).await?;
    Ok(Some(Thumb { key: kept.key, width: small.width.into(), height: small.height.into() }))
}

#[cfg(test)]
pub(crate) mod tests {
    use image::{ImageBuffer, Rgb, Rgba};
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn photo(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let pixels = ImageBuffer::from_fn(width, height, |x, y| Rgb([(x % 256) as u8, (y % 256) as u8, 90]));
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(pixels).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn size_of(bytes: &[u8]) -> (u32, u32) {
        let read = image::load_from_memory(bytes).unwrap();
        (read.width(), read.height())
    }

    #[test]
    fn a_photo_gets_a_small_picture_of_its_shape() {
        for (format, size, small) in [
            (ImageFormat::Jpeg, (1600, 800), (480, 240)),
            (ImageFormat::Png, (300, 960), (150, 480)),
            (ImageFormat::WebP, (1000, 1000), (480, 480)),
            (ImageFormat::Png, (30, 20), (30, 20)),
        ] {
            let made = shrink(&photo(size.0, size.1, format)).unwrap();
            assert_eq!((size_of(&made.bytes), (made.width, made.height)), (small, size), "{format:?}");
            assert_eq!(image::guess_format(&made.bytes).unwrap(), ImageFormat::Jpeg);
        }
    }

    #[test]
    fn what_shows_through_goes_on_doing_so() {
        let pixels = ImageBuffer::from_pixel(600, 600, Rgba([9_u8, 9, 9, 0]));
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::ImageRgba8(pixels).write_to(&mut bytes, ImageFormat::Png).unwrap();
        let made = shrink(&bytes.into_inner()).unwrap();
        assert_eq!(image::guess_format(&made.bytes).unwrap(), ImageFormat::WebP);
        assert_eq!(image::load_from_memory(&made.bytes).unwrap().to_rgba8().get_pixel(5, 5).0[3], 0);
    }

    /// A JPEG with an EXIF block that says how it is to be turned.
    fn turned(photo: &[u8], orientation: u8) -> Vec<u8> {
        let exif =
            [b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(), &[orientation, 0, 0, 0], &[0; 4]]
                .concat();
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&photo[..2], &[0xff, 0xe1], &length, &exif, &photo[2..]].concat()
    }

    #[test]
    fn a_photo_that_was_taken_upright_stands_upright() {
        let lying = photo(960, 480, ImageFormat::Jpeg);
        let made = shrink(&turned(&lying, 6)).unwrap();
        assert_eq!((size_of(&made.bytes), (made.width, made.height)), ((240, 480), (480, 960)));
        assert_eq!(size_of(&shrink(&turned(&lying, 1)).unwrap().bytes), (480, 240));
    }

    #[test]
    fn a_photo_that_claims_to_be_huge_is_not_unpacked() {
        let mut bomb = photo(30, 20, ImageFormat::Png);
        bomb[16..24].copy_from_slice(&[0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20]);
        let crc = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(shrink(&bomb), None);
        bomb[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
        assert_eq!(shrink(&bomb), None);
    }

    /// The checksum of a chunk (PNG, annex D).
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
        })
    }

    #[test]
    fn what_is_no_photo_has_none() {
        for bytes in [b"".as_slice(), b"GIF89a\x01\0\x01\0", b"<svg/>", b"\xff\xd8\xff\xe0 broken"] {
            assert_eq!(shrink(bytes), None);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_bytes_make_it_panic(kind in 0_usize..3, at: usize, wrong: u8, cut: usize) {
            let formats = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP];
            let mut bytes = photo(40, 30, formats[kind]);
            let length = bytes.len();
            bytes[at % length] = wrong;
            bytes.truncate(cut % length);
            let _ = shrink(&bytes);
        }
    }
}
