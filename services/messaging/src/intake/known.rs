//! Which messages of a batch are here already: by what the channel calls them, and ours by the number that was sent along.

use std::collections::{BTreeSet, HashMap};

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
    let place = |(chat, id): Key| Some((met.get(&chat)?.id, id));
    let said: BTreeSet<Place> = news.versions.keys().copied().filter_map(place).collect();
    let times = news.versions.values().flatten().map(|version| version.at);
    let span = times.clone().min().zip(times.max());
    find(tx, scope, account, (said.iter().copied().collect(), span), &mut here).await?;
    let deleted = news.deleted.iter().filter_map(|(chat, id)| Some(((*chat)?, *id)));
    let others: BTreeSet<Place> = deleted.chain(news.reactions.keys().copied()).filter_map(place).collect();
    find(tx, scope, account, (others.difference(&said).copied().collect(), None), &mut here).await?;
    // Without its chat, what was deleted is known by its number alone.
    let bare: BTreeSet<i64> = news.deleted.iter().filter(|(chat, _)| chat.is_none()).map(|(_, id)| *id).collect();
    find_common(tx, scope, account, &bare.into_iter().collect::<Vec<_>>(), &mut here).await?;
    recognise(tx, scope, account, (met, news), &mut here).await?;
    Ok(here)
}

/// A chat, and a number in it.
type Place = (Uuid, i64);
/// From the first to the last.
type Stretch = (DateTime<Utc>, DateTime<Utc>);

/// The months of the stretch are looked into, if there is one. Each place is sought by itself: other chats of the account
/// may have messages of the same numbers.
async fn find(
    tx: &Tx,
    scope: &Scope,
    account: Uuid,
    (places, stretch): (Vec<Place>, Option<Stretch>),
    here: &mut Here,
) -> Result<(), Error> {
    for places in places.chunks(AT_ONCE) {
        let mut sql = Sql::new(&format!("select {COLUMNS} from (values "));
        for (index, (chat, id)) in places.iter().enumerate() {
            sql.add(if index == 0 { "" } else { ", " }).with("(?, ?)", [(*chat).into(), (*id).into()]);
        }
        sql.add(") as v cross join messages m where m.org_id = ").bind(scope.org_id.0);
        sql.with(" and m.source_id = ? and m.external_id = v.column2 and m.chat_id = v.column1", [account.into()]);
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

/// By numbers that all private chats and basic groups of an account share.
async fn find_common(tx: &Tx, scope: &Scope, account: Uuid, ids: &[i64], here: &mut Here) -> Result<(), Error> {
    for ids in ids.chunks(AT_ONCE) {
        let mut sql = Sql::new(&format!("select {COLUMNS} from messages m join chats c on c.org_id = m.org_id "));
        sql.add("and c.id = m.chat_id where c.kind in ('private', 'bot', 'group') and m.org_id = ");
        sql.bind(scope.org_id.0).with(" and m.source_id = ? and m.external_id in ", [account.into()]);
        sql.list(ids.iter().copied());
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
