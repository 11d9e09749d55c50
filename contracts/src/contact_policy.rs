//! Whether a contact may be written to: one answer for every sender, be it a campaign, a rule, a bulk operation, or a person.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kernel::Scope;
use uuid::Uuid;

use crate::ports::PortError;

/// Who wants to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyPurpose {
    /// A campaign, a rule, a bulk operation.
    Program,
    /// A person, to one person: they are only warned.
    Manual,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyAsk<'a> {
    pub contact_id: Uuid,
    /// `telegram` or `email`.
    pub channel: &'a str,
    pub purpose: PolicyPurpose,
    pub at: DateTime<Utc>,
}

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyReason {
    /// Stable and with a text, such as `policy.opted_out`.
    pub code: &'static str,
    pub params: BTreeMap<&'static str, String>,
    /// From when on it holds no more, if waiting helps.
    pub until: Option<DateTime<Utc>>,
}

/// What the policy says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyVerdict {
    /// Always so for a person who writes to one person: reasons are warnings then.
    pub allowed: bool,
    pub reasons: Vec<PolicyReason>,
    /// When it may go; none when it may go now, or when waiting does not help.
    pub not_before: Option<DateTime<Utc>>,
}

/// The policy; implemented by `campaigns`.
#[async_trait::async_trait]
pub trait ContactPolicy: Send + Sync {
    /// As many answers as questions, in their order; at most 1000. A contact out of reach counts as gone.
    async fn check(&self, scope: &Scope, asked: &[PolicyAsk<'_>]) -> Result<Vec<PolicyVerdict>, PortError>;
}
