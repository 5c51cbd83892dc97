//! What is kept, for how long, and how: large groups, sweeping, sealed places, an invented past.

use std::time::Duration;

use holdfast_base::{CommitNo, ConversationId, Error, Timestamp};
use holdfast_store::Read;

use super::fixture::Office;
use crate::{
    Draft, NewConversation, SampleData, keys, limits,
    views::{EventKind, Kind, NewBody},
};

#[test]
fn a_large_group_tells_read_marks_only_to_the_reader() {
    let Some(office) = Office::open(limits::READ_EVENT_MEMBERS + 2) else { return };
    let everybody: Vec<usize> = (1..office.people.len()).collect();
    let id = office.group(0, &everybody);
    let seq = office.say(0, id, "全员通知").seq;
    let before = office.im.head();
    office.published.lock().clear();
    office.read(1, id, &[[1, seq]]).unwrap();
    let told: Vec<bool> = office.published.lock().iter().map(|one| one.to.includes(office.people[0])).collect();
    assert_eq!(told, [false]);
    assert_eq!(office.page(1, before).items.iter().map(|event| event.kind).collect::<Vec<_>>(), [EventKind::Read]);
    assert!(office.page(2, before).items.is_empty());
    let readers = office.im.readers(&office.member(2, id).unwrap(), seq).unwrap();
    assert_eq!((readers.read.len(), readers.unread.len()), (1, office.people.len() - 2), "the list is exact all the same");
    a_large_group_is_listed_in_pages(&office, id);
    who_comes_back_begins_anew(&office);
}

fn a_large_group_is_listed_in_pages(office: &Office, id: ConversationId) {
    let member = office.member(1, id).unwrap();
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = office.im.members(&member, after, 40);
        assert!(page.items.len() <= 40);
        listed.extend(page.items.into_iter().map(|one| one.person.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(listed, office.people, "everybody once, in the order of joining");
}

fn who_comes_back_begins_anew(office: &Office) {
    let id = office.group(0, &[1]);
    let member = office.member(1, id).unwrap();
    let mute = crate::SettingsChange { muted: Some(true), pinned: Some(true) };
    office.write(move |im, tx| im.set(tx, &member, mute)).unwrap();
    let (owner, uid) = (office.member(0, id).unwrap(), office.uid(1));
    let (again, uids) = (owner.clone(), vec![uid.clone()]);
    office.write(move |im, tx| im.remove_member(tx, &owner, &uid)).unwrap();
    office.write(move |im, tx| im.add_members(tx, &again, None, &uids)).unwrap();
    assert!(!office.look(1, id).muted && !office.look(1, id).pinned);
}

#[test]
fn old_log_rows_go_and_who_was_away_is_reset() {
    let Some(mut office) = Office::open(3) else { return };
    let id = office.direct(0, 1);
    let old = office.cid();
    office.send(0, id, old, "旧").unwrap();
    office.read(1, id, &[[1, 1]]).unwrap();
    let away = office.im.head();
    assert_eq!(office.im.sweep().unwrap(), 0, "nothing is due yet");
    let month = Duration::from_secs((limits::LOG_DAYS + 1) * 86_400);
    office.world.clock.at_least(office.world.now().plus(month));
    office.say(1, id, "新");
    assert!(office.im.sweep().unwrap() >= 3);
    assert_eq!(office.im.sweep().unwrap(), 0, "sweeping again finds nothing");
    assert!(office.page(0, CommitNo(0)).reset, "who was away too long loads anew");
    let page = office.page(0, away);
    assert!(!page.reset && page.items.len() == 1, "who is only behind catches up: {page:?}");
    assert_eq!(office.look(0, id).head_seq, 2, "messages stay");
    office.reopen();
    assert!(office.page(0, CommitNo(0)).reset && office.page(0, away).items.len() == 1);
    assert_eq!(office.send(0, id, old, "旧").unwrap().seq, 3, "client ids are forgotten after two weeks at most");
}

#[test]
fn a_sealed_body_opens_only_where_it_was_written() {
    let Some(office) = Office::open(3) else { return };
    let id = office.direct(0, 1);
    let (one, other) = (office.say(0, id, "甲").seq, office.say(0, id, "乙").seq);
    office
        .write(move |im, tx| {
            let key = im.inner.key.clone();
            let row = tx.get(keys::MESSAGE, &keys::message(id, one), &key)?.ok_or(Error::NotFound)?;
            assert!(!row.windows(3).any(|bytes| bytes == "甲".as_bytes()), "a body lies sealed inside its row");
            tx.put(keys::MESSAGE, &keys::message(id, other), &row, &key)
        })
        .unwrap();
    let member = office.member(1, id).unwrap();
    assert!(office.im.message(&member, one).is_ok());
    assert!(matches!(office.im.message(&member, other), Err(Error::Internal { .. })), "moved, so it does not open");
}

#[test]
fn an_invented_past_bears_its_own_instants() {
    let Some(office) = Office::open(3) else { return };
    let ask = NewConversation { cid: None, kind: Kind::Group, title: None, members: vec![office.uid(1), office.uid(2)] };
    let (by, other, then) = (office.people[0], office.people[1], Timestamp(1_700_000_000_000_000));
    let proof = SampleData::i_load_an_invented_history;
    let id = office.write(move |im, tx| im.create_as(tx, &proof(), by, &ask, then)).unwrap().conversation;
    let drafts: Vec<Draft> =
        (0..20).map(|n| Draft { cid: office.cid(), body: NewBody::Text { text: format!("第 {n} 条") } }).collect();
    office
        .write(move |im, tx| {
            for (n, draft) in (1..).zip(&drafts) {
                im.send_as(tx, &proof(), other, id, draft, then.plus(Duration::from_secs(n)))?;
            }
            im.mark_read_as(tx, &proof(), by, id, &[[1, 15]], then.plus(Duration::from_secs(60)))
        })
        .unwrap();
    let seen = office.look(0, id);
    assert_eq!((seen.head_seq, seen.unread), (21, 6));
    let last = seen.last.unwrap();
    assert_eq!((last.seq, last.at), (21, then.plus(Duration::from_secs(20))));
    let readers = office.im.readers(&office.member(2, id).unwrap(), 10).unwrap();
    assert_eq!(readers.read[0].at, then.plus(Duration::from_secs(60)));
    // Many events of one commit stay together on one page.
    let page = office.im.sync(&office.actor(2), CommitNo(0), 3).unwrap();
    assert_eq!((page.items.len(), page.more), (22, false), "a commit is never split");
}
