//! The tags in use, most used first: for pick lists.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Query as Parameters, Refusals};
use axum::extract::State;
use contracts::permissions::{COMPANIES_READ, CONTACTS_READ};
use kernel::Scope;
use sea_orm::{
    ConnectionTrait, DbBackend, Order,
    sea_query::{Alias, Expr, Func, Query, SelectStatement, UnionType},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Crm, Error,
    record::{Column, RecordKind, name_key},
};

/// Most tags given.
const MAX_TAGS: usize = 100;
/// Most different tags read, for the search among them.
const MAX_READ: u64 = 5_000;

/// A tag and how many contacts and companies have it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagCount {
    name: String,
    count: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TagList {
    items: Vec<TagCount>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TagSearch {
    /// Part of the tag.
    search: Option<String>,
}

/// Routes below `/api/crm`.
pub fn routes() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Lists the tags in use, most used first
#[utoipa::path(
    get, path = "/tags", operation_id = "listTags", tag = "Tags", params(TagSearch),
    responses((status = 200, description = "At most 100", body = TagList), Refusals)
)]
async fn list(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Parameters(parameters): Parameters<TagSearch>,
) -> Result<Json<TagList>, ApiError> {
    Ok(Json(TagList { items: in_use(&crm, caller.scope(), parameters.search.as_deref()).await? }))
}

/// The tags of records within reach.
///
/// # Errors
/// When the database is away.
pub async fn in_use(crm: &Crm, scope: &Scope, search: Option<&str>) -> Result<Vec<TagCount>, Error> {
    scope.require(CONTACTS_READ).or_else(|_| scope.require(COMPANIES_READ))?;
    let backend = crm.db.backend();
    let kinds = [RecordKind::Contact, RecordKind::Company].into_iter();
    let tags = kinds.filter(|kind| scope.grants.allows(kind.rights().read)).map(|kind| tags_of(kind, scope, backend));
    let Some(tags) = tags.reduce(|mut all, more| all.union(UnionType::All, more).to_owned()) else {
        return Ok(Vec::new());
    };
    let tag = || Expr::col(Alias::new("tag"));
    let mut select = Query::select();
    select.expr(tag()).expr_as(Expr::cust("count(*)"), Alias::new("n")).from_subquery(tags, Alias::new("tags"));
    select.add_group_by([tag()]).order_by(Alias::new("n"), Order::Desc).order_by(Alias::new("tag"), Order::Asc);
    let rows = crm.db.reader(scope).query_all(select.limit(MAX_READ)).await?;
    let wanted = search.map(name_key).unwrap_or_default();
    let mut found = Vec::new();
    for row in rows {
        let name: String = row.try_get("", "tag")?;
        if name_key(&name).contains(wanted.trim()) {
            found.push(TagCount { name, count: row.try_get("", "n")? });
        }
        if found.len() == MAX_TAGS {
            break;
        }
    }
    Ok(found)
}

/// Every tag of every record of a kind, one row each.
fn tags_of(kind: RecordKind, scope: &Scope, backend: DbBackend) -> SelectStatement {
    let each = if backend == DbBackend::Sqlite { "json_each" } else { "jsonb_array_elements_text" };
    let mut select = Query::select();
    select.from(kind.table()).from_function(Func::cust(each).arg(kind.column(Column::Tags)), "each");
    select.cond_where(kind.within(scope)).and_where(kind.in_trash(false));
    select.expr_as(Expr::col((Alias::new("each"), Alias::new("value"))), Alias::new("tag"));
    select
}
