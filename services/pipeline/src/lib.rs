#![doc = include_str!("../README.md")]

pub mod board;
pub mod bulk;
pub mod deals;
mod directory;
mod error;
mod export;
mod imports;
pub mod moves;
mod own_fields;
pub mod pipelines;
pub mod plan;
mod rotting;
pub mod stages;
mod subscriptions;
pub mod templates;

use std::{collections::HashMap, sync::Arc};

use contracts::ports::{Clients, Directory, Roles};
use db::{Db, Migration};
use fields::Definitions;
use kernel::{Resource, Scope, UserId};
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

pub use deals::children::DealsFollow;
pub use directory::DealDirectory;
pub use error::{Error, MESSAGES};
pub use imports::ImportedDeals;

/// The service: pipelines, their stages, and the deals that move through them.
pub struct Pipeline {
    db: Db,
    directory: Arc<dyn Directory>,
    roles: Arc<dyn Roles>,
    clients: Arc<dyn Clients>,
    definitions: Arc<Definitions>,
    plans: plan::Plans,
}

pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "pipeline_0001_pipeline", sql: include_str!("../migrations/0001_pipeline.sql") },
    Migration { name: "pipeline_0002_board_sums", sql: include_str!("../migrations/0002_board_sums.sql") },
    Migration { name: "pipeline_0003_rotting", sql: include_str!("../migrations/0003_rotting.sql") },
];

impl Pipeline {
    #[must_use]
    pub fn new(
        db: Db,
        directory: Arc<dyn Directory>,
        roles: Arc<dyn Roles>,
        clients: Arc<dyn Clients>,
        definitions: Arc<Definitions>,
    ) -> Self {
        Self { db, directory, roles, clients, definitions, plans: plan::Plans::default() }
    }

    /// The HTTP interface.
    pub fn routes(self: Arc<Self>) -> OpenApiRouter {
        let pipelines = pipelines::http::routes()
            .merge(stages::http::routes())
            .merge(moves::http::of_stages())
            .merge(moves::http::of_clients())
            .merge(board::http::routes());
        let deals = deals::http::routes()
            .merge(moves::http::of_deals())
            .merge(bulk::http::routes())
            .merge(export::http::routes());
        OpenApiRouter::new().nest("/api/pipeline", pipelines).nest("/api/crm/deals", deals).with_state(self)
    }

    /// Reactions to events.
    #[must_use]
    #[expect(clippy::unused_self, reason = "handlers of other services need theirs")]
    pub fn handlers(&self) -> Vec<Arc<dyn events::Handler>> {
        vec![Arc::new(subscriptions::OpenDefaultPipeline), Arc::new(bulk::hand_over::HandOver)]
    }

    /// Kinds of job.
    #[must_use]
    pub fn works(self: Arc<Self>) -> Vec<Arc<dyn jobs::Work>> {
        vec![
            Arc::new(bulk::run::RunBulk(Arc::clone(&self))),
            Arc::new(bulk::undo::UndoBulk(Arc::clone(&self))),
            Arc::new(rotting::TellRotting(self)),
        ]
    }

    /// What comes round.
    #[must_use]
    pub fn schedules() -> Vec<jobs::Schedule> {
        vec![rotting::SCHEDULE]
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

    /// The word of the actor's role; none for the system, which no role binds.
    async fn role(&self, scope: &Scope) -> Result<Option<&'static str>, Error> {
        match scope.user_id() {
            Some(user) => self.roles.role_of(scope, user).await.map_err(Error::Port),
            None => Ok(None),
        }
    }

    /// Refuses an owner whom the actor may not name: agents take deals themselves or leave them unassigned, others
    /// name their teammates or any member.
    async fn check_owner(&self, scope: &Scope, owner: Option<Uuid>) -> Result<(), Error> {
        let Some(owner) = owner.filter(|owner| scope.user_id() != Some(UserId(*owner))) else { return Ok(()) };
        if !scope.owners(Resource::Deals).include(Some(owner)) {
            return Err(Error::field("ownerId", "owner.not_allowed"));
        }
        if self.directory.is_member(scope, UserId(owner)).await.map_err(Error::Port)? {
            Ok(())
        } else {
            Err(Error::field("ownerId", "reference.unknown"))
        }
    }
}

/// The ids, each once.
fn unique(ids: impl IntoIterator<Item = Uuid>) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
