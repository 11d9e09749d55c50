//! How many unread chats each queue has, counted to 100.

use db::Sql;
use std::collections::BTreeMap;

use contracts::permissions::CHATS_READ;
use kernel::Scope;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::inbox::{Queue, small};
use crate::{Error, Messaging, reach::Readable};

/// Most that is counted.
const COUNTED: i64 = 100;
/// Accounts whose unread chats are told.
const MOST_ACCOUNTS: usize = 200;

/// Unread chats of an account.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AccountUnread {
    pub id: Uuid,
    pub unread: i64,
}

/// Unread chats by queue, each counted to 100.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct InboxCounts {
    pub mine: i64,
    pub unassigned: i64,
    pub team: i64,
    /// Chats in which somebody mentioned the caller.
    pub mentions: i64,
    /// All that are put off, read or not.
    pub snoozed: i64,
    /// All in which a message waits for its time, read or not.
    pub scheduled: i64,
    pub all: i64,
    pub accounts: Vec<AccountUnread>,
}

/// Unread chats that count alike.
#[derive(FromQueryResult)]
struct Unread {
    account_id: Option<Uuid>,
    is_open: bool,
    is_mine: bool,
    is_nobodys: bool,
    chats: i64,
}

async fn unread(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    readable: &Readable,
    me: Option<Uuid>,
) -> Result<Vec<Unread>, Error> {
    let mut sql = Sql::new("select c.account_id, c.state = 'open' as is_open, ");
    sql.with("coalesce(c.assignee_id = ?, false) as is_mine, c.assignee_id is null as is_nobodys, ", [me.into()]);
    sql.add("count(*) as chats from chats c where c.org_id = ").bind(scope.org_id.0);
    sql.add(" and c.merged_into is null and c.unread > 0");
    readable.narrow(&mut sql);
    sql.add(" group by c.account_id, is_open, is_mine, is_nobodys");
    Ok(sql.all(connection).await?)
}

/// Chats that are counted whether they are read or not.
#[derive(FromQueryResult)]
struct Others {
    mentions: i64,
    snoozed: i64,
    scheduled: i64,
}

async fn others(connection: &impl ConnectionTrait, scope: &Scope, readable: &Readable) -> Result<Others, Error> {
    let mut sql = Sql::new("select ");
    for (index, (name, queue)) in
        [("mentions", Queue::Mentions), ("scheduled", Queue::Scheduled), ("snoozed", Queue::Snoozed)]
            .into_iter()
            .enumerate()
    {
        sql.add(if index == 0 { "(" } else { ", (" }).add("select count(*) from (select 1 as one from ");
        if queue == Queue::Snoozed {
            sql.add("chats c where c.state = 'snoozed'");
        } else {
            small(&mut sql, scope, queue);
            sql.add(" cross join chats c where c.id = part.id");
        }
        sql.add(" and c.merged_into is null and c.org_id = ").bind(scope.org_id.0);
        readable.narrow(&mut sql);
        sql.add(&format!(" limit {COUNTED}) as counted) as {name}"));
    }
    Ok(sql.one(connection).await?.ok_or(db::Error::Stored("counts"))?)
}

/// How many.
///
/// # Errors
/// When the database is away.
pub async fn counts(service: &Messaging, scope: &Scope) -> Result<InboxCounts, Error> {
    scope.require(CHATS_READ)?;
    let readable = service.readable(scope).await?;
    let me = scope.eyes().map(Uuid::from);
    let reader = service.db.reader(scope);
    let unread = unread(&reader, scope, &readable, me).await?;
    let others = others(&reader, scope, &readable).await?;
    let count = |of: fn(&Unread) -> bool| {
        unread.iter().filter(|unread| of(unread)).map(|unread| unread.chats).sum::<i64>().min(COUNTED)
    };
    let mut accounts: BTreeMap<Uuid, i64> = BTreeMap::new();
    for unread in &unread {
        if let Some(account) = unread.account_id {
            *accounts.entry(account).or_default() += unread.chats;
        }
    }
    let of_account = |(id, unread): (Uuid, i64)| AccountUnread { id, unread: unread.min(COUNTED) };
    Ok(InboxCounts {
        mine: count(|unread| unread.is_open && unread.is_mine),
        unassigned: count(|unread| unread.is_open && unread.is_nobodys),
        team: count(|unread| unread.is_open),
        mentions: others.mentions,
        snoozed: others.snoozed,
        scheduled: others.scheduled,
        all: count(|_| true),
        accounts: accounts.into_iter().take(MOST_ACCOUNTS).map(of_account).collect(),
    })
}
