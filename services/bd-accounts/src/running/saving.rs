//! Keeping what became of the session: a while after each change, and at the end.

use std::{sync::Arc, time::Duration};

use ::telegram::Refused;
use tokio::time::sleep;

use super::live::Live;
use crate::{Error, connecting::sessions, telegram::SessionBlob};

/// Changes within this are kept together.
const AFTER: Duration = Duration::from_secs(5);

pub(super) async fn keep(live: Arc<Live>) -> Result<(), Refused> {
    let mut changes = live.connection.session().changes();
    loop {
        tokio::select! {
            () = live.stop.cancelled() => return Ok(()),
            changed = changes.changed() => if changed.is_err() { return Ok(()) },
        }
        tokio::select! {
            () = live.stop.cancelled() => return Ok(()),
            () = sleep(AFTER) => {}
        }
        changes.mark_unchanged();
        match save(&live).await {
            Ok(true) => {}
            // Somebody else keeps the account.
            Ok(false) => {
                live.stop.cancel();
                return Ok(());
            }
            Err(error) => {
                tracing::warn!(account = %live.id(), %error, "a session could not be kept; tried again");
                changes.mark_changed();
            }
        }
    }
}

/// `false` when the lease is somebody else's by now.
pub(super) async fn save(live: &Live) -> Result<bool, Error> {
    let accounts = live.accounts();
    let session = SessionBlob(live.connection.session().to_bytes());
    let tx = accounts.db.begin(&live.scope).await?;
    let saved = sessions::save(&tx, (&accounts.vault, &live.scope), &live.lease, &session).await?;
    tx.commit().await?;
    Ok(saved)
}
