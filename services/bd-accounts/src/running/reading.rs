//! Reading in the history of chosen chats: the newest first, page by page, as fast as the account may. How far it got is
//! kept with each page, so that it goes on from there after a pause or a restart.

use std::{sync::Arc, time::Duration};

use ::telegram::{History, ReadUntil, Refused};
use chrono::TimeDelta;
use contracts::channels::{Origin, Seen, SeenBatch, SeenChat};
use tokio::time::sleep;

use super::{
    live::Live,
    plain,
    reconcile::{paced, turn},
};
use crate::{
    Error,
    pace::rules::Class,
    syncing::{history, store::Model},
};

const PAGE: u32 = 100;
/// How often it is looked whether there is something to read in.
const LOOKED_EVERY: Duration = Duration::from_secs(10);

pub(super) async fn read(live: Arc<Live>) -> Result<(), Refused> {
    loop {
        let next = async {
            let account = live.account().await?;
            history::next(&live.accounts().db.reader(&live.scope), &live.scope, &account).await
        };
        match next.await {
            Ok(Some(chat)) => {
                if let Err(error) = read_chat(&live, &chat).await? {
                    tracing::error!(account = %live.id(), %error, "history could not be read in; tried again");
                    sleep(Duration::from_secs(2)).await;
                }
                if live.stop.is_cancelled() {
                    return Ok(());
                }
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::error!(account = %live.id(), %error, "what to read in could not be found out"),
        }
        if !live.wait(&live.news.reading, LOOKED_EVERY).await {
            return Ok(());
        }
    }
}

/// The outer result ends the account, the inner one only this attempt.
async fn read_chat(live: &Live, chat: &Model) -> Result<Result<(), Error>, Refused> {
    // Before the first page: what comes after that must not be left out.
    if !live.is_chosen(chat.chat_id)
        && let Err(error) = live.choose_again().await
    {
        return Ok(Err(error));
    }
    // What was read before is not new to anybody here.
    let read = match paced(live, || live.connection.read_until(chat.chat_id)).await {
        Ok(read) => Some(read),
        Err(refused) if refused.ends_the_session() => return Err(refused),
        Err(refused) => {
            tracing::warn!(account = %live.id(), %refused, "how far a chat was read could not be asked");
            None
        }
    };
    let mut at = Place {
        read,
        before: chat.reached_id,
        done: u64::try_from(chat.done).unwrap_or_default(),
        total: chat.total.and_then(|total| u64::try_from(total).ok()),
    };
    while !live.stop.is_cancelled() {
        turn(live, Class::History).await;
        let page = match live.connection.history(chat.chat_id, at.before, PAGE).await {
            Ok(page) => page,
            Err(Refused::FloodWait { seconds }) => {
                wait(live, seconds).await;
                continue;
            }
            Err(refused) if refused.ends_the_session() => return Err(refused),
            Err(refused) if refused.passes() || (refused == Refused::PeerUnknown && !live.knows_everybody()) => {
                sleep(Duration::from_secs(2)).await;
                continue;
            }
            Err(refused) => {
                let code = code_of(&refused);
                return Ok(history::chat_failed(live.accounts(), &live.scope, live.id(), chat.chat_id, code).await);
            }
        };
        match store(live, chat, &mut at, page).await {
            Ok(Next::Page) => {}
            Ok(Next::Over) => {
                return Ok(history::chat_done(live.accounts(), &live.scope, live.id(), chat.chat_id).await);
            }
            // Paused, or no longer chosen.
            Ok(Next::NotWanted) => return Ok(Ok(())),
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(()))
}

struct Place {
    read: Option<ReadUntil>,
    before: Option<i64>,
    done: u64,
    total: Option<u64>,
}

enum Next {
    Page,
    Over,
    NotWanted,
}

async fn store(live: &Live, chat: &Model, at: &mut Place, page: History) -> Result<Next, Error> {
    let wanted = |message: &&::telegram::Message| chat.since.is_none_or(|since| message.at >= since);
    let oldest = page.messages.last().map(|message| message.id);
    let whole = page.messages.iter().all(|message| wanted(&message));
    let news: Vec<Seen> = page
        .messages
        .iter()
        .filter(wanted)
        .rev()
        .map(|message| Seen::Message(plain::message(message.clone())))
        .collect();
    if !live.is_chosen(chat.chat_id) {
        return Ok(Next::NotWanted);
    }
    at.done += news.len() as u64;
    // How many there are altogether is known; how many of them are new enough is not.
    at.total = page.total.and_then(|total| u64::try_from(total).ok()).filter(|_| chat.since.is_none()).or(at.total);
    at.before = oldest.or(at.before);
    if !news.is_empty() {
        let named = live.connection.chat(chat.chat_id).map(plain::chat);
        let chats = named.map(|named| with_marks(named, at.read)).into_iter().collect();
        let batch = SeenBatch { origin: Origin::History, chats, news, position: None };
        live.around.inbox.receive(&live.scope, live.id(), batch).await.map_err(Error::Port)?;
    }
    let told = (at.done, at.total);
    if !history::progress(live.accounts(), &live.scope, live.id(), chat.chat_id, told, at.before).await? {
        return Ok(Next::NotWanted);
    }
    Ok(if oldest.is_some() && whole { Next::Page } else { Next::Over })
}

fn with_marks(chat: SeenChat, read: Option<ReadUntil>) -> SeenChat {
    SeenChat { read_inbox_until: read.map(|read| read.inbox), read_outbox_until: read.map(|read| read.outbox), ..chat }
}

async fn wait(live: &Live, seconds: u32) {
    let until = live.now() + TimeDelta::seconds(i64::from(seconds));
    if let Err(error) = history::waits(live.accounts(), &live.scope, live.id(), Some(until)).await {
        tracing::warn!(account = %live.id(), %error, "a wait could not be written");
    }
    super::errands::flooded(live, "history", seconds).await;
    if let Err(error) = history::waits(live.accounts(), &live.scope, live.id(), None).await {
        tracing::warn!(account = %live.id(), %error, "the end of a wait could not be written");
    }
}

fn code_of(refused: &Refused) -> &'static str {
    match refused {
        Refused::ForbiddenInChat => "chat.private",
        Refused::PeerUnknown => "chat.unknown",
        _ => "chat.refused",
    }
}
