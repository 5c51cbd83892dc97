//! CONTRACT SKELETON (the owner of `directory` replaces bodies and splits modules; names and signatures below are what other crates use).
#![allow(clippy::unimplemented, unused_variables, missing_docs)]
use std::sync::Arc;
use holdfast_base::{Actor, DepartmentId, PersonId, Result, World};
use holdfast_hsm::Vault;
use holdfast_store::{Db, Ledger, Table};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The ledger tables of this crate (sessions).
pub fn tables() -> &'static [Table] { unimplemented!() }

#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
pub struct PersonRef { pub id: PersonId, pub uid: String, pub name: String, pub avatar_hue: u8 }
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PersonState { Invited, Active, Frozen, Leaving, Erased }
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role { System, Security, Audit }

/// What everybody at the box may know of a person, in memory.
#[derive(Debug, Clone)]
pub struct OrgPerson {
    pub id: PersonId, pub uid: String, pub name: String, pub pinyin: String, pub initials: String, pub title: Option<String>,
    pub state: PersonState, /** bump = every session ends */ pub epoch: u64,
    /// Direct memberships, the main one first.
    pub departments: Vec<DepartmentId>, pub manager: Option<PersonId>, pub roles: Vec<Role>, pub avatar_hue: u8,
}
#[derive(Debug, Clone)]
pub struct OrgDepartment { pub id: DepartmentId, pub name: String, pub parent: Option<DepartmentId>, pub children: Vec<DepartmentId>, /** Euler tour */ pub tin: u32, pub tout: u32 }
/// One immutable snapshot of the directory; swapped whole before the answer of a change goes out.
pub struct Org { pub epoch: u64 }
impl Org {
    pub fn person(&self, id: PersonId) -> Option<&OrgPerson> { unimplemented!() }
    pub fn by_uid(&self, uid: &str) -> Option<&OrgPerson> { unimplemented!() }
    pub fn people(&self) -> Box<dyn Iterator<Item = &OrgPerson> + '_> { unimplemented!() }
    pub fn department(&self, id: DepartmentId) -> Option<&OrgDepartment> { unimplemented!() }
    pub fn departments(&self) -> Box<dyn Iterator<Item = &OrgDepartment> + '_> { unimplemented!() }
    pub fn reference(&self, id: PersonId) -> PersonRef { unimplemented!() }
    /// Is one of the person's departments inside the subtree of `department`?
    pub fn in_subtree(&self, person: PersonId, department: DepartmentId) -> bool { unimplemented!() }
    /// The person's own departments and all their ancestors.
    pub fn departments_above(&self, person: PersonId) -> Vec<DepartmentId> { unimplemented!() }
    /// The actor's person when active; else NotSignedIn.
    pub fn active(&self, actor: &Actor) -> Result<&OrgPerson> { unimplemented!() }
}
#[derive(Clone)]
pub struct Directory { inner: Arc<()> }
impl Directory {
    /// Reads everything into memory.
    pub fn open(db: Db, ledger: Ledger, vault: Vault, world: World) -> Result<Self> { unimplemented!() }
    pub fn org(&self) -> Arc<Org> { unimplemented!() }
    /// Called after each swap (search feeds its people engine, the hub ends connections of ended sessions).
    pub fn on_change(&self, f: Box<dyn Fn(&Arc<Org>) + Send + Sync>) { unimplemented!() }
}
/// Proofs of a role. Only this crate makes them.
pub struct SystemAdmin { actor: Actor }
pub struct SecurityAdmin { actor: Actor }
pub struct Auditor { actor: Actor }
impl Org {
    pub fn system_admin(&self, actor: &Actor) -> Result<SystemAdmin> { unimplemented!() }
    pub fn security_admin(&self, actor: &Actor) -> Result<SecurityAdmin> { unimplemented!() }
    pub fn auditor(&self, actor: &Actor) -> Result<Auditor> { unimplemented!() }
}
