#![doc = include_str!("../README.md")]

mod error;
mod forgetting;
pub mod mails;
mod operator;
mod provider_client;
pub mod templates;

use std::sync::Arc;

use db::{Db, Migration};
use jobs::Schedule;
use mail_transport::{Sender, Transport};
use utoipa_axum::router::OpenApiRouter;
use vault::Vault;

pub use error::Error;
pub use operator::Condition;
pub use provider_client::ByOutbound;

pub const MIGRATIONS: &[Migration] =
    &[Migration { name: "mail_0001_mails", sql: include_str!("../migrations/0001_mails.sql") }];

/// Where its secrets stand.
pub const SEALED: &[vault::Column] = &[vault::Column { table: "mails", row: "id", column: "data", place: "data" }];

/// What becomes of mail.
pub enum Way {
    /// It is dropped: this installation sends none.
    Nowhere,
    /// It is kept to be looked at, and goes nowhere: for development.
    Outbox,
    To(Transport),
}

/// How mail is set up.
pub struct Options {
    pub way: Way,
    pub from: Sender,
    /// Where people open Rapport, without a slash at the end.
    pub public_url: String,
}

/// The service.
pub struct Mail {
    db: Db,
    vault: Arc<Vault>,
    options: Options,
    operator: operator::Operator,
}

impl Mail {
    #[must_use]
    pub fn new(db: Db, vault: Arc<Vault>, options: Options) -> Self {
        Self { db, vault, options, operator: operator::Operator::default() }
    }

    /// The HTTP interface.
    pub fn routes(self: Arc<Self>) -> OpenApiRouter {
        let routes = mails::http::routes().merge(templates::http::routes());
        OpenApiRouter::new().nest("/api/mail", routes).with_state(self)
    }

    /// Kinds of job.
    #[must_use]
    pub fn works(self: &Arc<Self>) -> Vec<Arc<dyn jobs::Work>> {
        vec![Arc::new(forgetting::ForgetMails(Arc::clone(self)))]
    }

    /// Kinds of job that wait for others most of their time: for workers of their own.
    #[must_use]
    pub fn sending(self: &Arc<Self>) -> Vec<Arc<dyn jobs::Work>> {
        vec![Arc::new(mails::sending::SendMail(Arc::clone(self)))]
    }

    /// Jobs that come round.
    #[must_use]
    pub fn schedules() -> Vec<Schedule> {
        vec![forgetting::SCHEDULE]
    }
}
