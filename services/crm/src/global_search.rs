//! One search over contacts and companies, for the command palette.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Query as Parameters};
use axum::extract::State;
use db::{List, Params};
use kernel::Scope;
use sea_orm::{
    FromQueryResult,
    sea_query::{Alias, Expr, Func, SelectStatement, SimpleExpr},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    Crm, Error,
    companies::{self, list::COMPANIES},
    contacts::{self, list::CONTACTS},
    http::Refusals,
    lists::Wanted,
    record::{Column, RecordKind},
};

/// Something that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchResult {
    kind: RecordKind,
    id: Uuid,
    name: String,
    /// What tells it from others of the name: company or job of a contact, industry or web address of a company.
    #[schema(required)]
    subtitle: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SearchResults {
    items: Vec<SearchResult>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Question {
    /// Words, each of which may be the beginning of one.
    q: String,
}

/// Most results of each kind.
const OF_EACH: u64 = 10;
/// Longest question.
const MAX_QUESTION: usize = 200;

/// Routes below `/api`.
pub fn routes() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(search))
}

/// Searches contacts and companies
#[utoipa::path(
    get, path = "/search", operation_id = "globalSearch", tag = "Search", params(Question),
    responses((status = 200, description = "At most twenty", body = SearchResults), Refusals)
)]
async fn search(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Parameters(question): Parameters<Question>,
) -> Result<Json<SearchResults>, ApiError> {
    Ok(Json(SearchResults { items: find(&crm, caller.scope(), &question.q).await? }))
}

/// What a result is read from.
#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    subtitle: Option<String>,
}

/// The newest matches of each kind that the actor may read.
///
/// # Errors
/// [`Error::Forbidden`] for whoever may read neither kind.
pub async fn find(crm: &Crm, scope: &Scope, question: &str) -> Result<Vec<SearchResult>, Error> {
    let readable = [RecordKind::Contact, RecordKind::Company].map(|kind| (kind, kind.rights().read));
    if !readable.iter().any(|(_, read)| scope.grants.allows(*read)) {
        scope.require(readable[0].1)?;
    }
    let question: String = question.trim().chars().take(MAX_QUESTION).collect();
    let mut found = Vec::new();
    if question.is_empty() {
        return Ok(found);
    }
    for (kind, _) in readable.into_iter().filter(|(_, read)| scope.grants.allows(*read)) {
        let (list, select) = match kind {
            RecordKind::Contact => (&CONTACTS, contact_rows(scope)),
            RecordKind::Company => (&COMPANIES, company_rows(scope)),
        };
        let rows = matches(crm, scope, (kind, list), select, &question).await?;
        let result = |row: Row| SearchResult { kind, id: row.id, name: row.name, subtitle: row.subtitle };
        found.extend(rows.into_iter().map(result));
    }
    Ok(found)
}

async fn matches(
    crm: &Crm,
    scope: &Scope,
    (kind, list): (RecordKind, &'static List),
    select: SelectStatement,
    question: &str,
) -> Result<Vec<Row>, Error> {
    let params = Params { limit: OF_EACH, search: Some(question.to_owned()), ..Params::default() };
    let wanted = Wanted { list, kind, params: &params, trash: false, region: crm.region() };
    wanted.newest(&crm.db.reader(scope), scope, select).await
}

fn contact_rows(scope: &Scope) -> SelectStatement {
    let mut select = contacts::store::select(scope);
    let job = Expr::col((RecordKind::Contact.table(), Alias::new("job_title")));
    titled(RecordKind::Contact, &mut select, [RecordKind::Company.column(Column::Name), job])
}

fn company_rows(scope: &Scope) -> SelectStatement {
    let mut select = companies::store::select(scope);
    let own = |column: &str| Expr::col((RecordKind::Company.table(), Alias::new(column)));
    titled(RecordKind::Company, &mut select, [own("industry"), own("website")])
}

/// The statement with id, name and the first of the subtitles that is there.
fn titled(kind: RecordKind, select: &mut SelectStatement, subtitles: [SimpleExpr; 2]) -> SelectStatement {
    select.clear_selects();
    select.expr(kind.column(Column::Id)).expr(kind.column(Column::Name));
    select.expr_as(Func::coalesce(subtitles), Alias::new("subtitle")).to_owned()
}
