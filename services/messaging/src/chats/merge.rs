//! Chats with one person that are shown as one: the messages stay where they are, the list shows the first.

use contracts::{
    events::{CHAT_MERGED, CHAT_SPLIT, ChatMerged},
    permissions::CHATS_WRITE,
};
use db::{Action, Change, Sql, Tx};
use events::NewEvent;
use kernel::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{commands::KIND, queries, refresh, store, view::Chat};
use crate::{Error, Messaging};

/// Most chats that are shown as one.
const MOST: usize = 20;

/// Shows a chat, with all that is shown as part of it, as part of another one; gives that.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::State`].
pub async fn merge(service: &Messaging, scope: &Scope, id: Uuid, into: Uuid) -> Result<Chat, Error> {
    scope.require(CHATS_WRITE)?;
    if id == into {
        return Err(Error::field("into", "chat.merge.same"));
    }
    let readable = service.readable(scope).await?;
    let reader = service.db.reader(scope);
    let parts = store::whole(&reader, scope, &readable, id).await?;
    let others = store::whole(&reader, scope, &readable, into).await.map_err(|error| match error {
        Error::NotFound => Error::field("into", "reference.unknown"),
        other => other,
    })?;
    if parts[0].merged_into.is_some() || others[0].merged_into.is_some() {
        return Err(Error::State("chat.merge.merged"));
    }
    if parts.len() + others.len() > MOST {
        return Err(Error::TooMany { max: MOST });
    }
    let ids: Vec<Uuid> = parts.iter().map(|part| part.id).collect();
    let tx = service.db.begin(scope).await?;
    point(&tx, scope, &ids, Some(into)).await?;
    let told = ChatMerged { chat_id: into, merged_ids: ids.clone() };
    record(&tx, CHAT_MERGED, into, (json!({}), json!({ "mergedIds": ids })), told).await?;
    let touched: Vec<Uuid> = ids.iter().copied().chain([into]).collect();
    refresh::refresh(&tx, scope, &touched).await?;
    tx.commit().await?;
    queries::get(service, scope, into).await
}

/// Shows the parts of a chat on their own again; gives the chat.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::State`].
pub async fn split(service: &Messaging, scope: &Scope, id: Uuid) -> Result<Chat, Error> {
    scope.require(CHATS_WRITE)?;
    let readable = service.readable(scope).await?;
    let reader = service.db.reader(scope);
    let parts = store::whole(&reader, scope, &readable, id).await?;
    let (root, ids) = match parts[0].merged_into {
        Some(root) => (root, vec![id]),
        None => (id, parts[1..].iter().map(|part| part.id).collect::<Vec<_>>()),
    };
    if ids.is_empty() {
        return Err(Error::State("chat.not_merged"));
    }
    let tx = service.db.begin(scope).await?;
    point(&tx, scope, &ids, None).await?;
    let told = ChatMerged { chat_id: root, merged_ids: ids.clone() };
    record(&tx, CHAT_SPLIT, root, (json!({ "mergedIds": ids }), json!({})), told).await?;
    let touched: Vec<Uuid> = ids.iter().copied().chain([root]).collect();
    refresh::refresh(&tx, scope, &touched).await?;
    tx.commit().await?;
    queries::get(service, scope, id).await
}

async fn point(tx: &Tx, scope: &Scope, ids: &[Uuid], into: Option<Uuid>) -> Result<(), Error> {
    let mut sql = Sql::new("update chats set version = version + 1, merged_into = ");
    sql.bind(into).add(", updated_at = ").bind(tx.clock().now()).add(" where org_id = ").bind(scope.org_id.0);
    sql.add(" and id in ").list(ids.iter().copied());
    sql.run(tx).await?;
    Ok(())
}

async fn record(
    tx: &Tx,
    kind: &'static str,
    root: Uuid,
    (before, after): (Value, Value),
    told: ChatMerged,
) -> Result<(), Error> {
    db::change_log::record(tx, [Change::between(KIND, root, Action::Updated, &before, &after, 0)]).await?;
    Ok(events::append(tx, [NewEvent::of(kind, KIND, root, json!(told))]).await?)
}
