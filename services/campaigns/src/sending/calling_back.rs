//! The job that calls back messages which wait in queues: because their enrolment was stopped, or because something is
//! paused. What goes on later goes on before the step whose message did not go.

use std::sync::Arc;

use db::{Sql, Tx};
use jobs::{Context, JobError, NewJob, Work};
use kernel::Scope;
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Campaigns, Error, enrolling::store::Row, log, policies::store as policies};

/// Kind of the job.
const KIND: &str = "campaigns.call_back";
/// Messages of one call.
const PART: usize = contracts::outreach::MOST_OUTGOING;
/// Enrolments that a job names.
const MOST_NAMED: usize = 10_000;

/// What is to be called back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Wanted {
    pub campaign_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    #[serde(default)]
    pub step_id: Option<Uuid>,
    /// Only these, unless none is named.
    pub enrolment_ids: Vec<Uuid>,
    /// These messages, whatever is kept of them.
    #[serde(default)]
    pub keys: Vec<Uuid>,
}

impl Wanted {
    /// Everything of a campaign.
    #[must_use]
    pub fn of_campaign(id: Uuid) -> Self {
        Self { campaign_id: Some(id), ..Self::default() }
    }

    /// What these have on its way.
    #[must_use]
    pub fn of_enrolments(rows: &[Row]) -> Self {
        Self { enrolment_ids: rows.iter().map(|row| row.id).collect(), ..Self::default() }
    }

    /// These messages, of which there may be no row any more.
    #[must_use]
    pub fn of_keys(keys: Vec<Uuid>) -> Self {
        Self { keys, ..Self::default() }
    }

    fn is_nothing(&self) -> bool {
        self.campaign_id.is_none() && self.enrolment_ids.is_empty() && self.keys.is_empty()
    }
}

/// Puts the job into the queue; nothing when nothing is wanted.
pub(crate) async fn enqueue(tx: &Tx, wanted: Wanted) -> Result<(), Error> {
    if wanted.is_nothing() {
        return Ok(());
    }
    // More than that are stopped only with their campaign.
    let parts = if wanted.enrolment_ids.len() > MOST_NAMED {
        let part = |ids: &[Uuid]| Wanted { enrolment_ids: ids.to_vec(), ..wanted.clone() };
        wanted.enrolment_ids.chunks(MOST_NAMED).map(part).collect()
    } else {
        vec![wanted]
    };
    for part in parts {
        jobs::enqueue(tx, NewJob { kind: KIND, payload: json!(part), max_attempts: 10 }).await?;
    }
    Ok(())
}

/// Calls back.
pub struct CallBack(pub Arc<Campaigns>);

#[async_trait::async_trait]
impl Work for CallBack {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let wanted: Wanted = serde_json::from_value(payload).map_err(|error| JobError::Fatal(error.to_string()))?;
        let scope = Scope::system(context.scope.org_id, &context.scope.request_id);
        if !wanted.keys.is_empty() {
            for keys in wanted.keys.chunks(PART) {
                call_back(&self.0, &scope, keys).await?;
            }
            return Ok(());
        }
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

/// Calls the next messages back; the last of them, none when there are no more. Those that nobody noted as handed over are
/// among them: a process may have died between handing over and noting it.
async fn part(service: &Campaigns, scope: &Scope, wanted: &Wanted, after: Option<Uuid>) -> Result<Option<Uuid>, Error> {
    let mut sql = Sql::new("select id from campaign_sends where org_id = ");
    sql.bind(scope.org_id.0).add(" and state = 'queued'");
    if let Some(campaign) = wanted.campaign_id {
        sql.add(" and campaign_id = ").bind(campaign);
    }
    if let Some(account) = wanted.account_id {
        sql.add(" and account_id = ").bind(account);
    }
    if let Some(step) = wanted.step_id {
        sql.add(" and step_id = ").bind(step);
    }
    if !wanted.enrolment_ids.is_empty() {
        sql.add(" and enrolment_id in ").list(wanted.enrolment_ids.iter().copied());
    }
    if let Some(after) = after {
        sql.add(" and id > ").bind(after);
    }
    sql.add(&format!(" order by id limit {PART}"));
    let rows = sql.rows(&service.db.reader(scope)).await?;
    let keys: Vec<Uuid> = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, DbErr>>()?;
    if keys.is_empty() {
        return Ok(None);
    }
    call_back(service, scope, &keys).await?;
    drop_ended(service, scope, &keys).await?;
    Ok(keys.last().copied())
}

/// Drops those that were not handed over and whose enrolment has ended: nobody hands them over any more. Whoever does so at
/// this moment finds them gone when it notes it, and calls them back.
async fn drop_ended(service: &Campaigns, scope: &Scope, keys: &[Uuid]) -> Result<(), Error> {
    let tx = service.db.begin(scope).await?;
    let mut sql = Sql::new("update campaign_sends set state = 'called_back', text = null, handed_at = ");
    sql.bind(tx.clock().now()).add(" where org_id = ").bind(scope.org_id.0);
    sql.add(" and state = 'queued' and handed_at is null and id in ").list(keys.iter().copied());
    sql.add(" and exists (select 1 from enrolments e where e.org_id = campaign_sends.org_id ");
    sql.add("and e.id = campaign_sends.enrolment_id and e.ended_at is not null) returning id");
    let rows = sql.rows(&tx).await?;
    let gone: Vec<Uuid> = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, DbErr>>()?;
    policies::untouch(&tx, scope, &gone).await?;
    Ok(tx.commit().await?)
}

async fn call_back(service: &Campaigns, scope: &Scope, keys: &[Uuid]) -> Result<(), Error> {
    let gone = service.asked.outbox.call_back(scope, keys).await.map_err(Error::Port)?;
    note(service, scope, &gone).await
}

/// Calls back what has waited for so long in a campaign that it may go no more.
///
/// # Errors
/// When a service is away.
pub(crate) async fn overdue(service: &Campaigns, scope: &Scope, campaign: Uuid) -> Result<(), Error> {
    let mut sql = Sql::new("select id from campaign_sends where org_id = ");
    sql.bind(scope.org_id.0).add(" and campaign_id = ").bind(campaign).add(" and state = 'queued' and good_until <= ");
    sql.bind(service.db.clock().now()).add(&format!(" and handed_at is not null order by good_until limit {PART}"));
    let rows = sql.rows(&service.db.reader(scope)).await?;
    let keys: Vec<Uuid> = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, DbErr>>()?;
    if keys.is_empty() { Ok(()) } else { call_back(service, scope, &keys).await }
}

/// Notes messages that will not go: of those who go on later nothing is left of it, and they stand before its step again.
async fn note(service: &Campaigns, scope: &Scope, keys: &[Uuid]) -> Result<(), Error> {
    if keys.is_empty() {
        return Ok(());
    }
    let tx = service.db.begin(scope).await?;
    noted(&tx, scope, keys).await?;
    Ok(tx.commit().await?)
}

/// As [`note`], within a transaction. The same again changes nothing.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn noted(tx: &Tx, scope: &Scope, keys: &[Uuid]) -> Result<(), Error> {
    let org = scope.org_id.0;
    let mut sql = Sql::new(
        "update enrolments set state = case when enrolments.state = 'sending' then 'waiting' else enrolments.state end, held = null, due_at = ",
    );
    sql.bind(tx.clock().now()).add(", place = st.place - 1, account_id = case when s.begins then null ");
    sql.add("else enrolments.account_id end from campaign_sends s join campaign_steps st on st.org_id = s.org_id ");
    sql.add("and st.campaign_id = s.campaign_id and st.id = s.step_id where enrolments.id = s.enrolment_id ");
    sql.add("and enrolments.org_id = s.org_id and enrolments.ended_at is null and s.state = 'queued' and s.org_id = ");
    sql.bind(org).add(" and s.id in ").list(keys.iter().copied()).add(" returning enrolments.id");
    let back = sql.rows(tx).await?;
    let back: Vec<Uuid> = back.iter().map(|row| row.try_get("", "id")).collect::<Result<_, DbErr>>()?;
    let mut sql = Sql::new("delete from campaign_sends where org_id = ");
    sql.bind(org).add(" and state = 'queued' and id in ").list(keys.iter().copied()).add(" and enrolment_id in ");
    sql.list(back.iter().copied()).add(" returning campaign_id, contact_id, enrolment_id, step_id");
    let mut lines = Vec::new();
    for row in sql.rows(tx).await? {
        lines.push(log::Entry {
            contact_id: row.try_get("", "contact_id")?,
            enrolment_id: row.try_get("", "enrolment_id")?,
            step_id: row.try_get("", "step_id")?,
            ..log::Entry::new(row.try_get("", "campaign_id")?, log::What::CalledBack)
        });
    }
    log::record(tx, scope, lines).await?;
    let mut sql = Sql::new("update campaign_sends set state = 'called_back', text = null where org_id = ");
    sql.bind(org).add(" and state = 'queued' and id in ").list(keys.iter().copied());
    sql.run(tx).await?;
    policies::untouch(tx, scope, keys).await
}
