//! Files that somebody waits for, into the blob store.

use std::{sync::Arc, time::Duration};

use ::telegram::{Reference, Refused};
use contracts::channels::WantedMedia;

use super::{errands::flooded, files::FilesError, live::Live, reconcile::turn};
use crate::{Error, pace::rules::Class};

const AT_ONCE: u64 = 20;
const LOOKED_EVERY: Duration = Duration::from_secs(10);
/// Times a file is tried while the network fails.
const TRIES: u32 = 3;

pub(super) async fn fetch(live: Arc<Live>) -> Result<(), Refused> {
    loop {
        match live.around.inbox.wanted_media(&live.scope, live.id(), AT_ONCE).await {
            Ok(wanted) if !wanted.is_empty() => {
                for one in wanted {
                    if live.stop.is_cancelled() {
                        return Ok(());
                    }
                    if let Err(error) = bring(&live, one).await? {
                        tracing::error!(account = %live.id(), %error, "a file's coming could not be noted");
                        tokio::time::sleep(Duration::from_secs(2)).await;
                    }
                }
                continue;
            }
            Ok(_) => {}
            Err(error) => tracing::error!(account = %live.id(), %error, "which files are wanted could not be read"),
        }
        if !live.wait(&live.news.media, LOOKED_EVERY).await {
            return Ok(());
        }
    }
}

/// The outer result ends the account, the inner one only this attempt.
async fn bring(live: &Live, wanted: WantedMedia) -> Result<Result<(), Error>, Refused> {
    let blob = match Reference::parse(&wanted.reference) {
        Ok(reference) if live.is_chosen(wanted.chat_id) => kept(live, &reference).await?,
        _ => None,
    };
    let told = live.around.inbox.media_arrived(&live.scope, wanted.id, blob.as_deref()).await;
    Ok(told.map_err(Error::Port))
}

/// `None` when it cannot be had.
async fn kept(live: &Live, reference: &Reference) -> Result<Option<String>, Refused> {
    for _ in 0..TRIES {
        turn(live, Class::Media).await;
        let pieces = Box::pin(live.connection.download(reference.clone(), 0).into_stream());
        match live.around.files.put(live.lease.org, pieces).await {
            Ok(key) => return Ok(Some(key)),
            Err(FilesError::Source(Refused::FloodWait { seconds })) => flooded(live, "media", seconds).await,
            Err(FilesError::Source(refused)) if refused.ends_the_session() => return Err(refused),
            Err(FilesError::Source(refused)) if refused.passes() => tokio::time::sleep(Duration::from_secs(2)).await,
            Err(error) => {
                tracing::warn!(account = %live.id(), %error, "a file could not be had");
                return Ok(None);
            }
        }
    }
    Ok(None)
}
