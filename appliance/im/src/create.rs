//! Beginning a conversation. A pair of people has one direct conversation, whoever begins it and however often.

use std::{collections::BTreeSet, sync::Arc};

use holdfast_audit::{Event as AuditEvent, Object, record};
use holdfast_base::{Actor, ClientId, CommitNo, ConversationId, Error, PersonId, Result, Timestamp};
use holdfast_directory::{Org, PersonState, Sight};
use holdfast_hsm::KeyId;
use holdfast_store::{LedgerTx, Read, Slice, Tx};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Im,
    append::{NewMessage, Turnover},
    content::title_place,
    found::Verb,
    idem::{Answered, Attempt},
    keys,
    lane::Step,
    limits,
    published::{Audience, Recipients},
    rows::{BodyRow, ConversationRow, DirectRow, EventWord, Logged, MemberRow, Row, TitleRow, Window},
    state::{Members, Snapshot},
    views::{Event, EventKind, Kind},
};

/// A conversation to be made. `members` are uids; the maker is always in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConversation {
    #[serde(default)]
    pub cid: Option<ClientId>,
    pub kind: Kind,
    /// Groups only.
    #[serde(default)]
    pub title: Option<String>,
    /// Exactly one other person for a direct conversation, at least one for a group.
    pub members: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Created {
    pub conversation: ConversationId,
    /// False when it was there already.
    pub fresh: bool,
}

impl Im {
    pub fn create(&self, tx: &mut LedgerTx<'_>, by: &Actor, ask: &NewConversation) -> Result<Created> {
        let at = tx.now();
        self.create_at(tx, by, ask, at)
    }

    pub(crate) fn create_at(&self, tx: &mut LedgerTx<'_>, by: &Actor, ask: &NewConversation, at: Timestamp) -> Result<Created> {
        let org = self.inner.directory.org();
        let maker = org.active(by)?.id;
        let others: BTreeSet<PersonId> =
            resolve(&org, &ask.members, "members")?.into_iter().filter(|&person| person != maker).collect();
        self.refuse_the_unseen(tx, &Sight::of(&org, maker), maker, ask.kind, &others)?;
        let plan = Plan::check(maker, ask, others)?;
        let attempt = ask.cid.map(|cid| Attempt::new(maker, cid, "create", &plan.fingerprint())).transpose()?;
        let earlier = match &attempt {
            Some(attempt) => attempt.answered(self, tx)?.map(|answer| answer.conversation),
            None => None,
        };
        let earlier = match (earlier, plan.direct) {
            (None, Some(peer)) => self.direct(tx, maker, peer)?,
            (earlier, _) => earlier,
        };
        if let Some(conversation) = earlier {
            return Ok(Created { conversation, fresh: false });
        }
        plan.refuse_the_absent(&org)?;
        let conversation = self.make(tx, by, &plan, at)?;
        if let Some(attempt) = attempt {
            attempt.remember(self, tx, Answered { conversation, seq: 0 })?;
        }
        Ok(Created { conversation, fresh: true })
    }

    /// Whom the maker does not see is unknown to them, but for the other one of a direct conversation that there is already.
    fn refuse_the_unseen(
        &self,
        tx: &LedgerTx<'_>,
        sight: &Sight,
        maker: PersonId,
        kind: Kind,
        others: &BTreeSet<PersonId>,
    ) -> Result<()> {
        for &other in others.iter().filter(|other| !sight.sees(**other)) {
            let known = kind == Kind::Direct && others.len() == 1 && self.direct(tx, maker, other)?.is_some();
            if !known {
                return Err(unknown("members"));
            }
        }
        Ok(())
    }

    fn direct(&self, tx: &LedgerTx<'_>, one: PersonId, other: PersonId) -> Result<Option<ConversationId>> {
        let found = tx.get(keys::DIRECT, &keys::direct(one, other), &self.inner.key)?;
        found.map(|bytes| Ok(DirectRow::decode(&bytes)?.conversation)).transpose()
    }

    fn make(&self, tx: &mut LedgerTx<'_>, by: &Actor, plan: &Plan, at: Timestamp) -> Result<ConversationId> {
        let id = ConversationId(tx.next_id(keys::CONVERSATION_COUNTER)?);
        let everybody = plan.everybody();
        let now = plan.begin(id, tx.g().0, at, self.new_data_key()?.id());
        self.put_conversation(tx, &now)?;
        for (person, row) in now.members.ever() {
            tx.put(keys::MEMBER, &keys::member(id, person), &row.encode()?, &self.inner.key)?;
        }
        let ids = everybody.iter().map(ToString::to_string).collect();
        record(tx, AuditEvent::new(by, "conversation.create", Object::new("conversation", id)).list("members", ids));
        match plan.direct {
            Some(peer) => {
                let row = DirectRow { conversation: id }.encode()?;
                tx.put(keys::DIRECT, &keys::direct(plan.maker, peer), &row, &self.inner.key)?;
                self.begin_direct(tx, now, everybody)?;
            }
            None => {
                let new = NewMessage { sender: plan.maker, cid: None, body: plan.created(), at };
                self.append(tx, now, new, Turnover { joined: everybody, left: Vec::new() })?;
            }
        }
        Ok(id)
    }

    fn begin_direct(&self, tx: &mut LedgerTx<'_>, mut now: Snapshot, joined: Vec<PersonId>) -> Result<()> {
        self.log(tx, &mut now, Logged::Conversation { seq: None })?;
        tx.change(Slice::Im, now.id.0, 0, Verb::Conversation as u8);
        let (id, members) = (now.id, now.members.clone());
        self.stage(tx, Step::Conversation { now: Arc::new(now), joined, left: Vec::new() });
        let event = Event::new(CommitNo(tx.g().0), EventKind::Conversation, id, tx.now());
        self.publish(tx, Recipients::Members(Audience { members, seq: None }), event);
        Ok(())
    }

    /// The conversation's row, its title sealed under its newest data key.
    pub(crate) fn put_conversation(&self, tx: &mut LedgerTx<'_>, now: &Snapshot) -> Result<()> {
        let title = match &now.title {
            Some(title) => {
                let key = crate::content::data_key_of(now, now.title_key)?;
                let sealed = self.data_key(key)?.seal(&title_place(now.id, now.title_g), title.as_bytes())?;
                Some(TitleRow { g: now.title_g, key: now.title_key, sealed })
            }
            None => None,
        };
        let row = ConversationRow {
            kind: now.kind,
            title,
            owner: now.owner,
            keys: now.keys.to_vec(),
            created_at: now.created_at,
            created_by: now.created_by,
            created_g: now.created_g,
        };
        tx.put(keys::CONVERSATION, &keys::conversation(now.id), &row.encode()?, &self.inner.key)
    }
}

/// What is to be made, checked.
struct Plan {
    maker: PersonId,
    kind: Kind,
    title: Option<String>,
    others: Vec<PersonId>,
    direct: Option<PersonId>,
}

impl Plan {
    fn check(maker: PersonId, ask: &NewConversation, others: BTreeSet<PersonId>) -> Result<Self> {
        let title = ask.title.as_deref().map(check_title).transpose()?.flatten();
        let others: Vec<PersonId> = others.into_iter().collect();
        let direct = match (ask.kind, others.as_slice()) {
            (_, []) => return Err(Error::invalid("members", "needs-somebody-else")),
            (Kind::Direct, _) if title.is_some() => return Err(Error::invalid("title", "not-for-direct")),
            (Kind::Direct, &[peer]) => Some(peer),
            (Kind::Direct, _) => return Err(Error::invalid("members", "needs-exactly-one")),
            (Kind::Group, people) if people.len() >= limits::GROUP_MEMBERS => {
                return Err(Error::too_long("members", limits::GROUP_MEMBERS as u64));
            }
            (Kind::Group, _) => None,
        };
        Ok(Self { maker, kind: ask.kind, title, others, direct })
    }

    fn fingerprint(&self) -> (Kind, &Option<String>, &[PersonId]) {
        (self.kind, &self.title, &self.others)
    }

    fn everybody(&self) -> Vec<PersonId> {
        std::iter::once(self.maker).chain(self.others.iter().copied()).collect()
    }

    /// The conversation before its first message. A group's first message tells that it was made, and everybody joined
    /// with it; a direct conversation begins empty.
    fn begin(&self, id: ConversationId, g: u64, at: Timestamp, key: KeyId) -> Snapshot {
        let window = Window { joined_seq: u64::from(self.direct.is_none()), joined_g: g, joined_at: at, left: None };
        let mut members = Members::default();
        for person in self.everybody() {
            members.put(person, MemberRow { windows: vec![window] });
        }
        Snapshot {
            id,
            kind: self.kind,
            title: self.title.as_deref().map(Arc::from),
            title_g: g,
            title_key: 0,
            owner: self.direct.is_none().then_some(self.maker),
            keys: Arc::new([key]),
            created_at: at,
            created_by: self.maker,
            created_g: g,
            head_seq: 0,
            active_g: g,
            last_g: 0,
            last_n: 0,
            members: Arc::new(members),
            last: Arc::default(),
        }
    }

    fn created(&self) -> BodyRow {
        BodyRow::Event {
            event: EventWord::Created,
            people: self.others.iter().copied().take(limits::EVENT_PEOPLE).collect(),
            count: u32::try_from(self.others.len()).unwrap_or(u32::MAX),
            title: self.title.clone(),
        }
    }

    fn refuse_the_absent(&self, org: &Org) -> Result<()> {
        check_reachable(org, &self.others)
    }
}

/// People by uid; one unknown name refuses all.
pub(crate) fn resolve(org: &Org, uids: &[String], field: &'static str) -> Result<BTreeSet<PersonId>> {
    if uids.len() > limits::GROUP_MEMBERS {
        return Err(Error::too_long(field, limits::GROUP_MEMBERS as u64));
    }
    let one = |uid: &String| org.by_uid(uid).map(|person| person.id).ok_or(unknown(field));
    uids.iter().map(one).collect()
}

/// The same for who is not there and for who is not seen.
pub(crate) fn unknown(field: &'static str) -> Error {
    Error::invalid(field, "unknown-person")
}

/// Who is frozen or gone cannot be brought in.
pub(crate) fn check_reachable(org: &Org, people: &[PersonId]) -> Result<()> {
    let reachable = |person: &PersonId| {
        org.person(*person).is_some_and(|person| matches!(person.state, PersonState::Active | PersonState::Invited))
    };
    if people.iter().all(reachable) { Ok(()) } else { Err(Error::invalid("members", "not-active")) }
}

/// Trimmed; an empty title is none.
pub(crate) fn check_title(title: &str) -> Result<Option<String>> {
    let title = title.trim();
    if title.chars().count() > limits::TITLE_CHARS {
        return Err(Error::too_long("title", limits::TITLE_CHARS as u64));
    }
    // What turns the reading direction would let one title pass as another.
    if title.chars().any(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')) {
        return Err(Error::invalid("title", "control-character"));
    }
    Ok((!title.is_empty()).then(|| title.to_owned()))
}
