//! Readings of a character, as people type them: without tones, `ü` as `v` or `u`.

use std::{collections::HashMap, sync::LazyLock};

use pinyin::{ToPinyin, ToPinyinMulti};

use crate::limits;

/// Surnames whose reading differs from the character's usual one; the first syllable of a double surname stands with both.
const SURNAMES: &[(&str, &[&str])] = &[
    ("单", &["shan"]),
    ("曾", &["zeng"]),
    ("仇", &["qiu"]),
    ("解", &["xie"]),
    ("查", &["zha"]),
    ("区", &["ou"]),
    ("任", &["ren"]),
    ("华", &["hua"]),
    ("朴", &["piao"]),
    ("翟", &["zhai"]),
    ("盖", &["ge", "gai"]),
    ("缪", &["miao"]),
    ("覃", &["qin", "tan"]),
    ("乐", &["yue", "le"]),
    ("员", &["yun"]),
    ("尹", &["yin"]),
    ("晁", &["chao"]),
    ("繁", &["po"]),
    ("黑", &["he", "hei"]),
    ("秘", &["bi"]),
    ("折", &["she"]),
    ("种", &["chong"]),
    ("冼", &["xian"]),
    ("洗", &["xian"]),
    ("宓", &["mi", "fu"]),
    ("召", &["shao"]),
    ("郇", &["xun", "huan"]),
    ("郗", &["xi", "chi"]),
    ("乜", &["nie"]),
    ("逄", &["pang"]),
    ("葛", &["ge"]),
    ("那", &["na"]),
    ("牟", &["mou", "mu"]),
    ("臧", &["zang"]),
    ("佴", &["nai"]),
    ("能", &["nai"]),
    ("句", &["gou"]),
    ("车", &["che"]),
    ("瞿", &["qu"]),
    ("应", &["ying"]),
    ("阚", &["kan"]),
    ("过", &["guo"]),
    ("宁", &["ning"]),
    ("隗", &["wei", "kui"]),
    ("撒", &["sa"]),
    ("燕", &["yan"]),
    ("祭", &["zhai"]),
    ("幺", &["yao"]),
    ("尉迟", &["yu", "chi"]),
    ("万俟", &["mo", "qi"]),
    ("长孙", &["zhang", "sun"]),
    ("澹台", &["tan", "tai"]),
    ("单于", &["chan", "yu"]),
    ("令狐", &["ling", "hu"]),
    ("宿", &["su"]),
    ("贾", &["jia"]),
    ("石", &["shi"]),
    ("褚", &["chu"]),
    ("柏", &["bai", "bo"]),
    ("卜", &["bu"]),
    ("啜", &["chuai"]),
    ("藏", &["zang"]),
    ("哈", &["ha"]),
    ("郝", &["hao"]),
    ("厘", &["xi"]),
    ("麻", &["ma"]),
    ("无", &["wu"]),
    ("行", &["xing"]),
    ("殷", &["yin"]),
    ("於", &["yu"]),
    ("俞", &["yu"]),
    ("笮", &["ze"]),
    ("钭", &["tou"]),
    ("庹", &["tuo"]),
    ("妫", &["gui"]),
    ("眭", &["sui"]),
];

static SINGLE: LazyLock<HashMap<char, &'static [&'static str]>> = LazyLock::new(|| {
    let single = |(name, readings): &(&str, &'static [&'static str])| {
        let mut chars = name.chars();
        let first = chars.next()?;
        chars.next().is_none().then_some((first, *readings))
    };
    SURNAMES.iter().filter_map(single).collect()
});

/// Readings of each character of a name (folded), the likeliest first. A character without readings has none.
pub(super) fn readings(name: &[char], is_person: bool) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = name.iter().map(|c| of_char(*c)).collect();
    if is_person {
        surname(name, &mut all);
    }
    all.iter_mut().for_each(|readings| readings.truncate(limits::READINGS));
    all
}

fn of_char(c: char) -> Vec<String> {
    let mut out = Vec::new();
    let usual = c.to_pinyin().into_iter();
    let other = c.to_pinyin_multi().into_iter().flatten();
    for reading in usual.chain(other) {
        let plain = reading.plain();
        // `ê`, `m`, `ng`, `hm` are sounds, not what somebody would type for a name.
        if plain.is_ascii() && plain.len() < 2 && !matches!(plain, "a" | "e" | "o") {
            continue;
        }
        if plain.contains('ü') {
            push(&mut out, &plain.replace('ü', "v"));
            push(&mut out, &plain.replace('ü', "u"));
            if plain == "lü" || plain == "nü" {
                push(&mut out, &plain.replace('ü', "yu"));
            }
        } else if plain.is_ascii() {
            push(&mut out, plain);
        }
    }
    out
}

fn surname(name: &[char], all: &mut [Vec<String>]) {
    for (surname, own) in SURNAMES.iter().filter(|(surname, _)| surname.chars().count() == 2) {
        if name.len() >= 2 && surname.chars().eq(name[..2].iter().copied()) {
            for (readings, reading) in all.iter_mut().zip(*own) {
                first(readings, reading);
            }
            return;
        }
    }
    if let (Some(own), Some(readings)) = (name.first().and_then(|c| SINGLE.get(c)), all.first_mut()) {
        own.iter().rev().for_each(|reading| first(readings, reading));
    }
}

fn first(readings: &mut Vec<String>, reading: &str) {
    readings.retain(|other| other != reading);
    readings.insert(0, reading.to_owned());
}

fn push(out: &mut Vec<String>, reading: &str) {
    if !out.iter().any(|other| other == reading) {
        out.push(reading.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surnames_come_with_their_own_reading_first() {
        let first = |name: &str| {
            let chars: Vec<char> = name.chars().collect();
            readings(&chars, true).into_iter().map(|r| r[0].clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(first("单雄信"), "shan xiong xin");
        assert_eq!(first("尉迟恭"), "yu chi gong");
        assert_eq!(first("万俟卨"), "mo qi xie");
        assert_eq!(first("吕布"), "lv bu");
        assert!(readings(&['吕'], true)[0].contains(&"lu".to_owned()));
    }
}
