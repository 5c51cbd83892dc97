//! A folder's entries.

use actix_web::{
    get, post,
    web::{Path, Query},
};
use holdfast_base::{
    ClientId, Error, NodeId, Result,
    limits::{PAGE_ITEMS, PAGE_ITEMS_DEFAULT},
};
use holdfast_drive::{Entry, Expect, Kind, Name, Node, Sort};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::http::{
    Answer, Created, Json, Problem, Session,
    page::{Page, within},
    problem::Refusals,
};

#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SortBy {
    #[default]
    Name,
    Size,
    Changed,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    #[default]
    Asc,
    Desc,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Listing {
    #[serde(default)]
    #[param(inline)]
    pub sort: SortBy,
    #[serde(default)]
    #[param(inline)]
    pub order: Order,
    pub cursor: Option<String>,
    /// At most 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    #[serde(default, deserialize_with = "within::<_, _, 1, 200>")]
    pub limit: Option<usize>,
}

/// Folders first, whatever the order.
#[utoipa::path(tag = "drive", params(("id" = String, Path), Listing), responses((status = 200, body = Page<Node>), Refusals))]
#[get("/drive/nodes/{id}/children")]
pub async fn list(by: Session, id: Path<NodeId>, listing: Query<Listing>) -> Answer<Page<Node>> {
    let (id, listing) = (id.into_inner(), listing.into_inner());
    let page = by
        .run(move |rooms, actor| {
            let view = rooms.ledger.view();
            let folder = rooms.drive.reader(&view, actor, id)?;
            let sort = match listing.sort {
                SortBy::Name => Sort::Name,
                SortBy::Size => Sort::Size,
                SortBy::Changed => Sort::Changed,
            };
            let entries = rooms.drive.children(&view, &folder, sort)?;
            let limit = listing.limit.unwrap_or(PAGE_ITEMS_DEFAULT).clamp(1, PAGE_ITEMS);
            let order = ordered(&entries, listing.order);
            let start = position(&entries, &order, listing.cursor.as_deref())?;
            let end = order.len().min(start + limit);
            let items = order[start..end].iter().map(|&at| rooms.drive.child_node(&folder, &entries[at])).collect();
            let next = (end < order.len()).then(|| format!("{end}-{}", entries[order[end - 1]].id));
            Ok(Page { items, next })
        })
        .await?;
    Ok(Json(page))
}

/// Indices in the order that was asked for; both halves are reversed, folders stay first.
fn ordered(entries: &[Entry], order: Order) -> Vec<usize> {
    let folders = entries.partition_point(|entry| entry.kind == Kind::Folder);
    match order {
        Order::Asc => (0..entries.len()).collect(),
        Order::Desc => (0..folders).rev().chain((folders..entries.len()).rev()).collect(),
    }
}

/// Behind the last node of the page before, also when others came or went meanwhile.
fn position(entries: &[Entry], order: &[usize], cursor: Option<&str>) -> Result<usize> {
    let Some(cursor) = cursor else { return Ok(0) };
    let refusal = || Error::invalid("cursor", "unknown");
    let (at, last) = cursor.split_once('-').ok_or_else(refusal)?;
    let (at, last): (usize, NodeId) = (at.parse().map_err(|_| refusal())?, last.parse().map_err(|_| refusal())?);
    let same = |at: usize| order.get(at).and_then(|&index| entries.get(index)).is_some_and(|entry| entry.id == last);
    if at > 0 && same(at - 1) {
        return Ok(at);
    }
    let found = (0..order.len()).find(|&at| same(at)).map(|at| at + 1);
    Ok(found.unwrap_or(at).min(order.len()))
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = DriveNewFolderKind)]
pub enum NewKind {
    Folder,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DriveNewFolder)]
pub struct NewFolder {
    pub cid: ClientId,
    pub kind: NewKind,
    #[schema(min_length = 1, max_length = 255)]
    pub name: String,
}

/// A new folder.
#[utoipa::path(tag = "drive", params(("id" = String, Path)), request_body = NewFolder, responses((status = 201, body = Node), Refusals))]
#[post("/drive/nodes/{id}/children")]
pub async fn create(by: Session, id: Path<NodeId>, new: Json<NewFolder>) -> Result<Created<Node>, Problem> {
    let (id, new) = (id.into_inner(), new.into_inner());
    let NewKind::Folder = new.kind;
    let node = by
        .run(move |rooms, actor| {
            let name = Name::new(&new.name)?;
            let (drive, actor) = (rooms.drive.clone(), actor.clone());
            rooms.write_ledger(move |tx| {
                let parent = drive.writer(tx, &actor, id)?;
                let entry = drive.create_folder(tx, &parent, &name, Some(new.cid), &Expect::default())?;
                Ok(drive.node(&drive.reader(tx, &actor, entry.id)?))
            })
        })
        .await?;
    Ok(Created(node))
}
