//! Deals out of the rows of files. Reading the file, and finding whom its rows name, is the business of the importer
//! (`exchange::import`); here is what a row means (`row`), which deal it is about and what becomes of it (`intake`), and
//! how an import is taken back (`revert`). Stages are entered through the one operation, so their rules hold.

mod intake;
mod revert;
mod row;

use std::{collections::HashSet, sync::Arc};

use contracts::{
    imports::DealRow,
    ports::{PortError, Roles},
};
use db::{Tx, change_log::Entry};
use exchange::import::{Intake, Keeper, Plan, TakenBack};
use fields::RecordType;
use kernel::Scope;
use uuid::Uuid;

/// Keeps the deals that are imported.
pub struct ImportedDeals {
    roles: Arc<dyn Roles>,
}

impl ImportedDeals {
    #[must_use]
    pub fn new(roles: Arc<dyn Roles>) -> Self {
        Self { roles }
    }
}

#[async_trait::async_trait]
impl Keeper<DealRow> for ImportedDeals {
    async fn open(&self, scope: &Scope, plan: &Plan) -> Result<Box<dyn Intake<DealRow>>, PortError> {
        let role = match scope.user_id() {
            Some(user) => self.roles.role_of(scope, user).await?,
            None => None,
        };
        Ok(Box::new(intake::Deals { policy: plan.policy, owner_id: plan.owner_id, role }))
    }

    async fn take_back(&self, tx: &Tx, batch: Uuid, entries: &[Entry]) -> Result<TakenBack, PortError> {
        Ok(revert::take_back(tx, batch, entries).await?)
    }

    async fn named(&self, tx: &Tx, batch: Uuid, of: RecordType, ids: &[Uuid]) -> Result<HashSet<Uuid>, PortError> {
        Ok(revert::named(tx, batch, of, ids).await?)
    }
}
