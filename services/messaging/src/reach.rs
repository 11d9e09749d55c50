//! Which chats an actor may read: all who reach the organization, else those of accounts within reach, of inbound channels,
//! and those that are assigned to them or their team.

use contracts::channels::{Accounts, Usable};
use db::Sql;
use kernel::{Owners, Resource, Scope};
use uuid::Uuid;

use crate::{Error, Messaging};

/// What the actor may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readable {
    All,
    /// Chats of these accounts, of no account, and those assigned to these people.
    These {
        accounts: Vec<Uuid>,
        people: Vec<Uuid>,
    },
}

impl Messaging {
    /// What the actor may read.
    pub(crate) async fn readable(&self, scope: &Scope) -> Result<Readable, Error> {
        Readable::of(&*self.accounts, scope).await
    }

    /// Whether the actor may write through each of these accounts.
    pub(crate) async fn writable(&self, scope: &Scope) -> Result<Usable, Error> {
        self.accounts.writable(scope).await.map_err(Error::Port)
    }
}

/// Whether an account is among the usable ones.
pub fn includes(usable: &Usable, account: Uuid) -> bool {
    match usable {
        Usable::All => true,
        Usable::These(ids) => ids.contains(&account),
    }
}

impl Readable {
    /// What the actor may read.
    ///
    /// # Errors
    /// When it is not known which accounts there are.
    pub async fn of(accounts: &dyn Accounts, scope: &Scope) -> Result<Self, Error> {
        let Owners::These(people) = scope.owners(Resource::Chats) else { return Ok(Self::All) };
        Ok(match accounts.readable(scope).await.map_err(Error::Port)? {
            Usable::All => Self::All,
            Usable::These(accounts) => Self::These { accounts, people },
        })
    }

    /// Adds ` and …` to a statement in which chats are called `c`.
    pub fn narrow(&self, sql: &mut Sql) {
        let Self::These { accounts, people } = self else { return };
        sql.add(" and (c.account_id is null or c.account_id in ").list(accounts.iter().copied());
        if !people.is_empty() {
            sql.add(" or c.assignee_id in ").list(people.iter().copied());
        }
        sql.add(")");
    }
}
