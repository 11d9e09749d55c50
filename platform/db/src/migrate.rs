//! Forward migrations, run at start under a lock. One text serves both databases: `{uuid}`, `{instant}` … become the
//! type each one stores, and a block between `-- only sqlite` / `-- only postgres` and `-- end` is for one of them.

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use crate::{Db, Error, planning};

/// One step of the schema; never edited once released.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Unique and ordered within its list, e.g. `crm_0001_records`.
    pub name: &'static str,
    pub sql: &'static str,
}

/// Any constant: the key of PostgreSQL's advisory lock that replicas starting together wait for.
const LOCK: i64 = 7_272_010_001;

/// Brings the schema up to date; returns the names that were applied. Replicas that start together wait for each other.
///
/// # Errors
/// [`Error::Migration`] with the name; the step that failed leaves nothing behind.
pub async fn migrate(db: &Db, migrations: &[Migration]) -> Result<Vec<&'static str>, Error> {
    let tx = db.begin_system().await?;
    if db.backend() == DbBackend::Postgres {
        tx.execute_unprepared(&format!("select pg_advisory_xact_lock({LOCK})")).await?;
    }
    tx.execute_unprepared(
        "create table if not exists schema_migrations (name text primary key, applied_at text not null)",
    )
    .await?;
    let applied = applied(&tx).await?;
    let mut done = Vec::new();
    for migration in migrations.iter().filter(|m| !applied.iter().any(|name| name == m.name)) {
        let failed = |source| Error::Migration { name: migration.name.to_owned(), source };
        tx.execute_unprepared(&render(migration.sql, db.backend())).await.map_err(failed)?;
        let values: [Value; 2] = [migration.name.into(), db.clock().now().to_rfc3339().into()];
        let sql = "insert into schema_migrations (name, applied_at) values ($1, $2)";
        tx.execute_raw(Statement::from_sql_and_values(db.backend(), sql, values)).await.map_err(failed)?;
        done.push(migration.name);
    }
    planning::tell(&tx).await?;
    tx.commit().await?;
    Ok(done)
}

/// The names of migrations that have not run yet.
///
/// # Errors
/// When the database is away.
pub async fn pending(db: &Db, migrations: &[Migration]) -> Result<Vec<&'static str>, Error> {
    let applied = applied(&db.system_reader()).await.unwrap_or_default();
    Ok(migrations.iter().map(|m| m.name).filter(|name| !applied.iter().any(|a| a == name)).collect())
}

async fn applied(connection: &impl ConnectionTrait) -> Result<Vec<String>, Error> {
    let statement = Statement::from_string(connection.get_database_backend(), "select name from schema_migrations");
    let rows = connection.query_all_raw(statement).await?;
    rows.iter().map(|row| Ok(row.try_get("", "name")?)).collect()
}

fn render(sql: &str, backend: DbBackend) -> String {
    let postgres = backend == DbBackend::Postgres;
    let mut out = String::with_capacity(sql.len());
    let mut skip = false;
    for line in sql.lines() {
        match line.trim() {
            "-- only sqlite" => skip = postgres,
            "-- only postgres" => skip = !postgres,
            "-- end" => skip = false,
            _ if skip => {}
            trimmed => match trimmed.strip_prefix("{tenant ").and_then(|t| t.strip_suffix('}')) {
                Some(table) if postgres => out.push_str(&row_level_security(table)),
                Some(_) => {}
                None => out.push_str(line),
            },
        }
        out.push('\n');
    }
    let types: [(&str, &str, &str); 8] = [
        ("{uuid}", "blob", "uuid"),
        ("{instant}", "text", "timestamptz"),
        ("{json}", "text", "jsonb"),
        ("{text}", "text", "text"),
        ("{bigint}", "integer", "bigint"),
        ("{bool}", "boolean", "boolean"),
        ("{bytes}", "blob", "bytea"),
        ("{serial}", "integer primary key autoincrement", "bigint generated always as identity primary key"),
    ];
    types.iter().fold(out, |text, (word, lite, pg)| text.replace(word, if postgres { pg } else { lite }))
}

/// Rows of other organizations do not exist for a connection bound to one; without a binding there are no rows at all.
fn row_level_security(table: &str) -> String {
    format!(
        "alter table {table} enable row level security;\n\
         alter table {table} force row level security;\n\
         create policy org_isolation on {table}\n\
           using (org_id = nullif(current_setting('app.org_id', true), '')::uuid)\n\
           with check (org_id = nullif(current_setting('app.org_id', true), '')::uuid);"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_becomes_each_databases_own() {
        let sql = "create table t (id {uuid}, org_id {uuid});\n{tenant t}\n-- only sqlite\nA\n-- end\n-- only postgres\nB\n-- end";
        let lite = render(sql, DbBackend::Sqlite);
        assert!(lite.contains("id blob") && lite.contains('A') && !lite.contains('B') && !lite.contains("policy"));
        let pg = render(sql, DbBackend::Postgres);
        assert!(
            pg.contains("id uuid") && pg.contains('B') && !pg.contains('A') && pg.contains("force row level security")
        );
    }
}
