//! What a new password must be, as the sign-in policy says; and never one's own name, nor one that everybody tries first.

use holdfast_base::{Error, PersonId, Result, Rule};
use zeroize::Zeroizing;

use super::Password;
use crate::{OrgPerson, limits, sign_in_policy::PasswordPolicy, text};

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

/// Whose password it is to be.
pub(crate) struct Whose<'a> {
    uid: &'a str,
    name: &'a str,
    /// None for who is not in the directory yet: there is no earlier password.
    pub(super) person: Option<PersonId>,
}

impl<'a> Whose<'a> {
    pub(crate) fn newcomer(uid: &'a str, name: &'a str) -> Self {
        Self { uid, name, person: None }
    }

    pub(crate) fn of(person: &'a OrgPerson) -> Self {
        Self { uid: &person.uid, name: &person.name, person: Some(person.id) }
    }
}

/// What can be told without a slow hash.
pub(super) fn check(policy: &PasswordPolicy, enterprise: &str, password: &Password, whose: &Whose<'_>) -> Result<()> {
    let text = password.as_str();
    if text.chars().count() < policy.length as usize {
        return Err(refused("too-short", Some(u64::from(policy.length))));
    }
    if text.len() > limits::PASSWORD_BYTES_MAX {
        return Err(refused("too-long", Some(limits::PASSWORD_BYTES_MAX as u64)));
    }
    let lower = Zeroizing::new(text.to_lowercase());
    if [whose.uid, whose.name, enterprise].iter().any(|name| contains_name(&lower, name)) {
        return Err(refused("contains-name", None));
    }
    if is_common(&lower) || policy.banned.iter().any(|word| lower.contains(word.as_str())) {
        return Err(refused("too-common", None));
    }
    if classes(text) < policy.classes {
        return Err(refused("too-few-classes", Some(u64::from(policy.classes))));
    }
    if policy.strength > 0 && guesses(text, &[whose.uid, whose.name, enterprise]) < policy.strength {
        return Err(refused("too-weak", None));
    }
    Ok(())
}

/// Kinds of characters: small letters, capital letters, digits, and everything else, Han characters among it.
fn classes(text: &str) -> u32 {
    let kinds: [fn(char) -> bool; 4] = [
        |c| c.is_lowercase(),
        |c| c.is_uppercase(),
        |c| c.is_ascii_digit(),
        |c| !c.is_lowercase() && !c.is_uppercase() && !c.is_ascii_digit(),
    ];
    kinds.iter().map(|kind| u32::from(text.chars().any(kind))).sum()
}

/// 0 to 4, as zxcvbn counts them. Its words are English ones, so the list above stays.
fn guesses(text: &str, words: &[&str]) -> u32 {
    let weighed: Zeroizing<String> = Zeroizing::new(text.chars().take(limits::PASSWORD_CHARACTERS_WEIGHED).collect());
    u32::from(u8::from(zxcvbn::zxcvbn(&weighed, words).score()))
}

pub(super) fn refused(code: &'static str, limit: Option<u64>) -> Error {
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
    use proptest::prelude::*;

    use super::*;
    use crate::sign_in_policy::Profile;

    fn said(policy: &PasswordPolicy, password: &str, whose: &Whose<'_>) -> &'static str {
        match check(policy, "恒川科技", &Password::new(password), whose) {
            Ok(()) => "",
            Err(Error::Invalid { rule, .. }) => rule.code,
            Err(_) => "something else",
        }
    }

    fn nist() -> PasswordPolicy {
        PasswordPolicy { profile: Profile::Nist, length: 15, classes: 0, strength: 3, age_days: 0, ..PasswordPolicy::default() }
    }

    #[test]
    fn a_password_by_dengbao() {
        let policy = PasswordPolicy { banned: vec!["phoenix".to_owned()], ..PasswordPolicy::default() };
        let cases = [
            ("short9!", "too-short"),
            ("1234567890", "too-common"),
            ("Password123!", "too-common"),
            ("aaaaaaaaaaaa", "too-common"),
            ("13800138000", "too-common"),
            ("Zhangsan-2026-xyz", "contains-name"),
            ("my张三Password1", "contains-name"),
            ("Hengchuan-keji-1x", ""),
            ("Hengchuankeji-1x", "contains-name"),
            ("Project-Phoenix-7", "too-common"),
            ("correct horse battery", "too-few-classes"),
            ("密码是很长的一句话哦哦", "too-few-classes"),
            ("Correct horse battery", ""),
            ("hello.lin.qiang.w8", ""),
            ("Ab1Ab1Ab1Ab1", "too-common"),
            ("Football12345", "too-weak"),
        ];
        for (password, code) in cases {
            assert_eq!(said(&policy, password, &Whose::newcomer("zhangsan", "张三")), code, "{password}");
        }
        assert_eq!(said(&policy, "lin-Forever-77", &Whose::newcomer("lin", "林")), "contains-name");
        assert_eq!(said(&policy, &"aB3-".repeat(129), &Whose::newcomer("lin", "林")), "too-long");
    }

    #[test]
    fn a_password_by_nist() {
        let cases = [
            ("Xk9#fQ2!", "too-short"),
            ("correct horse battery", ""),
            ("summer summer summer", "too-weak"),
            ("密码是很长的一句话哦哦哦哦哦哦", ""),
        ];
        for (password, code) in cases {
            assert_eq!(said(&nist(), password, &Whose::newcomer("zhangsan", "张三")), code, "{password}");
        }
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(password in ".{0,200}", uid in "[a-z]{1,20}", name in "\\PC{1,20}") {
            let _ = said(&PasswordPolicy::default(), &password, &Whose::newcomer(&uid, &name));
            let _ = said(&nist(), &password, &Whose::newcomer(&uid, &name));
        }

        #[test]
        fn what_a_policy_takes_is_as_long_and_as_varied_as_it_says(password in "[a-z]{0,6}[A-Z]{0,6}[0-9]{0,6}[ -/]{0,6}") {
            let policy = PasswordPolicy::default();
            if said(&policy, &password, &Whose::newcomer("zhangsan", "张三")).is_empty() {
                prop_assert!(password.chars().count() >= 10);
                let kinds = [password.chars().any(|c| c.is_ascii_lowercase()), password.chars().any(|c| c.is_ascii_uppercase()),
                    password.chars().any(|c| c.is_ascii_digit()), password.chars().any(|c| c.is_ascii_punctuation() || c == ' ')];
                prop_assert!(kinds.iter().filter(|there| **there).count() >= 3);
            }
        }
    }
}
