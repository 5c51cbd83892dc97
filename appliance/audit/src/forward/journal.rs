//! journald, with a field for each thing, so that `journalctl AUDIT_CLASS=session.open` finds what it names.

use std::io;

use systemd::journal;

use super::{Forwarder, Line};

/// Of every entry of the audit log (`journalctl MESSAGE_ID=...`).
pub const MESSAGE_ID: &str = "6f1d0b7c2a5e4c43a0d9f7f3b8e61c52";

/// journald of this machine. It has no acknowledgement: what it took it has.
#[derive(Debug, Default)]
pub struct Journal;

impl Forwarder for Journal {
    fn name(&self) -> &str {
        "journal"
    }

    fn deliver(&mut self, entries: &[Line], checkpoint: Option<&str>) -> io::Result<u64> {
        for line in entries {
            send(&fields(line))?;
        }
        if let Some(note) = checkpoint {
            let note = note.replace('\n', "\\n");
            send(&[
                format!("MESSAGE=checkpoint {note}"),
                format!("MESSAGE_ID={MESSAGE_ID}"),
                "SYSLOG_IDENTIFIER=holdfast-audit".to_owned(),
                "PRIORITY=6".to_owned(),
                format!("AUDIT_CHECKPOINT={note}"),
            ])?;
        }
        Ok(entries.last().map_or(0, |line| line.index + 1))
    }
}

fn send(fields: &[String]) -> io::Result<()> {
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    journal::send(&fields).map_err(io::Error::other)
}

/// No address: the journal is read by more people than the log is.
pub(super) fn fields(line: &Line) -> Vec<String> {
    let (actor, object) = (line.actor(), line.object());
    let mut fields = vec![
        format!("MESSAGE={} {} {object} by {actor}", line.action, line.result()),
        format!("MESSAGE_ID={MESSAGE_ID}"),
        "SYSLOG_IDENTIFIER=holdfast-audit".to_owned(),
        format!("PRIORITY={}", line.severity()),
        format!("AUDIT_IDX={}", line.index),
        format!("AUDIT_AT={}", line.at),
        format!("AUDIT_CLASS={}", line.action),
        format!("AUDIT_OUTCOME={}", line.result()),
        format!("AUDIT_ACTOR={actor}"),
        format!("AUDIT_OBJECT={object}"),
        format!("AUDIT_DOOR={}", line.door),
        format!("AUDIT_REQUEST={}", line.request),
    ];
    fields.extend(line.code.as_ref().map(|code| format!("AUDIT_CODE={code}")));
    fields
}
