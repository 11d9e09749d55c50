//! The job that indexes the contacts of companies anew. Versions, change log and events stay out of it: nothing that
//! anybody entered changes.

use std::sync::Arc;

use jobs::{Context, JobError, Work};
use kernel::Scope;
use sea_orm::{
    ConnectionTrait, Order,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Crm, Error,
    contacts::store::{self, Loaded},
    record::{Column, RecordKind},
};

/// Kind of the job.
pub const KIND: &str = "crm.reindex_company_contacts";

/// Contacts of one transaction.
const CHUNK: u64 = 500;

/// Indexes contacts.
pub struct ReindexCompanyContacts(pub Arc<Crm>);

#[async_trait::async_trait]
impl Work for ReindexCompanyContacts {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        for company in payload["companies"].as_array().into_iter().flatten() {
            let Some(company) = company.as_str().and_then(|text| text.parse().ok()) else { continue };
            let mut reached = None;
            loop {
                if context.cancel.is_cancelled() {
                    return Err(JobError::Interrupted);
                }
                reached = step(&self.0, &context.scope, company, reached).await?;
                if reached.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// Indexes the next contacts of a company; gives the last of them, `None` at the end.
async fn step(crm: &Crm, scope: &Scope, company: Uuid, after: Option<Uuid>) -> Result<Option<Uuid>, Error> {
    let kind = RecordKind::Contact;
    let tx = crm.db.begin(scope).await?;
    let mut select = Query::select();
    select.expr(kind.column(Column::Id)).expr(kind.column(Column::SearchText)).from(kind.table());
    select.cond_where(kind.within(scope)).and_where(Expr::col(Alias::new("company_id")).eq(company));
    if let Some(after) = after {
        select.and_where(kind.column(Column::Id).gt(after));
    }
    select.order_by((kind.table(), Column::Id), Order::Asc).limit(CHUNK);
    let rows = tx.query_all(&select).await?;
    let indexed: Vec<(Uuid, String)> = rows
        .iter()
        .map(|row| Ok((row.try_get("", "id")?, row.try_get("", "search_text")?)))
        .collect::<Result<_, sea_orm::DbErr>>()?;
    let ids: Vec<Uuid> = indexed.iter().map(|(id, _)| *id).collect();
    for Loaded { contact, company_name } in store::load_many(&tx, scope, &ids).await? {
        let text = contact.fields.search_text(company_name.as_deref());
        if indexed.iter().any(|(id, old)| *id == contact.id && *old == text) {
            continue;
        }
        let mut update = Query::update();
        update.table(kind.table()).value(Column::SearchText, text);
        update.and_where(Expr::col(Column::OrgId).eq(scope.org_id.0)).and_where(Expr::col(Column::Id).eq(contact.id));
        tx.execute(&update).await?;
    }
    tx.commit().await?;
    Ok(ids.last().copied().filter(|_| ids.len() as u64 == CHUNK))
}
