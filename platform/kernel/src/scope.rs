//! Who acts, for which organization, and why. A [`Scope`] is made only by the request extractor, the job runner, the
//! event dispatcher and the command line – never from input – and every command and query takes one first.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    ErrorKind, Grants, Locale, OrgId, Permission, Reach, UserId,
    error::{Coded, Forbidden},
    reach::{Level, Owners, Resource},
};

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Actor {
    User(UserId),
    /// A person's import; the id is the person's.
    Import(UserId),
    /// A program, by a key that a person made.
    ApiKey {
        key: Uuid,
        user: UserId,
    },
    System,
}

impl Actor {
    /// `user`, `import`, `api_key` or `system`, as kept in the change log.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Import(_) => "import",
            Self::ApiKey { .. } => "api_key",
            Self::System => "system",
        }
    }

    /// Its id, as kept in the change log: the person's, or the key's.
    #[must_use]
    pub fn id(self) -> Option<Uuid> {
        match self {
            Self::User(id) | Self::Import(id) => Some(id.0),
            Self::ApiKey { key, .. } => Some(key),
            Self::System => None,
        }
    }

    /// The person behind the act, if there is one: of a key, who made it.
    #[must_use]
    pub fn user_id(self) -> Option<UserId> {
        match self {
            Self::User(id) | Self::Import(id) | Self::ApiKey { user: id, .. } => Some(id),
            Self::System => None,
        }
    }
}

/// Identifies a retried request: who sent which key for which request.
#[derive(Debug)]
pub struct IdempotencyMark {
    pub key: String,
    /// SHA-256 of method, path and body.
    pub fingerprint: [u8; 32],
}

/// The frame of one piece of work.
#[derive(Clone, Debug)]
pub struct Scope {
    pub org_id: OrgId,
    pub actor: Actor,
    pub grants: Grants,
    pub reach: Reach,
    pub locale: Locale,
    /// Correlates log lines, change-log rows and answers.
    pub request_id: Arc<str>,
    /// The import, bulk operation or undo this work is part of.
    pub batch_id: Option<Uuid>,
    /// The event that made this happen.
    pub cause_event_id: Option<Uuid>,
    /// The session in which a person did it.
    pub session_id: Option<Uuid>,
    /// The member whom a person looks as, with that member's grants and reach: nothing is written meanwhile. Who acts stays who
    /// they are, and what is personal stays theirs.
    pub viewing_as: Option<UserId>,
    /// Written by the first transaction of a request that came with an `Idempotency-Key`.
    pub idempotency: Option<Arc<IdempotencyMark>>,
}

impl Scope {
    /// A scope of the system itself in one organization: every permission, every row.
    #[must_use]
    pub fn system(org_id: OrgId, request_id: &str) -> Self {
        Self {
            org_id,
            actor: Actor::System,
            grants: Grants::ALL,
            reach: Reach::ORGANIZATION,
            locale: Locale::En,
            request_id: request_id.into(),
            batch_id: None,
            cause_event_id: None,
            session_id: None,
            viewing_as: None,
            idempotency: None,
        }
    }

    /// A scope of a signed-in member; made by the authenticator, and by sign-up for the organization it founds.
    #[must_use]
    pub fn of_member(
        org_id: OrgId,
        user: UserId,
        grants: Grants,
        reach: Reach,
        locale: Locale,
        request_id: Arc<str>,
    ) -> Self {
        Self {
            org_id,
            actor: Actor::User(user),
            grants,
            reach,
            locale,
            request_id,
            batch_id: None,
            cause_event_id: None,
            session_id: None,
            viewing_as: None,
            idempotency: None,
        }
    }

    /// The first statement of every command and query.
    ///
    /// # Errors
    /// [`Forbidden`] when the actor lacks the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Forbidden> {
        if self.grants.allows(permission) { Ok(()) } else { Err(Forbidden { permission: permission.name }) }
    }

    /// The same frame as part of a batch.
    #[must_use]
    pub fn in_batch(&self, batch_id: Uuid) -> Self {
        Self { batch_id: Some(batch_id), ..self.clone() }
    }

    /// Whose rows of a kind the actor reaches, besides those of nobody.
    #[must_use]
    pub fn owners(&self, resource: Resource) -> Owners {
        self.reach.owners(resource, self.eyes())
    }

    /// Whether the actor reaches the rows of a kind that belong to this person, or to nobody; copies nothing.
    #[must_use]
    pub fn reaches(&self, resource: Resource, owner: Option<Uuid>) -> bool {
        self.reach.includes(resource, self.eyes(), owner)
    }

    /// Whether the actor reaches all rows of a kind, whoever's they are.
    #[must_use]
    pub fn reaches_all(&self, resource: Resource) -> bool {
        self.reach.level(resource) == Level::Organization
    }

    /// The acting person, if any.
    #[must_use]
    pub fn user_id(&self) -> Option<UserId> {
        self.actor.user_id()
    }

    /// The person whose rows are one's own where records are read: the acting one, or whom they look as. What is personal,
    /// such as drafts and private views, is asked for by [`Self::user_id`].
    #[must_use]
    pub fn eyes(&self) -> Option<UserId> {
        self.viewing_as.or_else(|| self.user_id())
    }
}

/// The part of a scope that a job keeps: who asked, with which rights, as part of which batch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SavedScope {
    org_id: OrgId,
    actor: Actor,
    grants: Grants,
    /// As of the asking: who joins or leaves a team since makes no difference to the job.
    reach: Reach,
    locale: Locale,
    batch_id: Option<Uuid>,
    cause_event_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    viewing_as: Option<UserId>,
}

impl From<&Scope> for SavedScope {
    fn from(scope: &Scope) -> Self {
        Self {
            org_id: scope.org_id,
            actor: scope.actor,
            grants: scope.grants,
            reach: scope.reach.clone(),
            locale: scope.locale,
            batch_id: scope.batch_id,
            cause_event_id: scope.cause_event_id,
            viewing_as: scope.viewing_as,
        }
    }
}

impl SavedScope {
    /// The scope to go on with; only the job runner calls this.
    #[must_use]
    pub fn resume(self, request_id: &str) -> Scope {
        Scope {
            org_id: self.org_id,
            actor: self.actor,
            grants: self.grants,
            reach: self.reach,
            locale: self.locale,
            request_id: request_id.into(),
            batch_id: self.batch_id,
            cause_event_id: self.cause_event_id,
            session_id: None,
            viewing_as: self.viewing_as,
            idempotency: None,
        }
    }
}

impl Coded for Forbidden {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Forbidden
    }

    fn code(&self) -> &'static str {
        "permission.denied"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_looks_as_another_reads_what_is_theirs_and_stays_who_they_are() {
        let (me, other) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let own = Scope::of_member(OrgId(Uuid::nil()), me, Grants::ALL, Reach::OWN, Locale::En, "r".into());
        let scope = Scope { viewing_as: Some(other), ..own.clone() };
        assert_eq!((own.eyes(), scope.eyes(), scope.user_id()), (Some(me), Some(other), Some(me)));
        assert!(scope.reaches(Resource::Deals, Some(other.0)) && !scope.reaches(Resource::Deals, Some(me.0)));
        assert_eq!(scope.owners(Resource::Deals), Owners::These(vec![other.0]));
        let resumed = SavedScope::from(&scope).resume("later");
        assert_eq!((resumed.eyes(), resumed.user_id()), (Some(other), Some(me)));
    }
}
