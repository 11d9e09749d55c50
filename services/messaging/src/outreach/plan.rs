//! What becomes of wanted messages: which were queued before, which are refused, and which chat each of the others goes into.
//! As many statements for 500 as for one.

use db::Sql;
use std::collections::{BTreeSet, HashMap, HashSet};

use contracts::outreach::{Outgoing, Queued};
use kernel::{Fields, Scope};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::spots::{self, Spots};
use crate::{
    Error, Messaging,
    chats::store::{Row, entity::ActiveModel as ChatModel},
    errands::send::MAX_FILES,
    media::uploads::{self, Upload},
    messages::message::checked,
};

/// A message that is to be queued.
pub(super) struct Sending<'a> {
    pub wanted: &'a Outgoing,
    pub text: String,
    pub uploads: Vec<Upload>,
    pub chat: Uuid,
    pub first_contact: bool,
}

/// What is to be done.
pub(super) struct Plan<'a> {
    /// What became of messages, by their keys: of those that are queued, refused, and were queued before.
    pub answers: HashMap<Uuid, Queued>,
    pub sends: Vec<Sending<'a>>,
    /// Chats that are to be made.
    pub chats: Vec<ChatModel>,
    /// Chats that were nobody's, with the contact that they turned out to be with.
    pub links: Vec<(Row, Uuid)>,
}

pub(super) async fn plan<'a>(service: &Messaging, scope: &Scope, wanted: &'a [Outgoing]) -> Result<Plan<'a>, Error> {
    let mut answers = known(service, scope, wanted).await?;
    let media = crate::unique(wanted.iter().flat_map(|one| one.media.iter().copied()));
    let media = uploads::of_anybody(service, scope, &media).await?;
    let media: HashMap<Uuid, Upload> = media.into_iter().map(|upload| (upload.id, upload)).collect();
    let (mut open, mut asked) = (Vec::new(), HashSet::new());
    for one in wanted.iter().filter(|one| !answers.contains_key(&one.key)) {
        if asked.insert(one.key) {
            open.push((one, content(one, &media)));
        }
    }
    let fine = open.iter().filter(|(_, content)| content.is_ok());
    let pairs: BTreeSet<_> = fine.map(|(one, _)| (one.contact_id, one.account_id)).collect();
    let Spots { found, chats, links } = spots::find(service, scope, &pairs).await?;
    let mut sends = Vec::with_capacity(open.len());
    for (one, content) in open {
        let spot = found.get(&(one.contact_id, one.account_id)).copied();
        let answer = match (content, spot.unwrap_or(Err("message.contact.unknown"))) {
            (Err(code), _) | (Ok(_), Err(code)) => Queued::Refused { code },
            (Ok((text, uploads)), Ok((chat, first_contact))) => {
                sends.push(Sending { wanted: one, text, uploads, chat, first_contact });
                Queued::Message { message_id: one.key, chat_id: chat, first_contact }
            }
        };
        answers.insert(one.key, answer);
    }
    Ok(Plan { answers, sends, chats, links })
}

#[derive(FromQueryResult)]
struct Known {
    client_id: Uuid,
    message_id: Option<Uuid>,
    chat_id: Uuid,
    first_contact: bool,
    source_kind: Option<String>,
}

/// What was queued before, by its key.
async fn known(service: &Messaging, scope: &Scope, wanted: &[Outgoing]) -> Result<HashMap<Uuid, Queued>, Error> {
    let mut sql =
        Sql::new("select client_id, message_id, chat_id, first_contact, source_kind from errands where org_id = ");
    sql.bind(scope.org_id.0).add(" and client_id in ").list(wanted.iter().map(|one| one.key));
    let rows: Vec<Known> = sql.all(&service.db.reader(scope)).await?;
    let answer = |known: Known| {
        let answer = match (known.message_id, known.source_kind) {
            (Some(message_id), Some(_)) => {
                Queued::Message { message_id, chat_id: known.chat_id, first_contact: known.first_contact }
            }
            _ => Queued::Refused { code: "message.client_id.taken" },
        };
        (known.client_id, answer)
    };
    Ok(rows.into_iter().map(answer).collect())
}

/// What a message says, or why it cannot; in words that need no numbers, since they are kept without.
fn content(wanted: &Outgoing, media: &HashMap<Uuid, Upload>) -> Result<(String, Vec<Upload>), &'static str> {
    if wanted.media.len() > MAX_FILES {
        return Err("message.media.too_many");
    }
    let text = checked(&wanted.text, &[], !wanted.media.is_empty()).map_err(|refused| code_of(&refused))?;
    let files = wanted.media.iter().map(|id| media.get(id).cloned().ok_or("message.media.unknown"));
    Ok((text, files.collect::<Result<_, _>>()?))
}

fn code_of(refused: &Fields) -> &'static str {
    match refused.0.first().map(|first| &*first.code) {
        Some("message.empty") => "message.empty",
        _ => "message.text.too_long",
    }
}

#[cfg(test)]
mod tests {
    use contracts::outreach::{CAMPAIGN, OutgoingSource};

    use super::*;

    #[test]
    fn what_cannot_be_said_is_refused_with_its_code() {
        let source = OutgoingSource { kind: CAMPAIGN, id: Uuid::nil(), enrolment_id: Uuid::nil() };
        let wanted = |text: &str, media: usize| Outgoing {
            key: Uuid::nil(),
            contact_id: Uuid::nil(),
            account_id: Uuid::nil(),
            text: text.to_owned(),
            media: vec![Uuid::from_u128(1); media],
            not_before: chrono::DateTime::UNIX_EPOCH,
            source,
            unless_answered_since: None,
            author: None,
        };
        let refused = |text: &str, media| content(&wanted(text, media), &HashMap::new()).map(drop);
        assert_eq!(refused("Hello", 0), Ok(()));
        assert_eq!(refused(" ", 0), Err("message.empty"));
        assert_eq!(refused(&"x".repeat(4097), 0), Err("message.text.too_long"));
        assert_eq!(refused("Hello", 1), Err("message.media.unknown"));
        assert_eq!(refused("Hello", 11), Err("message.media.too_many"));
    }
}
