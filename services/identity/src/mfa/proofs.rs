//! Proving a factor: a try is counted before it is judged, a proof is judged before a transaction and spent in it, and
//! no proof is spent twice.

use chrono::{DateTime, TimeDelta, Utc};
use db::Tx;
use kernel::OrgId;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement, Value};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use vault::Place;

use super::{
    backup_codes,
    store::{backup_code, totp_secret},
    totp::Totp,
};
use crate::{Error, Identity, turns};

/// Wrong codes of one person within [`WINDOW`], whichever way they come in.
const TRIES: i64 = 10;
const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// How somebody proves a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = FactorMethod)]
pub enum Method {
    /// A code of an authenticator app.
    Totp,
    /// A backup code.
    Backup,
    Passkey,
}

impl Method {
    /// The word of it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Backup => "backup",
            Self::Passkey => "passkey",
        }
    }
}

/// A good proof that is not spent yet.
#[derive(Debug)]
pub enum Proof {
    Totp {
        step: i64,
    },
    Backup {
        hash: Vec<u8>,
    },
    /// What is kept of it, with the counter that it had and has by now.
    Passkey {
        id: Uuid,
        before: String,
        after: String,
    },
}

/// Where a person's secret is sealed: in the place of no organization.
pub fn place(user: Uuid) -> Place {
    crate::SEALED[0].place(OrgId(Uuid::nil()), user)
}

/// Counts a try of a person's second factor.
///
/// # Errors
/// [`Error::TooManyTries`] beyond [`TRIES`].
pub async fn count_try(tx: &Tx, user: Uuid) -> Result<(), Error> {
    let now = tx.clock().now();
    let over = now - WINDOW;
    // One statement: of many tries at the same moment none is missed.
    let sql = "insert into factor_tries (user_id, tries, since) values ($1, 1, $2) on conflict (user_id) do update set \
               tries = case when factor_tries.since <= $3 then 1 else factor_tries.tries + 1 end, \
               since = case when factor_tries.since <= $3 then $2 else factor_tries.since end \
               where factor_tries.since <= $3 or factor_tries.tries < $4";
    if changed(tx, sql, vec![user.into(), now.into(), over.into(), TRIES.into()]).await? {
        return Ok(());
    }
    let sql = "select since from factor_tries where user_id = $1";
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [user.into()]);
    let since: DateTime<Utc> = match tx.query_one_raw(statement).await? {
        Some(row) => row.try_get("", "since")?,
        None => now,
    };
    let seconds = (since + WINDOW - now).num_seconds().max(1);
    Err(Error::TooManyTries { seconds: u64::try_from(seconds).unwrap_or(1) })
}

/// Whoever has proved it may try again as often.
pub async fn forget_tries(tx: &Tx, user: Uuid) -> Result<(), Error> {
    changed(tx, "delete from factor_tries where user_id = $1", vec![user.into()]).await?;
    Ok(())
}

/// Spends a proof; false when that was done before.
pub async fn spend(tx: &Tx, user: Uuid, proof: &Proof) -> Result<bool, Error> {
    match proof {
        Proof::Totp { step } => {
            let sql = "update totp_secrets set last_step = $2 where user_id = $1 and last_step < $2 \
                       and confirmed_at is not null";
            changed(tx, sql, vec![user.into(), (*step).into()]).await
        }
        Proof::Backup { hash } => {
            let sql = "update backup_codes set used_at = $3 where user_id = $1 and code_hash = $2 and used_at is null";
            changed(tx, sql, vec![user.into(), hash.clone().into(), tx.clock().now().into()]).await
        }
        Proof::Passkey { id, before, after } => {
            // Its challenge keeps it from being proved twice; its counter, that two of a kind are proved at a time.
            let sql = "update passkeys set credential = $4, last_used_at = $5 \
                       where id = $1 and user_id = $2 and credential = $3";
            let now = tx.clock().now();
            let values = vec![(*id).into(), user.into(), before.clone().into(), after.clone().into(), now.into()];
            changed(tx, sql, values).await
        }
    }
}

/// Whether a statement changed anything.
pub async fn changed(tx: &Tx, sql: &str, values: Vec<Value>) -> Result<bool, Error> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx.execute_raw(statement).await?.rows_affected() > 0)
}

impl Identity {
    /// Judges a code; none for a wrong one, and for what is no code. Whether it was used before shows when it is spent.
    pub(crate) async fn judge(&self, user: Uuid, method: Method, code: &str) -> Result<Option<Proof>, Error> {
        match method {
            Method::Totp => self.judge_totp(user, code).await,
            Method::Backup => self.judge_backup(user, code).await,
            Method::Passkey => Ok(None),
        }
    }

    async fn judge_totp(&self, user: Uuid, code: &str) -> Result<Option<Proof>, Error> {
        let row = totp_secret::Entity::find_by_id(user).one(&self.db.system_reader()).await?;
        let Some(row) = row.filter(|row| row.confirmed_at.is_some()) else { return Ok(None) };
        let step = self.totp(&row)?.step_of(code, self.db.clock().now());
        Ok(step.filter(|step| *step > row.last_step).map(|step| Proof::Totp { step }))
    }

    async fn judge_backup(&self, user: Uuid, code: &str) -> Result<Option<Proof>, Error> {
        let Some(letters) = backup_codes::plain(code) else { return Ok(None) };
        let codes = backup_code::Entity::find()
            .filter(backup_code::Column::UserId.eq(user))
            .filter(backup_code::Column::UsedAt.is_null())
            .all(&self.db.system_reader())
            .await?;
        let Some(salt) = codes.first().map(|code| code.salt.clone()) else { return Ok(None) };
        let hash = self.passwords.derive(letters, salt, turns::at_home(user)).await?;
        Ok(codes.iter().any(|code| code.code_hash == hash).then_some(Proof::Backup { hash }))
    }

    /// The secret of a row, opened.
    pub(super) fn totp(&self, row: &totp_secret::Model) -> Result<Totp, Error> {
        let secret = self.vault.open(place(row.user_id), &row.secret)?;
        Totp::new(secret, "").map_err(|error| Error::Unusable(error.to_string()))
    }
}
