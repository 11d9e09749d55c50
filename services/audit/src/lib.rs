#![doc = include_str!("../README.md")]

mod error;
mod export;
mod http;
mod line;
mod queries;
mod store;
mod subscriptions;
mod verifying;

use std::sync::Arc;

use contracts::ports::{Directory, Sessions};
use db::{Db, Migration};
use utoipa_axum::router::OpenApiRouter;

pub use error::Error;
pub use verifying::Verified;

pub const MIGRATIONS: &[Migration] =
    &[Migration { name: "audit_0001_audit", sql: include_str!("../migrations/0001_audit.sql") }];

/// The service: the audit log.
pub struct Audit {
    db: Db,
    directory: Arc<dyn Directory>,
    sessions: Arc<dyn Sessions>,
}

impl Audit {
    #[must_use]
    pub fn new(db: Db, directory: Arc<dyn Directory>, sessions: Arc<dyn Sessions>) -> Self {
        Self { db, directory, sessions }
    }

    /// The HTTP interface.
    pub fn routes(self: Arc<Self>) -> OpenApiRouter {
        OpenApiRouter::new().nest("/api/audit", http::routes()).with_state(self)
    }

    /// Reactions to events.
    #[must_use]
    pub fn handlers(self: &Arc<Self>) -> Vec<Arc<dyn events::Handler>> {
        vec![Arc::new(subscriptions::WriteLines(Arc::clone(self)))]
    }
}
