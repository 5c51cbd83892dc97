//! What stands in the terminal, in the operator's language. Both texts stand side by side where they are said.

use std::env;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Chinese,
    English,
}

impl Language {
    /// As the C library decides it: `LC_ALL`, then `LC_MESSAGES`, then `LANG`.
    pub fn of_environment() -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| env::var(name).ok()).find(|value| !value.is_empty());
        Self::of_locale(set.as_deref().unwrap_or_default())
    }

    fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("zh") { Self::Chinese } else { Self::English }
    }

    pub fn pick<T>(self, english: T, chinese: T) -> T {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zh_is_chinese_and_all_else_english() {
        for zh in ["zh_CN.UTF-8", "zh", "zh_TW", "ZH_cn.GB18030"] {
            assert_eq!(Language::of_locale(zh), Language::Chinese, "{zh}");
        }
        for other in ["", "C", "C.UTF-8", "de_DE.UTF-8", "en_US"] {
            assert_eq!(Language::of_locale(other), Language::English, "{other}");
        }
    }
}
