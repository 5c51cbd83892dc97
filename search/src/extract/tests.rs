//! What is read from real files, against poppler where there is one; and hostile files through a real worker.

use std::{
    collections::HashSet,
    io::{Cursor, Write},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::{limits, words::is_dense};

fn text(name: &str, bytes: &[u8]) -> String {
    extract(name, bytes).expect("has text").text
}

#[test]
fn plain_text_in_the_encodings_of_the_office() {
    let say = "项目预算 Budget 2026\n第二行：简体中文与 English 混排，用来猜编码。";
    let (gbk, ..) = encoding_rs::GB18030.encode(say);
    let wide: Vec<u8> = say.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked: Vec<u8> = [0xfe, 0xff].into_iter().chain(say.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    for bytes in [say.as_bytes(), &gbk, &wide, &marked, &[b"\xef\xbb\xbf", say.as_bytes()].concat()] {
        assert_eq!(text("a.txt", bytes), say);
    }
    let big = "繁體中文的文件內容，關於專案預算與時程的說明，請各部門在月底之前回覆意見。";
    let (big5, ..) = encoding_rs::BIG5.encode(big);
    assert_eq!(text("a.txt", &big5), big);
    assert_eq!(extract("a.txt", b"\x7fELF\x01\x00\x00\x00\x00"), Err(Refusal::Unsupported));
    assert_eq!(extract("a.exe", b"MZ"), Err(Refusal::Unsupported));
    assert_eq!(text("empty.txt", b""), "");
}

#[test]
fn html_without_markup_and_with_its_characters() {
    let page = "<!doctype html><head><title>标题</title><style>p{}</style></head><body><p>一<b>二</b>三\n四 a\nb</p>\
        <script>var x='<p>no</p>'</script><!-- no --><table><tr><td>甲</td><td>乙</td></tr></table>&lt;&#20013;&#x6587;&nbsp;&unknown; 1<2<pre>x\n  y</pre>";
    assert_eq!(text("a.html", page.as_bytes()), "标题\n一二三四 a b\n甲 乙\n<中文 &unknown; 1<2\nx\ny");
    let (bytes, ..) = encoding_rs::GBK.encode("<html><head><meta charset=gb2312></head><body>中文网页</body>");
    assert_eq!(text("a.htm", &bytes), "中文网页");
}

#[test]
fn markdown_keeps_the_words() {
    let source = "# 标题 one\n\n第一行，\n第二**重**点 [链接](https://a.cn/b)\n\n- 甲\n- 乙\n\n```\ncode_here\n```\n";
    assert_eq!(text("a.md", source.as_bytes()), "标题 one\n第一行，第二重点 链接 https://a.cn/b)\n甲\n乙\ncode_here");
}

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, body) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("starts");
        zip.write_all(body.as_bytes()).expect("writes");
    }
    zip.finish().expect("ends").into_inner()
}

fn word(body: &str) -> Vec<u8> {
    let document = format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    zipped(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", &document)])
}

#[test]
fn office_files() {
    let body = "<w:p><w:r><w:t>季度</w:t></w:r><w:r><w:t xml:space=\"preserve\">预算 A&amp;B&#x4e2d; </w:t></w:r></w:p>\
        <w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:r><w:t>第二段</w:t><w:tab/><w:t>右</w:t></w:r></w:p>\
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    assert_eq!(text("a.docx", &word(body)), "季度预算 A&B中\n第二段 右\n甲");
    let slides = zipped(&[
        ("ppt/slides/slide10.xml", "<p:sld><a:p><a:r><a:t>第十页</a:t></a:r></a:p></p:sld>"),
        ("ppt/slides/slide2.xml", "<p:sld><a:p><a:r><a:t>第二页</a:t></a:r></a:p></p:sld>"),
    ]);
    assert_eq!(text("a.pptx", &slides), "第二页\n第十页");
    let sheet = zipped(&[("xl/sharedStrings.xml", "<sst><si><t>姓名</t></si><si><r><t>部</t></r><r><t>门</t></r></si></sst>")]);
    assert_eq!(text("a.xlsx", &sheet), "姓名\n部门");
    let odt = zipped(&[("content.xml", "<o><text:h>题</text:h><text:p>正<text:span>文</text:span><text:s/>x</text:p></o>")]);
    assert_eq!(text("a.odt", &odt), "题\n正文 x");
}

#[test]
fn hostile_office_files_are_refused() {
    assert_eq!(extract("a.docx", &word(&"<w:p>".repeat(10_000))), Err(Refusal::Malformed));
    assert_eq!(extract("a.docx", &word("<w:t a=>")[..60]), Err(Refusal::Malformed));
    let bomb = word(&format!("<w:t>{}</w:t>", "零".repeat(20_000_000)));
    assert!(bomb.len() < 1 << 20);
    assert_eq!(extract("a.docx", &bomb), Err(Refusal::TooLarge));
    let many: Vec<String> = (0..limits::ARCHIVE_ENTRIES + 1).map(|n| format!("word/{n}")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "")).collect();
    assert_eq!(extract("a.docx", &zipped(&many)), Err(Refusal::TooLarge));
    let entities = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><w:document><w:t>&b;好</w:t></w:document>";
    assert_eq!(text("a.docx", &zipped(&[("word/document.xml", entities)])), "好");
}

/// A PDF of one page with the given font dictionary and content.
fn pdf(font: &str, content: &str) -> Vec<u8> {
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>".to_owned(),
        format!("<</Length {}>>\nstream\n{content}\nendstream", content.len()),
        font.to_owned(),
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000>>".to_owned(),
    ];
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        offsets.push(out.len());
        out.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let xref = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    offsets.iter().for_each(|offset| out.extend(format!("{offset:010} 00000 n \n").bytes()));
    out.extend(format!("trailer <</Size {}/Root 1 0 R>>\nstartxref\n{xref}\n%%EOF\n", objects.len() + 1).bytes());
    out
}

#[test]
fn chinese_pdf_fonts_without_a_unicode_map() {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let say = "财务报表 2026 年";
    let gbk = hex(&encoding_rs::GBK.encode(say).0);
    let wide = hex(&say.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>());
    for (encoding, codes) in
        [("GBK-EUC-H", &gbk), ("GBKp-EUC-H", &gbk), ("GBK2K-H", &gbk), ("UniGB-UCS2-H", &wide), ("UniGB-UTF16-H", &wide)]
    {
        let font = format!("<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/{encoding}/DescendantFonts[6 0 R]>>");
        let file = pdf(&font, &format!("BT /F1 12 Tf 72 700 Td <{codes}> Tj ET"));
        assert_eq!(text("a.pdf", &file), say, "{encoding}");
    }
}

#[test]
fn blanks_and_lines_of_a_pdf_come_from_where_glyphs_stand() {
    let font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/FirstChar 0/Widths[]>>";
    let content =
        "BT /F1 10 Tf 72 700 Td [(He) 20 (llo) -400 (wor) 10 (ld)] TJ 0 -12 Td (next) Tj ET BT /F1 10 Tf 72 500 Td (far) Tj ET";
    assert_eq!(text("a.pdf", &pdf(font, content)), "Hello world next\nfar");
    assert_eq!(extract("a.pdf", b"%PDF-1.4\nnothing"), Err(Refusal::Malformed));
}

/// Han characters of a text, so that blanks and order of columns do not count.
fn dense(text: &str) -> Vec<char> {
    text.chars().filter(|c| is_dense(*c)).collect()
}

fn poppler(path: &Path) -> Option<String> {
    let output = Command::new("pdftotext").args(["-enc", "UTF-8"]).arg(path).arg("-").output();
    let Ok(output) = output else {
        missing("pdftotext");
        return None;
    };
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn missing(what: &str) {
    assert!(std::env::var_os("CI").is_none_or(|value| value != "true"), "{what} is missing");
    eprintln!("SKIPPED: {what} is missing");
}

/// How many of poppler's sequences of four Han characters are found.
fn agreement(ours: &str, theirs: &str) -> f64 {
    let grams = |text: &str| dense(text).windows(4).map(<[char]>::to_vec).collect::<HashSet<_>>();
    let (ours, theirs) = (grams(ours), grams(theirs));
    theirs.intersection(&ours).count() as f64 / theirs.len().max(1) as f64
}

#[test]
fn pdfs_of_latex_and_chromium_agree_with_poppler() {
    let book = Path::new("/usr/share/debian-reference/debian-reference.zh-cn.pdf");
    if let Ok(bytes) = std::fs::read(book) {
        let Some(theirs) = poppler(book) else { return };
        let start = Instant::now();
        let ours = text("book.pdf", &bytes);
        let share = agreement(&ours, &theirs);
        eprintln!("{} Han characters, {share:.4} of poppler's sequences, {:?}", dense(&ours).len(), start.elapsed());
        assert!(share > 0.97, "{share}");
    } else {
        missing("debian-reference-zh-cn");
    }
    let folder = tempfile::tempdir().expect("makes");
    let (page, file) = (folder.path().join("a.html"), folder.path().join("a.pdf"));
    let body = "<meta charset=utf-8><h1>季度预算报告</h1><p>请在周五之前提交各部门的预算草案，逾期不候。</p><p>Budget draft <b>v2</b> 与 API 网关。</p>";
    std::fs::write(&page, body.repeat(30)).expect("writes");
    let made = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("--print-to-pdf={}", file.display()))
        .arg(&page)
        .output();
    if made.is_err() || !file.exists() {
        return missing("chromium");
    }
    let ours = text("a.pdf", &std::fs::read(&file).expect("reads"));
    let Some(theirs) = poppler(&file) else { return };
    assert!(agreement(&ours, &theirs) > 0.99, "{ours}");
    assert!(
        ours.contains("请在周五之前提交各部门的预算草案，逾期不候。") && ours.contains("Budget draft v2 与 API 网关"),
        "{ours}"
    );
}

/// The worker's binary stands beside the folder of the test's own.
fn worker() -> Option<PathBuf> {
    let own = std::env::current_exe().expect("has a path");
    let program = own.parent()?.parent()?.join("holdfast-extract");
    if program.exists() {
        return Some(program);
    }
    missing("holdfast-extract (cargo build -p holdfast-search)");
    None
}

fn ask(pool: &Pool, key: u8, name: &str, bytes: &[u8]) -> Result<Extracted, ExtractError> {
    pool.extract(&[key; 32], name, bytes.len() as u64, &mut Cursor::new(bytes))
}

#[test]
fn a_real_worker_reads_refuses_and_is_replaced() {
    let Some(program) = worker() else { return };
    let pool = Pool::with_deadline(Launch::Spawn { program }, 2, Duration::from_secs(20));
    assert_eq!(ask(&pool, 1, "a.txt", "你好".as_bytes()).expect("reads").text, "你好");
    assert!(matches!(ask(&pool, 2, "a.exe", b"MZ"), Err(ExtractError::Refused(Refusal::Unsupported))));
    assert!(matches!(ask(&pool, 3, "a.pdf", b"%PDF-1.7\n1 0 obj"), Err(ExtractError::Refused(Refusal::Malformed))));
    // The caller breaks off: the worker is replaced, the next file is read.
    let broken = pool.extract(&[4; 32], "a.txt", 100, &mut Cursor::new(b"short"));
    assert!(matches!(broken, Err(ExtractError::Input { .. })));
    for n in 0..limits::WORKER_JOBS + 5 {
        assert_eq!(ask(&pool, 5, "a.md", format!("# n{n}").as_bytes()).expect("reads").text, format!("n{n}"));
    }
}

#[test]
fn a_worker_is_locked_in() {
    let Some(program) = worker() else { return };
    let (ours, theirs) = std::os::unix::net::UnixStream::pair().expect("pairs");
    let mut child = Command::new(program).stdin(std::os::fd::OwnedFd::from(theirs)).spawn().expect("spawns");
    let mut socket = &ours;
    frame::write(&mut socket, &frame::Request { name: "a.txt".to_owned(), size_bytes: 2 }).expect("asks");
    socket.write_all(b"ok").expect("sends");
    let answer: frame::Answer = frame::read(&mut socket, frame::ANSWER_BYTES).expect("answers");
    assert_eq!(answer.expect("reads").text, "ok");
    let proc = |file: &str| std::fs::read_to_string(format!("/proc/{}/{file}", child.id())).expect("reads");
    let (status, bounds) = (proc("status"), proc("limits"));
    assert!(status.contains("Seccomp:\t2") && status.contains("NoNewPrivs:\t1"), "{status}");
    let bound = |name: &str| {
        bounds
            .lines()
            .find(|line| line.starts_with(name))
            .map(|line| line.split_whitespace().rev().nth(1).expect("is set").to_owned())
    };
    assert_eq!(bound("Max address space"), Some(limits::WORKER_MEMORY_BYTES.to_string()));
    assert_eq!(bound("Max open files"), Some(limits::WORKER_FILES.to_string()));
    drop(ours);
    assert!(child.wait().expect("ends").success());
}

#[test]
fn hostile_files_through_a_real_worker_leave_the_next_one_alone() {
    let Some(program) = worker() else { return };
    let pool = Pool::with_deadline(Launch::Spawn { program }, 1, Duration::from_secs(40));
    let bomb = word(&format!("<w:t>{}</w:t>", "零".repeat(20_000_000)));
    let deep = word(&"<w:p>".repeat(50_000));
    let nested = pdf("<</Type/Font/Subtype/Type1>>", &format!("{} BT ET", "[".repeat(2_000_000)));
    let arrays = format!("%PDF-1.4\n1 0 obj\n{}\nendobj\ntrailer<</Root 1 0 R>>", "[".repeat(3_000_000)).into_bytes();
    let whole = pdf("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", "BT /F1 9 Tf (hello) Tj ET");
    let torn = (1..12).map(|part| whole[..whole.len() * part / 12].to_vec());
    for (number, bytes) in (0..).zip([bomb, deep, nested, arrays].into_iter().chain(torn)) {
        let begun = Instant::now();
        let answer = ask(&pool, number, if number < 2 { "a.docx" } else { "a.pdf" }, &bytes);
        let known = matches!(&answer, Ok(_) | Err(ExtractError::Refused(_) | ExtractError::Died | ExtractError::Deadline));
        assert!(known && begun.elapsed() < Duration::from_secs(41), "{number}: {answer:?}");
        assert_eq!(ask(&pool, 200, "a.txt", b"next").expect("reads").text, "next");
    }
}

#[test]
fn a_file_that_kills_twice_is_set_aside_and_others_go_on() {
    let folder = tempfile::tempdir().expect("makes");
    let socket = folder.path().join("s");
    let listener = std::os::unix::net::UnixListener::bind(&socket).expect("binds");
    // A stand-in for systemd that hands each connection to something that dies, hangs, or speaks nonsense.
    let thread = std::thread::spawn(move || {
        let mut held = Vec::new();
        for (number, stream) in listener.incoming().take(3).enumerate() {
            let mut stream = stream.expect("accepts");
            match number {
                0 => drop(stream),
                1 => held.push(stream),
                _ => stream.write_all(&[0xff; 64]).expect("writes"),
            }
        }
    });
    let pool = Pool::with_deadline(Launch::Connect { socket }, 1, Duration::from_millis(400));
    let big = vec![b'x'; 1 << 20];
    assert!(matches!(ask(&pool, 1, "a.txt", &big), Err(ExtractError::Died)));
    let start = Instant::now();
    assert!(matches!(ask(&pool, 1, "a.txt", &big), Err(ExtractError::Deadline)));
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(matches!(ask(&pool, 1, "a.txt", &big), Err(ExtractError::Quarantined)));
    assert_eq!(pool.quarantined(), 1);
    assert!(matches!(ask(&pool, 2, "a.txt", b"x"), Err(ExtractError::Died)));
    thread.join().expect("ends");
    assert!(matches!(ask(&pool, 3, "a.txt", b"x"), Err(ExtractError::Unavailable { .. })));
}
