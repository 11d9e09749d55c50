//! What SQLite makes of the statements that are written everywhere: records of an organization by id.

use kernel::Clock;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use testkit::{Backend, TestDatabase};

/// Tables whose records have an id and belong to an organization.
const TABLES: &str = "select t.name as name from sqlite_schema t where t.type = 'table' \
    and exists (select 1 from pragma_table_info(t.name) c where c.name = 'org_id') \
    and exists (select 1 from pragma_table_info(t.name) c where c.name = 'id') order by t.name";

#[tokio::test]
async fn many_records_by_id_are_not_sought_among_all_of_the_organization() {
    let migrations = server::compose::migrations();
    let database = TestDatabase::open(Backend::Sqlite, &migrations, Clock::system()).await.unwrap();
    let reader = database.db.system_reader();
    let rows = reader.query_all_raw(Statement::from_string(DbBackend::Sqlite, TABLES)).await.unwrap();
    let tables: Vec<String> = rows.iter().map(|row| row.try_get("", "name").unwrap()).collect();
    assert!(tables.len() > 20 && tables.iter().any(|table| table == "messages"), "{tables:?}");
    let numbers: Vec<String> = (2..52).map(|n| format!("${n}")).collect();
    for table in tables {
        let sql =
            format!("explain query plan select * from {table} where org_id = $1 and id in ({})", numbers.join(", "));
        let ids: Vec<Value> = (0..51).map(|_| Clock::system().new_id().into()).collect();
        let plan = reader.query_all_raw(Statement::from_sql_and_values(DbBackend::Sqlite, &sql, ids)).await.unwrap();
        let steps: Vec<String> = plan.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
        let by_id = steps.iter().all(|step| step.contains("(id=?)") || step.contains("org_id=? AND id=?"));
        assert!(by_id, "{table}: {steps:?}");
    }
}
