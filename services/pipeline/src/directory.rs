//! What other services may ask about deals.

use std::collections::HashMap;

use contracts::ports::{Deals, PortError};
use db::Db;
use kernel::Scope;
use sea_orm::{
    ConnectionTrait,
    sea_query::{ExprTrait, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    Error,
    deals::store::{self as deals, entity::Column},
};

/// Answers from the tables alone: it is there before the service is, which asks those who ask it.
pub struct DealDirectory {
    db: Db,
}

impl DealDirectory {
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

/// Deals within reach, in the trash or not.
fn select(scope: &Scope, columns: &[Column]) -> SelectStatement {
    let mut select = Query::select();
    let columns = columns.iter().map(|column| (deals::entity::Entity, *column));
    select.columns(columns).from(deals::entity::Entity).cond_where(deals::within(scope));
    select
}

#[async_trait::async_trait]
impl Deals for DealDirectory {
    async fn titles(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let mut select = select(scope, &[Column::Id, Column::Title]);
        select.and_where(deals::column(Column::Id).is_in(ids.iter().copied()));
        let rows = self.db.reader(scope).query_all(&select).await.map_err(Error::from)?;
        let titles = rows.iter().map(|row| Ok((row.try_get("", "id")?, row.try_get("", "title")?)));
        Ok(titles.collect::<Result<_, sea_orm::DbErr>>()?)
    }
}
