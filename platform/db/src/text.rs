//! Text comparison that behaves the same on both databases.

use sea_orm::{
    DbBackend,
    sea_query::{Expr, ExprTrait, LikeExpr, SimpleExpr, extension::postgres::PgExpr},
};

/// Escapes `%`, `_` and the escape character itself for a `LIKE … ESCAPE '\'`.
#[must_use]
pub fn like_pattern(prefix: &str, value: &str, suffix: &str) -> String {
    let mut pattern = String::with_capacity(value.len() + 2);
    pattern.push_str(prefix);
    for c in value.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push_str(suffix);
    pattern
}

/// Case-insensitive `LIKE`. SQLite folds only ASCII, so there the value is tried in the cases people write:
/// as given, lower, upper and capitalised.
pub(crate) fn like(backend: DbBackend, column: SimpleExpr, prefix: &str, value: &str, suffix: &str) -> SimpleExpr {
    if backend == DbBackend::Postgres {
        // A backslash is the escape character there anyway.
        return column.ilike(like_pattern(prefix, value, suffix));
    }
    let pattern = |v: &str| LikeExpr::new(like_pattern(prefix, v, suffix)).escape('\\');
    let mut forms = vec![value.to_owned(), value.to_lowercase(), value.to_uppercase(), capitalised(value)];
    forms.sort_unstable();
    forms.dedup();
    forms
        .iter()
        .map(|form| column.clone().like(pattern(form)))
        .reduce(ExprTrait::or)
        .unwrap_or_else(|| Expr::value(false))
}

fn capitalised(value: &str) -> String {
    let lower = value.to_lowercase();
    let mut chars = lower.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::like_pattern;

    #[test]
    fn wildcards_in_a_value_stand_for_themselves() {
        assert_eq!(like_pattern("%", r"50%_\", "%"), r"%50\%\_\\%");
    }
}
