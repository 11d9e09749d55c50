//! Keeping accounts connected: each process takes accounts by lease and runs each in a task of its own. What an account
//! sees goes to the inbox, what it is to do comes from there. Only chats that were chosen are passed on.

mod adapter;
pub mod by_hand;
mod dialogs;
mod errands;
mod files;
mod keeping;
mod listening;
mod live;
mod media;
mod outcome;
mod plain;
mod questions;
mod reading;
mod reconcile;
mod sandbox;
mod saving;
mod sending;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use contracts::channels::Inbox;
use tokio::{
    sync::broadcast::error::RecvError,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use adapter::Connector;
pub use files::{Files, FilesError, NoFiles, Pieces};
pub use outcome::{CODES, Codes};
pub use sandbox::Sandbox;

use crate::{BdAccounts, Error, leases};

/// How often it is looked for accounts that nobody keeps.
const LOOKED_EVERY: Duration = Duration::from_secs(2);
/// Accounts that are taken at once: connecting costs more than staying connected.
const AT_ONCE: u64 = 20;
/// How long accounts may take to end what they are at.
const GRACE: Duration = Duration::from_secs(15);

/// What every kept account needs.
#[derive(Clone)]
pub struct Surroundings {
    pub accounts: Arc<BdAccounts>,
    pub inbox: Arc<dyn Inbox>,
    pub files: Arc<dyn Files>,
    pub connector: Arc<Connector>,
}

/// The accounts that this process keeps connected.
pub struct Telegrams {
    around: Surroundings,
    /// This process, as leases name it.
    owner: Uuid,
}

impl Telegrams {
    #[must_use]
    pub fn new(around: Surroundings) -> Self {
        let owner = around.accounts.db.clock().new_id();
        Self { around, owner }
    }

    /// Takes accounts and keeps them until `cancel`; ends when all are let go.
    pub async fn run(&self, cancel: CancellationToken) {
        let mut kept = JoinSet::new();
        let mut held: HashMap<tokio::task::Id, Uuid> = HashMap::new();
        let mut news = self.around.accounts.news();
        while !cancel.is_cancelled() {
            let busy: HashSet<Uuid> = held.values().copied().collect();
            match self.take(&busy).await {
                Ok(leases) => {
                    for lease in leases {
                        let keeping = keeping::Keeping::new(self.around.clone(), lease);
                        let task = kept.spawn(keeping.keep(cancel.child_token()));
                        held.insert(task.id(), lease.account);
                    }
                }
                Err(error) => tracing::warn!(%error, "accounts that nobody keeps cannot be looked for"),
            }
            tokio::select! {
                () = cancel.cancelled() => {}
                () = sleep(LOOKED_EVERY) => {}
                told = news.recv() => if matches!(told, Err(RecvError::Closed)) { sleep(LOOKED_EVERY).await },
                Some(ended) = kept.join_next_with_id(), if !kept.is_empty() => {
                    let id = match ended {
                        Ok((id, ())) => id,
                        Err(error) => {
                            tracing::error!(%error, "an account's keeper failed; its lease runs out");
                            error.id()
                        }
                    };
                    held.remove(&id);
                }
            }
        }
        let ended = async { while kept.join_next().await.is_some() {} };
        if timeout(GRACE, ended).await.is_err() {
            tracing::warn!("some accounts did not end in time; their leases run out");
        }
    }

    async fn take(&self, busy: &HashSet<Uuid>) -> Result<Vec<leases::Lease>, Error> {
        let db = &self.around.accounts.db;
        let mut taken = Vec::new();
        for wanted in leases::free(db, AT_ONCE).await? {
            if busy.contains(&wanted.account_id) {
                continue;
            }
            taken.extend(leases::take(db, wanted, self.owner).await?);
        }
        Ok(taken)
    }
}
