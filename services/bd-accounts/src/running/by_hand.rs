//! An account's errands done by hand, for who plays a network rather than connects to one, such as a rehearsal. What the
//! pace lets go, what is counted and what a refusal comes to is the same as with an account that is connected.

use ::telegram::Refused;
use chrono::{DateTime, Utc};
use contracts::channels::{Ended, Errand, Inbox, Origin, Seen, SeenBatch, SeenChat, SeenMessage};
use kernel::{OrgId, Scope};
use uuid::Uuid;

use super::{
    errands::{class, method, unless_flooded},
    outcome,
};
use crate::{
    BdAccounts, Error,
    accounts::{happening, store, turns::Turn},
    pace::{
        rules::{Class, Verdict},
        usage,
    },
};

const AT_ONCE: u64 = 50;

/// What the network does with an errand.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    Sent(Box<SeenMessage>),
    /// The account is told to wait.
    FloodWait {
        seconds: u32,
    },
    /// Whom it is to takes nothing from us.
    Blocked,
}

/// What stands in for a network.
pub trait StandIn: Send {
    fn perform(&mut self, errand: &Errand) -> Fate;
}

fn scope_of(org: OrgId) -> Scope {
    Scope::system(org, "rehearsal")
}

/// Does what an account may do now: how many errands that were, and when there may be more.
///
/// # Errors
/// [`Error::NotFound`]; when the database or the inbox is away.
pub async fn round(
    accounts: &BdAccounts,
    inbox: &dyn Inbox,
    (org, account): (OrgId, Uuid),
    network: &mut dyn StandIn,
) -> Result<(u64, Option<DateTime<Utc>>), Error> {
    let scope = scope_of(org);
    let (mut done, mut next_at) = (0, inbox.next_errand_at(&scope, account).await.map_err(Error::Port)?);
    for errand in inbox.errands(&scope, account, AT_ONCE).await.map_err(Error::Port)? {
        let (stored, now) =
            (store::get(&accounts.db.reader(&scope), &scope, account).await?, accounts.db.clock().now());
        let verdict = match class(&errand) {
            Some(class) => usage::ask(&accounts.db.reader(&scope), &scope, &stored, class, now).await?,
            None => unless_flooded(&stored, now),
        };
        match verdict {
            Verdict::Go => {
                done += 1;
                perform(accounts, inbox, (&scope, account), &errand, network).await?;
            }
            Verdict::Wait { until, .. } => next_at = until.into_iter().chain(next_at).min(),
        }
    }
    Ok((done, next_at))
}

async fn perform(
    accounts: &BdAccounts,
    inbox: &dyn Inbox,
    (scope, account): (&Scope, Uuid),
    errand: &Errand,
    network: &mut dyn StandIn,
) -> Result<(), Error> {
    if !inbox.start_errand(scope, errand.id).await.map_err(Error::Port)? {
        return Ok(());
    }
    if let Some(class) = class(errand) {
        let first = (class == Class::FirstContact && errand.to.is_none()).then_some(errand.chat_id);
        happening::spend(accounts, scope, account, class, first).await?;
    }
    let now = accounts.db.clock().now();
    let ended = match network.perform(errand) {
        Fate::Sent(sent) => Ended::Done { sent: vec![*sent] },
        Fate::FloodWait { seconds } => {
            let turn = Turn::FloodWait { method: method(&errand.action).to_owned(), seconds };
            happening::turn(accounts, scope, account, &turn).await?;
            outcome::of_errand(errand, &Refused::FloodWait { seconds }, now)
        }
        Fate::Blocked => outcome::of_errand(errand, &Refused::BlockedByPeer, now),
    };
    inbox.end_errand(scope, errand.id, ended).await.map_err(Error::Port)
}

/// Takes in what the account sees in a chat now.
///
/// # Errors
/// When the inbox is away.
pub async fn saw(
    inbox: &dyn Inbox,
    (org, account): (OrgId, Uuid),
    chat: SeenChat,
    news: Vec<Seen>,
) -> Result<(), Error> {
    let batch = SeenBatch { origin: Origin::Live, chats: vec![chat], news, position: None };
    inbox.receive(&scope_of(org), account, batch).await.map_err(Error::Port)?;
    Ok(())
}
