//! What programs, such as campaigns, send to contacts: the port `Outbox`.

pub(crate) mod answered;
pub(crate) mod gate;
pub(crate) mod gone;
mod keep;
mod plan;
mod spots;

use db::Sql;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use contracts::{
    outreach::{CALLED_BACK, MOST_OUTGOING, Outbox, Outgoing, Queued},
    permissions::MESSAGES_SEND,
    ports::PortError,
};
use kernel::Scope;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{Error, Messaging, errands::cancel, media::uploads};

/// How often a batch is planned anew when somebody else stores the same chat, or the same message, meanwhile.
const TRIES: usize = 3;

fn few(count: usize) -> Result<(), Error> {
    if count > MOST_OUTGOING { Err(Error::TooMany { max: MOST_OUTGOING }) } else { Ok(()) }
}

async fn queue(service: &Messaging, scope: &Scope, wanted: &[Outgoing]) -> Result<Vec<Queued>, Error> {
    scope.require(MESSAGES_SEND)?;
    few(wanted.len())?;
    let mut tries = 1;
    loop {
        match Box::pin(attempt(service, scope, wanted)).await {
            Err(Error::Db(error)) if error.is_unique_violation() && tries < TRIES => tries += 1,
            result => return result,
        }
    }
}

async fn attempt(service: &Messaging, scope: &Scope, wanted: &[Outgoing]) -> Result<Vec<Queued>, Error> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut plan = plan::plan(service, scope, wanted).await?;
    let answers = std::mem::take(&mut plan.answers);
    if !plan.sends.is_empty() {
        keep::keep(service, scope, plan).await?;
    }
    // Each has one: it was queued before, is refused, or is queued now.
    let answer = |one: &Outgoing| answers.get(&one.key).copied().ok_or(Error::NotFound);
    wanted.iter().map(answer).collect()
}

#[derive(FromQueryResult)]
struct Kept {
    id: Uuid,
    client_id: Uuid,
    account_id: Uuid,
    chat_id: Uuid,
    status: String,
    attempts: i64,
}

async fn call_back(service: &Messaging, scope: &Scope, keys: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    scope.require(MESSAGES_SEND)?;
    few(keys.len())?;
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    // First, and by itself: what is on its way and put off meanwhile does not go later, and whoever ends an errand holds it
    // while they wait for its chat, which is held below.
    let tx = service.db.begin(scope).await?;
    let mut sql = Sql::new("update errands set called_back_at = ");
    sql.bind(tx.clock().now()).add(" where org_id = ").bind(scope.org_id.0).add(" and ended_at is null");
    sql.add(" and source_kind is not null and client_id in ").list(keys.iter().copied());
    sql.run(&tx).await?;
    tx.commit().await?;
    let tx = service.db.begin(scope).await?;
    let mut sql = Sql::new("select id, client_id, account_id, chat_id, status, attempts from errands where org_id = ");
    sql.bind(scope.org_id.0).add(" and source_kind is not null and client_id in ").list(keys.iter().copied());
    let kept: Vec<Kept> = sql.all(&tx).await?;
    let waiting = kept.iter().filter(|kept| kept.status == "waiting").map(|kept| (kept.id, kept.chat_id));
    let canceled = cancel::cancel(&tx, scope, &waiting.collect::<Vec<_>>(), (Some(CALLED_BACK), true)).await?;
    tx.commit().await?;
    for account in crate::unique(kept.iter().filter(|kept| canceled.contains(&kept.id)).map(|kept| kept.account_id)) {
        service.accounts.wake(account);
    }
    let stays = |kept: &&Kept| kept.attempts == 0 && (canceled.contains(&kept.id) || kept.status == "canceled");
    Ok(kept.iter().filter(stays).map(|kept| kept.client_id).collect())
}

#[derive(FromQueryResult)]
struct Count {
    account_id: Uuid,
    n: i64,
}

async fn waiting(service: &Messaging, scope: &Scope, accounts: &[Uuid]) -> Result<HashMap<Uuid, u64>, Error> {
    scope.require(MESSAGES_SEND)?;
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::new("select account_id, count(*) as n from errands where org_id = ");
    sql.bind(scope.org_id.0).add(" and ended_at is null and source_kind is not null and account_id in ");
    sql.list(accounts.iter().copied()).add(" group by account_id");
    let counts: Vec<Count> = sql.all(&service.db.reader(scope)).await?;
    Ok(counts.into_iter().map(|count| (count.account_id, u64::try_from(count.n).unwrap_or_default())).collect())
}

#[async_trait::async_trait]
impl Outbox for Messaging {
    async fn queue(&self, scope: &Scope, wanted: &[Outgoing]) -> Result<Vec<Queued>, PortError> {
        Ok(queue(self, scope, wanted).await?)
    }

    async fn call_back(&self, scope: &Scope, keys: &[Uuid]) -> Result<Vec<Uuid>, PortError> {
        Ok(call_back(self, scope, keys).await?)
    }

    async fn keep_media(&self, scope: &Scope, media: &[Uuid]) -> Result<HashSet<Uuid>, PortError> {
        scope.require(MESSAGES_SEND).map_err(Error::from)?;
        Ok(uploads::keep(self, scope, media).await?)
    }

    async fn waiting(&self, scope: &Scope, accounts: &[Uuid]) -> Result<HashMap<Uuid, u64>, PortError> {
        Ok(waiting(self, scope, accounts).await?)
    }

    async fn answered_since(&self, scope: &Scope, asked: &[(Uuid, DateTime<Utc>)]) -> Result<HashSet<Uuid>, PortError> {
        Ok(answered::since(self, scope, asked).await?)
    }
}
