//! What the operator is to know: whether mail leaves at all. A transport that refuses our own password is left alone for
//! five minutes, so that a queue of mail does not become a thousand wrong passwords.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{Mail, Way};

/// How long nobody tries after the transport refused us.
const LEFT_ALONE: TimeDelta = TimeDelta::minutes(5);
/// How long an answer to "does it work" is good for: it may be asked by anybody, and each asks the server outside.
const REMEMBERED: TimeDelta = TimeDelta::minutes(1);

/// What this process knows of the transport.
#[derive(Default)]
pub struct Operator(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// Why we were refused, and until when nobody tries.
    refused: Option<(String, DateTime<Utc>)>,
    checked: Option<(DateTime<Utc>, Result<(), String>)>,
}

/// How sending stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// `smtp`, `sendgrid`, `mailgun`, `resend`, `outbox`.
    pub transport: &'static str,
    /// What is wrong, for the operator.
    pub problem: Option<String>,
}

impl Operator {
    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Until when nobody is to try, if that is so at present.
    pub fn pause(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.known().refused.as_ref().map(|(_, until)| *until).filter(|until| *until > now)
    }

    /// The transport refused us; gives until when nobody tries.
    pub fn refused(&self, why: &str, now: DateTime<Utc>) -> DateTime<Utc> {
        let until = now + LEFT_ALONE;
        self.known().refused = Some((why.to_owned(), until));
        until
    }

    /// The transport took us in.
    pub fn let_in(&self) {
        self.known().refused = None;
    }
}

impl Mail {
    /// Whether mail leaves; none where none is sent. The transport is asked at most once a minute, and not while it is left
    /// alone.
    pub async fn condition(&self) -> Option<Condition> {
        let transport = match &self.options.way {
            Way::Nowhere => return None,
            Way::Outbox => return Some(Condition { transport: "outbox", problem: None }),
            Way::To(transport) => transport,
        };
        let now = self.db.clock().now();
        let known = {
            let known = self.operator.known();
            let refused = known.refused.as_ref().filter(|(_, until)| *until > now);
            let checked = known.checked.as_ref().filter(|(at, _)| now - *at < REMEMBERED);
            refused.map(|(why, _)| Err(why.clone())).or_else(|| checked.map(|(_, found)| found.clone()))
        };
        let found = if let Some(found) = known {
            found
        } else {
            let found = transport.check().await;
            self.operator.known().checked = Some((now, found.clone()));
            found
        };
        Some(Condition { transport: transport.name(), problem: found.err() })
    }
}
