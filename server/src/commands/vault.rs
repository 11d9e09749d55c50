//! `rapport vault rotate`: every secret in the database is sealed anew with the key that seals now. What somebody else
//! writes meanwhile is left as they wrote it; what was interrupted goes on with the next run.

use anyhow::{Context, Result};
use db::{Db, migrate};
use jobs::Organizations;
use kernel::{Clock, OrgId, Scope};
use sea_orm::{ConnectionTrait, Statement};
use settings::Settings;
use uuid::Uuid;
use vault::{Column, Vault};

use crate::compose::{App, migrations, open_database, vault_of};

/// Every column of secrets of organizations; those of people, which belong to none, are identity's.
fn columns() -> Vec<Column> {
    [webhooks::SEALED, bd_accounts::SEALED, messaging::SEALED, mail::SEALED].concat()
}

/// Rows of one transaction.
const AT_ONCE: usize = 200;
/// Organizations that are asked for together.
const ORGANIZATIONS: u64 = 100;

/// How it went.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rotated {
    pub sealed: u64,
    /// Table, column and row of what no key that is set opens.
    pub lost: Vec<String>,
}

/// Opens the database and says how it went.
///
/// # Errors
/// When the database cannot be used, or something is left that no key opens.
pub async fn run(settings: Settings) -> Result<String> {
    let db = open_database(&settings, Clock::system()).await?;
    migrate::migrate(&db, &migrations()).await.context("the database could not be brought up to date")?;
    let vault = vault_of(&settings, &db)?;
    let app = App::build(db, settings)?;
    let Rotated { sealed, lost } = rotate(&app.db, &vault, app.identity.as_ref()).await?;
    if !lost.is_empty() {
        anyhow::bail!(
            "{sealed} secrets were sealed anew, {} open with no key of RAPPORT_VAULT_KEYS: add the key that sealed them\n  {}",
            lost.len(),
            lost.join("\n  ")
        );
    }
    Ok(format!("{sealed} secrets were sealed anew; the first of RAPPORT_VAULT_KEYS opens all.\n"))
}

/// Seals the secrets of all organizations anew.
///
/// # Errors
/// When the database refuses.
pub async fn rotate(db: &Db, vault: &Vault, organizations: &dyn Organizations) -> Result<Rotated> {
    let mut rotated = Rotated::default();
    for column in identity::SEALED {
        rotate_column(db, vault, (None, *column), &mut rotated).await?;
    }
    let mut last = None;
    loop {
        let some = organizations.after(last, ORGANIZATIONS).await?;
        let Some(newest) = some.last() else { return Ok(rotated) };
        last = Some(*newest);
        for org in some {
            for column in columns() {
                rotate_column(db, vault, (Some(org), column), &mut rotated).await?;
            }
        }
    }
}

async fn rotate_column(
    db: &Db,
    vault: &Vault,
    (org, column): (Option<OrgId>, Column),
    rotated: &mut Rotated,
) -> Result<()> {
    let Column { table, row, column: name, .. } = column;
    let backend = db.backend();
    // A table of no organization has no column for it; its places name the nil one.
    let owner = org.unwrap_or(OrgId(Uuid::nil()));
    let owned = |by: &str| if org.is_some() { format!("org_id = {by}") } else { format!("{by} is not null") };
    let mut after = Uuid::nil();
    loop {
        let sql = format!(
            "select {row} as id, {name} as sealed from {table} where {} and {name} is not null and {row} > $2 \
             order by {row} limit {AT_ONCE}",
            owned("$1")
        );
        let tx = match org {
            Some(org) => db.begin(&Scope::system(org, "vault rotate")).await?,
            None => db.begin_system().await?,
        };
        let statement = Statement::from_sql_and_values(backend, sql, [owner.0.into(), after.into()]);
        let rows = tx.query_all_raw(statement).await?;
        for found in &rows {
            let (id, sealed): (Uuid, String) = (found.try_get("", "id")?, found.try_get("", "sealed")?);
            after = id;
            let anew = match vault.reseal(column.place(owner, id), &sealed) {
                Ok(Some(anew)) => anew,
                Ok(None) => continue,
                Err(error) => {
                    rotated.lost.push(format!("{table}.{name} {id}: {error}"));
                    continue;
                }
            };
            // Whoever writes it meanwhile has the last word.
            let sql = format!("update {table} set {name} = $1 where {} and {row} = $3 and {name} = $4", owned("$2"));
            let values = [anew.into(), owner.0.into(), id.into(), sealed.into()];
            let done = tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
            rotated.sealed += done.rows_affected();
        }
        tx.commit().await?;
        if rows.len() < AT_ONCE {
            return Ok(());
        }
    }
}
