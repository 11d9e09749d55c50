//! Whether contacts have written meanwhile. Who stores an answer, and who starts what an answer stops, take the same lock
//! first, so that of two at once the second one sees what the first one did. SQLite has one writer, and needs none.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use contracts::{
    channels::{Origin, SeenMessage},
    permissions::MESSAGES_SEND,
};
use db::{Sql, Tx};
use kernel::Scope;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};
use uuid::Uuid;

use crate::{Error, Messaging, chats::store::Row};

/// Ids of one statement.
const AT_ONCE: usize = 500;

/// Chats that were answered in, each with what is locked for it.
pub(crate) type Answered = BTreeMap<Uuid, Uuid>;

/// What is locked for a chat: whom it is with, else itself, or what it is shown as part of.
#[must_use]
pub(crate) fn lock_of(chat: &Row) -> Uuid {
    chat.contact_id.unwrap_or_else(|| chat.shown_as())
}

/// Whether a message that is new is an answer. Who else writes in a group that somebody linked to a contact is not them.
#[must_use]
pub(crate) fn is_answer(chat: &Row, message: &SeenMessage, origin: Origin) -> bool {
    origin != Origin::History
        && chat.kind == "private"
        && !message.outgoing
        && !message.automatic
        && message.service.is_none()
}

/// The key of a lock of PostgreSQL. Two that are the same only wait for each other.
fn key(org: Uuid, id: Uuid) -> i64 {
    let ((a, b), (c, d)) = (org.as_u64_pair(), id.as_u64_pair());
    i64::from_ne_bytes((a ^ b.rotate_left(17) ^ c.rotate_left(31) ^ d.rotate_left(47)).to_ne_bytes())
}

/// Locks answers of these contacts, or in these chats, until the transaction ends; always in the same order.
pub(crate) async fn lock(tx: &Tx, scope: &Scope, ids: impl IntoIterator<Item = Uuid>) -> Result<(), Error> {
    let mut keys: Vec<i64> = ids.into_iter().map(|id| key(scope.org_id.0, id)).collect();
    if tx.get_database_backend() != DbBackend::Postgres || keys.is_empty() {
        return Ok(());
    }
    keys.sort_unstable();
    keys.dedup();
    let mut sql = Sql::new("select pg_advisory_xact_lock(l.place) from (select column1 as place from (values ");
    for (index, key) in keys.into_iter().enumerate() {
        sql.add(if index == 0 { "(" } else { ", (" }).bind(key).add(")");
    }
    sql.add(") as k order by column1) as l");
    sql.run(tx).await?;
    Ok(())
}

/// Notes that these chats were answered in. The last thing of its transaction: what is stored at an instant is seen soon
/// after it, and nobody waits long for the locks.
pub(crate) async fn note(tx: &Tx, scope: &Scope, answered: &Answered) -> Result<(), Error> {
    if answered.is_empty() {
        return Ok(());
    }
    lock(tx, scope, answered.values().copied()).await?;
    let now = tx.clock().now();
    let mut sql = Sql::new("update chats set last_received_at = ");
    sql.bind(now).add(" where org_id = ").bind(scope.org_id.0);
    sql.with(" and (last_received_at is null or last_received_at < ?) and id in ", [now.into()]);
    sql.list(answered.keys().copied());
    sql.run(tx).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Heard {
    contact_id: Uuid,
    last_received_at: DateTime<Utc>,
}

/// Those of these contacts who have answered since.
pub(super) async fn since(
    service: &Messaging,
    scope: &Scope,
    asked: &[(Uuid, DateTime<Utc>)],
) -> Result<HashSet<Uuid>, Error> {
    scope.require(MESSAGES_SEND)?;
    if asked.is_empty() {
        return Ok(HashSet::new());
    }
    let contacts = crate::unique(asked.iter().map(|(contact, _)| *contact));
    let people = service.clients.same_people(scope, &contacts).await.map_err(Error::Port)?;
    let all = crate::unique(people.values().flatten().copied());
    let mut newest: HashMap<Uuid, DateTime<Utc>> = HashMap::new();
    for ids in all.chunks(AT_ONCE) {
        let mut sql = Sql::new("select c.contact_id, c.last_received_at from chats c where c.org_id = ");
        sql.bind(scope.org_id.0).add(" and c.last_received_at is not null and c.contact_id in ");
        sql.list(ids.iter().copied());
        for heard in sql.all::<Heard>(&service.db.reader(scope)).await? {
            let at = newest.entry(heard.contact_id).or_insert(heard.last_received_at);
            *at = heard.last_received_at.max(*at);
        }
    }
    let answered = |(contact, since): &&(Uuid, DateTime<Utc>)| {
        let mut same = people.get(contact).into_iter().flatten();
        same.any(|one| newest.get(one).is_some_and(|at| at > since))
    };
    Ok(asked.iter().filter(answered).map(|(contact, _)| *contact).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_of_others_are_others() {
        let id = |n: u128| Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + n);
        let mut keys = HashSet::new();
        for org in 0..20 {
            for contact in 100..150 {
                assert!(keys.insert(key(id(org), id(contact))), "{org} {contact}");
            }
        }
        assert_eq!(key(id(1), id(2)), key(id(1), id(2)));
    }
}
