//! Making things go wrong.

use super::Network;
use crate::{faults::FaultRule, hub::Brokenness};

impl Network {
    /// Orders a fault.
    pub fn inject(&self, rule: FaultRule) {
        self.core.lock().faults.add(rule);
    }

    /// How many orders are still in force.
    pub fn faults(&self) -> usize {
        self.core.lock().faults.len()
    }

    /// Takes all orders back.
    pub fn clear_faults(&self) {
        self.core.lock().faults.clear();
    }

    /// Ends the connections of an account, or all. Gives how many there were.
    pub fn drop_connections(&self, account: Option<i64>) -> usize {
        let mut core = self.core.lock();
        let connections = core.hub.of_account(account);
        for connection in &connections {
            core.hub.disconnect(*connection);
            core.note_disconnected(*connection);
        }
        connections.len()
    }

    /// Half-open: calls of an account (or of everybody) are read and not answered, nothing is sent, until told otherwise.
    pub fn set_mute(&self, account: Option<i64>, mute: bool) {
        self.core.lock().hub.break_links(account, Brokenness { mute, deaf: false });
    }

    /// Nothing that an account (or anybody) sends is read, until told otherwise.
    pub fn set_deaf(&self, account: Option<i64>, deaf: bool) {
        self.core.lock().hub.break_links(account, Brokenness { mute: false, deaf });
    }

    /// How many connections there are for an account, or in all.
    pub fn connections(&self, account: Option<i64>) -> usize {
        self.core.lock().hub.of_account(account).len()
    }
}
