//! Several records become one, and can be taken apart again. `combine` has the rules, `commands` merges, `unmerge` takes
//! apart, `children` moves what hangs on the records.

mod children;
pub mod combine;
pub mod commands;
pub mod http;
pub mod request;
pub mod unmerge;

use kernel::{Reach, Scope};
use uuid::Uuid;

/// The scope of a merge as part of its batch. What hangs on a record goes along, whoever's it is.
fn acting(scope: &Scope, batch: Uuid) -> Scope {
    Scope { reach: Reach::ORGANIZATION, ..scope.in_batch(batch) }
}
