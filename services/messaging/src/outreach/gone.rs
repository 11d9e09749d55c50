//! What programs have in the queue of an account that is deleted: it goes back to them.

use std::sync::Arc;

use contracts::{events::ACCOUNT_DELETED, outreach::CALLED_BACK};
use db::{Sql, Tx};
use events::{Event, Handler, HandlerError};
use jobs::{Context, JobError, NewJob, Work};
use kernel::Scope;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Error, Messaging, errands::cancel};

const KIND: &str = "messaging.give_back";
/// Messages of one transaction.
const CHUNK: u64 = 200;

#[derive(Serialize, Deserialize)]
struct Payload {
    account: Uuid,
}

/// Has it given back; in a job, since it may be much.
pub struct PlanGiveBack;

#[async_trait::async_trait]
impl Handler for PlanGiveBack {
    fn name(&self) -> &'static str {
        "messaging.plan_give_back"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[ACCOUNT_DELETED]
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        for account in event.subjects() {
            jobs::enqueue(tx, NewJob { kind: KIND, payload: json!(Payload { account }), max_attempts: 10 }).await?;
        }
        Ok(())
    }
}

/// Cancels it, some at a time. Nobody is at any of it: an account is deleted once it is disconnected.
pub struct GiveBack(pub Arc<Messaging>);

#[async_trait::async_trait]
impl Work for GiveBack {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let Payload { account } =
            serde_json::from_value(payload).map_err(|error| JobError::Fatal(error.to_string()))?;
        while !context.cancel.is_cancelled() {
            if chunk(&self.0, &context.scope, account).await? == 0 {
                return Ok(());
            }
        }
        Err(JobError::Interrupted)
    }
}

#[derive(FromQueryResult)]
struct Open {
    id: Uuid,
    chat_id: Uuid,
}

/// Gives how many it canceled.
async fn chunk(service: &Messaging, scope: &Scope, account: Uuid) -> Result<usize, Error> {
    let tx = service.db.begin(scope).await?;
    let mut sql = Sql::new("select id, chat_id from errands where org_id = ");
    sql.bind(scope.org_id.0).with(" and account_id = ? and ended_at is null", [account.into()]);
    sql.add(&format!(" and source_kind is not null order by first_contact, place, id limit {CHUNK}"));
    let open: Vec<Open> = sql.all(&tx).await?;
    let open: Vec<(Uuid, Uuid)> = open.iter().map(|open| (open.id, open.chat_id)).collect();
    let canceled = cancel::cancel(&tx, scope, &open, (Some(CALLED_BACK), false)).await?;
    tx.commit().await?;
    Ok(canceled.len())
}
