//! What accounts can carry for programs, such as campaigns: the port `Senders`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::{
    outreach::{SenderHours, SenderState, Senders},
    ports::PortError,
};
use kernel::Scope;
use uuid::Uuid;

use crate::{
    BdAccounts, Error,
    accounts::{account::StoredAccount, store},
    health::facts,
    pace::{
        hours::Span,
        rules::{self, Used},
        usage,
    },
};

/// Accounts that are asked for together.
const AT_ONCE: usize = 1000;

fn hours(span: Option<Span>) -> Option<SenderHours> {
    span.map(|Span { from, to, days }| SenderHours { from, to, days })
}

/// How an account stands.
fn state(account: StoredAccount, used: &Used, health: u8, now: DateTime<Utc>) -> SenderState {
    let standing = account.standing();
    let why_not = rules::why_not_ready(now, &standing);
    let (messages_left_today, first_contacts_left_today) = standing.limits.left(used);
    SenderState {
        account_id: account.id,
        name: account.name,
        ready: why_not.is_none(),
        why_not: why_not.map(|(because, _)| because.as_str()),
        not_ready_until: why_not.and_then(|(_, until)| until),
        health,
        first_contacts_left_today,
        first_contacts_per_day: standing.limits.first_contacts_per_day,
        messages_left_today,
        messages_per_day: standing.limits.messages_per_day,
        time_zone: account.time_zone,
        working_hours: hours(standing.hours.working),
        quiet_hours: hours(standing.hours.quiet),
    }
}

async fn states(service: &BdAccounts, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, SenderState>, Error> {
    let (reader, now) = (service.db.reader(scope), service.db.clock().now());
    let mut states = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(AT_ONCE) {
        let rows = service.of_ids(scope.org_id, ids).await?;
        let each: Vec<&StoredAccount> = rows.iter().collect();
        let used = usage::of_today(&reader, scope, &each, now).await?;
        let health = facts::health(&reader, scope, &each, &used, now).await?;
        states.extend(rows.into_iter().map(|account| {
            let id = account.id;
            let score = health.get(&id).map_or(100, |health| health.score);
            (id, state(account, &used.get(&id).copied().unwrap_or_default(), score, now))
        }));
    }
    Ok(states)
}

#[async_trait::async_trait]
impl Senders for BdAccounts {
    async fn states(&self, scope: &Scope, accounts: &[Uuid]) -> Result<HashMap<Uuid, SenderState>, PortError> {
        Ok(states(self, scope, accounts).await?)
    }

    async fn usable(&self, scope: &Scope) -> Result<Vec<Uuid>, PortError> {
        Ok(store::ids_within(&self.db.reader(scope), scope).await?)
    }
}
