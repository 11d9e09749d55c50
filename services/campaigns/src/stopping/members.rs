//! The campaigns of a member go to whom their contacts were given to when the member was removed.

use contracts::events::{CAMPAIGN_UPDATED, CampaignUpdated, MEMBER_REMOVED, MemberRemoved};
use db::{Action, Change, Sql, Tx};
use events::{Event, Handler, HandlerError, NewEvent};
use kernel::Scope;
use sea_orm::FromQueryResult;
use serde_json::json;
use uuid::Uuid;

use crate::{Error, campaigns::commands::KIND};

/// Hands them over.
pub struct HandOver;

#[derive(FromQueryResult)]
struct Changed {
    id: Uuid,
    version: i64,
}

#[async_trait::async_trait]
impl Handler for HandOver {
    fn name(&self) -> &'static str {
        "campaigns.hand_over"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[MEMBER_REMOVED]
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let removed: MemberRemoved = serde_json::from_value(event.data.clone())?;
        let Some(scope) = tx.scope().cloned() else { return Ok(()) };
        for member in event.subjects() {
            hand_over(tx, &scope, (member, removed.reassign_to)).await?;
        }
        Ok(())
    }
}

async fn hand_over(tx: &Tx, scope: &Scope, (from, to): (Uuid, Option<Uuid>)) -> Result<(), Error> {
    let mut sql = Sql::new("update campaigns set owner_id = ");
    sql.bind(to).add(", version = version + 1, updated_at = ").bind(tx.clock().now()).add(" where org_id = ");
    sql.bind(scope.org_id.0).add(" and owner_id = ").bind(from).add(" returning id, version");
    let changed: Vec<Changed> = sql.all(tx).await?;
    if changed.is_empty() {
        return Ok(());
    }
    let change = |row: &Changed| {
        let (before, after) = (json!({ "ownerId": from }), json!({ "ownerId": to }));
        Change::between(KIND, row.id, Action::Updated, &before, &after, row.version)
    };
    db::change_log::record(tx, changed.iter().map(change).collect::<Vec<_>>()).await?;
    let event = NewEvent {
        kind: CAMPAIGN_UPDATED,
        subject_kind: KIND,
        subject_ids: changed.iter().map(|row| row.id).collect(),
        data: json!(CampaignUpdated { fields: vec!["ownerId".to_owned()] }),
    };
    Ok(events::append(tx, [event]).await?)
}
