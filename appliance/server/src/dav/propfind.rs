//! PROPFIND, streamed: a folder of a hundred thousand entries is never one string.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use holdfast_base::{Actor, Error, Result};
use holdfast_drive::{Entry, Reader, Sort};
use holdfast_store::View;
use quick_xml::escape::escape;
use tokio::sync::mpsc;

use super::{
    answer::{Answer, Refusal, XML},
    path::{Target, segments},
    property::{Resource, write_property},
    who::Caller,
    xml,
};
use crate::rooms::Rooms;

/// Bytes that are collected before they go out.
const PIECE_BYTES: usize = 64 * 1024;
/// Pieces that wait for the socket.
const PIECES_WAITING: usize = 8;

enum Wanted {
    All { also: Vec<(String, String)> },
    Names,
    These(Vec<(String, String)>),
}

pub(super) async fn propfind(caller: Caller, request: &HttpRequest, target: Target, body: &[u8]) -> Answer {
    let wanted = wanted(body)?;
    let deep = match request.headers().get("depth").and_then(|v| v.to_str().ok()).map(str::trim) {
        Some("0") => false,
        Some("1") => true,
        Some("infinity") | None => return Err(Refusal::condition(403, "propfind-finite-depth")),
        Some(_) => return Err(Refusal::status(400)),
    };
    let listing = caller.run(move |rooms, actor| listing(rooms, actor, &target, deep)).await?;
    let (send, receive) = mpsc::channel::<Result<actix_web::web::Bytes, std::io::Error>>(PIECES_WAITING);
    let rooms = caller.rooms.clone();
    // Runs on while the answer goes out; it ends when the receiver is dropped.
    let _rendering = actix_web::web::block(move || {
        if let Err(error) = render(&rooms, &listing, &wanted, &mut |piece| send.blocking_send(Ok(piece.into())).is_ok()) {
            tracing::error!(%error, "a listing broke off");
            let _ = send.blocking_send(Err(std::io::Error::other("a listing broke off")));
        }
    });
    let body =
        futures_util::stream::unfold(receive, |mut receive| async move { receive.recv().await.map(|piece| (piece, receive)) });
    let status = actix_web::http::StatusCode::MULTI_STATUS;
    Ok(HttpResponse::build(status).insert_header(("content-type", XML)).insert_header(("DAV", "1, 2, 3")).streaming(body))
}

fn wanted(body: &[u8]) -> Result<Wanted, Refusal> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Wanted::All { also: Vec::new() });
    }
    let root = xml::parse(body)?;
    if !root.is("propfind") {
        return Err(Refusal::status(400));
    }
    let names = |element: &xml::Element| element.children().map(|child| (child.namespace.clone(), child.name.clone())).collect();
    if let Some(prop) = root.child("prop") {
        return Ok(Wanted::These(names(prop)));
    }
    if root.child("propname").is_some() {
        return Ok(Wanted::Names);
    }
    if root.child("allprop").is_some() {
        return Ok(Wanted::All { also: root.child("include").map(names).unwrap_or_default() });
    }
    Err(Refusal::status(400))
}

/// What is told: first a few resources as they are, then the entries of a folder, made one by one.
struct Listing {
    first: Vec<Resource>,
    members: Option<(Reader, Target, Arc<Vec<Entry>>)>,
}

fn listing(rooms: &Rooms, actor: &Actor, target: &Target, deep: bool) -> Result<Listing> {
    let view = rooms.ledger.view();
    if target.is_root() {
        return Ok(Listing { first: spaces(rooms, actor, &view, target, deep)?, members: None });
    }
    let node = target.find(&view, &rooms.drive, actor)?;
    let members = match deep && node.is_folder() {
        true => Some((node.clone(), target.clone(), rooms.drive.children(&view, &node, Sort::Name)?)),
        false => None,
    };
    let own = Resource { target: target.clone(), node: Some(node), etag: String::new() };
    Ok(Listing { first: vec![own], members })
}

fn spaces(rooms: &Rooms, actor: &Actor, view: &View, target: &Target, deep: bool) -> Result<Vec<Resource>> {
    let (mut resources, mut etag) = (Vec::new(), String::new());
    for (segment, owner) in segments(&rooms.drive, actor)? {
        let Some(space) = rooms.drive.space_of(view, owner)? else {
            continue;
        };
        let root = rooms.drive.space(view, actor, space)?.root;
        let node = rooms.drive.reader(view, actor, root)?;
        etag.push_str(&node.entry().etag());
        resources.push(Resource { target: target.child(&segment)?, node: Some(node), etag: String::new() });
    }
    if !deep {
        resources.clear();
    }
    // Of all etags below: the root changes when any space does.
    let digest = ring::digest::digest(&ring::digest::SHA256, etag.as_bytes());
    let etag = hex::encode(digest.as_ref().get(..16).ok_or_else(|| Error::broken("cut a digest"))?);
    resources.insert(0, Resource { target: target.clone(), node: None, etag });
    Ok(resources)
}

fn render(rooms: &Rooms, listing: &Listing, wanted: &Wanted, send: &mut dyn FnMut(String) -> bool) -> Result<()> {
    let view = rooms.ledger.view();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:multistatus xmlns:D=\"DAV:\">\n");
    for resource in &listing.first {
        render_one(rooms, &view, resource, wanted, &mut out)?;
    }
    if let Some((folder, target, entries)) = &listing.members {
        for entry in entries.iter() {
            let node = Some(rooms.drive.child(folder, entry));
            let resource = Resource { target: target.child(&entry.name)?, node, etag: String::new() };
            render_one(rooms, &view, &resource, wanted, &mut out)?;
            if out.len() >= PIECE_BYTES && !send(std::mem::take(&mut out)) {
                return Ok(());
            }
        }
    }
    out.push_str("</D:multistatus>\n");
    send(out);
    Ok(())
}

fn render_one(rooms: &Rooms, view: &View, resource: &Resource, wanted: &Wanted, out: &mut String) -> Result<()> {
    let drive = &rooms.drive;
    let names = match wanted {
        Wanted::These(names) => names.clone(),
        Wanted::Names => resource.all(view, drive)?,
        Wanted::All { also } => {
            let mut names = resource.all(view, drive)?;
            names.retain(|name| !also.contains(name));
            names.extend(also.iter().cloned());
            names
        }
    };
    let dead = resource.dead(view, drive)?;
    let (mut found, mut missing) = (String::new(), String::new());
    for (namespace, name) in &names {
        if matches!(wanted, Wanted::Names) {
            write_property(namespace, name, None, "", &mut found);
        } else if let Some(value) = resource.live(view, drive, namespace, name)? {
            write_property(namespace, name, None, &value, &mut found);
        } else if let Some(kept) = dead.iter().find(|kept| (&kept.namespace, &kept.name) == (namespace, name)) {
            write_property(namespace, name, kept.lang.as_deref(), &kept.xml, &mut found);
        } else {
            write_property(namespace, name, None, "", &mut missing);
        }
    }
    out.push_str("<D:response><D:href>");
    out.push_str(&escape(resource.href()));
    out.push_str("</D:href>");
    let nothing = found.is_empty() && missing.is_empty();
    for (props, status) in [(found, "200 OK"), (missing, "404 Not Found")] {
        if !props.is_empty() || (nothing && status == "200 OK") {
            out.push_str("<D:propstat><D:prop>");
            out.push_str(&props);
            out.push_str("</D:prop><D:status>HTTP/1.1 ");
            out.push_str(status);
            out.push_str("</D:status></D:propstat>");
        }
    }
    out.push_str("</D:response>\n");
    Ok(())
}
