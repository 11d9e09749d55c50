//! Which messages of a batch are here already: by what the channel calls them, and ours by the number that was sent along.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use contracts::channels::SeenMessage;
use db::{Sql, Tx};
use kernel::Scope;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{
    chats::Met,
    fold::{Key, News},
};
use crate::{
    Error,
    chats::{meeting, refresh::UNSENT, store::Row as Chat},
    errands::{cancel, outcome},
    messages::store::{self as messages, COLUMNS, Row},
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
    let mut tried = recognise(tx, scope, account, (met, news), &mut here).await?;
    tried.extend(recognise_tried(tx, scope, account, (met, news), &mut here).await?);
    cancel::went_after_all(tx, scope, &tried).await?;
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
    message: Uuid,
    errand: Uuid,
}

/// Ours that come back with the number they were sent with: they get what the channel calls them. Gives their errands.
async fn recognise(
    tx: &Tx,
    scope: &Scope,
    account: Uuid,
    (met, news): (&Met, &News),
    here: &mut Here,
) -> Result<Vec<Uuid>, Error> {
    let randoms: HashMap<i64, (Key, DateTime<Utc>)> =
        news.newest().filter_map(|(key, version)| Some((version.random_id?, (key, version.at)))).collect();
    if randoms.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql =
        Sql::new("select random_id, message_id as message, errand_id as errand from sent_randoms where org_id = ");
    sql.bind(scope.org_id.0).with(" and account_id = ? and random_id in ", [account.into()]);
    sql.list(randoms.keys().copied());
    let sent: Vec<Sent> = sql.all(tx).await?;
    let ids: Vec<Uuid> = sent.iter().map(|sent| sent.message).collect();
    let rows: HashMap<Uuid, Row> =
        messages::load_many(tx, scope, &ids).await?.into_iter().map(|row| (row.id, row)).collect();
    let mut errands = Vec::new();
    for Sent { random_id, message, errand } in sent {
        let (Some(((chat, id), at)), Some(row)) = (randoms.get(&random_id), rows.get(&message)) else { continue };
        let Some(chat) = met.get(chat).filter(|_| row.external_id.is_none()) else { continue };
        came_back(tx, scope, (chat.id, message), (*id, *at), here).await?;
        errands.push(errand);
    }
    Ok(errands)
}

/// Gives one of ours what the channel calls it.
async fn came_back(
    tx: &Tx,
    scope: &Scope,
    (chat, message): (Uuid, Uuid),
    (id, at): (i64, DateTime<Utc>),
    here: &mut Here,
) -> Result<(), Error> {
    outcome::numbered(tx, scope, chat, message, (id, at)).await?;
    if let Some(row) = messages::load_many(tx, scope, &[message]).await?.pop() {
        here.insert((chat, id), row);
    }
    Ok(())
}

/// One of ours that was tried, and of which nobody knows whether it went.
#[derive(FromQueryResult)]
struct Tried {
    message_id: Uuid,
    chat_id: Uuid,
    text: String,
    errand_id: Uuid,
    created_at: DateTime<Utc>,
}

/// By how much the clock of the channel may be behind ours.
const SKEW: TimeDelta = TimeDelta::minutes(2);
/// For so long what may have gone is sought: the history of an account or of an export costs nothing beyond.
const SOUGHT: TimeDelta = TimeDelta::days(32);

/// A chat that waits for its first message to go, and with whom it is.
#[derive(FromQueryResult)]
struct Waiting {
    id: Uuid,
    contact_id: Uuid,
}

/// The chats of an account with these people that wait for their first message to go.
async fn waiting(tx: &Tx, scope: &Scope, account: Uuid, people: BTreeSet<Uuid>) -> Result<HashMap<Uuid, Uuid>, Error> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::new("select id, contact_id from chats where (external_id like '@%' or external_id like '+%') ");
    sql.add("and org_id = ").bind(scope.org_id.0).with(" and source_id = ? and contact_id in ", [account.into()]);
    sql.list(people);
    let waiting: Vec<Waiting> = sql.all(tx).await?;
    Ok(waiting.into_iter().map(|chat| (chat.id, chat.contact_id)).collect())
}

/// Ours that come back without their number: whoever tried them died, and what an account missed is told without. They are
/// known by what they say, and by their chat: one that waited for its first message to go is now what the channel calls it.
/// Gives their errands.
async fn recognise_tried(
    tx: &Tx,
    scope: &Scope,
    account: Uuid,
    (met, news): (&Met, &News),
    here: &mut Here,
) -> Result<Vec<Uuid>, Error> {
    let since = tx.clock().now() - SOUGHT;
    let unknown: Vec<(&Chat, &SeenMessage)> = news
        .newest()
        .filter(|(_, version)| version.at >= since)
        .filter_map(|((chat, _), version)| Some((met.get(&chat)?, version)))
        .filter(|(_, version)| version.outgoing && !version.text.is_empty())
        .filter(|(chat, version)| !here.contains_key(&(chat.id, version.id)))
        .collect();
    let Some(first) = unknown.iter().map(|(_, version)| version.at).min() else { return Ok(Vec::new()) };
    let waiting = waiting(tx, scope, account, unknown.iter().filter_map(|(chat, _)| chat.contact_id).collect()).await?;
    let chats: BTreeSet<Uuid> = unknown.iter().map(|(chat, _)| chat.id).chain(waiting.keys().copied()).collect();
    let mut sql = Sql::new(
        "select m.id as message_id, m.chat_id, m.text, e.id as errand_id, e.created_at from messages m \
         join sent_randoms r on r.org_id = m.org_id and r.message_id = m.id \
         join errands e on e.org_id = r.org_id and e.id = r.errand_id where m.direction = 'out' and e.attempts > 0 \
         and e.status in ('started', 'waiting', 'canceled') and m.external_id is null and m.org_id = ",
    );
    sql.bind(scope.org_id.0).with(" and e.account_id = ? and m.place >= ?", [account.into(), UNSENT.into()]);
    sql.add(" and m.sent_at >= ").bind(first - SOUGHT).add(" and m.chat_id in ");
    sql.list(chats).add(" order by e.created_at, m.id");
    let mut tried: Vec<Tried> = sql.all(tx).await?;
    let mut errands = Vec::new();
    for (chat, version) in unknown {
        let is_there =
            |of: &Uuid| *of == chat.id || chat.contact_id.is_some() && waiting.get(of).copied() == chat.contact_id;
        let is_it = |one: &Tried| {
            is_there(&one.chat_id) && one.text == version.text.trim() && version.at + SKEW >= one.created_at
        };
        let Some(at) = tried.iter().position(is_it) else { continue };
        let Tried { message_id, errand_id, chat_id, .. } = tried.remove(at);
        if chat_id != chat.id {
            meeting::settle(tx, scope, chat_id, version.chat_id).await?;
            tried.iter_mut().filter(|one| one.chat_id == chat_id).for_each(|one| one.chat_id = chat.id);
        }
        came_back(tx, scope, (chat.id, message_id), (version.id, version.at), here).await?;
        errands.push(errand_id);
    }
    Ok(errands)
}
