//! Taking an import of deals back: deals that it changed get their earlier values and places, deals that it created go
//! with their history. What somebody changed since is left alone.

use std::collections::{HashMap, HashSet};

use batches::Deed;
use contracts::events::DEAL_PURGED;
use db::{Action, Change, Tx, change_log, change_log::Entry};
use events::NewEvent;
use exchange::import::TakenBack;
use fields::RecordType;
use kernel::Scope;
use sea_orm::{
    ConnectionTrait,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error,
    bulk::undo::put_back,
    deals::{
        commands::KIND,
        deal::StoredDeal,
        store::{self, entity, entity::Column},
    },
    moves::history,
    plan,
};

/// Takes back what a batch did to deals, as far as these entries are the latest it made of each.
///
/// # Errors
/// When the database refuses.
pub async fn take_back(tx: &Tx, batch: Uuid, entries: &[Entry]) -> Result<TakenBack, Error> {
    let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
    let deeds = batches::deeds(tx, scope, batch, KIND, entries).await?;
    if deeds.is_empty() {
        return Ok(TakenBack::default());
    }
    let (created, changed): (HashMap<_, _>, HashMap<_, _>) = deeds.into_iter().partition(|(_, deed)| deed.created);
    let (done, conflicts) = put_back(tx, scope, changed).await?;
    let (gone, kept) = remove(tx, scope, &created).await?;
    Ok(TakenBack { reverted: done + gone, conflicts: conflicts + kept })
}

/// Those of these contacts, or companies, that deals name which stay: whoever's they are, in the trash or not, unless they
/// stand as the batch left them, and so will go or get back what they had.
///
/// # Errors
/// When the database is away.
pub async fn named(tx: &Tx, batch: Uuid, of: RecordType, ids: &[Uuid]) -> Result<HashSet<Uuid>, Error> {
    let column = match of {
        RecordType::Contact => Column::ContactId,
        RecordType::Company => Column::CompanyId,
        RecordType::Deal => return Ok(HashSet::new()),
    };
    let org_id = tx.scope().ok_or(db::Error::Stored("scope"))?.org_id.0;
    let (log, of_log) = (Alias::new("change_log"), |name| Expr::col((Alias::new("change_log"), Alias::new(name))));
    let mut as_left = Query::select();
    as_left
        .expr(Expr::value(1))
        .from(log)
        .and_where(of_log("org_id").eq(org_id))
        .and_where(of_log("batch_id").eq(batch));
    as_left.and_where(of_log("record_id").equals((entity::Entity, Column::Id)));
    as_left.and_where(of_log("version").equals((entity::Entity, Column::Version)));
    let mut select = Query::select();
    select.distinct().expr_as(store::column(column), Alias::new("named")).from(entity::Entity);
    select.and_where(store::column(Column::OrgId).eq(org_id));
    select.and_where(store::column(column).is_in(ids.iter().copied())).and_where(Expr::exists(as_left).not());
    let rows = tx.query_all(&select).await?;
    Ok(rows.iter().map(|row| row.try_get("", "named")).collect::<Result<_, _>>()?)
}

async fn remove(tx: &Tx, scope: &Scope, created: &HashMap<Uuid, Deed>) -> Result<(u64, u64), Error> {
    if created.is_empty() {
        return Ok((0, 0));
    }
    plan::lock(tx, scope).await?;
    let ids: Vec<Uuid> = created.keys().copied().collect();
    let held = store::lock_many(tx, scope, &ids).await?.into_iter().map(|loaded| loaded.deal);
    let untouched = |deal: &StoredDeal| created.get(&deal.id).is_some_and(|deed| deed.earlier.version == deal.version);
    let gone: Vec<StoredDeal> = held.filter(untouched).collect();
    let subject_ids: Vec<Uuid> = gone.iter().map(|deal| deal.id).collect();
    let counts = (gone.len() as u64, (ids.len() - gone.len()) as u64);
    if !gone.is_empty() {
        history::remove_of(tx, &subject_ids).await?;
        store::remove(tx, &subject_ids).await?;
        change_log::record(tx, gone.iter().map(removed)).await?;
        let event = NewEvent { kind: DEAL_PURGED, subject_kind: KIND, subject_ids, data: json!({}) };
        events::append(tx, [event]).await?;
    }
    Ok(counts)
}

fn removed(deal: &StoredDeal) -> Change {
    Change {
        subject_kind: KIND,
        subject_id: deal.id,
        record_id: deal.id,
        action: Action::Reverted,
        before: None,
        after: None,
        version: deal.version + 1,
    }
}
