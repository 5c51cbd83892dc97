//! Markdown: the marks go, the words stay; a paragraph's lines are one line.

use super::sink::Sink;

pub(super) fn read(text: &str, sink: &mut Sink) {
    let mut fenced = false;
    for line in text.lines() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fenced = !fenced;
            sink.line();
            continue;
        }
        if fenced || trimmed.is_empty() {
            sink.line();
            sink.flow(line);
            sink.line();
            continue;
        }
        let (rest, block) = opening(trimmed);
        if block {
            sink.line();
        }
        inline(rest, sink);
        if trimmed.starts_with(['#', '|']) { sink.line() } else { sink.soft() }
    }
}

/// Marks at the beginning of a line, and whether they begin a block of their own.
fn opening(line: &str) -> (&str, bool) {
    let rest = line.trim_start_matches(['#', '>', ' ']);
    let listed = rest.strip_prefix(['-', '*', '+']).and_then(|rest| rest.strip_prefix(' '));
    let numbered = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let block = rest.len() != line.len()
        || listed.is_some()
        || rest.starts_with('|')
        || (numbered.len() != rest.len() && numbered.starts_with(". "));
    (listed.unwrap_or(rest), block)
}

fn inline(text: &str, sink: &mut Sink) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let pair = ["**", "__", "~~"].iter().find(|pair| rest.starts_with(**pair));
        rest = match (pair, c) {
            (Some(pair), _) => &rest[pair.len()..],
            (_, '`' | '*') => &rest[1..],
            (_, '!') if rest.starts_with("![") => &rest[2..],
            (_, '[') => &rest[1..],
            (_, ']') if rest.starts_with("](") => {
                sink.blank();
                &rest[2..]
            }
            (_, '|') => {
                sink.blank();
                &rest[1..]
            }
            _ => {
                sink.flow(&rest[..c.len_utf8()]);
                &rest[c.len_utf8()..]
            }
        };
    }
}
