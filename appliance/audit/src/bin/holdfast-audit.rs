//! The auditor's tool: verifies an audit log on a machine of her own. No network, no HSM, no key from the log.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
    time::Duration,
};

use clap::{Args, Parser, Subcommand};
use holdfast_audit::{
    Detail, Ending, Party,
    limits::CHECKPOINT_BYTES,
    verify::{
        self, Carried, Opened, Report, Verdict,
        cosign::WitnessSigner,
        note::{NoteError, Signed, SignedCheckpoint, SignedNote, VKey},
        witness::{Submission, Witness},
    },
};
use holdfast_base::World;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// A running box signs what it appends within a second; entries that are still unsigned after this are not vouched for.
const TAIL_SECONDS: u32 = 3;

/// Verify the audit log of a Holdfast box. Exit codes: 0 clean, 1 findings, 2 cannot tell.
#[derive(Parser)]
#[command(name = "holdfast-audit", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Recompute everything and say what is wrong, if anything.
    Verify(Log),
    /// The same, then print the entries that the export opens and that are proven to belong to the log.
    Show(Log),
    /// Check one entry with its proof (C2SP tlog-proof), or an export as JSON Lines, as the box hands them out.
    VerifyProof(Proof),
    /// Check a note that the box has signed, such as the certificate of a shredding, and print what it says.
    VerifyNote(Note),
    /// Hold an export that opens every entry against what the stores showed before (holdfast effects): effects without an entry,
    /// entries without their effect.
    Crosscheck(Crosscheck),
    /// Remember the newest checkpoint, and refuse every one that does not continue it: rollback and forks show.
    Witness {
        #[command(subcommand)]
        act: Act,
    },
}

#[derive(Args)]
struct Proof {
    file: PathBuf,
    /// The box's verifier key as you wrote it down, or @FILE that holds it. Never taken from the proof.
    #[arg(long)]
    key: Option<String>,
    /// The bytes of the sealed entry, where the proof does not hold them.
    #[arg(long)]
    entry: Option<PathBuf>,
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Crosscheck {
    #[command(flatten)]
    log: Log,
    /// The file that holdfast effects printed, before the export was made.
    effects: PathBuf,
}

#[derive(Args)]
struct Note {
    file: PathBuf,
    /// The box's verifier key as you wrote it down, or @FILE that holds it. Never taken from the note.
    #[arg(long)]
    key: Option<String>,
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
enum Act {
    /// Begin to remember. Refuses a state that is there already.
    Init(Memory),
    /// Take one checkpoint, and cosign it where a key is given. Exit codes: 0 taken, 1 refused, 2 cannot tell.
    Once(Once),
    /// Make a key to cosign with (C2SP tlog-cosignature, Ed25519) and print its public half, for the box's auditors to register.
    Key(NewKey),
}

#[derive(Args)]
struct NewKey {
    /// Where the key is written, readable by its owner only. Refuses a file that is there already.
    file: PathBuf,
    /// What the witness is called: no spaces, no plus.
    #[arg(long)]
    name: String,
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Memory {
    /// The witness's memory.
    #[arg(long)]
    state: PathBuf,
    /// The box's verifier key as you wrote it down, or @FILE that holds it.
    #[arg(long)]
    key: String,
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Once {
    #[command(flatten)]
    memory: Memory,
    /// A checkpoint, an add-checkpoint request, a log folder or an export; - is standard input.
    #[arg(default_value = "-")]
    from: PathBuf,
    /// The key to cosign with, as `witness key` made it.
    #[arg(long, requires = "to")]
    sign_with: Option<PathBuf>,
    /// Where the cosigned checkpoint is written, to be carried back to the box.
    #[arg(long, requires = "sign_with")]
    to: Option<PathBuf>,
}

#[derive(Args)]
struct Log {
    /// The box's audit folder, an unpacked export, or its .tar.
    dir: PathBuf,
    /// The box's verifier key as you wrote it down, or @FILE that holds it. Never taken from the log.
    #[arg(long)]
    key: Option<String>,
    /// A key that signed before, as you wrote it down, or @FILE: where a token was lost, `--since` may be signed by it.
    #[arg(long)]
    former: Vec<String>,
    /// A checkpoint of this log that you kept: proves that nothing was taken back since.
    #[arg(long)]
    since: Option<PathBuf>,
    /// One JSON object (show: one per line, the report last).
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let (json, done) = match &command {
        Command::Verify(log) => (log.json, run(log, false).map(|report| report.exit_code())),
        Command::Show(log) => (log.json, run(log, true).map(|report| report.exit_code())),
        Command::VerifyProof(proof) => (proof.json, verify_proof(proof)),
        Command::VerifyNote(note) => (note.json, verify_note(note)),
        Command::Crosscheck(asked) => (asked.log.json, crosscheck(asked)),
        Command::Witness { act: Act::Init(memory) } => (memory.json, begin(memory)),
        Command::Witness { act: Act::Once(once) } => (once.memory.json, witness(once)),
        Command::Witness { act: Act::Key(new) } => (new.json, make_key(new)),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(Broken { what, source }) => {
            let text = format!("cannot tell: {what}: {source}");
            let line = if json { json!({"verdict": "cannot-tell", "error": text}).to_string() } else { text };
            let _ = writeln!(io::stdout(), "{line}");
            ExitCode::from(2)
        }
    }
}

fn verify_proof(asked: &Proof) -> Result<u8, Broken> {
    let key = asked.key.as_deref().map(read_key).transpose()?;
    let entry = asked.entry.as_deref().map(read_file).transpose()?;
    let read = || format!("read {}", asked.file.display());
    let mut lines = BufReader::new(File::open(&asked.file).map_err(broken(read()))?);
    if lines.fill_buf().map_err(broken(read()))?.starts_with(b"{") {
        let report = verify::verify_lines(lines, key.as_ref()).map_err(broken(read()))?;
        say(asked.json, &report, report.verdict, &report.what)?;
        return Ok(report.exit_code());
    }
    let report = verify::verify_proof(&read_file(&asked.file)?, entry.as_deref(), key.as_ref());
    say(asked.json, &report, report.verdict, &report.what)?;
    Ok(report.exit_code())
}

fn verify_note(asked: &Note) -> Result<u8, Broken> {
    let what = || format!("read {}", asked.file.display());
    let note = SignedNote::parse(&read_file(&asked.file)?).map_err(broken(what()))?;
    let (verdict, code) = match asked.key.as_deref().map(read_key).transpose()?.map(|key| note.check(&key)) {
        Some(Signed::Good) => (Verdict::Clean, 0),
        Some(Signed::Bad | Signed::Unknown) => (Verdict::Bad, 1),
        None => (Verdict::CannotTell, 2),
    };
    let text = match code {
        0 => note.text().trim_end(),
        1 => "not signed by this key, or altered since",
        _ => "give the box's verifier key with --key",
    };
    say(asked.json, &json!({"verdict": verdict, "what": text}), verdict, text)?;
    Ok(code)
}

fn crosscheck(asked: &Crosscheck) -> Result<u8, Broken> {
    let log = &asked.log;
    let key = log.key.as_deref().map(read_key).transpose()?;
    let former = log.former.iter().map(|key| read_key(key)).collect::<Result<Vec<_>, _>>()?;
    let since = log.since.as_deref().map(read_checkpoint).transpose()?;
    let carried = Carried { key: key.as_ref(), former: &former, since: since.as_ref() };
    let report = verify::crosscheck(&log.dir, &carried, &read_file(&asked.effects)?);
    let report = report.map_err(broken(format!("read {}", log.dir.display())))?;
    say(log.json, &report, report.verdict, &report.what)?;
    for orphan in report.orphans.iter().filter(|_| !log.json) {
        let entry = orphan.index.map(|index| format!("entry {index}: ")).unwrap_or_default();
        writeln!(io::stdout(), "  {entry}{}: {}", orphan.effect, orphan.what).map_err(broken("write the report"))?;
    }
    Ok(report.exit_code())
}

fn begin(asked: &Memory) -> Result<u8, Broken> {
    Witness::init(&asked.state, &read_key(&asked.key)?).map_err(broken(format!("begin {}", asked.state.display())))?;
    let begun = json!({"verdict": Verdict::Clean, "what": "begun", "size": 0});
    say(asked.json, &begun, Verdict::Clean, "begun")?;
    Ok(0)
}

fn witness(asked: &Once) -> Result<u8, Broken> {
    let memory = &asked.memory;
    let submission = if asked.from == Path::new("-") {
        let mut body = Vec::new();
        io::stdin().lock().take(CHECKPOINT_BYTES).read_to_end(&mut body).map_err(broken("read standard input"))?;
        Submission::Request(body)
    } else if asked.from.is_dir() || asked.from.extension().is_some_and(|extension| extension == "tar") {
        Submission::Log(asked.from.clone())
    } else {
        Submission::Request(read_file(&asked.from)?)
    };
    let state = || format!("use {}", memory.state.display());
    let mut witness = Witness::open(&memory.state, &read_key(&memory.key)?).map_err(broken(state()))?;
    let report = witness.once(&submission).map_err(broken(state()))?;
    if report.verdict == Verdict::Clean
        && let (Some(key), Some(to)) = (&asked.sign_with, &asked.to)
    {
        cosign(&witness, key, to)?;
    }
    say(memory.json, &report, report.verdict, &format!("{}; the witness stands at {} entries", report.what, report.size))?;
    Ok(report.exit_code())
}

fn cosign(witness: &Witness, key: &Path, to: &Path) -> Result<(), Broken> {
    let with = || format!("cosign with {}", key.display());
    let signer: WitnessSigner = fs::read_to_string(key).map_err(broken(with()))?.parse().map_err(broken(with()))?;
    let held = witness.held().map_err(broken(with()))?.ok_or(NoteError::Shape).map_err(broken(with()))?;
    let cosigned = signer.cosign(&held, World::system().now().seconds()).map_err(broken(with()))?;
    fs::write(to, cosigned.note()).map_err(broken(format!("write {}", to.display())))
}

fn make_key(asked: &NewKey) -> Result<u8, Broken> {
    let make = || format!("make the key {}", asked.file.display());
    let text = WitnessSigner::generate(&asked.name).map_err(broken(make()))?;
    let signer: WitnessSigner = text.parse().map_err(broken(make()))?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&asked.file).map_err(broken(make()))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(broken(make()))?;
    let vkey = signer.key().to_string();
    let line = if asked.json { json!({"verdict": Verdict::Clean, "vkey": vkey}).to_string() } else { vkey };
    writeln!(io::stdout(), "{line}").map_err(broken("print the key"))?;
    Ok(0)
}

fn say(json: bool, report: &impl Serialize, verdict: Verdict, what: &str) -> Result<(), Broken> {
    let word = match verdict {
        Verdict::Clean => "clean",
        Verdict::Bad => "bad",
        Verdict::CannotTell => "cannot tell",
    };
    let line = if json { serde_json::to_string(report).map_err(broken("write the report"))? } else { format!("{word}: {what}") };
    writeln!(io::stdout(), "{line}").map_err(broken("write the report"))
}

fn read_file(path: &Path) -> Result<Vec<u8>, Broken> {
    fs::read(path).map_err(broken(format!("read {}", path.display())))
}

struct Broken {
    what: String,
    source: Box<dyn std::error::Error>,
}

fn broken<E: std::error::Error + 'static>(what: impl Into<String>) -> impl FnOnce(E) -> Broken {
    let what = what.into();
    move |source| Broken { what, source: Box::new(source) }
}

fn run(log: &Log, show: bool) -> Result<Report, Broken> {
    let key = log.key.as_deref().map(read_key).transpose()?;
    let former = log.former.iter().map(|key| read_key(key)).collect::<Result<Vec<_>, _>>()?;
    let since = log.since.as_deref().map(read_checkpoint).transpose()?;
    let mut opened = Vec::new();
    let report =
        verify::verify_opening(&log.dir, &Carried { key: key.as_ref(), former: &former, since: since.as_ref() }, &mut |entry| {
            if show {
                opened.push(entry);
            }
        });
    let mut report = report.map_err(broken(format!("read {}", log.dir.display())))?;
    if report.verdict == Verdict::CannotTell && report.unsigned_entries > 0 && is_signed_soon(&log.dir, &report) {
        report = report.accept_tail();
    }
    print(log, &report, &opened).map_err(broken("write the report"))?;
    Ok(report)
}

fn read_key(key: &str) -> Result<VKey, Broken> {
    let text = match key.strip_prefix('@') {
        Some(file) => fs::read_to_string(file).map_err(broken(format!("read {file}")))?,
        None => key.to_owned(),
    };
    text.parse().map_err(broken("use the key"))
}

fn read_checkpoint(path: &Path) -> Result<SignedCheckpoint, Broken> {
    let note = read_file(path)?;
    SignedCheckpoint::parse(&note).map_err(broken(format!("use {}", path.display())))
}

/// Has the box signed the entries that lay behind the checkpoint?
fn is_signed_soon(dir: &Path, report: &Report) -> bool {
    let seen = report.size + report.unsigned_entries;
    for _ in 0..TAIL_SECONDS * 4 {
        if let Ok(Some(now)) = verify::checkpoint(dir)
            && now.checkpoint.size >= seen
        {
            return true;
        }
        thread::sleep(Duration::from_millis(250));
    }
    false
}

fn print(log: &Log, report: &Report, opened: &[Opened]) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    if log.json {
        for entry in opened {
            writeln!(out, "{}", as_json(entry))?;
        }
        writeln!(out, "{}", serde_json::to_string(report)?)?;
        return out.flush();
    }
    writeln!(out, "{}", report.sentence())?;
    for finding in report.findings.iter().skip(usize::from(report.verdict != Verdict::Clean)) {
        match finding.index {
            Some(index) => writeln!(out, "  {index}: {}: {}", finding.kind.word(), finding.what)?,
            None => writeln!(out, "  {}: {}", finding.kind.word(), finding.what)?,
        }
    }
    if report.opened_entries > 0 {
        writeln!(out, "  {} entries are opened, and each belongs to its leaf", report.opened_entries)?;
    }
    for entry in opened {
        writeln!(out, "{}", as_line(entry))?;
    }
    out.flush()
}

fn as_line(Opened { header, body }: &Opened) -> String {
    let mut line = format!(
        "{}\t{}\t{}\t{}\t{}/{}\t{}",
        header.index,
        header.at,
        header.action,
        party(body.actor),
        body.object_kind,
        body.object_id,
        ending(header.ending, body.code.as_deref()),
    );
    for (key, detail) in &body.details {
        let value = match detail {
            Detail::Text(text) => text.escape_debug().to_string(),
            Detail::Number(number) => number.to_string(),
            Detail::List(items) => items.iter().map(|item| item.escape_debug().to_string()).collect::<Vec<_>>().join(","),
        };
        line.push_str(&format!("\t{key}={value}"));
    }
    line
}

fn as_json(Opened { header, body }: &Opened) -> Value {
    let details: Map<String, Value> = body
        .details
        .iter()
        .map(|(key, detail)| {
            let value = match detail {
                Detail::Text(text) => json!(text),
                Detail::Number(number) => json!(number),
                Detail::List(items) => json!(items),
            };
            (key.clone(), value)
        })
        .collect();
    json!({
        "index": header.index,
        "at": header.at,
        "action": header.action,
        "actor": party(body.actor),
        "session": body.session.map(|id| uuid::Uuid::from_bytes(id).to_string()),
        "door": body.door,
        "address": body.address,
        "agent": body.agent,
        "object": {"kind": body.object_kind, "id": body.object_id},
        "outcome": ending(header.ending, None),
        "code": body.code,
        "request": uuid::Uuid::from_bytes(body.request).to_string(),
        "details": details,
        "cut": body.cut,
    })
}

fn party(party: Party) -> String {
    match party {
        Party::Person(person) => format!("person/{person}"),
        Party::System => "system".to_owned(),
        Party::Stranger => "stranger".to_owned(),
    }
}

fn ending(ending: Ending, code: Option<&str>) -> String {
    let word = match ending {
        Ending::Success => "success",
        Ending::Refused => "refused",
        Ending::Failed => "failed",
    };
    code.map_or_else(|| word.to_owned(), |code| format!("{word} {code}"))
}
