//! Reading chats one by one, and the statement over chats that the inbox is read by as well.

use contracts::permissions::CHATS_READ;
use db::Sql;
use kernel::Scope;
use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult};
use uuid::Uuid;

use super::{
    store::{COLUMNS, Row},
    view::{Chat, ShownDraft, shown},
};
use crate::{Error, Messaging, reach::Readable};

/// A chat with what the caller has begun in it.
pub(super) struct Listed {
    pub row: Row,
    pub draft: Option<ShownDraft>,
    pub mentions: i64,
    /// Whether others are shown as part of it.
    pub is_merged: bool,
}

impl FromQueryResult for Listed {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, sea_orm::DbErr> {
        let text: Option<String> = row.try_get("", "draft_text")?;
        let draft = match text {
            Some(text) => Some(ShownDraft {
                text,
                reply_to: row.try_get("", "draft_reply_to")?,
                at: row.try_get("", "draft_at")?,
            }),
            None => None,
        };
        Ok(Self {
            row: Row::from_query_result(row, prefix)?,
            draft,
            mentions: row.try_get("", "mentions")?,
            is_merged: row.try_get("", "is_merged")?,
        })
    }
}

/// A statement over chats within reach, with the caller's drafts and mentions; over those of a part, if there is one.
pub(super) fn select(scope: &Scope, readable: &Readable, part: impl FnOnce(&mut Sql) -> bool) -> Sql {
    // Drafts stay their author's, whoever looks as them.
    let (author, me) = (scope.user_id().map(Uuid::from), scope.eyes().map(Uuid::from));
    let mut sql = Sql::new(&format!("select {COLUMNS}, d.text as draft_text, d.reply_to as draft_reply_to, "));
    sql.add("d.updated_at as draft_at, (select count(*) from chat_mentions n where n.org_id = ").bind(scope.org_id.0);
    sql.with(" and n.user_id = ? and n.chat_id = c.id) as mentions, ", [me.into()]);
    sql.add("exists (select 1 from chats p where p.org_id = c.org_id and p.merged_into = c.id) as is_merged from ");
    let of_part = part(&mut sql);
    sql.add(if of_part { " cross join chats c" } else { "chats c" });
    sql.with(
        " left join drafts d on d.org_id = ? and d.chat_id = c.id and d.user_id = ?",
        [scope.org_id.0.into(), author.into()],
    );
    sql.add(" where c.org_id = ").bind(scope.org_id.0).add(if of_part { " and c.id = part.id" } else { "" });
    readable.narrow(&mut sql);
    sql
}

/// One chat.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(service: &Messaging, scope: &Scope, id: Uuid) -> Result<Chat, Error> {
    scope.require(CHATS_READ)?;
    load(service, scope, &[id]).await?.pop().ok_or(Error::NotFound)
}

/// Chats by id, in the order of these.
///
/// # Errors
/// When the database is away.
pub async fn load(service: &Messaging, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Chat>, Error> {
    let readable = service.readable(scope).await?;
    let mut sql = select(scope, &readable, |_| false);
    sql.add(" and c.id in ").list(ids.iter().copied());
    let rows: Vec<Listed> = sql.all(&service.db.reader(scope)).await?;
    let mut chats = shown(service, scope, &readable, rows).await?;
    chats.sort_by_key(|chat| ids.iter().position(|id| *id == chat.id));
    Ok(chats)
}

/// The chats of a contact within reach; at most 100.
///
/// # Errors
/// When the database is away.
pub async fn ids_of_contact(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    readable: &Readable,
    contact: Uuid,
) -> Result<Vec<Uuid>, Error> {
    let mut sql = Sql::new("select c.id from chats c where c.org_id = ");
    sql.bind(scope.org_id.0).with(" and c.contact_id = ?", [contact.into()]);
    readable.narrow(&mut sql);
    sql.add(" order by c.last_at desc, c.id desc limit 100");
    let rows = sql.rows(connection).await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}
