use holdfast_base::{RuleId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Rule, RuleSettings};
use crate::{Directory, Org, SecurityAdmin, Subject, views};

/// A rule, and what its subjects, objects and exempt are called.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = VisibilityRule)]
pub struct RuleView {
    pub id: RuleId,
    pub settings: RuleSettings,
    pub names: RuleNames,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RuleNames {
    pub subjects: Vec<views::NamedSubject>,
    pub objects: Vec<views::NamedSubject>,
    pub exempt: Vec<views::NamedSubject>,
}

impl RuleView {
    pub(super) fn of(org: &Org, rule: &Rule) -> Self {
        let named = |list: &[Subject]| list.iter().map(|subject| views::NamedSubject::of(org, *subject)).collect();
        let Rule { id, settings, created_at, changed_at } = rule.clone();
        let names =
            RuleNames { subjects: named(&settings.subjects), objects: named(&settings.objects), exempt: named(&settings.exempt) };
        Self { id, settings, names, created_at, changed_at }
    }
}

/// All of them, the oldest first.
pub fn list(directory: &Directory, _by: &SecurityAdmin) -> Vec<RuleView> {
    let org = directory.org();
    org.rules.rules.iter().map(|rule| RuleView::of(&org, rule)).collect()
}
