//! One search over contacts, companies and deals, for the command palette.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Query as Parameters, Refusals};
use axum::extract::State;
use contracts::{
    permissions::DEALS_READ,
    ports::{DealQuestion, FoundDeal},
};
use db::Params;
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
    lists::Wanted,
    notes::about::About,
    record::{Column, RecordKind},
    spelling,
};

/// Something that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchResult {
    kind: About,
    id: Uuid,
    /// Of a deal its title.
    name: String,
    /// What tells it from others of the name: company or job of a contact, industry or web address of a company, company or
    /// contact of a deal.
    #[schema(required)]
    subtitle: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SearchResults {
    items: Vec<SearchResult>,
    /// What was searched instead: nothing has the words of the question, but something has words that differ by a slip of
    /// the finger, or by the keyboard layout.
    #[schema(required)]
    corrected: Option<String>,
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

/// Searches contacts, companies and deals
///
/// Deals are found by their own words, and by the contacts and companies that are found. Where nothing is found, words as they
/// may have been meant are searched, and told in `corrected`.
#[utoipa::path(
    get, path = "/search", operation_id = "globalSearch", tag = "Search", params(Question),
    responses((status = 200, description = "At most thirty", body = SearchResults), Refusals)
)]
async fn search(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Parameters(question): Parameters<Question>,
) -> Result<Json<SearchResults>, ApiError> {
    Ok(Json(find(&crm, caller.scope(), &question.q).await?))
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
/// [`Error::Forbidden`] for whoever may read no kind.
pub async fn find(crm: &Crm, scope: &Scope, question: &str) -> Result<SearchResults, Error> {
    let items = matches(crm, scope, question).await?;
    if items.is_empty()
        && let Some(meant) = spelling::corrected(crm, scope, question).await?
    {
        let items = matches(crm, scope, &meant).await?;
        // What finds nothing within reach is not told: somebody else may have the word.
        let corrected = Some(meant).filter(|_| !items.is_empty());
        return Ok(SearchResults { items, corrected });
    }
    Ok(SearchResults { items, corrected: None })
}

async fn matches(crm: &Crm, scope: &Scope, question: &str) -> Result<Vec<SearchResult>, Error> {
    let readable = [RecordKind::Contact, RecordKind::Company].map(|kind| (kind, kind.rights().read));
    let deals_too = scope.grants.allows(DEALS_READ);
    if !deals_too && !readable.iter().any(|(_, read)| scope.grants.allows(*read)) {
        scope.require(readable[0].1)?;
    }
    let question: String = question.trim().chars().take(MAX_QUESTION).collect();
    let mut found = Vec::new();
    if question.is_empty() {
        return Ok(found);
    }
    for (kind, _) in readable.into_iter().filter(|(_, read)| scope.grants.allows(*read)) {
        let (list, read): (_, fn(&mut SelectStatement, &Scope)) = match kind {
            RecordKind::Contact => (&CONTACTS, read_contact),
            RecordKind::Company => (&COMPANIES, read_company),
        };
        let params = Params { limit: OF_EACH, search: Some(question.clone()), ..Params::default() };
        let wanted = Wanted { list, kind, read, params: &params, trash: false, region: crm.region() };
        let rows: Vec<Row> = wanted.newest(&crm.db.reader(scope), scope).await?;
        found.extend(rows.into_iter().map(|row| SearchResult {
            kind: kind.into(),
            id: row.id,
            name: row.name,
            subtitle: row.subtitle,
        }));
    }
    if deals_too {
        let deals = deals(crm, scope, &question, &found).await?;
        found.extend(deals);
    }
    Ok(found)
}

/// Deals that have the words, or whose contact or company was found.
async fn deals(crm: &Crm, scope: &Scope, words: &str, found: &[SearchResult]) -> Result<Vec<SearchResult>, Error> {
    let of = |kind| found.iter().filter(|result| result.kind == kind).map(|result| result.id).collect::<Vec<_>>();
    let (contacts, companies) = (of(About::Contact), of(About::Company));
    let question = DealQuestion { words, contacts: &contacts, companies: &companies, limit: OF_EACH };
    let deals = crm.deals.search(scope, question).await.map_err(Error::Port)?;
    let reader = crm.db.reader(scope);
    let ids = |of: fn(&FoundDeal) -> Option<Uuid>| deals.iter().filter_map(of).collect::<Vec<_>>();
    let companies = companies::store::names(&reader, scope, &ids(|deal| deal.company_id)).await?;
    let contacts = contacts::store::names(&reader, scope, &ids(|deal| deal.contact_id)).await?;
    let subtitle = |deal: &FoundDeal| {
        let company = deal.company_id.and_then(|id| companies.get(&id));
        company.or_else(|| deal.contact_id.and_then(|id| contacts.get(&id))).cloned()
    };
    let result =
        |deal: FoundDeal| SearchResult { kind: About::Deal, id: deal.id, subtitle: subtitle(&deal), name: deal.title };
    Ok(deals.into_iter().map(result).collect())
}

fn read_contact(select: &mut SelectStatement, scope: &Scope) {
    let kind = RecordKind::Contact;
    contacts::store::join_companies(select);
    let job = Expr::col((kind.table(), Alias::new("job_title")));
    read(kind, select, scope, [RecordKind::Company.column(Column::Name), job]);
}

fn read_company(select: &mut SelectStatement, scope: &Scope) {
    let kind = RecordKind::Company;
    let own = |column: &str| Expr::col((kind.table(), Alias::new(column)));
    read(kind, select, scope, [own("industry"), own("website")]);
}

/// Reads id, name and the first of the subtitles that is there.
fn read(kind: RecordKind, select: &mut SelectStatement, scope: &Scope, subtitles: [SimpleExpr; 2]) {
    select.expr(kind.column(Column::Id)).expr(kind.column(Column::Name));
    select.expr_as(Func::coalesce(subtitles), Alias::new("subtitle")).cond_where(kind.within(scope));
}
