//! Questions one service asks another, implemented by the owner and wired in `server`.

use std::collections::HashMap;

use kernel::{Scope, UserId};
use uuid::Uuid;

/// A port that could not answer.
pub type PortError = Box<dyn std::error::Error + Send + Sync>;

/// Who is in the organization; implemented by `identity`.
#[async_trait::async_trait]
pub trait Directory: Send + Sync {
    /// Names of these people, as far as they are (or were) members of the scope's organization; at most 1000 ids.
    async fn names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError>;

    /// Whether the person is a member of the scope's organization.
    async fn is_member(&self, scope: &Scope, user: UserId) -> Result<bool, PortError>;
}
