//! Keeping and dropping drafts. Nobody else sees them.

use contracts::{
    events::{DRAFT_UPDATED, DraftUpdated},
    permissions::MESSAGES_SEND,
};
use db::{Sql, Tx};
use events::NewEvent;
use kernel::{Scope, values::Problem};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error, Messaging,
    chats::store,
    messages::message::{MAX_TEXT, utf16_len},
};

async fn tell(tx: &Tx, chat: Uuid, me: Uuid) -> Result<(), Error> {
    let data = json!(DraftUpdated { user_id: me, chat_id: chat });
    Ok(events::append(tx, [NewEvent::of(DRAFT_UPDATED, "user", me, data)]).await?)
}

/// Keeps what the caller has begun; an empty text drops it.
///
/// # Errors
/// [`Error::NotFound`]; a text that is too long.
pub async fn keep(
    service: &Messaging,
    scope: &Scope,
    chat: Uuid,
    text: &str,
    reply_to: Option<Uuid>,
) -> Result<(), Error> {
    scope.require(MESSAGES_SEND)?;
    let me = Messaging::me(scope)?;
    if utf16_len(text) > MAX_TEXT {
        let mut refused = kernel::Fields::default();
        refused.refuse_with("text", Problem::TooLong { max: MAX_TEXT });
        return Err(refused.into());
    }
    let readable = service.readable(scope).await?;
    store::get(&service.db.reader(scope), scope, &readable, chat).await?;
    let tx = service.db.begin(scope).await?;
    if text.trim().is_empty() && reply_to.is_none() {
        forget(&tx, scope, chat, me).await?;
    } else {
        let mut sql = Sql::new("insert into drafts (org_id, chat_id, user_id, text, reply_to, updated_at) values (");
        sql.with(
            "?, ?, ?, ?, ?, ?)",
            [scope.org_id.0.into(), chat.into(), me.into(), text.into(), reply_to.into(), tx.clock().now().into()],
        );
        sql.add(
            " on conflict (org_id, chat_id, user_id) do update set text = excluded.text, reply_to = excluded.reply_to, \
             updated_at = excluded.updated_at",
        );
        sql.run(&tx).await?;
        tell(&tx, chat, me).await?;
    }
    Ok(tx.commit().await?)
}

/// Drops what somebody has begun, if there is anything.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn forget(tx: &Tx, scope: &Scope, chat: Uuid, me: Uuid) -> Result<(), Error> {
    let mut sql = Sql::new("delete from drafts where org_id = ");
    sql.bind(scope.org_id.0).with(" and chat_id = ? and user_id = ?", [chat.into(), me.into()]);
    if sql.run(tx).await? > 0 {
        tell(tx, chat, me).await?;
    }
    Ok(())
}
