//! Loading an invented history with instants of the past, for the demo company. No door leads here.

use holdfast_base::{Actor, ConversationId, Door, PersonId, RequestId, Result, Source, Timestamp, Who};
use holdfast_store::LedgerTx;

use crate::{Created, Draft, Im, NewConversation, views::Message};

/// Proof that the caller is the loader of sample data. Nothing that answers a request may make one.
pub struct SampleData(());

impl SampleData {
    /// Says what the caller is about to do; grep for it.
    pub fn i_load_an_invented_history() -> Self {
        Self(())
    }

    fn actor(&self, person: PersonId, request: RequestId, at: Timestamp) -> Actor {
        let source = Source { door: Door::Internal, address: None, agent: String::new() };
        Actor { who: Who::Person(person), session: None, source, request, now: at }
    }
}

impl Im {
    /// As [`Im::create`], as if `person` had done it at `at`.
    pub fn create_as(
        &self,
        tx: &mut LedgerTx<'_>,
        proof: &SampleData,
        person: PersonId,
        ask: &NewConversation,
        at: Timestamp,
    ) -> Result<Created> {
        let actor = proof.actor(person, self.new_request(), at);
        self.create_at(tx, &actor, ask, at)
    }

    /// As [`Im::send`], as if `person` had done it at `at`. The conversation must be durable already.
    pub fn send_as(
        &self,
        tx: &mut LedgerTx<'_>,
        proof: &SampleData,
        person: PersonId,
        conversation: ConversationId,
        draft: &Draft,
        at: Timestamp,
    ) -> Result<Message> {
        draft.body.check()?;
        let member = self.member(&proof.actor(person, self.new_request(), at), conversation)?;
        self.send_at(tx, &member, draft, at)
    }

    /// As [`Im::mark_read`], as if `person` had done it at `at`.
    pub fn mark_read_as(
        &self,
        tx: &mut LedgerTx<'_>,
        proof: &SampleData,
        person: PersonId,
        conversation: ConversationId,
        ranges: &[[u64; 2]],
        at: Timestamp,
    ) -> Result<()> {
        let member = self.member(&proof.actor(person, self.new_request(), at), conversation)?;
        self.mark_read_at(tx, &member, ranges, at)
    }

    fn new_request(&self) -> RequestId {
        RequestId(self.inner.world.uuid())
    }
}
