//! The WebDAV door by requests written by hand. litmus and rclone stand in `tests/outside/`.

use std::{
    io::Write,
    process::{Command, Stdio},
    time::Duration,
};

use holdfast_tests::{
    Reply,
    client::{basic, cid},
    shared,
};
use ureq::http::Method;

fn present(tool: &str) -> bool {
    let there =
        std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(tool).exists()));
    assert!(there || std::env::var_os("CI").is_none(), "{tool} is missing");
    if !there {
        eprintln!("SKIPPED: {tool} is missing");
    }
    there
}

/// A request with the sample's app password, and a folder of its own to work in.
fn dav(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let app = shared().sign_ins.app_password.clone().unwrap();
    let authorization = basic(&app.uid, &app.password);
    let mut headers = headers.to_vec();
    headers.push(("authorization", &authorization));
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    shared().stranger().send(method, path, &headers, body.to_vec()).unwrap()
}

fn workshop() -> String {
    let path = format!("/dav/personal/{}/", cid());
    assert_eq!(dav("MKCOL", &path, &[], b"").status, 201);
    path
}

#[test]
fn the_root_lists_the_spaces_and_strangers_get_nothing() {
    let listing = dav("PROPFIND", "/dav/", &[("depth", "1")], b"");
    assert_eq!(listing.status, 207);
    assert_eq!(listing.header("content-type"), Some("application/xml; charset=utf-8"));
    let text = String::from_utf8(listing.bytes).unwrap();
    assert!(text.contains("<D:href>/dav/personal/</D:href>") && text.matches("<D:collection/>").count() >= 3, "{text}");
    assert_eq!(dav("PROPFIND", "/dav/", &[("depth", "infinity")], b"").status, 403);
    assert_eq!(dav("MKCOL", "/dav/new/", &[], b"").status, 403);
    assert_eq!(dav("DELETE", "/dav/personal/", &[], b"").status, 403);
    assert_eq!(dav("GET", "/dav/nobody/secret.txt", &[], b"").status, 404);

    let own = shared().sign_ins.people.iter().find(|one| one.uid == "gu.wenzhou").unwrap();
    for credentials in
        [None, Some(basic(&own.uid, &own.password)), Some(basic("gu.wenzhou", "0000")), Some("Bearer x".to_owned())]
    {
        let headers: Vec<_> = credentials.iter().map(|value| ("authorization", value.as_str())).collect();
        let reply = shared().stranger().send(Method::GET, "/dav/personal/", &headers, Vec::new()).unwrap();
        assert_eq!(reply.status, 401, "{credentials:?}");
        assert!(reply.header("www-authenticate").unwrap().starts_with("Basic "));
    }
}

#[test]
fn conditions_statuses_and_etags() {
    let home = workshop();
    let file = format!("{home}a%20%23.txt");
    let made = dav("PUT", &file, &[("x-oc-mtime", "1700000000")], b"one");
    assert_eq!((made.status, made.header("x-oc-mtime")), (201, Some("accepted")));
    let etag = made.header("etag").unwrap().to_owned();
    assert_eq!(made.header("oc-etag"), Some(etag.as_str()));
    let listing = String::from_utf8(dav("PROPFIND", &file, &[("depth", "0")], b"").bytes).unwrap();
    assert!(listing.contains(&etag) && listing.contains("Tue, 14 Nov 2023 22:13:20 GMT"), "{listing}");
    let read = dav("GET", &file, &[("range", "bytes=1-")], b"");
    assert_eq!((read.status, read.bytes.as_slice(), read.header("etag")), (206, &b"ne"[..], Some(etag.as_str())));
    assert_eq!(dav("GET", &file, &[("if-none-match", &etag)], b"").status, 304);

    assert_eq!(dav("PUT", &file, &[("if-match", "\"other\"")], b"two").status, 412);
    assert_eq!(dav("PUT", &file, &[("if-none-match", "*")], b"two").status, 412);
    assert_eq!(dav("PUT", &file, &[("oc-checksum", &format!("SHA256:{}", "00".repeat(32)))], b"two").status, 400);
    assert_eq!(dav("PUT", &file, &[("content-range", "bytes 0-2/9")], b"two").status, 400);
    assert_eq!(dav("PUT", &format!("{home}none/x"), &[], b"x").status, 409);
    assert_eq!(dav("PUT", &home, &[], b"x").status, 405);
    assert_eq!(dav("MKCOL", &home, &[], b"").status, 405);
    assert_eq!(dav("MKCOL", &format!("{home}c"), &[], b"<x/>").status, 415);
    assert_eq!(dav("GET", &file, &[], b"").bytes, b"one");
    // A tagged list about another resource, as the Nextcloud client sends it, with its lost quote.
    let tagged = format!("<{file}> ([{}])", etag.trim_end_matches('"'));
    assert_eq!(dav("PUT", &format!("{home}b"), &[("if", &tagged)], b"b").status, 201);
    assert_eq!(dav("PUT", &format!("{home}b"), &[("if", &format!("<{file}> ([\"x\"])"))], b"c").status, 412);

    let to = |name: &str| format!("{}{home}{name}", shared().url);
    assert_eq!(dav("COPY", &file, &[("destination", &to("copy"))], b"").status, 201);
    assert_eq!(dav("COPY", &file, &[("destination", &to("copy")), ("overwrite", "F")], b"").status, 412);
    assert_eq!(dav("COPY", &file, &[("destination", &to("none/copy"))], b"").status, 409);
    assert_eq!(dav("MOVE", &file, &[("destination", &to("copy"))], b"").status, 204);
    assert_eq!(dav("MOVE", &home, &[("destination", &to("below"))], b"").status, 403);
    assert_eq!(dav("MOVE", &file, &[("destination", "https://elsewhere.example/dav/personal/x")], b"").status, 502);
    assert_eq!(dav("HEAD", &file, &[], b"").status, 404);
    assert_eq!(dav("GET", &format!("{home}copy"), &[], b"").bytes, b"one");
}

#[test]
fn a_body_that_breaks_off_leaves_the_old_file() {
    if !present("curl") {
        return;
    }
    let home = workshop();
    let file = format!("{home}steady.bin");
    assert_eq!(dav("PUT", &file, &[], b"the good one").status, 201);
    // With a length, and in chunks of unknown number, as Finder sends them.
    for length in [&["-H", "content-length: 5000000"][..], &[]] {
        torn_put(&file, length);
        assert_eq!(dav("GET", &file, &[], b"").bytes, b"the good one", "{length:?}");
    }
}

fn torn_put(file: &str, more: &[&str]) {
    let app = shared().sign_ins.app_password.clone().unwrap();
    let mut client = Command::new("curl")
        .args(["-s", "--http1.1", "--limit-rate", "200k", "-T", "-", "--cacert"])
        .arg(&shared().authority)
        .args(["-u", &format!("{}:{}", app.uid, app.password)])
        .args(more)
        .arg(format!("{}{file}", shared().url))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut body = client.stdin.take().unwrap();
    std::thread::spawn(move || {
        let _ = body.write_all(&vec![7; 400_000]);
        std::thread::sleep(Duration::from_secs(5));
    });
    std::thread::sleep(Duration::from_secs(2));
    client.kill().unwrap();
    client.wait().unwrap();
    std::thread::sleep(Duration::from_millis(500));
}
