//! Links that work once: 256 random bits, of which only the SHA-256 is stored. Taking one is one atomic update, so of two
//! at the same moment one gets it.

use chrono::{DateTime, TimeDelta, Utc};
use db::Tx;
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use uuid::Uuid;

use crate::{Error, barred::Barred, store::with, tokens};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Verify,
    Reset,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
        }
    }

    /// How long such a link works.
    pub fn life(self) -> TimeDelta {
        match self {
            Self::Verify => TimeDelta::days(3),
            Self::Reset => TimeDelta::minutes(30),
        }
    }
}

/// A link that was sent.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Link {
    pub user_id: Uuid,
    /// Where it was sent.
    pub address: String,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
}

/// Makes a link to an address; gives what stands in it.
pub async fn issue(tx: &Tx, user: Uuid, purpose: Purpose, address: &str) -> Result<String, Error> {
    let (token, hash) = tokens::opaque(tx.clock());
    let now = tx.clock().now();
    let sql = "insert into one_time_links (token_hash, user_id, purpose, address, created_at, expires_at) \
               values ($1, $2, $3, $4, $5, $6)";
    let values: [Value; 6] =
        [hash.into(), user.into(), purpose.as_str().into(), address.into(), now.into(), (now + purpose.life()).into()];
    tx.execute_raw(with(tx, sql, values)).await?;
    // What ran out long ago needs no better answer than a link that nobody was sent.
    let sql = "delete from one_time_links where user_id = $1 and expires_at < $2";
    tx.execute_raw(with(tx, sql, [user.into(), (now - TimeDelta::days(30)).into()])).await?;
    Ok(token)
}

/// Looks at a link without using it.
///
/// # Errors
/// [`Barred`] when it does not work.
pub async fn look(
    connection: &impl ConnectionTrait,
    token: &str,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<Link, Error> {
    let sql = "select user_id, address, expires_at, used_at from one_time_links where token_hash = $1 and purpose = $2";
    let values = [tokens::fingerprint(token).into(), purpose.as_str().into()];
    let link = Link::find_by_statement(with(connection, sql, values)).one(connection).await?;
    let link = link.ok_or(Barred::LinkUnknown)?;
    match link.used_at {
        Some(_) => Err(Barred::LinkUsed.into()),
        None if link.expires_at <= now => Err(Barred::LinkExpired.into()),
        None => Ok(link),
    }
}

/// Uses a link up.
///
/// # Errors
/// As [`look`]; nothing is then changed.
pub async fn take(tx: &Tx, token: &str, purpose: Purpose) -> Result<Link, Error> {
    let now = tx.clock().now();
    let sql = "update one_time_links set used_at = $3 \
               where token_hash = $1 and purpose = $2 and used_at is null and expires_at > $3 \
               returning user_id, address, expires_at, used_at";
    let values = [tokens::fingerprint(token).into(), purpose.as_str().into(), now.into()];
    match Link::find_by_statement(with(tx, sql, values)).one(tx).await? {
        Some(link) => Ok(link),
        // Why it was not there to be used; between the two looks it can only have got worse.
        None => Err(look(tx, token, purpose, now).await.err().unwrap_or_else(|| Barred::LinkUsed.into())),
    }
}

/// Ends every link of a person that still works.
pub async fn withdraw(tx: &Tx, user: Uuid, purpose: Purpose) -> Result<(), Error> {
    let sql = "update one_time_links set used_at = $3 where user_id = $1 and purpose = $2 and used_at is null";
    tx.execute_raw(with(tx, sql, [user.into(), purpose.as_str().into(), tx.clock().now().into()])).await?;
    Ok(())
}

/// How many such links a person was sent since an instant (at most 20 are counted), and when the last.
pub async fn sent_since(
    connection: &impl ConnectionTrait,
    user: Uuid,
    purpose: Purpose,
    since: DateTime<Utc>,
) -> Result<(usize, Option<DateTime<Utc>>), Error> {
    let sql = "select created_at from one_time_links where user_id = $1 and purpose = $2 and created_at > $3 \
               order by created_at desc limit 20";
    let statement = with(connection, sql, [user.into(), purpose.as_str().into(), since.into()]);
    let rows = connection.query_all_raw(statement).await?;
    let last = rows.first().map(|row| row.try_get("", "created_at")).transpose()?;
    Ok((rows.len(), last))
}
