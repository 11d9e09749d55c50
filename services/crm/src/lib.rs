#![doc = include_str!("../README.md")]

mod audience;
pub mod bulk;
mod clients;
pub mod companies;
pub mod contacts;
pub mod duplicates;
mod error;
mod export;
mod global_search;
pub mod identities;
pub mod imports;
mod lists;
pub mod merge;
pub mod notes;
mod overview;
pub mod own_fields;
pub mod record;
mod reindex;
mod search;
mod spelling;
mod subscriptions;
mod tags;
pub mod timeline;
pub mod trash;
pub mod views;

use std::{collections::HashMap, sync::Arc};

pub(crate) use api::requests;
use batches::Children;
use contracts::{
    conversations::Conversations,
    imports::DealRow,
    ports::{Deals, Directory, Recipients},
};
pub(crate) use db::columns;
use db::{Db, Migration};
use exchange::import::Keeper;
use fields::Definitions;
use kernel::{Fields, Resource, Scope, UserId};
use spelling::Spelling;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

pub use error::{Error, MESSAGES};

/// The service: companies, contacts, and the notes on them and on deals.
pub struct Crm {
    db: Db,
    directory: Arc<dyn Directory>,
    deals: Arc<dyn Deals>,
    /// Country of phone numbers written without a country code (ISO 3166 alpha-2).
    phone_region: Option<String>,
    files: imports::Files,
    /// What hangs on records in other services.
    children: Vec<Arc<dyn Children>>,
    /// Who keeps the deals that are imported.
    keeper: Option<Arc<dyn Keeper<DealRow>>>,
    /// Who knows what was said with contacts, and in which time zone people are.
    talks: Option<(Arc<dyn Conversations>, Arc<dyn Recipients>)>,
    definitions: Arc<Definitions>,
    spelling: Spelling,
}

pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "crm_0001_records", sql: include_str!("../migrations/0001_records.sql") },
    Migration { name: "crm_0002_imports", sql: include_str!("../migrations/0002_imports.sql") },
    Migration { name: "crm_0003_merge", sql: include_str!("../migrations/0003_merge.sql") },
    Migration { name: "crm_0004_saved_views", sql: include_str!("../migrations/0004_saved_views.sql") },
    Migration { name: "crm_0005_notes_on_deals", sql: include_str!("../migrations/0005_notes_on_deals.sql") },
    Migration { name: "crm_0006_activities", sql: include_str!("../migrations/0006_activities.sql") },
    Migration { name: "crm_0007_time_zone", sql: include_str!("../migrations/0007_time_zone.sql") },
];

impl Crm {
    #[must_use]
    pub fn new(
        db: Db,
        directory: Arc<dyn Directory>,
        deals: Arc<dyn Deals>,
        phone_region: Option<String>,
        files: imports::Files,
        definitions: Arc<Definitions>,
    ) -> Self {
        let (children, keeper, talks, spelling) = (Vec::new(), None, None, Spelling::default());
        Self { db, directory, deals, phone_region, files, children, keeper, talks, definitions, spelling }
    }

    /// The service, with what follows its records when they are merged.
    #[must_use]
    pub fn followed_by(self, children: Vec<Arc<dyn Children>>) -> Self {
        Self { children, ..self }
    }

    /// The service, with who knows what was said with contacts, and in which time zone people are.
    #[must_use]
    pub fn telling(self, conversations: Arc<dyn Conversations>, recipients: Arc<dyn Recipients>) -> Self {
        Self { talks: Some((conversations, recipients)), ..self }
    }

    /// The service, with who keeps the deals that it imports.
    #[must_use]
    pub fn importing_deals(self, keeper: Arc<dyn Keeper<DealRow>>) -> Self {
        Self { keeper: Some(keeper), ..self }
    }

    /// The HTTP interface.
    pub fn routes(self: Arc<Self>) -> OpenApiRouter {
        let contacts = || {
            contacts::http::routes()
                .merge(notes::http::of_contacts())
                .merge(timeline::http::of_contacts())
                .merge(export::http::of_contacts())
                .merge(bulk::http::of_contacts())
                .merge(duplicates::http::of_contacts())
                .merge(merge::http::of_contacts())
        };
        let companies = companies::http::routes()
            .merge(notes::http::of_companies())
            .merge(timeline::http::of_companies())
            .merge(export::http::of_companies())
            .merge(bulk::http::of_companies())
            .merge(duplicates::http::of_companies())
            .merge(merge::http::of_companies());
        let (clients, _undocumented) = contacts().split_for_parts();
        OpenApiRouter::new()
            .nest("/api/crm/contacts", contacts())
            .nest("/api/crm/clients", OpenApiRouter::from(clients))
            .nest("/api/crm/companies", companies)
            .nest("/api/team/clients", bulk::http::of_team().merge(contacts::http::of_team()))
            .nest("/api/crm/deals", notes::http::of_deals().merge(timeline::http::of_deals()))
            .nest("/api/crm", notes::http::routes().merge(bulk::http::routes()))
            .nest("/api/crm", tags::routes().merge(overview::routes()))
            .nest("/api/crm", own_fields::http::routes().merge(views::http::routes()))
            .nest("/api", global_search::routes())
            .merge(imports::http::routes())
            .with_state(self)
    }

    /// Reactions to events.
    #[must_use]
    #[expect(clippy::unused_self, reason = "handlers of other services need theirs")]
    pub fn handlers(&self) -> Vec<Arc<dyn events::Handler>> {
        vec![
            Arc::new(subscriptions::ReindexContacts),
            Arc::new(subscriptions::ForgetNotes),
            Arc::new(bulk::hand_over::HandOver),
        ]
    }

    /// Kinds of job.
    #[must_use]
    pub fn works(self: Arc<Self>) -> Vec<Arc<dyn jobs::Work>> {
        vec![
            Arc::new(imports::RunImport(Arc::clone(&self))),
            Arc::new(bulk::run::RunBulk(Arc::clone(&self))),
            Arc::new(bulk::undo::UndoBatch(Arc::clone(&self))),
            Arc::new(reindex::ReindexCompanyContacts(self)),
        ]
    }

    fn region(&self) -> Option<&str> {
        self.phone_region.as_deref()
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

    /// As [`Self::check_owner`], for several people at once, each by its place in `people`.
    async fn check_people(&self, scope: &Scope, resource: Resource, people: &[Uuid]) -> Result<(), Error> {
        if people.is_empty() {
            return Ok(());
        }
        let (me, within) = (scope.user_id().map(Uuid::from), scope.owners(resource));
        let known = match people {
            [only] if Some(*only) == me => Vec::new(),
            _ => self.directory.people(scope).await.map_err(Error::Port)?,
        };
        let mut refused = Fields::default();
        for (place, person) in people.iter().enumerate().filter(|(_, person)| Some(**person) != me) {
            if !within.include(Some(*person)) {
                refused.refuse(&format!("people[{place}]"), "owner.not_allowed");
            } else if known.iter().all(|member| member.id != *person) {
                refused.refuse(&format!("people[{place}]"), "reference.unknown");
            }
        }
        Ok(refused.finish(|| ())?)
    }

    /// Refuses an owner whom the actor may not name: agents take records themselves or leave them unassigned,
    /// others name their teammates or any member.
    async fn check_owner(&self, scope: &Scope, resource: Resource, owner: Option<Uuid>) -> Result<(), Error> {
        let Some(owner) = owner else { return Ok(()) };
        if scope.user_id() == Some(UserId(owner)) {
            return Ok(());
        }
        if !scope.owners(resource).include(Some(owner)) {
            return Err(Error::field("ownerId", "owner.not_allowed"));
        }
        if self.directory.is_member(scope, UserId(owner)).await.map_err(Error::Port)? {
            Ok(())
        } else {
            Err(Error::field("ownerId", "reference.unknown"))
        }
    }
}
