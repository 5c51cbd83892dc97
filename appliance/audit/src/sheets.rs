//! Opened entries for people and their tools: CSV for a spreadsheet, JSON Lines with a proof for each entry.

use std::io::{self, Write};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use holdfast_base::{Error, Result};
use serde_json::{Map, Value, json};

use crate::{
    entry::{Ending, Header, Party},
    event::Detail,
    limits::{EXPORT_KEYS, TILE_WIDTH},
    log::AuditLog,
    query::{Entry, Filter, entry_of},
    verify::{hash::leaf_hash, inclusion_proof, note::SignedCheckpoint},
};

const COLUMNS: [&str; 17] = [
    "index",
    "at",
    "at_us",
    "action",
    "outcome",
    "code",
    "actor_kind",
    "actor",
    "door",
    "address",
    "agent",
    "object_kind",
    "object",
    "session",
    "request",
    "details",
    "leaf",
];

impl AuditLog {
    /// Oldest first. What a spreadsheet would take for a formula has an apostrophe before it. Answers how many.
    pub fn export_csv(&self, filter: &Filter, to: impl Write) -> Result<u64> {
        let mut sheet = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(to);
        sheet.write_record(COLUMNS).map_err(Error::internal("write the export"))?;
        let size = self.size();
        let count = self.each(filter, size, &mut |entry, bytes| {
            let row = row(entry, bytes).map(|field| harmless(&field));
            sheet.write_record(&row).map_err(io::Error::other)
        })?;
        sheet.flush().map_err(Error::internal("write the export"))?;
        Ok(count)
    }

    /// One JSON object for each line: first the checkpoint, then entries, oldest first, each with the sealed bytes, the key
    /// that opens them and the proof that leads from them to the root of the checkpoint. Answers how many.
    pub fn export_json_lines(&self, filter: &Filter, mut to: impl Write) -> Result<u64> {
        let _whole = self.shared.whole.read();
        let note = self.checkpoint()?;
        let signed = SignedCheckpoint::parse(note.as_bytes()).map_err(Error::internal("read the audit checkpoint"))?;
        let size = signed.checkpoint.size;
        let head = json!({"origin": signed.checkpoint.origin, "size": size, "checkpoint": note});
        writeln!(to, "{head}").map_err(Error::internal("write the export"))?;
        let folder = self.shared.folder();
        let count = self.each(filter, size, &mut |entry, bytes| {
            let missing = || io::Error::other("a tile of the audit log is missing");
            let path = inclusion_proof(&folder, entry.index, size)?.ok_or_else(missing)?;
            let mut line = as_json(entry);
            line.insert("leaf".to_owned(), json!(BASE64.encode(leaf_hash(bytes))));
            line.insert("proof".to_owned(), path.iter().map(|step| BASE64.encode(step)).collect());
            line.insert("entry".to_owned(), json!(BASE64.encode(bytes)));
            let key = self.shared.sealer.entry_key(bytes).map_err(io::Error::other)?;
            line.insert("key".to_owned(), json!(hex::encode(key)));
            writeln!(to, "{}", Value::Object(line))
        })?;
        to.flush().map_err(Error::internal("write the export"))?;
        Ok(count)
    }

    /// Entries below `size` that the filter lets through, oldest first.
    fn each(&self, filter: &Filter, size: u64, f: &mut dyn FnMut(&Entry, &[u8]) -> io::Result<()>) -> Result<u64> {
        let sieve = self.sieve(filter)?;
        let mut count = 0;
        for number in self.shared.first_bundle()..size.div_ceil(TILE_WIDTH as u64) {
            if !self.may_hold(number, &sieve) {
                continue;
            }
            let bundle = self.bundle(number)?;
            let start = number * TILE_WIDTH as u64;
            for index in start..size.min(start + TILE_WIDTH as u64) {
                let bytes = entry_of(&bundle, index)?;
                let (header, _, _) = Header::split(bytes).map_err(Error::internal("read an audit header"))?;
                if !sieve.header(&header) {
                    continue;
                }
                let entry = self.opened(bytes)?;
                if sieve.body(&entry.body) {
                    count += 1;
                    if count > EXPORT_KEYS as u64 {
                        return Err(Error::TooLarge { limit: EXPORT_KEYS as u64 });
                    }
                    f(&entry, bytes).map_err(Error::internal("write the export"))?;
                }
            }
        }
        Ok(count)
    }
}

fn row(entry: &Entry, bytes: &[u8]) -> [String; 17] {
    let body = &entry.body;
    let (kind, actor) = party(body.actor);
    let at = jiff::Timestamp::from_microsecond(entry.at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let id = |id: [u8; 16]| uuid::Uuid::from_bytes(id).to_string();
    [
        entry.index.to_string(),
        format!("{at:.6}"),
        entry.at.to_string(),
        entry.action.clone(),
        ending(entry.outcome).to_owned(),
        body.code.clone().unwrap_or_default(),
        kind.to_owned(),
        actor.unwrap_or_default(),
        body.door.clone(),
        body.address.clone().unwrap_or_default(),
        body.agent.clone(),
        body.object_kind.clone(),
        body.object_id.clone(),
        body.session.map(id).unwrap_or_default(),
        id(body.request),
        Value::Object(details(entry)).to_string(),
        hex::encode(leaf_hash(bytes)),
    ]
}

/// Spreadsheets run what begins like a formula; an apostrophe makes it text. Numbers of ours are never negative.
fn harmless(field: &str) -> String {
    match field.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => format!("'{field}"),
        _ => field.to_owned(),
    }
}

/// What can be read in a line.
pub(crate) fn as_json(entry: &Entry) -> Map<String, Value> {
    let body = &entry.body;
    let (kind, actor) = party(body.actor);
    let id = |id: [u8; 16]| uuid::Uuid::from_bytes(id).to_string();
    let line = json!({
        "index": entry.index,
        "at": entry.at.0,
        "action": entry.action,
        "actor": {"kind": kind, "id": actor},
        "session": body.session.map(id),
        "door": body.door,
        "address": body.address,
        "agent": body.agent,
        "object": {"kind": body.object_kind, "id": body.object_id},
        "outcome": ending(entry.outcome),
        "code": body.code,
        "request": id(body.request),
        "details": details(entry),
        "cut": body.cut,
    });
    match line {
        Value::Object(line) => line,
        _ => Map::new(),
    }
}

fn details(entry: &Entry) -> Map<String, Value> {
    let value = |detail: &Detail| match detail {
        Detail::Text(text) => json!(text),
        Detail::Number(number) => json!(number),
        Detail::List(items) => json!(items),
    };
    entry.details().iter().map(|(key, detail)| (key.clone(), value(detail))).collect()
}

fn party(party: Party) -> (&'static str, Option<String>) {
    match party {
        Party::Person(person) => ("person", Some(person.to_string())),
        Party::System => ("system", None),
        Party::Stranger => ("stranger", None),
    }
}

fn ending(ending: Ending) -> &'static str {
    match ending {
        Ending::Success => "success",
        Ending::Refused => "refused",
        Ending::Failed => "failed",
    }
}

#[cfg(test)]
mod tests {
    use holdfast_base::PersonId;

    use super::*;
    use crate::{
        Event, Object,
        log_tests::Bench,
        verify::{Verdict, root_from_proof, verify_lines, verify_proof},
    };

    #[test]
    fn a_sheet_holds_no_formula_and_every_line_proves_itself() {
        let bench = Bench::new();
        let log = bench.open();
        for n in 0..300 {
            log.append_soon(bench.event(n % 2, n));
        }
        let mut actor = bench.actor(7);
        actor.source.agent = "=HYPERLINK(\"http://x\",\"y\")".to_owned();
        for id in ["=1+1", "+1", "-1", "@SUM", "\ttab", "＝1", "a,\"b\"\nc"] {
            log.append(Event::new(&actor, "node.rename", Object::new("node", id)).text("to", "=cmd|x")).unwrap();
        }
        let mut sheet = Vec::new();
        assert_eq!(log.export_csv(&Filter::by(PersonId(7)), &mut sheet).unwrap(), 7);
        let mut read = csv::Reader::from_reader(&sheet[..]);
        let rows: Vec<_> = read.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 7);
        for row in &rows {
            assert!(row.iter().all(|field| !field.starts_with(['=', '+', '-', '@', '\t', '＝'])), "{row:?}");
        }
        assert_eq!((&rows[0][12], &rows[6][12], &rows[0][10]), ("'=1+1", "a,\"b\"\nc", "'=HYPERLINK(\"http://x\",\"y\")"));

        let mut lines = Vec::new();
        assert_eq!(log.export_json_lines(&Filter::by(PersonId(1)), &mut lines).unwrap(), 150);
        let judged = |bytes: &[u8], key| verify_lines(bytes, key).unwrap();
        let clean = judged(&lines, Some(&bench.signer.vkey));
        assert_eq!((clean.verdict, clean.checked, clean.exit_code()), (Verdict::Clean, 150, 0), "{clean:?}");
        assert_eq!(judged(&lines, None).verdict, Verdict::CannotTell);
        let text = String::from_utf8(lines).unwrap();
        for (was, is) in [("secret-reason", "another-reason"), ("\"success\"", "\"refused\""), ("\"key\":\"", "\"key\":\"00")] {
            let bad = judged(text.replacen(was, is, 1).as_bytes(), Some(&bench.signer.vkey));
            assert_eq!((bad.verdict, bad.exit_code()), (Verdict::Bad, 1), "{was}: {bad:?}");
            assert!(bad.bad_line.is_some_and(|line| line > 1), "{was}: {bad:?}");
        }
        let cut = text.len() - 200;
        assert_eq!(judged(&text.as_bytes()[..cut], Some(&bench.signer.vkey)).bad_line, Some(151));
        let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let head = lines.next().unwrap();
        let note = SignedCheckpoint::parse(head["checkpoint"].as_str().unwrap().as_bytes()).unwrap();
        assert_eq!(note.check(&bench.signer.vkey), crate::verify::note::Signed::Good);
        let raw = |value: &Value| BASE64.decode(value.as_str().unwrap()).unwrap();
        for line in lines {
            let path: Vec<_> = line["proof"].as_array().unwrap().iter().map(|step| raw(step).try_into().unwrap()).collect();
            let leaf = leaf_hash(&raw(&line["entry"]));
            let root = root_from_proof(leaf, line["index"].as_u64().unwrap(), note.checkpoint.size, &path);
            assert_eq!((root, &raw(&line["leaf"])[..]), (Some(note.checkpoint.root), &leaf[..]));
            assert_eq!(line["details"]["reason"], "secret-reason-离职");
        }

        let proof = log.prove(299).unwrap();
        let key = Some(&bench.signer.vkey);
        let clean = verify_proof(&proof, None, key);
        assert_eq!((clean.verdict, clean.action.as_deref()), (Verdict::Clean, Some("person.freeze")), "{clean:?}");
        assert_eq!(verify_proof(&proof, None, None).verdict, Verdict::CannotTell);
        assert!(proof.starts_with(b"c2sp.org/tlog-proof@v1\nextra "));
        for at in 0..proof.len() {
            let mut bad = proof.clone();
            bad[at] ^= 1;
            assert_ne!(verify_proof(&bad, None, key).verdict, Verdict::Clean, "byte {at}");
        }
        log.close();
    }
}
