use std::{collections::HashSet, os::unix::fs::FileExt};

use super::*;
use crate::{
    WrapMechanism,
    keyring::{NextEpoch, read_header},
};

fn identity() -> TokenIdentity {
    TokenIdentity {
        token_label: "holdfast".into(),
        token_serial: "0123".into(),
        mechanism: "prf-hmac-sha256".into(),
        fingerprint: [1; 8],
        audit_public_key: vec![2; 91],
        wrapped_epoch_key: vec![3; 122],
    }
}

fn epoch_key() -> Key {
    Key::new([7; 32])
}

fn create(folder: &Path) -> Keyring {
    Keyring::create(folder, World::system(), epoch_key(), identity(), &["db", "ledger"]).unwrap()
}

fn open(folder: &Path) -> Result<Keyring, HsmError> {
    let (header, bytes) = read_header(folder)?;
    Keyring::open(folder, World::system(), epoch_key(), header, &bytes)
}

fn flip(file: &Path, at: u64) {
    let file = std::fs::OpenOptions::new().read(true).write(true).open(file).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ 1], at).unwrap();
}

#[test]
fn keys_come_back_after_a_restart_and_none_is_handed_out_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut keyring = create(folder.path());
    assert!(Keyring::create(folder.path(), World::system(), epoch_key(), identity(), &[]).is_err());
    let ledger = keyring.domain("ledger").unwrap();
    assert!(matches!(keyring.domain("other"), Err(HsmError::KeyMissing(_))));
    let mut seen = HashSet::from([keyring.domain("db").unwrap(), ledger]);
    let mut kept = Vec::new();
    for run in 0..4 {
        for _ in 0..300 {
            let id = keyring.take("ledger").unwrap();
            assert!(seen.insert(id), "handed out twice in run {run}");
            kept.push((id, keyring.key(id).unwrap()));
        }
        // No settling: as after kill -9.
        drop(keyring);
        keyring = open(folder.path()).unwrap();
        assert_eq!(keyring.domain("ledger").unwrap(), ledger);
        for (id, key) in &kept {
            assert_eq!(keyring.key(*id).unwrap(), *key);
        }
    }
    assert_eq!(keyring.taken(), 2 + 1_200);
    let distinct: HashSet<_> = kept.iter().map(|(_, key)| **key).collect();
    assert_eq!(distinct.len(), kept.len());
}

#[test]
fn a_block_is_made_ahead_and_more_than_one_is_no_limit() {
    let folder = tempfile::tempdir().unwrap();
    let mut keyring = create(folder.path());
    assert_eq!(keyring.spare(), 4_096 - 2);
    for _ in 0..5_000 {
        keyring.take("im").unwrap();
        keyring.refill().unwrap();
    }
    assert!(keyring.spare() >= limits::SPARE_KEYS_LOW);
    keyring.settle().unwrap();
    drop(keyring);
    assert_eq!(open(folder.path()).unwrap().taken(), 5_002);
}

#[test]
fn a_name_that_was_never_handed_out_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut keyring = create(folder.path());
    let taken = keyring.take("im").unwrap();
    let mut other = taken;
    other.0[0] ^= 1;
    assert!(matches!(keyring.key(other), Err(HsmError::KeyMissing(_))));
    let unreleased = id_of(&keyring.keys.read(4_000).unwrap());
    assert!(matches!(keyring.key(unreleased), Err(HsmError::KeyMissing(_))));
    assert!(matches!(keyring.key(KeyId([0xff; 16])), Err(HsmError::KeyMissing(_))));
}

#[test]
fn every_alteration_is_seen_when_it_opens() {
    let folder = tempfile::tempdir().unwrap();
    let mut keyring = create(folder.path());
    keyring.take("im").unwrap();
    keyring.settle().unwrap();
    drop(keyring);
    assert!(open(folder.path()).is_ok());
    for (file, at) in [("keys.1", 20), ("keys.1", 127 + 128 * 4_000), ("taken.1", 5), ("header", 3), ("header", 60)] {
        flip(&folder.path().join(file), at);
        assert!(matches!(open(folder.path()), Err(HsmError::Integrity(_))), "{file} {at}");
        flip(&folder.path().join(file), at);
    }
    assert!(open(folder.path()).is_ok());
    let keys = std::fs::OpenOptions::new().write(true).open(folder.path().join("keys.1")).unwrap();
    keys.set_len(128 * 4_095).unwrap();
    assert!(matches!(open(folder.path()), Err(HsmError::Integrity(_))));
    std::fs::remove_file(folder.path().join("keys.1")).unwrap();
    assert!(matches!(open(folder.path()), Err(HsmError::Integrity(_))));
}

#[test]
fn another_epoch_key_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    drop(create(folder.path()));
    let (header, bytes) = read_header(folder.path()).unwrap();
    let opened = Keyring::open(folder.path(), World::system(), Key::new([8; 32]), header, &bytes);
    assert!(matches!(opened, Err(HsmError::Integrity(_))));
}

#[test]
fn a_torn_tail_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let mut keyring = create(folder.path());
    let id = keyring.take("im").unwrap();
    keyring.settle().unwrap();
    keyring.take("im").unwrap();
    drop(keyring);
    for (file, torn) in [("keys.1", 70), ("keys.1", 300), ("taken.1", 10), ("taken.1", 64)] {
        let path = folder.path().join(file);
        let length = std::fs::metadata(&path).unwrap().len();
        let out = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        out.write_all_at(&vec![0; torn], length).unwrap();
        let keyring = open(folder.path()).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().len(), length, "{file} {torn}");
        assert_eq!(keyring.taken(), 4);
        keyring.key(id).unwrap();
    }
}

#[test]
fn a_second_process_is_kept_out() {
    let folder = tempfile::tempdir().unwrap();
    drop(create(folder.path()));
    let mut first = open(folder.path()).unwrap();
    assert!(matches!(open(folder.path()), Err(HsmError::Io { .. })));
    let next = NextEpoch {
        epoch_key: epoch_key(),
        mechanism: WrapMechanism::Prf,
        wrapped_epoch_key: vec![3; 122],
        fingerprint: [1; 8],
        second: None,
    };
    first.rotate(next, &[]).unwrap();
    assert!(matches!(open(folder.path()), Err(HsmError::Io { .. })), "after a rotation");
    drop(first);
    assert!(open(folder.path()).is_ok());
}

#[test]
fn headers_of_older_versions_are_read_and_become_the_newest() {
    // What came later is empty here, one byte a field: the instant too, which is 0.
    for (version, fields) in [(1, 4), (2, 2), (3, 1)] {
        let folder = tempfile::tempdir().unwrap();
        let mut keyring = create(folder.path());
        let (id, made_at) = (keyring.take("im").unwrap(), keyring.header().made_at);
        keyring.header.epoch_since = holdfast_base::Timestamp(0);
        keyring.settle().unwrap();
        drop(keyring);
        let file = folder.path().join("header");
        let newest = std::fs::read(&file).unwrap();
        let mut older = newest[..newest.len() - 32 - fields].to_vec();
        older[0] = version;
        let tag = crate::envelope::mac(&epoch_key(), "holdfast/keyring-header/v1", &older).unwrap();
        std::fs::write(&file, [older, tag.to_vec()].concat()).unwrap();
        let mut keyring = open(folder.path()).unwrap();
        keyring.key(id).unwrap();
        assert!(keyring.header().kit.is_none());
        let since = if version < 3 { made_at } else { holdfast_base::Timestamp(0) };
        assert_eq!(keyring.header().epoch_since, since, "version {version}");
        keyring.make_kit(crate::recovery::Split::default()).unwrap();
        drop(keyring);
        assert_eq!(std::fs::read(&file).unwrap()[0], 4);
        assert!(open(folder.path()).unwrap().header().kit.is_some());
    }
}

#[test]
fn a_domain_gets_another_key_and_the_one_before_can_go() {
    let folder = tempfile::tempdir().unwrap();
    let mut keyring = create(folder.path());
    let (old, new) = (keyring.domain("db").unwrap(), keyring.take("db").unwrap());
    assert!(keyring.check_shreddable(&[old]).is_err());
    assert!(matches!(keyring.name_domain("other", new), Err(HsmError::KeyMissing(_))));
    assert!(keyring.name_domain("db", KeyId([9; 16])).is_err(), "a key that nobody has");
    keyring.name_domain("db", new).unwrap();
    drop(keyring);
    let keyring = open(folder.path()).unwrap();
    assert_eq!(keyring.domain("db").unwrap(), new);
    assert!(keyring.check_shreddable(&[old]).is_ok());
    assert!(keyring.check_shreddable(&[new]).is_err());
}
