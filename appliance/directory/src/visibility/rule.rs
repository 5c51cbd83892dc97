//! What a rule says, and the form in which it is written down.

use holdfast_base::{Error, Result, Rule as Limit, RuleId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Org, Subject, limits, subject, text};

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RuleEffect)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The objects do not exist for anybody but who is exempt.
    Hide,
    /// The subjects see nobody but the objects, and their own departments where the rule says so.
    Restrict,
    /// Fields of the objects (of everybody, where none are named) are seen by nobody but who is exempt.
    Mask,
}

/// What of a person can be masked. Names, titles and departments cannot: whoever is seen is seen with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[schema(as = MaskedField)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    Mobile,
    Mail,
    Phone,
    EmployeeNo,
    WorkPlace,
    HiredOn,
    Manager,
    Avatar,
    /// Fields of the enterprise's own, by how sensitive they are.
    CustomPublic,
    CustomInternal,
    CustomRestricted,
    CustomConfidential,
}

impl Field {
    pub const ALL: [Self; 12] = [
        Self::Mobile,
        Self::Mail,
        Self::Phone,
        Self::EmployeeNo,
        Self::WorkPlace,
        Self::HiredOn,
        Self::Manager,
        Self::Avatar,
        Self::CustomPublic,
        Self::CustomInternal,
        Self::CustomRestricted,
        Self::CustomConfidential,
    ];
}

/// Which fields are masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FieldMask(u16);

impl FieldMask {
    pub fn hides(self, field: Field) -> bool {
        self.0 & Self::bit(field) != 0
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn bit(field: Field) -> u16 {
        1 << field as u16
    }
}

impl FromIterator<Field> for FieldMask {
    fn from_iter<I: IntoIterator<Item = Field>>(fields: I) -> Self {
        Self(fields.into_iter().fold(0, |bits, field| bits | Self::bit(field)))
    }
}

/// One rule. Which of the lists it has goes by its effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = VisibilityRuleSettings)]
#[serde(deny_unknown_fields)]
pub struct RuleSettings {
    #[schema(max_length = 200)]
    pub name: String,
    pub effect: Effect,
    pub enabled: bool,
    /// Who is restricted.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub subjects: Vec<Subject>,
    /// Who is hidden, whom the restricted may see, whose fields are masked.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub objects: Vec<Subject>,
    /// The restricted see their own departments with everything below them too.
    #[serde(default)]
    pub own_departments: bool,
    /// For whom the rule does not count.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub exempt: Vec<Subject>,
    /// What is masked.
    #[serde(default)]
    pub fields: Vec<Field>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub id: RuleId,
    pub settings: RuleSettings,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

/// All rules of the enterprise.
#[derive(Debug, Default)]
pub(crate) struct RuleBook {
    pub(crate) rules: Vec<Rule>,
    /// A row of a rule or a tag does not authenticate. What it said is not known, so nobody sees anybody until it is gone.
    pub(crate) damaged: bool,
}

impl RuleSettings {
    /// In its one form, or what is wrong with it.
    pub(super) fn normalised(&self, org: &Org) -> Result<Self> {
        let most = limits::RULE_SUBJECTS;
        let list = |field, subjects: &[Subject]| subject::checked(org, field, subjects, most);
        let mut fields = self.fields.clone();
        fields.sort_unstable();
        fields.dedup();
        let settings = Self {
            name: text::line("name", &self.name, limits::LABEL_CHARACTERS)?,
            subjects: list("subjects", &self.subjects)?,
            objects: list("objects", &self.objects)?,
            exempt: list("exempt", &self.exempt)?,
            fields,
            ..self.clone()
        };
        settings.refuse_what_does_not_belong()?;
        Ok(settings)
    }

    fn refuse_what_does_not_belong(&self) -> Result<()> {
        let (hide, restrict, mask) = (self.effect == Effect::Hide, self.effect == Effect::Restrict, self.effect == Effect::Mask);
        let wrong = [
            ("subjects", restrict && self.subjects.is_empty(), "empty"),
            ("subjects", !restrict && !self.subjects.is_empty(), "not-for-this"),
            ("objects", hide && self.objects.is_empty(), "empty"),
            ("own_departments", !restrict && self.own_departments, "not-for-this"),
            ("fields", mask && self.fields.is_empty(), "empty"),
            ("fields", !mask && !self.fields.is_empty(), "not-for-this"),
        ];
        match wrong.into_iter().find(|(_, is_wrong, _)| *is_wrong) {
            Some((field, _, code)) => Err(Error::Invalid { field, rule: Limit { code, limit: None } }),
            None => Ok(()),
        }
    }

    pub(crate) fn mentions(&self, subject: Subject) -> bool {
        [&self.subjects, &self.objects, &self.exempt].into_iter().any(|list| list.contains(&subject))
    }
}
