//! The job that sends: one for each webhook that something waits for, so that a slow receiver holds up nobody but itself.
//! It sends a few at a time for some seconds, then goes to the end of the queue. A process that dies between sending and
//! noting sends again, under the same `webhook-id`.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use db::Tx;
use futures_util::future::join_all;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use jobs::{Context, JobError, NewJob, Work};
use kernel::{Actor, Scope};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    delivery::{Delivery, Try, asked_pause, verdict},
    store,
};
use crate::{
    Error, Webhooks,
    hooks::{self, secret, store::Sending},
};

/// Kind of the job.
pub const KIND: &str = "webhooks.send";
/// Sent to one webhook at the same time.
const AT_ONCE: u64 = 4;
/// After this the job lets others have its place.
const TURN: Duration = Duration::from_secs(20);
/// Attempts of the job itself; a failed delivery is no failure of it.
const JOB_ATTEMPTS: i64 = 20;
/// Pause after a job that failed so often.
const AFTER_GIVING_UP: TimeDelta = TimeDelta::hours(1);
/// Why what waits for a webhook that is switched off is given up.
pub const SWITCHED_OFF: &str = "the webhook was switched off";
/// Bytes of an answer that are kept.
const ANSWER_KEPT: usize = 2048;

/// The body of a message, as it is signed and sent.
#[must_use]
pub fn body(kind: &str, at: DateTime<Utc>, data: &impl Serialize) -> String {
    json!({ "type": kind, "timestamp": at.to_rfc3339_opts(SecondsFormat::Micros, true), "data": data }).to_string()
}

/// Has the job of a webhook run at an instant, unless it is due sooner.
///
/// # Errors
/// When the database refuses.
pub async fn wake(tx: &Tx, scope: &Scope, webhook: Uuid, at: DateTime<Utc>) -> Result<(), Error> {
    if hooks::store::bring_forward(tx, scope, webhook, at).await? {
        let payload = json!({ "webhookId": webhook, "at": at });
        jobs::enqueue_at(tx, NewJob { kind: KIND, payload, max_attempts: JOB_ATTEMPTS }, at).await?;
    }
    Ok(())
}

/// What a job of a webhook is given.
pub(crate) fn named_in(payload: &Value) -> Result<(Uuid, Option<DateTime<Utc>>), JobError> {
    let unreadable = || JobError::Fatal("the payload names no webhook".to_owned());
    let id = payload["webhookId"].as_str().and_then(|id| id.parse().ok()).ok_or_else(unreadable)?;
    Ok((id, payload["at"].as_str().and_then(|at| at.parse().ok())))
}

/// Sends what waits for a webhook.
pub struct SendDeliveries(pub Arc<Webhooks>);

#[async_trait::async_trait]
impl Work for SendDeliveries {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let (webhook, at) = named_in(&payload)?;
        let scope = Scope { actor: Actor::System, ..context.scope };
        let Some(at) = at else { return Ok(()) };
        let started = Instant::now();
        loop {
            if context.cancel.is_cancelled() {
                return Err(JobError::Interrupted);
            }
            let sent = self.0.send_some(&scope, webhook, at).await?;
            match sent {
                Sent::Nothing => return Ok(()),
                Sent::All => break,
                Sent::Some if started.elapsed() >= TURN => break,
                Sent::Some => {}
            }
        }
        Ok(self.0.end_turn(&scope, webhook, at, TimeDelta::zero()).await?)
    }

    /// What waits is not lost with the job: another one takes its turn later.
    async fn gave_up(&self, context: Context, payload: Value, _error: &str) {
        if let Ok((webhook, Some(at))) = named_in(&payload)
            && let Err(error) = self.0.end_turn(&context.scope, webhook, at, AFTER_GIVING_UP).await
        {
            tracing::error!(%webhook, %error, "nobody sends to the webhook until it is switched off and on");
        }
    }
}

/// How far a step came.
enum Sent {
    /// It is another job's turn, or the webhook is gone.
    Nothing,
    Some,
    /// No more is due.
    All,
}

impl Webhooks {
    async fn send_some(&self, scope: &Scope, id: Uuid, at: DateTime<Utc>) -> Result<Sent, Error> {
        let reader = self.db.reader(scope);
        let found = hooks::store::find_sending(&reader, scope, id).await?;
        let Some(sending) = found.filter(|sending| sending.sends_at == Some(at)) else { return Ok(Sent::Nothing) };
        if !sending.webhook.enabled {
            // Written at the moment when it was switched off.
            let tx = self.db.begin(scope).await?;
            store::give_up_waiting(&tx, scope, id, SWITCHED_OFF).await?;
            tx.commit().await?;
            return Ok(Sent::All);
        }
        let due = store::due(&reader, scope, id, self.db.clock().now(), AT_ONCE).await?;
        if due.is_empty() {
            return Ok(Sent::All);
        }
        let sends = due.into_iter().map(|delivery| self.send(scope, &sending, delivery));
        join_all(sends).await.into_iter().collect::<Result<Vec<()>, Error>>()?;
        Ok(Sent::Some)
    }

    /// Sends one message and notes how it went, in a transaction of its own.
    async fn send(&self, scope: &Scope, sending: &Sending, delivery: Delivery) -> Result<(), Error> {
        let tried = self.try_once(scope, sending, &delivery).await?;
        let tx = self.db.begin(scope).await?;
        let now = tx.clock().now();
        let webhook = match hooks::store::hold(&tx, scope, sending.webhook.id).await {
            Err(Error::NotFound) => return Ok(()),
            found => found?,
        };
        let verdict = verdict(&tried, delivery.step, now, tx.clock().secret_bytes()[0]);
        if !store::note(&tx, scope, &delivery, &tried, verdict).await? {
            return Ok(());
        }
        let result = if tried.succeeded() { "delivered" } else { "failed" };
        metrics::counter!("rapport_webhook_tries_total", "result" => result).increment(1);
        let mut after = webhook.clone();
        after = if tried.succeeded() { after.answered() } else { after.failed(tried.gone(), now) };
        after.last = Some((now, verdict.status().as_str().to_owned()));
        hooks::commands::note_health(&tx, scope, &webhook, after).await?;
        Ok(tx.commit().await?)
    }

    async fn try_once(&self, scope: &Scope, sending: &Sending, delivery: &Delivery) -> Result<Try, Error> {
        let started = Instant::now();
        let now = self.db.clock().now();
        let secrets = sending.secrets(&self.vault, scope, now)?;
        let headers = headers(&delivery.event_id.to_string(), now, &delivery.body, &secrets);
        let answered = match self.outbound.target(&sending.webhook.url) {
            Ok(target) => self.outbound.post(&target, headers, Bytes::from(delivery.body.clone())).await,
            Err(refused) => Err(refused.into()),
        };
        let ms = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
        Ok(match answered {
            Err(error) => Try { ms, error: Some(error.to_string()), ..Try::default() },
            Ok(answer) => {
                let retry_after = answer.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
                let status = answer.status.as_u16();
                let asked = asked_pause(status, retry_after, now);
                Try { status: Some(status), ms, answer: readable(&answer.body), asked, ..Try::default() }
            }
        })
    }

    /// Leaves the queue, or goes to its end when more waits, now or later, but no sooner than after a pause.
    async fn end_turn(&self, scope: &Scope, id: Uuid, at: DateTime<Utc>, pause: TimeDelta) -> Result<(), Error> {
        let tx = self.db.begin(scope).await?;
        // First the row, then the look at what waits: who adds something in the meantime waits for the row, and then sees
        // that nobody is in the queue.
        if hooks::store::end_turn(&tx, scope, id, at).await?
            && let Some(next) = store::next_due(&tx, scope, id).await?
        {
            wake(&tx, scope, id, next.max(tx.clock().now() + pause)).await?;
        }
        Ok(tx.commit().await?)
    }
}

fn headers(id: &str, at: DateTime<Utc>, body: &str, secrets: &[secret::SigningSecret]) -> HeaderMap {
    let signatures = secret::signatures(secrets, id, at, body);
    let named =
        [("webhook-id", id), ("webhook-timestamp", &at.timestamp().to_string()), ("webhook-signature", &signatures)];
    let named = named
        .into_iter()
        .filter_map(|(name, value)| Some((HeaderName::from_static(name), HeaderValue::from_str(value).ok()?)));
    named.chain([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))]).collect()
}

/// The beginning of an answer, as text that databases keep.
fn readable(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&body[..body.len().min(ANSWER_KEPT)]).replace('\0', "");
    (!text.is_empty()).then_some(text)
}
