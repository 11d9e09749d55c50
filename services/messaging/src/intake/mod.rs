//! What accounts bring, and what they take along: the port `Inbox`.

mod chats;
mod fold;
mod known;
mod marks;
pub(crate) mod receive;
mod tell;
pub(crate) mod typing;
mod write;

use db::Sql;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::{
    channels::{Ended, Errand, Extent, Inbox, SeenBatch, WantedMedia},
    ports::PortError,
};
use kernel::Scope;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    Error, Messaging,
    chats::refresh::UNSENT,
    errands::{outcome, queue},
    media::remote,
};

#[derive(FromQueryResult)]
struct Stored {
    external_id: String,
    oldest: Option<i64>,
    newest: Option<i64>,
    messages: i64,
}

/// How far chats are stored.
async fn extents(
    service: &Messaging,
    scope: &Scope,
    account: Uuid,
    chats: &[i64],
) -> Result<HashMap<i64, Extent>, Error> {
    let mut sql =
        Sql::new("select c.external_id, min(m.place) as oldest, max(m.place) as newest, count(m.id) as messages ");
    sql.with(
        "from chats c left join messages m on m.org_id = c.org_id and m.chat_id = c.id and m.place < ?",
        [UNSENT.into()],
    );
    sql.add(" where c.org_id = ")
        .bind(scope.org_id.0)
        .with(" and c.source_id = ? and c.external_id in ", [account.into()]);
    sql.list(chats.iter().map(ToString::to_string)).add(" group by c.external_id");
    let rows: Vec<Stored> = sql.all(&service.db.reader(scope)).await?;
    let extent = |row: Stored| {
        let extent = Extent { oldest_id: row.oldest, newest_id: row.newest, messages: row.messages };
        Some((row.external_id.parse().ok()?, extent))
    };
    Ok(rows.into_iter().filter_map(extent).collect())
}

/// Messages of a chat that are not deleted, newest first.
async fn latest(
    service: &Messaging,
    scope: &Scope,
    account: Uuid,
    (chat, until): (i64, i64),
    limit: u64,
) -> Result<Vec<i64>, Error> {
    let mut sql = Sql::new("select m.place from messages m join chats c on c.id = m.chat_id where m.org_id = ");
    sql.bind(scope.org_id.0).add(" and c.org_id = ").bind(scope.org_id.0);
    sql.with(" and c.source_id = ? and c.external_id = ?", [account.into(), chat.to_string().into()]);
    sql.with(" and m.deleted_at is null and m.place <= ? and m.place < ?", [until.into(), UNSENT.into()]);
    sql.add(&format!(" order by m.place desc limit {}", limit.min(1000)));
    let rows = sql.rows(&service.db.reader(scope)).await?;
    Ok(rows.iter().map(|row| row.try_get("", "place")).collect::<Result<_, _>>()?)
}

#[async_trait::async_trait]
impl Inbox for Messaging {
    async fn receive(&self, scope: &Scope, account: Uuid, batch: SeenBatch) -> Result<u64, PortError> {
        Ok(receive::receive(self, scope, account, batch, None).await?)
    }

    async fn typing(&self, scope: &Scope, account: Uuid, chat: i64, name: Option<&str>) -> Result<(), PortError> {
        Ok(typing::typing(self, scope, account, (chat, name)).await?)
    }

    async fn position(&self, scope: &Scope, account: Uuid) -> Result<Option<Vec<u8>>, PortError> {
        Ok(receive::position(self, scope, account).await?)
    }

    async fn extents(&self, scope: &Scope, account: Uuid, chats: &[i64]) -> Result<HashMap<i64, Extent>, PortError> {
        Ok(extents(self, scope, account, chats).await?)
    }

    async fn latest(
        &self,
        scope: &Scope,
        account: Uuid,
        chat: i64,
        until: i64,
        limit: u64,
    ) -> Result<Vec<i64>, PortError> {
        Ok(latest(self, scope, account, (chat, until), limit).await?)
    }

    async fn errands(&self, scope: &Scope, account: Uuid, limit: u64) -> Result<Vec<Errand>, PortError> {
        Ok(queue::due(self, scope, account, limit).await?)
    }

    async fn next_errand_at(&self, scope: &Scope, account: Uuid) -> Result<Option<DateTime<Utc>>, PortError> {
        Ok(queue::next_at(self, scope, account).await?)
    }

    async fn start_errand(&self, scope: &Scope, errand: Uuid) -> Result<bool, PortError> {
        Ok(queue::start(self, scope, errand).await?)
    }

    async fn is_still_wanted(&self, scope: &Scope, errand: Uuid) -> Result<bool, PortError> {
        Ok(queue::is_still_wanted(self, scope, errand).await?)
    }

    async fn end_errand(&self, scope: &Scope, errand: Uuid, ended: Ended) -> Result<(), PortError> {
        Ok(outcome::end(self, scope, errand, ended).await?)
    }

    async fn wanted_media(&self, scope: &Scope, account: Uuid, limit: u64) -> Result<Vec<WantedMedia>, PortError> {
        Ok(remote::wanted(self, scope, account, limit).await?)
    }

    async fn media_arrived(&self, scope: &Scope, media: Uuid, blob: Option<&str>) -> Result<(), PortError> {
        Ok(remote::arrived(self, scope, media, blob).await?)
    }
}
