//! Reading pipelines: each with its stages, and with what stands in them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::permissions::PIPELINES_READ;
use kernel::Scope;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::StoredPipeline;
use crate::{
    Error,
    board::totals::{self, StageTotals},
    plan::{self, Plan},
    stages::stage::Stage,
};

/// Ordered stages that deals move through.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pipeline {
    pub id: Uuid,
    pub name: String,
    /// Whether deals go here when no pipeline is named; one of an organization is.
    pub is_default: bool,
    /// Place among the pipelines.
    pub position: i64,
    /// Of new deals.
    pub currency: String,
    /// In their order, archived ones last.
    pub stages: Vec<Stage>,
    /// Grows with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A stage and what stands in it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StageOverview {
    #[serde(flatten)]
    pub stage: Stage,
    pub totals: StageTotals,
}

/// A pipeline and what stands in it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PipelineOverview {
    pub id: Uuid,
    pub name: String,
    pub is_default: bool,
    pub position: i64,
    pub currency: String,
    pub stages: Vec<StageOverview>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Pipeline {
    /// The pipeline with its stages out of the plan.
    #[must_use]
    pub fn of(pipeline: &StoredPipeline, plan: &Plan) -> Self {
        Self {
            id: pipeline.id,
            name: pipeline.name.clone(),
            is_default: pipeline.is_default,
            position: pipeline.place,
            currency: pipeline.currency.clone(),
            stages: plan.stages_of(pipeline.id).cloned().collect(),
            version: pipeline.version,
            created_at: pipeline.created_at,
            updated_at: pipeline.updated_at,
        }
    }

    fn overview(self, totals: &mut HashMap<Uuid, StageTotals>) -> PipelineOverview {
        let with_totals = |stage: Stage| StageOverview { totals: totals.remove(&stage.id).unwrap_or_default(), stage };
        PipelineOverview {
            id: self.id,
            name: self.name,
            is_default: self.is_default,
            position: self.position,
            currency: self.currency,
            stages: self.stages.into_iter().map(with_totals).collect(),
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

/// Every pipeline with what the actor reaches of its deals.
///
/// # Errors
/// When the database is away.
pub async fn list(service: &crate::Pipeline, scope: &Scope) -> Result<Vec<PipelineOverview>, Error> {
    scope.require(PIPELINES_READ)?;
    let reader = service.db.reader(scope);
    let plan = plan::load(&reader, scope).await?;
    let mut totals = totals::of_stages(&reader, scope, &plan.stages).await?;
    Ok(plan.pipelines.iter().map(|pipeline| Pipeline::of(pipeline, &plan).overview(&mut totals)).collect())
}

/// One pipeline.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(service: &crate::Pipeline, scope: &Scope, id: Uuid) -> Result<Pipeline, Error> {
    scope.require(PIPELINES_READ)?;
    let plan = plan::load(&service.db.reader(scope), scope).await?;
    Ok(Pipeline::of(plan.pipeline(id).ok_or(Error::NotFound)?, &plan))
}
