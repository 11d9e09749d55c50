//! What a chat shows of its messages, computed anew from them: last message, unread, since when they wait. In any order, and
//! however often it is done, it comes out the same.

use db::{Sql, Tx};
use kernel::Scope;
use uuid::Uuid;

use crate::Error;

/// Chats of one statement.
const AT_ONCE: usize = 200;
/// Places from here on are those of messages that have no external id yet.
pub const UNSENT: i64 = 1 << 62;

/// Messages of a chat (`m`) and of those that are shown as part of it.
const OF_CHAT: &str = "m.org_id = chats.org_id and m.chat_id = chats.id and m.deleted_at is null";

/// Computes anew what these chats show. Nobody waits for an answer to what was read before it came here, as history or in an
/// import. Those that others are shown as part of show what all parts show together.
///
/// # Errors
/// When the database refuses.
pub async fn refresh(tx: &Tx, scope: &Scope, chats: &[Uuid]) -> Result<(), Error> {
    if chats.is_empty() {
        return Ok(());
    }
    let roots = roots(tx, scope, chats).await?;
    let all = crate::unique(chats.iter().chain(&roots).copied());
    each(tx, scope, &all).await?;
    if !roots.is_empty() {
        gather(tx, scope, &roots).await?;
    }
    Ok(())
}

/// Those that others are shown as part of, among these chats and what they are shown as part of.
async fn roots(tx: &Tx, scope: &Scope, chats: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let mut sql = Sql::new("select distinct merged_into as root from chats where org_id = ");
    sql.bind(scope.org_id.0).add(" and merged_into is not null and (id in ").list(chats.iter().copied());
    sql.add(" or merged_into in ").list(chats.iter().copied()).add(")");
    let rows = sql.rows(tx).await?;
    Ok(rows.iter().map(|row| row.try_get("", "root")).collect::<Result<_, sea_orm::DbErr>>()?)
}

/// Adds to what chats show of their own what their parts show.
async fn gather(tx: &Tx, scope: &Scope, roots: &[Uuid]) -> Result<(), Error> {
    let last = "last_id, last_at, last_text, last_direction, last_status, last_media, last_sender";
    let own = "p.last_id, p.last_at, p.last_text, p.last_direction, p.last_status, p.last_media, p.last_sender";
    let mut sql = Sql::new(&format!("update chats set ({last}) = (select {own} from chats p "));
    sql.add("where p.org_id = chats.org_id and (p.id = chats.id or p.merged_into = chats.id) ");
    sql.add("order by p.last_id is null, p.last_at desc, p.id desc limit 1)");
    let parts = "from chats p where p.org_id = chats.org_id and (p.id = chats.id or p.merged_into = chats.id)";
    for (column, of) in [("unread", "sum(p.unread)"), ("scheduled", "sum(p.scheduled)")] {
        sql.add(&format!(", {column} = (select cast({of} as bigint) {parts})"));
    }
    sql.add(&format!(", waiting_since = (select min(p.waiting_since) {parts})"));
    sql.add(" where org_id = ").bind(scope.org_id.0).add(" and id in ").list(roots.iter().copied());
    sql.run(tx).await?;
    Ok(())
}

async fn each(tx: &Tx, scope: &Scope, chats: &[Uuid]) -> Result<(), Error> {
    for ids in chats.chunks(AT_ONCE) {
        let mut sql = Sql::new(
            "update chats set (last_id, last_at, last_text, last_direction, last_status, last_media, last_sender) = (\
             select l.id, coalesce(l.sent_at, n.created_at), l.text, l.direction, l.status, l.media_kind, \
             l.sender_name from (select chats.created_at as created_at) n left join (\
             select m.id, m.sent_at, substr(m.text, 1, 120) as text, m.direction, m.status, m.media_kind, m.sender_name \
             from messages m where ",
        );
        sql.add(OF_CHAT);
        sql.add(
            " and m.status <> 'canceled' and not (m.status = 'queued' and m.scheduled_at is not null) \
             order by m.place desc limit 1) l on true), \
             unread = (select count(*) from (select 1 as one from messages m where ",
        );
        sql.add(OF_CHAT).add(" and m.direction = 'in' and m.place > chats.read_inbox_until limit 1000) as u), ");
        sql.add("waiting_since = case when kind = 'private' then (select m.sent_at from messages m where ")
            .add(OF_CHAT);
        sql.add(
            " and m.direction = 'in' and m.service is null \
             and (m.source in ('live', 'api') or m.place > chats.read_inbox_until) and m.place > coalesce((select max(o.place) from messages o \
             where o.org_id = chats.org_id and o.chat_id = chats.id and o.direction = 'out' and o.deleted_at is null \
             and o.status not in ('failed', 'canceled') and not (o.status = 'queued' and o.scheduled_at is not null)), -1) \
             order by m.place limit 1) end, ",
        );
        sql.add("scheduled = (select count(*) from messages m where ").add(OF_CHAT);
        sql.with(
            " and m.direction = 'out' and m.place >= ? and m.status = 'queued' and m.scheduled_at is not null)",
            [UNSENT.into()],
        );
        sql.add(" where org_id = ").bind(scope.org_id.0).add(" and id in ").list(ids.iter().copied());
        sql.run(tx).await?;
    }
    Ok(())
}
