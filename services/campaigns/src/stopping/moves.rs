//! The job that moves deals of contacts who came to such a step. Moving a deal to where it stands moves nothing.

use std::sync::Arc;

use contracts::deals::{DealMoved, WantedMove};
use jobs::{Context, JobError, Work};
use kernel::Scope;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{Campaigns, Error, log, sending};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    campaign_id: Uuid,
    stage_id: Uuid,
    contact_ids: Vec<Uuid>,
}

/// Moves deals.
pub struct MoveDeals(pub Arc<Campaigns>);

#[async_trait::async_trait]
impl Work for MoveDeals {
    fn kind(&self) -> &'static str {
        sending::MOVE
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let wanted: Wanted = serde_json::from_value(payload).map_err(|error| JobError::Fatal(error.to_string()))?;
        let scope = Scope::system(context.scope.org_id, &context.scope.request_id);
        for contact in &wanted.contact_ids {
            if context.cancel.is_cancelled() {
                return Err(JobError::Interrupted);
            }
            move_one(&self.0, &scope, &wanted, *contact).await?;
        }
        Ok(())
    }
}

async fn move_one(service: &Campaigns, scope: &Scope, wanted: &Wanted, contact_id: Uuid) -> Result<(), Error> {
    let reason = Some("campaign".to_owned());
    let order = WantedMove { contact_id, stage_id: wanted.stage_id, reason, ..WantedMove::default() };
    let DealMoved::Refused { code } = service.asked.moves.move_deal_of(scope, &order).await.map_err(Error::Port)?
    else {
        return Ok(());
    };
    let tx = service.db.begin(scope).await?;
    let line = log::Entry {
        contact_id: Some(contact_id),
        code: Some(code),
        ..log::Entry::new(wanted.campaign_id, log::What::Refused)
    };
    log::record(&tx, scope, [line]).await?;
    Ok(tx.commit().await?)
}
