//! From whatever somebody uploads to one square JPEG. The dimensions are known, and bounded, before a pixel is decoded.

use std::io::Cursor;

use holdfast_base::{Error, Result, Rule};
use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage, Rgba, codecs::jpeg::JpegEncoder, imageops::FilterType,
};
use parking_lot::Mutex;

use crate::limits;

/// One picture is decoded at a time: each takes up to [`limits::AVATAR_MEMORY_BYTES`].
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A square JPEG that this crate encoded.
pub struct Picture(pub(super) Vec<u8>);

impl Picture {
    /// PNG, JPEG or WebP, known by its first bytes, whatever it was called.
    pub fn from_upload(bytes: &[u8]) -> Result<Self> {
        if bytes.is_empty() {
            return Err(Error::invalid("picture", "empty"));
        }
        if bytes.len() > limits::AVATAR_UPLOAD_BYTES {
            return Err(Error::TooLarge { limit: limits::AVATAR_UPLOAD_BYTES as u64 });
        }
        let _turn = ONE_AT_A_TIME.lock();
        let square = square(decoded(bytes)?);
        let mut jpeg = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut jpeg, limits::AVATAR_QUALITY);
        square.write_with_encoder(encoder).map_err(Error::internal("encode a picture"))?;
        Ok(Self(jpeg))
    }
}

fn decoded(bytes: &[u8]) -> Result<DynamicImage> {
    let broken = || Error::invalid("picture", "not-a-picture");
    let format = image::guess_format(bytes).map_err(|_| broken())?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP) {
        return Err(broken());
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut bounds = Limits::default();
    (bounds.max_image_width, bounds.max_image_height) = (Some(limits::AVATAR_SIDE_MOST), Some(limits::AVATAR_SIDE_MOST));
    bounds.max_alloc = Some(limits::AVATAR_MEMORY_BYTES);
    reader.limits(bounds);
    let mut decoder = reader.into_decoder().map_err(|error| match error {
        image::ImageError::Limits(_) => too_wide(),
        _ => broken(),
    })?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > limits::AVATAR_SIDE_MOST {
        return Err(too_wide());
    }
    if width.min(height) < limits::AVATAR_SIDE_LEAST {
        let rule = Rule { code: "too-few-pixels", limit: Some(u64::from(limits::AVATAR_SIDE_LEAST)) };
        return Err(Error::Invalid { field: "picture", rule });
    }
    let orientation = decoder.orientation().map_err(|_| broken())?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| broken())?;
    image.apply_orientation(orientation);
    Ok(image)
}

fn too_wide() -> Error {
    let rule = Rule { code: "too-many-pixels", limit: Some(u64::from(limits::AVATAR_SIDE_MOST)) };
    Error::Invalid { field: "picture", rule }
}

/// The middle of it, on white where it was transparent.
fn square(image: DynamicImage) -> DynamicImage {
    let image = image.resize_to_fill(limits::AVATAR_SIDE, limits::AVATAR_SIDE, FilterType::Triangle);
    if !image.color().has_alpha() {
        return DynamicImage::ImageRgb8(image.into_rgb8());
    }
    let over_white = |Rgba([r, g, b, a]): &Rgba<u8>| {
        let mix = |c: u8| u8::try_from((u16::from(c) * u16::from(*a) + 255 * (255 - u16::from(*a))) / 255).unwrap_or(255);
        [mix(*r), mix(*g), mix(*b)]
    };
    let rgba = image.into_rgba8();
    let pixels: Vec<u8> = rgba.pixels().flat_map(over_white).collect();
    RgbImage::from_raw(rgba.width(), rgba.height(), pixels)
        .map_or_else(|| DynamicImage::ImageRgba8(rgba), DynamicImage::ImageRgb8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
        let image = DynamicImage::ImageRgba8(image::RgbaImage::from_fn(width, height, |x, _| Rgba([x as u8, 9, 9, 128])));
        let image = if format == ImageFormat::Jpeg { DynamicImage::ImageRgb8(image.into_rgb8()) } else { image };
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn refusal(bytes: &[u8]) -> String {
        match Picture::from_upload(bytes) {
            Ok(_) => "ok".to_owned(),
            Err(Error::Invalid { rule, .. }) => rule.code.to_owned(),
            Err(error) => error.code().to_owned(),
        }
    }

    #[test]
    fn whatever_comes_becomes_one_square_jpeg() {
        for (format, width, height) in [(ImageFormat::Png, 300, 40), (ImageFormat::Jpeg, 64, 900), (ImageFormat::WebP, 256, 256)]
        {
            let picture = Picture::from_upload(&encoded(format, width, height)).unwrap();
            assert_eq!(image::guess_format(&picture.0).unwrap(), ImageFormat::Jpeg);
            let square = image::load_from_memory(&picture.0).unwrap();
            assert_eq!((square.width(), square.height()), (limits::AVATAR_SIDE, limits::AVATAR_SIDE));
        }
    }

    #[test]
    fn what_was_written_beside_the_pixels_is_gone() {
        let mut jpeg = encoded(ImageFormat::Jpeg, 64, 64);
        let comment = b"GPS 31.2 121.4";
        let length = u16::try_from(comment.len() + 2).unwrap().to_be_bytes();
        jpeg.splice(2..2, [&[0xff, 0xfe][..], &length, comment].concat());
        assert!(jpeg.windows(comment.len()).any(|part| part == comment));
        let picture = Picture::from_upload(&jpeg).unwrap();
        assert!(!picture.0.windows(comment.len()).any(|part| part == comment));
    }

    #[test]
    fn bombs_and_other_files_are_refused() {
        assert_eq!(refusal(b""), "empty");
        assert_eq!(refusal(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "not-a-picture");
        assert_eq!(refusal(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"), "not-a-picture");
        assert_eq!(refusal(&encoded(ImageFormat::Png, 8, 64)), "too-few-pixels");
        let whole = encoded(ImageFormat::Png, 64, 64);
        for cut in [1, 8, 20, whole.len() / 2] {
            assert_eq!(refusal(&whole[..cut]), "not-a-picture", "{cut}");
        }
        assert_eq!(refusal(&vec![0; limits::AVATAR_UPLOAD_BYTES + 1]), "too-large");
        // A head that promises thousands of millions of pixels.
        let mut bomb = whole;
        bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        let crc = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(refusal(&bomb), "too-many-pixels");
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
        })
    }
}
