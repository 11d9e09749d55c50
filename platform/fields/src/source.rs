//! What the owners of records answer about them: the one question that goes from here to the services. Each service
//! answers for its kinds of record; the server brings them together.

use std::collections::{HashMap, HashSet};

use db::List;
use kernel::Scope;
use uuid::Uuid;

use crate::field::RecordType;

/// A source that could not answer.
pub type SourceError = Box<dyn std::error::Error + Send + Sync>;

/// The records of some kinds.
#[async_trait::async_trait]
pub trait RecordSource: Send + Sync {
    /// What their list can be filtered and sorted by.
    fn list(&self, of: RecordType) -> &'static List;

    /// Those of the records that are out of the trash and within the actor's reach.
    async fn reachable(&self, scope: &Scope, of: RecordType, ids: &[Uuid]) -> Result<HashSet<Uuid>, SourceError>;

    /// Names of these records of the organization, in the trash or not; at most 1000 ids.
    async fn names(&self, scope: &Scope, of: RecordType, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, SourceError>;

    /// The record of this name that is out of the trash and within reach; none when there are several.
    async fn named(&self, scope: &Scope, of: RecordType, name: &str) -> Result<Option<Uuid>, SourceError>;
}
