//! Full text: the condition that a question becomes. SQLite answers from FTS5 tables (`…_fts`, by the row number `seq`),
//! PostgreSQL from the `…_words` tables beside the records (the migration of `crm` tells why).

use kernel::{
    Scope,
    values::search::{fts5_match, query_terms, tsquery},
};
use sea_orm::{
    DbBackend,
    sea_query::{Expr, SimpleExpr},
};

/// The expression for FTS5's `match`: every term within the organization; `None` when there is nothing to look for.
#[must_use]
pub fn fts5(scope: &Scope, question: &str) -> Option<String> {
    let terms = fts5_match(&query_terms(question));
    (!terms.is_empty()).then(|| format!("org : \"{}\" AND text : ({terms})", scope.org_id.0.simple()))
}

/// The condition that a record of the table has every word of the question (each may be the beginning of one).
#[must_use]
pub fn matching(table: &str, backend: DbBackend, scope: &Scope, question: &str) -> SimpleExpr {
    if backend == DbBackend::Sqlite {
        let Some(expression) = fts5(scope, question) else { return Expr::value(false) };
        let sql = format!("{table}.seq in (select rowid from {table}_fts where {table}_fts match ?)");
        return Expr::cust_with_values(sql, [expression]);
    }
    let terms = tsquery(&query_terms(question));
    if terms.is_empty() {
        return Expr::value(false);
    }
    // No condition on the organization here: it would make the planner check `@@` after the record's policy, row by row.
    // The records that the ids lead to are those of the organization in any case.
    // An array: the matches are found once and looked up one by one, however many PostgreSQL expects. Joined, it would
    // read the whole table to find the few records of a rare word.
    let sql =
        format!("{table}.id = any(array(select record_id from {table}_words where words @@ to_tsquery('simple', $1)))");
    Expr::cust_with_values(sql, [terms])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_cannot_leave_its_organization() {
        let scope = Scope::system(kernel::OrgId(uuid::Uuid::nil()), "test");
        let expression = fts5(&scope, "x\") OR org : (\"1").unwrap();
        assert!(expression.starts_with(&format!("org : \"{}\" AND text : (", "0".repeat(32))), "{expression}");
        assert_eq!(expression.matches("org :").count(), 1, "{expression}");
        assert_eq!(fts5(&scope, " ?! "), None);
    }
}
