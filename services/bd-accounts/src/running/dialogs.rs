//! The account's list of chats, into the table that people choose from; and where chosen chats have messages that are not
//! stored.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use ::telegram::{Dialog, Folder, Refused};
use tokio::time::sleep;

use super::{
    live::{Live, Order},
    plain,
    reconcile::{self, paced},
};
use crate::{
    Error,
    dialogs::store::{self, Dialog as Kept, Folder as KeptFolder},
};

/// Chats that are listed; who has more finds the others in their own app.
const DIALOGS_MOST: usize = 5_000;

/// Lists chats once after an account was connected.
pub(super) async fn first(live: Arc<Live>) -> Result<(), Refused> {
    loop {
        match refresh(&live).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(refused)) if refused.ends_the_session() => return Err(refused),
            Ok(Err(refused)) => tracing::warn!(account = %live.id(), %refused, "chats could not be listed"),
            Err(error) => tracing::error!(account = %live.id(), %error, "the list of chats could not be kept"),
        }
        tokio::select! {
            () = live.stop.cancelled() => return Ok(()),
            () = sleep(Duration::from_secs(30)) => {}
        }
    }
}

/// Lists them anew.
pub(super) async fn refresh(live: &Live) -> Result<Result<(), Refused>, Error> {
    let (dialogs, folders) = match listed(live).await {
        Ok(listed) => listed,
        Err(refused) => return Ok(Err(refused)),
    };
    if !live.listed.swap(true, Ordering::Relaxed) {
        live.news.errands.notify_one();
    }
    compare_tops(live, &dialogs).await?;
    let kept = dialogs.iter().map(|dialog| kept(dialog, &folders)).collect();
    let folders: Vec<KeptFolder> =
        folders.into_iter().map(|folder| KeptFolder { id: folder.id, title: folder.title }).collect();
    store::replace(live.accounts(), &live.scope, live.id(), kept, &folders).await?;
    Ok(Ok(()))
}

async fn listed(live: &Live) -> Result<(Vec<Dialog>, Vec<Folder>), Refused> {
    let mut dialogs: Vec<Dialog> = Vec::new();
    let mut after = None;
    loop {
        let page = paced(live, || live.connection.dialogs(after.as_ref())).await?;
        let channels = page.channels.into_iter().filter(|(chat, _)| live.is_chosen(*chat)).collect();
        // Gone only when the account is about to end.
        let _ = live.orders.send(Order::Follow(channels));
        for dialog in page.items {
            if !dialogs.iter().rev().take(200).any(|known| known.chat.id == dialog.chat.id) {
                dialogs.push(dialog);
            }
        }
        after = page.next.filter(|next| after.as_ref() != Some(next) && dialogs.len() < DIALOGS_MOST);
        if after.is_none() {
            break;
        }
    }
    let folders = paced(live, || live.connection.folders()).await?;
    Ok((dialogs, folders))
}

/// What is newer than what is stored was missed.
async fn compare_tops(live: &Live, dialogs: &[Dialog]) -> Result<(), Error> {
    let chosen: Vec<&Dialog> = dialogs.iter().filter(|dialog| live.is_chosen(dialog.chat.id)).collect();
    for part in chosen.chunks(500) {
        let ids: Vec<i64> = part.iter().map(|dialog| dialog.chat.id).collect();
        let extents = live.around.inbox.extents(&live.scope, live.id(), &ids).await.map_err(Error::Port)?;
        let newest = |dialog: &&&Dialog| extents.get(&dialog.chat.id).and_then(|extent| extent.newest_id);
        let behind = part.iter().filter(|dialog| newest(dialog).is_some_and(|newest| newest < dialog.top_id));
        let behind: Vec<i64> = behind.map(|dialog| dialog.chat.id).collect();
        reconcile::left_out(live, &behind).await?;
    }
    // Also what could not be compared before everybody was known.
    live.news.compare.notify_one();
    Ok(())
}

fn kept(dialog: &Dialog, folders: &[Folder]) -> Kept {
    Kept {
        chat_id: dialog.chat.id,
        kind: plain::kind(dialog.chat.kind),
        title: dialog.chat.title.clone(),
        username: dialog.chat.username.clone(),
        last_message_at: dialog.top_message.as_ref().map(|message| message.at),
        unread: u32::try_from(dialog.unread).unwrap_or_default(),
        folders: folders.iter().filter(|folder| holds(folder, dialog)).map(|folder| folder.id).collect(),
        members: dialog.chat.members.and_then(|members| u32::try_from(members).ok()),
        estimate: estimate(dialog),
        reference: None,
    }
}

/// In a supergroup or channel ids are counted from one; elsewhere they say nothing of the chat.
fn estimate(dialog: &Dialog) -> Option<u64> {
    use ::telegram::ChatKind::{Channel, Supergroup};
    let counted = matches!(dialog.chat.kind, Supergroup | Channel);
    u64::try_from(dialog.top_id).ok().filter(|_| counted)
}

/// By name, or by a whole kind that the folder holds. Who is a contact is not told by the list.
fn holds(folder: &Folder, dialog: &Dialog) -> bool {
    use ::telegram::ChatKind as K;
    let id = dialog.chat.id;
    let of_kind = match dialog.chat.kind {
        K::Private => folder.contacts && folder.non_contacts,
        K::Bot => folder.bots,
        K::Group | K::Supergroup => folder.groups,
        K::Channel => folder.channels,
    };
    folder.chats.contains(&id) || (of_kind && !folder.without.contains(&id))
}
