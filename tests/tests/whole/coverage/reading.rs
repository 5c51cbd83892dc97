//! Readings that stand in the log: downloads, searches, exports, and what auditors look at (DESIGN 6).

use ureq::http::Method;

use super::{
    administration::{checked, origin},
    stage::{AUDITOR, Done, GU, SECURITY, SYSTEM, Scenario, Stage, id, text},
};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario { operation: "GET /api/v1/drive/nodes/{id}/content", act: download },
    Scenario { operation: "GET /api/v1/drive/nodes/{id}/content (a range)", act: download_range },
    Scenario { operation: "GET /api/v1/conversations/{id}/files/{node}", act: attachment },
    Scenario { operation: "GET /api/v1/search", act: search },
    Scenario { operation: "GET /api/v1/search (one kind)", act: search_messages },
    Scenario { operation: "GET /api/v1/audit/entries", act: entries },
    Scenario { operation: "GET /api/v1/audit/entries/{index}", act: entry },
    Scenario { operation: "GET /api/v1/audit/evidence", act: evidence },
    Scenario { operation: "GET /api/v1/audit/evidence.html", act: evidence_page },
    Scenario { operation: "GET /api/v1/audit/entries/{index}/proof", act: proof },
    Scenario { operation: "GET /api/v1/people/imports/{id}/report.csv", act: report },
    Scenario { operation: "GET /api/v1/people/imports/{id}/report.xlsx", act: report_book },
    Scenario { operation: "GET /api/v1/people/imports/{id}/failed.csv", act: failed },
    Scenario { operation: "GET /api/v1/admin/people-sheet", act: people_sheet },
    Scenario { operation: "GET /api/v1/holdings", act: holdings },
    Scenario { operation: "GET /api/v1/explanations", act: explanation },
    Scenario { operation: "GET /api/v1/holdings/sheet", act: holdings_sheet },
];

fn file(stage: &Stage) -> String {
    id(&stage.file(&stage.folder(), "a.txt", b"one, two").ok())
}

fn download(stage: &Stage) -> Done {
    let node = file(stage);
    let reply = stage.gu.get(&format!("/api/v1/drive/nodes/{node}/content")).unwrap();
    Done::entry(reply, GU, "node.read", format!("node/{node}"))
}

fn download_range(stage: &Stage) -> Done {
    let node = file(stage);
    let path = format!("/api/v1/drive/nodes/{node}/content");
    let reply = stage.gu.send(Method::GET, &path, &[("range", "bytes=2-3")], vec![]).unwrap();
    Done::entry(reply, GU, "node.read", format!("node/{node}"))
}

fn attachment(stage: &Stage) -> Done {
    let room = stage.group();
    let path = format!("/api/v1/conversations/{room}/files");
    let headers = [("content-type", "text/csv")];
    let sent = stage.gu.send(Method::POST, &format!("{path}?name=a.csv"), &headers, b"1,2".to_vec()).unwrap().ok();
    let node = text(&sent["node"]);
    Done::entry(stage.han.get(&format!("{path}/{node}")).unwrap(), "han.ruoxi", "node.read", format!("node/{node}"))
}

fn search(stage: &Stage) -> Done {
    let reply = stage.gu.get("/api/v1/search?q=hello").unwrap();
    let object = format!("search/{}", reply.header("x-request-id").unwrap_or_default());
    Done::entry(reply, GU, "search.query", object)
}

fn search_messages(stage: &Stage) -> Done {
    let reply = stage.gu.get("/api/v1/search?q=hello&kind=messages").unwrap();
    let object = format!("search/{}", reply.header("x-request-id").unwrap_or_default());
    Done::entry(reply, GU, "search.query", object)
}

fn entries(stage: &Stage) -> Done {
    let reply = stage.auditor.get("/api/v1/audit/entries?actor=gu.wenzhou").unwrap();
    Done::entry(reply, AUDITOR, "audit.search", format!("log/{}", origin(stage)))
}

fn entry(stage: &Stage) -> Done {
    Done::entry(stage.auditor.get("/api/v1/audit/entries/0").unwrap(), AUDITOR, "audit.read", "entry/0".to_owned())
}

fn proof(stage: &Stage) -> Done {
    Done::entry(stage.auditor.get("/api/v1/audit/entries/0/proof").unwrap(), AUDITOR, "audit.read", "entry/0".to_owned())
}

fn evidence(stage: &Stage) -> Done {
    let reply = stage.auditor.get("/api/v1/audit/evidence").unwrap();
    Done::entry(reply, AUDITOR, "audit.evidence", format!("log/{}", origin(stage)))
}

fn evidence_page(stage: &Stage) -> Done {
    let reply = stage.auditor.get("/api/v1/audit/evidence.html").unwrap();
    Done::entry(reply, AUDITOR, "audit.evidence", format!("log/{}", origin(stage)))
}

fn report(stage: &Stage) -> Done {
    let import = id(&checked(stage).ok());
    let reply = stage.system.get(&format!("/api/v1/people/imports/{import}/report.csv")).unwrap();
    Done::entry(reply, SYSTEM, "people.import-read", format!("import/{import}"))
}

fn report_book(stage: &Stage) -> Done {
    let import = id(&checked(stage).ok());
    let reply = stage.system.get(&format!("/api/v1/people/imports/{import}/report.xlsx")).unwrap();
    Done::entry(reply, SYSTEM, "people.import-read", format!("import/{import}"))
}

fn failed(stage: &Stage) -> Done {
    let import = id(&checked(stage).ok());
    let reply = stage.system.get(&format!("/api/v1/people/imports/{import}/failed.csv")).unwrap();
    Done::entry(reply, SYSTEM, "people.import-read", format!("import/{import}"))
}

fn explanation(stage: &Stage) -> Done {
    let (uid, id) = stage.newcomer();
    let reply = stage.security.get(&format!("/api/v1/explanations?person={uid}&act=grant-roles")).unwrap();
    Done::entry(reply, SECURITY, "rights.explain", format!("person/{id}"))
}

fn holdings(stage: &Stage) -> Done {
    let reply = stage.auditor.get("/api/v1/holdings").unwrap();
    Done::entry(reply, AUDITOR, "review.read", "review/holdings".to_owned())
}

fn holdings_sheet(stage: &Stage) -> Done {
    let reply = stage.auditor.get("/api/v1/holdings/sheet?format=csv").unwrap();
    Done::entry(reply, AUDITOR, "review.export", "review/holdings".to_owned())
}

fn people_sheet(stage: &Stage) -> Done {
    let reply = stage.system.get("/api/v1/admin/people-sheet?format=csv").unwrap();
    Done::entry(reply, SYSTEM, "people.export", "directory/people".to_owned())
}
