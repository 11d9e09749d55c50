//! Accounts as the rules know them.

use std::collections::{BTreeSet, HashMap};

use chrono_tz::Tz;
use contracts::outreach::{SenderHours, SenderState};
use kernel::Scope;
use uuid::Uuid;

use crate::{
    Campaigns, Error,
    campaign::{
        policy::Quiet,
        schedule::{Pace, Schedule, Window, Zone},
    },
    rules::capacity::Sender,
};

fn working(hours: SenderHours, zone: Tz) -> Schedule {
    Schedule {
        zone: Zone::Fixed(zone),
        windows: vec![Window { days: hours.days, from: hours.from, to: hours.to }],
        holidays: BTreeSet::new(),
        yearly: BTreeSet::new(),
        blackouts: Vec::new(),
        pace: Pace::default(),
    }
}

/// An account as it stands, with so many messages in its queue.
#[must_use]
pub fn sender(state: &SenderState, waiting: u64) -> Sender {
    let zone = state.time_zone.parse().unwrap_or(Tz::UTC);
    Sender {
        id: state.account_id,
        ready: state.ready,
        ready_at: state.not_ready_until,
        health: state.health,
        first_contacts_left: state.first_contacts_left_today,
        first_contacts_per_day: state.first_contacts_per_day,
        messages_left: state.messages_left_today,
        messages_per_day: state.messages_per_day,
        waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
        zone,
        working: state.working_hours.map(|hours| working(hours, zone)),
        quiet: state.quiet_hours.map(|hours| Quiet { from: hours.from, to: hours.to }),
    }
}

/// These accounts as they stand, in their order; those that are gone are absent.
///
/// # Errors
/// When a service is away.
pub(crate) async fn load(
    service: &Campaigns,
    scope: &Scope,
    accounts: &[Uuid],
) -> Result<(Vec<Sender>, HashMap<Uuid, SenderState>), Error> {
    if accounts.is_empty() {
        return Ok((Vec::new(), HashMap::new()));
    }
    let states = service.asked.senders.states(scope, accounts).await.map_err(Error::Port)?;
    let waiting = service.asked.outbox.waiting(scope, accounts).await.map_err(Error::Port)?;
    let of = |id: &Uuid| states.get(id).map(|state| sender(state, waiting.get(id).copied().unwrap_or_default()));
    Ok((accounts.iter().filter_map(of).collect(), states))
}
