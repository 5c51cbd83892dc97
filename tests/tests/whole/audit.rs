//! The auditor reads, verifies and carries the log away; the verifier on another machine trusts nobody.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use holdfast_tests::{Client, client::cid, shared};
use serde_json::{Value, json};
use tempfile::TempDir;

fn entries(auditor: &Client, filter: &str) -> Vec<Value> {
    auditor.get(&format!("/api/v1/audit/entries?limit=200&{filter}")).unwrap().ok()["items"].as_array().unwrap().clone()
}

pub(super) fn verifier() -> PathBuf {
    let mut folder = std::env::current_exe().unwrap();
    folder.pop();
    folder.pop();
    folder.join("holdfast-audit")
}

fn verify(folder: &Path, key: Option<&str>) -> Output {
    let mut command = Command::new(verifier());
    command.arg("verify").arg(folder);
    if let Some(key) = key {
        command.args(["--key", key]);
    }
    command.output().unwrap()
}

pub(super) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn export(auditor: &Client) -> TempDir {
    let reply = auditor.post("/api/v1/audit/exports", &json!({})).unwrap();
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.bytes));
    let folder = TempDir::new().unwrap();
    let tar = folder.path().join("export.tar");
    fs::write(&tar, &reply.bytes).unwrap();
    let unpacked = Command::new("tar").arg("-xf").arg(&tar).arg("-C").arg(folder.path()).status().unwrap();
    assert!(unpacked.success());
    fs::remove_file(tar).unwrap();
    folder
}

/// The folder that holds `checkpoint`.
fn log_folder(below: &Path) -> PathBuf {
    if below.join("checkpoint").exists() {
        return below.to_owned();
    }
    let mut folders = fs::read_dir(below).unwrap().map(|entry| entry.unwrap().path());
    folders.find(|path| path.join("checkpoint").exists()).expect("a checkpoint")
}

fn bundle(folder: &Path) -> PathBuf {
    let mut found = Vec::new();
    let mut todo = vec![folder.join("tile/entries")];
    while let Some(next) = todo.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { todo.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found.into_iter().next().expect("an entry bundle")
}

#[test]
fn what_was_done_stands_in_the_log_and_an_event_opens() {
    let place = shared();
    let auditor = place.administrator("audit");
    let gu = place.person("gu.wenzhou");
    let ask = json!({"cid": cid(), "kind": "group", "title": "只在密文里", "members": ["han.ruoxi"]});
    let room = gu.post("/api/v1/conversations", &ask).unwrap().ok()["id"].as_str().unwrap().to_owned();
    let found = entries(&auditor, "actor=gu.wenzhou&action=conversation.create");
    let entry = found.iter().find(|entry| entry["object"]["id"] == room.as_str()).expect("the entry names its object");
    assert_eq!((entry["actor"]["uid"].as_str(), entry["outcome"].as_str()), (Some("gu.wenzhou"), Some("success")));
    let opened = auditor.get(&format!("/api/v1/audit/entries/{}", entry["index"])).unwrap().ok();
    assert!(opened["proof"].is_array() && opened["leaf"].is_string());
    let refusals = {
        let _ = place.stranger().sign_in("gu.wenzhou", "wrong-password");
        entries(&auditor, "action=session.refuse")
    };
    assert!(refusals.iter().all(|entry| entry["outcome"] == "refused") && !refusals.is_empty());
    // ids only in the readable log
    let readable = fs::read_to_string(place.data.join("log/audit.jsonl")).unwrap();
    assert!(!readable.contains("只在密文里") && !readable.contains("顾文舟"));
    assert!(readable.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
}

#[test]
fn the_console_and_the_verifier_say_clean_and_find_what_was_changed() {
    let place = shared();
    let auditor = place.administrator("audit");
    let vkey = place.vkey().unwrap();
    let console = auditor.post("/api/v1/audit/verifications", &json!({})).unwrap().ok();
    assert_eq!(console["verdict"], "clean", "{console}");

    let folder = export(&auditor);
    let log = log_folder(folder.path());
    let clean = verify(&log, Some(&vkey));
    assert!(clean.status.success() && said(&clean).contains("clean"), "{}", said(&clean));
    let untold = verify(&log, None);
    assert_eq!(untold.status.code(), Some(2), "{}", said(&untold));
    assert!(said(&untold).to_lowercase().contains("cannot tell"));

    // One byte of the first entries.
    let first = bundle(&log);
    let good = fs::read(&first).unwrap();
    let mut bad = good.clone();
    let middle = 40;
    bad[middle] ^= 1;
    fs::write(&first, &bad).unwrap();
    let changed = verify(&log, Some(&vkey));
    assert_eq!(changed.status.code(), Some(1));
    assert!(said(&changed).contains("entry 0") || said(&changed).contains("index 0"), "{}", said(&changed));
    fs::write(&first, &good).unwrap();

    // A checkpoint signed by somebody else, under the same name.
    let checkpoint = log.join("checkpoint");
    let text = fs::read_to_string(&checkpoint).unwrap();
    let forged = forge(&text, &vkey);
    fs::write(&checkpoint, forged).unwrap();
    assert_eq!(verify(&log, Some(&vkey)).status.code(), Some(1));

    // Cut short: the checkpoint names more entries than there are.
    fs::write(&checkpoint, &text).unwrap();
    fs::write(&first, &good[..good.len() / 2]).unwrap();
    assert_eq!(verify(&log, Some(&vkey)).status.code(), Some(1));
}

fn verify_proof(file: &Path, key: Option<&str>) -> Output {
    let mut command = Command::new(verifier());
    command.arg("verify-proof").arg(file);
    if let Some(key) = key {
        command.args(["--key", key]);
    }
    command.output().unwrap()
}

#[test]
fn a_sheet_lines_and_one_proof_are_verified_on_another_machine() {
    let place = shared();
    let (auditor, vkey, folder) = (place.administrator("audit"), place.vkey().unwrap(), TempDir::new().unwrap());
    let ask = json!({"cid": cid(), "kind": "group", "title": "导出", "members": ["han.ruoxi"]});
    place.person("gu.wenzhou").post("/api/v1/conversations", &ask).unwrap().ok();
    let filter = json!({"actor": "gu.wenzhou", "action": "conversation.create"});
    let export = |format: &str| auditor.post(&format!("/api/v1/audit/exports?format={format}"), &filter).unwrap();

    let lines = export("json-lines");
    assert!(lines.header("content-disposition").unwrap().contains("holdfast-audit.jsonl"));
    let file = folder.path().join("export.jsonl");
    fs::write(&file, &lines.bytes).unwrap();
    let clean = verify_proof(&file, Some(&vkey));
    assert!(clean.status.success(), "{}", said(&clean));
    assert_eq!(verify_proof(&file, None).status.code(), Some(2));
    let text = String::from_utf8(lines.bytes).unwrap();
    let entries: Vec<Value> = text.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(!entries.is_empty() && said(&clean).contains(&format!("{} entries", entries.len())), "{}", said(&clean));
    assert!(entries.iter().all(|entry| entry["action"] == "conversation.create"));
    fs::write(&file, text.replacen("\"success\"", "\"refused\"", 1)).unwrap();
    let changed = verify_proof(&file, Some(&vkey));
    assert_eq!(changed.status.code(), Some(1), "{}", said(&changed));

    // The sheet names the same entries by the same leaves.
    let sheet = export("csv");
    assert!(sheet.header("content-type").unwrap().starts_with("text/csv"));
    let sheet = String::from_utf8(sheet.bytes).unwrap();
    let rows: Vec<_> = sheet.split("\r\n").skip(1).filter(|row| !row.is_empty()).collect();
    for (row, entry) in rows.iter().zip(&entries) {
        use base64::{Engine, prelude::BASE64_STANDARD};
        let leaf = hex::encode(BASE64_STANDARD.decode(entry["leaf"].as_str().unwrap()).unwrap());
        assert!(row.starts_with(&format!("{},", entry["index"])) && row.ends_with(&format!(",{leaf}")), "{row}");
    }
    assert!(rows.len() >= entries.len());

    let index = entries[0]["index"].as_u64().unwrap();
    let proof = auditor.get(&format!("/api/v1/audit/entries/{index}/proof")).unwrap();
    assert!(proof.header("content-disposition").unwrap().contains(&format!("holdfast-entry-{index}.tlog-proof")));
    let file = folder.path().join("one.tlog-proof");
    fs::write(&file, &proof.bytes).unwrap();
    let clean = verify_proof(&file, Some(&vkey));
    assert!(clean.status.success() && said(&clean).contains(&format!("entry {index}")), "{}", said(&clean));
    let mut bad = proof.bytes;
    bad[60] ^= 1;
    fs::write(&file, bad).unwrap();
    assert_eq!(verify_proof(&file, Some(&vkey)).status.code(), Some(1));
    assert_eq!(auditor.get("/api/v1/audit/entries/99999999/proof").unwrap().status, 404);
    assert_eq!(auditor.post("/api/v1/audit/exports?format=xml", &filter).unwrap().status, 400);

    // A checkpoint that was carried away holds a later log to what it was.
    let kept = folder.path().join("checkpoint");
    fs::write(&kept, auditor.get("/api/v1/audit/checkpoint").unwrap().bytes).unwrap();
    let later = self::export(&auditor);
    let mut command = Command::new(verifier());
    command.arg("verify").arg(log_folder(later.path())).args(["--key", &vkey, "--since"]).arg(&kept);
    let clean = command.output().unwrap();
    assert!(clean.status.success(), "{}", said(&clean));
}

#[test]
fn entries_are_found_by_where_they_came_from() {
    let place = shared();
    let auditor = place.administrator("audit");
    let here = entries(&auditor, "action=session.open&address=127.0.0.1");
    assert!(!here.is_empty() && here.iter().all(|entry| entry["source"]["address"].as_str().unwrap().ends_with("127.0.0.1")));
    assert!(entries(&auditor, "address=192.0.2.77").is_empty());
    let refused = auditor.get("/api/v1/audit/entries?address=nowhere").unwrap();
    assert_eq!((refused.status, &refused.json()["field"]), (422, &json!("address")));
}

/// Signs the note's text anew with a key of our own, keeping the name and key hash of the box's key.
fn forge(note: &str, vkey: &str) -> String {
    use base64::{Engine, prelude::BASE64_STANDARD};
    use ring::{rand::SystemRandom, signature};
    let (body, _) = note.split_once("\n\n").unwrap();
    let mut parts = vkey.splitn(3, '+');
    let (name, hash) = (parts.next().unwrap(), hex::decode(parts.next().unwrap()).unwrap());
    let random = SystemRandom::new();
    let algorithm = &signature::ECDSA_P256_SHA256_ASN1_SIGNING;
    let pkcs8 = signature::EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    let pair = signature::EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
    let mut signed = hash;
    signed.extend_from_slice(pair.sign(&random, format!("{body}\n").as_bytes()).unwrap().as_ref());
    format!("{body}\n\n\u{2014} {name} {}\n", BASE64_STANDARD.encode(signed))
}
