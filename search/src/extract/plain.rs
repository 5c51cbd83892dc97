//! Bytes to characters: a byte order mark, UTF-8, UTF-16 without a mark, else a guess that leans towards Chinese.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::Refusal;

/// Bytes that the guess is made from.
const SAMPLE_BYTES: usize = 256 * 1024;

pub(super) fn decode(bytes: &[u8]) -> Result<String, Refusal> {
    decode_as(bytes, None)
}

/// `declared`: what the file says of itself, if it is not plainly wrong.
pub(super) fn decode_as(bytes: &[u8], declared: Option<&'static Encoding>) -> Result<String, Refusal> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Ok(encoding.decode(bytes).0.into_owned());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return if looks_binary(bytes) { Err(Refusal::Unsupported) } else { Ok(text.to_owned()) };
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return Ok(encoding.decode_without_bom_handling(bytes).0.into_owned());
    }
    if looks_binary(bytes) {
        return Err(Refusal::Unsupported);
    }
    let encoding = declared.filter(|declared| *declared != UTF_8).unwrap_or_else(|| guess(bytes));
    Ok(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(SAMPLE_BYTES)], true);
    let free = detector.guess(None, Utf8Detection::Allow);
    // Short texts look Western to it; what is clearly Big5 or Japanese stays. GBK is decoded as GB18030, which contains it.
    if free.is_single_byte() { detector.guess(Some(b"cn"), Utf8Detection::Allow) } else { free }
}

/// In UTF-16, blanks and line ends have a zero byte on one side only.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let some = sample.len() / 50;
    match (even, odd) {
        _ if sample.len() < 4 || even + odd <= some => None,
        (0, _) => Some(UTF_16LE),
        (_, 0) => Some(UTF_16BE),
        _ => None,
    }
}

fn looks_binary(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(SAMPLE_BYTES)].contains(&0)
}
