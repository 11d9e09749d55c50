//! Who and what the cells of an import mean by a name: members, and records that fields of the organization's own name.
//! Asked on the thread that parses, one question per name.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use contracts::ports::Person;
use fields::{Definitions, FieldKind, FieldSet, People, RecordType};
use kernel::{Owners, Resource, Scope, values::name_key};
use tokio::runtime::Handle;
use uuid::Uuid;

use crate::{Crm, Error};

/// Names that are remembered; then it begins anew.
const REMEMBERED: usize = 10_000;

/// What the rows of an import are read with.
#[derive(Default)]
pub struct Ground {
    /// Country of phone numbers without a country code.
    pub region: Option<String>,
    pub own: FieldSet,
    /// Whom the importing person may name as owners.
    pub owners: Owners,
    pub finder: Finder,
}

/// Looks people and records up by what a cell calls them.
#[derive(Default)]
pub struct Finder {
    people: Vec<Person>,
    records: Option<Records>,
    failed: AtomicBool,
}

struct Records {
    definitions: Arc<Definitions>,
    scope: Scope,
    runtime: Handle,
    seen: Mutex<HashMap<(RecordType, String), Option<Uuid>>>,
}

impl Ground {
    /// What is needed to read values of these fields, and owners if rows name them.
    ///
    /// # Errors
    /// When the members cannot be told.
    pub async fn new(crm: &Crm, scope: &Scope, own: FieldSet, owners: bool) -> Result<Self, Error> {
        let has = |kind| own.all().iter().any(|field| field.kind == kind);
        let people = if owners || has(FieldKind::User) {
            crm.directory.people(scope).await.map_err(Error::Port)?
        } else {
            Vec::new()
        };
        let records = has(FieldKind::Relation).then(|| Records {
            definitions: Arc::clone(&crm.definitions),
            scope: scope.clone(),
            runtime: Handle::current(),
            seen: Mutex::default(),
        });
        let finder = Finder { people, records, failed: AtomicBool::new(false) };
        let owners = scope.owners(Resource::Deals);
        Ok(Self { region: crm.region().map(str::to_owned), own, owners, finder })
    }
}

impl Finder {
    /// Whether a question stayed without an answer: what was read since is not to be trusted.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }
}

impl People for Finder {
    fn member(&self, text: &str) -> Option<Uuid> {
        let key = name_key(text.trim());
        let id = Uuid::parse_str(&key).ok();
        let is_meant =
            |person: &&Person| Some(person.id) == id || name_key(&person.email) == key || name_key(&person.name) == key;
        let mut found = self.people.iter().filter(is_meant);
        found.next().filter(|_| found.next().is_none()).map(|person| person.id)
    }

    fn record(&self, of: RecordType, text: &str) -> Option<Uuid> {
        let records = self.records.as_ref()?;
        let key = (of, name_key(text.trim()));
        let mut seen = records.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = seen.get(&key) {
            return *known;
        }
        let question = records.definitions.named(&records.scope, of, text.trim());
        #[expect(clippy::disallowed_methods, reason = "rows are parsed on a thread of their own, outside the runtime")]
        let answer = records.runtime.block_on(question);
        let found = answer.unwrap_or_else(|error| {
            tracing::warn!(%error, "a record that a row names could not be looked up");
            self.failed.store(true, Ordering::Relaxed);
            None
        });
        if seen.len() >= REMEMBERED {
            seen.clear();
        }
        seen.insert(key, found);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_meant_by_id_address_or_a_name_that_is_theirs_alone() {
        let person = |id: u128, name: &str| Person {
            id: Uuid::from_u128(id),
            name: name.to_owned(),
            email: format!("{id}@example.com"),
        };
        let people = vec![person(1, "Anna Ёлкина"), person(2, "Bob"), person(3, "Bob")];
        let finder = Finder { people, ..Finder::default() };
        let anna = Some(Uuid::from_u128(1));
        for text in [" anna елкина ", "1@EXAMPLE.com", "00000000-0000-0000-0000-000000000001"] {
            assert_eq!(finder.member(text), anna, "{text}");
        }
        assert_eq!((finder.member("Bob"), finder.member("3@example.com")), (None, Some(Uuid::from_u128(3))));
        assert_eq!(finder.record(RecordType::Company, "Acme"), None);
    }
}
