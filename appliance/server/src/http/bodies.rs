//! Bodies of files under way. Each waits on a thread, so one person may have only some of them, and all together fewer than
//! there are threads: whoever sends slowly takes nobody else's turn.

use std::{collections::HashMap, sync::Arc};

use holdfast_base::{Error, PersonId};
use parking_lot::Mutex;

use super::Problem;

/// Bodies that one person sends at once. Sync clients send a few.
const OF_ONE: usize = 32;
/// Bodies of everybody.
const OF_ALL: usize = 192;
/// Threads that may block, for each of the processes' workers: more than all bodies need, should one worker get them all.
pub const BLOCKING_THREADS: usize = OF_ALL + 128;
const RETRY_SECONDS: u64 = 1;

#[derive(Clone, Default)]
pub struct Bodies(Arc<Mutex<HashMap<PersonId, usize>>>);

/// A body may come while this lives.
pub struct Turn {
    bodies: Bodies,
    person: PersonId,
}

impl Bodies {
    pub fn turn(&self, person: PersonId) -> Result<Turn, Problem> {
        let mut counts = self.0.lock();
        if counts.values().sum::<usize>() >= OF_ALL {
            return Err(Error::Busy { retry_seconds: RETRY_SECONDS }.into());
        }
        let count = counts.entry(person).or_default();
        if *count >= OF_ONE {
            return Err(Problem::rate_limited(RETRY_SECONDS));
        }
        *count += 1;
        Ok(Turn { bodies: self.clone(), person })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut counts = self.bodies.0.lock();
        if let Some(count) = counts.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.person);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_some_and_all_have_no_more_than_all() {
        let bodies = Bodies::default();
        let mut turns: Vec<Turn> = (0..OF_ONE).map_while(|_| bodies.turn(PersonId(1)).ok()).collect();
        assert_eq!(turns.len(), OF_ONE);
        assert_eq!(bodies.turn(PersonId(1)).err().map(|problem| problem.code()), Some("rate-limited"));
        turns.pop();
        turns.extend(bodies.turn(PersonId(1)).ok());
        turns.extend((2..1_000).map_while(|person| bodies.turn(PersonId(person)).ok()));
        assert_eq!(turns.len(), OF_ALL);
        assert_eq!(bodies.turn(PersonId(1_000)).err().map(|problem| problem.code()), Some("busy"));
        turns.clear();
        assert!(bodies.0.lock().is_empty());
    }
}
