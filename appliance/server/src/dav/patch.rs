//! PROPPATCH: all or nothing, in the order of the request (RFC 4918 section 9.2).

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use holdfast_drive::Property;
use quick_xml::escape::escape;

use super::{
    answer::{Answer, Refusal, XML},
    condition::Conditions,
    path::Target,
    property::{is_live, write_property},
    who::Caller,
    xml,
};

/// `Ok`: set. `Err`: remove.
type Change = Result<Property, (String, String)>;

pub(super) async fn proppatch(caller: Caller, request: &HttpRequest, target: Target, body: &[u8]) -> Answer {
    if target.is_root() {
        return Err(Refusal::status(403));
    }
    let changes = changes(body)?;
    let names: Vec<(String, String)> = changes.iter().map(name).collect();
    let refused = names.iter().any(|(namespace, name)| is_live(namespace, name));
    let conditions = Conditions::of_request(request)?;
    let expect = conditions.expect(request)?;
    let at = target.clone();
    let folder = if refused {
        caller.run(move |rooms, actor| Ok(at.find(&rooms.ledger.view(), &rooms.drive, actor)?.is_folder())).await?
    } else {
        caller
            .change(move |tx, drive, actor| {
                conditions.check(tx, drive, actor, &at)?;
                let node = at.find_to_change(tx, drive, actor)?;
                drive.change_properties(tx, &node, &changes, &expect)?;
                Ok(node.reader().is_folder())
            })
            .await?
    };
    Ok(told(&target.href(folder), &names, refused))
}

fn name(change: &Change) -> (String, String) {
    match change {
        Ok(set) => (set.namespace.clone(), set.name.clone()),
        Err(name) => name.clone(),
    }
}

fn changes(body: &[u8]) -> Result<Vec<Change>, Refusal> {
    let root = xml::parse(body)?;
    if !root.is("propertyupdate") {
        return Err(Refusal::status(400));
    }
    let mut changes = Vec::new();
    for act in root.children().filter(|act| act.is("set") || act.is("remove")) {
        let prop = act.child("prop").ok_or_else(|| Refusal::status(400))?;
        let lang = prop.lang().or(act.lang()).or(root.lang());
        for property in prop.children() {
            let (namespace, name) = (property.namespace.clone(), property.name.clone());
            changes.push(if act.is("remove") {
                Err((namespace, name))
            } else {
                let lang = property.lang().or(lang).map(str::to_owned);
                Ok(Property { namespace, name, lang, xml: property.inner() })
            });
        }
    }
    if changes.is_empty() { Err(Refusal::status(400)) } else { Ok(changes) }
}

fn told(href: &str, names: &[(String, String)], refused: bool) -> HttpResponse {
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:multistatus xmlns:D=\"DAV:\"><D:response><D:href>");
    out.push_str(&escape(href));
    out.push_str("</D:href>");
    for (namespace, name) in names {
        let status = match (refused, is_live(namespace, name)) {
            (false, _) => "200 OK",
            (true, true) => "403 Forbidden",
            (true, false) => "424 Failed Dependency",
        };
        out.push_str("<D:propstat><D:prop>");
        write_property(namespace, name, None, "", &mut out);
        out.push_str("</D:prop><D:status>HTTP/1.1 ");
        out.push_str(status);
        out.push_str("</D:status></D:propstat>");
    }
    out.push_str("</D:response></D:multistatus>\n");
    HttpResponse::build(StatusCode::MULTI_STATUS).insert_header(("content-type", XML)).body(out)
}
