//! What the words of a person or department must look like, and how Han names are read.

use holdfast_base::{Error, Result};
use pinyin::ToPinyin;
use unicode_normalization::UnicodeNormalization;

use crate::limits;

/// Trimmed and in NFC; refused when empty, too long, or with control characters.
pub(crate) fn line(field: &'static str, text: &str, most: usize) -> Result<String> {
    let text: String = text.trim().nfc().collect();
    if text.is_empty() {
        return Err(Error::invalid(field, "empty"));
    }
    if text.chars().count() > most {
        return Err(Error::too_long(field, most as u64));
    }
    if text.chars().any(|c| c.is_control() || is_direction_mark(c)) {
        return Err(Error::invalid(field, "control-character"));
    }
    Ok(text)
}

/// The same for a field that may be left out: empty text is none.
pub(crate) fn optional_line(field: &'static str, text: Option<&str>, most: usize) -> Result<Option<String>> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => line(field, text, most).map(Some),
    }
}

/// Marks that turn the reading direction would let one name pass as another.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

pub(crate) fn uid(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid("uid", "empty"));
    }
    if text.len() > limits::UID_BYTES {
        return Err(Error::too_long("uid", limits::UID_BYTES as u64));
    }
    let inside = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'@');
    if !text.bytes().all(inside) || !text.as_bytes()[0].is_ascii_alphanumeric() {
        return Err(Error::invalid("uid", "not-a-uid"));
    }
    Ok(text.to_owned())
}

pub(crate) fn department_name(text: &str) -> Result<String> {
    let name = line("name", text, limits::DEPARTMENT_NAME_CHARACTERS)?;
    if name.contains('/') {
        return Err(Error::invalid("name", "slash"));
    }
    // A sheet's cell holds several departments, separated by these.
    if name.contains([';', '；', '|', '｜']) {
        return Err(Error::invalid("name", "separator"));
    }
    Ok(name)
}

/// What somebody is in one department.
pub(crate) fn post_title(text: Option<&str>) -> Result<Option<String>> {
    let title = optional_line("titles", text, limits::TEXT_CHARACTERS)?;
    // A sheet's cell holds one for each department, separated by these.
    if title.as_deref().is_some_and(|title| title.contains([';', '；', '|', '｜'])) {
        return Err(Error::invalid("titles", "separator"));
    }
    Ok(title)
}

/// One `@` with something on both sides; whether it is delivered is not ours to know.
pub(crate) fn mail(text: Option<&str>) -> Result<Option<String>> {
    let Some(mail) = optional_line("mail", text, limits::MAIL_BYTES)? else { return Ok(None) };
    let parts = mail.split_once('@');
    let right = |(local, domain): (&str, &str)| !local.is_empty() && !domain.is_empty() && !domain.contains('@');
    if mail.len() > limits::MAIL_BYTES || mail.contains(char::is_whitespace) || !parts.is_some_and(right) {
        return Err(Error::invalid("mail", "not-a-mail-address"));
    }
    Ok(Some(mail))
}

/// Digits, with a leading `+` for a number abroad. Spaces, dashes and brackets are dropped, as is China's own +86.
pub(crate) fn mobile(text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let bare: String = text.nfkc().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '\u{a0}')).collect();
    let abroad = bare.strip_prefix("+").or_else(|| bare.strip_prefix("00"));
    let home = abroad.unwrap_or(&bare).strip_prefix("86").filter(|rest| rest.len() == 11 && rest.starts_with('1'));
    let number = match (home, abroad) {
        (Some(home), _) => home.to_owned(),
        (None, Some(abroad)) => format!("+{abroad}"),
        (None, None) => bare,
    };
    let digits = number.strip_prefix('+').unwrap_or(&number);
    if !(3..=limits::MOBILE_DIGITS).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::invalid("mobile", "not-a-phone-number"));
    }
    Ok(Some(number))
}

/// An ISO 8601 date; `2024/3/5` and `2024.3.5` are read too.
pub(crate) fn date(field: &'static str, text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let refused = || Error::invalid(field, "not-a-date");
    let day = text.split([' ', 'T']).next().unwrap_or(text);
    let day = day.trim_end_matches('日').replace(['年', '月'], "-");
    let mut parts = day.split(['-', '/', '.']);
    let mut part = || parts.next().and_then(|part| part.trim().parse::<i16>().ok()).ok_or_else(refused);
    let (year, month, day) = (part()?, part()?, part()?);
    if parts.next().is_some_and(|rest| !rest.is_empty()) || !(1900..=2200).contains(&year) {
        return Err(refused());
    }
    let (month, day) = (i8::try_from(month).map_err(|_| refused())?, i8::try_from(day).map_err(|_| refused())?);
    jiff::civil::Date::new(year, month, day).map(|date| Some(date.to_string())).map_err(|_| refused())
}

/// How a name is read: syllables separated by spaces, and their first letters.
pub(crate) struct Reading {
    pub(crate) pinyin: String,
    pub(crate) initials: String,
}

pub(crate) fn reading(name: &str) -> Reading {
    let (mut syllables, rest) = surname(name);
    let mut word = String::new();
    for c in rest.chars() {
        if let Some(reading) = c.to_pinyin() {
            push_word(&mut syllables, &mut word);
            syllables.push(reading.plain().replace('ü', "v"));
        } else if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        } else {
            push_word(&mut syllables, &mut word);
        }
    }
    push_word(&mut syllables, &mut word);
    let initials = syllables.iter().filter_map(|syllable| syllable.chars().next()).collect();
    Reading { pinyin: syllables.join(" "), initials }
}

/// A uid made of a name's pinyin: `张三` is `zhangsan`. The caller numbers it where it is taken.
pub fn proposed_uid(name: &str) -> String {
    let bare: String = reading(name).pinyin.chars().filter(char::is_ascii_alphanumeric).take(limits::UID_BYTES - 8).collect();
    if bare.is_empty() { "person".to_owned() } else { bare }
}

fn push_word(syllables: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        syllables.push(std::mem::take(word));
    }
}

/// Surnames that are read otherwise than the character alone, the double ones first.
const SURNAMES: &[(&str, &str)] = &[
    ("尉迟", "yu chi"),
    ("单于", "chan yu"),
    ("万俟", "mo qi"),
    ("澹台", "tan tai"),
    ("长孙", "zhang sun"),
    ("令狐", "ling hu"),
    ("宇文", "yu wen"),
    ("鲜于", "xian yu"),
    ("夏侯", "xia hou"),
    ("皇甫", "huang fu"),
    ("独孤", "du gu"),
    ("呼延", "hu yan"),
    ("单", "shan"),
    ("曾", "zeng"),
    ("仇", "qiu"),
    ("解", "xie"),
    ("查", "zha"),
    ("区", "ou"),
    ("任", "ren"),
    ("朴", "piao"),
    ("盖", "ge"),
    ("秘", "bi"),
    ("种", "chong"),
    ("乐", "yue"),
    ("翟", "zhai"),
    ("冼", "xian"),
    ("洗", "xian"),
    ("覃", "qin"),
    ("缪", "miao"),
    ("隗", "kui"),
    ("繁", "po"),
    ("郇", "xun"),
    ("员", "yun"),
    ("折", "she"),
    ("黑", "he"),
    ("能", "nai"),
    ("那", "na"),
    ("召", "shao"),
    ("柏", "bai"),
    ("沈", "shen"),
    ("燕", "yan"),
    ("应", "ying"),
    ("宁", "ning"),
    ("葛", "ge"),
    ("华", "hua"),
    ("车", "che"),
    ("逄", "pang"),
    ("訾", "zi"),
    ("盛", "sheng"),
    ("少", "shao"),
    ("谌", "chen"),
    ("撒", "sa"),
    ("尹", "yin"),
    ("石", "shi"),
    ("卜", "bu"),
    ("晁", "chao"),
    ("臧", "zang"),
    ("相", "xiang"),
    ("曲", "qu"),
    ("褚", "chu"),
    ("哈", "ha"),
    ("纪", "ji"),
    ("过", "guo"),
    ("幺", "yao"),
    ("角", "jue"),
    ("炅", "gui"),
    ("阚", "kan"),
    ("句", "gou"),
];

fn surname(name: &str) -> (Vec<String>, &str) {
    for (han, read) in SURNAMES {
        // A lone character is a whole name; "单" alone is as well read as a surname.
        if let Some(rest) = name.strip_prefix(han) {
            return (read.split(' ').map(str::to_owned).collect(), rest);
        }
    }
    (Vec::new(), name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surnames_are_read_as_surnames() {
        let cases = [
            ("单田芳", "shan tian fang", "stf"),
            ("曾国藩", "zeng guo fan", "zgf"),
            ("仇英", "qiu ying", "qy"),
            ("解缙", "xie jin", "xj"),
            ("查良镛", "zha liang yong", "zly"),
            ("区志远", "ou zhi yuan", "ozy"),
            ("尉迟恭", "yu chi gong", "ycg"),
            ("吕布", "lv bu", "lb"),
            ("张三", "zhang san", "zs"),
            ("Li Lei", "li lei", "ll"),
            ("王Anna", "wang anna", "wa"),
            ("", "", ""),
        ];
        for (name, pinyin, initials) in cases {
            let read = reading(name);
            assert_eq!((read.pinyin.as_str(), read.initials.as_str()), (pinyin, initials), "{name}");
        }
    }

    #[test]
    fn mobiles_and_dates_come_in_many_shapes() -> Result<()> {
        for text in
            ["13800138000", "+86 138-0013-8000", "0086 13800138000", " 138 0013 8000 ", "８６13800138000", "(+86)13800138000"]
        {
            assert_eq!(mobile(Some(text))?.as_deref(), Some("13800138000"), "{text}");
        }
        assert_eq!(mobile(Some("+44 20 7946 0000"))?.as_deref(), Some("+442079460000"));
        for text in ["12", "abc", "1380013800x", "+", "123456789012345678901"] {
            assert!(mobile(Some(text)).is_err(), "{text}");
        }
        for text in ["2024-03-05", "2024/3/5", "2024.3.5", "2024年3月5日", "2024-03-05 00:00:00"] {
            assert_eq!(date("hired_on", Some(text))?.as_deref(), Some("2024-03-05"), "{text}");
        }
        for text in ["2024-02-30", "yesterday", "2024-13-01", "1-2", "45000"] {
            assert!(date("hired_on", Some(text)).is_err(), "{text}");
        }
        Ok(())
    }

    #[test]
    fn a_uid_is_plain_ascii() {
        for bad in ["", " ", ".a", "张三", "a b", "a/b", &"a".repeat(65), "-a", "a\u{0}"] {
            assert!(uid(bad).is_err(), "{bad:?}");
        }
        for good in ["zhangsan", "Zhang.San-1_x", "a@b.cn", &"a".repeat(64)] {
            assert!(uid(good).is_ok(), "{good:?}");
        }
    }
}
