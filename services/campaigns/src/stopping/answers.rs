//! Answers: whoever writes, on whatever account and channel, is stopped at once in every campaign. What the answer says is
//! read by a job afterwards: opting out, yes, or no.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use contracts::{
    events::{MESSAGE_RECEIVED, MessageReceived},
    ports::Clients,
};
use db::{Sql, Tx};
use events::{Event, Handler, HandlerError};
use jobs::{Context, JobError, NewJob, Work};
use kernel::Scope;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Campaigns, Error,
    campaign::{Channel, StopCause, StopOn},
    enrolling::store::{self as enrolments, Whose},
    log,
    policies::{commands::opt_out, facts, store as policies},
    rules::{
        opt_out::{Meaning, read},
        policy::SuppressionReason,
    },
    sending::{
        calling_back,
        store::{COLUMNS, SentRow},
    },
};

/// Kind of the job.
const READ: &str = "campaigns.read_answer";

/// An answer that is to be read.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Answer {
    message_id: Uuid,
    /// Everybody that the contact is by merging; the first is whose the chat is.
    contact_ids: Vec<Uuid>,
    channel: String,
    automatic: bool,
    /// The message that it answers.
    send_id: Option<Uuid>,
}

/// Stops who answered.
pub struct StopOnAnswer(pub Arc<dyn Clients>);

#[async_trait::async_trait]
impl Handler for StopOnAnswer {
    fn name(&self) -> &'static str {
        "campaigns.stop_on_answer"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[MESSAGE_RECEIVED]
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let Ok(received) = serde_json::from_value::<MessageReceived>(event.data.clone()) else { return Ok(()) };
        let (Some(contact), Some(scope)) = (received.contact_id, tx.scope().cloned()) else { return Ok(()) };
        let people = self.0.same_people(&scope, &[contact]).await?;
        let mut people = people.into_values().next().unwrap_or_default();
        people.retain(|id| *id != contact);
        people.insert(0, contact);
        Ok(answered(tx, &scope, event.occurred_at, (&received, people)).await?)
    }
}

async fn answered(
    tx: &Tx,
    scope: &Scope,
    at: DateTime<Utc>,
    (received, people): (&MessageReceived, Vec<Uuid>),
) -> Result<(), Error> {
    let stopped = if received.is_automatic {
        let counts = at_work(tx, scope, |stop_on| stop_on.auto_replies).await?;
        enrolments::stop(tx, scope, Whose::ContactsIn(&people, &counts), StopCause::Replied).await?
    } else {
        enrolments::stop(tx, scope, Whose::Answered(&people, at), StopCause::Replied).await?
    };
    calling_back::enqueue(tx, calling_back::Wanted::of_enrolments(&stopped)).await?;
    let send = if received.is_automatic { None } else { mark(tx, scope, &people, at).await? };
    if let Some(send) = &send {
        let line = log::Entry {
            contact_id: Some(send.contact_id),
            enrolment_id: Some(send.enrolment_id),
            step_id: Some(send.step_id),
            variant_id: Some(send.variant_id),
            message_id: Some(received.message_id),
            chat_id: Some(received.chat_id),
            ..log::Entry::new(send.campaign_id, log::What::Replied)
        };
        log::record(tx, scope, [line]).await?;
    }
    // What somebody says who was never in a campaign is nobody's business here.
    if stopped.is_empty() && send.is_none() && !was_written_to(tx, scope, &people).await? {
        return Ok(());
    }
    let answer = Answer {
        message_id: received.message_id,
        contact_ids: people,
        channel: received.channel.clone(),
        automatic: received.is_automatic,
        send_id: send.map(|send| send.id),
    };
    jobs::enqueue(tx, NewJob { kind: READ, payload: json!(answer), max_attempts: 10 }).await?;
    Ok(())
}

async fn was_written_to(tx: &Tx, scope: &Scope, people: &[Uuid]) -> Result<bool, Error> {
    let mut sql = Sql::new("select id from campaign_sends where org_id = ");
    sql.bind(scope.org_id.0).add(" and contact_id in ").list(people.iter().copied()).add(" limit 1");
    Ok(!sql.rows(tx).await?.is_empty())
}

/// Notes on the message that went to them last that it was answered; none when there is none, or it was noted before.
async fn mark(tx: &Tx, scope: &Scope, people: &[Uuid], at: DateTime<Utc>) -> Result<Option<SentRow>, Error> {
    let mut sql = Sql::new("select id from campaign_sends where org_id = ");
    sql.bind(scope.org_id.0).add(" and contact_id in ").list(people.iter().copied());
    sql.add(" and sent_at <= ").bind(at).add(" order by queued_at desc, id desc limit 1");
    let rows = sql.rows(tx).await?;
    let Some(id) = rows.first().map(|row| row.try_get::<Uuid>("", "id")).transpose()? else { return Ok(None) };
    let mut sql = Sql::new("update campaign_sends set replied_at = ");
    sql.bind(at).add(" where org_id = ").bind(scope.org_id.0).add(" and id = ").bind(id);
    sql.add(&format!(" and replied_at is null returning {COLUMNS}"));
    Ok(sql.one(tx).await?)
}

/// Notes on a message that it was answered, once it turns out to have gone: the answer was stored before that was. Nothing when
/// what was answered is another message of the enrolment.
pub(super) async fn note_answered(tx: &Tx, scope: &Scope, send: &SentRow) -> Result<(), Error> {
    let mut sql = Sql::new("update campaign_sends set replied_at = e.ended_at from enrolments e where e.org_id = ");
    sql.bind(scope.org_id.0).add(" and e.id = ").bind(send.enrolment_id).add(" and e.state = 'stopped'");
    sql.add(" and e.cause in ('replied', 'opted_out') and campaign_sends.org_id = ").bind(scope.org_id.0);
    sql.add(" and campaign_sends.id = ").bind(send.id).add(" and not exists (select 1 from campaign_sends o ");
    sql.add("where o.org_id = ").bind(scope.org_id.0).add(" and o.enrolment_id = ").bind(send.enrolment_id);
    sql.add(" and o.replied_at is not null)");
    if sql.run(tx).await? == 0 {
        return Ok(());
    }
    let line = log::Entry {
        contact_id: Some(send.contact_id),
        enrolment_id: Some(send.enrolment_id),
        step_id: Some(send.step_id),
        variant_id: Some(send.variant_id),
        chat_id: send.chat_id,
        ..log::Entry::new(send.campaign_id, log::What::Replied)
    };
    log::record(tx, scope, [line]).await
}

#[derive(FromQueryResult)]
struct AtWork {
    id: Uuid,
    stop_on: Value,
}

/// Campaigns that run or are paused and are stopped by something.
///
/// # Errors
/// When the database is away.
pub(crate) async fn at_work(tx: &Tx, scope: &Scope, by: impl Fn(&StopOn) -> bool) -> Result<Vec<Uuid>, Error> {
    let mut sql = Sql::new("select id, stop_on from campaigns where org_id = ");
    sql.bind(scope.org_id.0).add(" and state in ('running', 'paused')");
    let found = sql
        .all::<AtWork>(tx)
        .await?
        .into_iter()
        .filter(|row| serde_json::from_value::<StopOn>(row.stop_on.clone()).is_ok_and(|stop_on| by(&stop_on)));
    Ok(found.map(|row| row.id).collect())
}

/// Reads answers.
pub struct ReadAnswer(pub Arc<Campaigns>);

#[async_trait::async_trait]
impl Work for ReadAnswer {
    fn kind(&self) -> &'static str {
        READ
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let answer: Answer = serde_json::from_value(payload).map_err(|error| JobError::Fatal(error.to_string()))?;
        let scope = Scope::system(context.scope.org_id, &context.scope.request_id);
        Ok(understand(&self.0, &scope, &answer).await?)
    }
}

async fn understand(service: &Campaigns, scope: &Scope, answer: &Answer) -> Result<(), Error> {
    let texts = service.asked.answers.texts(scope, &[answer.message_id]).await.map_err(Error::Port)?;
    let Some(text) = texts.get(&answer.message_id) else { return Ok(()) };
    let (policy, _) = policies::policy(&service.db.reader(scope), scope).await?;
    let meaning = read(text, answer.automatic, &policy.opt_out_words).meaning;
    let Some(contact) = answer.contact_ids.first().copied() else { return Ok(()) };
    let channel = Channel::parse(&answer.channel).unwrap_or(Channel::Telegram);
    let found = service.asked.audience.addressees(scope, &[contact]).await?;
    let tx = service.db.begin(scope).await?;
    match meaning {
        Meaning::OptOut => {
            opt_out(&tx, scope, &answer.contact_ids, (channel, "reply")).await?;
            let addresses: Vec<(Channel, String)> = found
                .get(&contact)
                .map(|contact| facts::addresses(contact, channel))
                .unwrap_or_default()
                .into_iter()
                .map(|address| (channel, address.to_owned()))
                .collect();
            policies::suppress(&tx, scope, &addresses, (SuppressionReason::OptedOut, "reply")).await?;
            set(&tx, scope, answer.send_id, "opted_out").await?;
            became(&tx, scope, &answer.contact_ids).await?;
        }
        Meaning::Negative => policies::decline(&tx, scope, contact).await?,
        Meaning::Positive => set(&tx, scope, answer.send_id, "positive").await?,
        Meaning::AutoReply | Meaning::Other => {}
    }
    Ok(tx.commit().await?)
}

/// Sets a mark on the message that was answered.
async fn set(tx: &Tx, scope: &Scope, send: Option<Uuid>, column: &'static str) -> Result<(), Error> {
    let Some(send) = send else { return Ok(()) };
    let mut sql = Sql::new(&format!("update campaign_sends set {column} = "));
    sql.bind(true).add(" where org_id = ").bind(scope.org_id.0).add(" and id = ").bind(send);
    sql.run(tx).await?;
    Ok(())
}

/// Who was stopped by the answer that opts out was stopped by opting out.
async fn became(tx: &Tx, scope: &Scope, contacts: &[Uuid]) -> Result<(), Error> {
    let mut sql = Sql::new("update enrolments set cause = 'opted_out' where org_id = ");
    sql.bind(scope.org_id.0).add(" and contact_id in ").list(contacts.iter().copied());
    sql.add(" and state = 'stopped' and cause = 'replied'");
    sql.run(tx).await?;
    Ok(())
}
