//! The look that is taken before a message of a program is tried: who has answered is not written to any more.

use contracts::outreach::{ANSWERED, CALLED_BACK};
use db::{Sql, Tx};
use kernel::Scope;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::answered;
use crate::{
    Error, Messaging,
    errands::{cancel, queue, store},
};

/// An errand that an answer stops.
#[derive(FromQueryResult)]
struct Gated {
    account_id: Uuid,
    chat_id: Uuid,
    contact_id: Option<Uuid>,
    /// The chat that its chat is shown as.
    root: Uuid,
    is_called_back: bool,
}

#[derive(FromQueryResult)]
struct Part {
    id: Uuid,
    contact_id: Option<Uuid>,
}

/// Lets an errand pass unless its contact has answered, or it was called back: then it is canceled, and the message says why.
/// Starts one that is to be started. Says whether it is still wanted.
///
/// Errors after the look leave the errand as it was; it is looked at again when it is started again.
pub(crate) async fn pass(service: &Messaging, scope: &Scope, id: Uuid, starts: bool) -> Result<bool, Error> {
    let Some(gated) = find(service, scope, id).await? else { return Ok(false) };
    if gated.is_called_back {
        drop_one(service, scope, (id, gated.chat_id, gated.account_id), CALLED_BACK).await?;
        return Ok(false);
    }
    let parts = parts(service, scope, gated.root).await?;
    let contacts = gated.contact_id.into_iter().chain(parts.iter().filter_map(|part| part.contact_id));
    let people = service.clients.same_people(scope, &crate::unique(contacts)).await.map_err(Error::Port)?;
    let people = crate::unique(people.into_values().flatten());
    let tx = service.db.begin(scope).await?;
    // The errand first: nobody waits for a row while holding the locks.
    store::hold(&tx, scope, id).await?;
    answered::lock(&tx, scope, people.iter().copied().chain([gated.root, gated.chat_id])).await?;
    if is_answered(&tx, scope, id, (&parts, &people)).await? {
        // In a transaction of its own, since it holds chats: who stores an answer holds them while it waits for the lock.
        // An answer does not go away meanwhile.
        tx.rollback().await?;
        drop_one(service, scope, (id, gated.chat_id, gated.account_id), ANSWERED).await?;
        return Ok(false);
    }
    let wanted = !starts || queue::note_start(&tx, scope, id, true).await?;
    tx.commit().await?;
    Ok(wanted)
}

/// Cancels an errand, whether it was tried or not.
pub(crate) async fn drop_one(
    service: &Messaging,
    scope: &Scope,
    (id, chat, account): (Uuid, Uuid, Uuid),
    cause: &'static str,
) -> Result<(), Error> {
    let tx = service.db.begin(scope).await?;
    cancel::cancel(&tx, scope, &[(id, chat)], (Some(cause), false)).await?;
    tx.commit().await?;
    service.accounts.wake(account);
    Ok(())
}

async fn find(service: &Messaging, scope: &Scope, id: Uuid) -> Result<Option<Gated>, Error> {
    let mut sql = Sql::new("select e.account_id, e.chat_id, e.contact_id, coalesce(c.merged_into, c.id) as root, ");
    sql.add("e.called_back_at is not null as is_called_back from errands e join chats c on c.org_id = e.org_id and c.id = e.chat_id where e.org_id = ");
    sql.bind(scope.org_id.0).with(" and e.id = ? and e.ended_at is null", [id.into()]);
    sql.add(" and (e.answered_gate is not null or e.called_back_at is not null)");
    Ok(sql.one(&service.db.reader(scope)).await?)
}

/// The chats that are shown as one.
async fn parts(service: &Messaging, scope: &Scope, root: Uuid) -> Result<Vec<Part>, Error> {
    let mut sql = Sql::new("select c.id, c.contact_id from chats c where c.org_id = ");
    sql.bind(scope.org_id.0).with(" and c.id = ?", [root.into()]);
    sql.add(" union all select c.id, c.contact_id from chats c where c.org_id = ").bind(scope.org_id.0);
    sql.with(" and c.merged_into = ?", [root.into()]);
    Ok(sql.all(&service.db.reader(scope)).await?)
}

/// Whether one of these people has written, or somebody has in one of these chats.
async fn is_answered(tx: &Tx, scope: &Scope, id: Uuid, (parts, people): (&[Part], &[Uuid])) -> Result<bool, Error> {
    let later = "select 1 from chats c where c.org_id = e.org_id and c.last_received_at > e.answered_gate";
    let mut sql = Sql::new("select e.id from errands e where e.org_id = ");
    sql.bind(scope.org_id.0).with(" and e.id = ? and (exists (", [id.into()]);
    sql.add(later).add(" and c.contact_id in ").list(people.iter().copied());
    sql.add(") or exists (").add(later).add(" and c.id in ").list(parts.iter().map(|part| part.id)).add("))");
    Ok(!sql.rows(tx).await?.is_empty())
}
