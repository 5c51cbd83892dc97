//! What a new password must be. Long, not one's own name, not one that everybody tries first.

use holdfast_base::{Error, Result, Rule};

use super::Password;
use crate::{limits, text};

/// Words that a guesser tries first; matched without case, digits and signs at the ends.
const COMMON: &[&str] = &[
    "password",
    "passwort",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "admin",
    "administrator",
    "root",
    "welcome",
    "letmein",
    "qwerty",
    "qwertyuiop",
    "qwertyuiopasdf",
    "asdfghjkl",
    "asdfghjklzx",
    "zxcvbnm",
    "iloveyou",
    "woaini",
    "woaini1314",
    "holdfast",
    "dingtalk",
    "welink",
    "huawei",
    "changeme",
    "default",
    "secret",
    "abcdefghij",
    "abcdefghijk",
    "abc",
    "test",
    "guest",
    "monkey",
    "dragon",
    "1qaz2wsx",
    "1qaz2wsx3edc",
    "qazwsx",
    "qazwsxedc",
    "q1w2e3r4t5",
    "aa123456",
    "a123456789",
    "zaq12wsx",
    "mima",
    "mima123456",
];

/// `names`: what the password must not contain (uid, name).
pub(crate) fn check(password: &Password, names: &[&str]) -> Result<()> {
    let text = password.as_str();
    if text.chars().count() < limits::PASSWORD_CHARACTERS_MIN {
        return Err(refused("too-short", Some(limits::PASSWORD_CHARACTERS_MIN as u64)));
    }
    if text.len() > limits::PASSWORD_BYTES_MAX {
        return Err(refused("too-long", Some(limits::PASSWORD_BYTES_MAX as u64)));
    }
    let lower = text.to_lowercase();
    if names.iter().any(|name| contains_name(&lower, name)) {
        return Err(refused("contains-name", None));
    }
    if is_common(&lower) {
        return Err(refused("too-common", None));
    }
    Ok(())
}

fn refused(code: &'static str, limit: Option<u64>) -> Error {
    Error::Invalid { field: "password", rule: Rule { code, limit } }
}

/// The name itself and its pinyin. What is shorter than three characters stands in too many good passwords.
fn contains_name(lower: &str, name: &str) -> bool {
    let name = name.to_lowercase();
    let pinyin = text::reading(&name).pinyin.replace(' ', "");
    let long_enough = |word: &str| word.chars().count() >= 3 || !word.is_ascii() && word.chars().count() >= 2;
    [name, pinyin].iter().any(|word| long_enough(word) && lower.contains(word.as_str()))
}

fn is_common(lower: &str) -> bool {
    let core = lower.trim_matches(|c: char| !c.is_alphabetic());
    // Nothing but digits and signs is a telephone number or a birthday.
    let digits_only = lower.chars().all(|c| !c.is_alphabetic());
    let kinds: std::collections::HashSet<char> = lower.chars().collect();
    digits_only || kinds.len() < 5 || COMMON.contains(&core) || COMMON.contains(&lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_short_common_or_ones_own_name() {
        let cases = [
            ("short9!", "too-short"),
            ("1234567890", "too-common"),
            ("Password123!", "too-common"),
            ("aaaaaaaaaaaa", "too-common"),
            ("13800138000", "too-common"),
            ("zhangsan-2026-xyz", "contains-name"),
            ("my张三password", "contains-name"),
            ("hello.lin.qiang.w", ""),
            ("lin-forever-77", "contains-name"),
            ("correct horse battery", ""),
            ("密码是很长的一句话哦哦", ""),
        ];
        for (password, code) in cases {
            let names = if password.contains("lin") { ["lin", "林"] } else { ["zhangsan", "张三"] };
            let names = if code.is_empty() { ["zhangsan", "张三"] } else { names };
            match check(&Password::new(password), &names) {
                Ok(()) => assert_eq!(code, "", "{password}"),
                Err(Error::Invalid { rule, .. }) => assert_eq!(rule.code, code, "{password}"),
                Err(other) => panic!("{password}: {other}"),
            }
        }
    }
}
