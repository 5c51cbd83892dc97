//! Random transactions against a map: whatever is put, deleted, rolled back and read in whatever order, the two agree.

use std::collections::BTreeMap;

use holdfast_base::{Error, Result};
use proptest::prelude::*;

use super::{Place, ROWS};
use crate::{LedgerTx, Read};

#[derive(Debug, Clone)]
enum Step {
    Put(u8, u8),
    Delete(u8),
    Scan { from: u8, to: u8, reverse: bool },
}

type Model = BTreeMap<Vec<u8>, Vec<u8>>;

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..24u8, any::<u8>()).prop_map(|(key, value)| Step::Put(key, value)),
        1 => (0..24u8).prop_map(Step::Delete),
        1 => (0..26u8, 0..26u8, any::<bool>()).prop_map(|(from, to, reverse)| Step::Scan { from, to, reverse }),
    ]
}

fn scan(read: &dyn Read, from: u8, to: u8, reverse: bool) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let (key, mut found) = (read.ledger_key().clone(), Vec::new());
    read.scan(ROWS, vec![from]..vec![to], reverse, &mut |_| Ok(key.clone()), &mut |key, value| {
        found.push((key.to_vec(), value));
        Ok(true)
    })?;
    Ok(found)
}

fn expected(model: &Model, from: u8, to: u8, reverse: bool) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut rows: Vec<_> =
        model.iter().filter(|(key, _)| key[0] >= from && key[0] < to).map(|(key, value)| (key.clone(), value.clone())).collect();
    if reverse {
        rows.reverse();
    }
    rows
}

fn play(tx: &mut LedgerTx<'_>, steps: &[Step], mut model: Model) -> Result<Model> {
    let under = tx.ledger_key().clone();
    for step in steps {
        match *step {
            Step::Put(key, value) => {
                tx.put(ROWS, &[key], &[value], &under)?;
                model.insert(vec![key], vec![value]);
            }
            Step::Delete(key) => {
                tx.delete(ROWS, &[key])?;
                model.remove([key].as_slice());
            }
            Step::Scan { from, to, reverse } => {
                assert_eq!(scan(tx, from, to, reverse)?, expected(&model, from, to, reverse));
                assert_eq!(tx.get(ROWS, &[from], &under)?, model.get([from].as_slice()).cloned());
            }
        }
    }
    Ok(model)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn transactions_agree_with_a_map(rounds in prop::collection::vec((prop::collection::vec(step(), 1..12), any::<bool>()), 1..20)) {
        let place = Place::new();
        let ledger = place.open();
        let (to, told) = std::sync::mpsc::channel();
        // Submitted without waiting, so that several share a batch; each starts from what the one before left.
        let shared = std::sync::Arc::new(parking_lot::Mutex::new(Model::new()));
        let count = rounds.len();
        for (steps, fails) in rounds {
            let (to, shared) = (to.clone(), shared.clone());
            ledger.submit(move |tx| {
                let after = play(tx, &steps, shared.lock().clone())?;
                if fails {
                    return Err(Error::NotFound);
                }
                *shared.lock() = after;
                Ok(())
            }, move |outcome| to.send((fails, outcome.is_ok())).unwrap());
        }
        for (fails, went_well) in told.iter().take(count) {
            prop_assert_eq!(fails, !went_well);
        }
        let model = shared.lock().clone();
        for reverse in [false, true] {
            prop_assert_eq!(scan(&ledger.view(), 0, 99, reverse).unwrap(), expected(&model, 0, 99, reverse));
        }
        ledger.close();
        prop_assert_eq!(scan(&place.open().view(), 0, 99, false).unwrap(), expected(&model, 0, 99, false));
    }
}
