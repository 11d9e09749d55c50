//! A move of a deal out of its entry in the change log: which stages, and why. The words for the stages and the cause are
//! those of the service that keeps deals.

use chrono::{DateTime, Utc};
use db::change_log::Entry;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::entry::Names;

/// Fields of a deal's place, which a move tells in its own words. What the place is for (won, lost) its stage tells.
pub const PLACE: [&str; 6] = ["pipelineId", "stageId", "position", "stageEnteredAt", "wonAt", "lostAt"];

/// A stage by name, also when it is gone by now.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimelineStage {
    pub id: Uuid,
    #[schema(required)]
    pub name: Option<String>,
    #[schema(required)]
    pub color: Option<String>,
    /// Name of its pipeline.
    #[schema(required)]
    pub pipeline: Option<String>,
}

/// A deal came into a stage.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Moved {
    /// None for a new deal.
    #[schema(required)]
    pub from: Option<TimelineStage>,
    pub to: TimelineStage,
    /// As in the history of moves: `created`, `manual`, `bulk`, `import`, `rule`, `stage_deleted`. None when an undo put it
    /// back.
    #[schema(required)]
    pub cause: Option<String>,
    /// Whether no person chose the stage.
    pub auto: bool,
    #[schema(required)]
    pub reason: Option<String>,
    /// How long it had stood in the stage before.
    #[schema(required)]
    pub seconds_in_from: Option<i64>,
}

fn text<'a>(image: Option<&'a Value>, field: &str) -> Option<&'a str> {
    image?.get(field)?.as_str()
}

fn stage_id(image: Option<&Value>) -> Option<Uuid> {
    text(image, "stageId")?.parse().ok()
}

/// The deal and when it came into its stage, if the entry is of a move. (An undo gives back the instant of long ago.)
#[must_use]
pub fn key(entry: &Entry) -> Option<(Uuid, DateTime<Utc>)> {
    stage_id(entry.after.as_ref())?;
    Some((entry.record_id, text(entry.after.as_ref(), "stageEnteredAt")?.parse().ok()?))
}

impl Moved {
    /// The move that an entry of a deal tells of.
    #[must_use]
    pub fn of(entry: &Entry, names: &Names) -> Option<Self> {
        let stage = |id: Uuid| {
            let known = names.stages.get(&id);
            TimelineStage {
                id,
                name: known.map(|stage| stage.name.clone()),
                color: known.map(|stage| stage.color.clone()),
                pipeline: known.map(|stage| stage.pipeline.clone()),
            }
        };
        let to = stage(stage_id(entry.after.as_ref())?);
        let from = stage_id(entry.before.as_ref()).map(stage);
        let undone = entry.action == db::Action::Reverted.as_str();
        let cause = key(entry).filter(|_| !undone).and_then(|key| names.moves.get(&key)).cloned();
        Some(Self {
            from,
            to,
            auto: cause.as_ref().is_some_and(|cause| cause.auto),
            seconds_in_from: cause.as_ref().and_then(|cause| cause.seconds_in_from),
            reason: cause.as_ref().and_then(|cause| cause.reason.clone()),
            cause: cause.map(|cause| cause.cause),
        })
    }
}
