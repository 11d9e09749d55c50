#![doc = include_str!("../README.md")]

mod activity;
mod error;
mod export;
mod http;
mod line;
mod queries;
mod store;
mod subscriptions;
mod verifying;

use std::sync::Arc;

use contracts::ports::{Chats, Clients, Deals, Directory, Sessions, Teams};
use db::{Db, Migration};
use realtime::Judge;
use utoipa_axum::router::OpenApiRouter;

pub use error::Error;
pub use verifying::Verified;

pub const MIGRATIONS: &[Migration] =
    &[Migration { name: "audit_0001_audit", sql: include_str!("../migrations/0001_audit.sql") }];

/// Whom the service asks.
pub struct Asked {
    pub directory: Arc<dyn Directory>,
    pub sessions: Arc<dyn Sessions>,
    pub teams: Arc<dyn Teams>,
    /// Who may learn of what.
    pub judge: Arc<dyn Judge>,
    pub clients: Arc<dyn Clients>,
    pub deals: Arc<dyn Deals>,
    pub chats: Arc<dyn Chats>,
}

/// The service: the audit log, and what of it members see of each other.
pub struct Audit {
    db: Db,
    directory: Arc<dyn Directory>,
    sessions: Arc<dyn Sessions>,
    teams: Arc<dyn Teams>,
    judge: Arc<dyn Judge>,
    clients: Arc<dyn Clients>,
    deals: Arc<dyn Deals>,
    chats: Arc<dyn Chats>,
}

impl Audit {
    #[must_use]
    pub fn new(db: Db, asked: Asked) -> Self {
        let Asked { directory, sessions, teams, judge, clients, deals, chats } = asked;
        Self { db, directory, sessions, teams, judge, clients, deals, chats }
    }

    /// The HTTP interface.
    pub fn routes(self: Arc<Self>) -> OpenApiRouter {
        OpenApiRouter::new()
            .nest("/api/audit", http::routes())
            .nest("/api/team", activity::http::routes())
            .with_state(self)
    }

    /// Reactions to events.
    #[must_use]
    pub fn handlers(self: &Arc<Self>) -> Vec<Arc<dyn events::Handler>> {
        vec![Arc::new(subscriptions::WriteLines(Arc::clone(self)))]
    }
}
