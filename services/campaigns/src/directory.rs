//! Whose campaigns are and what they are called, for who may learn of what happens to them.

use std::collections::HashMap;

use contracts::ports::{CampaignNames, Held, Holding, Owned, PortError};
use db::{Db, Sql};
use kernel::{OrgId, Scope};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    Error,
    campaigns::{commands::KIND, store},
};

/// Answers from the tables alone: it is there before the service is, which asks those who ask it.
pub struct CampaignDirectory {
    db: Db,
}

impl CampaignDirectory {
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

/// Ids of one statement.
const AT_ONCE: usize = 500;

#[derive(FromQueryResult)]
struct OwnerRow {
    id: Uuid,
    owner_id: Option<Uuid>,
    created_by: Option<Uuid>,
    launched_by: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct Count {
    owner_id: Uuid,
    n: i64,
}

#[async_trait::async_trait]
impl CampaignNames for CampaignDirectory {
    async fn names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        let mut names = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(AT_ONCE) {
            names.extend(store::names(&self.db.reader(scope), scope, ids).await?);
        }
        Ok(names)
    }
}

#[async_trait::async_trait]
impl Owned for CampaignDirectory {
    fn keeps(&self, kind: &str) -> bool {
        kind == KIND
    }

    async fn holdings(&self, org: OrgId, _kind: &str, ids: &[Uuid]) -> Result<HashMap<Uuid, Holding>, PortError> {
        let scope = Scope::system(org, "holdings");
        let mut held = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(AT_ONCE) {
            let mut sql = Sql::new("select id, owner_id, created_by, launched_by from campaigns where org_id = ");
            sql.bind(org.0).add(" and id in ").list(ids.iter().copied());
            for row in sql.all::<OwnerRow>(&self.db.reader(&scope)).await.map_err(Error::from)? {
                let OwnerRow { owner_id, created_by, launched_by, .. } = row;
                let holding = Holding { owner_id, created_by, launched_by, ..Holding::default() };
                held.insert(row.id, holding);
            }
        }
        Ok(held)
    }

    async fn held_by(&self, org: OrgId, people: &[Uuid]) -> Result<Vec<Held>, PortError> {
        let scope = Scope::system(org, "holdings");
        let mut sql = Sql::new("select owner_id, count(*) as n from campaigns where org_id = ");
        sql.bind(org.0).add(" and state <> 'archived' and owner_id in ").list(people.iter().copied());
        sql.add(" group by owner_id");
        let rows: Vec<Count> = sql.all(&self.db.reader(&scope)).await.map_err(Error::from)?;
        let held = |row: Count| Held { by: row.owner_id, kind: KIND, count: u64::try_from(row.n).unwrap_or_default() };
        Ok(rows.into_iter().map(held).collect())
    }
}
