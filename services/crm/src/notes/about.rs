//! What notes and timelines are about: the records of this service, and deals, which another service keeps.

use api::words;
use contracts::permissions::DEALS_READ;
use kernel::{Permission, Scope};
use uuid::Uuid;

use super::store;
use crate::{Crm, Error, record::RecordKind};

words! {
    /// What a note can be about, and what is found.
    #[schema(as = SearchKind)]
    About {
        Contact = "contact",
        Company = "company",
        Deal = "deal",
    }
}

impl From<RecordKind> for About {
    fn from(kind: RecordKind) -> Self {
        match kind {
            RecordKind::Contact => Self::Contact,
            RecordKind::Company => Self::Company,
        }
    }
}

impl About {
    /// The kind of record, if this service keeps it.
    #[must_use]
    pub fn kept_here(self) -> Option<RecordKind> {
        match self {
            Self::Contact => Some(RecordKind::Contact),
            Self::Company => Some(RecordKind::Company),
            Self::Deal => None,
        }
    }

    /// The permission to read it.
    #[must_use]
    pub fn read(self) -> Permission {
        self.kept_here().map_or(DEALS_READ, |kind| kind.rights().read)
    }

    /// Refuses what is unknown or out of the actor's reach. Another service may be asked: not inside a transaction.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn require(self, crm: &Crm, scope: &Scope, id: Uuid) -> Result<(), Error> {
        if let Some(kind) = self.kept_here() {
            return store::require_record(&crm.db.reader(scope), scope, kind, id).await;
        }
        let found = crm.deals.titles(scope, &[id]).await.map_err(Error::Port)?;
        found.contains_key(&id).then_some(()).ok_or(Error::NotFound)
    }
}
