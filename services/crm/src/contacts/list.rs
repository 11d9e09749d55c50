//! What the list of contacts can be filtered and sorted by.

use db::{Field, List};
use kernel::filter::FieldType;
use sea_orm::sea_query::{Expr, Func, SimpleExpr};

use super::store::entity::{Column, Entity};
use crate::record::{Column as Shared, RecordKind};

fn column(column: Column) -> SimpleExpr {
    Expr::col((Entity, column))
}

fn text_order(of: Column) -> SimpleExpr {
    Func::coalesce([column(of), Expr::value("")]).into()
}

fn company(of: Shared) -> SimpleExpr {
    RecordKind::Company.column(of)
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

pub const CONTACTS: List = List {
    fields: &[
        text("name", || column(Column::NameKey), Some(|| column(Column::NameKey))),
        text("firstName", || column(Column::FirstName), Some(|| text_order(Column::FirstName))),
        text("middleName", || column(Column::MiddleName), None),
        text("lastName", || column(Column::LastName), Some(|| text_order(Column::LastName))),
        text("jobTitle", || column(Column::JobTitle), Some(|| text_order(Column::JobTitle))),
        text(
            "companyName",
            || company(Shared::NameKey),
            Some(|| Func::coalesce([company(Shared::NameKey), Expr::value("")]).into()),
        ),
        text("timeZone", || column(Column::TimeZone), Some(|| text_order(Column::TimeZone))),
        text("telegramUsername", || column(Column::TelegramUsername), None),
        text("website", || column(Column::Website), None),
        text("linkedinUrl", || column(Column::LinkedinUrl), None),
        text("source", || column(Column::Source), Some(|| text_order(Column::Source))),
        text("description", || column(Column::Description), None),
        list("emails", || column(Column::Emails)),
        list("phones", || column(Column::Phones)),
        list("tags", || column(Column::Tags)),
        Field {
            name: "companyId",
            kind: FieldType::Reference { me: false },
            expr: || column(Column::CompanyId),
            order: None,
        },
        Field {
            name: "ownerId",
            kind: FieldType::Reference { me: true },
            expr: || column(Column::OwnerId),
            order: None,
        },
        Field {
            name: "leadScore",
            kind: FieldType::Number,
            expr: || column(Column::LeadScore),
            order: Some(|| Func::coalesce([column(Column::LeadScore), Expr::value(-1_i64)]).into()),
        },
        Field {
            name: "doNotContact",
            kind: FieldType::Bool,
            expr: || column(Column::DoNotContact),
            order: Some(|| column(Column::DoNotContact)),
        },
        instant("createdAt", || column(Column::CreatedAt)),
        instant("updatedAt", || column(Column::UpdatedAt)),
        instant("deletedAt", || column(Column::DeletedAt)),
    ],
    default_sort: "-createdAt",
    id: || column(Column::Id),
};
