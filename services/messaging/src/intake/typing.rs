//! That the other side types: passed on to whoever looks at the chat, never stored.

use db::Sql;
use kernel::{OrgId, Scope};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{Error, Messaging};

/// Somebody of the other side types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TheyType {
    pub org: OrgId,
    /// The chat that is shown.
    pub chat: Uuid,
    /// The chat itself, which is another one where several are shown as one.
    pub part: Uuid,
    pub name: String,
}

#[derive(FromQueryResult)]
struct Known {
    id: Uuid,
    shown: Uuid,
    title: String,
}

/// Tells those who listen in this process; of chats that are not here, nothing.
pub async fn typing(
    service: &Messaging,
    scope: &Scope,
    account: Uuid,
    (chat, name): (i64, Option<&str>),
) -> Result<(), Error> {
    if service.typing.receiver_count() == 0 {
        return Ok(());
    }
    let mut sql =
        Sql::new("select c.id, coalesce(c.merged_into, c.id) as shown, c.title from chats c where c.org_id = ");
    sql.bind(scope.org_id.0);
    sql.with(" and c.source_id = ? and c.external_id = ?", [account.into(), chat.to_string().into()]);
    let Some(known) = sql.one::<Known>(&service.db.reader(scope)).await? else { return Ok(()) };
    let name = name.map_or(known.title, str::to_owned);
    // Nobody listens any more: nothing is lost.
    let _ = service.typing.send(TheyType { org: scope.org_id, chat: known.shown, part: known.id, name });
    Ok(())
}
