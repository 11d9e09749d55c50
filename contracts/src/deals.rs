//! Where deals of contacts stand, and moving them, as a program (a campaign, a rule) does.

use kernel::Scope;
use uuid::Uuid;

use crate::ports::PortError;

/// Whether a deal is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DealStatus {
    Open,
    Won,
    Lost,
}

/// Where a deal of a contact stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DealStanding {
    pub deal_id: Uuid,
    pub pipeline_id: Uuid,
    pub stage_id: Uuid,
    pub status: DealStatus,
}

/// A move of a deal that no person makes: a step of a campaign, a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedMove {
    pub contact_id: Uuid,
    /// Which deal of the contact. None: their only open one in the pipeline of the stage, else their only open one.
    pub deal_id: Option<Uuid>,
    pub stage_id: Uuid,
    /// At most 500 characters, as the next.
    pub reason: Option<String>,
    /// Needed for a stage that counts as lost.
    pub lost_reason: Option<String>,
}

/// What became of a wanted move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DealMoved {
    Moved {
        deal_id: Uuid,
    },
    /// It stands there already, be it by an earlier try; nothing was written.
    Stayed {
        deal_id: Uuid,
    },
    /// A stable code: `no_open_deal`, `several_deals`, `stage_rules`, `reference.unknown` (the stage or the deal is gone),
    /// `field.required` (a reason is missing), `permission.denied` …
    Refused {
        code: String,
    },
}

/// Moving deals; implemented by `pipeline`.
#[async_trait::async_trait]
pub trait DealMoves: Send + Sync {
    /// Moves a deal of a contact to the top of a stage, as far as the stages allow it and the actor may: one transaction, told
    /// as a move by a rule. The same again moves nothing more.
    async fn move_deal_of(&self, scope: &Scope, wanted: &WantedMove) -> Result<DealMoved, PortError>;
}
