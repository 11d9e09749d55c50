#![doc = include_str!("../README.md")]

pub mod accounts;
pub mod connecting;
pub mod devices;
pub mod dialogs;
mod directory;
mod error;
pub mod health;
pub mod leases;
mod messages;
pub mod orders;
pub mod pace;
pub mod running;
mod senders;
mod sql;
pub mod syncing;
pub mod telegram;
mod work;

use std::{collections::HashMap, sync::Arc};

use contracts::ports::Directory;
use db::{Db, Migration};
use kernel::Scope;
use outbound::Outbound;
use tokio::sync::broadcast;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;
use vault::Vault;

pub use error::Error;
pub use messages::MESSAGES;
pub use telegram::{App, Telegram};

/// What the operator sets.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The app that accounts sign in as unless they bring their own.
    pub app: Option<App>,
    /// Whether accounts of the sandbox can be connected.
    pub sandbox: bool,
    /// Whether accounts can be ordered.
    pub orders: bool,
}

/// The service: accounts of messengers, kept connected.
pub struct BdAccounts {
    db: Db,
    directory: Arc<dyn Directory>,
    vault: Arc<Vault>,
    outbound: Outbound,
    telegram: Arc<dyn Telegram>,
    provider: Option<Arc<dyn orders::Provider>>,
    options: Options,
    /// Accounts for which there is something new to do, told to whoever keeps them in this process.
    news: broadcast::Sender<Uuid>,
}

/// Where its secrets stand.
pub const SEALED: &[vault::Column] = &[
    vault::Column { table: "bd_account_sessions", row: "account_id", column: "session", place: "session" },
    vault::Column { table: "bd_account_sessions", row: "account_id", column: "api_hash", place: "api_hash" },
    vault::Column { table: "bd_account_logins", row: "account_id", column: "code_hash", place: "code_hash" },
    vault::Column { table: "bd_accounts", row: "id", column: "proxy", place: "proxy" },
];

pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "bd_accounts_0001_bd_accounts", sql: include_str!("../migrations/0001_bd_accounts.sql") },
    Migration { name: "bd_accounts_0002_outages", sql: include_str!("../migrations/0002_outages.sql") },
    Migration { name: "bd_accounts_0003_code_requests", sql: include_str!("../migrations/0003_code_requests.sql") },
];

/// News that wait for a slow listener; one who misses some looks at all its accounts.
const NEWS: usize = 1024;

impl BdAccounts {
    #[must_use]
    pub fn new(
        db: Db,
        directory: Arc<dyn Directory>,
        vault: Arc<Vault>,
        outbound: Outbound,
        telegram: Arc<dyn Telegram>,
        options: Options,
    ) -> Self {
        let news = broadcast::channel(NEWS).0;
        Self { db, directory, vault, outbound, telegram, provider: None, options, news }
    }

    /// With somebody to order accounts from.
    #[must_use]
    pub fn ordering_from(mut self, provider: Arc<dyn orders::Provider>) -> Self {
        self.provider = Some(provider);
        self
    }

    /// The HTTP interface.
    pub fn routes(self: Arc<Self>) -> OpenApiRouter {
        let routes = accounts::http::routes()
            .merge(connecting::http::routes())
            .merge(health::http::routes())
            .merge(dialogs::http::routes())
            .merge(syncing::http::routes())
            .merge(devices::http::routes())
            .merge(orders::http::routes());
        OpenApiRouter::new().nest("/api/bd-accounts", routes).with_state(self)
    }

    /// Kinds of job.
    #[must_use]
    pub fn works(self: &Arc<Self>) -> Vec<Arc<dyn jobs::Work>> {
        vec![
            Arc::new(connecting::log_out::LogOut(Arc::clone(self))),
            Arc::new(work::LookAfter(Arc::clone(self))),
            Arc::new(accounts::outages::TellOutages(Arc::clone(self))),
            Arc::new(accounts::hand_over::HandOver(Arc::clone(self))),
        ]
    }

    /// Reactions to events.
    #[must_use]
    pub fn handlers() -> Vec<Arc<dyn events::Handler>> {
        vec![Arc::new(accounts::hand_over::PlanHandOver)]
    }

    /// What comes round.
    #[must_use]
    pub fn schedules() -> Vec<jobs::Schedule> {
        vec![work::SCHEDULE, accounts::outages::SCHEDULE]
    }

    /// Accounts of this process for which there is something new to do: an errand, a request, another configuration.
    #[must_use]
    pub fn news(&self) -> broadcast::Receiver<Uuid> {
        self.news.subscribe()
    }

    fn tell(&self, account: Uuid) {
        // Nobody listens where no account is kept.
        let _ = self.news.send(account);
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
