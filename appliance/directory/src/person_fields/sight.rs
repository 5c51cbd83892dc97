//! Who sees what of a person's fields.

use holdfast_base::PersonId;

use super::{Editor, FieldKind, PersonField, Sensitivity, Values, value::written};
use crate::{Org, OrgPerson, Role, limits, views};

/// May `viewer` see what of `person` is this sensitive? The one place that says so.
pub fn sees(org: &Org, viewer: &OrgPerson, person: &OrgPerson, sensitivity: Sensitivity) -> bool {
    let keeps = viewer.id == person.id || viewer.has_role(Role::System);
    match sensitivity {
        Sensitivity::Public | Sensitivity::Internal => true,
        Sensitivity::Restricted => keeps || is_above(org, viewer.id, person),
        Sensitivity::Confidential => keeps,
    }
}

/// Does the chain of managers lead from the person to `boss`?
fn is_above(org: &Org, boss: PersonId, person: &OrgPerson) -> bool {
    let up = std::iter::successors(person.manager, |at| org.person(*at).and_then(|manager| manager.manager));
    up.take(limits::MANAGER_STEPS).any(|manager| manager == boss)
}

/// The fields as they stand on the card that `viewer` sees.
pub(crate) fn shown(
    fields: &[PersonField],
    org: &Org,
    viewer: &OrgPerson,
    person: &OrgPerson,
    values: &Values,
) -> Vec<views::CardField> {
    let keeps = viewer.id == person.id || viewer.has_role(Role::System);
    let card = |field: &PersonField| {
        let values = values.get(&field.id)?;
        let may = sees(org, viewer, person, field.settings.sensitivity) && (field.settings.on_card || keeps);
        if !may {
            return None;
        }
        let people = match field.kind {
            FieldKind::Person => values.iter().filter_map(|id| id.parse().ok()).map(|id| org.reference(id)).collect(),
            _ => Vec::new(),
        };
        Some(views::CardField {
            key: field.key.clone(),
            label_zh: field.settings.label_zh.clone(),
            label_en: field.settings.label_en.clone(),
            kind: field.kind,
            editable: field.settings.editor == Editor::Person && viewer.id == person.id,
            values: written(field.kind, org, values),
            people,
        })
    };
    fields.iter().filter_map(card).collect()
}
