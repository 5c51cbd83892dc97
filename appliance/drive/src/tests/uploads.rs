use std::time::Duration;

use holdfast_base::Error;
use ring::digest;

use super::fixture::{Office, noise};
use crate::{Expect, Name, NewUpload, OnConflict, limits};

fn begin(office: &Office, parent: holdfast_base::NodeId, name: &str, size: usize) -> u64 {
    let (actor, cid) = (office.actor(0), office.cid());
    let new = NewUpload {
        cid: Some(cid),
        name: Name::new(name).unwrap(),
        size: size as u64,
        media: None,
        changed_at: None,
        on_conflict: OnConflict::Version,
    };
    let again = new.clone();
    let make = |new: NewUpload| {
        let actor = actor.clone();
        office.write(move |tx, drive| {
            let folder = drive.writer(tx, &actor, parent)?;
            drive.create_upload(tx, &folder, &new)
        })
    };
    let upload = make(new).unwrap();
    assert_eq!(make(again).unwrap().id, upload.id, "a retry makes no second one");
    upload.id.parse().unwrap()
}

#[test]
fn an_upload_goes_on_after_a_restart_where_it_was_and_yields_the_same_file() {
    let Some((mut office, _ground)) = Office::new() else {
        return;
    };
    let (_, root) = office.own(0);
    let bytes = noise(11_000_003, 9);
    let id = begin(&office, root, "big.bin", bytes.len());
    let mut at = 0;
    for (round, part) in [1_000, 3_000_000, 4_500_000, 1, 999_999, bytes.len()].into_iter().enumerate() {
        assert!(matches!(
            office.drive.resume_upload(&office.actor(0), id, at as u64 + 1),
            Err(Error::Conflict { what: "offset" })
        ));
        // One that hangs is overtaken.
        let mut hanging = office.drive.resume_upload(&office.actor(0), id, at as u64).unwrap();
        let mut writer = office.drive.resume_upload(&office.actor(0), id, at as u64).unwrap();
        assert!(matches!(hanging.write(b"x"), Err(Error::Conflict { what: "upload-taken-over" })));
        let end = bytes.len().min(at + part);
        for piece in bytes[at..end].chunks(100_000) {
            writer.write(piece).unwrap();
        }
        if round == 3 {
            // A writer that vanishes without a checkpoint costs only what it had not told.
            drop(writer);
            office.reopen();
            continue;
        }
        let state = writer.checkpoint().unwrap();
        at = end;
        assert_eq!(state.offset, at as u64);
        if round % 2 == 0 {
            office.reopen();
        }
        assert_eq!(office.drive.upload(&office.ledger.view(), &office.actor(0), id).unwrap().offset, at as u64);
    }
    let mut sum = [0; 32];
    sum.copy_from_slice(digest::digest(&digest::SHA256, &bytes).as_ref());
    let wrong = office.drive.commit_upload(&office.actor(0), id, Some([1; 32]), Expect::default());
    assert!(matches!(wrong, Err(Error::Invalid { field: "sha256", .. })), "{:?}", wrong.err());
    let (entry, _) = office.drive.commit_upload(&office.actor(0), id, Some(sum), Expect::default()).unwrap();
    let (again, _) = office.drive.commit_upload(&office.actor(0), id, Some(sum), Expect::default()).unwrap();
    assert_eq!(entry.id, again.id);
    assert!(office.bytes(0, entry.id, None).unwrap() == bytes);
    assert_eq!(entry.sha256, Some(sum));

    // Cuts do not depend on how bytes arrived: the same file in one piece stores nothing new.
    let whole = office.put(0, root, "again.bin", &bytes).unwrap();
    assert!(office.bytes(0, whole.id, None).unwrap() == bytes);
}

#[test]
fn refusals_of_uploads() {
    let Some((office, _ground)) = Office::new() else {
        return;
    };
    let (_, root) = office.own(0);
    let id = begin(&office, root, "a", 10);
    let stranger = office.actor(1);
    assert!(matches!(office.drive.upload(&office.ledger.view(), &stranger, id), Err(Error::NotFound)));
    assert!(matches!(office.drive.resume_upload(&stranger, id, 0), Err(Error::NotFound)));
    assert!(matches!(
        office.drive.commit_upload(&office.actor(0), id, None, Expect::default()),
        Err(Error::Conflict { what: "upload-incomplete" })
    ));
    let mut writer = office.drive.resume_upload(&office.actor(0), id, 0).unwrap();
    assert!(matches!(writer.write(&[0; 11]), Err(Error::TooLarge { limit: 10 })));
    writer.write(&[1; 4]).unwrap();
    writer.checkpoint().unwrap();
    office.pass(limits::UPLOAD_LIFE + Duration::from_secs(1));
    assert!(matches!(office.drive.upload(&office.ledger.view(), &office.actor(0), id), Err(Error::NotFound)));
    let report = office.drive.sweep(office.world.now(), 100).unwrap();
    assert_eq!(report.uploads, 1);

    let (actor, new) = (
        office.actor(0),
        NewUpload {
            cid: None,
            name: Name::new("b").unwrap(),
            size: limits::QUOTA_PERSONAL + 1,
            media: None,
            changed_at: None,
            on_conflict: OnConflict::Refuse,
        },
    );
    let refused = office.write(move |tx, drive| {
        let folder = drive.writer(tx, &actor, root)?;
        drive.create_upload(tx, &folder, &new)
    });
    assert!(matches!(refused, Err(Error::QuotaExceeded)));

    // What is announced together must fit together; an upload that ended gives its bytes back.
    let first = begin(&office, root, "c", usize::try_from(limits::QUOTA_PERSONAL - 5).unwrap());
    let (actor, new) = (office.actor(0), second());
    let refused = office.write(move |tx, drive| drive.create_upload(tx, &drive.writer(tx, &actor, root)?, &new));
    assert!(matches!(refused, Err(Error::QuotaExceeded)));
    let actor = office.actor(0);
    office.write(move |tx, drive| drive.cancel_upload(tx, &actor, first)).unwrap();
    let (actor, new) = (office.actor(0), second());
    office.write(move |tx, drive| drive.create_upload(tx, &drive.writer(tx, &actor, root)?, &new)).unwrap();
}

fn second() -> NewUpload {
    NewUpload {
        cid: None,
        name: Name::new("d").unwrap(),
        size: 6,
        media: None,
        changed_at: None,
        on_conflict: OnConflict::Refuse,
    }
}
