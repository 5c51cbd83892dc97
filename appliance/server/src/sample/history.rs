//! Conversations and messages, with instants of the past weeks.

use std::time::Duration;

use holdfast_base::{ClientId, ConversationId, Error, PersonId, Result, Timestamp};
use holdfast_im::{
    Draft, NewConversation, SampleData,
    views::{Kind, NewBody},
};

use super::{SampleOptions, chatter, company::Seeded, person, staff::Staff};
use crate::rooms::Rooms;

/// Conversations and messages of the whole company.
const CONVERSATIONS: usize = 200;
const MESSAGES: usize = 20_000;
/// And of the small one.
const SMALL_CONVERSATIONS: usize = 8;
const SMALL_MESSAGES: usize = 160;
/// Messages in one commit.
const BATCH: usize = 400;
/// The history begins this long ago.
const DAYS: u64 = 45;

struct Room {
    id: ConversationId,
    members: Vec<PersonId>,
}

pub(super) fn load(rooms: &Rooms, staff: &Staff, seed: u64, options: &SampleOptions) -> Result<()> {
    let mut chance = Seeded::new(seed ^ 0x1D1A_1061);
    let pieces = match &options.documents {
        Some(folder) => chatter::pieces(&folder.join("text")).map_err(Error::internal("read the sample texts"))?,
        None => Vec::new(),
    };
    let (conversations, messages) = if options.small { (SMALL_CONVERSATIONS, SMALL_MESSAGES) } else { (CONVERSATIONS, MESSAGES) };
    let begin = Timestamp(rooms.world.now().0 - i64::try_from(DAYS * 86_400_000_000).unwrap_or(0));
    let all = (0..conversations).map(|n| create(rooms, staff, &mut chance, n, begin)).collect::<Result<Vec<_>>>()?;
    // A few hours before now, so that "today" has something in it and nothing lies in the future.
    let step = Duration::from_micros(DAYS * 86_400_000_000 / u64::try_from(messages.max(1)).unwrap_or(1));
    let mut at = begin.plus(Duration::from_secs(3600));
    let mut sent = 0;
    while sent < messages {
        let mut batch = Vec::with_capacity(BATCH);
        for _ in 0..BATCH.min(messages - sent) {
            // The first conversations are the busy ones, as in a real company.
            let room = &all[chance.below(all.len()).min(chance.below(all.len()))];
            let sender = *chance.pick(&room.members);
            let draft =
                Draft { cid: ClientId(rooms.world.uuid()), body: NewBody::Text { text: chatter::message(&mut chance, &pieces) } };
            batch.push((room.id, sender, draft, at));
            at = at.plus(step.mul_f64(0.998));
        }
        sent += batch.len();
        send(rooms, batch)?;
    }
    read(rooms, staff, &all)
}

fn create(rooms: &Rooms, staff: &Staff, chance: &mut Seeded, number: usize, at: Timestamp) -> Result<Room> {
    let org = rooms.directory.org();
    let mut members = members(staff, chance, number);
    members.dedup();
    let direct = members.len() == 2;
    let uids = members[1..].iter().map(|&m| org.reference(m).uid).collect();
    let title = (!direct).then(|| title(&org, staff, chance, number));
    let ask = NewConversation {
        cid: Some(ClientId(rooms.world.uuid())),
        kind: if direct { Kind::Direct } else { Kind::Group },
        title,
        members: uids,
    };
    let (im, maker) = (rooms.im.clone(), members[0]);
    let made = rooms.write_ledger(move |tx| im.create_as(tx, &SampleData::i_load_an_invented_history(), maker, &ask, at))?;
    Ok(Room { id: made.conversation, members })
}

/// The cast is in the first conversations; a third of all are direct ones.
fn members(staff: &Staff, chance: &mut Seeded, number: usize) -> Vec<PersonId> {
    let mut members = match number {
        0 => staff.cast.clone(),
        n if n < staff.cast.len() => vec![staff.cast[0], staff.cast[n]],
        n if n < 24 => vec![staff.cast[n % staff.cast.len()]],
        _ => vec![*chance.pick(&staff.people)],
    };
    if number > 0 && number < staff.cast.len() {
        return members;
    }
    let wanted = if number % 3 == 2 { 2 } else { 4 + chance.below(28) };
    while members.len() < wanted.max(2) {
        let next = *chance.pick(&staff.people);
        if !members.contains(&next) {
            members.push(next);
        }
    }
    members
}

fn title(org: &holdfast_directory::Org, staff: &Staff, chance: &mut Seeded, number: usize) -> String {
    const TOPICS: [&str; 16] = [
        "样机联调",
        "周会",
        "交付跟进",
        "质量例会",
        "二期布局",
        "成本评审",
        "客户支持",
        "版本发布",
        "培训",
        "安全检查",
        "供应商对账",
        "Release planning",
        "Incident review",
        "工艺改进",
        "年度预算",
        "羽毛球",
    ];
    if number == 0 {
        return "HC-260 样机联调".to_owned();
    }
    let department = org.department(*chance.pick(&staff.departments)).map(|d| d.name.clone()).unwrap_or_default();
    format!("{department} · {}", chance.pick(&TOPICS))
}

fn send(rooms: &Rooms, batch: Vec<(ConversationId, PersonId, Draft, Timestamp)>) -> Result<()> {
    let im = rooms.im.clone();
    rooms.write_ledger(move |tx| {
        let proof = SampleData::i_load_an_invented_history();
        for (conversation, sender, draft, at) in &batch {
            im.send_as(tx, &proof, *sender, *conversation, draft, *at)?;
        }
        Ok(())
    })
}

/// Everybody has read everything but the newest few; the first of the cast has some unread left.
fn read(rooms: &Rooms, staff: &Staff, all: &[Room]) -> Result<()> {
    for (number, room) in all.iter().enumerate() {
        let (im, id, members, first) = (rooms.im.clone(), room.id, room.members.clone(), staff.cast[0]);
        let now = rooms.world.now();
        let head = im.conversation(&im.member(&person(&rooms.world, members[0]), id)?)?.head_seq;
        rooms.write_ledger(move |tx| {
            let proof = SampleData::i_load_an_invented_history();
            for &member in &members {
                let unread = if member == first && number % 4 == 1 { 3 } else { 0 };
                if head > unread {
                    im.mark_read_as(tx, &proof, member, id, &[[1, head - unread]], now)?;
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}
