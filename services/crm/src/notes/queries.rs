//! Reading notes.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::permissions::NOTES_READ;
use db::{Field, List, Page, Params};
use kernel::{Scope, filter::FieldType};
use sea_orm::{
    ColumnTrait,
    sea_query::{Expr, SimpleExpr},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    about::About,
    store::{
        self, Row,
        entity::{Column, Entity},
    },
};
use crate::{Crm, Error};

/// What somebody wrote down about a record.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    pub id: Uuid,
    pub body: String,
    pub author_id: Uuid,
    #[schema(required)]
    pub author_name: Option<String>,
    #[schema(required)]
    pub contact_id: Option<Uuid>,
    #[schema(required)]
    pub company_id: Option<Uuid>,
    #[schema(required)]
    pub deal_id: Option<Uuid>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Note {
    /// The note with the name of its author out of `names`.
    #[must_use]
    pub fn of(row: Row, names: &HashMap<Uuid, String>) -> Self {
        Self {
            id: row.id,
            body: row.body,
            author_id: row.author_id,
            author_name: names.get(&row.author_id).cloned(),
            contact_id: row.contact_id,
            company_id: row.company_id,
            deal_id: row.deal_id,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

fn created_at() -> SimpleExpr {
    Expr::col((Entity, Column::CreatedAt))
}

const NOTES: List = List {
    fields: &[Field { name: "createdAt", kind: FieldType::Instant, expr: created_at, order: Some(created_at) }],
    default_sort: "-createdAt",
    id: || Expr::col((Entity, Column::Id)),
};

/// The notes on a record, newest first.
///
/// # Errors
/// [`Error::NotFound`] when the record is unknown or out of reach.
pub async fn list(crm: &Crm, scope: &Scope, about: About, record: Uuid, params: &Params) -> Result<Page<Note>, Error> {
    scope.require(NOTES_READ)?;
    about.require(crm, scope, record).await?;
    let mut select = store::select(scope);
    select.and_where(store::about(about).eq(record));
    let page: Page<Row> = NOTES.page(&crm.db.reader(scope), select, params, None).await?;
    let names = crm.names(scope, page.items.iter().map(|note| note.author_id)).await?;
    Ok(page.map(|rows| rows.into_iter().map(|row| Note::of(row, &names)).collect()))
}

/// A note as it is shown.
pub(super) async fn view(crm: &Crm, scope: &Scope, row: Row) -> Result<Note, Error> {
    let names = crm.names(scope, [row.author_id]).await?;
    Ok(Note::of(row, &names))
}
