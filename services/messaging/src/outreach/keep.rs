//! Storing what programs want sent: chats, messages, errands and what is told of them, each in rows by the hundred.

use chrono::{DateTime, Utc};
use contracts::{
    channels::Entity,
    events::{MESSAGE_QUEUED, MESSAGE_SCHEDULED, MessageQueued, MessageScheduled},
};
use db::{Sql, Tx};
use events::NewEvent;
use kernel::Scope;
use serde_json::json;
use uuid::Uuid;

use super::plan::{Plan, Sending};
use crate::{
    Error, Messaging,
    chats::{
        chat::ChatFields,
        commands as chats, refresh,
        store::{self as chat_rows, Row},
    },
    errands::{
        payload::Payload,
        send::KIND,
        store::{self as errands, NewErrand, Wanted, randoms},
        unsent::{Unsent, random},
    },
    media::{
        held,
        uploads::{self, Upload, file},
    },
    messages::store as messages,
};

/// Nothing is set off in the texts of programs.
const PLAIN: &[Entity] = &[];

/// What is stored of messages.
#[derive(Default)]
struct Rows {
    messages: Vec<messages::entity::ActiveModel>,
    files: Vec<file::ActiveModel>,
    errands: Vec<errands::entity::ActiveModel>,
    randoms: Vec<randoms::ActiveModel>,
    told: Vec<NewEvent>,
}

/// Stores all of a plan, or nothing.
pub(super) async fn keep(service: &Messaging, scope: &Scope, plan: Plan<'_>) -> Result<(), Error> {
    let now = service.db.clock().now();
    let times: Vec<DateTime<Utc>> = plan.sends.iter().map(|sending| sending.wanted.not_before.max(now)).collect();
    service.make_room(times).await?;
    let tx = service.db.begin(scope).await?;
    db::insert_all(&tx, plan.chats).await?;
    let chats = crate::unique(plan.sends.iter().map(|sending| sending.chat));
    chat_rows::hold(&tx, scope, &chats).await?;
    link(&tx, scope, &plan.links).await?;
    let mut rows = Rows::default();
    for sending in &plan.sends {
        rows.add(service, &tx, scope, sending, now)?;
    }
    messages::insert(&tx, rows.messages).await?;
    db::insert_all(&tx, rows.files).await?;
    db::insert_all(&tx, rows.errands).await?;
    db::insert_all(&tx, rows.randoms).await?;
    let mut blobs: Vec<&str> =
        plan.sends.iter().flat_map(|sending| sending.uploads.iter().flat_map(Upload::blobs)).collect();
    blobs.sort_unstable();
    blobs.dedup();
    held::hold(&tx, scope, &blobs).await?;
    events::append(&tx, rows.told).await?;
    refresh::refresh(&tx, scope, &chats).await?;
    tx.commit().await?;
    for account in crate::unique(plan.sends.iter().map(|sending| sending.wanted.account_id)) {
        service.accounts.wake(account);
    }
    Ok(())
}

/// Links chats that were nobody's to whom they are with, as if somebody did.
async fn link(tx: &Tx, scope: &Scope, links: &[(Row, Uuid)]) -> Result<(), Error> {
    if links.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("update chats set version = version + 1, updated_at = ");
    sql.bind(tx.clock().now()).add(", contact_id = v.column2 from (values ");
    for (index, (row, contact)) in links.iter().enumerate() {
        sql.add(if index == 0 { "" } else { ", " }).with("(?, ?)", [row.id.into(), (*contact).into()]);
    }
    sql.add(") as v where chats.id = v.column1 and chats.org_id = ").bind(scope.org_id.0);
    // Named once more, so that SQLite goes by the ids whatever it believes of the table.
    sql.add(" and chats.id in ").list(links.iter().map(|(row, _)| row.id));
    sql.add(" and chats.contact_id is null returning id");
    let linked = sql.rows(tx).await?;
    let linked: Vec<Uuid> = linked.iter().map(|row| row.try_get("", "id")).collect::<Result<_, sea_orm::DbErr>>()?;
    let mut changes = Vec::with_capacity(linked.len());
    for (row, contact) in links.iter().filter(|(row, _)| linked.contains(&row.id)) {
        changes.push((row, ChatFields { contact_id: Some(*contact), ..row.fields()? }));
    }
    chats::record(tx, &changes).await
}

impl Rows {
    fn add(
        &mut self,
        service: &Messaging,
        tx: &Tx,
        scope: &Scope,
        sending: &Sending<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let Sending { wanted, text, uploads, chat, first_contact } = sending;
        let at = wanted.not_before.max(now);
        let scheduled_at = (at > now).then_some(at);
        let parts = parts(service, tx, sending);
        let random_id = parts.first().map(|(_, random)| *random).ok_or(Error::NotFound)?;
        let album = (uploads.len() > 1).then(|| random(service));
        for (index, (id, _)) in parts.iter().enumerate() {
            let unsent = Unsent {
                id: *id,
                chat: *chat,
                account: wanted.account_id,
                index,
                said: (index == 0).then_some((text.as_str(), PLAIN, Some(wanted.key))),
                reply_to: None,
                album,
                upload: uploads.get(index),
                at,
                scheduled_at,
                author: wanted.author,
                program: Some((wanted.source.kind, wanted.source.id)),
            };
            self.messages.push(unsent.row(scope, service.db.backend()));
        }
        self.files.extend(uploads::rows(tx, scope, (*chat, wanted.account_id), uploads, &parts));
        let files = uploads::sent_all(uploads, &parts)?;
        let payload = Payload::Send { random_id, text: text.clone(), entities: Vec::new(), reply_to: None, files };
        let errand = NewErrand {
            account_id: wanted.account_id,
            chat_id: *chat,
            message_id: Some(wanted.key),
            payload,
            place: at,
            not_before: at,
            first_contact: *first_contact,
            scheduled: scheduled_at.is_some(),
            client_id: Some(wanted.key),
            wanted: Some(Wanted {
                source: wanted.source,
                contact_id: wanted.contact_id,
                answered_gate: wanted.unless_answered_since,
                author: wanted.author,
            }),
        };
        let id = tx.clock().new_id();
        self.errands.push(errands::row(tx, scope, id, &errand));
        let of = (wanted.account_id, id);
        self.randoms.extend(parts.iter().map(|(id, random)| errands::random_row(scope, of, (*random, *id))));
        self.told.push(told(wanted.key, *chat, at, scheduled_at.is_some()));
        Ok(())
    }
}

/// The messages that it becomes, each with the number that it is sent with. The first has the key as its id.
fn parts(service: &Messaging, tx: &Tx, sending: &Sending<'_>) -> Vec<(Uuid, i64)> {
    let id = |index| if index == 0 { sending.wanted.key } else { tx.clock().new_id() };
    (0..sending.uploads.len().max(1)).map(|index| (id(index), random(service))).collect()
}

fn told(message_id: Uuid, chat_id: Uuid, at: DateTime<Utc>, is_scheduled: bool) -> NewEvent {
    let at = at.to_rfc3339();
    if is_scheduled {
        let data = MessageScheduled { message_id, chat_id, at };
        NewEvent::of(MESSAGE_SCHEDULED, KIND, message_id, json!(data))
    } else {
        let data = MessageQueued { message_id, chat_id, not_before: at };
        NewEvent::of(MESSAGE_QUEUED, KIND, message_id, json!(data))
    }
}
