//! A value inside a JSON object as something that compares. What is there but of another type counts as nothing: such
//! values stand in records since before their field did.

use sea_orm::{
    DbBackend,
    sea_query::{Expr, SimpleExpr},
};

/// The type a value must have to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Text,
    Number,
    /// True, or anything else.
    Flag,
    /// An array of texts; without one, an empty array.
    Texts,
}

/// The value of `key` in the object; `None` for a key that could not be one of ours: small Latin letters, digits and
/// underscores.
#[must_use]
pub fn value(backend: DbBackend, object: &SimpleExpr, key: &str, shape: Shape) -> Option<SimpleExpr> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if key.is_empty() || !key.chars().all(fits) {
        return None;
    }
    let (sql, times) = if backend == DbBackend::Postgres { (postgres(key, shape), 1) } else { (sqlite(key, shape), 2) };
    // SQLite's placeholders have no numbers: the object is named once for each.
    let objects = vec![object.clone(); if shape == Shape::Flag { 1 } else { times }];
    Some(Expr::cust_with_exprs(sql, objects))
}

/// A text as something to sort by, as SQLite does by bytes; `nothing` stands where there is none.
#[must_use]
pub fn text_order(backend: DbBackend, text: &SimpleExpr, nothing: &'static str) -> SimpleExpr {
    let sql = if backend == DbBackend::Postgres { "(coalesce($1, $2) collate \"C\")" } else { "coalesce(?, ?)" };
    Expr::cust_with_exprs(sql, [text.clone(), Expr::value(nothing)])
}

fn postgres(key: &str, shape: Shape) -> String {
    match shape {
        Shape::Text => {
            format!("(case when jsonb_typeof($1 -> '{key}') = 'string' then $1 ->> '{key}' end)")
        }
        Shape::Number => {
            format!(
                "(case when jsonb_typeof($1 -> '{key}') = 'number' then cast($1 ->> '{key}' as double precision) end)"
            )
        }
        Shape::Flag => format!("coalesce($1 -> '{key}' = 'true'::jsonb, false)"),
        Shape::Texts => {
            format!("(case when jsonb_typeof($1 -> '{key}') = 'array' then $1 -> '{key}' else '[]'::jsonb end)")
        }
    }
}

fn sqlite(key: &str, shape: Shape) -> String {
    match shape {
        Shape::Text => format!("(case when json_type(?, '$.{key}') = 'text' then json_extract(?, '$.{key}') end)"),
        Shape::Number => {
            format!(
                "(case when json_type(?, '$.{key}') in ('integer', 'real') then json_extract(?, '$.{key}') + 0.0 end)"
            )
        }
        Shape::Flag => format!("coalesce(json_type(?, '$.{key}') = 'true', false)"),
        Shape::Texts => {
            format!("(case when json_type(?, '$.{key}') = 'array' then json_extract(?, '$.{key}') else '[]' end)")
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::{PostgresQueryBuilder, Query, SqliteQueryBuilder};

    use super::*;

    #[test]
    fn each_database_asks_in_its_own_way() {
        let object = Expr::col(("contacts", "custom"));
        let lite = value(DbBackend::Sqlite, &object, "budget", Shape::Text).unwrap();
        assert_eq!(
            Query::select().expr(lite).to_string(SqliteQueryBuilder),
            r#"SELECT (case when json_type("contacts"."custom", '$.budget') = 'text' then json_extract("contacts"."custom", '$.budget') end)"#
        );
        let pg = value(DbBackend::Postgres, &object, "budget", Shape::Flag).unwrap();
        assert_eq!(
            Query::select().expr(pg).to_string(PostgresQueryBuilder),
            r#"SELECT coalesce("contacts"."custom" -> 'budget' = 'true'::jsonb, false)"#
        );
    }

    #[test]
    fn nothing_but_a_key_gets_into_the_text() {
        let object = Expr::col(("contacts", "custom"));
        for key in ["", "a b", "a'b", "$", "a.b", "Ключ"] {
            assert!(value(DbBackend::Sqlite, &object, key, Shape::Text).is_none(), "{key}");
        }
    }
}
