//! What others ask of this service: names, who may read and write through which account, why a message waits.

use std::collections::HashMap;

use contracts::{
    channels::{AccountName, Accounts, Usable, Waiting},
    ports::{Held, Holding, Owned, PortError},
};
use kernel::{OrgId, Resource, Scope};
use uuid::Uuid;

use crate::{
    BdAccounts, Error,
    accounts::{account::StoredAccount, happening::KIND, store},
    pace::{
        rules::{Class, Verdict},
        usage,
    },
};

/// The word in the data of rooms, `bd-account:<id>`.
const ROOM: &str = "bd-account";

/// Its owner, and whom it names.
fn people_of(account: StoredAccount) -> Vec<Uuid> {
    let mut people: Vec<Uuid> = account.owner_id.into_iter().chain(account.allowed).collect();
    people.sort_unstable();
    people.dedup();
    people
}

fn of_system(org: OrgId) -> Scope {
    Scope::system(org, "accounts")
}

impl BdAccounts {
    pub(crate) async fn of_ids(&self, org: OrgId, ids: &[Uuid]) -> Result<Vec<StoredAccount>, Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        store::of_ids(&self.db.reader(&of_system(org)), org, ids).await
    }

    async fn within_reach(&self, scope: &Scope) -> Result<Usable, Error> {
        if scope.reaches_all(Resource::Chats) {
            return Ok(Usable::All);
        }
        Ok(Usable::These(store::ids_within(&self.db.reader(scope), scope).await?))
    }
}

#[async_trait::async_trait]
impl Accounts for BdAccounts {
    async fn names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, AccountName>, PortError> {
        let now = self.db.clock().now();
        let named = |account: StoredAccount| {
            let status = account.shown_status(now);
            let name = AccountName {
                id: account.id,
                name: account.name,
                username: account.username,
                status,
                owner_id: account.owner_id,
            };
            (name.id, name)
        };
        Ok(self.of_ids(scope.org_id, ids).await?.into_iter().map(named).collect())
    }

    async fn readable(&self, scope: &Scope) -> Result<Usable, PortError> {
        Ok(self.within_reach(scope).await?)
    }

    /// Those that are read: an inbox is shared, so whoever reads a chat may answer in it.
    async fn writable(&self, scope: &Scope) -> Result<Usable, PortError> {
        Ok(self.within_reach(scope).await?)
    }

    async fn readers(&self, org: OrgId, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>, PortError> {
        Ok(self.of_ids(org, ids).await?.into_iter().map(|account| (account.id, people_of(account))).collect())
    }

    async fn why_waiting(
        &self,
        scope: &Scope,
        account: Uuid,
        first_contact: bool,
    ) -> Result<Option<Waiting>, PortError> {
        let Some(account) = self.of_ids(scope.org_id, &[account]).await?.pop() else {
            return Ok(Some(Waiting { because: "disconnected".to_owned(), until: None }));
        };
        let class = if first_contact { Class::FirstContact } else { Class::Reply };
        let verdict = usage::ask(&self.db.reader(scope), scope, &account, class, self.db.clock().now()).await?;
        Ok(match verdict {
            Verdict::Go => None,
            Verdict::Wait { because, until } => Some(Waiting { because: because.as_str().to_owned(), until }),
        })
    }

    fn wake(&self, account: Uuid) {
        self.tell(account);
    }
}

#[async_trait::async_trait]
impl Owned for BdAccounts {
    fn keeps(&self, kind: &str) -> bool {
        kind == KIND || kind == ROOM
    }

    async fn holdings(&self, org: OrgId, _kind: &str, ids: &[Uuid]) -> Result<HashMap<Uuid, Holding>, PortError> {
        let holding = |account: StoredAccount| {
            let (id, owner_id, created_by) = (account.id, account.owner_id, account.created_by);
            // An account of nobody that names nobody is everybody's.
            let readers = Some(people_of(account)).filter(|people| !people.is_empty());
            (id, Holding { owner_id, readers, created_by, ..Holding::default() })
        };
        Ok(self.of_ids(org, ids).await?.into_iter().map(holding).collect())
    }

    async fn held_by(&self, org: OrgId, people: &[Uuid]) -> Result<Vec<Held>, PortError> {
        let counts = store::counts_of(&self.db.reader(&of_system(org)), org, people).await?;
        let held = |(by, n): (Uuid, i64)| Held { by, kind: KIND, count: u64::try_from(n).unwrap_or_default() };
        Ok(counts.into_iter().map(held).collect())
    }
}
