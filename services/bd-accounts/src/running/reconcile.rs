//! Comparing chosen chats with their history where Telegram left something out: from the latest message back to the last
//! one that is stored, and what is stored before that once more.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use ::telegram::{Message, Refused};
use contracts::channels::{Origin, Seen, SeenBatch};
use kernel::Scope;
use tokio::time::sleep;
use uuid::Uuid;

use super::{Surroundings, live::Live, plain};
use crate::{Error, pace::rules::Class, syncing::store};

const PAGE: u32 = 100;
/// How often what could not be compared is tried again.
const COMPARED_EVERY: Duration = Duration::from_mins(1);
/// Chats whose extent is asked for together.
const AT_ONCE: usize = 500;
/// Messages of one chat that are gone back for; what is older is read in like history.
const BACK_MOST: usize = 20_000;

/// Messages before what was left out that are looked at again: Telegram says neither what was edited meanwhile nor what was
/// deleted.
const LOOKED_AT_AGAIN: u64 = 500;

/// Of fewer messages all may have been deleted.
const FEW: usize = 10;

/// Below this, ids belong to supergroups and channels, which have their own counting.
pub(super) const CHANNELS_BELOW: i64 = -1_000_000_000_000;

/// Compares what was noted, until the account ends.
pub(super) async fn compare(live: Arc<Live>) -> Result<(), Refused> {
    loop {
        match store::to_compare(&live.accounts().db.reader(&live.scope), &live.scope, live.id()).await {
            Ok(chats) => {
                for (chat, from) in chats {
                    gone_back(&live, chat, from).await?;
                }
            }
            Err(error) => tracing::error!(account = %live.id(), %error, "what was left out could not be read"),
        }
        if !live.wait(&live.news.compare, COMPARED_EVERY).await {
            return Ok(());
        }
    }
}

/// Notes that something was left out: of one chat, or of all that are no supergroups or channels.
pub(super) async fn missed(live: &Live, missed: &[Option<i64>]) -> Result<(), Error> {
    let others = missed.contains(&None);
    let is_one = |chat: &i64| missed.contains(&Some(*chat)) || (others && *chat > CHANNELS_BELOW);
    let chats: Vec<i64> = if missed.is_empty() { Vec::new() } else { live.chosen() };
    left_out(live, &chats.into_iter().filter(is_one).collect::<Vec<_>>()).await
}

/// Notes that something was left out of these chats since what is stored of them.
pub(super) async fn left_out(live: &Live, chats: &[i64]) -> Result<(), Error> {
    if chats.is_empty() {
        return Ok(());
    }
    note(&live.around, &live.scope, live.id(), chats).await?;
    live.left_out.fetch_add(1, Ordering::Relaxed);
    live.news.compare.notify_one();
    Ok(())
}

/// As [`left_out`], before the account is connected.
pub(super) async fn note(around: &Surroundings, scope: &Scope, account: Uuid, chats: &[i64]) -> Result<(), Error> {
    for part in chats.chunks(AT_ONCE) {
        let extents = around.inbox.extents(scope, account, part).await.map_err(Error::Port)?;
        let newest = extents.into_iter().filter_map(|(chat, extent)| Some((chat, extent.newest_id?)));
        let tx = around.accounts.db.begin(scope).await?;
        store::note_left_out(&tx, scope, account, &newest.collect::<Vec<_>>()).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn gone_back(live: &Live, chat: i64, from: i64) -> Result<(), Refused> {
    let noted = live.left_out.load(Ordering::Relaxed);
    if live.is_chosen(chat) {
        let looked = async {
            back_to(live, chat, from).await?;
            look_again(live, chat, from).await
        };
        match looked.await {
            Err(refused) if refused.ends_the_session() => return Err(refused),
            Err(Refused::PeerUnknown) if !live.knows_everybody() => return Ok(()),
            // Or there is nothing to be read there any more.
            Ok(()) | Err(Refused::ForbiddenInChat | Refused::PeerUnknown) => {}
            Err(refused) => {
                tracing::warn!(account = %live.id(), %refused, "a chat could not be compared; tried again");
                return Ok(());
            }
        }
    }
    // Something else may have been left out while it was compared.
    if live.stop.is_cancelled() || noted != live.left_out.load(Ordering::Relaxed) {
        live.news.compare.notify_one();
        return Ok(());
    }
    let done = async {
        let tx = live.accounts().db.begin(&live.scope).await?;
        store::compared(&tx, &live.scope, live.id(), chat).await?;
        Ok::<_, Error>(tx.commit().await?)
    };
    if let Err(error) = done.await {
        tracing::error!(account = %live.id(), %error, "that a chat was compared could not be noted");
    }
    Ok(())
}

/// From the latest message to one that is stored. What else comes along is told again: it may have been edited.
async fn back_to(live: &Live, chat: i64, newest: i64) -> Result<(), Refused> {
    let mut missing: Vec<Message> = Vec::new();
    let mut before = None;
    while missing.len() < BACK_MOST && !live.stop.is_cancelled() {
        let page = paced(live, || live.connection.history(chat, before, PAGE)).await?.messages;
        let Some(oldest) = page.last().map(|message| message.id) else { break };
        missing.extend(page.into_iter().filter(|message| message.id > newest || message.edited_at.is_some()));
        if oldest <= newest {
            break;
        }
        before = Some(oldest);
    }
    if missing.is_empty() {
        return Ok(());
    }
    tracing::info!(account = %live.id(), messages = missing.len(), "messages that were left out");
    tell(live, chat, missing.into_iter().rev().map(|message| Seen::Message(plain::message(message))).collect()).await
}

/// What is stored, up to this message: what was edited is told again, and what is not there any more as deleted.
async fn look_again(live: &Live, chat: i64, until: i64) -> Result<(), Refused> {
    let stored = live.around.inbox.latest(&live.scope, live.id(), chat, until, LOOKED_AT_AGAIN).await;
    let stored = stored.map_err(|error| {
        tracing::error!(account = %live.id(), %error, "what is stored of a chat could not be read");
        Refused::Network
    })?;
    for part in stored.chunks(PAGE as usize) {
        if live.stop.is_cancelled() {
            return Ok(());
        }
        let there = paced(live, || live.connection.messages(chat, part)).await?;
        let is_there = |id: &i64| there.iter().any(|message| message.id == *id);
        let gone: Vec<i64> = part.iter().copied().filter(|id| !is_there(id)).collect();
        let mut news: Vec<Seen> = Vec::new();
        if part.len() >= FEW && gone.len() * 2 > part.len() {
            // Rather does the account see no more of this history, as of a group that it left and joined again.
            tracing::warn!(account = %live.id(), messages = gone.len(), "most of a chat is not to be seen; kept as it is");
        } else if !gone.is_empty() {
            tracing::info!(account = %live.id(), messages = gone.len(), "messages whose deletion was left out");
            news.push(Seen::Deleted { chat_id: Some(chat), ids: gone });
        }
        let edited = there.into_iter().filter(|message| message.edited_at.is_some());
        news.extend(edited.map(|message| Seen::Message(plain::message(message))));
        tell(live, chat, news).await?;
    }
    Ok(())
}

async fn tell(live: &Live, chat: i64, news: Vec<Seen>) -> Result<(), Refused> {
    let chats = live.connection.chat(chat).map(plain::chat).into_iter().collect::<Vec<_>>();
    for part in news.chunks(AT_ONCE) {
        let batch = SeenBatch { origin: Origin::CatchUp, chats: chats.clone(), news: part.to_vec(), position: None };
        if let Err(error) = live.around.inbox.receive(&live.scope, live.id(), batch).await {
            tracing::error!(account = %live.id(), %error, "messages that were left out could not be stored");
            return Err(Refused::Network);
        }
    }
    Ok(())
}

/// Asks at the pace of history, and again after a wait that Telegram asks for.
pub(super) async fn paced<T, F, A>(live: &Live, ask: F) -> Result<T, Refused>
where
    F: Fn() -> A,
    A: Future<Output = Result<T, Refused>>,
{
    loop {
        turn(live, Class::History).await;
        match ask().await {
            Err(Refused::FloodWait { seconds }) => super::errands::flooded(live, "history", seconds).await,
            answer => return answer,
        }
        if live.stop.is_cancelled() {
            return Err(Refused::Network);
        }
    }
}

/// Waits for its turn, and takes it.
pub(super) async fn turn(live: &Live, class: Class) {
    use crate::{
        accounts::happening,
        pace::{rules::Verdict, usage},
    };
    while !live.stop.is_cancelled() {
        let asked = async {
            let account = live.account().await?;
            let now = live.now();
            let verdict =
                usage::ask(&live.accounts().db.reader(&live.scope), &live.scope, &account, class, now).await?;
            Ok::<_, Error>((verdict, now))
        };
        let wait = match asked.await {
            Ok((Verdict::Go, _)) => break,
            Ok((Verdict::Wait { until, .. }, now)) => {
                until.and_then(|until| (until - now).to_std().ok()).unwrap_or(Duration::from_secs(2))
            }
            Err(error) => {
                tracing::warn!(account = %live.id(), %error, "the pace of an account could not be read");
                Duration::from_secs(2)
            }
        };
        tokio::select! {
            () = live.stop.cancelled() => {}
            () = sleep(wait.min(Duration::from_mins(1))) => {}
        }
    }
    if let Err(error) = happening::spend(live.accounts(), &live.scope, live.id(), class, None).await {
        tracing::warn!(account = %live.id(), %error, "what an account used could not be counted");
    }
}
