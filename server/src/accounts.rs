//! Accounts that carry messages, until the service that keeps them is here: there are none. To be replaced by `bd-accounts`.

use std::collections::HashMap;

use contracts::{
    channels::{AccountName, Accounts, Usable, Waiting},
    ports::PortError,
};
use kernel::{OrgId, Scope};
use uuid::Uuid;

/// There are none.
pub struct NoAccounts;

#[async_trait::async_trait]
impl Accounts for NoAccounts {
    async fn names(&self, _: &Scope, _: &[Uuid]) -> Result<HashMap<Uuid, AccountName>, PortError> {
        Ok(HashMap::new())
    }

    async fn readable(&self, _: &Scope) -> Result<Usable, PortError> {
        Ok(Usable::These(Vec::new()))
    }

    async fn writable(&self, _: &Scope) -> Result<Usable, PortError> {
        Ok(Usable::These(Vec::new()))
    }

    async fn readers(&self, _: OrgId, _: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>, PortError> {
        Ok(HashMap::new())
    }

    async fn why_waiting(&self, _: &Scope, _: Uuid, _: bool) -> Result<Option<Waiting>, PortError> {
        Ok(None)
    }

    fn wake(&self, _: Uuid) {}
}
