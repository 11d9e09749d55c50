//! Fields that the organization makes up, as far as deals are concerned: what checks their values, what lists make of them,
//! and what fields that name deals may ask.

use std::collections::{HashMap, HashSet};

use db::List;
use fields::{FieldSet, RecordSource, RecordType, SourceError};
use kernel::{Scope, values::name_key};
use sea_orm::{
    ConnectionTrait,
    sea_query::{ExprTrait, Query, SelectStatement},
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    Error, Pipeline,
    deals::{
        list::DEALS,
        store::{self, column, entity::Column},
    },
};

impl Pipeline {
    /// The fields that check the given values; none are asked for when none are given.
    pub(crate) async fn own_fields(
        &self,
        scope: &Scope,
        given: &api::requests::Given<Map<String, Value>>,
    ) -> Result<FieldSet, Error> {
        Ok(self.definitions.given(scope, RecordType::Deal, given).await?)
    }

    /// Refuses values that name nobody, or nothing within the actor's reach, and did not before.
    pub(crate) async fn check_own_references(
        &self,
        scope: &Scope,
        own: &FieldSet,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
    ) -> Result<(), Error> {
        let is_member = |user| self.directory.is_member(scope, user);
        let refused = self.definitions.unknown_references(scope, own, (before, after), is_member).await;
        Ok(refused.map_err(Error::Port)?.finish(|| ())?)
    }
}

/// Ids and titles of deals.
fn titled() -> SelectStatement {
    let mut select = Query::select();
    select.columns([Column::Id, Column::Title]).from(store::entity::Entity);
    select
}

async fn rows(service: &Pipeline, scope: &Scope, select: &SelectStatement) -> Result<Vec<(Uuid, String)>, Error> {
    let rows = service.db.reader(scope).query_all(select).await?;
    Ok(rows
        .iter()
        .map(|row| Ok((row.try_get("", "id")?, row.try_get("", "title")?)))
        .collect::<Result<_, db::Error>>()?)
}

#[async_trait::async_trait]
impl RecordSource for Pipeline {
    fn list(&self, _of: RecordType) -> &'static List {
        &DEALS
    }

    async fn reachable(&self, scope: &Scope, _of: RecordType, ids: &[Uuid]) -> Result<HashSet<Uuid>, SourceError> {
        let mut select = titled();
        select.cond_where(store::within(scope)).and_where(column(Column::DeletedAt).is_null());
        select.and_where(column(Column::Id).is_in(ids.iter().copied()));
        Ok(rows(self, scope, &select).await?.into_iter().map(|(id, _)| id).collect())
    }

    async fn names(&self, scope: &Scope, _of: RecordType, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, SourceError> {
        let mut select = titled();
        select
            .and_where(column(Column::OrgId).eq(scope.org_id.0))
            .and_where(column(Column::Id).is_in(ids.iter().copied()));
        Ok(rows(self, scope, &select).await?.into_iter().collect())
    }

    async fn named(&self, scope: &Scope, _of: RecordType, name: &str) -> Result<Option<Uuid>, SourceError> {
        let mut select = titled();
        select.cond_where(store::within(scope)).and_where(column(Column::DeletedAt).is_null());
        select.and_where(column(Column::TitleKey).eq(name_key(name.trim()))).limit(2);
        let found = rows(self, scope, &select).await?;
        Ok(found.first().map(|(id, _)| *id).filter(|_| found.len() == 1))
    }
}
