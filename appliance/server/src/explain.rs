//! Why somebody may do something, or may not: what decides is asked, with that person as the one who acts, and its answer is
//! the explanation. Nothing is decided here.

use holdfast_base::{Actor, ConversationId, DepartmentId, Error, NodeId, Result, Who};
use holdfast_directory::{
    OrgPerson, PersonRef, Role, SecurityAdmin, Sight,
    delegations::Power,
    may::{self, AccountAct, Act},
    views::DepartmentRef,
    visibility,
};
use holdfast_drive::Owner;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rooms::Rooms;

/// What is asked about, each with its kind of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ExplainedAct {
    /// A person, by uid.
    SeePerson,
    EditPerson,
    FreezePerson,
    ResetSignIn,
    PersonLeaves,
    /// A department, by number.
    CreateDepartmentBelow,
    RenameDepartment,
    ArrangeDepartment,
    DeleteDepartment,
    /// A file or folder, by number.
    ReadNode,
    ChangeNode,
    /// A conversation, by number.
    ReadConversation,
    PostMessage,
    AdministerConversation,
    /// Nothing.
    KeepTheDirectory,
    GrantRoles,
    ReadTheAuditLog,
}

/// Of spaces and conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RoomReason)]
#[serde(rename_all = "kebab-case")]
pub enum RoomReason {
    OwnSpace,
    SomebodysSpace,
    DepartmentMember,
    NotInDepartment,
    ConversationMember,
    NotInConversation,
    /// What lies in a conversation is changed in the conversation.
    ConversationFile,
    GroupOwner,
    NotGroupOwner,
    /// Between two there is nothing to administer.
    DirectConversation,
}

/// What decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ExplainedReason {
    Directory(may::Reason),
    Sight(visibility::Reason),
    Room(RoomReason),
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Explained {
    pub person: PersonRef,
    pub act: ExplainedAct,
    pub allowed: bool,
    pub reason: ExplainedReason,
    /// The one that is held, or that it takes; of the other person where that one holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub power: Option<Power>,
    /// The number of the delegation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delegation: Option<String>,
    /// Where it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<DepartmentRef>,
    /// The rule of visibility.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

/// `NotFound` where there is no such object; `object` is left out where the act has none.
pub fn explain(rooms: &Rooms, by: &SecurityAdmin, uid: &str, act: ExplainedAct, object: Option<&str>) -> Result<Explained> {
    let org = rooms.directory.org();
    let person = org.by_uid(uid).ok_or(Error::invalid("person", "unknown"))?;
    let object = object.unwrap_or_default();
    let other = || org.by_uid(object).ok_or(Error::NotFound);
    let department = || object.parse().ok().filter(|id| org.department(*id).is_some()).ok_or(Error::NotFound);
    let case = Case { rooms, person, act };
    let account = |act| Ok(case.directory(&Act::Account { person: other()?, act }));
    match act {
        _ if !person.state.may_sign_in() => Ok(case.directory(&Act::As(Role::System))),
        ExplainedAct::SeePerson => {
            let explained = visibility::explain(&rooms.directory, by, uid, object)?.verdict;
            let allowed = Sight::of(&org, person.id).by_uid(object).is_some();
            let rule = explained.rule_name;
            Ok(Explained { rule, ..case.verdict(allowed, ExplainedReason::Sight(explained.reason)) })
        }
        ExplainedAct::EditPerson => Ok(case.directory(&Act::Edit(other()?))),
        ExplainedAct::FreezePerson => account(AccountAct::State),
        ExplainedAct::ResetSignIn => account(AccountAct::SignIn),
        ExplainedAct::PersonLeaves => account(AccountAct::Departure),
        ExplainedAct::CreateDepartmentBelow => Ok(case.directory(&Act::CreateDepartment { parent: Some(department()?) })),
        ExplainedAct::RenameDepartment => Ok(case.directory(&Act::RenameDepartment(department()?))),
        ExplainedAct::ArrangeDepartment => Ok(case.directory(&Act::ArrangeDepartment(department()?))),
        ExplainedAct::DeleteDepartment => Ok(case.directory(&Act::DeleteDepartment(department()?))),
        ExplainedAct::ReadNode | ExplainedAct::ChangeNode => case.node(by, object.parse().map_err(|_| Error::NotFound)?),
        ExplainedAct::ReadConversation | ExplainedAct::PostMessage | ExplainedAct::AdministerConversation => {
            case.conversation(by, object.parse().map_err(|_| Error::NotFound)?)
        }
        ExplainedAct::KeepTheDirectory => Ok(case.directory(&Act::As(Role::System))),
        ExplainedAct::GrantRoles => Ok(case.directory(&Act::As(Role::Security))),
        ExplainedAct::ReadTheAuditLog => Ok(case.directory(&Act::As(Role::Audit))),
    }
}

struct Case<'a> {
    rooms: &'a Rooms,
    person: &'a OrgPerson,
    act: ExplainedAct,
}

impl Case<'_> {
    fn verdict(&self, allowed: bool, reason: ExplainedReason) -> Explained {
        let person = self.person.reference();
        Explained {
            person,
            act: self.act,
            allowed,
            reason,
            role: None,
            power: None,
            delegation: None,
            department: None,
            rule: None,
        }
    }

    fn room(&self, allowed: bool, reason: RoomReason) -> Explained {
        self.verdict(allowed, ExplainedReason::Room(reason))
    }

    fn directory(&self, act: &Act<'_>) -> Explained {
        let verdict = self.rooms.directory.org().may(self.person, act);
        Explained {
            role: verdict.role,
            power: verdict.power,
            delegation: verdict.delegation.map(|id| id.to_string()),
            department: verdict.department.and_then(|id| self.department(id)),
            ..self.verdict(verdict.allowed, ExplainedReason::Directory(verdict.reason))
        }
    }

    fn department(&self, id: DepartmentId) -> Option<DepartmentRef> {
        let org = self.rooms.directory.org();
        org.department(id).map(|one| DepartmentRef { id: one.id, name: one.name.clone() })
    }

    /// The person as the one who acts.
    fn actor(&self, by: &SecurityAdmin) -> Actor {
        Actor { who: Who::Person(self.person.id), session: None, ..by.actor().clone() }
    }

    fn node(&self, by: &SecurityAdmin, node: NodeId) -> Result<Explained> {
        let (actor, view, drive) = (self.actor(by), self.rooms.ledger.view(), &self.rooms.drive);
        let (_, owner) = drive.home(&view, node)?;
        let changes = self.act == ExplainedAct::ChangeNode;
        if let Owner::Conversation(conversation) = owner {
            return Ok(match allows(self.rooms.im.member(&actor, conversation))? {
                true => self.room(!changes, if changes { RoomReason::ConversationFile } else { RoomReason::ConversationMember }),
                false => self.room(false, RoomReason::NotInConversation),
            });
        }
        let allowed = match changes {
            true => allows(drive.writer(&view, &actor, node))?,
            false => allows(drive.reader(&view, &actor, node))?,
        };
        Ok(match owner {
            Owner::Department(id) => {
                let reason = if allowed { RoomReason::DepartmentMember } else { RoomReason::NotInDepartment };
                Explained { department: self.department(id), ..self.room(allowed, reason) }
            }
            _ if allowed => self.room(true, RoomReason::OwnSpace),
            _ => self.room(false, RoomReason::SomebodysSpace),
        })
    }

    fn conversation(&self, by: &SecurityAdmin, id: ConversationId) -> Result<Explained> {
        let im = &self.rooms.im;
        if !im.is_there(id) {
            return Err(Error::NotFound);
        }
        let member = match im.member(&self.actor(by), id) {
            Err(Error::NotFound) => return Ok(self.room(false, RoomReason::NotInConversation)),
            other => other?,
        };
        if self.act != ExplainedAct::AdministerConversation {
            return Ok(self.room(true, RoomReason::ConversationMember));
        }
        match member.owner() {
            Ok(_) => Ok(self.room(true, RoomReason::GroupOwner)),
            Err(Error::Forbidden) => Ok(self.room(false, RoomReason::NotGroupOwner)),
            Err(Error::Conflict { .. }) => Ok(self.room(false, RoomReason::DirectConversation)),
            Err(error) => Err(error),
        }
    }
}

/// What a proof that was not given says.
fn allows<T>(proof: Result<T>) -> Result<bool> {
    match proof {
        Ok(_) => Ok(true),
        Err(Error::NotFound | Error::Forbidden) => Ok(false),
        Err(error) => Err(error),
    }
}
