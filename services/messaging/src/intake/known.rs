//! Which messages of a batch are here already: by what the channel calls them, and ours by the number that was sent along.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use db::Tx;
use kernel::Scope;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{
    chats::Met,
    fold::{Key, News},
};
use crate::{
    Error,
    errands::outcome,
    messages::store::{self as messages, COLUMNS, Row},
    sql::Sql,
};

/// Ids of one statement.
const AT_ONCE: usize = 500;

/// Messages that are here, by chat and what the channel calls them.
pub type Here = HashMap<(Uuid, i64), Row>;

/// All that a batch speaks of and that is here.
pub async fn load(tx: &Tx, scope: &Scope, account: Uuid, met: &Met, news: &News) -> Result<Here, Error> {
    let mut here = Here::new();
    let said: Vec<i64> = unique(news.versions.keys().map(|(_, id)| *id));
    let times = news.versions.values().flatten().map(|version| version.at);
    let span = times.clone().min().zip(times.max());
    find(tx, scope, account, (&said, span), &mut here).await?;
    let known: HashSet<i64> = said.into_iter().collect();
    let others = news.deleted.iter().map(|(_, id)| *id).chain(news.reactions.keys().map(|(_, id)| *id));
    let others = unique(others.filter(|id| !known.contains(id)));
    find(tx, scope, account, (&others, None), &mut here).await?;
    // What was deleted without its chat may carry a number that a message of another chat has here.
    let wide = unique(news.deleted.iter().filter(|(chat, _)| chat.is_none()).map(|(_, id)| *id));
    let wide: Vec<i64> = wide.into_iter().filter(|id| known.contains(id)).collect();
    find(tx, scope, account, (&wide, None), &mut here).await?;
    recognise(tx, scope, account, (met, news), &mut here).await?;
    Ok(here)
}

fn unique(ids: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// From the first to the last.
type Stretch = (DateTime<Utc>, DateTime<Utc>);

/// The months of the stretch are looked into, if there is one.
async fn find(
    tx: &Tx,
    scope: &Scope,
    account: Uuid,
    (ids, stretch): (&[i64], Option<Stretch>),
    here: &mut Here,
) -> Result<(), Error> {
    for ids in ids.chunks(AT_ONCE) {
        let mut sql = Sql::new(&format!("select {COLUMNS} from messages m where m.org_id = "));
        sql.bind(scope.org_id.0).with(" and m.source_id = ? and m.external_id in ", [account.into()]);
        sql.list(ids.iter().copied());
        if let Some((from, to)) = stretch {
            let day = TimeDelta::days(1);
            sql.with(" and m.sent_at >= ? and m.sent_at <= ?", [(from - day).into(), (to + day).into()]);
        }
        for row in sql.all::<Row>(tx).await? {
            here.insert((row.chat_id, row.place), row);
        }
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Sent {
    random_id: i64,
    message_id: Uuid,
}

/// Ours that come back with the number they were sent with: they get what the channel calls them.
async fn recognise(
    tx: &Tx,
    scope: &Scope,
    account: Uuid,
    (met, news): (&Met, &News),
    here: &mut Here,
) -> Result<(), Error> {
    let newest = news.versions.iter().filter_map(|(key, versions)| Some((*key, versions.last()?)));
    let randoms: HashMap<i64, (Key, DateTime<Utc>)> =
        newest.filter_map(|(key, version)| Some((version.random_id?, (key, version.at)))).collect();
    if randoms.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("select random_id, message_id from sent_randoms where org_id = ");
    sql.bind(scope.org_id.0).with(" and account_id = ? and random_id in ", [account.into()]);
    sql.list(randoms.keys().copied());
    let sent: Vec<Sent> = sql.all(tx).await?;
    let ids: Vec<Uuid> = sent.iter().map(|sent| sent.message_id).collect();
    let rows: HashMap<Uuid, Row> =
        messages::load_many(tx, scope, &ids).await?.into_iter().map(|row| (row.id, row)).collect();
    for Sent { random_id, message_id } in sent {
        let (Some(((chat, id), at)), Some(row)) = (randoms.get(&random_id), rows.get(&message_id)) else { continue };
        let Some(chat) = met.get(chat).filter(|_| row.external_id.is_none()) else { continue };
        outcome::numbered(tx, scope, chat.id, message_id, (*id, *at)).await?;
        if let Some(row) = messages::load_many(tx, scope, &[message_id]).await?.pop() {
            here.insert((chat.id, *id), row);
        }
    }
    Ok(())
}
