//! Too many wrong passwords for one address: each costs a longer pause, and the tenth within a quarter of an hour locks the
//! address for a quarter of an hour, the next lock for twice as long, up to a day. Counted by the hash of the address,
//! whether it has an account or not, so that the answers are the same. In the database: every process counts together.

use std::sync::Arc;

use api::{ApiError, Caller, ErrorBody, Path};
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::{events as event, mails::Kind, permissions};
use db::Tx;
use events::NewEvent;
use kernel::{OrgId, Scope};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Value};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    Error, Identity,
    barred::Barred,
    store::{membership, user, with},
};

/// Wrong passwords within this count together.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// So many lock the address.
const MOST: i64 = 10;
/// So many cost nothing: fingers slip.
const FREE: i64 = 3;
const FIRST_LOCK: TimeDelta = TimeDelta::minutes(15);
const LONGEST_LOCK: TimeDelta = TimeDelta::days(1);
/// After so long without a wrong password it is as if there had been none.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::days(1);

/// What is counted of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
#[expect(clippy::struct_field_names, reason = "`failures` is what is counted")]
pub struct Failures {
    pub failures: i64,
    pub first_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
    pub locks: i64,
    pub locked_until: Option<DateTime<Utc>>,
}

impl Failures {
    /// With one more; the first one where there was none that still counts.
    pub fn more(known: Option<Self>, now: DateTime<Utc>) -> Self {
        let known = known.filter(|known| now - known.last_at < FORGOTTEN_AFTER + LONGEST_LOCK);
        let locks = known.map_or(0, |known| known.locks);
        let mut next = match known {
            Some(known) if now - known.first_at < WINDOW => {
                Self { failures: known.failures + 1, last_at: now, ..known }
            }
            _ => Self { failures: 1, first_at: now, last_at: now, locks, locked_until: None },
        };
        if next.failures >= MOST {
            let doubled = u32::try_from(next.locks).unwrap_or(u32::MAX).min(16);
            let life = (FIRST_LOCK * (1 << doubled)).min(LONGEST_LOCK);
            next = Self {
                failures: 0,
                first_at: now,
                last_at: now,
                locks: next.locks + 1,
                locked_until: Some(now + life),
            };
        }
        next
    }

    /// Why the next password is not looked at yet.
    pub fn bar(&self, now: DateTime<Utc>) -> Option<Barred> {
        if let Some(seconds) = self.locked_until.and_then(|until| left(until, now)) {
            return Some(Barred::Locked { seconds });
        }
        if now - self.first_at >= WINDOW || self.failures < FREE {
            return None;
        }
        let pause = 1_i64 << (self.failures - FREE).min(16);
        left(self.last_at + TimeDelta::seconds(pause), now).map(|seconds| Barred::Tries { seconds })
    }
}

/// Whole seconds until an instant, if it is still to come.
fn left(until: DateTime<Utc>, now: DateTime<Utc>) -> Option<u64> {
    let ms = u64::try_from((until - now).num_milliseconds()).ok().filter(|ms| *ms > 0)?;
    Some(ms.div_ceil(1000))
}

fn hash(email: &str) -> Vec<u8> {
    Sha256::digest(email.as_bytes()).to_vec()
}

async fn find(connection: &impl ConnectionTrait, email: &str) -> Result<Option<Failures>, Error> {
    let sql = "select failures, first_at, last_at, locks, locked_until from signin_failures where address_hash = $1";
    Ok(Failures::find_by_statement(with(connection, sql, [hash(email).into()])).one(connection).await?)
}

/// What is counted of an address, for whoever counts one more: others wait until that is written.
async fn hold(tx: &Tx, email: &str) -> Result<Failures, Error> {
    let sql = "insert into signin_failures (address_hash, failures, first_at, last_at, locks) values ($1, 0, $2, $2, 0) \
               on conflict (address_hash) do update set failures = signin_failures.failures \
               returning failures, first_at, last_at, locks, locked_until";
    let statement = with(tx, sql, [hash(email).into(), tx.clock().now().into()]);
    Ok(Failures::find_by_statement(statement).one(tx).await?.ok_or(db::Error::Stored("signin_failures"))?)
}

/// As if no wrong password had come.
pub async fn forget(tx: &Tx, email: &str) -> Result<(), Error> {
    tx.execute_raw(with(tx, "delete from signin_failures where address_hash = $1", [hash(email).into()])).await?;
    Ok(())
}

async fn keep(tx: &Tx, email: &str, next: Failures) -> Result<(), Error> {
    let sql = "insert into signin_failures (address_hash, failures, first_at, last_at, locks, locked_until) \
               values ($1, $2, $3, $4, $5, $6) on conflict (address_hash) do update set failures = excluded.failures, \
               first_at = excluded.first_at, last_at = excluded.last_at, locks = excluded.locks, \
               locked_until = excluded.locked_until";
    let values: [Value; 6] = [
        hash(email).into(),
        next.failures.into(),
        next.first_at.into(),
        next.last_at.into(),
        next.locks.into(),
        next.locked_until.into(),
    ];
    tx.execute_raw(with(tx, sql, values)).await?;
    Ok(())
}

/// Until when each of these addresses is locked, in their order.
pub async fn locked(
    connection: &impl ConnectionTrait,
    emails: &[&str],
    now: DateTime<Utc>,
) -> Result<Vec<Option<DateTime<Utc>>>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        address_hash: Vec<u8>,
        locked_until: DateTime<Utc>,
    }
    if emails.is_empty() {
        return Ok(Vec::new());
    }
    let hashes: Vec<Vec<u8>> = emails.iter().map(|email| hash(email)).collect();
    let places: Vec<String> = (0..hashes.len()).map(|i| format!("${}", i + 2)).collect();
    let sql = format!(
        "select address_hash, locked_until from signin_failures where locked_until > $1 and address_hash in ({})",
        places.join(", ")
    );
    let values = std::iter::once(now.into()).chain(hashes.iter().map(|hash| hash.clone().into()));
    let rows = Row::find_by_statement(with(connection, &sql, values)).all(connection).await?;
    let until = |hash: &Vec<u8>| rows.iter().find(|row| row.address_hash == *hash).map(|row| row.locked_until);
    Ok(hashes.iter().map(until).collect())
}

/// Unlock a member
///
/// Ends the lock after too many wrong passwords.
#[utoipa::path(post, path = "/api/team/members/{id}/unlock", tag = "Team", operation_id = "unlockMember",
    params(("id" = Uuid, Path, description = "The person's id")),
    responses((status = 204, description = "Nothing keeps them out any more"),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 403, description = "Not allowed", body = ErrorBody),
        (status = 404, description = "No such member", body = ErrorBody),
        (status = 409, description = "`auth.address_shared`: the lock ends by itself", body = ErrorBody)))]
pub async fn unlock_member(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    identity.unlock(caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Identity {
    /// Whether a password for this address is looked at now.
    ///
    /// # Errors
    /// [`Barred::Tries`], [`Barred::Locked`].
    pub(crate) async fn let_try(&self, email: &str) -> Result<(), Error> {
        let known = find(&self.db.system_reader(), email).await?;
        match known.and_then(|known| known.bar(self.db.clock().now())) {
            Some(barred) => Err(barred.into()),
            None => Ok(()),
        }
    }

    /// Counts a wrong password; gives what to answer.
    pub(crate) async fn note_failure(&self, email: &str) -> Result<Error, Error> {
        // The same questions and one transaction, whether there is an account or not.
        let holder = self.holder(email).await?;
        let home = self.home_of(holder.as_ref().map_or(Uuid::nil(), |user| user.id)).await?;
        let scope = match (&holder, home) {
            (Some(_), Some((organization, _))) => {
                // Nobody knows who it was.
                Some(Scope::system(OrgId(organization.id), &api::context::request_id()))
            }
            _ => None,
        };
        let tx = match &scope {
            Some(scope) => self.db.begin(scope).await?,
            None => self.db.begin_system().await?,
        };
        let (known, now) = (hold(&tx, email).await?, tx.clock().now());
        if let Some(barred) = known.bar(now) {
            // Others came in at the same moment.
            return Ok(barred.into());
        }
        let next = Failures::more(Some(known), now);
        keep(&tx, email, next).await?;
        if let (Some(user), Some(_)) = (&holder, &scope) {
            self.tell_of_failure(&tx, user, next).await?;
        }
        tx.commit().await?;
        Ok(match next.locked_until {
            Some(_) => next.bar(now).map_or(Error::Credentials, Error::from),
            None => Error::Credentials,
        })
    }

    async fn tell_of_failure(&self, tx: &Tx, user: &user::Model, next: Failures) -> Result<(), Error> {
        let failed = NewEvent::of(event::USER_SIGNIN_FAILED, "user", user.id, json!({"method": "password"}));
        let Some(until) = next.locked_until else { return Ok(events::append(tx, [failed]).await?) };
        let locked = NewEvent::of(event::USER_LOCKED, "user", user.id, json!({ "until": until }));
        events::append(tx, [failed, locked]).await?;
        let minutes = (until - tx.clock().now()).num_minutes().to_string();
        let link = self.options.mailer.link("/auth/forgot");
        self.mail(tx, user, Kind::AccountLocked, vec![("minutes", minutes), ("link", link)]).await
    }

    async fn unlock(&self, scope: &Scope, id: Uuid) -> Result<(), Error> {
        scope.require(permissions::MEMBERS_WRITE)?;
        let reader = self.db.system_reader();
        let of_org = membership::Entity::find()
            .filter(membership::Column::OrgId.eq(scope.org_id.0))
            .filter(membership::Column::UserId.eq(id));
        of_org.one(&reader).await?.ok_or(Error::NotFound)?;
        let user = user::Entity::find_by_id(id).one(&reader).await?.ok_or(Error::NotFound)?;
        // Whoever founds an organization with somebody's address must not end the lock of theirs.
        self.holder(&user.email).await?.filter(|holder| holder.id == id).ok_or(Barred::AddressShared)?;
        let tx = self.db.begin(scope).await?;
        if find(&tx, &user.email).await?.is_some_and(|known| known.locked_until.is_some()) {
            events::append(&tx, [NewEvent::of(event::USER_UNLOCKED, "user", id, json!({}))]).await?;
        }
        forget(&tx, &user.email).await?;
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    /// Wrong passwords, each as soon as it is looked at; gives the state and the instant after the last.
    fn fail(times: usize, mut known: Option<Failures>, mut at: DateTime<Utc>) -> (Failures, DateTime<Utc>) {
        for _ in 0..times {
            if let Some(seconds) = known.and_then(|known| known.bar(at)).and_then(Barred::seconds) {
                at += TimeDelta::seconds(i64::try_from(seconds).unwrap());
            }
            known = Some(Failures::more(known, at));
        }
        (known.unwrap(), at)
    }

    #[test]
    fn pauses_grow_and_the_tenth_locks() {
        assert_eq!(fail(2, None, now()).0.bar(now()), None);
        assert_eq!(fail(3, None, now()).0.bar(now()), Some(Barred::Tries { seconds: 1 }));
        let (nine, at) = fail(9, None, now());
        assert_eq!(nine.bar(at), Some(Barred::Tries { seconds: 64 }));
        let (ten, at) = fail(10, None, now());
        assert_eq!(ten.bar(at), Some(Barred::Locked { seconds: 900 }));
        assert_eq!(ten.bar(at + TimeDelta::minutes(15)), None);
    }

    #[test]
    fn each_lock_is_twice_as_long_up_to_a_day() {
        let (mut known, mut at) = (None, now());
        let mut lengths = Vec::new();
        for _ in 0..9 {
            let (next, then) = fail(10, known, at);
            lengths.push((next.locked_until.unwrap() - then).num_minutes());
            (known, at) = (Some(next), next.locked_until.unwrap());
        }
        assert_eq!(lengths, [15, 30, 60, 120, 240, 480, 960, 1440, 1440]);
    }

    #[test]
    fn what_is_long_ago_counts_no_more() {
        let (nine, at) = fail(9, None, now());
        let next = Failures::more(Some(nine), at + TimeDelta::minutes(15));
        assert_eq!((next.failures, next.locked_until), (1, None));
        let (ten, at) = fail(10, None, now());
        assert_eq!(Failures::more(Some(ten), at + TimeDelta::days(3)).locks, 0);
    }
}
