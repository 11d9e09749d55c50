//! Mail to people: one notification, and digests with the links that end them.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use contracts::{
    mails::{Group, Kind, UNSUBSCRIBE},
    ports::{Message, PortError, Recipient, SendError, Sender},
};
use db::{Db, Tx};
use kernel::{OrgId, Scope};
use mailing::{Mail, Mailer};
use uuid::Uuid;

use crate::{
    Error,
    deliveries::message::INBOX,
    digests::{Outline, StopKey},
    inbox::words,
};

/// Where one chooses what one is told of.
const SETTINGS: &str = "/settings/notifications";
/// The page of the app that ends digests.
const STOP_PAGE: &str = "/auth/unsubscribe#";
/// The route that ends them.
const STOP: &str = "/api/v1/notifications/digest/unsubscribe?token=";

/// Queues mail.
pub struct Post {
    db: Db,
    mailer: Arc<dyn Mailer>,
    /// Signs the links that end digests.
    key: StopKey,
}

/// A digest, to be mailed.
pub struct Letter<'a> {
    pub org: OrgId,
    pub person: &'a Recipient,
    pub outline: &'a Outline,
    /// The one that it is for.
    pub slot: DateTime<Utc>,
}

impl Post {
    pub fn new(db: Db, mailer: Arc<dyn Mailer>, secret: &[u8]) -> Self {
        Self { db, mailer, key: StopKey::derive(secret) }
    }

    /// Whether mail leaves this installation.
    pub fn sends(&self) -> bool {
        self.mailer.sends()
    }

    /// Queues a digest in the transaction that takes its slot.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub async fn queue(&self, tx: &Tx, letter: &Letter<'_>) -> Result<(), Error> {
        let Letter { org, person, outline, slot } = letter;
        let link = |path: &str| self.mailer.link(path);
        let token = self.key.token(*org, person.id);
        let count = i64::try_from(outline.count).unwrap_or(i64::MAX);
        let more = i64::try_from(outline.more).unwrap_or(i64::MAX);
        let values = vec![
            ("name", person.name.clone()),
            ("subject", words::digest(count, person.locale)),
            ("groups", Group::written(&outline.mailed(link))),
            ("more", words::more(more, person.locale)),
            ("link", link(INBOX)),
            ("settings", link(SETTINGS)),
            ("stop", self.page(&token)),
            (UNSUBSCRIBE, link(&format!("{STOP}{token}"))),
        ];
        let dedup = format!("digest:{}:{}", person.id, slot.timestamp_micros());
        self.mailer.queue(tx, mail(Kind::Digest, person, values, dedup)).await.map_err(Error::Port)
    }

    /// The page of the app that ends the digests of whom the token names.
    #[must_use]
    pub fn page(&self, token: &str) -> String {
        self.mailer.link(&format!("{STOP_PAGE}{token}"))
    }

    /// Whom a token names; none for what we did not sign.
    #[must_use]
    pub fn named(&self, token: &str) -> Option<(OrgId, Uuid)> {
        self.key.named(token)
    }
}

fn mail(kind: Kind, to: &Recipient, values: Vec<(&'static str, String)>, dedup: String) -> Mail {
    Mail { kind: kind.as_str(), to: to.email.clone(), locale: to.locale, values, dedup }
}

#[async_trait::async_trait]
impl Sender for Post {
    async fn address(&self, _: &Scope, person: &Recipient) -> Result<Option<String>, PortError> {
        Ok(Some(person.email.clone()).filter(|address| person.email_verified && !address.is_empty()))
    }

    /// The same message again is the same mail: it is queued once.
    async fn send(&self, scope: &Scope, person: &Recipient, message: &Message) -> Result<String, SendError> {
        let values = vec![
            ("name", person.name.clone()),
            ("subject", message.subject.clone()),
            ("text", message.text.clone()),
            ("link", self.mailer.link(&message.link)),
            ("settings", self.mailer.link(SETTINGS)),
        ];
        let mail = mail(Kind::Notification, person, values, format!("notification:{}", message.key));
        let later = |error: PortError| SendError::Later(error.to_string());
        let tx = self.db.begin(scope).await.map_err(|error| later(error.into()))?;
        self.mailer.queue(&tx, mail).await.map_err(later)?;
        tx.commit().await.map_err(|error| later(error.into()))?;
        Ok(message.key.to_string())
    }
}
