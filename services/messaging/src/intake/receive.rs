//! Storing what an account saw: whole or not at all, each message once however often it comes. A batch costs a number of
//! statements that grows with its chats and its edits, not with its messages.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use contracts::channels::{Origin, SeenBatch, SeenMessage};
use db::{Sql, Tx};
use kernel::Scope;
use uuid::Uuid;

use super::{
    chats::{self, Met},
    fold::{News, order, said_at},
    known::{self, Here},
    marks::{self, Mark, family, is_common},
    tell::{self, Told},
    write,
};
use crate::{
    Error, Messaging,
    chats::refresh,
    messages::{
        edits::{self, Version},
        message::Source,
        store as messages, tombstones,
    },
    outreach::answered,
};

/// Stores a batch; gives how many messages were new.
pub async fn receive(
    service: &Messaging,
    scope: &Scope,
    account: Uuid,
    batch: SeenBatch,
    import: Option<Uuid>,
) -> Result<u64, Error> {
    let SeenBatch { origin, chats: seen, news, position } = batch;
    let news = News::of(news);
    service.make_room(news.versions.values().flatten().map(|version| version.at)).await?;
    let tx = service.db.begin(scope).await?;
    let from = write::From { origin, import, backend: service.db.backend(), now: tx.clock().now() };
    let mut met = chats::meet(service, &tx, scope, account, (&seen, &news)).await?;
    let moved = chats::mark(&tx, scope, &mut met, (&seen, &news)).await?;
    let mut here = known::load(&tx, scope, account, &met, &news).await?;
    let batch = Batch { tx: &tx, scope, account, met: &met, from };
    let mut told = Told::default();
    let new = batch.add(&news, &here, &mut told).await?;
    batch.was_history(&news, &here, &mut told).await?;
    batch.edit(&news, &here, &mut told).await?;
    batch.react(&news, &mut here, &mut told).await?;
    batch.delete(&news, &here, &mut told).await?;
    batch.read(&moved, &mut told).await?;
    batch.wake(&mut told).await?;
    let touched: BTreeSet<Uuid> = told.touched(&met, &news, &seen);
    refresh::refresh(&tx, scope, &touched.into_iter().collect::<Vec<_>>()).await?;
    let answered = std::mem::take(&mut told.answered);
    tell::tell(&tx, &met, origin, told).await?;
    if let Some(position) = position {
        keep_position(&tx, scope, account, position).await?;
    }
    answered::note(&tx, scope, &answered).await?;
    tx.commit().await?;
    Ok(new)
}

struct Batch<'a> {
    tx: &'a Tx,
    scope: &'a Scope,
    account: Uuid,
    met: &'a Met,
    from: write::From,
}

impl Batch<'_> {
    /// Adds what is not here; gives how many that were.
    async fn add(&self, news: &News, here: &Here, told: &mut Told) -> Result<u64, Error> {
        let mut new: BTreeMap<(i64, i64), &Vec<SeenMessage>> = BTreeMap::new();
        for (key, versions) in &news.versions {
            let chat = self.met.get(&key.0);
            if chat.is_some_and(|chat| !here.contains_key(&(chat.id, key.1))) {
                new.insert(*key, versions);
            }
        }
        if new.is_empty() {
            return Ok(0);
        }
        let marks = self.marks(news, new.keys().map(|(_, id)| *id).collect()).await?;
        let (mut rows, mut files, mut earlier) = (Vec::with_capacity(new.len()), Vec::new(), Vec::new());
        for ((chat_id, id), versions) in &new {
            let (Some(chat), Some(newest)) = (self.met.get(chat_id), versions.last()) else { continue };
            let mark = marks.get(&(*id, family(chat)));
            let gone = mark.is_some_and(|mark| mark.deleted_at.is_some());
            let message = self.tx.clock().new_id();
            if answered::is_answer(chat, newest, self.from.origin) {
                told.answered.insert(chat.id, answered::lock_of(chat));
            }
            rows.push((newest.at, write::row(self.scope, message, chat, newest, mark, self.from)));
            if !gone {
                files.extend(newest.media.iter().map(|media| write::file(self.tx, self.scope, message, chat, media)));
                earlier.extend(versions[..versions.len() - 1].iter().map(|version| version_of(message, version)));
                told.add(chat, message, newest);
            }
        }
        let count = rows.len() as u64;
        // In the order of their numbers: full text on SQLite is written fastest so.
        rows.sort_by_key(|(at, _)| *at);
        messages::insert(self.tx, rows.into_iter().map(|(_, row)| row).collect()).await?;
        db::insert_all(self.tx, files).await?;
        edits::keep(self.tx, self.scope, &earlier).await?;
        self.heard_of(&new).await?;
        Ok(count)
    }

    /// What was told of messages before they came; of this batch too.
    async fn marks(&self, news: &News, ids: Vec<i64>) -> Result<HashMap<(i64, String), Mark>, Error> {
        let mut marks = marks::load(self.tx, self.scope, self.account, &ids).await?;
        for ((chat, id), reactions) in &news.reactions {
            let Some(chat) = self.met.get(chat) else { continue };
            marks.entry((*id, family(chat))).or_default().reactions = Some(reactions.clone());
        }
        for (chat, id) in &news.deleted {
            let Some(family) = self.family(*chat) else { continue };
            marks.entry((*id, family)).or_default().deleted_at.get_or_insert(self.from.now);
        }
        Ok(marks)
    }

    /// Whose numbers something that was deleted is of; none of a chat that is not here.
    fn family(&self, chat: Option<i64>) -> Option<String> {
        chat.map_or(Some(String::new()), |chat| self.met.get(&chat).map(family))
    }

    /// Notes that the other side has written.
    async fn heard_of(&self, new: &BTreeMap<(i64, i64), &Vec<SeenMessage>>) -> Result<(), Error> {
        let theirs = new.iter().filter(|(_, versions)| versions.iter().any(|version| !version.outgoing));
        let chats: BTreeSet<Uuid> = theirs
            .filter_map(|((chat, _), _)| self.met.get(chat).filter(|chat| !chat.has_in).map(|chat| chat.id))
            .collect();
        if chats.is_empty() {
            return Ok(());
        }
        let mut sql = Sql::new("update chats set has_in = ");
        sql.bind(true).add(" where org_id = ").bind(self.scope.org_id.0).add(" and id in ").list(chats);
        sql.run(self.tx).await?;
        Ok(())
    }

    /// What the reading of a chat's history met before it was told as news, as it does with a chat that was chosen just now:
    /// it is news all the same, once.
    async fn was_history(&self, news: &News, here: &Here, told: &mut Told) -> Result<(), Error> {
        if self.from.origin == Origin::History {
            return Ok(());
        }
        let mut met = Vec::new();
        for ((chat, id), versions) in &news.versions {
            let Some(chat) = self.met.get(chat) else { continue };
            let known = here.get(&(chat.id, *id));
            let known = known.filter(|row| row.source == Source::Sync && row.deleted_at.is_none());
            // What was edited is told again, however old it is.
            let first = versions.iter().find(|version| version.edited_at.is_none() && !version.outgoing);
            let (Some(row), Some(first)) = (known, first) else { continue };
            if answered::is_answer(chat, first, self.from.origin) {
                told.answered.insert(chat.id, answered::lock_of(chat));
            }
            told.add(chat, row.id, first);
            met.push(row.id);
        }
        for ids in met.chunks(500) {
            let mut sql = Sql::new("update messages set source = ");
            sql.bind(Source::Live.as_str()).add(" where org_id = ").bind(self.scope.org_id.0).add(" and id in ");
            sql.list(ids.iter().copied());
            sql.run(self.tx).await?;
        }
        Ok(())
    }

    /// Takes in versions of what is here: the newest is what it says, the others are history.
    async fn edit(&self, news: &News, here: &Here, told: &mut Told) -> Result<(), Error> {
        let mut earlier = Vec::new();
        for ((chat, id), versions) in &news.versions {
            let Some(chat) = self.met.get(chat) else { continue };
            let Some(row) = here.get(&(chat.id, *id)).filter(|row| row.deleted_at.is_none()) else { continue };
            let now_says = edits::current(row);
            let (mut says, mut stands) = (&now_says, (now_says.said_at, row.edited_at.is_some()));
            let all = versions.iter().map(|version| (version_of(row.id, version), order(version)));
            let all: Vec<_> = all.collect();
            for (version, at) in &all {
                match at.cmp(&stands) {
                    Ordering::Greater => {
                        earlier.push(says.clone());
                        (says, stands) = (version, *at);
                    }
                    Ordering::Less => earlier.push(version.clone()),
                    // Edited twice within the second that the channel counts by: what comes last.
                    Ordering::Equal => says = if at.1 { version } else { says },
                }
            }
            if *says != now_says {
                let said = (says.text.as_str(), says.entities.as_slice());
                edits::say(self.tx, self.scope, row.id, said, Some(says.said_at)).await?;
                if (&says.text, &says.entities) != (&now_says.text, &now_says.entities) {
                    told.edited.push((chat.id, row.id));
                }
                told.touch(chat.id);
            }
        }
        edits::keep(self.tx, self.scope, &earlier).await
    }

    async fn react(&self, news: &News, here: &mut Here, told: &mut Told) -> Result<(), Error> {
        let mut unknown = Vec::new();
        for ((chat_id, id), reactions) in &news.reactions {
            let Some(chat) = self.met.get(chat_id) else { continue };
            if news.versions.contains_key(&(*chat_id, *id)) && !here.contains_key(&(chat.id, *id)) {
                continue;
            }
            match here.get(&(chat.id, *id)) {
                Some(row) if row.deleted_at.is_some() || row.reactions == *reactions => {}
                Some(row) => {
                    let mut sql = Sql::new("update messages set version = version + 1, reactions = ");
                    sql.bind(serde_json::json!(reactions)).add(" where org_id = ").bind(self.scope.org_id.0);
                    sql.with(" and id = ?", [row.id.into()]);
                    sql.run(self.tx).await?;
                    told.reacted.push((chat.id, row.id));
                }
                None => unknown.push((*id, family(chat), reactions.as_slice())),
            }
        }
        marks::react(self.tx, self.scope, self.account, &unknown).await
    }

    /// Empties what was deleted; what is not here is remembered.
    async fn delete(&self, news: &News, here: &Here, told: &mut Told) -> Result<(), Error> {
        if news.deleted.is_empty() {
            return Ok(());
        }
        let common = if news.deleted.iter().any(|(chat, _)| chat.is_none()) {
            self.common(here).await?
        } else {
            BTreeSet::new()
        };
        let mut by_number: HashMap<i64, Vec<&messages::Row>> = HashMap::new();
        for row in here.values() {
            by_number.entry(row.place).or_default().push(row);
        }
        let (mut gone, mut unknown) = (Vec::new(), Vec::new());
        for (chat, id) in &news.deleted {
            let Some(family) = self.family(*chat) else { continue };
            let of = chat.and_then(|chat| self.met.get(&chat)).map(|chat| chat.id);
            let meant =
                |row: &&&messages::Row| of.map_or_else(|| common.contains(&row.chat_id), |of| of == row.chat_id);
            match by_number.get(id).and_then(|rows| rows.iter().find(meant)) {
                Some(row) if row.deleted_at.is_none() => gone.push((row.chat_id, row.id)),
                Some(_) => {}
                None => unknown.push((*id, family)),
            }
        }
        let ids: Vec<Uuid> = gone.iter().map(|(_, id)| *id).collect();
        tombstones::empty(self.tx, self.scope, &ids).await?;
        told.deleted.extend(gone);
        marks::bury(self.tx, self.scope, self.account, &unknown).await
    }

    /// Which chats of the messages that are here share their numbers.
    async fn common(&self, here: &Here) -> Result<BTreeSet<Uuid>, Error> {
        let mut common: BTreeSet<Uuid> = self.met.values().filter(|chat| is_common(chat)).map(|chat| chat.id).collect();
        let met: BTreeSet<Uuid> = self.met.values().map(|chat| chat.id).collect();
        let others = crate::unique(here.values().map(|row| row.chat_id).filter(|chat| !met.contains(chat)));
        if !others.is_empty() {
            let mut sql = Sql::new("select id from chats where org_id = ");
            sql.bind(self.scope.org_id.0).add(" and kind in ('private', 'bot', 'group') and id in ").list(others);
            for row in sql.rows(self.tx).await? {
                common.insert(row.try_get("", "id")?);
            }
        }
        Ok(common)
    }

    /// Ours that they have read by now.
    async fn read(&self, moved: &[(i64, i64)], told: &mut Told) -> Result<(), Error> {
        for (chat_id, before) in moved {
            let Some(chat) = self.met.get(chat_id) else { continue };
            told.touch(chat.id);
            // Of a chat that had no message nothing is to be changed: those of this batch came as read.
            if chat.read_outbox_until <= *before || chat.last_id.is_none() {
                continue;
            }
            let mut sql = Sql::new("update messages set status = 'read', version = version + 1, read_at = ");
            sql.bind((self.from.origin != Origin::History).then_some(self.from.now));
            sql.add(" where org_id = ").bind(self.scope.org_id.0).add(" and direction = 'out' and chat_id = ");
            sql.bind(chat.id).with(
                " and place > ? and place <= ? and status in ('sent', 'delivered')",
                [(*before).into(), chat.read_outbox_until.into()],
            );
            sql.run(self.tx).await?;
        }
        Ok(())
    }

    /// Chats that were put off or finished are open again when they write.
    async fn wake(&self, told: &mut Told) -> Result<(), Error> {
        if self.from.origin == Origin::History {
            return Ok(());
        }
        let wrote: BTreeSet<Uuid> = told.received.iter().map(|received| received.chat).collect();
        let parts = self.met.values().filter(|chat| wrote.contains(&chat.id));
        let shown = crate::unique(parts.map(crate::chats::store::Row::shown_as));
        told.woken = crate::chats::awake::wake(self.tx, self.scope, &shown, None).await?;
        Ok(())
    }
}

async fn keep_position(tx: &Tx, scope: &Scope, account: Uuid, position: Vec<u8>) -> Result<(), Error> {
    let mut sql = Sql::new("insert into channel_positions (org_id, account_id, position, updated_at) values (");
    sql.with("?, ?, ?, ?)", [scope.org_id.0.into(), account.into(), position.into(), tx.clock().now().into()]);
    sql.add(" on conflict (org_id, account_id) do update set position = excluded.position, updated_at = excluded.updated_at");
    sql.run(tx).await?;
    Ok(())
}

/// The position of an account.
pub async fn position(service: &Messaging, scope: &Scope, account: Uuid) -> Result<Option<Vec<u8>>, Error> {
    let mut sql = Sql::new("select position from channel_positions where org_id = ");
    sql.bind(scope.org_id.0).with(" and account_id = ?", [account.into()]);
    let row = sql.rows(&service.db.reader(scope)).await?.pop();
    Ok(row.map(|row| row.try_get("", "position")).transpose()?)
}

fn version_of(message_id: Uuid, version: &SeenMessage) -> Version {
    Version {
        message_id,
        said_at: said_at(version),
        text: version.text.replace('\0', ""),
        entities: version.entities.clone(),
    }
}
