#![doc = include_str!("../README.md")]

pub mod campaign;
pub mod campaigns;
pub mod counting;
mod directory;
pub mod enrolling;
mod error;
pub mod log;
pub mod planning;
pub mod policies;
mod refusals;
pub mod results;
pub mod rules;
pub mod schemas;
pub mod sending;
pub mod stopping;
mod texts;
mod words;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use contracts::{
    answers::Answers,
    audience::Audience,
    deals::DealMoves,
    outreach::{Outbox, Senders},
    ports::{Clients, Deals, Directory},
};
use db::{Db, Migration};
use kernel::{OrgId, Resource, Scope};
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

pub use directory::CampaignDirectory;
pub use error::Error;
pub use refusals::MESSAGES;
pub use texts::SERVICE_MESSAGES;

/// Whom the service asks.
pub struct Asked {
    pub directory: Arc<dyn Directory>,
    pub clients: Arc<dyn Clients>,
    pub audience: Arc<dyn Audience>,
    pub deals: Arc<dyn Deals>,
    pub moves: Arc<dyn DealMoves>,
    pub outbox: Arc<dyn Outbox>,
    pub senders: Arc<dyn Senders>,
    pub answers: Arc<dyn Answers>,
}

/// The service: campaigns, who is on the way in them, and what programs may do to a contact.
pub struct Campaigns {
    db: Db,
    asked: Asked,
    /// Organizations whose campaigns this process looks at now, and whether somebody asked for another look since.
    looking: Mutex<HashMap<OrgId, bool>>,
    rehearsing: Option<Arc<dyn planning::stage::Rehearsing>>,
}

pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "campaigns_0001_campaigns", sql: include_str!("../migrations/0001_campaigns.sql") },
    Migration { name: "campaigns_0002_counts", sql: include_str!("../migrations/0002_counts.sql") },
    Migration { name: "campaigns_0003_launched_by", sql: include_str!("../migrations/0003_launched_by.sql") },
];

impl Campaigns {
    #[must_use]
    pub fn new(db: Db, asked: Asked) -> Self {
        Self { db, asked, looking: Mutex::default(), rehearsing: None }
    }

    fn looking(&self) -> MutexGuard<'_, HashMap<OrgId, bool>> {
        self.looking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same one, with what plays rehearsals by the code that sends.
    #[must_use]
    pub fn rehearsed_by(self, rehearsing: Arc<dyn planning::stage::Rehearsing>) -> Self {
        Self { rehearsing: Some(rehearsing), ..self }
    }

    /// The HTTP interface.
    pub fn routes(self: Arc<Self>) -> OpenApiRouter {
        let routes = campaigns::http::routes()
            .merge(enrolling::http::routes())
            .merge(planning::http::routes())
            .merge(policies::http::routes())
            .merge(results::http::routes());
        OpenApiRouter::new().nest("/api/campaigns", routes).with_state(self)
    }

    /// Reactions to events.
    #[must_use]
    pub fn handlers(&self) -> Vec<Arc<dyn events::Handler>> {
        vec![
            Arc::new(stopping::answers::StopOnAnswer(self.asked.clients.clone())),
            Arc::new(stopping::messages::FollowMessages),
            Arc::new(stopping::contacts::FollowContacts),
            Arc::new(stopping::members::HandOver),
        ]
    }

    /// Kinds of job.
    #[must_use]
    pub fn works(self: Arc<Self>) -> Vec<Arc<dyn jobs::Work>> {
        vec![
            Arc::new(enrolling::job::Enrol(Arc::clone(&self))),
            Arc::new(sending::job::Tick(Arc::clone(&self))),
            Arc::new(sending::beginning::Begin(Arc::clone(&self))),
            Arc::new(sending::calling_back::CallBack(Arc::clone(&self))),
            Arc::new(stopping::answers::ReadAnswer(Arc::clone(&self))),
            Arc::new(stopping::moves::MoveDeals(Arc::clone(&self))),
            Arc::new(stopping::recheck::Recheck(Arc::clone(&self))),
            Arc::new(planning::rehearsal::Rehearse(self)),
        ]
    }

    /// What comes round.
    #[must_use]
    pub fn schedules() -> Vec<jobs::Schedule> {
        vec![sending::job::SCHEDULE]
    }

    /// Names of these members, asked for once.
    async fn member_names(
        &self,
        scope: &Scope,
        ids: impl IntoIterator<Item = Uuid>,
    ) -> Result<HashMap<Uuid, String>, Error> {
        match unique(ids) {
            ids if ids.is_empty() => Ok(HashMap::new()),
            ids => self.asked.directory.names(scope, &ids).await.map_err(Error::Port),
        }
    }

    /// Names of those of these contacts that are within reach, asked for once.
    async fn contact_names(
        &self,
        scope: &Scope,
        ids: impl IntoIterator<Item = Uuid>,
    ) -> Result<HashMap<Uuid, String>, Error> {
        let mut ids = unique(ids);
        if !ids.is_empty() && !scope.reaches_all(Resource::Clients) {
            let within = self.asked.clients.contacts_within(scope, &ids).await.map_err(Error::Port)?;
            ids.retain(|id| within.contains(id));
        }
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        self.asked.clients.contact_names(scope, &ids).await.map_err(Error::Port)
    }

    /// Refuses a contact that is gone or out of reach.
    async fn check_contact(&self, scope: &Scope, id: Uuid) -> Result<(), Error> {
        let within = self.asked.clients.contacts_within(scope, &[id]).await.map_err(Error::Port)?;
        if within.contains(&id) { Ok(()) } else { Err(Error::NotFound) }
    }
}

/// The ids, each once.
fn unique(ids: impl IntoIterator<Item = Uuid>) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
