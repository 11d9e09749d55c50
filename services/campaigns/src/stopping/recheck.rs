//! The job that looks once more at messages which wait in queues, after a contact or an address came to be written to by no
//! program any more. What nobody may send is called back.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use db::{Sql, Tx};
use jobs::{Context, JobError, NewJob, Work};
use kernel::Scope;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Campaigns, Error,
    campaign::{Channel, StopCause},
    enrolling::store::{self as enrolments, Whose},
    policies::{facts::Known, store as policies},
    rules::policy::{Purpose, Reason, ReasonCode, decide},
    sending::{calling_back, store::counted_once},
};

/// Kind of the job.
const KIND: &str = "campaigns.recheck";
/// Messages that are looked at together.
const PART: usize = 500;

/// What is to be looked at.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Wanted {
    /// All that waits, unless some are named.
    contact_ids: Vec<Uuid>,
}

#[derive(FromQueryResult)]
struct Queued {
    id: Uuid,
    campaign_id: Uuid,
    enrolment_id: Uuid,
    contact_id: Uuid,
    channel: String,
}

/// Has messages to these contacts looked at again, if any wait.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn of_contacts(tx: &Tx, scope: &Scope, contacts: &[Uuid]) -> Result<(), Error> {
    if contacts.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("select distinct contact_id from campaign_sends where org_id = ");
    sql.bind(scope.org_id.0).add(" and state = 'queued' and contact_id in ").list(contacts.iter().copied());
    let rows = sql.rows(tx).await?;
    let contact_ids: Vec<Uuid> =
        rows.iter().map(|row| row.try_get("", "contact_id")).collect::<Result<_, sea_orm::DbErr>>()?;
    if contact_ids.is_empty() { Ok(()) } else { enqueue(tx, &Wanted { contact_ids }).await }
}

/// Has all messages that wait looked at again.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn of_all(tx: &Tx) -> Result<(), Error> {
    enqueue(tx, &Wanted::default()).await
}

async fn enqueue(tx: &Tx, wanted: &Wanted) -> Result<(), Error> {
    jobs::enqueue(tx, NewJob { kind: KIND, payload: json!(wanted), max_attempts: 10 }).await?;
    Ok(())
}

/// Looks again.
pub struct Recheck(pub Arc<Campaigns>);

#[async_trait::async_trait]
impl Work for Recheck {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let wanted: Wanted = serde_json::from_value(payload).map_err(|error| JobError::Fatal(error.to_string()))?;
        let scope = Scope::system(context.scope.org_id, &context.scope.request_id);
        let mut after = None;
        while !context.cancel.is_cancelled() {
            match part(&self.0, &scope, &wanted, after).await? {
                Some(last) => after = Some(last),
                None => return Ok(()),
            }
        }
        Err(JobError::Interrupted)
    }
}

/// Looks at the next ones; the last of them, none when there are no more.
async fn part(service: &Campaigns, scope: &Scope, wanted: &Wanted, after: Option<Uuid>) -> Result<Option<Uuid>, Error> {
    let reader = service.db.reader(scope);
    let mut sql =
        Sql::new("select id, campaign_id, enrolment_id, contact_id, channel from campaign_sends where org_id = ");
    sql.bind(scope.org_id.0).add(" and state = 'queued'");
    if !wanted.contact_ids.is_empty() {
        sql.add(" and contact_id in ").list(wanted.contact_ids.iter().copied());
    }
    if let Some(after) = after {
        sql.add(" and id > ").bind(after);
    }
    sql.add(&format!(" order by id limit {PART}"));
    let queued: Vec<Queued> = sql.all(&reader).await?;
    let Some(last) = queued.last().map(|one| one.id) else { return Ok(None) };
    let contacts = crate::unique(queued.iter().map(|one| one.contact_id));
    let addressees = service.asked.audience.addressees(scope, &contacts).await?;
    let now = service.db.clock().now();
    let known = Known::load(&reader, scope, &contacts, &addressees, now).await?;
    let (policy, _) = policies::policy(&reader, scope).await?;
    let mut stops: BTreeMap<StopCause, HashSet<Uuid>> = BTreeMap::new();
    let mut refused: BTreeMap<Uuid, Vec<(Uuid, &'static str, Value)>> = BTreeMap::new();
    for one in &queued {
        let channel = Channel::parse(&one.channel).unwrap_or(Channel::Api);
        let facts = known.of(scope, (one.contact_id, addressees.get(&one.contact_id)), channel, None);
        let verdict = decide(&facts, &policy, channel, Purpose::Program, now);
        let never: Vec<&Reason> = verdict.reasons.iter().filter(|reason| reason.code.is_final()).collect();
        let Some(first) = never.first() else { continue };
        stops.entry(cause(first.code)).or_default().insert(one.enrolment_id);
        let reasons = never.iter().map(|reason| policies::counted(one.contact_id, reason));
        refused.entry(one.campaign_id).or_default().extend(reasons);
    }
    if !stops.is_empty() {
        let tx = service.db.begin(scope).await?;
        for (cause, ids) in stops {
            let ids: Vec<Uuid> = ids.into_iter().collect();
            let stopped = enrolments::stop(&tx, scope, Whose::Enrolments(&ids), cause).await?;
            calling_back::enqueue(&tx, calling_back::Wanted::of_enrolments(&stopped)).await?;
        }
        for (campaign, refused) in refused {
            policies::refuse(&tx, scope, campaign, &counted_once(refused)).await?;
        }
        tx.commit().await?;
    }
    Ok(Some(last))
}

fn cause(code: ReasonCode) -> StopCause {
    match code {
        ReasonCode::Deleted => StopCause::Deleted,
        ReasonCode::OptedOut => StopCause::OptedOut,
        _ => StopCause::Policy,
    }
}
