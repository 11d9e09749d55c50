//! The tags in use, most used first: for pick lists.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::{collections::HashMap, sync::Arc};

use api::{ApiError, Caller, Json, Query as Parameters, Refusals};
use axum::extract::State;
use contracts::permissions::{COMPANIES_READ, CONTACTS_READ, DEALS_READ};
use db::Reader;
use kernel::Scope;
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, Order,
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

/// A tag and how many contacts, companies and deals have it.
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

/// The tags of records and deals within reach.
///
/// # Errors
/// When the database is away.
pub async fn in_use(crm: &Crm, scope: &Scope, search: Option<&str>) -> Result<Vec<TagCount>, Error> {
    let readable = [COMPANIES_READ, DEALS_READ].iter().any(|read| scope.grants.allows(*read));
    if !readable {
        scope.require(CONTACTS_READ)?;
    }
    let backend = crm.db.backend();
    let kinds = [RecordKind::Contact, RecordKind::Company].into_iter();
    let tags = kinds.filter(|kind| scope.grants.allows(kind.rights().read)).map(|kind| tags_of(kind, scope, backend));
    let own = tags.reduce(|mut all, more| all.union(UnionType::All, more).to_owned());
    let mut counts: HashMap<String, i64> = match own {
        Some(tags) => counted(&crm.db.reader(scope), tags).await?.into_iter().collect(),
        None => HashMap::new(),
    };
    if scope.grants.allows(DEALS_READ) {
        for (tag, count) in crm.deals.tags(scope).await.map_err(Error::Port)? {
            *counts.entry(tag).or_default() += count;
        }
    }
    let wanted = search.map(name_key).unwrap_or_default();
    let wanted = counts.into_iter().filter(|(name, _)| name_key(name).contains(wanted.trim()));
    let mut found: Vec<TagCount> = wanted.map(|(name, count)| TagCount { name, count }).collect();
    found.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.name.cmp(&other.name)));
    found.truncate(MAX_TAGS);
    Ok(found)
}

/// The most used of the tags in rows of one each.
async fn counted(reader: &Reader<'_>, tags: SelectStatement) -> Result<Vec<(String, i64)>, Error> {
    let tag = || Expr::col(Alias::new("tag"));
    let mut select = Query::select();
    select.expr(tag()).expr_as(Expr::cust("count(*)"), Alias::new("n")).from_subquery(tags, Alias::new("tags"));
    select.add_group_by([tag()]).order_by(Alias::new("n"), Order::Desc).order_by(Alias::new("tag"), Order::Asc);
    let rows = reader.query_all(select.limit(MAX_READ)).await?;
    let counts = rows.iter().map(|row| Ok((row.try_get("", "tag")?, row.try_get("", "n")?)));
    Ok(counts.collect::<Result<_, DbErr>>()?)
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
