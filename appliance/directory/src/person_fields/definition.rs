//! What a field is, and what its settings must look like.

use holdfast_base::{Error, Result, Rule};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::value;
use crate::{limits, text};

/// The number of a field that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FieldId(pub(crate) u64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    Text,
    /// A decimal number of at most 12 digits before and 6 behind the point.
    Number,
    /// ISO 8601.
    Date,
    /// `yes` or `no`.
    YesNo,
    /// One of `choices`.
    Choice,
    /// A person's uid.
    Person,
    /// An address of the web.
    Link,
}

impl FieldKind {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Text, "text"),
        (Self::Number, "number"),
        (Self::Date, "date"),
        (Self::YesNo, "yes-no"),
        (Self::Choice, "choice"),
        (Self::Person, "person"),
        (Self::Link, "link"),
    ];

    pub(super) fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == name).map(|(kind, _)| kind)
    }
}

/// Who sees a field's values: see [`super::sees`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sensitivity {
    /// Everybody in the directory, and what the enterprise shows outside.
    Public,
    /// Everybody in the directory.
    Internal,
    /// The person, those above in the chain of managers, and the system administrator, who keeps the records.
    Restricted,
    /// The person and the system administrator.
    Confidential,
}

/// Who may change a field's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Editor {
    Administrator,
    /// The person, and the system administrator.
    Person,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonFieldSettings {
    #[schema(max_length = 64)]
    pub label_zh: String,
    #[schema(max_length = 64)]
    pub label_en: String,
    /// A person may have more than one value.
    #[serde(default)]
    pub several: bool,
    /// New people must have a value, and it may not be taken away.
    #[serde(default)]
    pub required: bool,
    /// Of a choice: at least one.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub choices: Vec<String>,
    /// The least number or first day.
    #[serde(default)]
    pub least: Option<String>,
    /// The greatest number or last day; of a text its most characters.
    #[serde(default)]
    pub most: Option<String>,
    pub sensitivity: Sensitivity,
    pub editor: Editor,
    /// Shown on the person's card; else only to the person and the system administrator.
    pub on_card: bool,
}

impl PersonFieldSettings {
    /// In their one form, or the rule that they break.
    pub(super) fn normalised(&self, kind: FieldKind) -> Result<Self> {
        let limit = |field, value: &Option<String>| match (value.as_deref().map(str::trim), kind) {
            (None | Some(""), _) => Ok(None),
            (Some(text), FieldKind::Number) => value::number(field, text).map(Some),
            (Some(text), FieldKind::Date) => text::date(field, Some(text)),
            (Some(text), FieldKind::Text) if field == "most" => characters(text).map(Some),
            _ => Err(Error::invalid(field, "not-of-this-kind")),
        };
        let normalised = Self {
            label_zh: text::line("label_zh", &self.label_zh, limits::DEPARTMENT_NAME_CHARACTERS)?,
            label_en: text::line("label_en", &self.label_en, limits::DEPARTMENT_NAME_CHARACTERS)?,
            choices: self.choices(kind)?,
            least: limit("least", &self.least)?,
            most: limit("most", &self.most)?,
            ..self.clone()
        };
        if let (Some(least), Some(most)) = (&normalised.least, &normalised.most)
            && value::order(kind, least, most).is_gt()
        {
            return Err(Error::invalid("most", "below-least"));
        }
        Ok(normalised)
    }

    fn choices(&self, kind: FieldKind) -> Result<Vec<String>> {
        match (kind, self.choices.is_empty()) {
            (FieldKind::Choice, true) => return Err(Error::invalid("choices", "empty")),
            (FieldKind::Choice, false) | (_, true) => {}
            (_, false) => return Err(Error::invalid("choices", "not-of-this-kind")),
        }
        if self.choices.len() > limits::PERSON_FIELD_CHOICES {
            let rule = Rule { code: "too-many", limit: Some(limits::PERSON_FIELD_CHOICES as u64) };
            return Err(Error::Invalid { field: "choices", rule });
        }
        let mut choices = Vec::with_capacity(self.choices.len());
        for choice in &self.choices {
            let choice = text::line("choices", choice, limits::TEXT_CHARACTERS)?;
            if choice.contains(value::is_separator) {
                return Err(Error::invalid("choices", "separator"));
            }
            if choices.contains(&choice) {
                return Err(Error::invalid("choices", "twice"));
            }
            choices.push(choice);
        }
        Ok(choices)
    }
}

/// The most characters that a text may have.
fn characters(text: &str) -> Result<String> {
    let most: usize = text.parse().map_err(|_| Error::invalid("most", "not-a-number"))?;
    if !(1..=limits::PERSON_FIELD_CHARACTERS).contains(&most) {
        let rule = Rule { code: "out-of-range", limit: Some(limits::PERSON_FIELD_CHARACTERS as u64) };
        return Err(Error::Invalid { field: "most", rule });
    }
    Ok(most.to_string())
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PersonField {
    #[serde(skip)]
    pub(crate) id: FieldId,
    /// What sheets and programs call it; never changes.
    pub key: String,
    pub kind: FieldKind,
    #[serde(flatten)]
    pub settings: PersonFieldSettings,
    #[serde(skip)]
    pub(super) position: i64,
}

/// Lower-case letters, digits and `_`, a letter first.
pub(super) fn key(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid("key", "empty"));
    }
    if text.len() > limits::PERSON_FIELD_KEY_BYTES {
        return Err(Error::too_long("key", limits::PERSON_FIELD_KEY_BYTES as u64));
    }
    let inside = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if !text.bytes().all(inside) || !text.as_bytes()[0].is_ascii_lowercase() {
        return Err(Error::invalid("key", "not-a-field-key"));
    }
    Ok(text.to_owned())
}
