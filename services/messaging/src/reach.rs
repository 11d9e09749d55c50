//! Which chats an actor may read: all who reach the organization, else those of accounts within reach, of inbound channels,
//! and those that are assigned to them.

use contracts::channels::{Accounts, Usable};
use kernel::{Reach, Scope};
use uuid::Uuid;

use crate::{Error, Messaging, sql::Sql};

/// What the actor may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readable {
    All,
    /// Chats of these accounts, of no account, and those assigned to the person.
    These {
        accounts: Vec<Uuid>,
        me: Option<Uuid>,
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
        if scope.reach == Reach::Organization {
            return Ok(Self::All);
        }
        let me = scope.user_id().map(Uuid::from);
        Ok(match accounts.readable(scope).await.map_err(Error::Port)? {
            Usable::All => Self::All,
            Usable::These(accounts) => Self::These { accounts, me },
        })
    }

    /// Adds ` and …` to a statement in which chats are called `c`.
    pub fn narrow(&self, sql: &mut Sql) {
        let Self::These { accounts, me } = self else { return };
        sql.add(" and (c.account_id is null or c.account_id in ").list(accounts.iter().copied());
        if let Some(me) = me {
            sql.with(" or c.assignee_id = ?", [(*me).into()]);
        }
        sql.add(")");
    }
}
