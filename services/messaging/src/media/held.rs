//! Bytes that rows speak of, and those that none does any more. The same bytes are kept once for an organization, so that
//! one row more or less says nothing: what a deleted row spoke of is noted by triggers in the same transaction
//! (`let_go`), and removed a day later if nothing speaks of it then.
//!
//! Nobody gets bytes that are being removed: who writes a row about some holds them in the same transaction, and is sent
//! away while they are. A removal that was interrupted goes on with the next one.

use std::collections::HashSet;

use chrono::TimeDelta;
use db::{Sql, Tx};
use futures_util::TryStreamExt;
use kernel::Scope;
use sea_orm::DbErr;

use crate::{Error, Messaging};

/// How long bytes stay that nothing speaks of.
pub const GRACE: TimeDelta = TimeDelta::days(1);
/// Files of one step.
const AT_ONCE: usize = 200;

/// That something speaks of the bytes of `let_go`. Those of an import are read until it has ended.
const SPOKEN_OF: &str = "(exists (select 1 from media f where f.org_id = let_go.org_id and f.blob = let_go.blob) \
    or exists (select 1 from media f where f.org_id = let_go.org_id and f.thumb = let_go.blob) \
    or exists (select 1 from uploads u where u.org_id = let_go.org_id and u.blob = let_go.blob) \
    or exists (select 1 from uploads u where u.org_id = let_go.org_id and u.thumb = let_go.blob) \
    or exists (select 1 from chat_imports i where i.org_id = let_go.org_id and i.blob = let_go.blob \
    and i.status in ('ready', 'running')))";

/// Holds bytes that rows of this transaction speak of.
///
/// # Errors
/// [`Error::State`] while they are being removed.
pub async fn hold(tx: &Tx, scope: &Scope, blobs: &[&str]) -> Result<(), Error> {
    for blobs in blobs.chunks(AT_ONCE) {
        let mut sql = Sql::new("delete from let_go where not removing and org_id = ");
        sql.bind(scope.org_id.0).add(" and blob in ").list(blobs.iter().copied());
        sql.run(tx).await?;
        let mut sql = Sql::new("select blob from let_go where org_id = ");
        sql.bind(scope.org_id.0).add(" and blob in ").list(blobs.iter().copied()).add(" limit 1");
        if !sql.rows(tx).await?.is_empty() {
            return Err(Error::State("media.again"));
        }
    }
    Ok(())
}

/// Notes that nothing of this transaction speaks of the bytes any more.
///
/// # Errors
/// When the database refuses.
pub async fn let_go(tx: &Tx, scope: &Scope, blob: &str) -> Result<(), Error> {
    let mut sql = Sql::new("insert into let_go (org_id, blob, removing) values (");
    sql.with("?, ?, ?)", [scope.org_id.0.into(), blob.into(), false.into()]);
    sql.add(" on conflict (org_id, blob) do update set since = null");
    sql.run(tx).await?;
    Ok(())
}

/// Removes bytes that nothing has spoken of for some time; gives how many files that were.
///
/// # Errors
/// When the database or the store is away; what was not removed is, the next time.
pub async fn remove(service: &Messaging, scope: &Scope) -> Result<usize, Error> {
    let Some(files) = &service.files else { return Ok(0) };
    let tx = service.db.begin(scope).await?;
    let now = tx.clock().now();
    let mut sql = Sql::new("update let_go set since = ");
    sql.bind(now).add(" where since is null and org_id = ").bind(scope.org_id.0);
    sql.run(&tx).await?;
    tx.commit().await?;
    let mut removed = 0;
    loop {
        let blobs = mark(service, scope).await?;
        if blobs.is_empty() {
            return Ok(removed);
        }
        for blob in &blobs {
            files.remove(scope.org_id, blob).await?;
        }
        let tx = service.db.begin(scope).await?;
        let mut sql = Sql::new("delete from let_go where removing and org_id = ");
        sql.bind(scope.org_id.0).add(" and blob in ").list(blobs.iter().map(String::as_str));
        sql.run(&tx).await?;
        tx.commit().await?;
        removed += blobs.len();
    }
}

/// Marks the next bytes to be removed, and forgets those that something speaks of.
async fn mark(service: &Messaging, scope: &Scope) -> Result<Vec<String>, Error> {
    let tx = service.db.begin(scope).await?;
    let before = tx.clock().now() - GRACE;
    let due = |sql: &mut Sql| {
        sql.add(" where not removing and org_id = ").bind(scope.org_id.0).with(" and since < ?", [before.into()]);
    };
    let mut sql = Sql::new("update let_go set removing = ");
    sql.bind(true);
    due(&mut sql);
    sql.add(" and blob in (select blob from let_go");
    due(&mut sql);
    sql.add(&format!(" order by blob limit {AT_ONCE}) and not {SPOKEN_OF}"));
    sql.run(&tx).await?;
    let mut sql = Sql::new("delete from let_go");
    due(&mut sql);
    sql.add(&format!(" and {SPOKEN_OF}"));
    sql.run(&tx).await?;
    let mut sql = Sql::new("select blob from let_go where removing and org_id = ");
    sql.bind(scope.org_id.0).add(&format!(" order by blob limit {AT_ONCE}"));
    let rows = sql.rows(&tx).await?;
    let blobs = rows.iter().map(|row| row.try_get("", "blob")).collect::<Result<Vec<String>, DbErr>>()?;
    tx.commit().await?;
    Ok(blobs)
}

/// Notes files of the store that no row speaks of: of a process that died between keeping bytes and writing of them.
///
/// # Errors
/// When the database or the store is away.
pub async fn sweep(service: &Messaging, scope: &Scope) -> Result<(), Error> {
    let Some(files) = &service.files else { return Ok(()) };
    let age = (GRACE * 2).to_std().unwrap_or_default();
    let mut found = files.list(scope.org_id, age).await?.try_chunks(AT_ONCE);
    while let Some(blobs) = found.try_next().await.map_err(|error| Error::Port(error.1))? {
        let known = spoken_of(service, scope, &blobs).await?;
        let tx = service.db.begin(scope).await?;
        for blob in blobs.iter().filter(|blob| !known.contains(*blob)) {
            let mut sql = Sql::new("insert into let_go (org_id, blob, removing) values (");
            sql.with("?, ?, ?)", [scope.org_id.0.into(), blob.as_str().into(), false.into()]);
            sql.add(" on conflict (org_id, blob) do nothing");
            sql.run(&tx).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Those of the bytes that a row speaks of.
async fn spoken_of(service: &Messaging, scope: &Scope, blobs: &[String]) -> Result<HashSet<String>, Error> {
    let mut sql = Sql::default();
    for (index, (table, column)) in
        [("media", "blob"), ("media", "thumb"), ("uploads", "blob"), ("uploads", "thumb"), ("chat_imports", "blob")]
            .into_iter()
            .enumerate()
    {
        sql.add(if index == 0 { "" } else { " union " });
        sql.add(&format!("select {column} as blob from {table} where org_id = ")).bind(scope.org_id.0);
        sql.add(&format!(" and {column} in ")).list(blobs.iter().map(String::as_str));
    }
    let rows = sql.rows(&service.db.reader(scope)).await?;
    Ok(rows.iter().map(|row| row.try_get("", "blob")).collect::<Result<_, DbErr>>()?)
}
