//! What SQLite is told of the tables, before it has looked at any. Of a table that was never analyzed it believes that ten
//! rows belong to one organization (<https://sqlite.org/fileformat2.html#stat1tab>):
//! five records by id are then sought among all of the organization's. Rows differ between installations, and an analysis of
//! an empty table tells nothing, so what is true of all of them is written down: an organization has many rows.

use std::fmt::Write;

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::{Error, Tx};

/// Rows of a table, and of them those of one organization. SQLite has the same in mind of a table that it does not know.
const ROWS: u32 = 1_000_000;
const OF_ONE: u32 = 100_000;

/// Indexes that begin with the organization and of which nothing is known, with the number of their columns.
const UNKNOWN: &str = "select t.name as tbl, i.name as idx, i.\"unique\" as is_unique, \
    (select count(*) from pragma_index_info(i.name)) as columns \
    from sqlite_schema t, pragma_index_list(t.name) i \
    where t.type = 'table' and not exists (select 1 from sqlite_stat1 s where s.idx = i.name) \
    and exists (select 1 from pragma_index_info(i.name) c where c.seqno = 0 and c.name = 'org_id')";

/// Tells SQLite what it does not know of indexes by organization. What somebody's `analyze` has found out stays.
///
/// # Errors
/// When the database is away.
pub(crate) async fn tell(tx: &Tx) -> Result<(), Error> {
    if tx.get_database_backend() != DbBackend::Sqlite {
        return Ok(());
    }
    // Makes the table of statistics if there is none; reads no other.
    tx.execute_unprepared("analyze sqlite_schema").await?;
    let unknown = tx.query_all_raw(Statement::from_string(DbBackend::Sqlite, UNKNOWN)).await?;
    if unknown.is_empty() {
        return Ok(());
    }
    for row in unknown {
        let (table, index): (String, String) = (row.try_get("", "tbl")?, row.try_get("", "idx")?);
        let (unique, columns): (bool, i64) = (row.try_get("", "is_unique")?, row.try_get("", "columns")?);
        let sql = "insert into sqlite_stat1 (tbl, idx, stat) values ($1, $2, $3)";
        let values = [table.into(), index.into(), statistics(columns, unique).into()];
        tx.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)).await?;
    }
    tx.execute_unprepared("analyze sqlite_schema").await?;
    Ok(())
}

/// The statement, which reads a table first, reading it by an index of this name. Of conditions on other columns SQLite
/// believes that they leave ten rows: it would read all that they leave and sort them, for each part of a long list anew.
/// PostgreSQL has counted its rows and is left to itself.
#[must_use]
pub fn by_index(mut statement: Statement, table: &str, index: &str) -> Statement {
    if statement.db_backend == DbBackend::Sqlite {
        let (plain, told) = (format!(" FROM \"{table}\" "), format!(" FROM \"{table}\" INDEXED BY \"{index}\" "));
        statement.sql = statement.sql.replacen(&plain, &told, 1);
    }
    statement
}

/// Rows of the table, and rows that are alike in one column, in two, … From the second column on as SQLite has it.
fn statistics(columns: i64, unique: bool) -> String {
    let mut stat = format!("{ROWS}");
    for column in 0..columns {
        let alike = match column {
            _ if unique && column + 1 == columns => 1,
            0 => i64::from(OF_ONE),
            _ => (10 - column).max(5),
        };
        let _ = write!(stat, " {alike}");
    }
    // Nor does it go through an index organization by organization where none is named.
    stat.push_str(" noskipscan");
    stat
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_is_told_of_an_index_and_postgres_is_not() {
        let sql =
            "SELECT \"a\".\"id\" FROM \"a\" LEFT JOIN \"b\" ON 1 = 1 WHERE exists (SELECT 1 FROM \"a\" WHERE 1 = 2)";
        let told = |backend| by_index(Statement::from_string(backend, sql), "a", "a_ids").sql;
        assert_eq!(told(DbBackend::Sqlite), sql.replacen("\"a\" LEFT", "\"a\" INDEXED BY \"a_ids\" LEFT", 1));
        assert_eq!(told(DbBackend::Postgres), sql);
    }

    #[test]
    fn an_organization_has_many_rows_and_each_further_column_few() {
        assert_eq!(statistics(1, false), "1000000 100000 noskipscan");
        assert_eq!(statistics(4, false), "1000000 100000 9 8 7 noskipscan");
        assert_eq!(statistics(3, true), "1000000 100000 9 1 noskipscan");
        assert_eq!(statistics(8, false), "1000000 100000 9 8 7 6 5 5 5 noskipscan");
    }
}
