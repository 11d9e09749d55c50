//! How many unread chats each queue has, counted to 100: one statement.

use contracts::permissions::CHATS_READ;
use kernel::Scope;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{Error, Messaging, reach::Readable, sql::Sql};

/// Most that is counted.
const COUNTED: u64 = 100;

/// Unread chats of an account.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema, FromQueryResult)]
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

fn part(sql: &mut Sql, scope: &Scope, readable: &Readable, name: &str, condition: impl Fn(&mut Sql)) {
    sql.add("(select count(*) from (select 1 as one from chats c where c.org_id = ").bind(scope.org_id.0);
    sql.add(" and c.merged_into is null");
    condition(sql);
    readable.narrow(sql);
    sql.add(&format!(" limit {COUNTED}) as counted) as {name}"));
}

/// How many.
///
/// # Errors
/// When the database is away.
pub async fn counts(service: &Messaging, scope: &Scope) -> Result<InboxCounts, Error> {
    scope.require(CHATS_READ)?;
    let readable = service.readable(scope).await?;
    let me = scope.user_id().map(Uuid::from);
    let mut sql = Sql::new("select ");
    let open = " and c.unread > 0 and c.state = 'open'";
    let mut count = |name: &str, condition: &dyn Fn(&mut Sql), last: bool| {
        part(&mut sql, scope, &readable, name, condition);
        sql.add(if last { "" } else { ", " });
    };
    count(
        "mine",
        &|sql| {
            sql.add(open).with(" and c.assignee_id = ?", [me.into()]);
        },
        false,
    );
    count(
        "unassigned",
        &|sql| {
            sql.add(open).add(" and c.assignee_id is null");
        },
        false,
    );
    count(
        "team",
        &|sql| {
            sql.add(open);
        },
        false,
    );
    let mentioned = " and c.id in (select n.chat_id from chat_mentions n where n.org_id = c.org_id and n.user_id = ?)";
    count(
        "mentions",
        &|sql| {
            sql.with(mentioned, [me.into()]);
        },
        false,
    );
    count(
        "snoozed",
        &|sql| {
            sql.add(" and c.state = 'snoozed'");
        },
        false,
    );
    count(
        "scheduled",
        &|sql| {
            sql.add(" and c.scheduled > 0");
        },
        false,
    );
    count(
        "unread",
        &|sql| {
            sql.add(" and c.unread > 0");
        },
        true,
    );
    let reader = service.db.reader(scope);
    let row = sql.rows(&reader).await?.pop().ok_or(db::Error::Stored("counts"))?;
    let number = |name: &str| row.try_get::<i64>("", name);
    Ok(InboxCounts {
        mine: number("mine")?,
        unassigned: number("unassigned")?,
        team: number("team")?,
        mentions: number("mentions")?,
        snoozed: number("snoozed")?,
        scheduled: number("scheduled")?,
        all: number("unread")?,
        accounts: by_account(service, scope, &readable).await?,
    })
}

async fn by_account(service: &Messaging, scope: &Scope, readable: &Readable) -> Result<Vec<AccountUnread>, Error> {
    let mut sql = Sql::new("select c.account_id as id, count(*) as unread from chats c where c.org_id = ");
    sql.bind(scope.org_id.0).add(" and c.merged_into is null and c.unread > 0 and c.account_id is not null");
    readable.narrow(&mut sql);
    sql.add(" group by c.account_id order by c.account_id limit 200");
    let mut accounts: Vec<AccountUnread> = sql.all(&service.db.reader(scope)).await?;
    for account in &mut accounts {
        account.unread = account.unread.min(COUNTED.cast_signed());
    }
    Ok(accounts)
}
