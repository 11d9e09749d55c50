//! Compiles a checked filter to SQL. The columns come from the list's own field table, never from input.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::filter::{FieldType, Filter, InstantValue, Op, Test, instant};
use sea_orm::{
    Condition, DbBackend,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use serde_json::Value;
use uuid::Uuid;

use crate::text::like;

/// Where a field of a filter is stored.
#[derive(Clone, Debug)]
pub struct Column {
    pub expr: SimpleExpr,
    pub kind: FieldType,
}

/// What relative values of a filter stand for.
#[derive(Clone, Copy, Debug)]
pub struct Relative {
    pub now: DateTime<Utc>,
    /// Stands for `"me"`.
    pub me: Option<Uuid>,
}

/// The SQL condition of a filter that [`Filter::check`] accepted; a field that `column_of` does not know matches nothing.
#[must_use]
pub fn condition(
    filter: &Filter,
    backend: DbBackend,
    relative: Relative,
    column_of: &impl Fn(&str) -> Option<Column>,
) -> Condition {
    let compile = |node: &Filter| condition(node, backend, relative, column_of);
    match filter {
        Filter::And { and } => and.iter().fold(Condition::all(), |all, node| all.add(compile(node))),
        Filter::Or { or } if or.is_empty() => Condition::all(),
        Filter::Or { or } => or.iter().fold(Condition::any(), |any, node| any.add(compile(node))),
        // A comparison with NULL is unknown; "not" must still match it, so unknown counts as false first.
        Filter::Not { not } => Condition::all().add(
            SimpleExpr::from(sea_orm::sea_query::Func::coalesce([SimpleExpr::from(compile(not)), Expr::value(false)]))
                .not(),
        ),
        Filter::Test(test) => {
            let expr =
                column_of(&test.field).map_or_else(|| Expr::value(false), |c| comparison(test, &c, backend, relative));
            Condition::all().add(expr)
        }
    }
}

fn comparison(test: &Test, column: &Column, backend: DbBackend, relative: Relative) -> SimpleExpr {
    match column.kind {
        FieldType::List => list(test, column, backend),
        FieldType::Text => text(test, column, backend),
        _ => plain(test, column, backend, relative),
    }
}

fn text(test: &Test, column: &Column, backend: DbBackend) -> SimpleExpr {
    let value = test.value.as_str().unwrap_or_default();
    match test.op {
        Op::Contains => like(backend, column.expr.clone(), "%", value, "%"),
        Op::StartsWith => like(backend, column.expr.clone(), "", value, "%"),
        Op::IsEmpty => column.expr.clone().is_null().or(column.expr.clone().eq("")),
        Op::IsNotEmpty => column.expr.clone().is_not_null().and(column.expr.clone().ne("")),
        _ => plain(test, column, backend, Relative { now: DateTime::UNIX_EPOCH, me: None }),
    }
}

fn plain(test: &Test, column: &Column, backend: DbBackend, relative: Relative) -> SimpleExpr {
    let expr = column.expr.clone();
    let one = || bound(&test.value, column.kind, relative);
    let many =
        || test.value.as_array().into_iter().flatten().map(|v| bound(v, column.kind, relative)).collect::<Vec<_>>();
    match test.op {
        Op::Eq if column.kind == FieldType::Instant => expr.eq(one()),
        Op::Eq => expr.eq(one()),
        // "is not X" includes rows without a value, as people mean it.
        Op::Ne => expr.clone().ne(one()).or(expr.is_null()),
        Op::In => expr.is_in(many()),
        Op::NotIn => expr.clone().is_not_in(many()).or(expr.is_null()),
        Op::Gt => expr.gt(one()),
        Op::Gte => expr.gte(one()),
        Op::Lt => expr.lt(one()),
        Op::Lte => expr.lte(one()),
        Op::Between => {
            let mut ends = many().into_iter();
            match (ends.next(), ends.next()) {
                (Some(low), Some(high)) => expr.between(low, high),
                _ => Expr::value(false),
            }
        }
        Op::IsEmpty => expr.is_null(),
        Op::IsNotEmpty => expr.is_not_null(),
        Op::Contains | Op::StartsWith | Op::Has | Op::HasAny | Op::HasAll => {
            let _ = backend;
            Expr::value(false)
        }
    }
}

fn list(test: &Test, column: &Column, backend: DbBackend) -> SimpleExpr {
    let has = |value: &str| -> SimpleExpr {
        if backend == DbBackend::Postgres {
            // `jsonb_exists` is the operator `?`, which placeholders would shadow.
            Expr::cust_with_exprs("jsonb_exists($1, $2)", [column.expr.clone(), Expr::value(value)])
        } else {
            Expr::cust_with_exprs(
                "exists (select 1 from json_each(?) where json_each.value = ?)",
                [column.expr.clone(), Expr::value(value)],
            )
        }
    };
    let wanted = || test.value.as_array().into_iter().flatten().filter_map(Value::as_str).map(has);
    let empty = || column.expr.clone().cast_as("text").eq("[]");
    match test.op {
        Op::Has => has(test.value.as_str().unwrap_or_default()),
        Op::HasAny => wanted().reduce(ExprTrait::or).unwrap_or_else(|| Expr::value(false)),
        Op::HasAll => wanted().reduce(ExprTrait::and).unwrap_or_else(|| Expr::value(true)),
        Op::IsEmpty => empty(),
        Op::IsNotEmpty => empty().not(),
        _ => Expr::value(false),
    }
}

fn bound(value: &Value, kind: FieldType, relative: Relative) -> SimpleExpr {
    match (kind, value) {
        (FieldType::Instant, value) => match instant(value) {
            Some(InstantValue::At(at)) => Expr::value(at),
            Some(InstantValue::DaysAgo(days)) => Expr::value(relative.now - TimeDelta::days(days)),
            None => Expr::value(Option::<DateTime<Utc>>::None),
        },
        (FieldType::Reference { me: true }, Value::String(s)) if s == "me" => Expr::value(relative.me),
        (FieldType::Key { me: true }, Value::String(s)) if s == "me" => {
            Expr::value(relative.me.map(|me| me.to_string()))
        }
        (FieldType::Reference { .. }, Value::String(s)) => Expr::value(Uuid::parse_str(s).ok()),
        (_, Value::String(s)) => Expr::value(s.as_str()),
        (_, Value::Bool(b)) => Expr::value(*b),
        (_, Value::Number(n)) => n.as_i64().map_or_else(|| Expr::value(n.as_f64()), Expr::value),
        _ => Expr::value(Option::<String>::None),
    }
}
