//! What a person typed, as a tree. Whatever is not understood is taken as words to look for: parsing never fails.
//!
//! Words are joined by AND. `"..."`, `“...”` and `「...」` are phrases, `-word` excludes. Filters, with either colon:
//! `from:` `来自:`, `in:` `群:`, `type:` `类型:`, `after:` `之后:`, `before:` `之前:`, `on:` `日期:`.

mod date;

use holdfast_base::Timestamp;

use crate::{
    content::Class,
    limits,
    words::{Run, Runs, Script},
};

/// A parsed query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pub clauses: Vec<Clause>,
    pub filter: Filter,
}

/// Runs that stand in a row. All clauses of a query must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    pub negated: bool,
    pub runs: Vec<Piece>,
    /// The last word may go on: it is being typed.
    pub open: bool,
}

/// One run of a clause, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub script: Script,
    pub text: String,
}

/// What narrows a search without being looked for. Names are as typed: the caller knows whom they mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub from: Vec<String>,
    pub within: Vec<String>,
    pub classes: Vec<Class>,
    /// Endings of file names, lower case, without the dot.
    pub suffixes: Vec<String>,
    /// Not earlier than this.
    pub after: Option<Timestamp>,
    /// Earlier than this.
    pub before: Option<Timestamp>,
}

impl Query {
    /// `now` and `offset_seconds` (east of UTC) give days their meaning.
    pub fn parse(input: &str, now: Timestamp, offset_seconds: i32) -> Self {
        let cut: String = input.chars().take(limits::QUERY_CHARS).collect();
        let mut query = Self::default();
        for part in split(&cut) {
            if !query.take_filter(&part, now, offset_seconds) {
                query.take_words(&part);
            }
        }
        if cut.ends_with(char::is_whitespace) {
            query.clauses.iter_mut().for_each(|clause| clause.open = false);
        }
        query.clauses.truncate(limits::QUERY_CLAUSES);
        query
    }

    /// Nothing is looked for (filters may still narrow).
    pub fn is_blank(&self) -> bool {
        self.clauses.iter().all(|clause| clause.negated)
    }

    fn take_filter(&mut self, part: &Part, now: Timestamp, offset_seconds: i32) -> bool {
        let Some((key, value)) = &part.filter else { return false };
        let filter = &mut self.filter;
        let push = |to: &mut Vec<String>| {
            if to.len() < limits::FILTER_VALUES {
                to.push(value.clone());
            }
        };
        match key {
            FilterKey::From => push(&mut filter.from),
            FilterKey::In => push(&mut filter.within),
            FilterKey::Type => return filter.take_type(value),
            FilterKey::After | FilterKey::Before | FilterKey::On => {
                let Some((start, end)) = date::span(value, now, offset_seconds) else { return false };
                if *key != FilterKey::Before {
                    filter.after = Some(filter.after.map_or(start, |other| other.max(start)));
                }
                let end = match key {
                    FilterKey::Before => Some(start),
                    FilterKey::On => Some(end),
                    _ => None,
                };
                if let Some(end) = end {
                    filter.before = Some(filter.before.map_or(end, |other| other.min(end)));
                }
            }
        }
        true
    }

    fn take_words(&mut self, part: &Part) {
        self.clauses.iter_mut().for_each(|clause| clause.open = false);
        let runs: Vec<Run> = Runs::of(&part.text).collect();
        let mut clause = Clause { negated: part.negated, runs: Vec::new(), open: false };
        for run in runs {
            let piece = Piece { script: run.script, text: run.text() };
            // Words joined by signs (`a.b@c`, `prj-7`) stay together; a dense run stands alone, since `v2上线` means `v2 上线` too.
            let joined = part.whole || (run.script == Script::Word && clause.runs.iter().all(|p| p.script == Script::Word));
            if !joined && !clause.runs.is_empty() {
                let next = Clause { negated: part.negated, runs: Vec::new(), open: false };
                self.clauses.push(std::mem::replace(&mut clause, next));
            }
            clause.runs.push(piece);
        }
        if !clause.runs.is_empty() {
            clause.open = !part.whole && clause.runs.last().is_some_and(|piece| piece.script == Script::Word);
            self.clauses.push(clause);
        }
    }
}

impl Filter {
    fn take_type(&mut self, value: &str) -> bool {
        let value = crate::words::fold_str(value);
        let suffixes: &[&str] = match value.as_str() {
            "message" | "messages" | "消息" => {
                self.classes.push(Class::Message);
                return true;
            }
            "file" | "files" | "文件" => {
                self.classes.push(Class::File);
                return true;
            }
            "word" | "doc" | "docx" | "文档" => &["doc", "docx", "odt", "wps"],
            "excel" | "xls" | "xlsx" | "sheet" | "表格" => &["xls", "xlsx", "ods", "csv", "et"],
            "ppt" | "pptx" | "slides" | "演示" | "幻灯片" => &["ppt", "pptx", "odp", "dps"],
            "image" | "图片" => &["png", "jpg", "jpeg", "gif", "webp", "bmp", "svg"],
            "video" | "视频" => &["mp4", "mov", "mkv", "avi", "webm"],
            "html" | "网页" => &["html", "htm"],
            "text" | "文本" => &["txt", "md", "log"],
            other if (1..=8).contains(&other.len()) && other.bytes().all(|b| b.is_ascii_alphanumeric()) => &[other],
            _ => return false,
        };
        self.classes.push(Class::File);
        self.suffixes.extend(suffixes.iter().map(|&suffix| suffix.to_owned()));
        self.suffixes.truncate(limits::FILTER_VALUES);
        true
    }
}

/// A stretch of the input between blanks, or between quotes.
struct Part {
    text: String,
    /// Quoted or excluded: its runs stay in a row.
    whole: bool,
    negated: bool,
    filter: Option<(FilterKey, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FilterKey {
    From,
    In,
    Type,
    After,
    Before,
    On,
}

fn filter_key(word: &str) -> Option<FilterKey> {
    Some(match word.to_ascii_lowercase().as_str() {
        "from" | "来自" | "發件人" | "发件人" | "发送人" | "作者" => FilterKey::From,
        "in" | "群" | "会话" | "空间" => FilterKey::In,
        "type" | "类型" => FilterKey::Type,
        "after" | "之后" | "晚于" => FilterKey::After,
        "before" | "之前" | "早于" => FilterKey::Before,
        "on" | "日期" => FilterKey::On,
        _ => return None,
    })
}

fn closing(open: char) -> Option<char> {
    Some(match open {
        '"' => '"',
        '“' | '”' => '”',
        '＂' => '＂',
        '「' => '」',
        '『' => '』',
        _ => return None,
    })
}

fn split(input: &str) -> Vec<Part> {
    let chars: Vec<char> = input.chars().collect();
    let mut parts = Vec::new();
    let mut at = 0;
    while at < chars.len() && parts.len() < 2 * limits::QUERY_CLAUSES {
        if chars[at].is_whitespace() {
            at += 1;
            continue;
        }
        let negated = matches!(chars[at], '-' | '－') && chars.get(at + 1).is_some_and(|c| !c.is_whitespace());
        at += usize::from(negated);
        let (text, quoted, next) = value(&chars, at);
        at = next;
        let mut part = Part { whole: quoted || negated, text, negated, filter: None };
        if !quoted {
            at = filter_of(&mut part, &chars, at);
        }
        parts.push(part);
    }
    parts
}

/// A quoted or bare value from `at`, and where it ends. A quote that is never closed ends with the input.
fn value(chars: &[char], at: usize) -> (String, bool, usize) {
    if let Some(close) = chars.get(at).copied().and_then(closing) {
        let inner: String = chars[at + 1..].iter().take_while(|c| **c != close).collect();
        let next = (at + 2 + inner.chars().count()).min(chars.len());
        return (inner, true, next);
    }
    let bare: String = chars[at..].iter().take_while(|c| !c.is_whitespace() && closing(**c).is_none()).collect();
    // A quote in the middle of a word starts a new part; a lone closing mark is skipped.
    let next = at + bare.chars().count().max(1);
    (bare, false, next.min(chars.len()))
}

/// `key:value`, where the value may be quoted. Answers where the part ends.
fn filter_of(part: &mut Part, chars: &[char], next: usize) -> usize {
    let Some((key, rest)) = part.text.split_once([':', '：']) else { return next };
    let Some(key) = filter_key(key) else { return next };
    if part.negated {
        return next;
    }
    if !rest.is_empty() {
        part.filter = Some((key, rest.to_owned()));
        return next;
    }
    if chars.get(next).copied().and_then(closing).is_some() {
        let (inner, _, after) = value(chars, next);
        if !inner.is_empty() {
            part.filter = Some((key, inner));
            return after;
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp(1_795_305_600_000_000); // 2026-11-22 00:00 UTC

    fn parse(text: &str) -> Query {
        Query::parse(text, NOW, 8 * 3600)
    }

    fn clauses(text: &str) -> Vec<String> {
        let show = |clause: &Clause| {
            let runs: Vec<&str> = clause.runs.iter().map(|run| run.text.as_str()).collect();
            format!("{}{}{}", if clause.negated { "-" } else { "" }, runs.join("+"), if clause.open { "*" } else { "" })
        };
        parse(text).clauses.iter().map(show).collect()
    }

    #[test]
    fn words_phrases_and_exclusions() {
        assert_eq!(clauses("文件系统 Mount"), ["文件系统", "mount*"]);
        assert_eq!(clauses("mount "), ["mount"]);
        assert_eq!(clauses("v2上线 a.b@c.com"), ["v2", "上线", "a+b+c+com*"]);
        assert_eq!(clauses("\"hello 世界\" “你好，朋友” -旧 -\"a b\""), ["hello+世界", "你好+朋友", "-旧", "-a+b"]);
        assert_eq!(clauses("没关的\"引号 里"), ["没关的", "引号+里"]);
        assert_eq!(clauses("， ; - \" ”"), Vec::<String>::new());
    }

    #[test]
    fn filters_in_both_languages() {
        let query = parse("预算 from:王伟 来自:\"li na\" 群：项目组 type:pdf 类型:消息 after:2024-05-01 before:2024年6月1日");
        assert_eq!(query.filter.from, ["王伟", "li na"]);
        assert_eq!(query.filter.within, ["项目组"]);
        assert_eq!(query.filter.suffixes, ["pdf"]);
        assert_eq!(query.filter.classes, [Class::File, Class::Message]);
        assert_eq!(query.filter.after, Some(Timestamp(1_714_492_800_000_000)));
        assert_eq!(query.filter.before, Some(Timestamp(1_717_171_200_000_000)));
        assert_eq!(query.clauses.len(), 1);
    }

    #[test]
    fn what_is_no_filter_is_words() {
        assert_eq!(clauses("after:whenever https://a.cn/b from:"), ["after+whenever", "https+a+cn+b", "from*"]);
        assert!(parse("from:").filter.from.is_empty());
    }

    proptest! {
        #[test]
        fn parsing_never_fails_and_is_bounded(text in "\\PC{0,600}|[-\"“”「」:： a来自群after之后0-9\\n]{0,200}") {
            let query = parse(&text);
            prop_assert!(query.clauses.len() <= limits::QUERY_CLAUSES);
            prop_assert!(query.clauses.iter().all(|clause| !clause.runs.is_empty()));
        }
    }
}
