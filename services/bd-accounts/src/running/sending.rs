//! Doing one errand.

use ::telegram::{NewFile, NewText, Refused};
use contracts::channels::{Action, Errand, OutgoingFile, SeenMessage};

use super::{files::FilesError, live::Live, plain};
use crate::syncing::commands::{self, Met};

pub(super) async fn perform(live: &Live, errand: &Errand) -> Result<Vec<SeenMessage>, Refused> {
    let (connection, chat) = (&live.connection, errand.chat_id);
    match &errand.action {
        Action::Send { files, .. } => {
            let chat = meet(live, errand).await?;
            if files.is_empty() { text(live, errand, chat).await } else { with_files(live, errand, chat).await }
        }
        Action::Edit { message_id, text, entities } => {
            let edited = connection.edit(chat, *message_id, text, &plain::entities_out(entities)).await?;
            Ok(edited.map(plain::message).into_iter().collect())
        }
        Action::Delete { message_ids } => {
            connection.delete(chat, message_ids, true).await?;
            Ok(Vec::new())
        }
        Action::Read { until } => {
            connection.mark_read(chat, *until).await?;
            Ok(Vec::new())
        }
        Action::React { message_id, emoji } => {
            connection.react(chat, *message_id, emoji.as_deref()).await?;
            Ok(Vec::new())
        }
    }
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
    let sent = live.connection.send_text(chat, &new).await?;
    Ok(vec![plain::message(sent)])
}

async fn with_files(live: &Live, errand: &Errand, chat: i64) -> Result<Vec<SeenMessage>, Refused> {
    let Action::Send { text, entities, reply_to, files, .. } = &errand.action else { return Ok(Vec::new()) };
    let mut opened = Vec::with_capacity(files.len());
    for file in files {
        opened.push(open(live, file).await?);
    }
    let entities = plain::entities_out(entities);
    let sent = live.connection.send_files(chat, opened, text, &entities, *reply_to).await?;
    Ok(sent.into_iter().map(plain::message).collect())
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
