//! Every pipeline of the organization with its stages, read at once: there are few, and most commands need several.
//! Whoever changes them, or moves a deal, holds [`lock`]: an organization moves one deal after the other, so that places
//! in a column stay distinct, limits hold, and no two writers can wait for each other.

use db::Tx;
use fields::{CustomField, RecordType};
use kernel::Scope;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    Error,
    pipelines::store::{self as pipelines, StoredPipeline},
    stages::{
        stage::{Stage, StageKind},
        store as stages,
    },
};

/// The pipelines in their order, and the stages in theirs.
#[derive(Clone, Debug)]
pub struct Plan {
    pub pipelines: Vec<StoredPipeline>,
    /// Of all pipelines; archived ones last within their pipeline.
    pub stages: Vec<Stage>,
    /// The fields of deals that the organization made up; read only when a stage asks for one.
    pub own_fields: Vec<CustomField>,
}

/// Reads the plan.
///
/// # Errors
/// When the database is away.
pub async fn load(connection: &impl ConnectionTrait, scope: &Scope) -> Result<Plan, Error> {
    let pipelines = pipelines::list(connection, scope).await?;
    let stages = stages::list(connection, scope).await?;
    let own_fields = if stages.iter().any(Stage::asks_for_own_fields) {
        fields::list(connection, scope, Some(RecordType::Deal)).await?
    } else {
        Vec::new()
    };
    Ok(Plan { pipelines, stages, own_fields })
}

/// Reads the plan and keeps every other mover out until the transaction ends. Locks come in one order everywhere: the
/// pipelines by id, then deals.
///
/// # Errors
/// When the database is away.
pub async fn lock(tx: &Tx, scope: &Scope) -> Result<Plan, Error> {
    pipelines::lock(tx, scope).await?;
    load(tx, scope).await
}

impl Plan {
    #[must_use]
    pub fn pipeline(&self, id: Uuid) -> Option<&StoredPipeline> {
        self.pipelines.iter().find(|pipeline| pipeline.id == id)
    }

    #[must_use]
    pub fn stage(&self, id: Uuid) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// The pipeline that deals go to when none is named.
    #[must_use]
    pub fn default_pipeline(&self) -> Option<&StoredPipeline> {
        self.pipelines.iter().find(|pipeline| pipeline.is_default)
    }

    /// The stages of a pipeline, archived ones last.
    pub fn stages_of(&self, pipeline: Uuid) -> impl Iterator<Item = &Stage> {
        self.stages.iter().filter(move |stage| stage.pipeline_id == pipeline)
    }

    /// The first stage of a kind that deals can be in.
    #[must_use]
    pub fn first_of(&self, pipeline: Uuid, kind: StageKind) -> Option<&Stage> {
        self.stages_of(pipeline).find(|stage| stage.kind == kind && stage.archived_at.is_none())
    }

    /// The stage that a deal is to go to, by the field that names it.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is none, or it is archived.
    pub fn target(&self, field: &str, id: Uuid) -> Result<&Stage, Error> {
        let found = self.stage(id).filter(|stage| stage.archived_at.is_none());
        found.ok_or_else(|| Error::field(field, "reference.unknown"))
    }
}
