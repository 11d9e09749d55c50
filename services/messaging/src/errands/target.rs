//! Whom a message is to: a chat, a contact, or somebody that an account has never met.

use contracts::channels::ChatKind;
use db::{Sql, Tx, columns::Texts};
use kernel::{
    Fields, Scope,
    values::{Phone, TelegramUsername},
};
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Error, Messaging,
    chats::{
        store::{self, Row, entity},
        view::read_only,
    },
    reach::Readable,
};

/// Somebody by what one knows of them.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MessageRecipient)]
pub struct Recipient {
    pub username: Option<String>,
    pub phone: Option<String>,
}

/// Whom a message is to.
#[derive(Clone, Debug, Default)]
pub struct Target {
    pub chat_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub to: Option<Recipient>,
    pub contact_id: Option<Uuid>,
}

/// Somebody whom an account has no chat with yet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stranger {
    /// What stands for what the channel will call them.
    pub external_id: String,
    pub title: String,
    /// Folded.
    pub username: Option<String>,
    pub phone: Option<String>,
    pub contact_id: Option<Uuid>,
}

/// A chat that is there, or is to be made.
pub enum Found {
    Chat(Box<Row>),
    New(Box<entity::ActiveModel>, Uuid),
}

impl Stranger {
    pub fn of(to: &Recipient) -> Result<Self, Fields> {
        let mut refused = Fields::default();
        let username = to.username.as_deref().map(str::trim).filter(|raw| !raw.is_empty());
        let phone = to.phone.as_deref().map(str::trim).filter(|raw| !raw.is_empty());
        let username = username.and_then(|raw| refused.take("to.username", TelegramUsername::parse(raw)));
        let phone = phone.and_then(|raw| refused.take("to.phone", Phone::parse(raw, None)));
        let (username, phone) = (username.map(|name| name.key()), phone.map(Phone::into_string));
        let external_id = match (&username, &phone) {
            (Some(username), _) => format!("@{username}"),
            (None, Some(phone)) => phone.clone(),
            (None, None) => {
                if refused.0.is_empty() {
                    refused.refuse("to", "message.target");
                }
                return Err(refused);
            }
        };
        refused.finish(|| Self { title: external_id.clone(), external_id, username, phone, contact_id: None })
    }
}

/// The chat that a message goes into, which the actor may write into.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::ReadOnly`]; [`Error::Invalid`] when nobody is named.
pub async fn find(service: &Messaging, scope: &Scope, target: &Target) -> Result<Found, Error> {
    let readable = service.readable(scope).await?;
    if let Some(id) = target.chat_id {
        let row = store::get(&service.db.reader(scope), scope, &readable, id).await?;
        return writable(service, scope, row).await;
    }
    if let Some(contact) = target.contact_id {
        return of_contact(service, scope, &readable, contact, target.account_id).await;
    }
    match (target.account_id, &target.to) {
        (Some(account), Some(to)) => of_stranger(service, scope, account, Stranger::of(to)?).await,
        _ => Err(Error::field("chatId", "message.target")),
    }
}

/// The chat, if the actor may write into it.
async fn writable(service: &Messaging, scope: &Scope, row: Row) -> Result<Found, Error> {
    let names = service.account_names(scope, row.account_id).await?;
    let account = row.account_id.and_then(|id| names.get(&id));
    match read_only(&row, account, &service.writable(scope).await?) {
        Some(code) => Err(Error::ReadOnly(code)),
        None => Ok(Found::Chat(Box::new(row))),
    }
}

/// The chat with a contact that has the newest message, of the account if one is named; else one that is yet to be.
async fn of_contact(
    service: &Messaging,
    scope: &Scope,
    readable: &Readable,
    contact: Uuid,
    account: Option<Uuid>,
) -> Result<Found, Error> {
    let mut sql = Sql::new(&format!("select {} from chats c where c.org_id = ", store::COLUMNS));
    sql.bind(scope.org_id.0).with(" and c.contact_id = ? and c.kind = 'private'", [contact.into()]);
    sql.add(" and c.account_id is not null");
    if let Some(account) = account {
        sql.with(" and c.account_id = ?", [account.into()]);
    }
    readable.narrow(&mut sql);
    sql.add(" order by c.last_at desc, c.id desc limit 1");
    if let Some(row) = sql.one(&service.db.reader(scope)).await? {
        return writable(service, scope, row).await;
    }
    let words = service.clients.words_of(scope, contact).await.map_err(Error::Port)?;
    let words = words.ok_or_else(|| Error::field("contactId", "reference.unknown"))?;
    let Some(account) = account else { return Err(Error::field("accountId", "field.required")) };
    let to = Recipient { username: words.telegram_username, phone: words.phone };
    let stranger = Stranger::of(&to).map_err(|_| Error::field("contactId", "message.contact.no_address"))?;
    let stranger = Stranger { title: words.name, contact_id: Some(contact), ..stranger };
    of_stranger(service, scope, account, stranger).await
}

async fn of_stranger(service: &Messaging, scope: &Scope, account: Uuid, stranger: Stranger) -> Result<Found, Error> {
    let names = service.account_names(scope, [account]).await?;
    if !names.contains_key(&account) {
        return Err(Error::field("accountId", "reference.unknown"));
    }
    if !crate::reach::includes(&service.writable(scope).await?, account) {
        return Err(Error::ReadOnly("chat.read_only.account"));
    }
    if let Some(row) = known(&service.db.reader(scope), scope, account, &stranger).await? {
        return writable(service, scope, row).await;
    }
    let id = service.db.clock().new_id();
    Ok(Found::New(Box::new(new_chat(service, scope, account, id, &stranger)), id))
}

/// The chat that an account has with somebody after all.
async fn known(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    account: Uuid,
    stranger: &Stranger,
) -> Result<Option<Row>, Error> {
    let mut sql = Sql::new(&format!("select {} from chats c where c.org_id = ", store::COLUMNS));
    sql.bind(scope.org_id.0)
        .with(" and c.source_id = ? and (c.external_id = ?", [account.into(), stranger.external_id.as_str().into()]);
    if let Some(username) = &stranger.username {
        sql.with(" or (c.kind in ('private', 'bot') and lower(c.username) = ?)", [username.as_str().into()]);
    }
    if let Some(phone) = &stranger.phone {
        sql.with(" or (c.kind = 'private' and c.phone = ?)", [phone.as_str().into()]);
    }
    sql.add(") order by c.last_at desc limit 1");
    Ok(sql.one(connection).await?)
}

/// A chat with somebody whom an account has not met.
pub(crate) fn new_chat(
    service: &Messaging,
    scope: &Scope,
    account: Uuid,
    id: Uuid,
    stranger: &Stranger,
) -> entity::ActiveModel {
    let now = service.db.clock().now();
    entity::ActiveModel {
        contact_id: Set(stranger.contact_id),
        username: Set(stranger.username.clone()),
        phone: Set(stranger.phone.clone()),
        ..blank(scope, id, (Some(account), None), (&stranger.external_id, ChatKind::Private), &stranger.title, now)
    }
}

/// A chat in which nothing has happened; of an account or of an inbound channel.
pub(crate) fn blank(
    scope: &Scope,
    id: Uuid,
    (account, channel): (Option<Uuid>, Option<Uuid>),
    (external_id, kind): (&str, ChatKind),
    title: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> entity::ActiveModel {
    let kind = serde_json::to_value(kind).unwrap_or_default();
    entity::ActiveModel {
        id: Set(id),
        org_id: Set(scope.org_id.0),
        account_id: Set(account),
        channel_id: Set(channel),
        source_id: Set(account.or(channel).unwrap_or_default()),
        channel: Set(if account.is_some() { "telegram" } else { "api" }.to_owned()),
        external_id: Set(external_id.to_owned()),
        kind: Set(kind.as_str().unwrap_or_default().to_owned()),
        title: Set(title.to_owned()),
        username: Set(None),
        phone: Set(None),
        search_text: Set(store::search_text(title, None)),
        contact_id: Set(None),
        deal_ids: Set(Texts(Vec::new())),
        tags: Set(Texts(Vec::new())),
        assignee_id: Set(None),
        state: Set("open".to_owned()),
        snoozed_until: Set(None),
        merged_into: Set(None),
        read_inbox_until: Set(0),
        read_outbox_until: Set(0),
        has_in: Set(false),
        last_received_at: Set(None),
        last_id: Set(None),
        last_at: Set(now),
        last_text: Set(None),
        last_direction: Set(None),
        last_status: Set(None),
        last_media: Set(None),
        last_sender: Set(None),
        unread: Set(0),
        waiting_since: Set(None),
        scheduled: Set(0),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
    }
}

/// Keeps a chat that was not there.
///
/// # Errors
/// When the database refuses.
pub async fn keep(tx: &Tx, new: entity::ActiveModel) -> Result<(), Error> {
    Ok(db::insert_all(tx, [new]).await?)
}
