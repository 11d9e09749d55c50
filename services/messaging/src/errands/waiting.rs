//! Why messages wait: the reasons of the queue itself, and those of the account that carries them.

use db::Sql;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::{channels::Waiting, permissions::CHATS_READ};
use kernel::Scope;
use sea_orm::{DbErr, FromQueryResult, QueryResult};
use uuid::Uuid;

use super::queue::EARLIER;
use crate::{
    Error, Messaging,
    messages::{
        message::Status,
        store::{self as messages, Row as MessageRow},
        view::{self, Message},
    },
};

/// Most messages that are listed.
const MOST: u64 = 200;

/// How an errand stands in the queue.
#[derive(Clone, Debug, PartialEq)]
struct Queued {
    message_id: Uuid,
    account_id: Uuid,
    status: String,
    not_before: DateTime<Utc>,
    first_contact: bool,
    code: Option<String>,
    scheduled: bool,
    /// Whether another one of the chat goes first.
    behind: bool,
}

impl FromQueryResult for Queued {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        Ok(Self {
            message_id: row.try_get("", "message_id")?,
            account_id: row.try_get("", "account_id")?,
            status: row.try_get("", "status")?,
            not_before: row.try_get("", "not_before")?,
            first_contact: row.try_get("", "first_contact")?,
            code: row.try_get("", "code")?,
            scheduled: row.try_get("", "scheduled")?,
            behind: row.try_get("", "behind")?,
        })
    }
}

impl Queued {
    /// Why it waits by what the queue knows; what the account says comes between the time and the place.
    fn because(&self, now: DateTime<Utc>, account: Option<&Waiting>) -> Waiting {
        let waiting = |because: &str, until| Waiting { because: because.to_owned(), until };
        if self.status == "started" {
            return waiting("sending", None);
        }
        if self.not_before > now {
            let because = match (&self.code, self.scheduled) {
                (Some(code), _) => code.as_str(),
                (None, true) => "scheduled",
                (None, false) => "undo",
            };
            return waiting(because, Some(self.not_before));
        }
        match account {
            Some(account) => account.clone(),
            None if self.behind => waiting("behind_another", None),
            None => waiting("sending", None),
        }
    }
}

/// Why those of these messages wait that do.
pub(crate) async fn of_messages(
    service: &Messaging,
    scope: &Scope,
    rows: &[MessageRow],
) -> Result<HashMap<Uuid, Waiting>, Error> {
    let ids: Vec<Uuid> = rows.iter().filter(|row| row.status == Status::Queued).map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql =
        Sql::new("select r.message_id, e.account_id, e.status, e.not_before, e.first_contact, e.code, e.scheduled, ");
    sql.add("exists (").add(EARLIER).add(") as behind from sent_randoms r ");
    sql.add("join errands e on e.org_id = r.org_id and e.id = r.errand_id where r.org_id = ");
    sql.bind(scope.org_id.0).add(" and e.ended_at is null and r.message_id in ").list(ids);
    let queued: Vec<Queued> = sql.all(&service.db.reader(scope)).await?;
    let now = service.db.clock().now();
    let mut of_accounts: HashMap<(Uuid, bool), Option<Waiting>> = HashMap::new();
    for one in queued.iter().filter(|one| one.status != "started" && one.not_before <= now) {
        let key = (one.account_id, one.first_contact);
        if let std::collections::hash_map::Entry::Vacant(entry) = of_accounts.entry(key) {
            entry.insert(service.accounts.why_waiting(scope, key.0, key.1).await.map_err(Error::Port)?);
        }
    }
    let because = |one: Queued| {
        let account = of_accounts.get(&(one.account_id, one.first_contact)).and_then(Option::as_ref);
        (one.message_id, one.because(now, account))
    };
    Ok(queued.into_iter().map(because).collect())
}

/// The queue: messages that wait, of an account or of all within reach; the first [`MOST`] in the order they will go,
/// those of people before those of programs.
///
/// # Errors
/// When the database is away.
pub async fn list(service: &Messaging, scope: &Scope, account: Option<Uuid>) -> Result<Vec<Message>, Error> {
    scope.require(CHATS_READ)?;
    let readable = service.readable(scope).await?;
    let mut sql = Sql::new(&format!("select {} from errands e ", messages::COLUMNS));
    sql.add("join messages m on m.org_id = e.org_id and m.id = e.message_id ");
    sql.add("join chats c on c.org_id = e.org_id and c.id = e.chat_id where e.org_id = ").bind(scope.org_id.0);
    sql.add(" and e.ended_at is null and e.kind = 'send'");
    if let Some(account) = account {
        sql.with(" and e.account_id = ?", [account.into()]);
    }
    readable.narrow(&mut sql);
    sql.add(&format!(" order by e.source_kind is not null, e.place, e.id limit {MOST}"));
    let rows = sql.all(&service.db.reader(scope)).await?;
    view::shown(service, scope, rows).await
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn each_reason_in_its_order() {
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let later = now + TimeDelta::seconds(5);
        let plain = Queued {
            message_id: Uuid::nil(),
            account_id: Uuid::nil(),
            status: "waiting".to_owned(),
            not_before: now,
            first_contact: false,
            code: None,
            scheduled: false,
            behind: false,
        };
        let quiet = Waiting { because: "quiet_hours".to_owned(), until: Some(later) };
        let cases = [
            (Queued { status: "started".to_owned(), behind: true, ..plain.clone() }, Some(&quiet), "sending"),
            (Queued { not_before: later, scheduled: true, ..plain.clone() }, Some(&quiet), "scheduled"),
            (Queued { not_before: later, ..plain.clone() }, Some(&quiet), "undo"),
            (Queued { not_before: later, code: Some("flood_wait".to_owned()), ..plain.clone() }, None, "flood_wait"),
            (plain.clone(), Some(&quiet), "quiet_hours"),
            (Queued { behind: true, ..plain.clone() }, Some(&quiet), "quiet_hours"),
            (Queued { behind: true, ..plain.clone() }, None, "behind_another"),
            (plain, None, "sending"),
        ];
        for (queued, account, expected) in cases {
            assert_eq!(queued.because(now, account).because, expected, "{queued:?}");
        }
    }
}
