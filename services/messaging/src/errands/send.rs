//! Sending: the message is there at once, and goes when its turn comes.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::{
    channels::Entity,
    events::{MESSAGE_QUEUED, MESSAGE_SCHEDULED, MessageQueued, MessageScheduled},
    permissions::MESSAGES_SEND,
};
use db::{Sql, Tx};
use events::NewEvent;
use kernel::{Fields, Scope, values::Problem};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    payload::{Payload, SentFile},
    store::{self, NewErrand},
    target::{self, Found, Recipient, Target},
    unsent::{Unsent, random},
};
use crate::{
    Error, Messaging,
    chats::{refresh, store::entity::ActiveModel as ChatModel},
    drafts,
    media::uploads::{self, Upload},
    messages::{
        message::checked,
        store as messages,
        view::{self, Message},
    },
};

/// What a message is called in events.
pub const KIND: &str = "message";
/// How long a message can be called back, unless the request says.
const UNDO_SECONDS: u32 = 5;
const MAX_UNDO_SECONDS: u32 = 60;
/// The furthest that a message is put off.
const FURTHEST: TimeDelta = TimeDelta::days(366);
/// Most files of an album.
pub const MAX_FILES: usize = 10;

/// A message to be sent.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewMessage {
    /// Where it goes; or `contactId`, or `accountId` with `to`.
    pub chat_id: Option<Uuid>,
    pub contact_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub to: Option<Recipient>,
    /// At most 4096 UTF-16 units.
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub entities: Vec<Entity>,
    /// The message that it answers.
    pub reply_to: Option<Uuid>,
    /// Uploads; several are an album.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub media: Vec<Uuid>,
    /// Sends it then.
    pub send_at: Option<DateTime<Utc>>,
    /// How long it can be called back, 5 unless given.
    #[schema(maximum = 60)]
    pub undo_seconds: Option<u32>,
    /// The same again sends nothing, and answers the message that it sent.
    #[schema(value_type = Uuid, required)]
    pub client_id: Option<Uuid>,
    /// The template that it was made of.
    pub template_id: Option<Uuid>,
}

impl NewMessage {
    fn target(&self) -> Target {
        Target { chat_id: self.chat_id, account_id: self.account_id, to: self.to.clone(), contact_id: self.contact_id }
    }

    /// The text, and when it goes at the earliest.
    fn checked(&self, now: DateTime<Utc>) -> Result<(String, DateTime<Utc>), Fields> {
        let mut refused = Fields::default();
        let text = match checked(&self.text, &self.entities, !self.media.is_empty()) {
            Ok(text) => text,
            Err(fields) => {
                refused.0.extend(fields.0);
                String::new()
            }
        };
        if self.media.len() > MAX_FILES {
            refused.refuse_with("media", Problem::TooMany { max: MAX_FILES });
        }
        if self.client_id.is_none() {
            refused.refuse("clientId", "field.required");
        }
        let undo = self.undo_seconds.unwrap_or(UNDO_SECONDS);
        if undo > MAX_UNDO_SECONDS {
            refused.refuse_with("undoSeconds", Problem::NumberRange { min: 0, max: MAX_UNDO_SECONDS.into() });
        }
        if self.send_at.is_some_and(|at| at <= now || at > now + FURTHEST) {
            refused.refuse("sendAt", "message.time.past");
        }
        let not_before = self.send_at.unwrap_or_else(|| now + TimeDelta::seconds(undo.into()));
        refused.finish(|| (text, not_before))
    }
}

/// What is sent, and where.
struct Sending {
    chat: Uuid,
    account: Uuid,
    first_contact: bool,
    text: String,
    not_before: DateTime<Utc>,
    reply_to: Option<i64>,
    uploads: Vec<Upload>,
}

/// Sends a message, or queues it for later.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::ReadOnly`]; [`Error::Invalid`].
pub async fn send(service: &Messaging, scope: &Scope, new: NewMessage) -> Result<Message, Error> {
    scope.require(MESSAGES_SEND)?;
    let me = Messaging::me(scope)?;
    let (text, not_before) = new.checked(service.db.clock().now())?;
    if let Some(message) = sent_before(service, scope, &new).await? {
        return Ok(message);
    }
    let found = target::find(service, scope, &new.target()).await?;
    let (chat, account, first_contact, made) = match found {
        Found::Chat(row) => (row.id, row.account_id.ok_or(Error::NotFound)?, !row.has_in, None),
        Found::New(model, id) => (id, new.account_id.ok_or(Error::NotFound)?, true, Some(model)),
    };
    let reply_to = answered(service, scope, chat, new.reply_to).await?;
    let uploads = uploads::take(service, scope, me, &new.media).await?;
    service.make_room([not_before, service.db.clock().now()]).await?;
    let sending = Sending { chat, account, first_contact, text, not_before, reply_to, uploads };
    let first = match store_all(service, scope, me, &new, (sending, made)).await {
        Err(Error::Db(error)) if error.is_unique_violation() => {
            return sent_before(service, scope, &new).await?.ok_or(Error::Db(error));
        }
        result => result?,
    };
    service.accounts.wake(account);
    let row = messages::get(&service.db.reader(scope), scope, first).await?;
    view::shown(service, scope, vec![row]).await?.pop().ok_or(Error::NotFound)
}

async fn store_all(
    service: &Messaging,
    scope: &Scope,
    me: Uuid,
    new: &NewMessage,
    (sending, made): (Sending, Option<Box<ChatModel>>),
) -> Result<Uuid, Error> {
    let chat = sending.chat;
    let tx = service.db.begin(scope).await?;
    if let Some(model) = made {
        target::keep(&tx, *model).await?;
    }
    let first = keep(service, &tx, scope, new, sending).await?;
    drafts::commands::forget(&tx, scope, chat, me).await?;
    refresh::refresh(&tx, scope, &[chat]).await?;
    tx.commit().await?;
    Ok(first)
}

/// The message that the same request has sent before.
async fn sent_before(service: &Messaging, scope: &Scope, new: &NewMessage) -> Result<Option<Message>, Error> {
    let mut sql = Sql::new("select message_id from errands where org_id = ");
    sql.bind(scope.org_id.0).with(" and client_id = ?", [new.client_id.into()]);
    let reader = service.db.reader(scope);
    let Some(found) = sql.rows(&reader).await?.pop() else { return Ok(None) };
    let id: Option<Uuid> = found.try_get("", "message_id")?;
    let row = messages::get(&reader, scope, id.ok_or(Error::NotFound)?).await?;
    if row.author_id != scope.user_id().map(Uuid::from) || new.chat_id.is_some_and(|chat| chat != row.chat_id) {
        return Err(Error::field("clientId", "message.client_id.taken"));
    }
    Ok(view::shown(service, scope, vec![row]).await?.pop())
}

/// What the channel calls the message that is answered.
async fn answered(service: &Messaging, scope: &Scope, chat: Uuid, reply: Option<Uuid>) -> Result<Option<i64>, Error> {
    let Some(reply) = reply else { return Ok(None) };
    let unknown = || Error::field("replyTo", "reference.unknown");
    let rows = messages::load_many(&service.db.reader(scope), scope, &[reply]).await?;
    let row = rows.into_iter().next().filter(|row| row.chat_id == chat && row.deleted_at.is_none());
    Ok(Some(row.and_then(|row| row.external_id).ok_or_else(unknown)?))
}

/// Stores message, errand and event; gives the first message.
async fn keep(service: &Messaging, tx: &Tx, scope: &Scope, new: &NewMessage, sending: Sending) -> Result<Uuid, Error> {
    let now = tx.clock().now();
    let at = new.send_at.unwrap_or(now);
    let album = (sending.uploads.len() > 1).then(|| random(service));
    let count = sending.uploads.len().max(1);
    let parts: Vec<(Uuid, i64)> = (0..count).map(|_| (tx.clock().new_id(), random(service))).collect();
    let (first, random_id) = parts.first().copied().ok_or(Error::NotFound)?;
    let author = scope.user_id().map(Uuid::from);
    let rows = parts.iter().enumerate().map(|(index, (id, _))| {
        let said = (index == 0).then_some((sending.text.as_str(), new.entities.as_slice(), new.client_id));
        let unsent = Unsent {
            id: *id,
            chat: sending.chat,
            account: sending.account,
            index,
            said,
            reply_to: sending.reply_to,
            album,
            upload: sending.uploads.get(index),
            at,
            scheduled_at: new.send_at,
            author,
            program: None,
        };
        unsent.row(scope, service.db.backend())
    });
    messages::insert(tx, rows.collect()).await?;
    let files = uploads::attach(tx, scope, (sending.chat, sending.account), &sending.uploads, &parts).await?;
    let errand = queue(tx, scope, new, &sending, (first, random_id), files).await?;
    store::remember(tx, scope, (sending.account, errand), parts.iter().map(|(id, random)| (*random, *id)).collect())
        .await?;
    tell(tx, new, &sending, first).await?;
    Ok(first)
}

async fn queue(
    tx: &Tx,
    scope: &Scope,
    new: &NewMessage,
    sending: &Sending,
    (message, random_id): (Uuid, i64),
    files: Vec<SentFile>,
) -> Result<Uuid, Error> {
    let payload = Payload::Send {
        random_id,
        text: sending.text.clone(),
        entities: new.entities.clone(),
        reply_to: sending.reply_to,
        files,
    };
    let errand = NewErrand {
        account_id: sending.account,
        chat_id: sending.chat,
        message_id: Some(message),
        payload,
        place: new.send_at.unwrap_or_else(|| tx.clock().now()),
        not_before: sending.not_before,
        first_contact: sending.first_contact,
        scheduled: new.send_at.is_some(),
        client_id: new.client_id,
        wanted: None,
    };
    store::insert(tx, scope, errand).await
}

async fn tell(tx: &Tx, new: &NewMessage, sending: &Sending, message: Uuid) -> Result<(), Error> {
    let event = if let Some(at) = new.send_at {
        let data = MessageScheduled { message_id: message, chat_id: sending.chat, at: at.to_rfc3339() };
        NewEvent::of(MESSAGE_SCHEDULED, KIND, message, json!(data))
    } else {
        let not_before = sending.not_before.to_rfc3339();
        let data = MessageQueued { message_id: message, chat_id: sending.chat, not_before };
        NewEvent::of(MESSAGE_QUEUED, KIND, message, json!(data))
    };
    Ok(events::append(tx, [event]).await?)
}
