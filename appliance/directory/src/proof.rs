//! Proofs of a right. Only this crate makes them, from the snapshot of the moment; a function that needs one asks for it.

use holdfast_base::{Actor, Error, PersonId, Result};

use crate::{Directory, Org, Role};

macro_rules! proof {
    ($($(#[$doc:meta])* $name:ident $(by $role:expr)?),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name {
            actor: Actor,
        }

        impl $name {
            pub fn actor(&self) -> &Actor {
                &self.actor
            }

            $(
            /// Does it hold still? Asked inside the transaction, where the snapshot is what the database is.
            pub(crate) fn recheck(&self, directory: &Directory) -> Result<()> {
                directory.org().holding(&self.actor, $role).map(drop)
            }
            )?
        }
    )+};
}

proof! {
    /// Keeps people, departments and the box running.
    SystemAdmin by Role::System,
    /// Grants and takes roles, sets what is allowed.
    SecurityAdmin by Role::Security,
    /// Reads the log.
    Auditor,
    /// A system or security administrator at a console: sees the whole directory there, past all rules.
    Administrator,
}

/// May freeze this account or set its password.
///
/// For most accounts that is the system administrator. For an account with one of the three roles it is a security
/// administrator other than its holder: else one administrator could become another by setting a password.
#[derive(Debug, Clone)]
pub struct AccountKeeper {
    actor: Actor,
    person: PersonId,
}

impl AccountKeeper {
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    pub fn person(&self) -> PersonId {
        self.person
    }

    /// See [`SystemAdmin`]'s: a role may have been granted or taken since.
    pub(crate) fn recheck(&self, directory: &Directory) -> Result<()> {
        let org = directory.org();
        let person = org.person(self.person).ok_or(Error::NotFound)?;
        org.account_keeper(&self.actor, &person.uid).map(drop)
    }
}

impl Org {
    pub fn system_admin(&self, actor: &Actor) -> Result<SystemAdmin> {
        self.holding(actor, Role::System).map(|actor| SystemAdmin { actor })
    }

    pub fn security_admin(&self, actor: &Actor) -> Result<SecurityAdmin> {
        self.holding(actor, Role::Security).map(|actor| SecurityAdmin { actor })
    }

    pub fn auditor(&self, actor: &Actor) -> Result<Auditor> {
        self.holding(actor, Role::Audit).map(|actor| Auditor { actor })
    }

    pub fn administrator(&self, actor: &Actor) -> Result<Administrator> {
        let by = self.active(actor)?;
        if !by.has_role(Role::System) && !by.has_role(Role::Security) {
            return Err(Error::Forbidden);
        }
        Ok(Administrator { actor: actor.clone() })
    }

    /// `Forbidden` for whoever may keep no account at all, `NotFound` when there is no such person.
    pub fn account_keeper(&self, actor: &Actor, uid: &str) -> Result<AccountKeeper> {
        let by = self.active(actor)?;
        if !by.has_role(Role::System) && !by.has_role(Role::Security) {
            return Err(Error::Forbidden);
        }
        let person = self.by_uid(uid).ok_or(Error::NotFound)?;
        let needed = if person.roles.is_empty() { Role::System } else { Role::Security };
        if !by.has_role(needed) || by.id == person.id {
            return Err(Error::Forbidden);
        }
        Ok(AccountKeeper { actor: actor.clone(), person: person.id })
    }

    fn holding(&self, actor: &Actor, role: Role) -> Result<Actor> {
        if !self.active(actor)?.has_role(role) {
            return Err(Error::Forbidden);
        }
        Ok(actor.clone())
    }
}
