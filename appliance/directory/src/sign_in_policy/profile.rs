use std::time::Duration;

use holdfast_base::{Error, Result, Rule, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{limits, text};

/// Whose advice the values follow; it bounds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// 等保 (GB/T 22239): complexity, and changed now and then.
    Dengbao,
    /// NIST SP 800-63B: long and hard to guess, never changed for its age alone.
    Nist,
}

/// How a password must look. What is 0 is not asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordPolicy {
    pub profile: Profile,
    /// Characters at the least.
    #[schema(minimum = 8, maximum = 64)]
    pub length: u32,
    /// Of small letters, capital letters, digits and all other characters, so many kinds.
    #[schema(maximum = 4)]
    pub classes: u32,
    /// 1 to 4: more than a thousand, a million, a hundred million, ten thousand million guesses.
    #[schema(maximum = 4)]
    pub strength: u32,
    /// It must be changed after so many days.
    #[schema(maximum = 365)]
    pub age_days: u32,
    /// People are told so many days before.
    #[schema(maximum = 90)]
    pub warning_days: u32,
    /// It is none of the last so many, the one in use counted.
    #[schema(maximum = 24)]
    pub history: u32,
    /// Words that no password contains, besides names and what everybody tries first.
    #[schema(max_items = 1000)]
    pub banned: Vec<String>,
}

/// What of it somebody must know who chooses a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PasswordRules {
    pub length: u32,
    pub classes: u32,
    pub strength: u32,
    pub history: u32,
    pub age_days: u32,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            profile: Profile::Dengbao,
            length: 10,
            classes: 3,
            strength: 2,
            age_days: 90,
            warning_days: 14,
            history: 5,
            banned: Vec::new(),
        }
    }
}

/// What a profile leaves room for.
struct Bounds {
    length: u32,
    classes: (u32, u32),
    strength: u32,
    age_days: (u32, u32),
    history: u32,
}

impl Profile {
    fn bounds(self) -> Bounds {
        match self {
            Self::Dengbao => {
                Bounds { length: 8, classes: (3, 4), strength: 0, age_days: (1, limits::PASSWORD_AGE_DAYS), history: 1 }
            }
            Self::Nist => Bounds { length: 8, classes: (0, 0), strength: 3, age_days: (0, 0), history: 0 },
        }
    }
}

impl PasswordPolicy {
    /// Within what its profile allows, its words in one form.
    pub(super) fn checked(&self) -> Result<Self> {
        let Bounds { length, classes, strength, age_days, history } = self.profile.bounds();
        within("length", self.length, (length, limits::PASSWORD_LENGTH_MOST))?;
        within("classes", self.classes, classes)?;
        within("strength", self.strength, (strength, 4))?;
        within("age_days", self.age_days, age_days)?;
        within("warning_days", self.warning_days, (0, self.age_days.min(limits::PASSWORD_WARNING_DAYS)))?;
        within("history", self.history, (history, limits::PASSWORD_HISTORY))?;
        if self.banned.len() > limits::BANNED_WORDS {
            return Err(Error::Invalid {
                field: "banned",
                rule: Rule { code: "too-many", limit: Some(limits::BANNED_WORDS as u64) },
            });
        }
        let word = |word: &String| text::line("banned", word, limits::BANNED_WORD_CHARACTERS).map(|word| word.to_lowercase());
        let mut banned = self.banned.iter().map(word).collect::<Result<Vec<_>>>()?;
        banned.sort();
        banned.dedup();
        // Two Han characters are a word, two Latin letters stand in too many good passwords.
        let least = |word: &str| {
            if word.is_ascii() { limits::BANNED_WORD_CHARACTERS_MIN } else { limits::BANNED_WORD_CHARACTERS_MIN - 1 }
        };
        if banned.iter().any(|word| word.chars().count() < least(word)) {
            return Err(too_small("banned", limits::BANNED_WORD_CHARACTERS_MIN as u64));
        }
        Ok(Self { banned, ..self.clone() })
    }

    pub fn rules(&self) -> PasswordRules {
        let Self { length, classes, strength, history, age_days, .. } = *self;
        PasswordRules { length, classes, strength, history, age_days }
    }

    /// When a password that was set at `changed` must be changed.
    pub fn expires(&self, changed: Timestamp) -> Option<Timestamp> {
        (self.age_days > 0).then(|| changed.plus(days(self.age_days)))
    }

    /// The same, once it is near enough to be told.
    pub(crate) fn warns(&self, changed: Timestamp, now: Timestamp) -> Option<Timestamp> {
        self.expires(changed).filter(|ends| now.plus(days(self.warning_days)) >= *ends)
    }
}

fn days(count: u32) -> Duration {
    Duration::from_secs(u64::from(count) * 24 * 3_600)
}

fn within(field: &'static str, value: u32, (least, most): (u32, u32)) -> Result<()> {
    if value < least {
        return Err(too_small(field, u64::from(least)));
    }
    if value > most {
        return Err(Error::Invalid { field, rule: Rule { code: "too-large", limit: Some(u64::from(most)) } });
    }
    Ok(())
}

fn too_small(field: &'static str, limit: u64) -> Error {
    Error::Invalid { field, rule: Rule { code: "too-small", limit: Some(limit) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(policy: PasswordPolicy) -> &'static str {
        match policy.checked() {
            Err(Error::Invalid { field, .. }) => field,
            _ => "",
        }
    }

    #[test]
    fn a_profile_bounds_its_values() {
        let dengbao = PasswordPolicy::default();
        let nist = PasswordPolicy {
            profile: Profile::Nist,
            length: 15,
            classes: 0,
            strength: 3,
            age_days: 0,
            warning_days: 0,
            history: 0,
            banned: Vec::new(),
        };
        assert_eq!((refused(dengbao.clone()), refused(nist.clone())), ("", ""));
        assert_eq!(refused(PasswordPolicy { length: 7, ..dengbao.clone() }), "length");
        assert_eq!(refused(PasswordPolicy { length: 65, ..dengbao.clone() }), "length");
        assert_eq!(refused(PasswordPolicy { classes: 2, ..dengbao.clone() }), "classes");
        assert_eq!(refused(PasswordPolicy { age_days: 0, ..dengbao.clone() }), "age_days");
        assert_eq!(refused(PasswordPolicy { warning_days: 91, ..dengbao.clone() }), "warning_days");
        assert_eq!(refused(PasswordPolicy { history: 25, ..dengbao.clone() }), "history");
        assert_eq!(refused(PasswordPolicy { strength: 2, ..nist.clone() }), "strength");
        assert_eq!(refused(PasswordPolicy { age_days: 90, ..nist.clone() }), "age_days");
        assert_eq!(refused(PasswordPolicy { classes: 3, ..nist }), "classes");
        let words =
            |words: &[&str]| PasswordPolicy { banned: words.iter().map(|w| (*w).to_owned()).collect(), ..dengbao.clone() };
        assert_eq!((refused(words(&["ab"])), refused(words(&["恒"])), refused(words(&["恒川"]))), ("banned", "banned", ""));
        assert_eq!(words(&["HengChuan ", "hengchuan"]).checked().unwrap().banned, ["hengchuan"]);
    }
}
