//! Every pipeline of the organization with its stages, read at once: there are few, and most commands need several.
//! Whoever moves deals holds [`lock`], so that limits hold and no two writers can wait for each other; whoever changes
//! pipelines or stages holds [`lock_whole`], which also keeps out the single moves that hold nothing (`operation::slip`).

use std::{sync::Arc, time::Duration};

use db::Tx;
use fields::{CustomField, RecordType};
use kernel::Scope;
use moka::sync::Cache;
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

/// Reads the plan as [`lock`] does, and holds the stages too: none of them gets a deal until the transaction ends.
///
/// # Errors
/// When the database is away.
pub async fn lock_whole(tx: &Tx, scope: &Scope) -> Result<Plan, Error> {
    pipelines::lock(tx, scope).await?;
    stages::hold(tx, scope).await?;
    load(tx, scope).await
}

/// Plans as they were a while ago, for writers that say in their statement which version of a stage they go by.
pub struct Plans(Cache<Uuid, Arc<Plan>>);

impl Default for Plans {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(1000).time_to_live(Duration::from_mins(1)).build())
    }
}

impl Plans {
    /// The plan of the organization as it was a while ago.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn recent(&self, connection: &impl ConnectionTrait, scope: &Scope) -> Result<Arc<Plan>, Error> {
        if let Some(plan) = self.0.get(&scope.org_id.0) {
            return Ok(plan);
        }
        let plan = Arc::new(load(connection, scope).await?);
        self.0.insert(scope.org_id.0, Arc::clone(&plan));
        Ok(plan)
    }

    /// Has the plan of the organization read anew the next time.
    pub fn forget(&self, scope: &Scope) {
        self.0.invalidate(&scope.org_id.0);
    }
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
