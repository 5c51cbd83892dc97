//! Shredding: what was said is gone, what is said next is not, and a copy of the ledger from before says nothing.

use holdfast_base::{Actor, RequestId};
use holdfast_hsm::KeyId;

use super::fixture::Office;
use crate::{limits, views::EventKind};

const CAUSE: u64 = 7;

/// All of it, as the box does it.
fn shred(office: &Office, id: holdfast_base::ConversationId) -> u64 {
    let by = Actor::system(RequestId(office.world.uuid()), office.world.now());
    let upto = office.write(move |im, tx| im.begin_shred(tx, &by, id, CAUSE)).unwrap();
    let (mut next, mut count) = (Some(1), 0);
    while let Some(from) = next {
        let step = office.write(move |im, tx| im.shred_messages(tx, id, from, upto)).unwrap();
        (next, count) = (step.next, count + step.messages);
    }
    count
}

fn retired(office: &Office) -> Vec<KeyId> {
    let all = office.ledger.retired().unwrap();
    assert!(all.iter().all(|(_, cause)| *cause == CAUSE));
    all.into_iter().map(|(key, _)| key).collect()
}

#[test]
fn nothing_said_before_is_left_and_the_conversation_goes_on() {
    let Some(mut office) = Office::open(3) else { return };
    let (id, other) = (office.group(0, &[1]), office.group(0, &[2]));
    let kept = office.say(2, other, "留下");
    let said = limits::SHRED_ROWS + 20;
    for n in 0..said {
        office.say(n % 2, id, &format!("机密{n}"));
    }
    let recalled = office.say(0, id, "撤回的").seq;
    let member = office.member(0, id).unwrap();
    office.write(move |im, tx| im.recall(tx, &member, recalled, None)).unwrap();
    let before = office.im.head();

    // The note that the group was made counts, too; the recalled one has no body any more.
    assert_eq!(shred(&office, id), said as u64 + 1);
    let told = office.page(1, before);
    assert_eq!(told.items.iter().filter(|event| event.kind == EventKind::Recall).count(), said + 1);
    assert!(told.items.iter().all(|event| event.message.as_ref().is_none_or(|message| message.body.is_none())));
    let keys = retired(&office);
    assert_eq!(keys.len(), 1);
    office.vault.rotate(&keys).unwrap();

    let after = office.say(1, id, "之后");
    for again in [false, true] {
        if again {
            office.reopen();
        }
        let look = office.look(0, id);
        assert_eq!((look.title, look.last.map(|last| last.body)), (None, Some(after.body.clone())));
        let member = office.member(0, id).unwrap();
        let tombstone = office.im.message(&member, 2).unwrap();
        assert!(tombstone.body.is_none() && tombstone.shredded && tombstone.recalled);
        assert!(!office.im.message(&member, recalled).unwrap().shredded, "that one was recalled by its sender");
        assert_eq!(office.im.message(&office.member(2, other).unwrap(), kept.seq).unwrap().body, kept.body);
    }
    assert_eq!(shred(&office, id), 1, "only what came since");
}

/// A backup of the ledger with the keyring of today: it opens, and what was shredded since is a tombstone.
#[test]
fn an_older_ledger_under_the_newer_keyring_says_nothing() {
    let Some(mut office) = Office::open(3) else { return };
    let id = office.group(0, &[1]);
    let seq = office.say(0, id, "机密").seq;
    // The keys go, the rows stay as they were.
    let keys = office.im.snapshot(id).unwrap().keys.to_vec();
    office.vault.rotate(&keys).unwrap();
    office.reopen();
    assert_eq!(office.look(0, id).title, None);
    let found = office.im.message(&office.member(0, id).unwrap(), seq).unwrap();
    assert!(found.body.is_none() && found.shredded);
    let mut texts = 0;
    let count = &mut |_| {
        texts += 1;
        Ok(true)
    };
    office.im.for_each_message(&office.ledger.view(), None, count).unwrap();
    assert_eq!(texts, 0);
}
