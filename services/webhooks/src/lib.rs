#![doc = include_str!("../README.md")]

pub mod deliveries;
mod error;
mod forgetting;
pub mod hooks;
mod subscriptions;

use std::{collections::HashMap, sync::Arc, time::Duration};

use contracts::ports::Directory;
use db::{Db, Migration};
use kernel::{Permission, Scope};
use moka::sync::Cache;
use outbound::Outbound;
use realtime::Judge;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;
use vault::Vault;

pub use error::{Error, MESSAGES};

/// The service: webhooks, and what is sent to them.
pub struct Webhooks {
    db: Db,
    directory: Arc<dyn Directory>,
    /// Decides what may be told.
    judge: Arc<dyn Judge>,
    vault: Arc<Vault>,
    outbound: Outbound,
    wanted: Cache<Uuid, subscriptions::Wanted>,
}

/// Where its secrets stand.
pub const SEALED: &[vault::Column] = &[
    vault::Column { table: "webhooks", row: "id", column: "secret", place: "secret" },
    vault::Column { table: "webhooks", row: "id", column: "previous_secret", place: "previous_secret" },
];

pub const MIGRATIONS: &[Migration] =
    &[Migration { name: "webhooks_0001_webhooks", sql: include_str!("../migrations/0001_webhooks.sql") }];

/// How long it is remembered what the webhooks of an organization want; they may change in another process.
const REMEMBERED: Duration = Duration::from_secs(1);
/// Organizations of which it is remembered.
const REMEMBERED_OF: u64 = 10_000;

/// The first statement of every command and query: a webhook is told everything, so who has only the permission must not
/// make, change or read one.
fn require(scope: &Scope, permission: Permission) -> Result<(), Error> {
    scope.require(permission)?;
    if scope.reach.is_whole() { Ok(()) } else { Err(Error::NotWhole) }
}

impl Webhooks {
    #[must_use]
    pub fn new(
        db: Db,
        directory: Arc<dyn Directory>,
        judge: Arc<dyn Judge>,
        vault: Arc<Vault>,
        outbound: Outbound,
    ) -> Self {
        let wanted = Cache::builder().max_capacity(REMEMBERED_OF).time_to_live(REMEMBERED).build();
        Self { db, directory, judge, vault, outbound, wanted }
    }

    /// The HTTP interface.
    pub fn routes(self: Arc<Self>) -> OpenApiRouter {
        let routes = hooks::http::routes().merge(deliveries::http::routes());
        OpenApiRouter::new().nest("/api/v1/webhooks", routes).with_state(self)
    }

    /// Reactions to events.
    #[must_use]
    pub fn handlers(self: &Arc<Self>) -> Vec<Arc<dyn events::Handler>> {
        vec![Arc::new(subscriptions::TellWebhooks(Arc::clone(self)))]
    }

    /// Kinds of job.
    #[must_use]
    pub fn works(self: &Arc<Self>) -> Vec<Arc<dyn jobs::Work>> {
        vec![Arc::new(forgetting::ForgetDeliveries(Arc::clone(self)))]
    }

    /// Kinds of job that wait for others most of their time: for workers of their own.
    #[must_use]
    pub fn sending(self: &Arc<Self>) -> Vec<Arc<dyn jobs::Work>> {
        vec![Arc::new(deliveries::sending::SendDeliveries(Arc::clone(self)))]
    }

    /// Names of these members, asked for once.
    async fn names(&self, scope: &Scope, ids: impl IntoIterator<Item = Uuid>) -> Result<HashMap<Uuid, String>, Error> {
        let mut ids: Vec<Uuid> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        self.directory.names(scope, &ids).await.map_err(Error::Port)
    }
}
