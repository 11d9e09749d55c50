//! What people do with chats: assign, put off, finish, tag, link. One transaction each, with its change log and events.

use std::collections::HashMap;

use api::requests::Given;
use contracts::{
    events::{
        CHAT_ASSIGNED, CHAT_LINKED, CHAT_SNOOZED, CHAT_UPDATED, ChatAssigned, ChatLinked, ChatSnoozed, ChatUpdated,
    },
    permissions::{CHATS_WRITE, CONTACTS_WRITE},
    ports::NewClient,
};
use db::{Action, Change, Tx};
use events::NewEvent;
use kernel::{
    Scope, UserId,
    values::{Line, Phone, TelegramUsername},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    chat::{ChatFields, ChatPatch},
    queries,
    store::{self, Row},
    view::Chat,
};
use crate::{Error, Messaging};

/// The kind of record that chats are.
pub const KIND: &str = "chat";
/// Most chats changed at once.
pub const MOST: usize = 100;

/// Changes a chat.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Stale`]; [`Error::Invalid`].
pub async fn change(
    service: &Messaging,
    scope: &Scope,
    id: Uuid,
    patch: &ChatPatch,
    expected: Option<i64>,
) -> Result<Chat, Error> {
    scope.require(CHATS_WRITE)?;
    check(service, scope, patch).await?;
    if !change_all(service, scope, &[id], patch, expected).await? {
        let current = queries::get(service, scope, id).await?;
        return Err(Error::Stale(serde_json::to_value(current).unwrap_or_default()));
    }
    queries::get(service, scope, id).await
}

/// Changes chats alike; those out of reach are passed over. Gives the chats.
///
/// # Errors
/// More than [`MOST`]; [`Error::Invalid`].
pub async fn change_many(
    service: &Messaging,
    scope: &Scope,
    ids: &[Uuid],
    patch: &ChatPatch,
) -> Result<Vec<Chat>, Error> {
    scope.require(CHATS_WRITE)?;
    let ids = crate::unique(ids.iter().copied());
    if ids.len() > MOST {
        let mut refused = kernel::Fields::default();
        refused.refuse_with("ids", kernel::values::Problem::TooMany { max: MOST });
        return Err(refused.into());
    }
    patch.check(service.db.clock().now())?;
    check(service, scope, patch).await?;
    if !ids.is_empty() {
        change_all(service, scope, &ids, patch, None).await?;
    }
    queries::load(service, scope, &ids).await
}

/// Refuses people and records that are not there, or not for the actor.
async fn check(service: &Messaging, scope: &Scope, patch: &ChatPatch) -> Result<(), Error> {
    let unknown = |field| Err(Error::field(field, "reference.unknown"));
    if let Given::Value(person) = patch.assignee_id
        && !service.directory.is_member(scope, UserId(person)).await.map_err(Error::Port)?
    {
        return unknown("assigneeId");
    }
    if let Given::Value(contact) = patch.contact_id
        && service.clients.find_contact(scope, contact).await.map_err(Error::Port)?.is_none()
    {
        return unknown("contactId");
    }
    if let Some(deals) = patch.deal_ids.as_ref().filter(|deals| !deals.is_empty() && deals.len() <= MOST) {
        let known = service.deals.titles(scope, deals).await.map_err(Error::Port)?;
        if deals.iter().any(|id| !known.contains_key(id)) {
            return unknown("dealIds");
        }
    }
    Ok(())
}

/// Whether nobody was quicker.
async fn change_all(
    service: &Messaging,
    scope: &Scope,
    ids: &[Uuid],
    patch: &ChatPatch,
    expected: Option<i64>,
) -> Result<bool, Error> {
    let readable = service.readable(scope).await?;
    let rows = store::load_many(&service.db.reader(scope), scope, &readable, ids).await?;
    match (rows.as_slice(), ids) {
        ([], [_]) => return Err(Error::NotFound),
        ([row], [_]) if expected.is_some_and(|version| version != row.version) => return Ok(false),
        _ => {}
    }
    let now = service.db.clock().now();
    let mut changes = Vec::with_capacity(rows.len());
    for row in &rows {
        let fields = row.fields()?.changed(patch, now)?;
        if fields != row.fields()? {
            changes.push((row, fields));
        }
    }
    if changes.is_empty() {
        return Ok(true);
    }
    let tx = service.db.begin(scope).await?;
    let written = store::update_many(&tx, scope, &changes, patch).await?;
    if changes.len() == 1 && written == 0 {
        tx.rollback().await?;
        return Ok(false);
    }
    record(&tx, &changes).await?;
    tx.commit().await?;
    Ok(true)
}

/// Change log and events of changes of chats.
pub(crate) async fn record(tx: &Tx, changes: &[(&Row, ChatFields)]) -> Result<(), Error> {
    let mut log = Vec::with_capacity(changes.len());
    let mut told = Vec::with_capacity(changes.len());
    for (row, new) in changes {
        let old = row.fields()?;
        let change = Change::between(KIND, row.id, Action::Updated, &json!(old), &json!(new), row.version + 1);
        told.extend(tell(row.id, &old, new, &change));
        log.push(change);
    }
    db::change_log::record(tx, log).await?;
    Ok(events::append(tx, told).await?)
}

/// What is told of a change of a chat.
pub(crate) fn tell(id: Uuid, old: &ChatFields, new: &ChatFields, change: &Change) -> Vec<NewEvent> {
    let event = |kind, data: Value| NewEvent::of(kind, KIND, id, data);
    let fields = db::image::changed_fields(change).into_iter().map(str::to_owned).collect();
    let mut told = vec![event(CHAT_UPDATED, json!(ChatUpdated { chat_id: id, fields }))];
    if old.assignee_id != new.assignee_id {
        let data = ChatAssigned { chat_id: id, from: old.assignee_id, to: new.assignee_id };
        told.push(event(CHAT_ASSIGNED, json!(data)));
    }
    if old.snoozed_until != new.snoozed_until {
        let until = new.snoozed_until.map(|at| at.to_rfc3339());
        told.push(event(CHAT_SNOOZED, json!(ChatSnoozed { chat_id: id, until })));
    }
    if old.contact_id != new.contact_id || old.deal_ids != new.deal_ids {
        let data = ChatLinked { chat_id: id, contact_id: new.contact_id, deal_ids: new.deal_ids.clone() };
        told.push(event(CHAT_LINKED, json!(data)));
    }
    told
}

/// Makes a contact of whom a chat is with, and links it; gives the contact.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::State`] when it has one, or nothing to call it.
pub async fn create_contact(service: &Messaging, scope: &Scope, id: Uuid) -> Result<Uuid, Error> {
    scope.require(CHATS_WRITE)?;
    scope.require(CONTACTS_WRITE)?;
    let readable = service.readable(scope).await?;
    let row = store::get(&service.db.reader(scope), scope, &readable, id).await?;
    if row.contact_id.is_some() {
        return Err(Error::State("chat.has_contact"));
    }
    let name: String = row.title.chars().take(255).collect();
    let name = Line::<255>::parse(&name).map_err(|_| Error::State("chat.no_name"))?;
    let new = NewClient {
        name: name.into_string(),
        telegram_username: row
            .username
            .as_deref()
            .and_then(|raw| TelegramUsername::parse(raw).ok())
            .map(TelegramUsername::into_string),
        phone: row.phone.as_deref().and_then(|raw| Phone::parse(raw, None).ok()).map(Phone::into_string),
        owner_id: scope.user_id().map(Uuid::from),
        source: (row.channel == "telegram").then(|| "Telegram".to_owned()),
    };
    let contact = service.clients.create_contact(scope, new).await.map_err(Error::Port)?;
    let patch = ChatPatch { contact_id: Given::Value(contact), ..ChatPatch::default() };
    // The key of a repeated request was used up by the contact.
    let scope = Scope { idempotency: None, ..scope.clone() };
    change_all(service, &scope, &[id], &patch, None).await?;
    Ok(contact)
}

/// Which of these people are members, by name.
pub(crate) async fn members(service: &Messaging, scope: &Scope) -> Result<HashMap<Uuid, String>, Error> {
    let people = service.directory.people(scope).await.map_err(Error::Port)?;
    Ok(people.into_iter().map(|person| (person.id, person.name)).collect())
}
