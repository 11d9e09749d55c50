//! The queue as accounts see it: what is to be done now, and that it is being tried.
//!
//! What was started and has not ended is offered again: whoever asks holds the account, so nobody else is at it, and the
//! numbers that it is sent with are the same.

use chrono::{DateTime, Utc};
use contracts::channels::{Errand, Peer};
use db::Sql;
use kernel::Scope;
use sea_orm::{DbErr, FromQueryResult, QueryResult};
use uuid::Uuid;

use super::store::{COLUMNS, Row};
use crate::{Error, Messaging, outreach::gate};

/// An open errand `b` of the chat that goes before `e`: an older one. People do not wait for what a program has yet to send,
/// which may wait for days.
pub(super) const EARLIER: &str = "select 1 from errands b where b.org_id = e.org_id and b.account_id = e.account_id \
    and b.chat_id = e.chat_id and b.ended_at is null and (b.place, b.id) < (e.place, e.id) \
    and (e.source_kind is not null or b.source_kind is null or b.status = 'started')";
/// One that goes before `e` of a program: what people send now, also if it is younger.
const OF_PEOPLE: &str = "select 1 from errands p where p.org_id = e.org_id and p.account_id = e.account_id \
    and p.chat_id = e.chat_id and p.ended_at is null and p.source_kind is null and e.status <> 'started' \
    and p.not_before <= ";

/// That nothing but the clock keeps an errand from being tried.
const UNGATED: &str = " and answered_gate is null and called_back_at is null";

/// An errand with the chat that it is for.
struct Due {
    row: Row,
    external_id: String,
    title: String,
    username: Option<String>,
    phone: Option<String>,
}

impl FromQueryResult for Due {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            row: Row::from_query_result(row, prefix)?,
            external_id: row.try_get("", "external_id")?,
            title: row.try_get("", "title")?,
            username: row.try_get("", "username")?,
            phone: row.try_get("", "phone")?,
        })
    }
}

impl From<Due> for Errand {
    fn from(due: Due) -> Self {
        let Due { row, external_id, title, username, phone } = due;
        let known: Option<i64> = external_id.parse().ok().filter(|_| !external_id.starts_with('+'));
        let to = known.is_none().then_some(Peer { id: 0, name: title, username, phone });
        Self {
            id: row.id,
            chat_id: known.unwrap_or_default(),
            to,
            first_contact: row.first_contact,
            not_before: row.not_before,
            unless_answered: row.answered_gate.is_some(),
            attempts: i32::try_from(row.attempts).unwrap_or(i32::MAX),
            action: row.payload.into(),
        }
    }
}

/// What the account is to do now: what people asked for, then what programs want. Neither takes the other's places, however
/// much of it there is, or may not go yet.
pub(crate) async fn due(service: &Messaging, scope: &Scope, account: Uuid, limit: u64) -> Result<Vec<Errand>, Error> {
    let mut due = due_of(service, scope, account, (false, limit)).await?;
    due.extend(due_of(service, scope, account, (true, limit)).await?);
    Ok(due)
}

async fn due_of(
    service: &Messaging,
    scope: &Scope,
    account: Uuid,
    (programs, limit): (bool, u64),
) -> Result<Vec<Errand>, Error> {
    let now = service.db.clock().now();
    let mut sql = Sql::new(&format!("select {COLUMNS}, c.external_id, c.title, c.username, c.phone from errands e "));
    sql.add("join chats c on c.org_id = e.org_id and c.id = e.chat_id where e.org_id = ").bind(scope.org_id.0);
    sql.with(" and e.account_id = ? and e.ended_at is null and e.not_before <= ?", [account.into(), now.into()]);
    if programs {
        sql.add(" and e.source_kind is not null and not exists (").add(OF_PEOPLE).bind(now).add(")");
    } else {
        sql.add(" and e.source_kind is null");
    }
    sql.add(" and not exists (").add(EARLIER).add(")");
    sql.add(&format!(" order by e.first_contact, e.place, e.id limit {}", limit.clamp(1, 1000)));
    let due: Vec<Due> = sql.all(&service.db.reader(scope)).await?;
    Ok(due.into_iter().map(Into::into).collect())
}

/// When the next errand is due that waits for its time.
pub(crate) async fn next_at(service: &Messaging, scope: &Scope, account: Uuid) -> Result<Option<DateTime<Utc>>, Error> {
    let mut sql = Sql::new("select e.not_before as at from errands e where e.org_id = ");
    sql.bind(scope.org_id.0).with(
        " and e.account_id = ? and e.ended_at is null and e.not_before > ?",
        [account.into(), service.db.clock().now().into()],
    );
    sql.add(" order by e.not_before limit 1");
    let row = sql.rows(&service.db.reader(scope)).await?.pop();
    Ok(row.map(|row| row.try_get("", "at")).transpose()?)
}

/// Notes that an errand is being tried; says whether it is still wanted. One that an answer stops, or that was called back, is
/// looked at first.
pub(crate) async fn start(service: &Messaging, scope: &Scope, id: Uuid) -> Result<bool, Error> {
    let tx = service.db.begin(scope).await?;
    if note_start(&tx, scope, id, false).await? {
        tx.commit().await?;
        return Ok(true);
    }
    tx.rollback().await?;
    Box::pin(gate::pass(service, scope, id, true)).await
}

/// Whether an errand that was started is still wanted, after whoever tries it has waited.
pub(crate) async fn is_still_wanted(service: &Messaging, scope: &Scope, id: Uuid) -> Result<bool, Error> {
    let mut sql = Sql::new("select id from errands where org_id = ");
    sql.bind(scope.org_id.0).with(" and id = ? and ended_at is null", [id.into()]);
    sql.add(UNGATED);
    if !sql.rows(&service.db.reader(scope)).await?.is_empty() {
        return Ok(true);
    }
    Box::pin(gate::pass(service, scope, id, false)).await
}

/// Notes that an errand is being tried that is open and due; whether it is. One that an answer stops only for whoever has
/// looked.
pub(crate) async fn note_start(tx: &db::Tx, scope: &Scope, id: Uuid, has_looked: bool) -> Result<bool, Error> {
    let now = tx.clock().now();
    let mut sql = Sql::new("update errands set status = 'started', attempts = attempts + 1, started_at = ");
    sql.bind(now).add(" where org_id = ").bind(scope.org_id.0);
    sql.with(" and id = ? and ended_at is null and not_before <= ?", [id.into(), now.into()]);
    sql.add(if has_looked { " and called_back_at is null" } else { UNGATED });
    Ok(sql.run(tx).await? > 0)
}

/// Puts an errand off that is open, and says whether it was; what does not count is no try.
pub(crate) async fn put_off(
    tx: &db::Tx,
    scope: &Scope,
    row: &Row,
    (not_before, code, counts): (DateTime<Utc>, &str, bool),
) -> Result<bool, Error> {
    let mut sql = Sql::new("update errands set status = 'waiting', not_before = ");
    sql.bind(not_before).add(", code = ").bind(code).add(", attempts = ");
    sql.bind(if counts { row.attempts } else { (row.attempts - 1).max(0) });
    sql.add(" where org_id = ").bind(scope.org_id.0).with(" and id = ? and ended_at is null", [row.id.into()]);
    Ok(sql.run(tx).await? > 0)
}

/// Opens an errand again that has failed: it goes with the numbers that it went with before.
pub(crate) async fn reopen(tx: &db::Tx, scope: &Scope, row: &Row) -> Result<bool, Error> {
    let now = tx.clock().now();
    let mut sql = Sql::new(
        "update errands set status = 'waiting', ended_at = null, code = null, attempts = 0, called_back_at = null, ",
    );
    sql.add("scheduled = ").bind(false).add(", not_before = ").bind(now).add(", place = ").bind(now);
    sql.add(" where org_id = ").bind(scope.org_id.0).with(" and id = ? and status = 'failed'", [row.id.into()]);
    Ok(sql.run(tx).await? > 0)
}
