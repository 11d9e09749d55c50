//! What contacts wrote, and the words of templates, for programs that read them.

use std::collections::HashMap;

use kernel::Scope;
use uuid::Uuid;

use crate::ports::PortError;

/// Messages and templates as texts; implemented by `messaging`.
#[async_trait::async_trait]
pub trait Answers: Send + Sync {
    /// The texts of these messages of the organization; at most 1000. Those that are gone, have none, or were written in
    /// groups, where anybody may write, are absent.
    async fn texts(&self, scope: &Scope, messages: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError>;

    /// The texts of the templates that everybody sees, by their shortcut; at most 1000.
    async fn snippets(&self, scope: &Scope) -> Result<HashMap<String, String>, PortError>;
}
