//! What other services may ask about contacts and companies.

use std::collections::HashMap;

use contracts::ports::{Client, Clients, PortError};
use kernel::Scope;
use uuid::Uuid;

use crate::{Crm, Error, companies, contacts};

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
