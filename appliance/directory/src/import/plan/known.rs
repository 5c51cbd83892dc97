//! Who is in the directory, by everything that an import can know a person by.

use std::{collections::HashMap, sync::Arc};

use diesel::SqliteConnection;
use holdfast_base::{PersonId, Result};
use holdfast_hsm::DekHandle;

use crate::{
    Org,
    import::{Field, draft::Draft},
    people::{self, fields::Fields},
    person_fields::PersonField,
};

pub(in crate::import) struct Known {
    /// The fields that the enterprise added.
    pub(in crate::import) added: Arc<Vec<PersonField>>,
    people: HashMap<PersonId, Fields>,
    by_value: HashMap<(Field, String), PersonId>,
    by_name: HashMap<String, Vec<PersonId>>,
}

impl Known {
    pub(in crate::import) fn read(
        conn: &mut SqliteConnection,
        key: &DekHandle,
        org: &Org,
        added: Arc<Vec<PersonField>>,
    ) -> Result<Self> {
        let all = people::rows::all_fields(conn, key, None)?;
        Ok(Self::new(all, org, added))
    }

    fn new(all: Vec<(PersonId, Fields)>, org: &Org, added: Arc<Vec<PersonField>>) -> Self {
        let mut known = Self { added, people: HashMap::new(), by_value: HashMap::new(), by_name: HashMap::new() };
        for (id, fields) in all {
            let values = [(Field::EmployeeNo, &fields.employee_no), (Field::Mobile, &fields.mobile), (Field::Mail, &fields.mail)];
            for (field, value) in values {
                if let Some(value) = value {
                    known.by_value.insert((field, value.to_lowercase()), id);
                }
            }
            if org.person(id).is_some_and(|person| person.state.is_kept()) {
                known.by_name.entry(fields.name.clone()).or_default().push(id);
            }
            known.people.insert(id, fields);
        }
        known
    }

    pub(in crate::import) fn fields(&self, id: PersonId) -> Option<&Fields> {
        self.people.get(&id)
    }

    /// Who has this value; for uids ask the snapshot.
    pub(super) fn holder(&self, field: Field, value: &str) -> Option<PersonId> {
        self.by_value.get(&(field, value.to_lowercase())).copied()
    }

    pub(super) fn by_name(&self, name: &str) -> &[PersonId] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// The person that a row is about: by uid; without one by employee number, mobile, mail; without any of these by a name
    /// that only one person has.
    pub(super) fn target(&self, draft: &mut Draft, org: &Org) -> Option<PersonId> {
        if let Some(uid) = draft.uid.clone() {
            let person = org.by_uid(&uid)?;
            if !person.state.is_kept() {
                draft.error(Field::Uid, "uid-of-a-former-person", Some(&uid), None);
                return None;
            }
            return Some(person.id);
        }
        let values = [(Field::EmployeeNo, &draft.employee_no), (Field::Mobile, &draft.mobile), (Field::Mail, &draft.mail)];
        if let Some(found) = values.iter().find_map(|(field, value)| self.holder(*field, value.as_deref()?)) {
            return Some(found);
        }
        if values.iter().any(|(_, value)| value.is_some()) {
            return None;
        }
        self.namesake(draft)
    }

    /// A row with nothing but a name: the only person of that name, so that the same sheet may come twice.
    fn namesake(&self, draft: &mut Draft) -> Option<PersonId> {
        let name = draft.name.clone()?;
        match self.by_name(&name) {
            [] => None,
            [only] => {
                draft.warning(Field::Name, "matched-by-name", Some(&name), None);
                Some(*only)
            }
            _ => {
                draft.error(Field::Name, "ambiguous-name", Some(&name), None);
                None
            }
        }
    }
}
