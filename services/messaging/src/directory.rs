//! What other services may ask about chats: who may read them.

use std::{collections::HashMap, sync::Arc};

use contracts::{
    channels::Accounts,
    ports::{self, Chats, Holding, Owned, PortError},
};
use db::{Db, Sql};
use kernel::{OrgId, Resource, Scope};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    Error,
    chats::{commands::KIND, hand_over},
};

/// Answers from the tables alone: it is there before the service is, which asks those who ask it.
pub struct ChatDirectory {
    pub(crate) db: Db,
    pub(crate) accounts: Arc<dyn Accounts>,
}

impl ChatDirectory {
    #[must_use]
    pub fn new(db: Db, accounts: Arc<dyn Accounts>) -> Self {
        Self { db, accounts }
    }
}

/// Ids of one statement.
const AT_ONCE: usize = 500;

#[derive(FromQueryResult)]
struct Held {
    id: Uuid,
    account_id: Option<Uuid>,
    assignee_id: Option<Uuid>,
}

/// Who may read a chat: the readers of its account, and whom it is assigned to. Everybody reads those of accounts that name
/// nobody, and of inbound channels.
fn readers(held: &Held, of_accounts: &HashMap<Uuid, Vec<Uuid>>) -> Option<Vec<Uuid>> {
    let account = held.account_id?;
    let readers = match of_accounts.get(&account) {
        Some(readers) if readers.is_empty() => return None,
        Some(readers) => readers.clone(),
        None => Vec::new(),
    };
    Some(readers.into_iter().chain(held.assignee_id).collect())
}

#[async_trait::async_trait]
impl Owned for ChatDirectory {
    fn keeps(&self, kind: &str) -> bool {
        kind == KIND
    }

    async fn holdings(&self, org: OrgId, _kind: &str, ids: &[Uuid]) -> Result<HashMap<Uuid, Holding>, PortError> {
        let scope = Scope::system(org, "holdings");
        let mut chats = Vec::with_capacity(ids.len());
        for ids in ids.chunks(AT_ONCE) {
            let mut sql = Sql::new("select id, account_id, assignee_id from chats where org_id = ");
            sql.bind(org.0).add(" and id in ").list(ids.iter().copied());
            chats.extend(sql.all::<Held>(&self.db.reader(&scope)).await.map_err(Error::from)?);
        }
        let accounts = crate::unique(chats.iter().filter_map(|held| held.account_id));
        let of_accounts = match accounts.as_slice() {
            [] => HashMap::new(),
            ids => self.accounts.readers(org, ids).await?,
        };
        let holding = |held: Held| {
            let readers = readers(&held, &of_accounts);
            (held.id, Holding { owner_id: held.assignee_id, readers, ..Holding::default() })
        };
        Ok(chats.into_iter().map(holding).collect())
    }

    async fn held_by(&self, org: OrgId, people: &[Uuid]) -> Result<Vec<ports::Held>, PortError> {
        Ok(hand_over::held(&self.db.reader(&Scope::system(org, "holdings")), org, people).await?)
    }
}

#[derive(FromQueryResult)]
struct Titled {
    id: Uuid,
    title: String,
}

#[async_trait::async_trait]
impl Chats for ChatDirectory {
    async fn titles(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        let mut sql = Sql::new("select id, title from chats where org_id = ");
        sql.bind(scope.org_id.0).add(" and id in ").list(ids.iter().copied());
        let rows: Vec<Titled> = sql.all(&self.db.reader(scope)).await.map_err(Error::from)?;
        let mut titles: HashMap<Uuid, String> = rows.into_iter().map(|row| (row.id, row.title)).collect();
        if !scope.reaches_all(Resource::Chats) {
            let held = self.holdings(scope.org_id, KIND, ids).await?;
            let owners = scope.owners(Resource::Chats);
            titles.retain(|id, _| held.get(id).is_some_and(|held| held.is_within(&owners)));
        }
        Ok(titles)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_reads_a_chat() {
        let id = Uuid::from_u128;
        let held = |account: Option<u128>, assignee: Option<u128>| Held {
            id: id(1),
            account_id: account.map(id),
            assignee_id: assignee.map(id),
        };
        let of_accounts = HashMap::from([(id(10), vec![id(100)]), (id(11), Vec::new())]);
        let cases = [
            (held(None, Some(200)), None),
            (held(Some(10), None), Some(vec![id(100)])),
            (held(Some(10), Some(200)), Some(vec![id(100), id(200)])),
            (held(Some(11), Some(200)), None),
            (held(Some(12), None), Some(vec![])),
            (held(Some(12), Some(200)), Some(vec![id(200)])),
        ];
        for (held, expected) in cases {
            assert_eq!(readers(&held, &of_accounts), expected);
        }
    }
}
