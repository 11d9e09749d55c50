//! What the list of companies can be filtered and sorted by.

use db::{Field, List};
use kernel::filter::FieldType;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, Func, SimpleExpr};

use super::{
    company::CompanySize,
    store::{
        contact_count,
        entity::{Column, Entity},
    },
};

fn column(column: Column) -> SimpleExpr {
    Expr::col((Entity, column))
}

fn text_order(of: Column) -> SimpleExpr {
    Func::coalesce([column(of), Expr::value("")]).into()
}

/// Sizes in the order of their numbers, unknown ones first. Ranks are texts: a cursor carries what it is compared with.
fn size_order() -> SimpleExpr {
    let ranks = ["1", "2", "3", "4", "5"].into_iter().zip(CompanySize::WORDS);
    let case = ranks
        .fold(CaseStatement::new(), |case, (rank, word)| case.case(column(Column::Size).eq(*word), Expr::value(rank)));
    Func::cast_as(case.finally(Expr::value("0")), "text").into()
}

const fn text(name: &'static str, expr: fn() -> SimpleExpr, order: Option<fn() -> SimpleExpr>) -> Field {
    Field { name, kind: FieldType::Text, expr, order }
}

const fn list(name: &'static str, expr: fn() -> SimpleExpr) -> Field {
    Field { name, kind: FieldType::List, expr, order: None }
}

const fn instant(name: &'static str, expr: fn() -> SimpleExpr) -> Field {
    Field { name, kind: FieldType::Instant, expr, order: Some(expr) }
}

pub const COMPANIES: List = List {
    fields: &[
        text("name", || column(Column::NameKey), Some(|| column(Column::NameKey))),
        text("industry", || column(Column::Industry), Some(|| text_order(Column::Industry))),
        Field {
            name: "size",
            kind: FieldType::Choice(CompanySize::WORDS),
            expr: || column(Column::Size),
            order: Some(size_order),
        },
        text("description", || column(Column::Description), None),
        text("website", || column(Column::Website), Some(|| text_order(Column::Website))),
        text("address", || column(Column::Address), None),
        text("source", || column(Column::Source), Some(|| text_order(Column::Source))),
        list("emails", || column(Column::Emails)),
        list("phones", || column(Column::Phones)),
        list("tags", || column(Column::Tags)),
        Field {
            name: "ownerId",
            kind: FieldType::Reference { me: true },
            expr: || column(Column::OwnerId),
            order: None,
        },
        Field { name: "contactCount", kind: FieldType::Number, expr: contact_count, order: Some(contact_count) },
        instant("createdAt", || column(Column::CreatedAt)),
        instant("updatedAt", || column(Column::UpdatedAt)),
        instant("deletedAt", || column(Column::DeletedAt)),
    ],
    default_sort: "-createdAt",
    id: || column(Column::Id),
};
