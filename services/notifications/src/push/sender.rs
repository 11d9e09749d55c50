//! Waking the browsers of somebody. One that is woken is enough; one that is gone is forgotten.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use bytes::Bytes;
use contracts::ports::{Message, PortError, Recipient, SendError, Sender};
use db::Db;
use kernel::Scope;
use outbound::{Answer, Outbound, Target};
use p256::SecretKey;
use serde_json::json;
use uuid::Uuid;

use super::{
    Vapid,
    encryption::{self, Once},
    store::{self, Row},
};
use crate::Error;

/// How long a push service keeps a message for a browser that is away, seconds.
const KEPT: HeaderValue = HeaderValue::from_static("86400");
/// Longest text of what it is about, characters: with everything else it fits into a message.
const LONGEST: usize = 300;

/// Sends to browsers.
pub struct Pusher {
    pub(crate) db: Db,
    pub(crate) vapid: Vapid,
    pub(crate) outbound: Outbound,
}

/// What became of one browser.
enum Woken {
    Yes,
    /// It will never be there again.
    Gone,
    Later(String),
    Never(String),
}

#[async_trait::async_trait]
impl Sender for Pusher {
    async fn address(&self, scope: &Scope, person: &Recipient) -> Result<Option<String>, PortError> {
        let browsers = store::list(&self.db.reader(scope), scope, person.id).await?;
        Ok(browsers.into_iter().next().map(|browser| browser.device.unwrap_or_default()))
    }

    async fn send(&self, scope: &Scope, person: &Recipient, message: &Message) -> Result<String, SendError> {
        let unknown = |error: Error| SendError::Later(error.to_string());
        let browsers = store::list(&self.db.reader(scope), scope, person.id).await.map_err(unknown)?;
        let mut outcomes = Vec::with_capacity(browsers.len());
        for browser in &browsers {
            outcomes.push((browser.id, self.wake(browser, message).await));
        }
        self.note(scope, &outcomes).await.map_err(unknown)?;
        outcome(outcomes.into_iter().map(|(_, woken)| woken).collect(), message.key)
    }
}

/// One browser that was woken is enough; else it is tried again while that may help.
fn outcome(all: Vec<Woken>, key: Uuid) -> Result<String, SendError> {
    if all.iter().any(|woken| matches!(woken, Woken::Yes)) {
        return Ok(key.to_string());
    }
    let mut never = "no browser is left".to_owned();
    for woken in all {
        match woken {
            Woken::Later(error) => return Err(SendError::Later(error)),
            Woken::Never(error) => never = error,
            Woken::Yes | Woken::Gone => {}
        }
    }
    Err(SendError::Never(never))
}

impl Pusher {
    async fn wake(&self, browser: &Row, message: &Message) -> Woken {
        let target = match self.outbound.target(&browser.endpoint) {
            Ok(target) => target,
            Err(refused) => return Woken::Never(refused.to_string()),
        };
        let Some((headers, body)) = self.request(browser, &target, message) else {
            return Woken::Never("the message could not be encrypted".to_owned());
        };
        match self.outbound.post(&target, headers, body).await {
            Ok(answer) => judged(&answer),
            Err(outbound::SendError::Refused(refused)) => Woken::Never(refused.to_string()),
            Err(error) => Woken::Later(error.to_string()),
        }
    }

    fn request(&self, browser: &Row, target: &Target, message: &Message) -> Option<(HeaderMap, Bytes)> {
        let text: String = message.text.chars().take(LONGEST).collect();
        let link = &message.link;
        let told = json!({ "title": message.subject, "body": text, "link": link, "tag": message.thread }).to_string();
        let once = self.once()?;
        let body = encryption::encrypt(told.as_bytes(), (&browser.p256dh, &browser.auth), &once)?;
        let authorization = self.vapid.authorization(&target.origin(), self.db.clock().now());
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
            (header::CONTENT_ENCODING, HeaderValue::from_static("aes128gcm")),
            (HeaderName::from_static("ttl"), KEPT),
            (HeaderName::from_static("urgency"), HeaderValue::from_static("normal")),
            (header::AUTHORIZATION, HeaderValue::from_str(&authorization).ok()?),
        ];
        Some((headers.into_iter().collect(), body.into()))
    }

    /// A key and a salt that were never used.
    fn once(&self) -> Option<Once> {
        let clock = self.db.clock();
        let key = (0..8).find_map(|_| SecretKey::from_slice(&clock.secret_bytes()).ok())?;
        let bytes = clock.secret_bytes();
        Some(Once { key, salt: std::array::from_fn(|index| bytes[index]) })
    }

    /// Notes who was woken, and forgets who is gone.
    async fn note(&self, scope: &Scope, outcomes: &[(Uuid, Woken)]) -> Result<(), Error> {
        let those = |wanted: fn(&Woken) -> bool| -> Vec<Uuid> {
            outcomes.iter().filter(|(_, woken)| wanted(woken)).map(|(id, _)| *id).collect()
        };
        let (woken, gone) = (those(|w| matches!(w, Woken::Yes)), those(|w| matches!(w, Woken::Gone)));
        let tx = self.db.begin(scope).await?;
        if !woken.is_empty() {
            store::used(&tx, scope, &woken).await?;
        }
        store::remove(&tx, scope, &gone).await?;
        Ok(tx.commit().await?)
    }
}

/// What a push service answered (RFC 8030): 404 and 410 say that the subscription is over.
fn judged(answer: &Answer) -> Woken {
    let status = answer.status;
    match status.as_u16() {
        200..=299 => Woken::Yes,
        404 | 410 => Woken::Gone,
        408 | 429 | 500..=599 => Woken::Later(format!("the push service answered {status}")),
        _ => Woken::Never(format!("the push service answered {status}")),
    }
}
