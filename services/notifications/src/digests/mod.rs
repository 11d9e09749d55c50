//! Digests: what waits for a person on a channel, told together at the slots that they chose, or when they ask for it. The
//! timetable is the queue of jobs: somebody has a job in it, due at their next slot, only while something waits for them.

mod commands;
mod gathering;
pub mod http;
pub mod job;
mod outline;
mod planning;
mod sending;
mod stopping;
mod store;

use kernel::Scope;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{Error, deliveries, kinds::Channel};

pub use outline::Outline;
pub use planning::replan;
pub use stopping::StopKey;
pub use store::forget;

/// Whose, and on which channel.
pub type Of = (Uuid, Channel);

/// Most notifications of one digest; what is older waits for the next.
const MOST: u64 = 1000;
/// Most lines of one; of the rest it says how many they are.
const LINES: usize = 30;

/// What waits for a digest of somebody's, the newest first, at most [`MOST`].
async fn waiting(connection: &impl ConnectionTrait, scope: &Scope, of: Of) -> Result<Vec<deliveries::Row>, Error> {
    deliveries::waiting_for_digest(connection, scope, of, None, MOST).await
}
