//! Changing one's own password (RFC 3062), where the connector allows it, under the same policy as on the web.

use std::sync::Arc;

use holdfast_base::Error;
use holdfast_directory::{
    me::{self, PasswordChange},
    password::Password,
};

use super::{
    ber::{Malformed, Reader, tag},
    connection::{Bound, Connection, Ended, outcome},
    controls::{Controls, PolicyError, policy},
    dn::Dn,
    message::{AnswerControl, Extra, Outcome, answer, code, write_outcome},
    tree::Claim,
};
use crate::rooms::Rooms;

struct Asked<'a> {
    who: Option<&'a [u8]>,
    old: Option<&'a [u8]>,
    new: Option<&'a [u8]>,
}

impl Connection {
    pub(super) async fn change_password(
        &mut self,
        id: i32,
        rooms: &Arc<Rooms>,
        value: Option<&[u8]>,
        controls: &Controls<'_>,
    ) -> Result<(), Ended> {
        let (outcome, said) = match read(value.unwrap_or_default()) {
            Ok(asked) => self.password_changed(rooms, &asked).await,
            Err(Malformed) => (Outcome::new(code::PROTOCOL_ERROR, "no password modify request"), None),
        };
        let answers: Vec<AnswerControl> = controls.password_policy.then(|| policy(said)).into_iter().collect();
        write_outcome(&mut self.wire.out, id, answer::EXTENDED, &outcome, &Extra::default(), &answers);
        Ok(self.wire.flush().await?)
    }

    async fn password_changed(&mut self, rooms: &Arc<Rooms>, asked: &Asked<'_>) -> (Outcome, Option<PolicyError>) {
        let refused = |code, text, said| (Outcome::new(code, text), Some(said));
        let Bound::Person { id, through, .. } = &self.bound else {
            return refused(code::UNWILLING, "sign in with your own password first", PolicyError::ModificationNotAllowed);
        };
        let id = *id;
        if !through.settings.changes_passwords {
            return refused(code::UNWILLING, "passwords are not changed here", PolicyError::ModificationNotAllowed);
        }
        if asked.who.is_some_and(|who| !is_own(rooms, who, id)) {
            return refused(
                code::INSUFFICIENT_ACCESS,
                "everybody changes the own password only",
                PolicyError::ModificationNotAllowed,
            );
        }
        let Some(old) = asked.old else {
            return refused(code::UNWILLING, "the old password is needed", PolicyError::MustSupplyOldPassword);
        };
        let Some(new) = asked.new else {
            return refused(code::UNWILLING, "passwords are not made up here", PolicyError::ModificationNotAllowed);
        };
        let text = |octets: &[u8]| String::from_utf8(octets.to_vec()).map(Password::new);
        let (Ok(current), Ok(password)) = (text(old), text(new)) else {
            return refused(code::CONSTRAINT_VIOLATION, "a password is text", PolicyError::InsufficientQuality);
        };
        let (actor, rooms) = (self.actor(), rooms.clone());
        let changed = tokio::task::spawn_blocking(move || {
            rooms.audit.ready()?;
            let change = PasswordChange { current, password };
            let committed = me::change_password(&rooms.directory, &actor, &change)
                .inspect_err(|error| me::record_refusal(&rooms.audit, &actor, error))?;
            rooms.audit.settle(&committed.mark)?;
            Ok(rooms.directory.org().person(id).map(|person| person.epoch))
        });
        match changed.await.unwrap_or_else(|_| Err(Error::broken("change a password"))) {
            Ok(now) => {
                // This connection has just proved both passwords: it goes on under the new one.
                if let (Bound::Person { epoch, must_change, .. }, Some(now)) = (&mut self.bound, now) {
                    (*epoch, *must_change) = (now, false);
                }
                (Outcome::success(), None)
            }
            Err(error) => (outcome(&error), said(&error)),
        }
    }
}

fn said(error: &Error) -> Option<PolicyError> {
    match error {
        Error::TooManyAttempts { .. } => Some(PolicyError::AccountLocked),
        Error::Invalid { rule, .. } => Some(match rule.code {
            "too-short" => PolicyError::TooShort,
            "same-as-before" => PolicyError::InHistory,
            _ => PolicyError::InsufficientQuality,
        }),
        _ => None,
    }
}

fn read(value: &[u8]) -> Result<Asked<'_>, Malformed> {
    if value.is_empty() {
        return Ok(Asked { who: None, old: None, new: None });
    }
    let mut outer = Reader::new(value);
    let mut inside = outer.sequence()?;
    let asked = Asked {
        who: inside.optional(tag::context(0))?,
        old: inside.optional(tag::context(1))?,
        new: inside.optional(tag::context(2))?,
    };
    inside.end()?;
    outer.end()?;
    Ok(asked)
}

/// A name, or an authorization id with `dn:` or `u:` before it.
fn is_own(rooms: &Rooms, who: &[u8], id: holdfast_base::PersonId) -> bool {
    let org = rooms.directory.org();
    let Some(me) = org.person(id) else { return false };
    if let Some(uid) = who.strip_prefix(b"u:") {
        return uid.eq_ignore_ascii_case(me.uid.as_bytes());
    }
    let name = who.strip_prefix(b"dn:").unwrap_or(who);
    let claimed = Dn::parse(name).map(|dn| rooms.book.suffix.claim(&dn));
    matches!(claimed, Ok(Claim::Person(uid)) if uid.eq_ignore_ascii_case(&me.uid))
}
