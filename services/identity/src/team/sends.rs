//! How often an invitation is mailed: its address is somebody else's mailbox.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use db::Tx;
use kernel::{Scope, values::Email};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{Error, store::invitation};

/// Between two mails of one.
const PAUSE: TimeDelta = TimeDelta::minutes(1);
/// To one address within a day.
pub const MOST_A_DAY_TO_ONE: i64 = 5;
const DAY: TimeDelta = TimeDelta::days(1);

/// When the day began in which one more send counts, and how many there were in it before.
///
/// # Errors
/// [`Error::TooManyTries`] with the seconds until it may be sent again.
pub fn one_more(row: &invitation::Model, now: DateTime<Utc>) -> Result<(DateTime<Utc>, i64), Error> {
    let (began, sends) = match row.day_began_at {
        Some(began) if now - began < DAY => (began, row.day_sends),
        _ => (now, 0),
    };
    let of_day = if sends < MOST_A_DAY_TO_ONE { TimeDelta::zero() } else { began + DAY - now };
    let wait = of_day.max(row.sent_at + PAUSE - now);
    match u64::try_from(wait.num_seconds()) {
        Ok(seconds) if seconds > 0 => Err(Error::TooManyTries { seconds }),
        _ => Ok((began, sends)),
    }
}

/// When the day began in which invitations to each of these addresses count, and how many went there since: also by those
/// that were revoked, or asking anew would fill a mailbox.
pub async fn of_day(
    tx: &Tx,
    scope: &Scope,
    emails: &[Email],
    now: DateTime<Utc>,
) -> Result<HashMap<String, (DateTime<Utc>, i64)>, Error> {
    let rows = invitation::Entity::find()
        .filter(invitation::Column::OrgId.eq(scope.org_id.0))
        .filter(invitation::Column::Email.is_in(emails.iter().map(Email::as_str)))
        .filter(invitation::Column::DayBeganAt.gt(now - DAY))
        .all(tx)
        .await?;
    let mut mailed: HashMap<String, (DateTime<Utc>, i64)> = HashMap::new();
    for row in rows {
        let of_row = (row.day_began_at.unwrap_or(now), row.day_sends);
        let known = mailed.entry(row.email).or_insert(of_row);
        if of_row.1 > known.1 {
            *known = of_row;
        }
    }
    Ok(mailed)
}
