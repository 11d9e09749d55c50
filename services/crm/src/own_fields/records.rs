//! What fields that name contacts and companies may ask about them.

use std::collections::{HashMap, HashSet};

use db::List;
use fields::{RecordSource, RecordType, SourceError};
use kernel::Scope;
use sea_orm::{
    ConnectionTrait,
    sea_query::{ExprTrait, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    Crm, Error,
    companies::{self, list::COMPANIES},
    contacts::{self, list::CONTACTS},
    record::{Column, RecordKind, name_key},
};

impl From<RecordKind> for RecordType {
    fn from(kind: RecordKind) -> Self {
        match kind {
            RecordKind::Contact => Self::Contact,
            RecordKind::Company => Self::Company,
        }
    }
}

fn kind_of(of: RecordType) -> RecordKind {
    match of {
        RecordType::Company => RecordKind::Company,
        RecordType::Contact | RecordType::Deal => RecordKind::Contact,
    }
}

/// Ids of records out of the trash and within reach.
fn within_reach(scope: &Scope, kind: RecordKind) -> SelectStatement {
    let mut select = Query::select();
    select.column((kind.table(), Column::Id)).from(kind.table());
    select.cond_where(kind.within(scope)).and_where(kind.in_trash(false));
    select
}

async fn ids(crm: &Crm, scope: &Scope, select: &SelectStatement) -> Result<Vec<Uuid>, Error> {
    let rows = crm.db.reader(scope).query_all(select).await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}

#[async_trait::async_trait]
impl RecordSource for Crm {
    fn list(&self, of: RecordType) -> &'static List {
        match kind_of(of) {
            RecordKind::Contact => &CONTACTS,
            RecordKind::Company => &COMPANIES,
        }
    }

    async fn reachable(&self, scope: &Scope, of: RecordType, wanted: &[Uuid]) -> Result<HashSet<Uuid>, SourceError> {
        let kind = kind_of(of);
        let mut select = within_reach(scope, kind);
        select.and_where(kind.column(Column::Id).is_in(wanted.iter().copied()));
        Ok(ids(self, scope, &select).await?.into_iter().collect())
    }

    async fn names(&self, scope: &Scope, of: RecordType, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, SourceError> {
        let reader = self.db.reader(scope);
        Ok(match kind_of(of) {
            RecordKind::Contact => contacts::store::names(&reader, scope, ids).await?,
            RecordKind::Company => companies::store::names(&reader, scope, ids).await?,
        })
    }

    async fn named(&self, scope: &Scope, of: RecordType, name: &str) -> Result<Option<Uuid>, SourceError> {
        let kind = kind_of(of);
        let mut select = within_reach(scope, kind);
        select.and_where(kind.column(Column::NameKey).eq(name_key(name.trim()))).limit(2);
        let found = ids(self, scope, &select).await?;
        Ok(found.first().copied().filter(|_| found.len() == 1))
    }
}
