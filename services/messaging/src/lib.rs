#![doc = include_str!("../README.md")]

mod answers;
pub mod channels;
pub mod chats;
mod clearing;
mod comments;
mod conversations;
mod directory;
mod drafts;
pub mod errands;
mod error;
pub mod imports;
mod intake;
mod media;
pub mod messages;
mod months;
mod outreach;
mod reach;
mod subscriptions;
mod templates;

use std::{collections::HashMap, sync::Arc};

use contracts::{
    channels::{AccountName, Accounts},
    ports::{Clients, Deals, Directory},
};
use db::{Db, Migration};
use kernel::{Scope, UserId};
use tokio::sync::broadcast;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;
use vault::Vault;

pub use directory::ChatDirectory;
pub use error::{Error, MESSAGES};
pub use intake::typing::TheyType;
pub use media::files::{Files, FilesError, Kept, Keys, Pieces};

/// Whom the service asks.
pub struct Asked {
    pub directory: Arc<dyn Directory>,
    pub clients: Arc<dyn Clients>,
    pub deals: Arc<dyn Deals>,
    pub accounts: Arc<dyn Accounts>,
    /// Keeps the secrets of inbound channels.
    pub vault: Arc<Vault>,
}

/// The service: chats, their messages, and what is to be sent.
pub struct Messaging {
    db: Db,
    directory: Arc<dyn Directory>,
    clients: Arc<dyn Clients>,
    deals: Arc<dyn Deals>,
    accounts: Arc<dyn Accounts>,
    vault: Arc<Vault>,
    /// Where files are kept, if they can be.
    files: Option<Arc<dyn Files>>,
    months: months::Known,
    /// Told of the other side typing.
    typing: broadcast::Sender<TheyType>,
}

/// Words of typing that wait for a slow listener, who misses the others.
const TYPING: usize = 256;

/// Where its secrets stand.
pub const SEALED: &[vault::Column] = &[
    vault::Column { table: "inbound_channels", row: "id", column: "secret", place: "secret" },
    vault::Column { table: "inbound_channels", row: "id", column: "previous_secret", place: "previous_secret" },
];

pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "messaging_0001_messaging", sql: include_str!("../migrations/0001_messaging.sql") },
    Migration { name: "messaging_0002_files", sql: include_str!("../migrations/0002_files.sql") },
    Migration { name: "messaging_0003_days", sql: include_str!("../migrations/0003_days.sql") },
    Migration { name: "messaging_0004_import_lists", sql: include_str!("../migrations/0004_import_lists.sql") },
    Migration { name: "messaging_0005_channel_secrets", sql: include_str!("../migrations/0005_channel_secrets.sql") },
    Migration { name: "messaging_0006_message_rows", sql: include_str!("../migrations/0006_message_rows.sql") },
    Migration { name: "messaging_0007_message_sources", sql: include_str!("../migrations/0007_message_sources.sql") },
    Migration { name: "messaging_0008_outreach", sql: include_str!("../migrations/0008_outreach.sql") },
    Migration { name: "messaging_0009_months_at_once", sql: include_str!("../migrations/0009_months_at_once.sql") },
];

impl Messaging {
    #[must_use]
    pub fn new(db: Db, asked: Asked) -> Self {
        let Asked { directory, clients, deals, accounts, vault } = asked;
        let typing = broadcast::channel(TYPING).0;
        Self { db, directory, clients, deals, accounts, vault, files: None, months: months::Known::default(), typing }
    }

    /// The service with somewhere to keep files.
    #[must_use]
    pub fn keeping(mut self, files: Arc<dyn Files>) -> Self {
        self.files = Some(files);
        self
    }

    /// What accounts of this process see of the other side typing.
    #[must_use]
    pub fn subscribe_typing(&self) -> broadcast::Receiver<TheyType> {
        self.typing.subscribe()
    }

    /// The HTTP interface.
    pub fn routes(self: Arc<Self>) -> OpenApiRouter {
        let routes = chats::http::routes()
            .merge(messages::http::routes())
            .merge(errands::http::routes())
            .merge(drafts::http::routes())
            .merge(comments::http::routes())
            .merge(templates::http::routes())
            .merge(channels::http::routes())
            .merge(media::http::routes())
            .merge(imports::http::routes());
        let inbound = channels::http::inbound_routes();
        OpenApiRouter::new().nest("/api/messaging", routes).nest("/api/webhooks", inbound).with_state(self)
    }

    /// Reactions to events.
    #[must_use]
    pub fn handlers() -> Vec<Arc<dyn events::Handler>> {
        subscriptions::all()
    }

    /// Kinds of job.
    #[must_use]
    pub fn works(self: &Arc<Self>) -> Vec<Arc<dyn jobs::Work>> {
        vec![
            Arc::new(months::MakeMonths(Arc::clone(self))),
            Arc::new(chats::awake::WakeChats(Arc::clone(self))),
            Arc::new(chats::hand_over::HandOver(Arc::clone(self))),
            Arc::new(outreach::gone::GiveBack(Arc::clone(self))),
            Arc::new(clearing::Clear(Arc::clone(self))),
            Arc::new(clearing::RemoveFiles(Arc::clone(self))),
            Arc::new(clearing::SweepFiles(Arc::clone(self))),
            Arc::new(imports::run::RunImport(Arc::clone(self))),
            Arc::new(imports::run::RevertImport(Arc::clone(self))),
        ]
    }

    /// What comes round.
    #[must_use]
    pub fn schedules() -> Vec<jobs::Schedule> {
        vec![months::SCHEDULE, chats::awake::SCHEDULE, clearing::SCHEDULE, clearing::REMOVING, clearing::SWEEPING]
    }

    /// Names of these members, asked for once.
    async fn member_names(
        &self,
        scope: &Scope,
        ids: impl IntoIterator<Item = Uuid>,
    ) -> Result<HashMap<Uuid, String>, Error> {
        match unique(ids) {
            ids if ids.is_empty() => Ok(HashMap::new()),
            ids => self.directory.names(scope, &ids).await.map_err(Error::Port),
        }
    }

    /// Names of these contacts, likewise.
    async fn contact_names(
        &self,
        scope: &Scope,
        ids: impl IntoIterator<Item = Uuid>,
    ) -> Result<HashMap<Uuid, String>, Error> {
        match unique(ids) {
            ids if ids.is_empty() => Ok(HashMap::new()),
            ids => self.clients.contact_names(scope, &ids).await.map_err(Error::Port),
        }
    }

    /// These accounts by name, likewise.
    async fn account_names(
        &self,
        scope: &Scope,
        ids: impl IntoIterator<Item = Uuid>,
    ) -> Result<HashMap<Uuid, AccountName>, Error> {
        match unique(ids) {
            ids if ids.is_empty() => Ok(HashMap::new()),
            ids => self.accounts.names(scope, &ids).await.map_err(Error::Port),
        }
    }

    /// The person who asks.
    fn me(scope: &Scope) -> Result<Uuid, Error> {
        scope.user_id().map(|UserId(id)| id).ok_or(Error::NotFound)
    }
}

/// The ids, each once.
fn unique(ids: impl IntoIterator<Item = Uuid>) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
