//! Inserting rows.

use std::fmt::Write;

use sea_orm::{
    ActiveModelTrait, ActiveValue, ConnectionTrait, DbBackend, EntityName, EntityTrait, IdenStatic, Iterable,
    Statement, Value, Values,
};

use crate::{Error, Tx};

/// Rows of one statement. Few enough for SQLite's 32 766 bound values, and for the text of the statement to be cached;
/// enough for its own cost not to count.
const ROWS: usize = 100;

/// Inserts rows: a few together with what else the transaction inserts (see [`Tx`]), many at once, each statement being
/// made while the database works on the one before. All rows set the columns that the first one sets.
///
/// # Errors
/// When the database refuses.
pub async fn insert_all<A>(tx: &Tx, rows: impl IntoIterator<Item = A, IntoIter: Send> + Send) -> Result<(), Error>
where
    A: ActiveModelTrait + Send,
{
    let mut rows = rows.into_iter();
    let Some(first) = Rows::of(rows.by_ref().take(ROWS)) else { return Ok(()) };
    if first.count < ROWS {
        tx.insert_soon(first);
        return Ok(());
    }
    let backend = tx.get_database_backend();
    let mut next = Some(first.into_statement(backend));
    while let Some(statement) = next {
        let make = async { Rows::of(rows.by_ref().take(ROWS)).map(|rows| rows.into_statement(backend)) };
        let (done, made) = tokio::join!(biased; tx.execute_raw(statement), make);
        done?;
        next = made;
    }
    Ok(())
}

/// Rows to be inserted into one table. Their statement is written here: the builder's way of it took a quarter of the
/// time that creating a record costs the server.
pub(crate) struct Rows {
    table: &'static str,
    columns: Vec<&'static str>,
    count: usize,
    /// Row after row.
    values: Vec<Value>,
}

impl Rows {
    /// `None` when there are none.
    fn of<A: ActiveModelTrait>(rows: impl Iterator<Item = A>) -> Option<Self> {
        let mut all =
            Self { table: A::Entity::default().table_name(), columns: Vec::new(), count: 0, values: Vec::new() };
        let mut set = Vec::new();
        for mut row in rows {
            if all.count == 0 {
                for column in <A::Entity as EntityTrait>::Column::iter() {
                    if let ActiveValue::Set(value) | ActiveValue::Unchanged(value) = row.take(column) {
                        all.columns.push(column.as_str());
                        all.values.push(value);
                        set.push(column);
                    }
                }
            } else {
                for (index, column) in set.iter().enumerate() {
                    all.values.push(match row.take(*column) {
                        ActiveValue::Set(value) | ActiveValue::Unchanged(value) => value,
                        ActiveValue::NotSet => all.values[index].as_null(),
                    });
                }
            }
            all.count += 1;
        }
        (all.count > 0).then_some(all)
    }

    fn into_statement(self, backend: DbBackend) -> Statement {
        let mut sql = String::new();
        self.write(&mut sql, backend, 0, None);
        Statement { sql, values: Some(Values(self.values)), db_backend: backend }
    }

    /// Adds `insert into …` to the text of a statement that has so many values already; with a condition, if there is one.
    fn write(&self, sql: &mut String, backend: DbBackend, mut values: usize, condition: Option<&str>) {
        sql.reserve(64 + self.columns.len() * (20 + 4 * self.count));
        let _ = write!(sql, "INSERT INTO \"{}\" (", self.table);
        for (index, column) in self.columns.iter().enumerate() {
            sql.push_str(if index == 0 { "\"" } else { ", \"" });
            sql.push_str(column);
            sql.push('"');
        }
        sql.push_str(if condition.is_none() { ") VALUES " } else { ") SELECT * FROM (VALUES " });
        for row in 0..self.count {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            for index in 0..self.columns.len() {
                if index > 0 {
                    sql.push_str(", ");
                }
                values += 1;
                let _ = match backend {
                    DbBackend::Postgres => write!(sql, "${values}"),
                    _ => sql.write_str("?"),
                };
            }
            sql.push(')');
        }
        if let Some(condition) = condition {
            let _ = write!(sql, ") AS \"row\" WHERE {condition}");
        }
    }
}

/// The statements that insert all of these: one on PostgreSQL, where each would be a round trip.
pub(crate) fn together(backend: DbBackend, mut inserts: Vec<Rows>) -> Vec<Statement> {
    if backend != DbBackend::Postgres || inserts.len() < 2 {
        return inserts.into_iter().map(|rows| rows.into_statement(backend)).collect();
    }
    let Some(last) = inserts.pop() else { return Vec::new() };
    vec![with(String::from("WITH "), Vec::new(), inserts, last, None)]
}

/// One statement for PostgreSQL that inserts the rows if the update finds something; what it affects is more than nothing
/// then.
pub(crate) fn upon(update: Statement, mut inserts: Vec<Rows>) -> Statement {
    let Some(last) = inserts.pop() else { return update };
    let sql = format!("WITH \"changed\" AS ({} RETURNING 1){}", update.sql, if inserts.is_empty() { "" } else { ", " });
    let values = update.values.map(|values| values.0).unwrap_or_default();
    with(sql, values, inserts, last, Some("EXISTS (SELECT 1 FROM \"changed\")"))
}

/// One statement for PostgreSQL that inserts the rows and answers what the query finds without them.
pub(crate) fn beside(query: Statement, inserts: Vec<Rows>) -> Statement {
    let mut sql = format!("WITH \"found\" AS ({})", query.sql);
    let mut values = query.values.map(|values| values.0).unwrap_or_default();
    for rows in inserts.into_iter().enumerate() {
        sql.push_str(", ");
        named(&mut sql, &mut values, rows, None);
    }
    sql.push_str(" SELECT * FROM \"found\"");
    Statement { sql, values: Some(Values(values)), db_backend: DbBackend::Postgres }
}

/// Several statements for SQLite that are one transaction: the inserts, after an update if there is one. Of that a row with
/// `found` is told, and if it found nothing, nothing is inserted: each statement counts what the one before has changed.
pub(crate) fn in_one_go(update: Option<Statement>, inserts: Vec<Rows>) -> Statement {
    let (mut sql, mut values) = (String::from("BEGIN IMMEDIATE; "), Vec::new());
    let condition = update.is_some().then_some("changes() > 0");
    if let Some(update) = update {
        let _ = write!(sql, "{}; SELECT changes() AS \"found\"; ", update.sql);
        values.extend(update.values.into_iter().flat_map(|values| values.0));
    }
    for rows in inserts {
        rows.write(&mut sql, DbBackend::Sqlite, values.len(), condition);
        sql.push_str("; ");
        values.extend(rows.values);
    }
    sql.push_str("COMMIT");
    Statement { sql, values: Some(Values(values)), db_backend: DbBackend::Sqlite }
}

/// Goes on with a statement that begins with `with …`.
fn with(mut sql: String, mut values: Vec<Value>, inserts: Vec<Rows>, last: Rows, condition: Option<&str>) -> Statement {
    for (index, rows) in inserts.into_iter().enumerate() {
        sql.push_str(if index == 0 { "" } else { ", " });
        named(&mut sql, &mut values, (index, rows), condition);
    }
    sql.push(' ');
    last.write(&mut sql, DbBackend::Postgres, values.len(), condition);
    values.extend(last.values);
    Statement { sql, values: Some(Values(values)), db_backend: DbBackend::Postgres }
}

/// Adds an insert with its place among the others as its name.
fn named(sql: &mut String, values: &mut Vec<Value>, (index, rows): (usize, Rows), condition: Option<&str>) {
    let _ = write!(sql, "\"insert_{index}\" AS (");
    rows.write(sql, DbBackend::Postgres, values.len(), condition);
    sql.push(')');
    values.extend(rows.values);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(table: &'static str, values: &[i32]) -> Rows {
        let values: Vec<Value> = values.iter().map(|value| Value::from(*value)).collect();
        Rows { table, columns: vec!["n"], count: values.len(), values }
    }

    fn texts(backend: DbBackend, inserts: Vec<Rows>) -> Vec<String> {
        together(backend, inserts).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn inserts_hang_on_an_update() {
        let update = Statement::from_sql_and_values(DbBackend::Postgres, "UPDATE t SET n = $1", [Value::from(7)]);
        let told = |inserts| upon(update.clone(), inserts).to_string();
        assert_eq!(told(vec![]), "UPDATE t SET n = 7");
        assert_eq!(
            told(vec![rows("a", &[1, 2]), rows("b", &[3])]),
            "WITH \"changed\" AS (UPDATE t SET n = 7 RETURNING 1), \"insert_0\" AS (INSERT INTO \"a\" (\"n\") \
             SELECT * FROM (VALUES (1), (2)) AS \"row\" WHERE EXISTS (SELECT 1 FROM \"changed\")) \
             INSERT INTO \"b\" (\"n\") SELECT * FROM (VALUES (3)) AS \"row\" WHERE EXISTS (SELECT 1 FROM \"changed\")"
        );
    }

    #[test]
    fn a_query_stands_beside_inserts() {
        let query = Statement::from_sql_and_values(DbBackend::Postgres, "SELECT $1", [Value::from(7)]);
        assert_eq!(
            beside(query.clone(), vec![rows("a", &[1, 2]), rows("b", &[3])]).to_string(),
            "WITH \"found\" AS (SELECT 7), \"insert_0\" AS (INSERT INTO \"a\" (\"n\") VALUES (1), (2)), \
             \"insert_1\" AS (INSERT INTO \"b\" (\"n\") VALUES (3)) SELECT * FROM \"found\""
        );
        assert_eq!(beside(query, vec![]).to_string(), "WITH \"found\" AS (SELECT 7) SELECT * FROM \"found\"");
    }

    #[test]
    fn inserts_go_together_in_their_order() {
        let inserts = || vec![rows("a", &[1, 2]), rows("b", &[3]), rows("c", &[4])];
        assert_eq!(
            texts(DbBackend::Postgres, inserts()),
            [
                r#"WITH "insert_0" AS (INSERT INTO "a" ("n") VALUES (1), (2)), "insert_1" AS (INSERT INTO "b" ("n") VALUES (3)) INSERT INTO "c" ("n") VALUES (4)"#
            ]
        );
        assert_eq!(
            texts(DbBackend::Sqlite, inserts()),
            [
                r#"INSERT INTO "a" ("n") VALUES (1), (2)"#,
                r#"INSERT INTO "b" ("n") VALUES (3)"#,
                r#"INSERT INTO "c" ("n") VALUES (4)"#
            ]
        );
        assert_eq!(texts(DbBackend::Postgres, vec![rows("a", &[1])]), [r#"INSERT INTO "a" ("n") VALUES (1)"#]);
        assert!(texts(DbBackend::Postgres, Vec::new()).is_empty());
    }

    mod pair {
        use sea_orm::entity::prelude::*;

        #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
        #[sea_orm(table_name = "pairs")]
        pub struct Model {
            #[sea_orm(primary_key)]
            pub seq: i64,
            pub org_id: i64,
            pub name: Option<String>,
        }

        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}

        impl ActiveModelBehavior for ActiveModel {}
    }

    #[test]
    fn columns_are_those_that_the_first_row_sets() {
        use sea_orm::ActiveValue::Set;
        let row = |name: Option<&str>| pair::ActiveModel {
            org_id: Set(1),
            name: Set(name.map(str::to_owned)),
            ..Default::default()
        };
        let unnamed = pair::ActiveModel { org_id: Set(2), ..Default::default() };
        let all = Rows::of([row(Some("x")), row(None), unnamed].into_iter()).unwrap();
        assert_eq!(
            all.into_statement(DbBackend::Sqlite).to_string(),
            r#"INSERT INTO "pairs" ("org_id", "name") VALUES (1, 'x'), (1, NULL), (2, NULL)"#
        );
        assert!(Rows::of(std::iter::empty::<pair::ActiveModel>()).is_none());
    }
}
