//! The job that sends one mail. A mail that is to be tried again has another job at that time, made in the transaction that
//! notes this try. A process that dies between sending and noting sends again, under the same `Message-ID`.

use std::sync::Arc;

use contracts::mails::{Kind, UNSUBSCRIBE};
use jobs::{Context, JobError, NewJob, Work};
use kernel::{Actor, Locale, Scope};
use mail_transport::{Message, Outcome, Transport};
use serde_json::{Map, Value, json};
use uuid::Uuid;
use vault::Place;

use super::{
    mail::{MailState, Verdict, is_stale, verdict},
    store::{self, entity::Model},
};
use crate::{
    Error, Mail, Way,
    templates::{self, Rendered},
};

/// Kind of the job.
pub(crate) const KIND: &str = "mail.send";
/// Attempts of the job itself; a refused mail is no failure of it.
pub(crate) const JOB_ATTEMPTS: i64 = 20;
/// Pause after a job that failed so often.
const AFTER_GIVING_UP: chrono::TimeDelta = chrono::TimeDelta::hours(1);

/// Sends mails.
pub struct SendMail(pub Arc<Mail>);

#[async_trait::async_trait]
impl Work for SendMail {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let id = named_in(&payload)?;
        let scope = Scope { actor: Actor::System, ..context.scope };
        Ok(self.0.send(&scope, id).await?)
    }

    /// A mail is not lost with its job.
    async fn gave_up(&self, context: Context, payload: Value, _error: &str) {
        let Ok(id) = named_in(&payload) else { return };
        let again = async {
            let tx = self.0.db.begin(&context.scope).await?;
            plan(&tx, id, tx.clock().now() + AFTER_GIVING_UP).await?;
            Ok::<(), Error>(tx.commit().await?)
        };
        if let Err(error) = again.await {
            tracing::error!(mail = %id, %error, "the mail will not be tried again");
        }
    }
}

fn named_in(payload: &Value) -> Result<Uuid, JobError> {
    let id = payload["mailId"].as_str().and_then(|id| id.parse().ok());
    id.ok_or_else(|| JobError::Fatal("the payload names no mail".to_owned()))
}

async fn plan(tx: &db::Tx, id: Uuid, at: chrono::DateTime<chrono::Utc>) -> Result<(), Error> {
    let job = NewJob { kind: KIND, payload: json!({ "mailId": id }), max_attempts: JOB_ATTEMPTS };
    jobs::enqueue_at(tx, job, at).await?;
    Ok(())
}

impl Mail {
    async fn send(&self, scope: &Scope, id: Uuid) -> Result<(), Error> {
        let now = self.db.clock().now();
        let Some(mail) = store::find(&self.db.reader(scope), scope, id).await? else { return Ok(()) };
        // Another job has it, or had it.
        if mail.state != MailState::Queued.as_str() || mail.next_at.is_none_or(|at| at > now) {
            return Ok(());
        }
        if is_stale(Kind::parse(&mail.kind), now - mail.created_at) {
            return self.settle(scope, &mail, ended(MailState::Failed, "stale")).await;
        }
        let outcome = match (&self.options.way, self.operator.pause(now)) {
            (Way::To(_), Some(until)) => {
                return self
                    .settle(
                        scope,
                        &mail,
                        Verdict::Again {
                            at: until,
                            code: "unauthorised".to_owned(),
                            error: mail.last_error.clone().unwrap_or_default(),
                            counts: false,
                        },
                    )
                    .await;
            }
            (Way::To(transport), None) => self.try_once(scope, transport, &mail).await?,
            // It was queued while the installation sent mail otherwise.
            (Way::Nowhere | Way::Outbox, _) => {
                return self.settle(scope, &mail, ended(MailState::Failed, "transport")).await;
            }
        };
        let Some(outcome) = outcome else {
            return self.settle(scope, &mail, ended(MailState::Bounced, "suppressed")).await;
        };
        let alone = match &outcome {
            Outcome::Unauthorised(why) => {
                tracing::error!(why, "mail cannot be sent: the transport refuses our name, password or key");
                self.operator.refused(why, now)
            }
            Outcome::Accepted { .. } | Outcome::Refused(_) => {
                self.operator.let_in();
                now
            }
            Outcome::Unreachable(_) => now,
        };
        let chance = self.db.clock().secret_bytes()[0];
        self.settle(scope, &mail, verdict(outcome, (mail.tries, now - mail.created_at), now, alone, chance)).await
    }

    /// None when the mailbox refused mail for good before.
    async fn try_once(&self, scope: &Scope, transport: &Transport, mail: &Model) -> Result<Option<Outcome>, Error> {
        let kind = Kind::parse(&mail.kind);
        let asks_for_proof = kind == Some(Kind::VerifyEmail);
        if !asks_for_proof && store::bounced(&self.db.reader(scope), &mail.to_address).await? {
            return Ok(None);
        }
        let values = self.values(mail)?;
        let rendered = rendered(mail, &values)?;
        let from = self.options.from.clone();
        let message = Message {
            to: mail.to_address.clone(),
            reply_to: None,
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            message_id: format!("{}@{}", mail.id, from.domain()),
            headers: headers(&values),
            from,
        };
        Ok(Some(transport.send(&message).await))
    }

    /// A mail as it reads; it says little once its values are erased.
    pub(crate) fn rendered(&self, mail: &Model) -> Result<Rendered, Error> {
        rendered(mail, &self.values(mail)?)
    }

    fn values(&self, mail: &Model) -> Result<Map<String, Value>, Error> {
        let place = Place { table: "mails", column: "data", org: kernel::OrgId(mail.org_id), row: mail.id };
        Ok(match &mail.data {
            Some(sealed) => serde_json::from_slice(&self.vault.open(place, sealed)?)?,
            None => Map::new(),
        })
    }

    async fn settle(&self, scope: &Scope, mail: &Model, verdict: Verdict) -> Result<(), Error> {
        let tx = self.db.begin(scope).await?;
        if !store::note(&tx, scope, mail, &verdict).await? {
            return Ok(());
        }
        if let Verdict::Again { at, .. } = verdict {
            plan(&tx, mail.id, at).await?;
        }
        tx.commit().await?;
        let result = match verdict {
            Verdict::Sent { .. } => "sent",
            Verdict::Again { .. } => "again",
            Verdict::Ended { state, .. } => state.as_str(),
        };
        metrics::counter!("rapport_mails_total", "kind" => mail.kind.clone(), "result" => result).increment(1);
        Ok(())
    }
}

fn rendered(mail: &Model, values: &Map<String, Value>) -> Result<Rendered, Error> {
    let locale = Locale::from_tag(&mail.locale).unwrap_or_default();
    let kind = Kind::parse(&mail.kind).ok_or(Error::NotFound)?;
    Ok(templates::render(kind, locale, &|name| values.get(name).and_then(Value::as_str).map(str::to_owned)))
}

/// Further headers of a mail with these values.
fn headers(values: &Map<String, Value>) -> Vec<(&'static str, String)> {
    // No holiday answers to a program (RFC 3834).
    let mut headers = vec![("Auto-Submitted", "auto-generated".to_owned())];
    if let Some(link) = values.get(UNSUBSCRIBE).and_then(Value::as_str) {
        headers.push(("List-Unsubscribe", format!("<{link}>")));
        // RFC 8058 knows https only.
        if link.starts_with("https://") {
            headers.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
    }
    headers
}

fn ended(state: MailState, code: &str) -> Verdict {
    Verdict::Ended { state, code: code.to_owned(), error: String::new(), mailbox: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_that_can_be_ended_says_how() {
        let names = |link: Option<&str>| {
            let values = link.map(|link| (UNSUBSCRIBE.to_owned(), Value::from(link))).into_iter().collect();
            headers(&values).into_iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>()
        };
        let own = "Auto-Submitted: auto-generated";
        assert_eq!(names(None), [own]);
        let secure = names(Some("https://crm.example.com/stop?token=x"));
        let (by, at_once) = (
            "List-Unsubscribe: <https://crm.example.com/stop?token=x>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        );
        assert_eq!(secure, [own, by, at_once]);
        // One click is for https (RFC 8058): elsewhere it is a link to a page.
        assert_eq!(names(Some("http://localhost/stop")), [own, "List-Unsubscribe: <http://localhost/stop>"]);
    }
}
