//! Shapes on the wire (API.md, "Drive"), and how rows become them.

use holdfast_base::{DepartmentId, NodeId, PersonId, Result, SpaceId, Timestamp};
use holdfast_directory::PersonRef;
use holdfast_store::Read;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Drive, Reader, Trashed,
    access::Role,
    records::{self, Entry, Kind, Owner},
    tree::quota,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = DriveSpaceKind)]
pub enum SpaceKind {
    Personal,
    Department,
    Conversation,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DriveSpace)]
pub struct Space {
    pub id: SpaceId,
    pub kind: SpaceKind,
    /// The department's name, or the person's.
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<DepartmentId>,
    pub root: NodeId,
    pub used_bytes: u64,
    pub quota_bytes: u64,
    /// "manager", "editor" or "reader"
    pub role: &'static str,
    /// Of the root folder, without quotes.
    pub etag: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = DriveNodeKind)]
pub enum NodeKind {
    Folder,
    File,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = DriveRight)]
pub enum Right {
    Read,
    Write,
    Delete,
    Manage,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DriveNode)]
pub struct Node {
    pub id: NodeId,
    pub space: SpaceId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<NodeId>,
    pub kind: NodeKind,
    pub name: String,
    /// Folder: of all files below.
    pub size: u64,
    /// Strong, without quotes.
    pub etag: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
    pub changed_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<PersonRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub children: Option<u32>,
    pub rights: Vec<Right>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DrivePathItem)]
pub struct PathItem {
    pub id: NodeId,
    pub name: String,
}

/// A node with its path: the space's root first, with the space's name.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DriveNodeDetail)]
pub struct NodeDetail {
    #[serde(flatten)]
    pub node: Node,
    pub path: Vec<PathItem>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DriveVersion)]
pub struct Version {
    pub version: String,
    pub size: u64,
    pub at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<PersonRef>,
    pub current: bool,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DriveTrashItem)]
pub struct TrashItem {
    #[serde(flatten)]
    pub node: Node,
    pub deleted_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_by: Option<PersonRef>,
    /// Names of the folders it was in, from the space's root.
    pub from_path: Vec<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DriveUpload)]
pub struct Upload {
    pub id: String,
    /// Bytes that are durable: go on from here.
    pub offset: u64,
    pub size: u64,
    pub expires_at: Timestamp,
}

impl Drive {
    pub fn node(&self, reader: &Reader) -> Node {
        self.node_view(reader.space, reader.parent, reader.role, &reader.entry)
    }

    /// A child of a folder that the reader may read.
    pub fn child_node(&self, folder: &Reader, child: &Entry) -> Node {
        self.node_view(folder.space, Some(folder.entry.id), folder.role, child)
    }

    /// A node with the names above it.
    pub fn detail(&self, read: &dyn Read, reader: &Reader) -> Result<NodeDetail> {
        let space = self.space_row(read, reader.space)?;
        let mut path = vec![PathItem { id: space.root, name: self.space_name(space.owner) }];
        path.extend(self.path(read, reader)?.into_iter().map(|(id, name)| PathItem { id, name }));
        Ok(NodeDetail { node: self.node(reader), path })
    }

    pub fn versions(&self, read: &dyn Read, file: &Reader) -> Result<Vec<Version>> {
        let current = file.entry.version;
        let view = |row: records::Version| Version {
            version: row.version.to_string(),
            size: row.size,
            at: row.at,
            author: self.person(row.author),
            current: row.version == current,
        };
        Ok(self.version_rows(read, file)?.into_iter().map(view).collect())
    }

    /// The trash of a space that the reader of its root may read; newest first. `after`: the last item of the page before.
    pub fn trash(
        &self,
        read: &dyn Read,
        root: &Reader,
        after: Option<(Timestamp, NodeId)>,
        limit: usize,
    ) -> Result<Vec<TrashItem>> {
        let rows = self.trash_rows(read, root.space, after, limit)?;
        Ok(rows.into_iter().map(|row| self.trash_view(root.space, root.role, row)).collect())
    }

    pub fn trash_item(&self, trashed: &Trashed) -> TrashItem {
        self.trash_view(trashed.space, trashed.role, trashed.row.clone())
    }

    fn trash_view(&self, space: SpaceId, role: Role, row: records::Trashed) -> TrashItem {
        TrashItem {
            node: self.node_view(space, Some(row.parent), role, &row.entry),
            deleted_at: row.at,
            deleted_by: self.person(row.by),
            from_path: row.from,
        }
    }

    pub(crate) fn space_view(&self, read: &dyn Read, person: PersonId, space: SpaceId) -> Result<Space> {
        let row = self.space_row(read, space)?;
        let (_, root) = self.entry(read, row.root)?;
        let (kind, department) = match row.owner {
            Owner::Person(_) => (SpaceKind::Personal, None),
            Owner::Department(id) => (SpaceKind::Department, Some(id)),
            Owner::Conversation(_) => (SpaceKind::Conversation, None),
        };
        let role = match self.role_in(&self.directory().org(), person, &row) {
            Some(Role::Manager) => "manager",
            Some(Role::Editor) => "editor",
            Some(Role::Reader) | None => "reader",
        };
        Ok(Space {
            id: space,
            kind,
            name: self.space_name(row.owner),
            department,
            root: row.root,
            used_bytes: root.size + row.trash_bytes,
            quota_bytes: quota(&row),
            role,
            etag: root.etag(),
        })
    }

    fn space_name(&self, owner: Owner) -> String {
        let org = self.directory().org();
        match owner {
            Owner::Person(id) => org.person(id).map(|person| person.name.clone()).unwrap_or_default(),
            Owner::Department(id) => org.department(id).map(|department| department.name.clone()).unwrap_or_default(),
            Owner::Conversation(_) => String::new(),
        }
    }

    fn person(&self, id: Option<PersonId>) -> Option<PersonRef> {
        id.map(|id| self.directory().org().reference(id))
    }

    fn node_view(&self, space: SpaceId, parent: Option<NodeId>, role: Role, entry: &Entry) -> Node {
        let folder = entry.kind == Kind::Folder;
        Node {
            id: entry.id,
            space,
            parent,
            kind: if folder { NodeKind::Folder } else { NodeKind::File },
            name: entry.name.clone(),
            size: entry.size,
            etag: entry.etag(),
            media: entry.media.clone(),
            changed_at: entry.changed_at,
            changed_by: self.person(entry.changed_by),
            version: (!folder).then(|| entry.version.to_string()),
            children: folder.then_some(entry.children),
            rights: match role {
                Role::Reader => vec![Right::Read],
                Role::Editor => vec![Right::Read, Right::Write, Right::Delete],
                Role::Manager => vec![Right::Read, Right::Write, Right::Delete, Right::Manage],
            },
        }
    }
}
