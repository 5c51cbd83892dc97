//! Why somebody sees somebody or does not: rule by rule, as one would do it by hand. What is shown goes by the bitmaps of
//! [`super::class`]; a test holds the two against each other.

use holdfast_base::{DepartmentId, Error, Result, RuleId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Effect, Field, Rule};
use crate::{Directory, Org, OrgPerson, PersonRef, PersonState, SecurityAdmin, Subject};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SightExplanation)]
pub struct Explanation {
    pub viewer: PersonRef,
    pub person: PersonRef,
    pub verdict: Verdict,
    /// Whether, and why, in each department; the verdict follows from these where there are some.
    pub departments: Vec<MembershipExplained>,
    pub fields: Vec<FieldExplained>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SightVerdict)]
pub struct Verdict {
    pub visible: bool,
    pub reason: Reason,
    /// The rule that decided it; absent where none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SightReason)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Everybody sees oneself.
    Oneself,
    /// No rule speaks against it.
    Open,
    Hidden,
    /// A rule restricts the viewer, and none allows this.
    Restricted,
    /// Rules restrict the viewer, and one of them allows this.
    Allowed,
    Masked,
    /// Nobody sees who was erased.
    Erased,
    /// A row of a rule or tag does not authenticate: nobody sees anybody.
    Damaged,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MembershipExplained {
    pub id: DepartmentId,
    pub name: String,
    #[serde(flatten)]
    pub verdict: Verdict,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldExplained {
    pub field: Field,
    #[serde(flatten)]
    pub verdict: Verdict,
}

pub fn explain(directory: &Directory, _by: &SecurityAdmin, viewer: &str, person: &str) -> Result<Explanation> {
    let org = directory.org();
    let (viewer, person) = (org.by_uid(viewer).ok_or(Error::NotFound)?, org.by_uid(person).ok_or(Error::NotFound)?);
    Ok(Case::new(&org, viewer, person).explained())
}

pub(crate) struct Case<'a> {
    org: &'a Org,
    viewer: &'a OrgPerson,
    person: &'a OrgPerson,
    /// Those that count for the viewer.
    rules: Vec<&'a Rule>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(org: &'a Org, viewer: &'a OrgPerson, person: &'a OrgPerson) -> Self {
        let is_exempt = |rule: &Rule| means(org, &rule.settings.exempt, viewer);
        let concerns = |rule: &Rule| rule.settings.effect != Effect::Restrict || means(org, &rule.settings.subjects, viewer);
        let rules = org.rules.rules.iter().filter(|rule| rule.settings.enabled && concerns(rule) && !is_exempt(rule));
        Self { org, viewer, person, rules: rules.collect() }
    }

    pub(crate) fn explained(&self) -> Explanation {
        let departments: Vec<MembershipExplained> = self
            .person
            .departments
            .iter()
            .filter_map(|id| self.org.department(*id))
            .map(|one| MembershipExplained { id: one.id, name: one.name.clone(), verdict: self.verdict(Some(one.id)) })
            .collect();
        let shown = departments.iter().find(|one| one.verdict.visible).or(departments.first());
        let verdict = shown.map_or_else(|| self.verdict(None), |one| one.verdict.clone());
        let fields = Field::ALL.map(|field| FieldExplained { field, verdict: self.field(field) }).to_vec();
        Explanation { viewer: self.viewer.reference(), person: self.person.reference(), verdict, departments, fields }
    }

    /// In one department; none: outside of all.
    fn verdict(&self, department: Option<DepartmentId>) -> Verdict {
        if self.person.state == PersonState::Erased {
            return Verdict::of(false, Reason::Erased, None);
        }
        if self.viewer.id == self.person.id {
            return Verdict::of(true, Reason::Oneself, None);
        }
        if self.org.rules.damaged {
            return Verdict::of(false, Reason::Damaged, None);
        }
        let objects = |rule: &Rule| self.speaks_of(&rule.settings.objects, department);
        if let Some(rule) = self.with(Effect::Hide).find(|rule| objects(rule)) {
            return Verdict::of(false, Reason::Hidden, Some(rule));
        }
        let allows = |rule: &Rule| objects(rule) || rule.settings.own_departments && self.shares(department);
        match (self.with(Effect::Restrict).find(|rule| allows(rule)), self.with(Effect::Restrict).next()) {
            (Some(rule), _) => Verdict::of(true, Reason::Allowed, Some(rule)),
            (None, Some(rule)) => Verdict::of(false, Reason::Restricted, Some(rule)),
            (None, None) => Verdict::of(true, Reason::Open, None),
        }
    }

    fn field(&self, field: Field) -> Verdict {
        if self.viewer.id == self.person.id {
            return Verdict::of(true, Reason::Oneself, None);
        }
        let objects = |rule: &Rule| rule.settings.objects.is_empty() || means(self.org, &rule.settings.objects, self.person);
        let masks = |rule: &&Rule| rule.settings.fields.contains(&field) && objects(rule);
        match self.with(Effect::Mask).find(masks) {
            Some(rule) => Verdict::of(false, Reason::Masked, Some(rule)),
            None => Verdict::of(true, Reason::Open, None),
        }
    }

    fn with(&self, effect: Effect) -> impl Iterator<Item = &'a Rule> + '_ {
        self.rules.iter().copied().filter(move |rule| rule.settings.effect == effect)
    }

    /// Of the person, or of the membership in this department.
    fn speaks_of(&self, subjects: &[Subject], department: Option<DepartmentId>) -> bool {
        subjects.iter().any(|subject| match subject {
            Subject::Department(top) => department.is_some_and(|id| is_below(self.org, id, *top)),
            other => means(self.org, &[*other], self.person),
        })
    }

    fn shares(&self, department: Option<DepartmentId>) -> bool {
        department.is_some_and(|id| self.viewer.departments.iter().any(|own| is_below(self.org, id, *own)))
    }
}

impl Verdict {
    fn of(visible: bool, reason: Reason, rule: Option<&Rule>) -> Self {
        let rule_name = rule.map(|rule| rule.settings.name.clone());
        Self { visible, reason, rule: rule.map(|rule| rule.id), rule_name }
    }
}

fn means(org: &Org, subjects: &[Subject], person: &OrgPerson) -> bool {
    subjects.iter().any(|subject| match subject {
        Subject::Person(id) => *id == person.id,
        Subject::Department(id) => person.departments.iter().any(|own| is_below(org, *own, *id)),
        Subject::Tag(id) => org.tags_of(person).contains(id),
    })
}

fn is_below(org: &Org, department: DepartmentId, top: DepartmentId) -> bool {
    org.department_path(department).iter().any(|one| one.id == top)
}
