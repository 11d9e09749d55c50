//! A field as something that lists are filtered and sorted by. No I/O.

use std::fmt::Write;

use db::{OwnField, json, json::Shape};
use kernel::{
    filter::{FieldType, Op, Test},
    values::{Email, Phone},
};
use sea_orm::{
    DbBackend,
    sea_query::{Expr, Func, SimpleExpr},
};
use serde_json::Value;

use crate::field::{CustomField, FieldKind, path};

/// What comes before every number: nothing.
const BEFORE_ALL: &str = "-1e300";
/// Those without a day come last where the next day comes first.
const AFTER_ALL: &str = "9999-12-31";

impl CustomField {
    /// The field in a list whose records keep it in this JSON object.
    #[must_use]
    pub(crate) fn column(&self, backend: DbBackend, object: &SimpleExpr) -> Option<OwnField> {
        let (kind, shape) = match self.kind {
            FieldKind::Text | FieldKind::LongText | FieldKind::Url | FieldKind::Email | FieldKind::Phone => {
                (FieldType::Text, Shape::Text)
            }
            FieldKind::Number | FieldKind::Money => (FieldType::Number, Shape::Number),
            FieldKind::Date => (FieldType::Day, Shape::Text),
            FieldKind::Select | FieldKind::Relation => (FieldType::Key { me: false }, Shape::Text),
            FieldKind::User => (FieldType::Key { me: true }, Shape::Text),
            FieldKind::MultiSelect => (FieldType::List, Shape::Texts),
            FieldKind::Checkbox => (FieldType::Bool, Shape::Flag),
        };
        let expr = json::value(backend, object, &self.key, shape)?;
        let order = match self.kind {
            FieldKind::Number | FieldKind::Money => Some(Func::coalesce([expr.clone(), Expr::cust(BEFORE_ALL)]).into()),
            FieldKind::Date => Some(json::text_order(backend, &expr, AFTER_ALL)),
            FieldKind::Checkbox => Some(expr.clone()),
            FieldKind::Select => Some(self.rank(&expr, backend)),
            FieldKind::Text | FieldKind::Url | FieldKind::Email | FieldKind::Phone => {
                Some(json::text_order(backend, &expr, ""))
            }
            FieldKind::LongText | FieldKind::MultiSelect | FieldKind::User | FieldKind::Relation => None,
        };
        Some(OwnField { name: path(&self.key), kind, expr, order })
    }

    /// The place of the chosen option among the options, as a text that sorts; those without one come first.
    fn rank(&self, expr: &SimpleExpr, backend: DbBackend) -> SimpleExpr {
        let ours = |id: &str| id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let known = self.options.iter().enumerate().filter(|(_, option)| ours(&option.id));
        let mut cases = String::new();
        for (rank, option) in known {
            let _ = write!(cases, " when '{}' then '{:03}'", option.id, rank + 1);
        }
        if cases.is_empty() {
            return Expr::cust("''");
        }
        let object = if backend == DbBackend::Postgres { "$1" } else { "?" };
        Expr::cust_with_exprs(format!("(case {object}{cases} else '' end)"), [expr.clone()])
    }

    /// A test of the field with its values in the form that records keep.
    #[must_use]
    pub(crate) fn stored(&self, mut test: Test, region: Option<&str>) -> Test {
        let whole = !matches!(test.op, Op::Contains | Op::StartsWith);
        let fold = |text: &str| match self.kind {
            FieldKind::Email if whole => Email::parse(text).map_or_else(|_| text.to_owned(), Email::into_string),
            FieldKind::Email => text.to_lowercase(),
            FieldKind::Phone if whole => {
                Phone::parse(text, region).map_or_else(|_| text.to_owned(), Phone::into_string)
            }
            FieldKind::Phone => text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect(),
            _ => text.to_owned(),
        };
        match &mut test.value {
            Value::String(text) => *text = fold(text),
            Value::Array(items) => {
                for item in items {
                    if let Value::String(text) = item {
                        *text = fold(text);
                    }
                }
            }
            _ => {}
        }
        test
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::field::testing::field;

    #[test]
    fn values_of_tests_take_the_stored_form() {
        for (kind, op, value, stored) in [
            (FieldKind::Email, Op::Eq, json!("A@Example.com"), json!("a@example.com")),
            (FieldKind::Email, Op::Contains, json!("EXAMPLE"), json!("example")),
            (FieldKind::Phone, Op::In, json!(["8 912 555-00-11", "x"]), json!(["+79125550011", "x"])),
            (FieldKind::Phone, Op::Contains, json!("(912) 555"), json!("912555")),
            (FieldKind::Text, Op::Eq, json!("A"), json!("A")),
            (FieldKind::Number, Op::Gt, json!(7), json!(7)),
        ] {
            let test = Test { field: "custom.k".to_owned(), op, value: value.clone() };
            let test = field("k", kind).stored(test, None);
            let kept = if stored == json!("a@example.com") {
                json!(Email::parse("A@Example.com").unwrap().as_str())
            } else {
                stored
            };
            assert_eq!(test.value, kept, "{kind:?} {value}");
        }
    }

    #[test]
    fn choices_are_ordered_as_their_options() {
        use sea_orm::sea_query::{Query, SqliteQueryBuilder};
        let column = field("k", FieldKind::Select).column(DbBackend::Sqlite, &Expr::col("custom")).unwrap();
        let text = Query::select().expr(column.order.unwrap()).to_string(SqliteQueryBuilder);
        assert!(text.ends_with("when 'a' then '001' when 'b' then '002' when 'c' then '003' else '' end)"), "{text}");
        assert_eq!((column.name.as_str(), column.kind), ("custom.k", FieldType::Key { me: false }));
    }

    #[test]
    fn what_has_no_order_cannot_be_sorted_by() {
        let sortable = |kind| field("k", kind).column(DbBackend::Sqlite, &Expr::col("custom")).unwrap().order.is_some();
        for kind in [FieldKind::LongText, FieldKind::MultiSelect, FieldKind::User, FieldKind::Relation] {
            assert!(!sortable(kind), "{kind:?}");
        }
        assert!(sortable(FieldKind::Checkbox) && sortable(FieldKind::Phone));
    }
}
