//! What the directory shows for itself, for a cross-check with the audit log: ids only.

use holdfast_audit::verify::effects::{Effect, EffectKind};
use holdfast_base::Result;

use crate::{Directory, PersonState, app_passwords, session};

impl Directory {
    pub fn effects(&self) -> Result<Vec<Effect>> {
        let org = self.org();
        let mut all = Vec::new();
        for person in org.people() {
            all.push(Effect::new(EffectKind::Person, person.id));
            if person.state == PersonState::Frozen {
                all.push(Effect::new(EffectKind::Frozen, person.id));
            }
            all.extend(person.roles.iter().map(|role| Effect::new(EffectKind::Role, format!("{}/{}", role.name(), person.id))));
            all.extend(person.delegations.iter().map(|one| Effect::new(EffectKind::Delegation, one.id)));
        }
        all.extend(org.departments().map(|department| Effect::new(EffectKind::Department, department.id)));
        all.extend(app_passwords::ids(self)?.into_iter().map(|id| Effect::new(EffectKind::AppPassword, id)));
        all.extend(session::ids(self).into_iter().map(|id| Effect::new(EffectKind::Session, id)));
        Ok(all)
    }
}
