//! Inserting rows.

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbBackend, EntityTrait, QueryTrait, Statement,
    sea_query::{Alias, CommonTableExpression, InsertStatement, WithClause},
};

use crate::{Error, Tx};

/// Rows of one statement. Few enough for SQLite's 32 766 bound values, and for the text of the statement to be cached;
/// enough for its own cost not to count.
const ROWS: usize = 100;

/// Inserts rows: a few together with what else the transaction inserts (see [`Tx`]), many at once, each statement being
/// made while the database works on the one before.
///
/// # Errors
/// When the database refuses.
pub async fn insert_all<A>(tx: &Tx, rows: impl IntoIterator<Item = A, IntoIter: Send> + Send) -> Result<(), Error>
where
    A: ActiveModelTrait + Send,
{
    let mut rows = rows.into_iter();
    let first: Vec<A> = rows.by_ref().take(ROWS).collect();
    if first.is_empty() {
        return Ok(());
    }
    let all = first.len() < ROWS;
    let first = A::Entity::insert_many(first);
    if all {
        tx.insert_soon(first.into_query());
        return Ok(());
    }
    let backend = tx.get_database_backend();
    let mut next = Some(first.build(backend));
    while let Some(statement) = next {
        let make = async {
            let batch: Vec<A> = rows.by_ref().take(ROWS).collect();
            (!batch.is_empty()).then(|| A::Entity::insert_many(batch).build(backend))
        };
        let (done, made) = tokio::join!(biased; tx.execute_raw(statement), make);
        done?;
        next = made;
    }
    Ok(())
}

/// The statements that insert all of these: one on PostgreSQL, where each would be a round trip.
pub(crate) fn together(backend: DbBackend, mut inserts: Vec<InsertStatement>) -> Vec<Statement> {
    if backend != DbBackend::Postgres || inserts.len() < 2 {
        return inserts.iter().map(|insert| backend.build(insert)).collect();
    }
    let Some(last) = inserts.pop() else { return Vec::new() };
    let mut with = WithClause::new();
    for (index, insert) in inserts.into_iter().enumerate() {
        let mut expression = CommonTableExpression::new();
        expression.table_name(Alias::new(format!("insert_{index}"))).query(insert);
        with.cte(expression);
    }
    vec![backend.build(&last.with(with))]
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::{Expr, Query};

    use super::*;

    fn insert(table: &'static str, value: i32) -> InsertStatement {
        Query::insert().into_table(table).columns(["n"]).values_panic([Expr::value(value)]).to_owned()
    }

    #[test]
    fn inserts_go_together_in_their_order() {
        let inserts = || vec![insert("a", 1), insert("b", 2), insert("c", 3)];
        let one = together(DbBackend::Postgres, inserts());
        assert_eq!(
            one.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [
                r#"WITH "insert_0" AS (INSERT INTO "a" ("n") VALUES (1)) , "insert_1" AS (INSERT INTO "b" ("n") VALUES (2)) INSERT INTO "c" ("n") VALUES (3)"#
            ]
        );
        assert_eq!(together(DbBackend::Sqlite, inserts()).len(), 3);
        assert_eq!(
            together(DbBackend::Postgres, vec![insert("a", 1)])[0].to_string(),
            r#"INSERT INTO "a" ("n") VALUES (1)"#
        );
        assert!(together(DbBackend::Postgres, Vec::new()).is_empty());
    }
}
