//! Proofs of a right. Only this crate makes them, from the snapshot of the moment; a function that needs one asks for it.

use std::sync::Arc;

use holdfast_base::{Actor, Error, PersonId, Result};

use crate::{
    Directory, Org, OrgPerson, Role,
    may::{AccountAct, Act},
};

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
    /// A security administrator or an auditor: reads who holds what.
    Reviewer,
    /// A system or security administrator at a console: sees the whole directory there, past all rules.
    Administrator,
    /// The system administrator, or somebody to whom a part of the directory is delegated. What of it they may do is asked
    /// for act by act.
    DirectoryKeeper,
}

/// May do this to the account: freeze it, set its password. For whom that is, see [`crate::may`].
#[derive(Debug, Clone)]
pub struct AccountKeeper {
    actor: Actor,
    person: PersonId,
    act: AccountAct,
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
        org.account_keeper(&self.actor, &person.uid, self.act).map(drop)
    }
}

impl DirectoryKeeper {
    /// May they do this, at this moment? Asked inside the transaction.
    pub(crate) fn demand(&self, directory: &Directory, act: &Act<'_>) -> Result<()> {
        directory.org().demand(&self.actor, act)
    }

    /// The delegate; none: the system administrator, for whom all of it is.
    pub(crate) fn delegate<'o>(&self, org: &'o Org) -> Result<Option<&'o OrgPerson>> {
        Ok(Some(org.active(&self.actor)?).filter(|by| !by.has_role(Role::System)))
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

    pub fn reviewer(&self, actor: &Actor) -> Result<Reviewer> {
        let by = self.active(actor)?;
        if !by.has_role(Role::Security) && !by.has_role(Role::Audit) {
            return Err(Error::Forbidden);
        }
        Ok(Reviewer { actor: actor.clone() })
    }

    pub fn directory_keeper(&self, actor: &Actor) -> Result<DirectoryKeeper> {
        let by = self.active(actor)?;
        if !by.has_role(Role::System) && by.delegations.is_empty() {
            return Err(Error::Forbidden);
        }
        Ok(DirectoryKeeper { actor: actor.clone() })
    }

    /// `Forbidden` for whoever may keep no account at all, `NotFound` when there is no such person, or none whom a delegate sees.
    pub fn account_keeper(self: &Arc<Self>, actor: &Actor, uid: &str, act: AccountAct) -> Result<AccountKeeper> {
        let by = self.active(actor)?;
        if !by.has_role(Role::System) && !by.has_role(Role::Security) && by.delegations.is_empty() {
            return Err(Error::Forbidden);
        }
        let person = self.by_uid(uid).ok_or(Error::NotFound)?;
        self.demand(actor, &Act::Account { person, act })?;
        Ok(AccountKeeper { actor: actor.clone(), person: person.id, act })
    }

    fn holding(&self, actor: &Actor, role: Role) -> Result<Actor> {
        if !self.may(self.active(actor)?, &Act::As(role)).allowed {
            return Err(Error::Forbidden);
        }
        Ok(actor.clone())
    }
}
