//! Messages of the sample company, cut from real Chinese and English text that Debian packages install.

use std::{fs, io, path::Path};

use super::company::Seeded;

/// Shortest and longest piece that becomes a message, in characters.
const PIECE_CHARS: std::ops::RangeInclusive<usize> = 4..=240;
/// Pieces that are kept in memory.
const PIECES: usize = 60_000;
/// What people answer each other.
const SHORT: [&str; 24] = [
    "收到",
    "好的，我看一下",
    "下午三点可以吗？",
    "辛苦了",
    "这个我来跟进",
    "没问题",
    "已发到网盘",
    "稍等，我在开会",
    "周五之前给你",
    "OK",
    "Thanks!",
    "Looks good to me.",
    "可以，按这个方案来",
    "数据我再核对一遍",
    "+1",
    "请看附件",
    "谢谢！",
    "明白",
    "我同意",
    "这里有点问题，见下面",
    "Let me check and get back to you.",
    "已更新",
    "先这样",
    "晚点同步",
];

/// Sentences of all `.txt` files below `folder`, in file order.
pub fn pieces(folder: &Path) -> io::Result<Vec<String>> {
    let mut files: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?.into_iter().map(|e| e.path()).collect();
    files.sort();
    let mut all = Vec::new();
    for file in files.iter().filter(|path| path.extension().is_some_and(|e| e == "txt")) {
        let text = String::from_utf8_lossy(&fs::read(file)?).into_owned();
        for piece in
            text.split("\n\n").map(unwrap).collect::<Vec<_>>().iter().flat_map(|one| one.split_inclusive(['。', '！', '？']))
        {
            let piece = piece.trim().to_owned();
            let letters = piece.chars().filter(|c| c.is_alphabetic()).count();
            if PIECE_CHARS.contains(&piece.chars().count()) && letters * 2 > piece.chars().count() {
                all.push(piece);
            }
        }
        if all.len() >= PIECES {
            break;
        }
    }
    Ok(all)
}

/// One paragraph on one line: pages are set in lines of 78 columns, with blanks between Chinese words of two lines and
/// hyphens inside Latin ones.
fn unwrap(paragraph: &str) -> String {
    let mut out = String::new();
    for word in paragraph.split_whitespace() {
        let latin = |c: char| c.is_ascii_graphic();
        let blank = match (out.chars().last(), word.chars().next()) {
            (Some(before), Some(next)) => latin(before) || latin(next),
            _ => false,
        };
        if blank {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// One message.
pub fn message(chance: &mut Seeded, pieces: &[String]) -> String {
    if pieces.is_empty() || chance.below(4) == 0 {
        return (*chance.pick(&SHORT)).to_owned();
    }
    chance.pick(pieces).clone()
}
