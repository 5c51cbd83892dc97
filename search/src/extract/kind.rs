//! What a file is: by its first bytes where they say so, by its name otherwise.

use super::Refusal;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    Markdown,
    Html,
    /// A zip of XML: docx, pptx, xlsx, odt and their kin.
    Office,
    Pdf,
}

const TEXT: &[&str] = &[
    "txt",
    "text",
    "log",
    "csv",
    "tsv",
    "json",
    "jsonl",
    "xml",
    "yaml",
    "yml",
    "toml",
    "ini",
    "conf",
    "cfg",
    "properties",
    "sql",
    "sh",
    "bat",
    "ps1",
    "py",
    "rs",
    "go",
    "java",
    "kt",
    "c",
    "h",
    "cc",
    "cpp",
    "hpp",
    "cs",
    "js",
    "ts",
    "tsx",
    "jsx",
    "vue",
    "css",
    "scss",
    "rb",
    "php",
    "pl",
    "lua",
    "swift",
    "r",
    "tex",
    "bib",
    "rst",
    "adoc",
    "org",
    "srt",
    "vtt",
    "eml",
    "diff",
    "patch",
    "vcf",
    "ics",
];
const MARKDOWN: &[&str] = &["md", "markdown", "mdown", "mkd"];
const HTML: &[&str] = &["html", "htm", "xhtml", "shtml"];
const OFFICE: &[&str] = &["docx", "docm", "dotx", "pptx", "pptm", "ppsx", "xlsx", "xlsm", "odt", "ott", "ods", "odp", "odg"];

/// A file of this name may have text: worth reading it and giving it to a worker.
pub fn supports(name: &str) -> bool {
    let suffix = suffix(name);
    suffix == "pdf" || [TEXT, MARKDOWN, HTML, OFFICE].iter().any(|list| list.contains(&suffix.as_str()))
}

pub(super) fn detect(name: &str, bytes: &[u8]) -> Result<Kind, Refusal> {
    let suffix = suffix(name);
    let named = |list: &[&str]| list.contains(&suffix.as_str());
    let head = &bytes[..bytes.len().min(1024)];
    if head.windows(5).any(|window| window == b"%PDF-") {
        return Ok(Kind::Pdf);
    }
    if head.starts_with(b"PK\x03\x04") {
        return if named(OFFICE) || suffix.is_empty() { Ok(Kind::Office) } else { Err(Refusal::Unsupported) };
    }
    if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(old_office(bytes));
    }
    if suffix == "pdf" || named(OFFICE) {
        return Err(Refusal::Malformed);
    }
    if named(MARKDOWN) {
        return Ok(Kind::Markdown);
    }
    if named(HTML) || begins_as_html(head) {
        return Ok(Kind::Html);
    }
    if named(TEXT) || suffix.is_empty() {
        return Ok(Kind::Plain);
    }
    Err(Refusal::Unsupported)
}

/// A new file behind a password is wrapped in the old container, which names its streams in UTF-16.
fn old_office(bytes: &[u8]) -> Refusal {
    let wrapped: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let found = bytes.windows(wrapped.len()).any(|window| window == wrapped);
    if found { Refusal::Encrypted } else { Refusal::Unsupported }
}

fn begins_as_html(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head).trim_start().to_ascii_lowercase();
    text.starts_with("<!doctype html") || text.starts_with("<html")
}

fn suffix(name: &str) -> String {
    name.rsplit_once('.').map_or_else(String::new, |(_, suffix)| suffix.to_ascii_lowercase())
}
