//! New data keys while people write: everything reads as before, and the old keys open nothing.

use holdfast_base::ConversationId;

use super::fixture::Office;
use crate::limits;

/// All of it, as the box does it; somebody writes between the steps.
fn renew(office: &Office, id: ConversationId) -> u64 {
    office.write(move |im, tx| im.begin_renewal(tx, id)).unwrap();
    let (mut next, mut count) = (Some(1), 0);
    while let Some(from) = next {
        office.say(1, id, &format!("during {from}"));
        let step = office.write(move |im, tx| im.renew_messages(tx, id, from)).unwrap();
        (next, count) = (step.next, count + step.messages);
    }
    count
}

fn bodies(office: &Office, id: ConversationId, upto: u64) -> Vec<String> {
    let member = office.member(0, id).unwrap();
    (1..=upto).map(|seq| format!("{:?}", office.im.message(&member, seq).unwrap().body)).collect()
}

#[test]
fn everything_reads_as_before_and_the_old_keys_are_given_up() {
    let Some(mut office) = Office::open(2) else { return };
    let id = office.group(0, &[1]);
    let said = limits::RENEW_ROWS + 20;
    for n in 0..said {
        office.say(n % 2, id, &format!("机密{n}"));
    }
    let recalled = office.say(0, id, "撤回的").seq;
    let member = office.member(0, id).unwrap();
    office.write(move |im, tx| im.recall(tx, &member, recalled, None)).unwrap();
    let (title, before) = (office.look(0, id).title, bodies(&office, id, recalled));
    let head = office.im.head();

    // The note that the group was made, what was said, and what the recall hid; what is said meanwhile has the new key.
    assert_eq!(renew(&office, id), said as u64 + 2);
    let told = office.page(1, head);
    assert!(told.items.iter().all(|event| event.message.is_some()), "nobody hears of it but of what was said meanwhile");
    let retired: Vec<_> = office
        .ledger
        .retired()
        .unwrap()
        .into_iter()
        .map(|(key, cause)| {
            assert_eq!(cause, 0);
            key
        })
        .collect();
    assert_eq!(retired.len(), 1);
    office.vault.rotate(&retired).unwrap();
    office.ledger.forget_retired(&retired).unwrap();

    for again in [false, true] {
        if again {
            office.reopen();
        }
        assert_eq!(bodies(&office, id, recalled), before);
        assert_eq!(office.look(0, id).title, title);
    }
    // And once more: what was under the second key goes to a third; the first is not asked for.
    renew(&office, id);
    assert_eq!(office.ledger.retired().unwrap().len(), 1);
    assert_eq!(bodies(&office, id, recalled), before);
}
