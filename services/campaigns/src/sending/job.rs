//! The job that makes campaigns go: it comes round and looks at every campaign that runs.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use db::{Sql, Tx};
use jobs::{Context, JobError, NewJob, Schedule, Work};
use kernel::{OrgId, Scope};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{pass::pass, store};
use crate::{Campaigns, Error, campaigns::lifecycle, counting, enrolling::store as enrolments};

/// Kind of the job.
pub(crate) const TICK: &str = "campaigns.tick";
/// How often it comes round.
const EVERY: TimeDelta = TimeDelta::minutes(1);
pub const SCHEDULE: Schedule = Schedule { kind: TICK, every: EVERY };
const TRIES: i64 = 3;
/// What happens within so long is looked at together.
const SOON: TimeDelta = TimeDelta::seconds(1);
/// Most campaigns of an organization that run at once.
const MOST: usize = 1_000;

/// Has somebody look in a moment: once, however much happens until then.
pub(crate) async fn enqueue(tx: &Tx) -> Result<(), Error> {
    let scope = tx.scope().ok_or(db::Error::Stored("scope"))?.clone();
    wake(tx, &scope, tx.clock().now() + SOON).await
}

/// Has somebody look at an instant, unless somebody does before.
pub(crate) async fn wake(tx: &Tx, scope: &Scope, at: DateTime<Utc>) -> Result<(), Error> {
    if store::note_wake(tx, scope, at).await? {
        jobs::enqueue_at(tx, NewJob { kind: TICK, payload: json!({}), max_attempts: TRIES }, at).await?;
    }
    Ok(())
}

/// Looks at every campaign that runs.
pub struct Tick(pub Arc<Campaigns>);

#[async_trait::async_trait]
impl Work for Tick {
    fn kind(&self) -> &'static str {
        TICK
    }

    async fn run(&self, context: Context, _payload: Value) -> Result<(), JobError> {
        let service = &self.0;
        // Whoever made it look: what is due is everybody's.
        let scope = Scope::system(context.scope.org_id, &context.scope.request_id);
        let Some(mut looking) = Looking::begin(service, scope.org_id) else {
            // Somebody looks already, and looks once more for this one. Two would only take turns from each other.
            return Ok(());
        };
        let mut failed = None;
        while looking.is_asked() {
            failed = look(service, &scope, &context).await?.or(failed);
        }
        counting::fold(service, &scope).await?;
        look_again(service, &scope).await?;
        failed.map_or(Ok(()), |error| Err(error.into()))
    }
}

/// The look that a process takes at the campaigns of an organization: one at a time.
struct Looking<'a> {
    service: &'a Campaigns,
    org: OrgId,
    has_ended: bool,
}

impl<'a> Looking<'a> {
    /// Begins it; none when one is taken already, which is asked to look once more.
    fn begin(service: &'a Campaigns, org: OrgId) -> Option<Self> {
        let mut all = service.looking();
        if let Some(asked) = all.get_mut(&org) {
            *asked = true;
            return None;
        }
        all.insert(org, true);
        Some(Self { service, org, has_ended: false })
    }

    /// Whether somebody asked since this was asked last; it has ended if not.
    fn is_asked(&mut self) -> bool {
        let mut all = self.service.looking();
        let asked = all.get_mut(&self.org).is_some_and(std::mem::take);
        if !asked {
            all.remove(&self.org);
            self.has_ended = true;
        }
        asked
    }
}

impl Drop for Looking<'_> {
    fn drop(&mut self) {
        if !self.has_ended {
            self.service.looking().remove(&self.org);
        }
    }
}

/// Looks at every campaign that runs, part by part in turn, so that a big one keeps no other waiting. One that cannot be
/// looked at keeps none either: gives what was wrong with the last such.
async fn look(service: &Campaigns, scope: &Scope, context: &Context) -> Result<Option<Error>, JobError> {
    let mut failed = None;
    let mut open = running(service, scope).await?;
    while !open.is_empty() {
        let mut more = Vec::with_capacity(open.len());
        for id in open {
            if context.cancel.is_cancelled() {
                return Err(JobError::Interrupted);
            }
            match pass(service, scope, id).await {
                Ok(true) => more.push(id),
                Ok(false) | Err(Error::NotFound) => {}
                // A condition asks for a field that is gone: nobody in it can be moved on until somebody mends it.
                Err(Error::Invalid(refused)) => {
                    tracing::warn!(campaign_id = %id, %refused, "a campaign is paused, since its steps cannot be read");
                    lifecycle::pause_by_itself(service, scope, id, "steps").await?;
                }
                Err(error) => {
                    tracing::warn!(campaign_id = %id, %error, "a campaign could not be looked at");
                    failed = Some(error);
                }
            }
        }
        open = more;
    }
    Ok(failed)
}

/// The campaigns that run.
pub(crate) async fn running(service: &Campaigns, scope: &Scope) -> Result<Vec<Uuid>, Error> {
    let mut sql = Sql::new("select id from campaigns where org_id = ");
    sql.bind(scope.org_id.0).add(&format!(" and state = 'running' order by id limit {MOST}"));
    let rows = sql.rows(&service.db.reader(scope)).await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, sea_orm::DbErr>>()?)
}

/// Has somebody look again when the next one is due, or what waits is to be called back, before it comes round.
async fn look_again(service: &Campaigns, scope: &Scope) -> Result<(), Error> {
    let now = service.db.clock().now();
    let mut next: Option<DateTime<Utc>> = None;
    for id in running(service, scope).await? {
        let reader = service.db.reader(scope);
        let due = enrolments::next_due(&reader, scope, id).await?;
        let overdue = store::next_overdue(&reader, scope, (id, now)).await?;
        next = next.into_iter().chain(due).chain(overdue).min();
    }
    if let Some(at) = next.filter(|at| *at < now + EVERY) {
        let tx = service.db.begin(scope).await?;
        // What is due already did not go for a reason; a look in a second sees what became of that.
        wake(&tx, scope, at.max(now + SOON)).await?;
        tx.commit().await?;
    }
    Ok(())
}
