//! Pairs of records that somebody said are not the same. A row of the table is the whole history of it: who said so, when.

use std::collections::HashSet;

use db::Tx;
use events::NewEvent;
use kernel::{Fields, Scope, values::Problem};
use sea_orm::{
    ConnectionTrait,
    sea_query::{Alias, Expr, ExprTrait, OnConflict, Query},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Crm, Error,
    record::{Column, RecordKind},
    trash,
};

/// Most records of one call.
pub const MAX: usize = 10;

const TABLE: &str = "duplicate_dismissals";
const FIRST: &str = "first_id";
const SECOND: &str = "second_id";

/// Notes that no two of these records are the same, so that they are no longer shown as duplicates of each other.
///
/// # Errors
/// [`Error::Invalid`] for fewer than two records, too many, or one that is unknown, out of reach or not in use.
pub async fn dismiss(crm: &Crm, scope: &Scope, kind: RecordKind, ids: Vec<Uuid>) -> Result<(), Error> {
    scope.require(kind.rights().merge)?;
    let ids = chosen(ids)?;
    let tx = crm.db.begin(scope).await?;
    let states = trash::states_of(&tx, scope, kind, &ids).await?;
    let known: HashSet<Uuid> = states.iter().filter(|state| state.deleted_at.is_none()).map(|state| state.id).collect();
    let mut refused = Fields::default();
    for (index, _) in ids.iter().enumerate().filter(|(_, id)| !known.contains(id)) {
        refused.refuse(&format!("ids[{index}]"), "reference.unknown");
    }
    refused.finish(|| ())?;
    insert(&tx, scope, &ids).await?;
    let (event, subject_kind) = (kind.events().dismissed, kind.as_str());
    events::append(&tx, [NewEvent { kind: event, subject_kind, subject_ids: ids, data: json!({}) }]).await?;
    Ok(tx.commit().await?)
}

/// The ids, each once, in their order.
fn chosen(ids: Vec<Uuid>) -> Result<Vec<Uuid>, Error> {
    let mut refused = Fields::default();
    if ids.len() > MAX {
        refused.refuse_with("ids", Problem::TooMany { max: MAX });
    }
    let mut seen = HashSet::new();
    let ids: Vec<Uuid> = ids.into_iter().filter(|id| seen.insert(*id)).collect();
    if ids.len() < 2 {
        refused.refuse("ids", "merge.too_few");
    }
    Ok(refused.finish(|| ids)?)
}

async fn insert(tx: &Tx, scope: &Scope, ids: &[Uuid]) -> Result<(), Error> {
    let (by, at) = (scope.user_id().map(Uuid::from), tx.clock().now());
    let mut insert = Query::insert();
    insert.into_table(Alias::new(TABLE)).columns(["org_id", FIRST, SECOND, "created_by", "created_at"].map(Alias::new));
    for (index, one) in ids.iter().enumerate() {
        for other in &ids[index + 1..] {
            let (first, second) = (*one.min(other), *one.max(other));
            insert.values_panic(
                [scope.org_id.0.into(), first.into(), second.into(), by.into(), at.into()]
                    .map(Expr::value::<sea_orm::Value>),
            );
        }
    }
    insert.on_conflict(OnConflict::new().do_nothing().to_owned());
    tx.execute(&insert).await?;
    Ok(())
}

/// The pairs among these records that are not the same, the smaller id first.
///
/// # Errors
/// When the database is away.
pub async fn among(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[Uuid],
) -> Result<HashSet<(Uuid, Uuid)>, Error> {
    let mut select = Query::select();
    select.columns([FIRST, SECOND].map(Alias::new)).from(Alias::new(TABLE));
    select.and_where(Expr::col(Column::OrgId).eq(scope.org_id.0));
    for column in [FIRST, SECOND] {
        select.and_where(Expr::col(Alias::new(column)).is_in(ids.iter().copied()));
    }
    let rows = connection.query_all(&select).await?;
    let pairs = rows.iter().map(|row| Ok((row.try_get("", FIRST)?, row.try_get("", SECOND)?)));
    Ok(pairs.collect::<Result<_, sea_orm::DbErr>>()?)
}

/// Forgets what was said about records that are gone for good.
///
/// # Errors
/// When the database refuses.
pub async fn remove(tx: &Tx, ids: &[Uuid]) -> Result<(), Error> {
    let org_id = tx.scope().ok_or(db::Error::Stored("scope"))?.org_id.0;
    for column in [FIRST, SECOND] {
        let mut delete = Query::delete();
        delete.from_table(Alias::new(TABLE)).and_where(Expr::col(Column::OrgId).eq(org_id));
        delete.and_where(Expr::col(Alias::new(column)).is_in(ids.iter().copied()));
        tx.execute(&delete).await?;
    }
    Ok(())
}
