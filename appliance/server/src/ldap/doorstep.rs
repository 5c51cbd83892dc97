//! Who may stand in the door: so many connections over all, of one address, of one account.

use std::{collections::HashMap, net::IpAddr, sync::Arc, time::Instant};

use holdfast_base::PersonId;
use parking_lot::Mutex;
use uuid::Uuid;

use super::limits;

#[derive(Default)]
pub(super) struct Doorstep {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    all: usize,
    addresses: HashMap<IpAddr, usize>,
    accounts: HashMap<Account, u32>,
    /// Until when an address is not let in.
    penalties: HashMap<IpAddr, Instant>,
}

/// Whose connections are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Account {
    Connector(Uuid),
    Person(PersonId),
}

/// One connection's place, given back on drop.
pub(super) struct Place {
    doorstep: Arc<Doorstep>,
    pub(super) address: IpAddr,
    account: Option<Account>,
}

impl Doorstep {
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        let mut state = self.state.lock();
        if state.penalties.get(&address).is_some_and(|until| *until > Instant::now()) {
            return None;
        }
        let own = state.addresses.get(&address).copied().unwrap_or(0);
        if state.all >= limits::CONNECTIONS || own >= limits::CONNECTIONS_PER_ADDRESS {
            return None;
        }
        state.all += 1;
        state.addresses.insert(address, own + 1);
        Some(Place { doorstep: self.clone(), address, account: None })
    }
}

impl Place {
    /// Counts it among those of an account. False: there are too many already, and it counts among nobody's.
    pub(super) fn sit(&mut self, account: Account, most: u32) -> bool {
        self.rise();
        let mut state = self.doorstep.state.lock();
        let seats = state.accounts.entry(account).or_default();
        if *seats >= most {
            return false;
        }
        *seats += 1;
        drop(state);
        self.account = Some(account);
        true
    }

    pub(super) fn rise(&mut self) {
        let Some(account) = self.account.take() else { return };
        let mut state = self.doorstep.state.lock();
        if let Some(seats) = state.accounts.get_mut(&account) {
            *seats = seats.saturating_sub(1);
        }
        state.accounts.retain(|_, seats| *seats > 0);
    }

    /// What came from this address is no LDAP.
    pub(super) fn punish(&self) {
        let mut state = self.doorstep.state.lock();
        let now = Instant::now();
        if state.penalties.len() >= limits::PENALTIES {
            state.penalties.retain(|_, until| *until > now);
        }
        if state.penalties.len() < limits::PENALTIES {
            state.penalties.insert(self.address, now + limits::PENALTY);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.rise();
        let mut state = self.doorstep.state.lock();
        state.all = state.all.saturating_sub(1);
        let left = state.addresses.get(&self.address).map_or(0, |own| own.saturating_sub(1));
        if left == 0 {
            state.addresses.remove(&self.address);
        } else {
            state.addresses.insert(self.address, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_seats_are_given_back() {
        let doorstep = Arc::<Doorstep>::default();
        let address: IpAddr = "192.0.2.7".parse().unwrap();
        let account = Account::Connector(Uuid::nil());
        let mut all: Vec<_> = (0..limits::CONNECTIONS_PER_ADDRESS).map(|_| doorstep.enter(address).unwrap()).collect();
        assert!(doorstep.enter(address).is_none());
        assert!(doorstep.enter("192.0.2.8".parse().unwrap()).is_some());
        assert!(all[0].sit(account, 2) && all[1].sit(account, 2) && !all[2].sit(account, 2));
        all[0].rise();
        assert!(all[2].sit(account, 2));
        all.clear();
        assert!(doorstep.enter(address).unwrap().sit(account, 1));
        doorstep.enter(address).unwrap().punish();
        assert!(doorstep.enter(address).is_none());
    }
}
