//! One look at a campaign: those who are due, in parts.

use chrono::{DateTime, TimeDelta, Utc};
use db::Sql;
use kernel::Scope;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{
    calling_back,
    decide::Decider,
    experiments,
    facts::{Course, Gathered, sent_lately},
    handing, senders, store,
    words::Surroundings,
    write,
};
use crate::{
    Campaigns, Error,
    campaign::CampaignState,
    campaigns::{lifecycle, store as campaigns},
    enrolling::store::{self as enrolments, COLUMNS, Row},
    rules::capacity::Rooms,
};

/// Contacts of one part.
pub const MOST: usize = 500;
/// Later messages that are counted.
const MOST_LATER: usize = 2_000;

/// Does the next part of what is due in a campaign: hands over what was left, decides, writes, hands over. Says whether
/// there may be more.
///
/// # Errors
/// When a service is away; what was written then is handed over by the next look.
pub async fn pass(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<bool, Error> {
    let turn = store::turn(&service.db.reader(scope), scope).await?;
    let Some(course) = Course::load(service, scope, id).await? else { return Ok(false) };
    if course.stored.state != CampaignState::Running {
        return Ok(false);
    }
    if handing::hand_over(service, scope, &course).await? {
        return Ok(true);
    }
    calling_back::overdue(service, scope, id).await?;
    let now = service.db.clock().now();
    let due = due(service, scope, id, now).await?;
    if due.is_empty() {
        experiments::look(service, scope, &course).await?;
        finish_if_through(service, scope, &course).await?;
        return Ok(false);
    }
    let accounts = course.stored.free_accounts();
    let (senders, states) = senders::load(service, scope, &course.stored.campaign.account_ids).await?;
    if states.is_empty() {
        lifecycle::pause_by_itself(service, scope, id, "no_sender").await?;
        return Ok(false);
    }
    let senders: Vec<_> = senders
        .into_iter()
        .map(|sender| {
            // One that is held stays with its contacts; they wait for it.
            let ready = sender.ready && accounts.contains(&sender.id);
            crate::rules::capacity::Sender { ready, ..sender }
        })
        .collect();
    let mut gathered = Gathered::load(service, scope, &course, &due, now).await?;
    let lately = sent_lately(service, scope, &course, now).await?;
    let pace = (course.schedule.pace, course.schedule.zone.of(None));
    let mut rooms = Rooms::new(&senders, pace, lately, now);
    let around = Surroundings {
        snippets: service.asked.answers.snippets(scope).await.map_err(Error::Port)?,
        owner: service.member_names(scope, course.stored.owner_id).await?.into_values().next(),
        accounts: states.into_iter().map(|(id, state)| (id, state.name)).collect(),
    };
    expect_later(service, scope, &course, &mut rooms, now).await?;
    let mut decider =
        Decider { scope, course: &course, gathered: &mut gathered, rooms: &mut rooms, around: &around, at: now };
    let decide = |row: &Row| {
        // It came, whatever becomes of it.
        if let Some(account) = row.account_id {
            decider.rooms.came(account, now);
        }
        decider.decide(row)
    };
    let decisions = due.iter().map(decide).collect();
    if write::write(service, scope, (&course, turn), &due, decisions).await? {
        handing::hand_over(service, scope, &course).await?;
    }
    Ok(true)
}

#[derive(FromQueryResult)]
struct Later {
    account_id: Uuid,
    n: i64,
}

/// Tells accounts how many later messages are due in the next hours, for which those that begin leave room.
async fn expect_later(
    service: &Campaigns,
    scope: &Scope,
    course: &Course,
    rooms: &mut Rooms,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let mut sql = Sql::new("select account_id, count(*) as n from (select account_id from enrolments where org_id = ");
    sql.bind(scope.org_id.0).add(" and campaign_id = ").bind(course.stored.id).add(" and state = 'waiting'");
    sql.add(" and account_id is not null and due_at <= ").bind(now + TimeDelta::hours(12));
    // More than an account sends in a day need not be known.
    sql.add(&format!(" order by due_at limit {MOST_LATER}) soon group by account_id"));
    for later in sql.all::<Later>(&service.db.reader(scope)).await? {
        rooms.expect(later.account_id, now, u32::try_from(later.n).unwrap_or(u32::MAX));
    }
    Ok(())
}

/// Those who are due the longest, by the index.
async fn due(service: &Campaigns, scope: &Scope, id: Uuid, now: DateTime<Utc>) -> Result<Vec<Row>, Error> {
    let mut sql = Sql::new(&format!("select {COLUMNS} from enrolments where org_id = "));
    sql.bind(scope.org_id.0).add(" and campaign_id = ").bind(id).add(" and state = 'waiting' and due_at <= ");
    sql.bind(now).add(&format!(" order by due_at, id limit {MOST}"));
    Ok(sql.all(&service.db.reader(scope)).await?)
}

/// Ends a campaign in which nobody is on the way any more.
async fn finish_if_through(service: &Campaigns, scope: &Scope, course: &Course) -> Result<(), Error> {
    let id = course.stored.id;
    if course.stored.enrolling || enrolments::any_live(&service.db.reader(scope), scope, id).await? {
        return Ok(());
    }
    let tx = service.db.begin(scope).await?;
    let old = campaigns::lock(&tx, scope, id).await?;
    let through = old.version == course.stored.version && !enrolments::any_live(&tx, scope, id).await?;
    if through && old.state == CampaignState::Running {
        lifecycle::finished(&tx, scope, &old).await?;
        tx.commit().await?;
    }
    Ok(())
}
