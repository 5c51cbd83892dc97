//! A token is lost, and another one signs from then on.

use std::{fs, sync::Arc};

use holdfast_base::Error;
use parking_lot::Mutex;

use crate::{
    AuditConfig, AuditLog, Event, Filter, Object,
    entry::KEY_CHANGE,
    log_tests::{Bench, ORIGIN},
    verify::{Carried, Kind, Verdict, layout::CHECKPOINT, note::SignedCheckpoint, testlog::TestSigner, verify, verify_opening},
};

struct Successor {
    own: Arc<TestSigner>,
    former: Vec<Vec<u8>>,
}

impl crate::CheckpointSigner for Successor {
    fn public_key(&self) -> holdfast_base::Result<Vec<u8>> {
        self.own.public_key()
    }

    fn former_keys(&self) -> holdfast_base::Result<Vec<Vec<u8>>> {
        Ok(self.former.clone())
    }

    fn sign(&self, text: &[u8]) -> holdfast_base::Result<Vec<u8>> {
        crate::CheckpointSigner::sign(&*self.own, text)
    }
}

fn append(log: &AuditLog, bench: &Bench) {
    log.append(Event::new(&bench.actor(7), "person.freeze", Object::new("person", 8))).unwrap();
}

fn changes(log: &AuditLog) -> usize {
    log.query(&Filter { action: Some(KEY_CHANGE.to_owned()), ..Filter::default() }, None, 10).unwrap().entries.len()
}

#[test]
fn a_log_goes_on_under_another_key_and_says_so_once() {
    let bench = Bench::new();
    let own = Arc::new(TestSigner::new(ORIGIN));
    let open = |former: &[Vec<u8>]| {
        let config = AuditConfig { dir: bench.dir(), jsonl: None, origin: ORIGIN.to_owned() };
        let signer = Successor { own: own.clone(), former: former.to_vec() };
        AuditLog::open_with(config, bench.key.clone(), Box::new(signer), bench.world.clone())
    };
    let log = bench.open();
    (0..300).for_each(|_| append(&log, &bench));
    log.close();
    let file = bench.dir().join(CHECKPOINT);
    let kept = fs::read(&file).unwrap();
    let since = SignedCheckpoint::parse(&kept).unwrap();

    assert!(open(&[]).is_err(), "nobody signed for it whom this box knows");
    let stranger = TestSigner::new(ORIGIN);
    assert!(open(std::slice::from_ref(&stranger.spki)).is_err());
    let former = [stranger.spki.clone(), bench.signer.spki.clone()];
    let log = open(&former).unwrap();
    assert_eq!(changes(&log), 1);
    log.close();
    // As after a crash before the first signature: it was said already.
    fs::write(&file, &kept).unwrap();
    let log = open(&former).unwrap();
    assert_eq!(changes(&log), 1);
    append(&log, &bench);
    log.close();
    let log = open(&former).unwrap();
    assert_eq!((changes(&log), log.size()), (1, 302));
    assert_eq!(log.verify().unwrap().verdict, Verdict::Clean);
    log.close();

    let clean = verify(&bench.dir(), Some(&own.vkey), None).unwrap();
    assert_eq!((clean.verdict, &clean.key_changes[..]), (Verdict::Clean, &[300][..]));
    assert!(clean.sentence().contains("entry 300 says that another key signs"), "{}", clean.sentence());
    let old = verify(&bench.dir(), Some(&bench.signer.vkey), None).unwrap();
    assert_eq!((old.findings[0].kind, &old.key_changes[..]), (Kind::UnknownKey, &[][..]));
    // What she kept from before: only with her note of the key of then.
    let mut carried = Carried { key: Some(&own.vkey), former: &[], since: Some(&since) };
    let blind = verify_opening(&bench.dir(), &carried, &mut |_| ()).unwrap();
    assert_eq!((blind.verdict, blind.findings[0].kind), (Verdict::Bad, Kind::UnknownKey));
    let notes = [bench.signer.vkey.clone()];
    carried.former = &notes;
    assert_eq!(verify_opening(&bench.dir(), &carried, &mut |_| ()).unwrap().verdict, Verdict::Clean);
}

/// Another token under an open log: as a box that is sealed and unsealed by the other one before anybody has looked.
struct Replaced {
    first: Vec<u8>,
    signs: Mutex<Arc<TestSigner>>,
}

impl crate::CheckpointSigner for Arc<Replaced> {
    fn public_key(&self) -> holdfast_base::Result<Vec<u8>> {
        Ok(self.signs.lock().spki.clone())
    }

    fn former_keys(&self) -> holdfast_base::Result<Vec<Vec<u8>>> {
        Ok(vec![self.first.clone()])
    }

    fn sign(&self, text: &[u8]) -> holdfast_base::Result<Vec<u8>> {
        crate::CheckpointSigner::sign(&**self.signs.lock(), text)
    }
}

#[test]
fn a_log_that_is_open_while_the_token_changes_signs_nothing_in_the_name_of_the_first() {
    let bench = Bench::new();
    let (first, other) = (Arc::new(TestSigner::new(ORIGIN)), Arc::new(TestSigner::new(ORIGIN)));
    let signer = Arc::new(Replaced { first: first.spki.clone(), signs: Mutex::new(first) });
    let open = || {
        let config = AuditConfig { dir: bench.dir(), jsonl: None, origin: ORIGIN.to_owned() };
        AuditLog::open_with(config, bench.key.clone(), Box::new(signer.clone()), bench.world.clone())
    };
    let log = open().unwrap();
    append(&log, &bench);
    *signer.signs.lock() = other.clone();
    let before = fs::read(bench.dir().join(CHECKPOINT)).unwrap();
    append(&log, &bench);
    assert!(matches!(log.checkpoint(), Err(Error::Sealed)));
    assert!(matches!(log.sign_note("holdfast.box/evidence\nof a test\n"), Err(Error::Sealed)));
    log.close();
    assert_eq!(fs::read(bench.dir().join(CHECKPOINT)).unwrap(), before);

    let log = open().unwrap();
    assert_eq!((changes(&log), log.size()), (1, 3), "what was appended meanwhile is there, and the change is said");
    log.close();
    assert_eq!(verify(&bench.dir(), Some(&other.vkey), None).unwrap().verdict, Verdict::Clean);
}
