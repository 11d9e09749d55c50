//! Full-text search: which words of a record are indexed, and the condition that a question becomes. SQLite answers from
//! FTS5 tables, PostgreSQL from the `…_words` tables beside the records (the migration tells why).

use kernel::{
    Scope,
    values::{
        Phone,
        search::{index_tokens, phone_tokens},
    },
};
use sea_orm::{
    DbBackend,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement, SimpleExpr},
};

use crate::record::{Column, RecordKind};

/// The indexed words of a record: its texts, and its phones in every form people look for.
#[must_use]
pub fn search_text<'a>(texts: impl IntoIterator<Item = &'a str>, phones: &[String]) -> String {
    let phones: Vec<String> = phones.iter().map(|phone| phone_tokens(&Phone::from_stored(phone.clone()))).collect();
    let mut parts: Vec<&str> = texts.into_iter().collect();
    parts.extend(phones.iter().map(String::as_str));
    index_tokens(parts)
}

/// The condition that a record has every word of the question (each word may be the beginning of one).
#[must_use]
pub fn matching(kind: RecordKind, backend: DbBackend, scope: &Scope, question: &str) -> SimpleExpr {
    db::search::matching(kind.table_name(), backend, scope, question)
}

/// A statement over the full-text matches of a question and their records (SQLite), and the number by which FTS5 reads
/// them newest first.
pub fn matches_by_number(kind: RecordKind, scope: &Scope, question: &str) -> (SelectStatement, SimpleExpr) {
    let table = kind.table_name();
    let words = Alias::new(format!("{table}_fts"));
    let number = Expr::col((words.clone(), Alias::new("rowid")));
    let mut select = Query::select();
    // SQLite keeps the order of a cross join: matches first, then the record of each by its number.
    select.from(words).cross_join(kind.table()).and_where(kind.column(Column::Seq).eq(number.clone()));
    match db::search::fts5(scope, question) {
        Some(expression) => select.and_where(Expr::cust_with_values(format!("{table}_fts match ?"), [expression])),
        None => select.and_where(Expr::value(false)),
    };
    (select, number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_indexed_whole_and_by_its_end() {
        let text = search_text(["Анна Ёлкина"], &["+79125550011".to_owned()]);
        for word in ["анна", "елкина", "79125550011", "9125550011", "0011"] {
            assert!(text.split(' ').any(|w| w == word), "{word} in {text}");
        }
    }
}
