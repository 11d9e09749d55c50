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
    note::ActivityKind,
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
    /// The text. Who is mentioned stands in it as `@[Name](user:<id>)`.
    pub body: String,
    pub kind: ActivityKind,
    /// When what it tells of happened, or will; when it was written, unless it says.
    pub occurred_at: DateTime<Utc>,
    #[schema(required)]
    pub duration_minutes: Option<i64>,
    /// The members that the text mentions.
    pub mentions: Vec<Uuid>,
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
        let mentions = row.mentions();
        let fields = row.fields();
        Self {
            id: row.id,
            body: fields.body,
            kind: fields.kind,
            occurred_at: fields.occurred_at.unwrap_or(row.created_at),
            duration_minutes: fields.duration_minutes,
            mentions,
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

/// The notes on a record, of one kind perhaps, newest first.
///
/// # Errors
/// [`Error::NotFound`] when the record is unknown or out of reach.
pub async fn list(
    crm: &Crm,
    scope: &Scope,
    about: About,
    record: Uuid,
    kind: Option<ActivityKind>,
    params: &Params,
) -> Result<Page<Note>, Error> {
    scope.require(NOTES_READ)?;
    about.require(crm, scope, record).await?;
    let mut select = store::select(scope);
    select.and_where(store::about(about).eq(record));
    if let Some(kind) = kind {
        select.and_where(Column::Kind.eq(kind.as_str()));
    }
    let page: Page<Row> = NOTES.page(&crm.db.reader(scope), select, params, None).await?;
    let names = crm.names(scope, page.items.iter().map(|note| note.author_id)).await?;
    Ok(page.map(|rows| rows.into_iter().map(|row| Note::of(row, &names)).collect()))
}

/// A note as it is shown.
pub(super) async fn view(crm: &Crm, scope: &Scope, row: Row) -> Result<Note, Error> {
    let names = crm.names(scope, [row.author_id]).await?;
    Ok(Note::of(row, &names))
}
