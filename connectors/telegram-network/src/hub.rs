//! Who is connected, and what is on its way to them. Queues are bounded: who does not read is cut off, as on Telegram,
//! and gets what was missed from the difference.

use std::{collections::HashMap, sync::Arc};

use tokio::{
    sync::mpsc::{self, error::TrySendError},
    task::AbortHandle,
};

use crate::wire::cipher::KeyId;

/// How many messages wait for one connection.
const QUEUE: usize = 32_768;

/// A message to a client.
#[derive(Debug, Clone)]
pub(crate) enum Outgoing {
    Answer(Vec<u8>),
    Update(Arc<[u8]>),
}

/// How a connection is broken on purpose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Brokenness {
    /// Calls are read and never answered; nothing is sent.
    pub mute: bool,
    /// Nothing is read any more.
    pub deaf: bool,
}

#[derive(Debug)]
struct Link {
    queue: mpsc::Sender<Outgoing>,
    task: Option<AbortHandle>,
    key: Option<KeyId>,
    account: Option<i64>,
}

#[derive(Debug, Default)]
pub(crate) struct Hub {
    links: HashMap<u64, Link>,
    last: u64,
    /// For new connections too. `None` stands for everybody.
    broken: HashMap<Option<i64>, Brokenness>,
}

impl Hub {
    pub fn connect(&mut self) -> (u64, mpsc::Receiver<Outgoing>) {
        let (queue, outgoing) = mpsc::channel(QUEUE);
        self.last += 1;
        self.links.insert(self.last, Link { queue, task: None, key: None, account: None });
        (self.last, outgoing)
    }

    pub fn set_task(&mut self, connection: u64, task: AbortHandle) {
        if let Some(link) = self.links.get_mut(&connection) {
            link.task = Some(task);
        }
    }

    /// Ends a connection at once; false when there is none.
    pub fn disconnect(&mut self, connection: u64) -> bool {
        let Some(link) = self.links.remove(&connection) else { return false };
        if let Some(task) = link.task {
            task.abort();
        }
        true
    }

    /// Notes who speaks on a connection.
    pub fn identify(&mut self, connection: u64, key: KeyId, account: Option<i64>) {
        if let Some(link) = self.links.get_mut(&connection) {
            link.key = Some(key);
            link.account = account;
        }
    }

    /// Everybody who uses this key is somebody else now, or nobody.
    pub fn sign(&mut self, key: KeyId, account: Option<i64>) {
        for link in self.links.values_mut().filter(|link| link.key == Some(key)) {
            link.account = account;
        }
    }

    pub fn of_account(&self, account: Option<i64>) -> Vec<u64> {
        let matches = |link: &Link| account.is_none() || link.account == account;
        self.links.iter().filter(|(_, link)| matches(link)).map(|(id, _)| *id).collect()
    }

    pub fn of_key(&self, key: KeyId) -> Vec<u64> {
        self.links.iter().filter(|(_, link)| link.key == Some(key)).map(|(id, _)| *id).collect()
    }

    /// Whether anybody is there to be told, but for one.
    pub fn is_listening(&self, account: i64, except: Option<u64>) -> bool {
        self.links.iter().any(|(id, link)| link.account == Some(account) && Some(*id) != except)
    }

    /// Sends to every session of the account but one. Gives the connections that were cut off for not reading.
    pub fn send_update(&mut self, account: i64, except: Option<u64>, update: &Arc<[u8]>) -> Vec<u64> {
        let mut full = Vec::new();
        if self.brokenness_of(Some(account)).mute {
            return full;
        }
        for (id, link) in &self.links {
            if link.account == Some(account)
                && Some(*id) != except
                && matches!(link.queue.try_send(Outgoing::Update(Arc::clone(update))), Err(TrySendError::Full(_)))
            {
                full.push(*id);
            }
        }
        for id in &full {
            self.disconnect(*id);
        }
        full
    }

    pub fn answer(&mut self, connection: u64, body: Vec<u8>) {
        let Some(link) = self.links.get(&connection) else { return };
        if link.queue.try_send(Outgoing::Answer(body)).is_err() {
            self.disconnect(connection);
        }
    }

    pub fn break_links(&mut self, account: Option<i64>, how: Brokenness) {
        if how == Brokenness::default() {
            self.broken.remove(&account);
        } else {
            self.broken.insert(account, how);
        }
    }

    pub fn brokenness(&self, connection: u64) -> Brokenness {
        self.brokenness_of(self.links.get(&connection).and_then(|link| link.account))
    }

    fn brokenness_of(&self, account: Option<i64>) -> Brokenness {
        let own = account.and_then(|account| self.broken.get(&Some(account)));
        own.or_else(|| self.broken.get(&None)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_does_not_read_is_cut_off_and_the_others_are_not() {
        let mut hub = Hub::default();
        let (slow, _unread) = hub.connect();
        let (quick, mut read) = hub.connect();
        for connection in [slow, quick] {
            hub.identify(connection, [0; 8], Some(1));
        }
        let update: Arc<[u8]> = Arc::from([0]);
        for _ in 0..QUEUE {
            assert!(hub.send_update(1, None, &update).is_empty());
            assert!(read.try_recv().is_ok());
        }
        assert_eq!(hub.send_update(1, None, &update), [slow]);
        assert_eq!(hub.of_account(Some(1)), [quick]);
    }
}
