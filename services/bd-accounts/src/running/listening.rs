//! What an account sees, to the inbox: in order, many at once, together with how far that is. Of chats that were not
//! chosen nothing is passed on.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use ::telegram::{self as connector, Batch, Listener, Refused};
use contracts::channels::{Origin, Seen, SeenBatch};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, timeout_at},
};

use super::{
    live::{Live, Order},
    plain, reconcile,
};
use crate::accounts::happening;

/// As many as are stored in one go …
const BATCH_MOST: usize = 500;
/// … and as long as they are waited for.
const BATCH_FOR: Duration = Duration::from_millis(20);
/// How often a position is stored by which nothing was seen that matters.
const POSITION_EVERY: Duration = Duration::from_secs(30);
/// How long to wait for a database that refuses.
const STORE_AGAIN: Duration = Duration::from_secs(1);

struct Gathered {
    live_since_hour: bool,
    news: Vec<Seen>,
    chats: Vec<connector::Chat>,
    position: Option<Vec<u8>>,
    heard: Vec<i64>,
    /// Where something was left out: a supergroup or channel, or all other chats.
    missed: Vec<Option<i64>>,
    /// In which chat, and who.
    typing: Vec<(i64, i64)>,
}

pub(super) async fn listen(
    live: Arc<Live>,
    mut listener: Listener,
    mut ordered: mpsc::UnboundedReceiver<Order>,
) -> Result<(), Refused> {
    let mut stored = Instant::now();
    let mut unstored = None;
    loop {
        tokio::select! {
            () = live.stop.cancelled() => break,
            Some(order) = ordered.recv() => follow(&mut listener, order),
            first = listener.next() => {
                live.unstored.store(true, Ordering::SeqCst);
                let gathered = gather(&live, &mut listener, first?).await?;
                unstored.clone_from(&gathered.position);
                tell_typing(&live, &gathered.typing).await;
                if !gathered.news.is_empty() || !gathered.missed.is_empty() || stored.elapsed() >= POSITION_EVERY {
                    store(&live, gathered).await?;
                    (stored, unstored) = (Instant::now(), None);
                }
                live.unstored.store(live.stop.is_cancelled(), Ordering::SeqCst);
            }
        }
    }
    if let Some(position) = unstored {
        let batch = SeenBatch { origin: Origin::Live, chats: Vec::new(), news: Vec::new(), position: Some(position) };
        if let Err(error) = live.around.inbox.receive(&live.scope, live.id(), batch).await {
            tracing::debug!(account = %live.id(), %error, "the last position was not stored");
        }
    }
    Ok(())
}

fn follow(listener: &mut Listener, order: Order) {
    match order {
        Order::Follow(channels) => {
            for (chat, pts) in channels {
                listener.follow_channel(chat, pts);
            }
        }
        Order::Chats(chats) => listener.follow(chats),
    }
}

async fn gather(live: &Live, listener: &mut Listener, first: Batch) -> Result<Gathered, Refused> {
    let until = Instant::now() + BATCH_FOR;
    let mut gathered = Gathered {
        live_since_hour: first.live,
        news: Vec::new(),
        chats: Vec::new(),
        position: None,
        heard: Vec::new(),
        missed: Vec::new(),
        typing: Vec::new(),
    };
    gathered.take(live, first);
    while gathered.news.len() < BATCH_MOST {
        let Ok(next) = timeout_at(until, listener.next()).await else { break };
        match next {
            Ok(batch) => gathered.take(live, batch),
            // What was seen before goes first; the next call says the same again.
            Err(refused) if gathered.news.is_empty() => return Err(refused),
            Err(_) => break,
        }
    }
    Ok(gathered)
}

impl Gathered {
    fn take(&mut self, live: &Live, batch: Batch) {
        self.live_since_hour &= batch.live;
        self.position = Some(batch.position);
        for seen in batch.seen {
            if let connector::Seen::Missed { chat_id } = seen {
                self.missed.push(chat_id);
                continue;
            }
            if let connector::Seen::Typing { chat_id, who, still: true } = seen
                && live.is_chosen(chat_id)
                && !self.typing.contains(&(chat_id, who))
            {
                self.typing.push((chat_id, who));
            }
            let Some(seen) = plain::seen(seen) else { continue };
            if plain::chat_of(&seen).is_none_or(|chat| live.is_chosen(chat)) {
                if let Seen::Message(message) = &seen
                    && !message.outgoing
                {
                    self.heard.push(message.chat_id);
                }
                self.news.push(seen);
            }
        }
        for chat in batch.chats {
            if live.is_chosen(chat.id) && !self.chats.iter().any(|known| known.id == chat.id) {
                self.chats.push(chat);
            }
        }
    }
}

/// It is worth nothing later: what fails is not tried again.
async fn tell_typing(live: &Live, typing: &[(i64, i64)]) {
    for (chat, who) in typing {
        let name = live.connection.chat(*who).map(|person| person.title);
        let told = live.around.inbox.typing(&live.scope, live.id(), *chat, name.as_deref()).await;
        if let Err(error) = told {
            tracing::debug!(account = %live.id(), %error, "who types was not told");
        }
    }
}

/// Stores until it is stored: what comes after must not go before it.
async fn store(live: &Live, gathered: Gathered) -> Result<(), Refused> {
    let Gathered { live_since_hour, news, chats, position, mut heard, missed, .. } = gathered;
    // First: once something newer is stored nobody knows any more where the gap begins.
    while let Err(error) = reconcile::missed(live, &missed).await {
        tracing::error!(account = %live.id(), %error, "what was left out could not be noted; tried again");
        tokio::select! {
            () = live.stop.cancelled() => return Ok(()),
            () = sleep(STORE_AGAIN) => {}
        }
    }
    let origin = if live_since_hour { Origin::Live } else { Origin::CatchUp };
    let batch = SeenBatch { origin, chats: chats.into_iter().map(plain::chat).collect(), news, position };
    while let Err(error) = live.around.inbox.receive(&live.scope, live.id(), batch.clone()).await {
        tracing::error!(account = %live.id(), %error, "what an account saw could not be stored; tried again");
        tokio::select! {
            () = live.stop.cancelled() => return Ok(()),
            () = sleep(STORE_AGAIN) => {}
        }
    }
    heard.sort_unstable();
    heard.dedup();
    if !heard.is_empty()
        && let Err(error) = happening::heard(live.accounts(), &live.scope, live.id(), &heard).await
    {
        tracing::warn!(account = %live.id(), %error, "who answered could not be noted");
    }
    Ok(())
}
