//! The chats that news are in: those that are not here yet are made, with the contact that they are with.

use std::collections::{BTreeSet, HashMap};

use contracts::{
    channels::{ChatKind, SeenChat},
    ports::KnownPerson,
};
use db::{Sql, Tx};
use kernel::Scope;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbBackend, FromQueryResult};
use uuid::Uuid;

use super::fold::News;
use crate::{
    Error, Messaging,
    chats::store::{self, COLUMNS, Row},
    errands::target::blank,
};

/// Ids of one statement.
const AT_ONCE: usize = 500;

/// Chats by what the channel calls them.
pub type Met = HashMap<i64, Row>;

/// The chats of the batch that are here, or selected; held until the transaction ends.
pub async fn meet(
    service: &Messaging,
    tx: &Tx,
    scope: &Scope,
    account: Uuid,
    (seen, news): (&[SeenChat], &News),
) -> Result<Met, Error> {
    let wanted: BTreeSet<i64> = news.chats().chain(seen.iter().map(|chat| chat.id)).collect();
    let mut met = load(tx, scope, account, &wanted).await?;
    let new: Vec<&SeenChat> = seen.iter().filter(|chat| !met.contains_key(&chat.id)).collect();
    if !new.is_empty() {
        let contacts = contacts_of(service, tx, scope, &new).await?;
        make(tx, scope, account, &new, &contacts).await?;
        met = load(tx, scope, account, &wanted).await?;
    }
    for chat in seen {
        if let Some(row) = met.get_mut(&chat.id) {
            rename(tx, scope, row, chat).await?;
        }
    }
    Ok(met)
}

async fn load(tx: &Tx, scope: &Scope, account: Uuid, wanted: &BTreeSet<i64>) -> Result<Met, Error> {
    let ids: Vec<String> = wanted.iter().map(ToString::to_string).collect();
    let mut met = Met::with_capacity(ids.len());
    for ids in ids.chunks(AT_ONCE) {
        let mut sql = Sql::new(&format!("select {COLUMNS} from chats c where c.org_id = "));
        sql.bind(scope.org_id.0).with(" and c.source_id = ? and c.external_id in ", [account.into()]);
        sql.list(ids.iter().map(String::as_str)).add(" order by c.id");
        if tx.get_database_backend() == DbBackend::Postgres {
            sql.add(" for update");
        }
        for row in sql.all::<Row>(tx).await? {
            if let Ok(external_id) = row.external_id.parse() {
                met.insert(external_id, row);
            }
        }
    }
    Ok(met)
}

async fn make(
    tx: &Tx,
    scope: &Scope,
    account: Uuid,
    new: &[&SeenChat],
    contacts: &HashMap<i64, Uuid>,
) -> Result<(), Error> {
    let now = tx.clock().now();
    let rows = new.iter().map(|chat| store::entity::ActiveModel {
        username: Set(chat.username.clone()),
        phone: Set(chat.phone.clone()),
        search_text: Set(store::search_text(&chat.title, chat.username.as_deref())),
        contact_id: Set(contacts.get(&chat.id).copied()),
        ..blank(scope, tx.clock().new_id(), (Some(account), None), (&chat.id.to_string(), chat.kind), &chat.title, now)
    });
    Ok(db::insert_all(tx, rows.collect::<Vec<_>>()).await?)
}

/// Keeps what the chat is called now.
async fn rename(tx: &Tx, scope: &Scope, row: &mut Row, chat: &SeenChat) -> Result<(), Error> {
    let username = chat.username.clone().or_else(|| row.username.clone());
    let phone = chat.phone.clone().or_else(|| row.phone.clone());
    if row.title == chat.title && row.username == username && row.phone == phone {
        return Ok(());
    }
    let mut sql = Sql::new("update chats set title = ");
    sql.bind(chat.title.as_str()).add(", username = ").bind(username.clone()).add(", phone = ").bind(phone.clone());
    sql.add(", search_text = ").bind(store::search_text(&chat.title, username.as_deref()));
    sql.add(" where org_id = ").bind(scope.org_id.0).with(" and id = ?", [row.id.into()]);
    sql.run(tx).await?;
    (row.title, row.username, row.phone) = (chat.title.clone(), username, phone);
    Ok(())
}

#[derive(FromQueryResult)]
struct Known {
    external_id: String,
    contact_id: Uuid,
}

/// The contacts that new chats are with: by what the channel calls them, as other accounts know them; else by username and
/// phone.
async fn contacts_of(
    service: &Messaging,
    tx: &Tx,
    scope: &Scope,
    new: &[&SeenChat],
) -> Result<HashMap<i64, Uuid>, Error> {
    let people: Vec<&&SeenChat> = new.iter().filter(|chat| chat.kind == ChatKind::Private).collect();
    let mut contacts = HashMap::new();
    for people in people.chunks(AT_ONCE) {
        let mut sql = Sql::new("select external_id, contact_id from chats where org_id = ");
        sql.bind(scope.org_id.0).add(" and kind = 'private' and contact_id is not null and external_id in ");
        sql.list(people.iter().map(|chat| chat.id.to_string())).add(" order by last_at");
        for known in sql.all::<Known>(tx).await? {
            contacts.extend(known.external_id.parse::<i64>().ok().map(|id| (id, known.contact_id)));
        }
        let unknown: Vec<&&SeenChat> = people.iter().filter(|chat| !contacts.contains_key(&chat.id)).copied().collect();
        if unknown.is_empty() {
            continue;
        }
        let person = |chat: &&&SeenChat| KnownPerson { username: chat.username.clone(), phone: chat.phone.clone() };
        let questions: Vec<KnownPerson> = unknown.iter().map(person).collect();
        let found = service.clients.match_people(scope, &questions).await.map_err(Error::Port)?;
        contacts.extend(unknown.iter().zip(found).filter_map(|(chat, contact)| Some((chat.id, contact?))));
    }
    Ok(contacts)
}

/// Moves the marks of both sides on; gives the chats whose marks moved, with where ours stood that they have read.
pub async fn mark(
    tx: &Tx,
    scope: &Scope,
    met: &mut Met,
    (seen, news): (&[SeenChat], &News),
) -> Result<Vec<(i64, i64)>, Error> {
    let mut marks: HashMap<i64, (i64, i64)> = HashMap::new();
    for chat in seen {
        let mark = marks.entry(chat.id).or_default();
        mark.0 = mark.0.max(chat.read_inbox_until.unwrap_or_default());
        mark.1 = mark.1.max(chat.read_outbox_until.unwrap_or_default());
    }
    for (chat, until) in &news.read_by_us {
        let mark = marks.entry(*chat).or_default();
        mark.0 = mark.0.max(*until);
    }
    for (chat, until) in &news.read_by_them {
        let mark = marks.entry(*chat).or_default();
        mark.1 = mark.1.max(*until);
    }
    let mut moved = Vec::new();
    let mut values = Vec::new();
    for (chat, (inbox, outbox)) in marks {
        let Some(row) = met.get_mut(&chat) else { continue };
        if inbox > row.read_inbox_until || outbox > row.read_outbox_until {
            moved.push((chat, row.read_outbox_until));
            row.read_inbox_until = row.read_inbox_until.max(inbox);
            row.read_outbox_until = row.read_outbox_until.max(outbox);
            values.push((row.id, row.read_inbox_until, row.read_outbox_until));
        }
    }
    for chunk in values.chunks(AT_ONCE) {
        let mut sql =
            Sql::new("update chats set read_inbox_until = v.column2, read_outbox_until = v.column3 from (values ");
        for (index, (id, inbox, outbox)) in chunk.iter().enumerate() {
            sql.add(if index == 0 { "" } else { ", " });
            sql.with("(?, ?, ?)", [(*id).into(), (*inbox).into(), (*outbox).into()]);
        }
        sql.add(") as v where chats.id = v.column1 and chats.org_id = ").bind(scope.org_id.0);
        // Named once more, so that SQLite goes by the ids whatever it believes of the table.
        sql.add(" and chats.id in ").list(chunk.iter().map(|(id, ..)| *id));
        sql.run(tx).await?;
    }
    Ok(moved)
}
