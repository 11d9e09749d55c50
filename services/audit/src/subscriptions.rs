//! The reaction to events: a line for each that somebody may be asked about.

use std::sync::{Arc, LazyLock};

use chrono::TimeDelta;
use contracts::{events as names, ports::SessionDevice};
use db::{Tx, change_log};
use events::{Event, Handler, HandlerError};
use kernel::{OrgId, Scope, UserId};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use crate::{
    Audit, Error,
    line::{Line, Recorded, SUBJECTS},
    store,
};

/// What programs tell each other all day, or what is written elsewhere word by word: messages that come in, how far they
/// are, drafts, notifications.
const QUIET: &[&str] = &[
    names::MESSAGE_RECEIVED,
    names::MESSAGE_SENT,
    names::MESSAGE_READ,
    names::MESSAGE_REACTION_CHANGED,
    names::MEDIA_READY,
    names::CHAT_ALL_READ,
    names::CHAT_SYNCED,
    names::CHAT_UPDATED,
    names::DRAFT_UPDATED,
    names::CHAT_IMPORT_PROGRESS,
    names::SYNC_PROGRESS,
    names::ACCOUNT_RECONNECTING,
    names::ACCOUNT_FLOOD_WAIT,
    names::ACCOUNT_HEALTH_CHANGED,
    names::NOTIFICATION_CREATED,
    names::NOTIFICATION_UPDATED,
];

static AUDITED: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| names::ALL.iter().filter(|name| !QUIET.contains(name)).copied().collect());

/// The handler's name, under which events that it could not take are set aside.
pub const HANDLER: &str = "audit.write";
/// Entries of the change log that one line speaks of.
const CHANGES: u64 = 20;
/// A command writes its changes at most so long before its event.
const COMMAND: TimeDelta = TimeDelta::seconds(30);

/// Writes lines.
pub struct WriteLines(pub Arc<Audit>);

#[async_trait::async_trait]
impl Handler for WriteLines {
    fn name(&self) -> &'static str {
        HANDLER
    }

    fn kinds(&self) -> &'static [&'static str] {
        AUDITED.as_slice()
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let device = self.0.device_of(tx, event).await?.unwrap_or_default();
        let scope = Scope::system(OrgId(event.org_id), &event.request_id);
        let subjects = event.subjects();
        let recorded = match subjects.as_slice() {
            [only] => {
                // Commands write their changes first, with ids of the same clock.
                let command = change_log::Command {
                    actor_kind: &event.actor_kind,
                    actor_id: event.actor_id,
                    request_id: &event.request_id,
                    since: event.occurred_at - COMMAND,
                    until: event.id,
                };
                change_log::of_command(tx, &scope, *only, &command, CHANGES).await?
            }
            _ => Vec::new(),
        };
        let (number, head) = store::take_number(tx, scope.org_id).await?;
        let mut line = Line {
            org_id: event.org_id,
            number,
            event_id: event.id,
            at: event.occurred_at,
            actor_kind: event.actor_kind.clone(),
            actor_id: event.actor_id,
            action: event.kind.clone(),
            subject_kind: event.subject_kind.clone(),
            subject_ids: json!(subjects.iter().take(SUBJECTS).collect::<Vec<_>>()),
            subject_count: i64::try_from(subjects.len()).unwrap_or(i64::MAX),
            changes: json!(recorded.iter().map(Recorded::of).collect::<Vec<_>>()),
            request_id: event.request_id.clone(),
            ip: device.ip,
            device: device.name,
            hash: Vec::new(),
        };
        line.hash = line.hash_after(&head).to_vec();
        Ok(store::append(tx, &line).await?)
    }
}

impl Audit {
    /// From where somebody did it: the device of the session, or of the one that this opened.
    async fn device_of(&self, tx: &Tx, event: &Event) -> Result<Option<SessionDevice>, Error> {
        let sql = "select session_id from events where id = $1";
        let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [event.id.into()]);
        let row = tx.query_one_raw(statement).await?;
        let session = row.map(|row| row.try_get::<Option<uuid::Uuid>>("", "session_id")).transpose()?.flatten();
        let opens = [names::USER_SIGNED_IN, names::USER_REGISTERED, names::ORGANIZATION_CREATED, names::MEMBER_JOINED];
        match (session, event.actor_id) {
            (Some(session), _) => self.sessions.device(session).await.map_err(Error::Port),
            (None, Some(user)) if event.actor_kind == "user" && opens.contains(&event.kind.as_str()) => {
                self.sessions.opened_by(UserId(user), event.occurred_at).await.map_err(Error::Port)
            }
            _ => Ok(None),
        }
    }
}
