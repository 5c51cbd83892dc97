//! Sending a message.

use holdfast_base::{ClientId, Error, Result, Timestamp};
use holdfast_store::{LedgerTx, Tx};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Im, Member,
    append::{NewMessage, Turnover},
    idem::{Answered, Attempt},
    limits,
    rows::BodyRow,
    views::{Message, NewBody},
};

/// RFC 2046 4.5.1.
const UNKNOWN_MEDIA: &str = "application/octet-stream";

/// A message to be sent. `cid` makes a retry harmless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewMessage)]
pub struct Draft {
    pub cid: ClientId,
    pub body: NewBody,
}

impl Im {
    /// The same client id with the same content answers the first message, however often.
    pub fn send(&self, tx: &mut LedgerTx<'_>, by: &Member, draft: &Draft) -> Result<Message> {
        draft.body.check()?;
        let at = tx.now();
        self.send_at(tx, by, draft, at)
    }

    pub(crate) fn send_at(&self, tx: &mut LedgerTx<'_>, by: &Member, draft: &Draft, at: Timestamp) -> Result<Message> {
        let (now, _) = by.again(self, tx)?;
        let body = draft.body.row();
        let attempt = Attempt::new(by.person(), draft.cid, "send", &(now.id, &body))?;
        if let Some(Answered { seq, .. }) = attempt.answered(self, tx)? {
            let first = self.content(tx, &now, seq)?.ok_or_else(|| Error::broken("find the message of a client id"))?;
            return Ok(first.view(&self.inner.directory.org(), self.reads_of(now.id, seq, by.person())));
        }
        let new = NewMessage { sender: by.person(), cid: Some(draft.cid), body, at };
        let content = self.append(tx, (*now).clone(), new, Turnover::default())?;
        attempt.remember(self, tx, Answered { conversation: now.id, seq: content.seq })?;
        Ok(content.view(&self.inner.directory.org(), 0))
    }
}

impl NewBody {
    pub fn check(&self) -> Result<()> {
        match self {
            Self::Text { text } => check_text(text),
            Self::File { name, media, .. } => {
                if name.is_empty() {
                    return Err(Error::invalid("body.name", "empty"));
                }
                if name.chars().count() > limits::FILE_NAME_CHARS {
                    return Err(Error::too_long("body.name", limits::FILE_NAME_CHARS as u64));
                }
                if name.contains(['/', '\0']) {
                    return Err(Error::invalid("body.name", "not-a-file-name"));
                }
                if media.as_ref().is_some_and(|media| media.len() > limits::MEDIA_BYTES) {
                    return Err(Error::too_long("body.media", limits::MEDIA_BYTES as u64));
                }
                Ok(())
            }
        }
    }

    fn row(&self) -> BodyRow {
        match self.clone() {
            Self::Text { text } => BodyRow::Text { text },
            Self::File { node, name, size, media } => {
                BodyRow::File { node, name, size, media: media.unwrap_or_else(|| UNKNOWN_MEDIA.to_owned()) }
            }
        }
    }
}

fn check_text(text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::invalid("body.text", "empty"));
    }
    // Bytes first: counting characters of a very long text is work for nothing.
    if text.len() > limits::TEXT_CHARS * 4 || text.chars().count() > limits::TEXT_CHARS {
        return Err(Error::too_long("body.text", limits::TEXT_CHARS as u64));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_names_the_rule_it_breaks() {
        let text = |text: &str| NewBody::Text { text: text.to_owned() }.check();
        assert!(text("你好").is_ok() && text(&"字".repeat(limits::TEXT_CHARS)).is_ok());
        assert!(matches!(text(" \n"), Err(Error::Invalid { field: "body.text", rule }) if rule.code == "empty"));
        let long = text(&"字".repeat(limits::TEXT_CHARS + 1));
        assert!(matches!(long, Err(Error::Invalid { rule, .. }) if rule.code == "too-long" && rule.limit == Some(20_000)));
        let file = |name: &str| NewBody::File { node: Default::default(), name: name.to_owned(), size: 1, media: None }.check();
        assert!(file("report.pdf").is_ok() && file("").is_err() && file("../a").is_err() && file(&"x".repeat(256)).is_err());
    }
}
