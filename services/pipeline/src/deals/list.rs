//! What the list of deals, and the board, can be filtered and sorted by.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use db::{Field, List, Params, Reader, search::matching};
use fields::RecordType;
use kernel::{
    Scope,
    filter::{FieldType, Filter, Op, Test},
    values::name_key,
};
use sea_orm::{
    ConnectionTrait,
    sea_query::{Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::store::{self, column, entity::Column};
use crate::{
    Error, Pipeline,
    stages::{
        stage::{Stage, StageKind},
        store::{self as stages, entity as stage},
    },
};

const fn text(name: &'static str, expr: fn() -> SimpleExpr, order: Option<fn() -> SimpleExpr>) -> Field {
    Field { name, kind: FieldType::Text, expr, order }
}

const fn reference(name: &'static str, expr: fn() -> SimpleExpr, me: bool) -> Field {
    Field { name, kind: FieldType::Reference { me }, expr, order: None }
}

const fn instant(name: &'static str, expr: fn() -> SimpleExpr) -> Field {
    Field { name, kind: FieldType::Instant, expr, order: Some(expr) }
}

pub const DEALS: List = List {
    fields: &[
        text("title", || column(Column::TitleKey), Some(|| column(Column::TitleKey))),
        text("currency", || column(Column::Currency), None),
        text("source", || column(Column::Source), None),
        text("description", || column(Column::Description), None),
        // The order of a column; nobody filters by it.
        text("position", || column(Column::Position), Some(|| column(Column::Position))),
        Field { name: "tags", kind: FieldType::List, expr: || column(Column::Tags), order: None },
        reference("pipelineId", || column(Column::PipelineId), false),
        reference("stageId", || column(Column::StageId), false),
        reference("companyId", || column(Column::CompanyId), false),
        reference("contactId", || column(Column::ContactId), false),
        reference("ownerId", || column(Column::OwnerId), true),
        Field {
            name: STATUS,
            kind: FieldType::Choice(StageKind::WORDS),
            expr: || Expr::col((stage::Entity, stage::Column::Kind)),
            order: None,
        },
        Field {
            name: "amount",
            kind: FieldType::Number,
            expr: || column(Column::AmountMinor),
            order: Some(|| Func::coalesce([column(Column::AmountMinor), Expr::value(-1_i64)]).into()),
        },
        Field {
            name: "expectedCloseOn",
            kind: FieldType::Day,
            expr: || column(Column::ExpectedCloseOn),
            // Those without a day come last where the next day comes first.
            order: Some(|| Func::coalesce([column(Column::ExpectedCloseOn), Expr::value("9999-12-31")]).into()),
        },
        // Becomes a test of stage and time before it gets to the database.
        Field { name: ROTTING, kind: FieldType::Bool, expr: || Expr::value(false), order: None },
        instant("stageEnteredAt", || column(Column::StageEnteredAt)),
        Field { name: "wonAt", kind: FieldType::Instant, expr: || column(Column::WonAt), order: None },
        Field { name: "lostAt", kind: FieldType::Instant, expr: || column(Column::LostAt), order: None },
        instant("createdAt", || column(Column::CreatedAt)),
        instant("updatedAt", || column(Column::UpdatedAt)),
        instant("deletedAt", || column(Column::DeletedAt)),
    ],
    default_sort: "-createdAt",
    id: || column(Column::Id),
};

const ROTTING: &str = "rotting";
/// The one field that is the stage's.
const STATUS: &str = "status";

/// What is wanted of deals, with the fields of the organization's own that it names, and the filter in the form that the
/// database takes.
///
/// # Errors
/// A filter that does not fit; the database being away.
pub async fn stored_params(
    service: &Pipeline,
    reader: &Reader<'_>,
    scope: &Scope,
    params: &Params,
) -> Result<Params, Error> {
    let params = service.definitions.params(scope, RecordType::Deal, &column(Column::Custom), params).await?;
    let Some(filter) = params.filter.clone() else { return Ok(params) };
    DEALS.check(Some(&filter), None, &params.own_fields)?;
    let rotting = if mentions(&filter, ROTTING) {
        rotting(&stages::list(reader, scope).await?, reader.db().clock().now())
    } else {
        Filter::Or { or: Vec::new() }
    };
    Ok(Params { filter: Some(stored(filter, &rotting)), ..params })
}

/// The deals with search and trash, without filter and order.
#[must_use]
pub fn rows(reader: &Reader<'_>, scope: &Scope, params: &Params, trash: bool) -> SelectStatement {
    let mut select = store::select(store::within(scope));
    narrow(&mut select, reader, scope, params, trash);
    select
}

/// A statement over the deals that match, those in the trash left out, with no column and no order yet. Nor are stages
/// joined, unless the filter asks for what only they know.
///
/// # Errors
/// A filter that does not fit.
pub fn bare(reader: &Reader<'_>, scope: &Scope, params: &Params) -> Result<SelectStatement, Error> {
    let mut select = unfiltered(reader, scope, params);
    if let Some(filter) = &params.filter {
        DEALS.apply_filter(&mut select, (filter, &params.own_fields), reader, scope.eyes().map(Into::into))?;
    }
    Ok(select)
}

/// As [`bare`], ready for the filter, but without it.
#[must_use]
pub fn unfiltered(reader: &Reader<'_>, scope: &Scope, params: &Params) -> SelectStatement {
    let mut select = Query::select();
    select.from(store::entity::Entity).cond_where(store::within(scope));
    if params.filter.as_ref().is_some_and(|filter| mentions(filter, STATUS)) {
        store::join_stages(&mut select);
    }
    narrow(&mut select, reader, scope, params, false);
    select
}

fn narrow(select: &mut SelectStatement, reader: &Reader<'_>, scope: &Scope, params: &Params, trash: bool) {
    let deleted_at = column(Column::DeletedAt);
    select.and_where(if trash { deleted_at.is_not_null() } else { deleted_at.is_null() });
    if let Some(question) = &params.search {
        select.and_where(matching("deals", reader.get_database_backend(), scope, question));
    }
}

fn mentions(filter: &Filter, field: &str) -> bool {
    match filter {
        Filter::And { and: nodes } | Filter::Or { or: nodes } => nodes.iter().any(|node| mentions(node, field)),
        Filter::Not { not } => mentions(not, field),
        Filter::Test(test) => test.field == field,
    }
}

/// Deals that are in an open stage for longer than it allows, as a filter of stage and time.
fn rotting(stages: &[Stage], now: DateTime<Utc>) -> Filter {
    let mut by_days: BTreeMap<i64, Vec<Uuid>> = BTreeMap::new();
    for stage in stages.iter().filter(|stage| stage.kind == StageKind::Open) {
        if let Some(days) = stage.rot_days {
            by_days.entry(days).or_default().push(stage.id);
        }
    }
    let test = |field: &str, op, value| Filter::Test(Test { field: field.to_owned(), op, value });
    let since = |days| json!((now - TimeDelta::days(days)).to_rfc3339());
    let each = by_days.into_iter().map(|(days, stages)| Filter::And {
        and: vec![test("stageId", Op::In, json!(stages)), test("stageEnteredAt", Op::Lte, since(days))],
    });
    match each.collect::<Vec<_>>() {
        // No stage: nothing is rotting, which an empty "or" would not say.
        none if none.is_empty() => Filter::Not { not: Box::new(Filter::And { and: Vec::new() }) },
        or => Filter::Or { or },
    }
}

/// The filter with values as they are stored, and with `rotting` spelled out.
fn stored(filter: Filter, rotting: &Filter) -> Filter {
    let all = |nodes: Vec<Filter>| nodes.into_iter().map(|node| stored(node, rotting)).collect();
    match filter {
        Filter::And { and } => Filter::And { and: all(and) },
        Filter::Or { or } => Filter::Or { or: all(or) },
        Filter::Not { not } => Filter::Not { not: Box::new(stored(*not, rotting)) },
        Filter::Test(test) if test.field == ROTTING && test.value == true => rotting.clone(),
        Filter::Test(test) if test.field == ROTTING => Filter::Not { not: Box::new(rotting.clone()) },
        Filter::Test(mut test) => {
            let fold: fn(&str) -> String = match test.field.as_str() {
                "title" => name_key,
                "currency" => |code| code.to_uppercase(),
                _ => return Filter::Test(test),
            };
            match &mut test.value {
                Value::String(text) => *text = fold(text),
                Value::Array(items) => {
                    for text in items.iter_mut().filter_map(|item| item.as_str().map(fold).map(|text| (item, text))) {
                        *text.0 = Value::String(text.1);
                    }
                }
                _ => {}
            }
            Filter::Test(test)
        }
    }
}
