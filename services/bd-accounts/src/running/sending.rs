//! Doing one errand.

use ::telegram::{NewFile, NewText, Refused};
use contracts::channels::{Action, Errand, OutgoingFile, SeenMessage};

use super::{files::FilesError, live::Live, plain};
use crate::syncing::commands::{self, Met};

/// What came of an errand that was not refused.
pub(super) enum Outcome {
    /// With the messages that went.
    Done(Vec<SeenMessage>),
    /// Somebody answered while whom it is to was sought, or its files were uploaded.
    Unwanted,
    /// The connection was lost since it was begun: what was written meanwhile is read first. Nothing went.
    Behind,
}

pub(super) async fn perform(live: &Live, errand: &Errand) -> Result<Outcome, Refused> {
    let (connection, chat) = (&live.connection, errand.chat_id);
    let done = match &errand.action {
        Action::Send { files, .. } => {
            let chat = meet(live, errand).await?;
            if !files.is_empty() {
                return with_files(live, errand, chat).await;
            }
            if errand.to.is_some() && !still_wanted(live, errand).await? {
                return Ok(Outcome::Unwanted);
            }
            if is_behind(live, errand) {
                return Ok(Outcome::Behind);
            }
            text(live, errand, chat).await?
        }
        Action::Edit { message_id, text, entities } => {
            let edited = connection.edit(chat, *message_id, text, &plain::entities_out(entities)).await?;
            edited.map(plain::message).into_iter().collect()
        }
        Action::Delete { message_ids } => {
            connection.delete(chat, message_ids, true).await?;
            Vec::new()
        }
        Action::Read { until } => {
            connection.mark_read(chat, *until).await?;
            Vec::new()
        }
        Action::React { message_id, emoji } => {
            connection.react(chat, *message_id, emoji.as_deref()).await?;
            Vec::new()
        }
    };
    Ok(Outcome::Done(done))
}

/// Whether there may be an answer that is not stored yet, where that stops it.
fn is_behind(live: &Live, errand: &Errand) -> bool {
    errand.unless_answered && !live.has_caught_up()
}

/// Whether nobody has answered since it was started, where that stops it.
async fn still_wanted(live: &Live, errand: &Errand) -> Result<bool, Refused> {
    if !errand.unless_answered {
        return Ok(true);
    }
    live.around.inbox.is_still_wanted(&live.scope, errand.id).await.map_err(|error| {
        tracing::error!(account = %live.id(), %error, "whether an errand is still wanted could not be asked");
        Refused::Network
    })
}

/// The chat that it goes to. Somebody whom the account has never met is found first, and can answer from then on.
async fn meet(live: &Live, errand: &Errand) -> Result<i64, Refused> {
    let Some(to) = &errand.to else { return Ok(errand.chat_id) };
    let found = match (&to.username, &to.phone) {
        (Some(username), _) => live.connection.resolve_username(username).await?,
        (None, Some(phone)) => match live.connection.resolve_phone(phone).await {
            Err(Refused::PeerUnknown) => live.connection.import_phone(phone, &to.name, "").await?,
            found => found?,
        },
        (None, None) => return Err(Refused::PeerUnknown),
    };
    if errand.first_contact {
        let (chat_id, kind) = (found.id, plain::kind(found.kind));
        let met = Met { chat_id, kind, title: found.title, username: found.username };
        let noted = async {
            commands::met(live.accounts(), &live.scope, live.id(), met).await?;
            live.choose_again().await
        };
        noted.await.map_err(|error| {
            tracing::error!(account = %live.id(), %error, "whom an account meets could not be noted");
            Refused::Network
        })?;
    }
    Ok(found.id)
}

async fn text(live: &Live, errand: &Errand, chat: i64) -> Result<Vec<SeenMessage>, Refused> {
    let Action::Send { random_id, text, entities, reply_to, .. } = &errand.action else { return Ok(Vec::new()) };
    let new = NewText {
        random_id: *random_id,
        text: text.clone(),
        entities: plain::entities_out(entities),
        reply_to: *reply_to,
        topic_id: None,
    };
    // What an answer stops is looked at before each try.
    let sent = if errand.unless_answered {
        live.connection.send_text_once(chat, &new).await?
    } else {
        live.connection.send_text(chat, &new).await?
    };
    Ok(vec![plain::message(sent)])
}

async fn with_files(live: &Live, errand: &Errand, chat: i64) -> Result<Outcome, Refused> {
    let Action::Send { text, entities, reply_to, files, .. } = &errand.action else { return Ok(Outcome::Unwanted) };
    let mut opened = Vec::with_capacity(files.len());
    for file in files {
        opened.push(open(live, file).await?);
    }
    let entities = plain::entities_out(entities);
    let mut behind = false;
    let sent = if errand.unless_answered {
        let wanted = Box::pin(async {
            let wanted = still_wanted(live, errand).await?;
            behind = wanted && is_behind(live, errand);
            Ok(wanted && !behind)
        });
        live.connection.send_files_if(chat, opened, (text, &entities, *reply_to), wanted).await?
    } else {
        Some(live.connection.send_files(chat, opened, text, &entities, *reply_to).await?)
    };
    Ok(match sent {
        Some(sent) => Outcome::Done(sent.into_iter().map(plain::message).collect()),
        None if behind => Outcome::Behind,
        None => Outcome::Unwanted,
    })
}

async fn open(live: &Live, file: &OutgoingFile) -> Result<NewFile, Refused> {
    let content = live.around.files.open(live.lease.org, &file.blob).await.map_err(|error| {
        tracing::warn!(account = %live.id(), %error, "a file that is to be sent cannot be read");
        match error {
            FilesError::Absent => Refused::Other { code: 0, name: "FILE_ABSENT".to_owned() },
            FilesError::TooLarge => Refused::TooLarge,
            FilesError::Source(refused) => refused,
            FilesError::Store(_) => Refused::Network,
        }
    })?;
    Ok(NewFile {
        random_id: file.random_id,
        kind: plain::media_kind_out(file.kind),
        file_name: file.file_name.clone(),
        mime_type: file.mime_type.clone(),
        size_bytes: u64::try_from(file.size_bytes).unwrap_or_default(),
        width: file.width,
        height: file.height,
        duration_ms: file.duration_ms,
        waveform: file.waveform.clone(),
        content,
    })
}
