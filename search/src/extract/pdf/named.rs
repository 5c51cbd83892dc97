//! Encodings that a PDF may name without explaining: bytes to characters through `encoding_rs`, since the codes of these CMaps are
//! the codes of the character set itself.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, SHIFT_JIS};

/// How the bytes of a string are cut into codes, and what the codes mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// Two bytes, glyph numbers.
    Identity,
    /// Two bytes, UTF-16 without surrogates or with them.
    Utf16,
    /// One or two (GB18030: four) bytes.
    Multi(&'static Encoding),
}

pub(super) fn of_name(name: &[u8]) -> Option<Named> {
    let name = std::str::from_utf8(name).ok()?;
    let stem = name.strip_suffix("-H").or_else(|| name.strip_suffix("-V")).unwrap_or(name);
    Some(match stem {
        "Identity" => Named::Identity,
        "GB-EUC" | "GBpc-EUC" | "GBK-EUC" | "GBKp-EUC" | "GBK2K" => Named::Multi(GB18030),
        "B5pc" | "ETen-B5" | "ETenms-B5" | "HKscs-B5" => Named::Multi(BIG5),
        "90ms-RKSJ" | "90msp-RKSJ" | "83pv-RKSJ" | "90pv-RKSJ" | "Add-RKSJ" | "Ext-RKSJ" | "RKSJ" => Named::Multi(SHIFT_JIS),
        "EUC" => Named::Multi(EUC_JP),
        "KSC-EUC" | "KSCms-UHC" | "KSCms-UHC-HW" | "KSCpc-EUC" => Named::Multi(EUC_KR),
        other if other.contains("-UCS2") || other.contains("-UTF16") => Named::Utf16,
        _ => return None,
    })
}

impl Named {
    /// Bytes of the code at the start of `bytes`.
    pub(super) fn length(self, bytes: &[u8]) -> usize {
        let first = bytes.first().copied().unwrap_or(0);
        let second = bytes.get(1).copied().unwrap_or(0);
        let length = match self {
            Self::Identity => 2,
            Self::Utf16 if (0xd8..=0xdb).contains(&first) => 4,
            Self::Utf16 => 2,
            Self::Multi(_) if first < 0x81 || first == 0xff => 1,
            Self::Multi(encoding) if encoding == SHIFT_JIS && (0xa0..=0xdf).contains(&first) => 1,
            Self::Multi(encoding) if encoding == GB18030 && (0x30..=0x39).contains(&second) => 4,
            Self::Multi(_) => 2,
        };
        length.min(bytes.len()).max(1)
    }

    /// The characters of one code.
    pub(super) fn text(self, code: &[u8]) -> Option<String> {
        let text = match self {
            Self::Identity => return None,
            Self::Utf16 => {
                let units = code.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]));
                char::decode_utf16(units).collect::<Result<String, _>>().ok()?
            }
            Self::Multi(encoding) => encoding.decode_without_bom_handling_and_without_replacement(code)?.into_owned(),
        };
        Some(text)
    }

    /// Width of a code where the font gives none, in thousandths of the size.
    pub(super) fn usual_width(self, code: &[u8]) -> f64 {
        let narrow = match self {
            Self::Identity => false,
            Self::Utf16 => code.first() == Some(&0),
            Self::Multi(_) => code.len() == 1,
        };
        if narrow { 500.0 } else { 1000.0 }
    }
}
