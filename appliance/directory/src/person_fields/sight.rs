//! Who sees what of a person's fields.

use holdfast_base::PersonId;

use super::{Editor, FieldKind, PersonField, Sensitivity, Values, value::written};
use crate::{Org, OrgPerson, Seen, limits, views, visibility::Field};

/// May whoever looks see what of the person is this sensitive? The one place that says so.
pub fn sees(seen: &Seen<'_>, sensitivity: Sensitivity) -> bool {
    let is_above = |viewer: &OrgPerson| is_above(seen.sight().org(), viewer.id, seen.person());
    let by_itself = match sensitivity {
        Sensitivity::Public | Sensitivity::Internal => true,
        Sensitivity::Restricted => keeps(seen) || seen.sight().viewer().is_some_and(is_above),
        Sensitivity::Confidential => keeps(seen),
    };
    by_itself && seen.shows(masked_as(sensitivity))
}

/// Oneself, and whoever keeps the records.
fn keeps(seen: &Seen<'_>) -> bool {
    seen.sight().keeps_record_of(seen.person()) || seen.sight().viewer().is_some_and(|viewer| viewer.id == seen.person().id)
}

/// What a rule of visibility calls it.
fn masked_as(sensitivity: Sensitivity) -> Field {
    match sensitivity {
        Sensitivity::Public => Field::CustomPublic,
        Sensitivity::Internal => Field::CustomInternal,
        Sensitivity::Restricted => Field::CustomRestricted,
        Sensitivity::Confidential => Field::CustomConfidential,
    }
}

/// Does the chain of managers lead from the person to `boss`?
fn is_above(org: &Org, boss: PersonId, person: &OrgPerson) -> bool {
    let up = std::iter::successors(person.manager, |at| org.person(*at).and_then(|manager| manager.manager));
    up.take(limits::MANAGER_STEPS).any(|manager| manager == boss)
}

/// The fields as they stand on the card. Of people that a field names, those who are seen.
pub(crate) fn shown(fields: &[PersonField], seen: &Seen<'_>, values: &Values) -> Vec<views::CardField> {
    let sight = seen.sight();
    let is_seen = |id: &String| id.parse().ok().is_some_and(|id| sight.sees(id));
    let card = |field: &PersonField| {
        let mut values = values.get(&field.id)?.clone();
        if !sees(seen, field.settings.sensitivity) || !(field.settings.on_card || keeps(seen)) {
            return None;
        }
        let mut people = Vec::new();
        if field.kind == FieldKind::Person {
            values.retain(is_seen);
            people = values.iter().filter_map(|id| id.parse().ok()).map(|id| sight.org().reference(id)).collect();
        }
        Some(views::CardField {
            key: field.key.clone(),
            label_zh: field.settings.label_zh.clone(),
            label_en: field.settings.label_en.clone(),
            kind: field.kind,
            editable: field.settings.editor == Editor::Person
                && sight.viewer().is_some_and(|viewer| viewer.id == seen.person().id),
            values: written(field.kind, sight.org(), &values),
            people,
        })
    };
    fields.iter().filter_map(card).collect()
}
