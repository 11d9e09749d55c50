//! A message that another program brings: checked, stored once, told as any other.

use chrono::{DateTime, SubsecRound, Utc};
use contracts::{
    channels::ChatKind,
    events::{MESSAGE_RECEIVED, MessageReceived},
    ports::KnownPerson,
};
use db::{Sql, Tx};
use events::NewEvent;
use kernel::{
    Fields, OrgId, Scope,
    values::{Line, Paragraph},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ConnectionTrait, DbBackend, FromQueryResult,
};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    commands::{place, previous_place},
    signature::Signed,
};
use crate::{
    Error, Messaging,
    chats::{
        awake, refresh,
        store::{self as chats, COLUMNS, Row},
    },
    errands::{send::KIND, target::blank},
    messages::{
        message::{Direction, Source, Status},
        store as messages,
    },
    outreach::answered::{self, Answered},
};

/// The chat of a message.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InboundChat {
    #[schema(min_length = 1, max_length = 200)]
    pub id: String,
    #[schema(max_length = 255)]
    pub title: Option<String>,
}

/// Who wrote it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InboundSender {
    #[schema(min_length = 1, max_length = 200)]
    pub id: String,
    #[schema(min_length = 1, max_length = 255)]
    pub name: String,
    pub phone: Option<String>,
    /// On Telegram.
    pub username: Option<String>,
}

/// A message from another program.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct InboundMessage {
    /// The same again is the same message.
    #[schema(min_length = 1, max_length = 200)]
    pub id: String,
    pub chat: InboundChat,
    pub sender: InboundSender,
    #[schema(min_length = 1, max_length = 10_000)]
    pub text: String,
    /// When it was written; now unless given.
    pub at: Option<DateTime<Utc>>,
    /// The id of the message that it answers.
    pub reply_to: Option<String>,
}

/// What is taken of it.
struct Checked {
    id: String,
    chat: String,
    title: String,
    sender: String,
    text: String,
}

impl InboundMessage {
    fn checked(&self) -> Result<Checked, Fields> {
        let mut refused = Fields::default();
        let mut line = |field: &str, raw: &str| {
            let parsed = refused.take(field, Line::<200>::parse(raw)).map(Line::into_string);
            parsed.unwrap_or_default()
        };
        let (id, chat) = (line("id", &self.id), line("chat.id", &self.chat.id));
        line("sender.id", &self.sender.id);
        let sender = refused.take("sender.name", Line::<255>::parse(&self.sender.name)).map(Line::into_string);
        let sender = sender.unwrap_or_default();
        let title = self.chat.title.as_deref().filter(|title| !title.trim().is_empty());
        let title = title.and_then(|raw| refused.take("chat.title", Line::<255>::parse(raw))).map(Line::into_string);
        let text = refused.take("text", Paragraph::<10_000>::parse(&self.text)).map(Paragraph::into_string);
        let title = title.unwrap_or_else(|| sender.clone());
        refused.finish(|| Checked { id, chat, title, sender, text: text.unwrap_or_default() })
    }
}

#[derive(FromQueryResult)]
struct Channel {
    secret: String,
    previous_secret: Option<String>,
    previous_until: Option<DateTime<Utc>>,
}

/// The scope of whoever a webhook's signature shows to know the secret of the channel.
///
/// # Errors
/// [`Error::NotFound`] when there is no such channel; [`Error::Unsigned`].
pub async fn admit(service: &Messaging, channel: Uuid, signed: Signed<'_>, body: &[u8]) -> Result<Scope, Error> {
    let mut sql = Sql::new("select org_id from inbound_channel_orgs where channel_id = ");
    sql.bind(channel);
    let row = sql.rows(&service.db.system_reader()).await?.pop().ok_or(Error::NotFound)?;
    let scope = Scope::system(OrgId(row.try_get("", "org_id")?), "inbound");
    let mut sql = Sql::new("select secret, previous_secret, previous_until from inbound_channels where org_id = ");
    sql.bind(scope.org_id.0).with(" and id = ? and deleted_at is null", [channel.into()]);
    let found: Option<Channel> = sql.one(&service.db.reader(&scope)).await?;
    let found = found.ok_or(Error::NotFound)?;
    let now = service.db.clock().now();
    let previous = found.previous_secret.filter(|_| found.previous_until.is_some_and(|until| until > now));
    let secrets =
        [(place(scope.org_id, channel), Some(found.secret)), (previous_place(scope.org_id, channel), previous)];
    for (place, sealed) in secrets {
        let Some(sealed) = sealed else { continue };
        let secret = service.vault.open(place, &sealed).map_err(|error| Error::Port(error.into()))?;
        if signed.fits(&secret, body, now) {
            return Ok(scope);
        }
    }
    Err(Error::Unsigned)
}

/// Stores a message that came in; the same again changes nothing. Gives the message.
///
/// # Errors
/// [`Error::Invalid`].
pub async fn take(
    service: &Messaging,
    scope: &Scope,
    channel: Uuid,
    new: InboundMessage,
    raw: Value,
) -> Result<Uuid, Error> {
    let checked = new.checked()?;
    if let Some(id) = taken(&service.db.reader(scope), scope, channel, &checked.id).await? {
        return Ok(id);
    }
    let now = service.db.clock().now();
    let at = new.at.unwrap_or(now).trunc_subsecs(6).min(now);
    service.make_room([at]).await?;
    let tx = service.db.begin(scope).await?;
    match store(service, &tx, scope, channel, (&new, &checked, raw, at)).await {
        Ok(id) => {
            tx.commit().await?;
            Ok(id)
        }
        Err(Error::Db(error)) if error.is_unique_violation() => {
            tx.rollback().await?;
            let before = taken(&service.db.reader(scope), scope, channel, &checked.id).await?;
            before.ok_or(Error::Db(error))
        }
        Err(error) => Err(error),
    }
}

async fn taken(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    channel: Uuid,
    id: &str,
) -> Result<Option<Uuid>, Error> {
    let mut sql = Sql::new("select message_id from inbound_received where org_id = ");
    sql.bind(scope.org_id.0).with(" and channel_id = ? and external_id = ?", [channel.into(), id.into()]);
    let row = sql.rows(connection).await?.pop();
    Ok(row.map(|row| row.try_get("", "message_id")).transpose()?)
}

async fn store(
    service: &Messaging,
    tx: &Tx,
    scope: &Scope,
    channel: Uuid,
    (new, checked, raw, at): (&InboundMessage, &Checked, Value, DateTime<Utc>),
) -> Result<Uuid, Error> {
    let id = tx.clock().new_id();
    let mut sql = Sql::new(
        "insert into inbound_received (org_id, channel_id, external_id, message_id, payload, received_at) values (",
    );
    sql.with(
        "?, ?, ?, ?, ?, ?)",
        [
            scope.org_id.0.into(),
            channel.into(),
            checked.id.as_str().into(),
            id.into(),
            api::requests::storable_value(&raw).into(),
            tx.clock().now().into(),
        ],
    );
    sql.run(tx).await?;
    let chat = meet(service, tx, scope, channel, (new, checked)).await?;
    let newest = messages::newest(tx, scope, std::iter::once(chat.id)).await?;
    let number = newest.get(&chat.id).copied().unwrap_or_default() + 1;
    let reply_to = match &new.reply_to {
        Some(reply) => answered(tx, scope, (channel, chat.id), reply).await?,
        None => None,
    };
    let row = message(service, scope, id, &chat, (checked, at, number, reply_to));
    messages::insert(tx, vec![row]).await?;
    let mut sql = Sql::new("update chats set has_in = ");
    sql.bind(true).add(" where org_id = ").bind(scope.org_id.0).with(" and id = ?", [chat.id.into()]);
    sql.run(tx).await?;
    let mut sql = Sql::new("update inbound_channels set last_at = ");
    sql.bind(tx.clock().now()).add(" where org_id = ").bind(scope.org_id.0).with(" and id = ?", [channel.into()]);
    sql.run(tx).await?;
    let woken = awake::wake(tx, scope, &[chat.shown_as()], None).await?;
    refresh::refresh(tx, scope, &[chat.id]).await?;
    let data = MessageReceived {
        message_id: id,
        chat_id: chat.shown_as(),
        contact_id: chat.contact_id,
        channel: chat.channel.clone(),
        account_id: None,
        is_first_response: false,
        assignee_id: chat.assignee_id,
        is_late: false,
        is_automatic: false,
    };
    events::append(tx, [NewEvent::of(MESSAGE_RECEIVED, KIND, id, json!(data))]).await?;
    events::append(tx, woken).await?;
    answered::note(tx, scope, &Answered::from([(chat.id, answered::lock_of(&chat))])).await?;
    Ok(id)
}

/// The chat, held until the transaction ends: numbers of messages are given one by one.
async fn meet(
    service: &Messaging,
    tx: &Tx,
    scope: &Scope,
    channel: Uuid,
    (new, checked): (&InboundMessage, &Checked),
) -> Result<Row, Error> {
    let find = || {
        let mut sql = Sql::new(&format!("select {COLUMNS} from chats c where c.org_id = "));
        sql.bind(scope.org_id.0)
            .with(" and c.source_id = ? and c.external_id = ?", [channel.into(), checked.chat.as_str().into()]);
        if tx.get_database_backend() == DbBackend::Postgres {
            sql.add(" for update");
        }
        sql
    };
    if let Some(row) = find().one(tx).await? {
        return Ok(row);
    }
    let person = KnownPerson { username: new.sender.username.clone(), phone: new.sender.phone.clone() };
    let contact = match (&person.username, &person.phone) {
        (None, None) => None,
        _ => service.clients.match_people(scope, &[person]).await.map_err(Error::Port)?.pop().flatten(),
    };
    let id = tx.clock().new_id();
    let row = chats::entity::ActiveModel {
        contact_id: Set(contact),
        username: Set(new.sender.username.clone()),
        phone: Set(new.sender.phone.clone()),
        ..blank(scope, id, (None, Some(channel)), (&checked.chat, ChatKind::Private), &checked.title, tx.clock().now())
    };
    db::insert_all(tx, [row]).await?;
    find().one(tx).await?.ok_or(Error::NotFound)
}

async fn answered(tx: &Tx, scope: &Scope, (channel, chat): (Uuid, Uuid), reply: &str) -> Result<Option<i64>, Error> {
    let Some(id) = taken(tx, scope, channel, reply).await? else { return Ok(None) };
    let row = messages::load_many(tx, scope, &[id]).await?.pop();
    Ok(row.filter(|row| row.chat_id == chat).and_then(|row| row.external_id))
}

fn message(
    service: &Messaging,
    scope: &Scope,
    id: Uuid,
    chat: &Row,
    (checked, at, number, reply_to): (&Checked, DateTime<Utc>, i64, Option<i64>),
) -> messages::entity::ActiveModel {
    messages::entity::ActiveModel {
        seq: messages::seq(service.db.backend(), at, id),
        id: Set(id),
        org_id: Set(scope.org_id.0),
        chat_id: Set(chat.id),
        source_id: Set(chat.source_id),
        external_id: Set(Some(number)),
        place: Set(number),
        direction: Set(Direction::In.as_str().to_owned()),
        status: Set(Status::Received.as_str().to_owned()),
        sender_id: Set(None),
        sender_name: Set(Some(checked.sender.clone())),
        author_id: Set(None),
        text: Set(checked.text.clone()),
        entities: Set(json!([])),
        reply_to: Set(reply_to),
        topic_id: Set(None),
        forwarded: Set(None),
        album_id: Set(None),
        media_kind: Set(None),
        reactions: Set(json!([])),
        service: Set(None),
        sent_at: Set(at),
        edited_at: Set(None),
        deleted_at: Set(None),
        read_at: Set(None),
        scheduled_at: Set(None),
        error: Set(None),
        source: Set(Source::Api.as_str().to_owned()),
        import_id: Set(None),
        client_id: Set(None),
        search_text: Set(messages::search_text(&checked.text, None)),
        program_kind: NotSet,
        program_id: NotSet,
        version: Set(1),
    }
}
