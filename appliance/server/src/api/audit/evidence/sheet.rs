//! A document of HTML that needs nothing else: no script, no picture, one style whose hash the policy names. Prints on A4.

use std::sync::OnceLock;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use holdfast_directory::views::Locale;
use ring::digest::{SHA256, digest};

/// A text in Chinese and in English.
pub(super) type Pair = [&'static str; 2];

const STYLE: &str = "\
@page{size:A4;margin:16mm 15mm 18mm}\
*{box-sizing:border-box}\
body{margin:0 auto;padding:24px 16px;max-width:190mm;background:#fff;color:#16191d;\
font:10pt/1.5 \"Noto Sans CJK SC\",\"Source Han Sans SC\",\"PingFang SC\",\"Microsoft YaHei\",system-ui,sans-serif}\
h1{margin:0;font-size:18pt;line-height:1.3}\
h2{margin:0 0 6px;font-size:12pt;line-height:1.4}\
.sub{margin:2px 0 0;color:#4a5360}\
section{margin-top:18px;break-inside:avoid}\
section.long{break-inside:auto}\
p{margin:6px 0 0}\
.warn{padding:6px 10px;border:1px solid #b45309;border-left-width:4px}\
table{width:100%;border-collapse:collapse;table-layout:fixed}\
thead{display:table-header-group}\
tr{break-inside:avoid}\
th,td{padding:4px 8px 4px 0;border-bottom:1px solid #d5dae0;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
th{font-weight:600;color:#4a5360}\
.facts th{width:34%;font-weight:400}\
th.k{width:27%}\
td.k{font-family:ui-monospace,\"DejaVu Sans Mono\",monospace;font-size:8.5pt}\
.scroll{overflow-x:auto}\
.signed{display:flex;gap:24px;margin-top:36px;break-inside:avoid}\
.signed div{flex:1;padding-top:4px;border-top:1px solid #16191d;color:#4a5360}\
@media print{body{max-width:none;padding:0}}\
@media screen and (max-width:560px){.scroll table{min-width:520px}}";

/// May be shown inside our own page, and may do nothing.
pub(super) fn policy() -> &'static str {
    static POLICY: OnceLock<String> = OnceLock::new();
    POLICY.get_or_init(|| format!("{}; frame-ancestors 'self'", own_policy()))
}

/// What the file says of itself, so that a saved copy does as little.
fn own_policy() -> String {
    let hash = BASE64.encode(digest(&SHA256, STYLE.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}

pub(super) struct Sheet {
    language: usize,
    /// Title of the section.
    section: &'static str,
    out: String,
}

impl Sheet {
    pub(super) fn new(language: Locale, title: Pair, sub: &str) -> Self {
        let (language, lang) = match language {
            Locale::Chinese => (0, "zh-CN"),
            Locale::English => (1, "en"),
        };
        let (title, policy) = (title[language], own_policy());
        let out = format!(
            "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
             <body>\n<main>\n<h1>{title}</h1>\n<p class=\"sub\">{}</p>\n",
            escaped(sub)
        );
        Self { language, section: title, out }
    }

    pub(super) fn say(&self, words: Pair) -> &'static str {
        words[self.language]
    }

    /// Begins a section; `long` may go on over the end of a page.
    pub(super) fn section(&mut self, title: Pair, long: bool) {
        let class = if long { " class=\"long\"" } else { "" };
        self.end_section();
        self.section = self.say(title);
        self.out.push_str(&format!("<section{class}>\n<h2>{}</h2>\n", self.section));
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.out.push_str(&format!("<p>{}</p>\n", escaped(text)));
    }

    pub(super) fn warning(&mut self, words: Pair) {
        self.out.push_str(&format!("<p class=\"warn\">{}</p>\n", self.say(words)));
    }

    pub(super) fn facts(&mut self, facts: &[(Pair, String)]) {
        let rows: String = facts
            .iter()
            .map(|(name, value)| format!("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", self.say(*name), escaped(value)))
            .collect();
        self.out.push_str(&format!("<table class=\"facts\">\n<tbody>\n{rows}</tbody>\n</table>\n"));
    }

    /// `code`: columns that hold hashes and keys.
    pub(super) fn table(&mut self, heads: &[Pair], code: &[usize], rows: &[Vec<String>]) {
        let class = |at: usize| if code.contains(&at) { " class=\"k\"" } else { "" };
        let head = |(at, head): (usize, &Pair)| format!("<th scope=\"col\"{}>{}</th>", class(at), self.say(*head));
        let head: String = heads.iter().enumerate().map(head).collect();
        let cell = |(at, text): (usize, &String)| format!("<td{}>{}</td>", class(at), escaped(text));
        let line = |row: &Vec<String>| format!("<tr>{}</tr>\n", row.iter().enumerate().map(cell).collect::<String>());
        let body: String = rows.iter().map(line).collect();
        self.out.push_str(&format!(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n\
             {body}</tbody>\n</table></div>\n",
            self.section
        ));
    }

    /// Lines for the hands of those who sign the paper.
    pub(super) fn end(mut self, signers: &[Pair]) -> String {
        self.end_section();
        let lines: String = signers.iter().map(|who| format!("<div>{}</div>", self.say(*who))).collect();
        self.out.push_str(&format!("<div class=\"signed\">{lines}</div>\n</main>\n</body>\n</html>\n"));
        self.out
    }

    fn end_section(&mut self) {
        if self.out.contains("<section") {
            self.out.push_str("</section>\n");
        }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_have_written_stays_text_and_every_section_ends() {
        let mut sheet = Sheet::new(Locale::English, ["证据", "Evidence"], "<b>&\"");
        sheet.section(["一", "One"], false);
        sheet.facts(&[(["甲", "A"], "<script>".to_owned())]);
        sheet.section(["二", "Two"], true);
        sheet.table(&[["乙", "B"]], &[0], &[vec!["</td>".to_owned()]]);
        let text = sheet.end(&[["丙", "C"]]);
        assert!(text.contains("&lt;b&gt;&amp;&quot;") && text.contains("<td>&lt;script&gt;</td>"), "{text}");
        assert!(text.contains("<td class=\"k\">&lt;/td&gt;</td>") && !text.contains("<script"));
        assert_eq!((text.matches("<section").count(), text.matches("</section>").count()), (2, 2));
        assert!(policy().contains("default-src 'none'") && text.contains(&own_policy()));
    }
}
