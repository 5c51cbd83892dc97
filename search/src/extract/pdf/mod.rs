//! Text of PDF files, on lopdf's objects and our own reading of content streams, fonts and CMaps.
//!
//! Codes become characters by the font's ToUnicode map; failing that by the encoding's name (GBK, GB18030, Big5, UCS-2, UTF-16
//! forms of Chinese, Japanese and Korean fonts) or by glyph names. Glyphs are put in a row by where they stand: a gap is a
//! blank, a new baseline a soft break. Absent on purpose: Identity-H fonts without a ToUnicode map (their codes are glyph numbers,
//! which only the font program could explain), columns put in order, text of pictures.

mod cmap;
mod font;
mod layout;
mod named;
mod page;
mod syntax;

use lopdf::{Document, Error, LoadOptions};

use super::{Refusal, sink::Sink};
use crate::limits;

pub(super) fn read(bytes: &[u8], sink: &mut Sink) -> Result<(), Refusal> {
    let most = usize::try_from(limits::UNPACKED_BYTES).unwrap_or(usize::MAX);
    let options = LoadOptions { max_decompressed_size: Some(most), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options).map_err(refusal)?;
    if document.is_encrypted() {
        return Err(Refusal::Encrypted);
    }
    let mut fonts = font::Fonts::default();
    for page in document.page_iter().take(limits::PDF_PAGES) {
        page::read(&document, page, &mut fonts, sink);
        sink.line();
        if sink.is_full() {
            break;
        }
    }
    Ok(())
}

fn refusal(error: Error) -> Refusal {
    match error {
        Error::Decryption(_) | Error::InvalidPassword | Error::UnsupportedSecurityHandler(_) => Refusal::Encrypted,
        Error::Decompress(_) => Refusal::TooLarge,
        _ => Refusal::Malformed,
    }
}
