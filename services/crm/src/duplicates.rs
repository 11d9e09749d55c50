//! Hints that a record may be there already, which never stop anybody; below it the list of those that are there twice.

pub mod dismissals;
pub mod groups;
pub mod http;

use db::{Db, Tx};
use kernel::Scope;
use sea_orm::{
    ConnectionTrait,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement, SimpleExpr, UnionType},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Error,
    identities::{self, Identity, MatchedOn},
    record::{Column, RecordKind},
    requests::{emails_schema, phones_schema},
};

/// Most hints given.
const MAX_HINTS: usize = 5;
/// Most matches read: a hint may match in several ways.
const MAX_MATCHES: u64 = 50;

/// A record that looks the same.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DuplicateHint {
    pub id: Uuid,
    pub name: String,
    #[schema(required)]
    pub company_name: Option<String>,
    pub matched_on: Vec<MatchedOn>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DuplicateList {
    pub items: Vec<DuplicateHint>,
}

/// What is known of a record that may be there already.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct DuplicateCheck {
    #[schema(value_type = Option<String>, max_length = 255)]
    pub name: Option<String>,
    #[schema(schema_with = emails_schema)]
    pub emails: Vec<String>,
    #[schema(schema_with = phones_schema)]
    pub phones: Vec<String>,
    #[schema(max_length = 255)]
    pub telegram_username: Option<String>,
    #[schema(max_length = 2048)]
    pub linkedin_url: Option<String>,
    #[schema(max_length = 2048)]
    pub website: Option<String>,
}

/// What a record is compared by.
#[derive(Clone, Debug, Default)]
pub struct Likeness {
    pub identities: Vec<Identity>,
    /// How a record of the same name is found.
    pub same_name: Option<SimpleExpr>,
}

/// Makes a new record durable, and finds those that look the same. Most look like none: whether any does is asked with
/// the commit, and only then which.
///
/// # Errors
/// When the database refuses; nothing is then kept.
pub async fn commit_and_find(
    tx: Tx,
    db: &Db,
    scope: &Scope,
    kind: RecordKind,
    likeness: &Likeness,
    new: Uuid,
) -> Result<Vec<DuplicateHint>, Error> {
    let by_identity = identities::seek(scope, kind, &likeness.identities);
    let by_name = likeness.same_name.clone().map(|same_name| {
        let mut select = Query::select();
        select.from(kind.table()).and_where(kind.column(Column::OrgId).eq(scope.org_id.0));
        select.and_where(kind.in_trash(false)).and_where(same_name).to_owned()
    });
    let exists =
        by_identity.into_iter().chain(by_name).map(|mut select| Expr::exists(select.expr(Expr::val(1)).take()));
    let Some(any) = exists.reduce(ExprTrait::or) else {
        tx.commit().await?;
        return Ok(Vec::new());
    };
    let found = tx.commit_asking(Query::select().expr_as(any, Alias::new("any"))).await?;
    if found.first().map(|row| row.try_get("", "any")).transpose()?.unwrap_or(false) {
        find_but(db, scope, kind, likeness, Some(new)).await
    } else {
        Ok(Vec::new())
    }
}

/// The records within reach that share an address or the name.
///
/// # Errors
/// When the database is away.
pub async fn find(db: &Db, scope: &Scope, kind: RecordKind, likeness: &Likeness) -> Result<Vec<DuplicateHint>, Error> {
    find_but(db, scope, kind, likeness, None).await
}

/// The same without one record.
async fn find_but(
    db: &Db,
    scope: &Scope,
    kind: RecordKind,
    likeness: &Likeness,
    but: Option<Uuid>,
) -> Result<Vec<DuplicateHint>, Error> {
    let matched = || Expr::col((Alias::new("record_identities"), Alias::new("kind")));
    let others = but.map(|id| kind.column(Column::Id).ne(id));
    let by_identity = identities::lookups(scope, kind, &likeness.identities).into_iter().map(|mut select| {
        shown(kind, &mut select, matched());
        select.and_where_option(others.clone()).take()
    });
    let by_name = likeness.same_name.clone().map(|same_name| {
        let mut select = Query::select();
        select.from(kind.table()).cond_where(kind.within(scope)).and_where(kind.in_trash(false)).and_where(same_name);
        shown(kind, &mut select, Expr::value(MatchedOn::Name.as_str()));
        select.and_where_option(others.clone()).take()
    });
    let all = by_identity.chain(by_name).reduce(|mut one, other| one.union(UnionType::All, other).to_owned());
    let Some(select) = all else { return Ok(Vec::new()) };
    let rows = db.reader(scope).query_all_raw(db::limited(db.backend(), &select, MAX_MATCHES, 0)).await?;
    let mut hints: Vec<DuplicateHint> = Vec::new();
    for row in rows {
        let id = row.try_get("", "id")?;
        let matched: String = row.try_get("", "matched")?;
        let matched = MatchedOn::parse(&matched).ok_or(db::Error::Stored("identity kind"))?;
        match hints.iter_mut().find(|hint| hint.id == id) {
            Some(hint) if hint.matched_on.contains(&matched) => {}
            Some(hint) => hint.matched_on.push(matched),
            None => hints.push(DuplicateHint {
                id,
                name: row.try_get("", "name")?,
                company_name: row.try_get("", "company_name")?,
                matched_on: vec![matched],
            }),
        }
    }
    // What matches in more ways first, then the older record.
    hints.sort_by_key(|hint| (std::cmp::Reverse(hint.matched_on.len()), hint.id));
    hints.truncate(MAX_HINTS);
    Ok(hints)
}

fn shown(kind: RecordKind, select: &mut SelectStatement, matched: SimpleExpr) {
    select.expr_as(kind.column(Column::Id), Alias::new("id"));
    select.expr_as(kind.column(Column::Name), Alias::new("name"));
    select.expr_as(company_name(kind), Alias::new("company_name"));
    select.expr_as(matched, Alias::new("matched"));
}

fn company_name(kind: RecordKind) -> SimpleExpr {
    match kind {
        RecordKind::Company => Expr::value(Option::<String>::None).cast_as("text"),
        RecordKind::Contact => {
            let company = RecordKind::Company;
            let id = Expr::col((kind.table(), Alias::new("company_id")));
            let mut select = Query::select();
            select.expr(company.column(Column::Name)).from(company.table());
            select.and_where(company.column(Column::Id).eq(id));
            select.and_where(company.column(Column::OrgId).eq(kind.column(Column::OrgId)));
            Expr::SubQuery(None, Box::new(select.into()))
        }
    }
}

/// Somebody of this name at this company (or at none that we know of); anybody of the name when no company is given.
#[must_use]
pub fn same_person(name: &str, company_id: Option<Uuid>) -> SimpleExpr {
    let kind = RecordKind::Contact;
    let same = kind.column(Column::NameKey).eq(crate::record::name_key(name));
    let company = Expr::col((kind.table(), Alias::new("company_id")));
    match company_id {
        Some(id) => same.and(company.clone().is_null().or(company.eq(id))),
        None => same,
    }
}
