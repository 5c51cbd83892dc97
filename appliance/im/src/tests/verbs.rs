use holdfast_base::{CommitNo, ConversationId, Error};

use super::fixture::Office;
use crate::{
    Direction, Draft, MessageRange, NewConversation, SettingsChange, limits,
    views::{Body, EventKind, EventWord, Kind, Message, NewBody, OwnChange},
};

fn texts(messages: &[Message]) -> Vec<String> {
    let text = |message: &Message| match &message.body {
        Some(Body::Text { text }) => text.clone(),
        Some(Body::Event { event, .. }) => format!("{event:?}"),
        Some(Body::File { name, .. }) => name.clone(),
        None => "recalled".to_owned(),
    };
    messages.iter().map(text).collect()
}

fn newest(office: &Office, person: usize, at: ConversationId) -> Vec<Message> {
    let range = MessageRange { direction: Direction::Newest, limit: 200 };
    office.im.page(&office.member(person, at).unwrap(), range).unwrap().items
}

#[test]
fn one_office_day() {
    let Some(office) = Office::open(5) else { return };
    a_pair_has_one_direct_conversation(&office);
    a_retry_changes_nothing(&office);
    bad_input_names_its_rule(&office);
    joining_and_leaving_bound_what_is_seen(&office);
    the_owner_renames_and_hands_over(&office);
    unread_and_readers_are_exact(&office);
    a_recall_leaves_a_tombstone(&office);
    settings_are_ones_own(&office);
    pages_go_both_ways(&office);
    the_list_pages_by_activity(&office);
    cursors_out_of_range_are_reset(&office);
    concurrent_sends_are_dense(&office);
    search_gets_originals(&office);
}

fn a_pair_has_one_direct_conversation(office: &Office) {
    let id = office.direct(0, 1);
    assert_eq!(office.direct(1, 0), id);
    assert_ne!(office.direct(0, 2), id);
    assert!(matches!(office.member(2, id), Err(Error::NotFound)), "a stranger learns nothing");
    assert!(matches!(office.member(2, ConversationId(9_999)), Err(Error::NotFound)));
    let seen = office.look(1, id);
    assert_eq!((seen.head_seq, seen.unread, seen.members, seen.peer.unwrap().uid.as_str()), (0, 0, 2, "lin"));
    assert_eq!(office.say(0, id, "你好").seq, 1, "numbers begin with one");
    assert_eq!(office.look(1, id).unread, 1);
    assert_eq!(office.look(0, id).unread, 0, "one's own is never unread");
}

fn a_retry_changes_nothing(office: &Office) {
    let (id, cid) = (office.direct(0, 1), office.cid());
    let first = office.send(0, id, cid, "一次").unwrap();
    let again = office.send(0, id, cid, "一次").unwrap();
    assert_eq!(first, again);
    assert!(matches!(office.send(0, id, cid, "两次"), Err(Error::Conflict { what: "client-id-used" })));
    assert_eq!(office.look(0, id).head_seq, first.seq);
    assert_eq!(office.send(1, id, cid, "两次").unwrap().seq, first.seq + 1, "another person's id is another id");
    let ask = |title: &str| NewConversation {
        cid: Some(cid),
        kind: Kind::Group,
        title: Some(title.to_owned()),
        members: vec!["wang".to_owned()],
    };
    let actor = office.actor(2);
    let (one, two) = (ask("甲"), ask("乙"));
    let (by, one_again) = (actor.clone(), one.clone());
    let made = office.write(move |im, tx| im.create(tx, &by, &one)).unwrap();
    let by = actor.clone();
    let same = office.write(move |im, tx| im.create(tx, &by, &one_again)).unwrap();
    assert!(made.fresh && !same.fresh && made.conversation == same.conversation);
    assert!(matches!(office.write(move |im, tx| im.create(tx, &actor, &two)), Err(Error::Conflict { .. })));
}

fn bad_input_names_its_rule(office: &Office) {
    let ask = |kind, title: Option<&str>, members: &[&str]| {
        let members = members.iter().map(|&uid| uid.to_owned()).collect();
        let ask = NewConversation { cid: None, kind, title: title.map(str::to_owned), members };
        let actor = office.actor(0);
        office.write(move |im, tx| im.create(tx, &actor, &ask)).map(drop)
    };
    let rule = |answer: Result<(), Error>| match answer {
        Err(Error::Invalid { field, rule }) => (field, rule.code),
        other => panic!("{other:?}"),
    };
    assert_eq!(rule(ask(Kind::Direct, None, &["lin"])), ("members", "needs-somebody-else"));
    assert_eq!(rule(ask(Kind::Direct, None, &["wang", "chen"])), ("members", "needs-exactly-one"));
    assert_eq!(rule(ask(Kind::Direct, Some("名"), &["wang"])), ("title", "not-for-direct"));
    assert_eq!(rule(ask(Kind::Group, None, &["nobody"])), ("members", "unknown-person"));
    assert_eq!(rule(ask(Kind::Group, Some(&"长".repeat(limits::TITLE_CHARS + 1)), &["wang"])), ("title", "too-long"));
    let id = office.direct(0, 1);
    let head = office.look(0, id).head_seq;
    for ranges in [[[0, 1]], [[3, 2]], [[1, head + 1]]] {
        assert!(matches!(office.read(0, id, &ranges), Err(Error::Invalid { field: "ranges", .. })), "{ranges:?}");
    }
    let member = office.member(0, id).unwrap();
    let uids = vec!["chen".to_owned()];
    let add = office.write(move |im, tx| im.add_members(tx, &member, None, &uids));
    assert!(matches!(add, Err(Error::Conflict { what: "direct-conversation" })));
    assert_eq!(office.look(0, id).head_seq, head, "what was refused left nothing");
}

fn joining_and_leaving_bound_what_is_seen(office: &Office) {
    let id = office.group(0, &[1]);
    office.say(0, id, "before");
    let add = |by: usize, who: usize| {
        let (member, uids) = (office.member(by, id).unwrap(), vec![office.uid(who)]);
        office.write(move |im, tx| im.add_members(tx, &member, None, &uids))
    };
    let remove = |by: usize, who: usize| {
        let (member, uid) = (office.member(by, id).unwrap(), office.uid(who));
        office.write(move |im, tx| im.remove_member(tx, &member, &uid))
    };
    add(1, 2).unwrap();
    add(1, 2).unwrap();
    office.say(0, id, "after");
    assert_eq!(texts(&newest(office, 2, id)), ["Joined", "after"]);
    assert_eq!(office.look(2, id).unread, 1);
    assert_eq!(texts(&newest(office, 1, id)), ["Created", "before", "Joined", "after"], "adding twice is adding once");
    assert!(matches!(office.im.message(&office.member(2, id).unwrap(), 2), Err(Error::NotFound)));
    assert!(!office.im.visible(office.people[2], id, 2) && office.im.visible(office.people[2], id, 4));
    assert!(matches!(remove(1, 2), Err(Error::Forbidden)), "only the owner removes others");
    remove(0, 2).unwrap();
    assert!(matches!(office.member(2, id), Err(Error::NotFound)));
    assert!(!office.im.containers_of(office.people[2]).contains(&id) && !office.im.visible(office.people[2], id, 4));
    let page = office.im.sync(&office.actor(2), CommitNo(0), 500).unwrap();
    let own = page.items.iter().filter(|event| event.conversation == id).collect::<Vec<_>>();
    assert!(matches!(own[..], [one] if one.kind == EventKind::Own && one.own == Some(OwnChange::Left)), "{own:?}");
    office.say(0, id, "gone");
    add(0, 2).unwrap();
    assert_eq!(texts(&newest(office, 2, id)), ["Joined"], "what was said meanwhile stays unseen");
}

fn the_owner_renames_and_hands_over(office: &Office) {
    let id = office.group(0, &[1, 2]);
    assert!(matches!(office.member(1, id).unwrap().owner(), Err(Error::Forbidden)));
    let owner = office.member(0, id).unwrap().owner().unwrap();
    let stale = owner.clone();
    office.write(move |im, tx| im.rename(tx, &owner, " 新名 ")).unwrap();
    let seen = office.look(2, id);
    assert_eq!(seen.title.as_deref(), Some("新名"));
    assert!(matches!(seen.last.unwrap().body, Some(Body::Event { event: EventWord::Renamed, .. })));
    let (member, uid) = (office.member(0, id).unwrap(), office.uid(0));
    office.write(move |im, tx| im.remove_member(tx, &member, &uid)).unwrap();
    assert_eq!(office.look(1, id).owner.unwrap().uid, "wang");
    let late = office.write(move |im, tx| im.rename(tx, &stale, "x"));
    assert!(matches!(late, Err(Error::NotFound)), "a proof is checked again on the lane");
    let seq = office.look(1, id).head_seq;
    let last = newest(office, 1, id).pop().unwrap();
    assert!(matches!(last.body, Some(Body::Event { event: EventWord::Left, .. })) && last.seq == seq);
}

fn unread_and_readers_are_exact(office: &Office) {
    let id = office.group(0, &[1, 2, 3]);
    let seqs: Vec<u64> = (0..6).map(|n| office.say(0, id, &format!("{n}")).seq).collect();
    office.say(1, id, "mine");
    office.read(1, id, &[[seqs[1], seqs[2]], [seqs[4], seqs[4]]]).unwrap();
    office.read(1, id, &[[seqs[1], seqs[1]]]).unwrap();
    let seen = office.look(1, id);
    assert_eq!((seen.unread, seen.read.as_slice()), (3, &[[seqs[1], seqs[2]], [seqs[4], seqs[4]]][..]));
    office.read(2, id, &[[1, seqs[1]]]).unwrap();
    let readers = office.im.readers(&office.member(3, id).unwrap(), seqs[1]).unwrap();
    let read: Vec<&str> = readers.read.iter().map(|reader| reader.person.uid.as_str()).collect();
    let unread: Vec<&str> = readers.unread.iter().map(|reader| reader.person.uid.as_str()).collect();
    assert_eq!((read, unread), (vec!["wang", "chen"], vec!["p3"]), "the sender stands in neither");
    assert!(readers.read[0].at < readers.read[1].at);
    assert_eq!(newest(office, 0, id).iter().map(|message| message.reads).collect::<Vec<_>>(), [1, 1, 2, 1, 0, 1, 0, 0]);
}

fn a_recall_leaves_a_tombstone(office: &Office) {
    let id = office.direct(0, 1);
    let sent = office.say(0, id, "秘密");
    let recall = |person: usize, seq: u64| {
        let member = office.member(person, id).unwrap();
        office.write(move |im, tx| im.recall(tx, &member, seq, None))
    };
    assert!(matches!(recall(1, sent.seq), Err(Error::Forbidden)));
    assert!(matches!(recall(0, sent.seq + 1), Err(Error::NotFound)));
    let tombstone = recall(0, sent.seq).unwrap();
    assert!(tombstone.recalled && tombstone.body.is_none() && tombstone.seq == sent.seq);
    assert_eq!(recall(0, sent.seq).unwrap(), tombstone);
    assert_eq!(office.look(1, id).last.unwrap(), tombstone);
    assert!(office.im.message_text(&office.ledger.view(), id, sent.seq).unwrap().is_none());
    let group = office.group(0, &[1]);
    let member = office.member(0, group).unwrap();
    let event = office.write(move |im, tx| im.recall(tx, &member, 1, None));
    assert!(matches!(event, Err(Error::Conflict { what: "not-recallable" })));
}

fn settings_are_ones_own(office: &Office) {
    let id = office.direct(0, 1);
    let member = office.member(0, id).unwrap();
    let change = SettingsChange { muted: Some(true), pinned: None };
    office.write(move |im, tx| im.set(tx, &member, change)).unwrap();
    assert!(office.look(0, id).muted && !office.look(0, id).pinned && !office.look(1, id).muted);
    let mine = office.im.sync(&office.actor(0), CommitNo(0), 500).unwrap().items;
    let set = |event: &crate::views::Event| event.own == Some(OwnChange::Settings { muted: true, pinned: false });
    assert!(mine.iter().any(set));
    assert!(!office.im.sync(&office.actor(1), CommitNo(0), 500).unwrap().items.iter().any(set));
}

fn pages_go_both_ways(office: &Office) {
    let id = office.group(0, &[1]);
    for n in 2..=10 {
        office.say(0, id, &n.to_string());
    }
    let member = office.member(1, id).unwrap();
    let page = |direction, limit| {
        let page = office.im.page(&member, MessageRange { direction, limit }).unwrap();
        (page.items.iter().map(|message| message.seq).collect::<Vec<_>>(), page.more)
    };
    assert_eq!(page(Direction::Newest, 3), (vec![8, 9, 10], true));
    assert_eq!(page(Direction::Before(8), 7), (vec![1, 2, 3, 4, 5, 6, 7], false));
    assert_eq!(page(Direction::Before(1), 7), (vec![], false));
    assert_eq!(page(Direction::After(0), 4), (vec![1, 2, 3, 4], true));
    assert_eq!(page(Direction::After(7), 200), (vec![8, 9, 10], false));
    assert_eq!(page(Direction::After(u64::MAX), 1), (vec![], false));
    assert_eq!(page(Direction::Before(u64::MAX), 1), (vec![10], true));
}

fn the_list_pages_by_activity(office: &Office) {
    let actor = office.actor(1);
    let all = office.im.conversations(&actor, None, 200).unwrap();
    assert!(all.next.is_none() && all.items.len() > 4);
    let mut paged = Vec::new();
    let mut after = None;
    loop {
        let page = office.im.conversations(&actor, after, 2).unwrap();
        paged.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(paged, all.items);
    let quiet = office.direct(0, 1);
    office.say(0, quiet, "nudge");
    assert_eq!(office.im.conversations(&actor, None, 1).unwrap().items[0].id, quiet);
}

fn cursors_out_of_range_are_reset(office: &Office) {
    let actor = office.actor(0);
    let head = office.im.head();
    let page = office.im.sync(&actor, CommitNo(head.0 + 1_000_000), 10).unwrap();
    assert!(page.reset && page.next == head, "a cursor of the future comes from before a restore");
    let page = office.im.sync(&actor, head, 10).unwrap();
    assert!(!page.reset && page.items.is_empty() && page.next == head && !page.more);
}

/// Many transactions in few batches: what is staged must be seen by the next one, and what fails must vanish.
fn concurrent_sends_are_dense(office: &Office) {
    let id = office.group(0, &[1, 2]);
    let base = office.look(0, id).head_seq;
    let (done, answers) = std::sync::mpsc::channel();
    for n in 0..300 {
        let (im, member, done) = (office.im.clone(), office.member(n % 3, id).unwrap(), done.clone());
        let draft = Draft { cid: office.cid(), body: NewBody::Text { text: format!("{n}") } };
        let fails = n % 7 == 3;
        office.ledger.submit(
            move |tx| {
                let message = im.send(tx, &member, &draft)?;
                if fails { Err(Error::conflict("changed my mind")) } else { Ok(message.seq) }
            },
            move |sent| done.send(sent.map(|sent| sent.value).ok()).unwrap(),
        );
    }
    drop(done);
    let seqs: Vec<u64> = answers.iter().flatten().collect();
    let want: Vec<u64> = (base + 1..=base + seqs.len() as u64).collect();
    assert_eq!(seqs, want, "no gap, in commit order");
    assert_eq!(office.look(0, id).head_seq, base + seqs.len() as u64);
    assert_eq!(newest(office, 1, id).last().unwrap().seq, base + seqs.len() as u64);
}

fn search_gets_originals(office: &Office) {
    let id = office.group(0, &[1]);
    let sent = office.say(0, id, "年度预算");
    let view = office.ledger.view();
    let found = office.im.message_text(&view, id, sent.seq).unwrap().unwrap();
    assert_eq!((found.text.as_str(), found.seq, found.sender), ("年度预算", sent.seq, office.people[0]));
    let mut all = Vec::new();
    office
        .im
        .for_each_message(&view, Some((id, 0)), &mut |found| {
            all.push(found);
            Ok(true)
        })
        .unwrap();
    assert_eq!(all, [found]);
    assert_eq!(office.im.title(id).as_deref(), Some("群"));
}
