//! Comparing chosen chats with their history where Telegram left something out: from the latest message back to the last
//! one that is stored.

use std::{sync::Arc, time::Duration};

use ::telegram::{Message, Refused};
use contracts::channels::{Origin, Seen, SeenBatch};
use tokio::{sync::mpsc, time::sleep};

use super::{
    live::{Compare, Live},
    plain,
};
use crate::{Error, pace::rules::Class};

const PAGE: u32 = 100;
/// Chats whose extent is asked for together.
const AT_ONCE: usize = 500;
/// Messages of one chat that are gone back for; what is older is read in like history.
const BACK_MOST: usize = 5_000;

/// Below this, ids belong to supergroups and channels, which have their own counting.
pub(super) const CHANNELS_BELOW: i64 = -1_000_000_000_000;

pub(super) async fn compare(live: Arc<Live>, mut compared: mpsc::UnboundedReceiver<Compare>) -> Result<(), Refused> {
    loop {
        let named = tokio::select! {
            () = live.stop.cancelled() => return Ok(()),
            named = compared.recv() => named,
        };
        let Some(Compare { chat, from }) = named else { return Ok(()) };
        if let (Some(chat), Some(from)) = (chat, from) {
            if live.is_chosen(chat) {
                gone_back(&live, chat, from).await?;
            }
            continue;
        }
        let chats = match chat {
            Some(chat) => vec![chat],
            None => live.chosen().into_iter().filter(|chat| *chat > CHANNELS_BELOW).collect(),
        };
        let chats: Vec<i64> = chats.into_iter().filter(|chat| live.is_chosen(*chat)).collect();
        for part in chats.chunks(AT_ONCE) {
            compare_all(&live, part).await?;
        }
    }
}

async fn compare_all(live: &Live, chats: &[i64]) -> Result<(), Refused> {
    let extents = match live.around.inbox.extents(&live.scope, live.id(), chats).await {
        Ok(extents) => extents,
        Err(error) => {
            tracing::error!(account = %live.id(), %error, "how far chats are stored could not be read");
            return Ok(());
        }
    };
    for chat in chats {
        let Some(newest) = extents.get(chat).and_then(|extent| extent.newest_id) else { continue };
        gone_back(live, *chat, newest).await?;
    }
    Ok(())
}

async fn gone_back(live: &Live, chat: i64, newest: i64) -> Result<(), Refused> {
    match back_to(live, chat, newest).await {
        Err(refused) if refused.ends_the_session() => return Err(refused),
        Err(refused) => tracing::warn!(account = %live.id(), %refused, "a chat could not be compared"),
        Ok(()) => {}
    }
    Ok(())
}

async fn back_to(live: &Live, chat: i64, newest: i64) -> Result<(), Refused> {
    let mut missing: Vec<Message> = Vec::new();
    let mut before = None;
    while missing.len() < BACK_MOST && !live.stop.is_cancelled() {
        let page = paced(live, || live.connection.history(chat, before, PAGE)).await?.messages;
        let Some(oldest) = page.last().map(|message| message.id) else { break };
        missing.extend(page.into_iter().filter(|message| message.id > newest));
        if oldest <= newest {
            break;
        }
        before = Some(oldest);
    }
    if missing.is_empty() {
        return Ok(());
    }
    tracing::info!(account = %live.id(), messages = missing.len(), "messages that were left out");
    let news: Vec<Seen> = missing.into_iter().rev().map(|message| Seen::Message(plain::message(message))).collect();
    let chats = live.connection.chat(chat).map(plain::chat).into_iter().collect::<Vec<_>>();
    for part in news.chunks(AT_ONCE) {
        let batch = SeenBatch { origin: Origin::CatchUp, chats: chats.clone(), news: part.to_vec(), position: None };
        if let Err(error) = live.around.inbox.receive(&live.scope, live.id(), batch).await {
            tracing::error!(account = %live.id(), %error, "messages that were left out could not be stored");
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
