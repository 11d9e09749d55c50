//! What other services may ask about contacts and companies.

use std::collections::HashMap;

use contracts::ports::{Client, Clients, Holding, Owned, PortError};
use kernel::{OrgId, Scope};
use sea_orm::{
    ConnectionTrait,
    sea_query::{ExprTrait, Query},
};
use uuid::Uuid;

use crate::{
    Crm, Error, companies, contacts,
    record::{Column, RecordKind},
};

#[async_trait::async_trait]
impl Clients for Crm {
    async fn contact_names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        Ok(contacts::store::names(&self.db.reader(scope), scope, ids).await?)
    }

    async fn company_names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        Ok(companies::store::names(&self.db.reader(scope), scope, ids).await?)
    }

    async fn find_contact(&self, scope: &Scope, id: Uuid) -> Result<Option<Client>, PortError> {
        let found = contacts::store::load_many(&self.db.reader(scope), scope, &[id]).await?.pop();
        let found = found.map(|loaded| loaded.contact).filter(|contact| contact.deleted_at.is_none());
        Ok(found.map(|contact| {
            let fields = contact.fields;
            Client { name: fields.name, company_id: fields.company_id, owner_id: fields.owner_id }
        }))
    }

    async fn merged_into(&self, scope: &Scope, contact: Uuid) -> Result<Vec<Uuid>, PortError> {
        Ok(contacts::store::merged_into(&self.db.reader(scope), scope, contact).await?)
    }

    async fn find_company(&self, scope: &Scope, id: Uuid) -> Result<Option<String>, PortError> {
        match companies::store::named(&self.db.reader(scope), scope, id).await {
            Ok(name) => Ok(Some(name)),
            Err(Error::Invalid(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// Ids of one statement.
const AT_ONCE: usize = 500;

fn kind_of(word: &str) -> Option<RecordKind> {
    [RecordKind::Contact, RecordKind::Company].into_iter().find(|kind| kind.as_str() == word)
}

#[async_trait::async_trait]
impl Owned for Crm {
    fn keeps(&self, kind: &str) -> bool {
        kind_of(kind).is_some()
    }

    async fn holdings(&self, org: OrgId, kind: &str, ids: &[Uuid]) -> Result<HashMap<Uuid, Holding>, PortError> {
        let Some(kind) = kind_of(kind) else { return Ok(HashMap::new()) };
        let scope = Scope::system(org, "holdings");
        let mut held = HashMap::new();
        for ids in ids.chunks(AT_ONCE) {
            let mut select = Query::select();
            select.columns([Column::Id, Column::OwnerId]).from(kind.table()).cond_where(kind.within(&scope));
            select.and_where(kind.column(Column::Id).is_in(ids.iter().copied()));
            for row in self.db.reader(&scope).query_all(&select).await.map_err(Error::from)? {
                let holding = Holding { owner_id: row.try_get("", "owner_id")?, ..Holding::default() };
                held.insert(row.try_get("", "id")?, holding);
            }
        }
        Ok(held)
    }
}
