//! What notifications are about: who may see it, and what it is called. Asked of those who keep it.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use contracts::{
    permissions::{ACCOUNTS_READ, CAMPAIGNS_READ, CHATS_READ, COMPANIES_READ, CONTACTS_READ, DEALS_READ},
    ports::{CampaignNames, Chats, Clients, Deals, Holding, Owned},
};
use kernel::{Grants, OrgId, Owners, Permission, Reach, Resource, Scope, UserId};
use uuid::Uuid;

use crate::{Error, accounts::ACCOUNT, campaigns::CAMPAIGN};

/// Kinds of record that belong to somebody.
pub const RECORDS: [&str; 5] = ["contact", "company", "deal", "chat", CAMPAIGN];

/// What it takes to read records of a kind, or accounts; none for what belongs to nobody.
#[must_use]
pub fn permission(kind: &str) -> Option<Permission> {
    match kind {
        "contact" => Some(CONTACTS_READ),
        "company" => Some(COMPANIES_READ),
        "deal" => Some(DEALS_READ),
        "chat" => Some(CHATS_READ),
        CAMPAIGN => Some(CAMPAIGNS_READ),
        ACCOUNT => Some(ACCOUNTS_READ),
        _ => None,
    }
}

/// Whether somebody may see a record.
#[must_use]
pub fn may_see((person, grants, reach): (Uuid, Grants, &Reach), kind: &str, holding: &Holding) -> bool {
    let reaches = |resource| holding.is_within(&reach.owners(resource, Some(UserId(person))));
    permission(kind).is_some_and(|permission| grants.allows(permission)) && Resource::of(kind).is_some_and(reaches)
}

/// Who keeps the records.
pub struct Subjects {
    pub clients: Arc<dyn Clients>,
    pub deals: Arc<dyn Deals>,
    pub chats: Arc<dyn Chats>,
    pub campaigns: Arc<dyn CampaignNames>,
    pub keepers: Vec<Arc<dyn Owned>>,
}

impl Subjects {
    /// Whose these records are; those that are gone are absent.
    ///
    /// # Errors
    /// When their keeper is away.
    pub async fn holdings(&self, org: OrgId, kind: &str, ids: &[Uuid]) -> Result<HashMap<Uuid, Holding>, Error> {
        match self.keepers.iter().find(|keeper| keeper.keeps(kind)) {
            Some(keeper) if !ids.is_empty() => keeper.holdings(org, kind, ids).await.map_err(Error::Port),
            _ => Ok(HashMap::new()),
        }
    }

    /// What these are called, as far as they are records within the actor's reach. Each kind is asked for once.
    ///
    /// # Errors
    /// When their keeper is away.
    pub async fn names(
        &self,
        scope: &Scope,
        of: impl IntoIterator<Item = (String, Uuid)>,
    ) -> Result<HashMap<(String, Uuid), String>, Error> {
        let wanted: BTreeSet<(String, Uuid)> = of.into_iter().collect();
        let mut names = HashMap::new();
        for kind in RECORDS {
            let ids: Vec<Uuid> = wanted.iter().filter(|(of, _)| of == kind).map(|(_, id)| *id).collect();
            if ids.is_empty() || !permission(kind).is_some_and(|permission| scope.grants.allows(permission)) {
                continue;
            }
            names.extend(
                self.names_of(scope, kind, &ids).await?.into_iter().map(|(id, name)| ((kind.to_owned(), id), name)),
            );
        }
        Ok(names)
    }

    async fn names_of(&self, scope: &Scope, kind: &str, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, Error> {
        let mut names = match kind {
            "contact" => self.clients.contact_names(scope, ids).await,
            "company" => self.clients.company_names(scope, ids).await,
            // Only those within reach.
            "chat" => return self.chats.titles(scope, ids).await.map_err(Error::Port),
            CAMPAIGN => return self.campaigns.names(scope, ids).await.map_err(Error::Port),
            _ => return self.deals.titles(scope, ids).await.map_err(Error::Port),
        }
        .map_err(Error::Port)?;
        let owners = Resource::of(kind).map_or(Owners::These(Vec::new()), |resource| scope.owners(resource));
        if owners != Owners::All {
            let held = self.holdings(scope.org_id, kind, ids).await?;
            names.retain(|id, _| held.get(id).is_some_and(|held| held.is_within(&owners)));
        }
        Ok(names)
    }
}
