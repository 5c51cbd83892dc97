//! HTML without a tree: tags go, blocks become lines, references become characters. Depth costs nothing, since nothing nests.

use encoding_rs::Encoding;

use super::{Refusal, plain, sink::Sink};

/// Bytes in which a declaration of the encoding is looked for.
const DECLARATION_BYTES: usize = 2048;
/// Characters of a reference such as `&hellip;`.
const REFERENCE_CHARS: usize = 12;

const HIDDEN: &[&str] = &["script", "style", "noscript", "template", "svg", "math", "object", "iframe", "head"];
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "br",
    "hr",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "tr",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
    "blockquote",
    "section",
    "article",
    "header",
    "footer",
    "nav",
    "aside",
    "main",
    "figure",
    "figcaption",
    "caption",
    "title",
    "body",
    "html",
    "form",
    "option",
    "textarea",
    "address",
    "details",
    "summary",
];

pub(super) fn read(bytes: &[u8], sink: &mut Sink) -> Result<(), Refusal> {
    let text = plain::decode_as(bytes, declared(bytes))?;
    let mut rest = text.as_str();
    let mut pre = false;
    while !rest.is_empty() && !sink.is_full() {
        let Some(open) = rest.find('<') else {
            write(rest, pre, sink);
            break;
        };
        write(&rest[..open], pre, sink);
        rest = markup(&rest[open..], &mut pre, sink);
    }
    Ok(())
}

/// Handles what begins with `<` and answers what follows it.
fn markup<'a>(text: &'a str, pre: &mut bool, sink: &mut Sink) -> &'a str {
    if let Some(comment) = text.strip_prefix("<!--") {
        return after(comment, "-->");
    }
    if let Some(data) = text.strip_prefix("<![CDATA[") {
        let end = data.find("]]>").unwrap_or(data.len());
        sink.flow(&data[..end]);
        return after(data, "]]>");
    }
    if text.starts_with("<!") || text.starts_with("<?") {
        return after(text, ">");
    }
    let closing = text.starts_with("</");
    let name: String =
        text[1 + usize::from(closing)..].chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        sink.char('<');
        return &text[1..];
    }
    let rest = tag_end(text);
    if BLOCKS.contains(&name.as_str()) {
        sink.line();
    } else if matches!(name.as_str(), "td" | "th" | "img" | "input" | "button" | "select") {
        sink.blank();
    }
    if name == "pre" {
        *pre = !closing;
    }
    if !closing && name == "head" {
        return title(rest, sink);
    }
    if !closing && HIDDEN.contains(&name.as_str()) {
        return after_closing(rest, &name);
    }
    rest
}

/// Of the head only the title is for people.
fn title<'a>(head: &'a str, sink: &mut Sink) -> &'a str {
    let end = find_tag(head, "</head").or_else(|| find_tag(head, "<body")).unwrap_or(0);
    if let Some(open) = find_tag(&head[..end], "<title") {
        let inner = tag_end(&head[open..end]);
        let close = find_tag(inner, "</title").unwrap_or(inner.len());
        write(&inner[..close], false, sink);
        sink.line();
    }
    &head[end..]
}

fn write(text: &str, pre: bool, sink: &mut Sink) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        put(&rest[..at], pre, sink);
        let (c, length) = reference(&rest[at..]);
        sink.flow(c.encode_utf8(&mut [0; 4]));
        rest = &rest[at + length..];
    }
    put(rest, pre, sink);
}

fn put(text: &str, pre: bool, sink: &mut Sink) {
    if !pre {
        sink.flow(text);
        return;
    }
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            sink.line();
        }
        sink.flow(line);
    }
}

/// The character of a reference at the start of `text`, and its length in bytes; the ampersand itself where it is none.
fn reference(text: &str) -> (char, usize) {
    let body: String = text[1..].chars().take(REFERENCE_CHARS).take_while(|c| c.is_ascii_alphanumeric() || *c == '#').collect();
    let length = 1 + body.len() + usize::from(text[1 + body.len()..].starts_with(';'));
    let number = body.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    });
    if let Some(c) = number.and_then(char::from_u32) {
        return (c, length);
    }
    let c = match body.as_str() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "copy" => '©',
        "reg" => '®',
        "trade" => '™',
        "hellip" => '…',
        "mdash" => '—',
        "ndash" => '–',
        "middot" => '·',
        "bull" => '•',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "laquo" => '«',
        "raquo" => '»',
        "times" => '×',
        "divide" => '÷',
        "deg" => '°',
        "yen" => '¥',
        "euro" => '€',
        "pound" => '£',
        "sect" => '§',
        "para" => '¶',
        "larr" => '←',
        "rarr" => '→',
        "uarr" => '↑',
        "darr" => '↓',
        _ => return ('&', 1),
    };
    (c, length)
}

/// Past the `>` of a tag; one inside quotes does not count.
fn tag_end(text: &str) -> &str {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return &text[at + 1..],
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    // A quote that is never closed: the tag ends at the first `>`.
    after(text, ">")
}

fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.find(end).map_or("", |at| &text[at + end.len()..])
}

fn after_closing<'a>(text: &'a str, name: &str) -> &'a str {
    find_tag(text, &format!("</{name}")).map_or("", |at| tag_end(&text[at..]))
}

/// Where a tag begins, in either case.
fn find_tag(text: &str, tag: &str) -> Option<usize> {
    let tag = tag.as_bytes();
    text.as_bytes().windows(tag.len()).position(|window| window.eq_ignore_ascii_case(tag))
}

fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION_BYTES)]).to_ascii_lowercase();
    let at = head.find("charset=").map(|at| at + 8).or_else(|| head.find("encoding=").map(|at| at + 9))?;
    let label: String = head[at..]
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_:".contains(*c))
        .collect();
    Encoding::for_label(label.as_bytes())
}
