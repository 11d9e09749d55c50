//! What became of messages: they went, were read, could not go, or were called back by somebody.

use chrono::{DateTime, Utc};
use contracts::{
    events::{
        ENROLMENT_STEP_SENT, EnrolmentStepSent, MESSAGE_CANCELED, MESSAGE_FAILED, MESSAGE_REACTION_CHANGED,
        MESSAGE_READ, MESSAGE_SENT, MessageCanceled, MessageFailed, MessageSent, MessageTold, MessagesRead,
    },
    outreach::{ANSWERED, CALLED_BACK},
};
use db::{Sql, Tx};
use events::{Event, Handler, HandlerError, NewEvent};
use kernel::Scope;
use sea_orm::FromQueryResult;
use serde_json::json;
use uuid::Uuid;

use super::answers::{self, at_work};
use crate::{
    Error,
    campaign::{
        StopCause,
        step::{Action, Fate, Question},
    },
    campaigns::store as campaigns,
    enrolling::store::{self as enrolments, Whose},
    log, policies,
    sending::{
        calling_back, job,
        store::{COLUMNS, SentRow},
    },
};

/// Moves contacts on whose message went, and stops those whose message cannot go.
pub struct FollowMessages;

#[async_trait::async_trait]
impl Handler for FollowMessages {
    fn name(&self) -> &'static str {
        "campaigns.follow_messages"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[MESSAGE_SENT, MESSAGE_FAILED, MESSAGE_CANCELED, MESSAGE_READ, MESSAGE_REACTION_CHANGED]
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let Some(scope) = tx.scope().cloned() else { return Ok(()) };
        let data = event.data.clone();
        match event.kind.as_str() {
            MESSAGE_SENT => {
                if let Ok(told) = serde_json::from_value::<MessageSent>(data) {
                    sent(tx, &scope, event.occurred_at, &told).await?;
                }
            }
            MESSAGE_FAILED => {
                if let Ok(told) = serde_json::from_value::<MessageFailed>(data) {
                    failed(tx, &scope, told.message_id, &told.code).await?;
                }
            }
            MESSAGE_CANCELED => {
                if let Ok(told) = serde_json::from_value::<MessageCanceled>(data) {
                    canceled(tx, &scope, &told).await?;
                }
            }
            MESSAGE_REACTION_CHANGED => {
                let told = serde_json::from_value::<MessageTold>(data);
                // Our people react too, and do so by name.
                if let Some(told) = told.ok().filter(|_| event.actor_kind != "user") {
                    reacted(tx, &scope, told.message_id).await?;
                }
            }
            _ => {
                if let Ok(told) = serde_json::from_value::<MessagesRead>(data) {
                    read(tx, &scope, event.occurred_at, &told).await?;
                }
            }
        }
        Ok(())
    }
}

fn line(send: &SentRow, what: log::What) -> log::Entry {
    log::Entry {
        contact_id: Some(send.contact_id),
        enrolment_id: Some(send.enrolment_id),
        step_id: Some(send.step_id),
        variant_id: Some(send.variant_id),
        account_id: Some(send.account_id),
        message_id: Some(send.id),
        chat_id: send.chat_id,
        ..log::Entry::new(send.campaign_id, what)
    }
}

async fn sent(tx: &Tx, scope: &Scope, at: DateTime<Utc>, told: &MessageSent) -> Result<(), Error> {
    let mut sql = Sql::new("update campaign_sends set state = 'sent', text = null, sent_at = ");
    sql.bind(at).add(", chat_id = ").bind(told.chat_id).add(", external_id = ").bind(told.external_id.clone());
    sql.add(", handed_at = coalesce(handed_at, ").bind(at).add(") where org_id = ").bind(scope.org_id.0);
    sql.add(" and id = ").bind(told.message_id).add(&format!(" and sent_at is null returning {COLUMNS}"));
    let Some(send) = sql.one::<SentRow>(tx).await? else { return Ok(()) };
    policies::store::touch_at(tx, scope, &[send.id], at).await?;
    moved_on(tx, scope, send.enrolment_id, at).await?;
    answers::note_answered(tx, scope, &send).await?;
    log::record(tx, scope, [line(&send, log::What::Sent)]).await?;
    let data = json!(EnrolmentStepSent {
        campaign_id: send.campaign_id,
        enrolment_id: send.enrolment_id,
        step_id: send.step_id,
        variant_id: send.variant_id,
        message_id: send.id,
    });
    events::append(tx, [NewEvent::of(ENROLMENT_STEP_SENT, "contact", send.contact_id, data)]).await?;
    Ok(())
}

/// An enrolment whose message is no longer on its way goes on at once.
async fn moved_on(tx: &Tx, scope: &Scope, enrolment: Uuid, at: DateTime<Utc>) -> Result<(), Error> {
    let mut sql = Sql::new("update enrolments set state = 'waiting', held = null, due_at = ");
    sql.bind(at).add(" where org_id = ").bind(scope.org_id.0).add(" and id = ").bind(enrolment);
    sql.add(" and state = 'sending'");
    if sql.run(tx).await? > 0 {
        job::enqueue(tx).await?;
    }
    Ok(())
}

async fn failed(tx: &Tx, scope: &Scope, message: Uuid, code: &str) -> Result<(), Error> {
    let mut sql = Sql::new("update campaign_sends set state = 'failed', text = null, handed_at = coalesce(handed_at, ");
    sql.bind(tx.clock().now())
        .add("), code = ")
        .bind(code)
        .add(" where org_id = ")
        .bind(scope.org_id.0)
        .add(" and id = ")
        .bind(message);
    sql.add(&format!(" and state <> 'failed' returning {COLUMNS}"));
    let Some(send) = sql.one::<SentRow>(tx).await? else { return Ok(()) };
    policies::store::untouch(tx, scope, &[message]).await?;
    log::record(tx, scope, [log::Entry { code: Some(code.to_owned()), ..line(&send, log::What::Failed) }]).await?;
    if goes_on(tx, scope, &send).await? {
        return moved_on(tx, scope, send.enrolment_id, tx.clock().now()).await;
    }
    enrolments::stop(tx, scope, Whose::Enrolments(&[send.enrolment_id]), StopCause::Failed).await?;
    Ok(())
}

/// Whether a later condition asks if messages failed: then the campaign goes on without.
async fn goes_on(tx: &Tx, scope: &Scope, send: &SentRow) -> Result<bool, Error> {
    let steps = campaigns::steps(tx, scope, send.campaign_id).await?;
    let passed =
        steps.iter().find(|stored| stored.step.id == send.step_id).map_or(i32::MAX, |stored| stored.step.place);
    let asks = |action: &Action| {
        matches!(action, Action::Condition(condition)
            if matches!(condition.question, Question::Message { fate: Fate::Failed, .. }))
    };
    Ok(steps.iter().any(|stored| !stored.step.retired && stored.step.place > passed && asks(&stored.step.action)))
}

async fn canceled(tx: &Tx, scope: &Scope, told: &MessageCanceled) -> Result<(), Error> {
    // This service knows of what waited when it called it back, not of what was on its way and could not go.
    if told.cause.as_deref() == Some(CALLED_BACK) {
        if told.may_have_gone {
            return passed(tx, scope, told.message_id).await;
        }
        return calling_back::noted(tx, scope, &[told.message_id]).await;
    }
    let code = told.cause.clone().unwrap_or_else(|| "manual".to_owned());
    let mut sql =
        Sql::new("update campaign_sends set state = 'canceled', text = null, handed_at = coalesce(handed_at, ");
    sql.bind(tx.clock().now())
        .add("), code = ")
        .bind(code)
        .add(" where org_id = ")
        .bind(scope.org_id.0)
        .add(" and id = ")
        .bind(told.message_id);
    sql.add(&format!(" and state = 'queued' returning {COLUMNS}"));
    let Some(send) = sql.one::<SentRow>(tx).await? else { return Ok(()) };
    policies::store::untouch(tx, scope, &[send.id]).await?;
    let cause = if told.cause.as_deref() == Some(ANSWERED) { StopCause::Replied } else { StopCause::Manual };
    enrolments::stop(tx, scope, Whose::Enrolments(&[send.enrolment_id]), cause).await?;
    Ok(())
}

/// What was called back and may have gone before is not sent again: the contact goes on behind its step.
async fn passed(tx: &Tx, scope: &Scope, message: Uuid) -> Result<(), Error> {
    let mut sql =
        Sql::new("update campaign_sends set state = 'called_back', text = null, handed_at = coalesce(handed_at, ");
    sql.bind(tx.clock().now()).add(") where org_id = ").bind(scope.org_id.0).add(" and id = ").bind(message);
    sql.add(&format!(" and state = 'queued' returning {COLUMNS}"));
    let Some(send) = sql.one::<SentRow>(tx).await? else { return Ok(()) };
    log::record(tx, scope, [line(&send, log::What::CalledBack)]).await?;
    moved_on(tx, scope, send.enrolment_id, tx.clock().now()).await
}

#[derive(FromQueryResult)]
struct ReactedTo {
    contact_id: Uuid,
}

/// A reaction to a message of a campaign stops the contact where campaigns say that it counts.
async fn reacted(tx: &Tx, scope: &Scope, message: Uuid) -> Result<(), Error> {
    let mut sql = Sql::new("select contact_id from campaign_sends where sent_at is not null and org_id = ");
    sql.bind(scope.org_id.0).add(" and id = ").bind(message);
    let Some(ReactedTo { contact_id }) = sql.one(tx).await? else { return Ok(()) };
    let campaigns = at_work(tx, scope, |stop_on| stop_on.reactions).await?;
    let stopped = enrolments::stop(tx, scope, Whose::ContactsIn(&[contact_id], &campaigns), StopCause::Replied).await?;
    calling_back::enqueue(tx, calling_back::Wanted::of_enrolments(&stopped)).await
}

#[derive(FromQueryResult)]
struct Unread {
    id: Uuid,
    external_id: Option<String>,
}

/// Most messages of a chat that are looked at.
const MOST_UNREAD: usize = 200;

async fn read(tx: &Tx, scope: &Scope, at: DateTime<Utc>, told: &MessagesRead) -> Result<(), Error> {
    if told.by != "them" {
        return Ok(());
    }
    let mut sql = Sql::new("select id, external_id from campaign_sends where org_id = ");
    sql.bind(scope.org_id.0).add(" and chat_id = ").bind(told.chat_id);
    sql.add(" and sent_at is not null and read_at is null order by id desc ");
    sql.add(&format!("limit {MOST_UNREAD}"));
    let until = told.until.parse::<i64>().ok();
    let is_read = |unread: &Unread| {
        let id = unread.external_id.as_deref().and_then(|id| id.parse::<i64>().ok());
        // Ids that are no numbers do not tell what came first; then all that went is read.
        id.zip(until).is_none_or(|(id, until)| id <= until)
    };
    let unread: Vec<Unread> = sql.all(tx).await?;
    let ids: Vec<Uuid> = unread.iter().filter(|unread| is_read(unread)).map(|unread| unread.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("update campaign_sends set state = 'read', read_at = ");
    sql.bind(at).add(", delivered_at = coalesce(delivered_at, ").bind(at).add(") where org_id = ");
    sql.bind(scope.org_id.0).add(" and id in ").list(ids).add(&format!(" returning {COLUMNS}"));
    let sends: Vec<SentRow> = sql.all(tx).await?;
    log::record(tx, scope, sends.iter().map(|send| line(send, log::What::Read)).collect::<Vec<_>>()).await
}
