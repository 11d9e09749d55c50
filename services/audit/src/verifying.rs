//! Whether a chain holds: each line follows the one before it, the last one is the head, and the change log says what it
//! said when the lines were written. Nor may an event have been set aside in place of its line.

use std::collections::HashMap;

use contracts::permissions::AUDIT_READ;
use db::change_log;
use kernel::Scope;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Audit, Error,
    line::{BEGINNING, Line, hex},
    store,
};

/// Lines read at a time.
const AT_ONCE: u64 = 500;

/// How a chain stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditVerification)]
pub struct Verified {
    /// How many there are.
    pub lines: i64,
    /// Whether every line holds and none is missing.
    pub intact: bool,
    /// The first line that does not hold.
    #[schema(required)]
    pub broken_at: Option<i64>,
    /// Events of which no line could be written: they were set aside.
    pub missing: i64,
    /// The hash of the last line, hexadecimal: kept elsewhere, it shows later that nothing before it was rewritten. Zeros
    /// before the first line.
    pub head: String,
}

impl Audit {
    /// Looks at every line of the scope's organization. Takes about a second for 50 000 lines.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; the database being away.
    pub async fn verify(&self, scope: &Scope) -> Result<Verified, Error> {
        scope.require(AUDIT_READ)?;
        let reader = self.db.reader(scope);
        // What is written from here on is not looked at.
        let (lines, head) = store::head(&reader, scope.org_id).await?.unwrap_or((0, BEGINNING.to_vec()));
        let (mut number, mut previous) = (0, BEGINNING.to_vec());
        let mut broken_at = None;
        while number < lines && broken_at.is_none() {
            let mut some = store::after(&reader, scope.org_id, number, AT_ONCE).await?;
            some.retain(|line| line.number <= lines);
            if some.is_empty() {
                broken_at = Some(number + 1);
            }
            let entries = self.entries_of(scope, &some).await?;
            for line in some {
                let follows = line.number == number + 1 && line.hash == line.hash_after(&previous);
                let says = |recorded: crate::line::Recorded| {
                    entries.get(&recorded.id).is_some_and(|entry| recorded.is_still(entry))
                };
                if !follows || !line.recorded().into_iter().all(says) {
                    broken_at = Some(number + 1);
                    break;
                }
                (number, previous) = (line.number, line.hash);
            }
        }
        if broken_at.is_none() && previous != head {
            broken_at = Some(lines);
        }
        let missing = store::set_aside(&self.db.system_reader(), scope.org_id).await?;
        let intact = broken_at.is_none() && missing == 0;
        Ok(Verified { lines, intact, broken_at, missing, head: hex(&head) })
    }

    /// The entries of the change log that these lines speak of, asked for together.
    pub(crate) async fn entries_of(
        &self,
        scope: &Scope,
        lines: &[Line],
    ) -> Result<HashMap<uuid::Uuid, change_log::Entry>, Error> {
        let ids: Vec<uuid::Uuid> = lines.iter().flat_map(Line::recorded).map(|recorded| recorded.id).collect();
        let entries = change_log::by_ids(&self.db.reader(scope), scope, &ids).await?;
        Ok(entries.into_iter().map(|entry| (entry.id, entry)).collect())
    }
}
