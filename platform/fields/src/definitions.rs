//! The fields of organizations, remembered for a few seconds: every change of a record with values of its own asks for
//! them. A change made by this process is known at once, one made by another when the memory ends.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, PoisonError, RwLock, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use api::requests::Given;
use db::{Db, Error, List, Params};
use kernel::{Fields, OrgId, Scope, UserId};
use moka::sync::Cache;
use sea_orm::sea_query::SimpleExpr;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    field::{CustomField, RecordType, key_of_path},
    set::{FieldSet, Reference, Referred},
    source::{RecordSource, SourceError},
    store,
};

/// How long a change by another process may go unnoticed.
const MEMORY: Duration = Duration::from_secs(3);
/// Organizations whose fields are remembered.
const ORGANIZATIONS: u64 = 10_000;

/// The fields of one organization, by kind of record.
type OfOrganization = Arc<HashMap<RecordType, FieldSet>>;

/// What fields there are; and who to ask about the records that they name.
pub struct Definitions {
    db: Db,
    /// Country of phone numbers without a country code.
    region: Option<Arc<str>>,
    known: Cache<OrgId, OfOrganization>,
    /// Grows with every change, so that what was read before one is not remembered after it.
    changes: AtomicU64,
    sources: RwLock<HashMap<RecordType, Weak<dyn RecordSource>>>,
}

impl Definitions {
    #[must_use]
    pub fn new(db: Db, region: Option<&str>) -> Self {
        let known = Cache::builder().max_capacity(ORGANIZATIONS).time_to_live(MEMORY).build();
        let (changes, sources) = (AtomicU64::new(0), RwLock::default());
        Self { db, region: region.map(Into::into), known, changes, sources }
    }

    /// Names who is to be asked about records of these kinds.
    pub fn ask_about(&self, kinds: &[RecordType], source: &Arc<dyn RecordSource>) {
        let mut sources = self.sources.write().unwrap_or_else(PoisonError::into_inner);
        sources.extend(kinds.iter().map(|kind| (*kind, Arc::downgrade(source))));
    }

    fn source(&self, of: RecordType) -> Option<Arc<dyn RecordSource>> {
        self.sources.read().unwrap_or_else(PoisonError::into_inner).get(&of)?.upgrade()
    }

    /// The fields of a kind of record.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn of(&self, scope: &Scope, of: RecordType) -> Result<FieldSet, Error> {
        if let Some(known) = self.known.get(&scope.org_id) {
            return Ok(known.get(&of).cloned().unwrap_or_else(|| self.set(Vec::new())));
        }
        let before = self.changes.load(Ordering::SeqCst);
        let mut by_type: HashMap<RecordType, Vec<CustomField>> = HashMap::new();
        for field in store::list(&self.db.reader(scope), scope, None).await? {
            by_type.entry(field.record_type).or_default().push(field);
        }
        let sets: HashMap<_, _> = by_type.into_iter().map(|(of, fields)| (of, self.set(fields))).collect();
        let found = sets.get(&of).cloned().unwrap_or_else(|| self.set(Vec::new()));
        if self.changes.load(Ordering::SeqCst) == before {
            self.known.insert(scope.org_id, Arc::new(sets));
        }
        Ok(found)
    }

    fn set(&self, fields: Vec<CustomField>) -> FieldSet {
        FieldSet::new(fields, self.region.clone())
    }

    /// Forgets the fields of the scope's organization: they were changed just now.
    pub fn changed(&self, scope: &Scope) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        self.known.invalidate(&scope.org_id);
    }

    /// The parameters of a list with the fields that they name and the list does not have itself; `object` is where its
    /// records keep their values.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn params(
        &self,
        scope: &Scope,
        of: RecordType,
        object: &SimpleExpr,
        params: &Params,
    ) -> Result<Params, Error> {
        let in_filter = params.filter.as_ref().is_some_and(|f| f.any(&|test| key_of_path(&test.field).is_some()));
        let sort = params.sort.as_deref().unwrap_or_default();
        if !in_filter && sort.split(',').all(|word| key_of_path(word.trim().trim_start_matches('-')).is_none()) {
            return Ok(params.clone());
        }
        let set = self.of(scope, of).await?;
        let own_fields = set.all().iter().filter_map(|field| field.column(self.db.backend(), object)).collect();
        let stored = |test: kernel::filter::Test| match key_of_path(&test.field).and_then(|key| set.find(key)) {
            Some(field) => field.stored(test, set.region()),
            None => test,
        };
        let filter = params.filter.clone().map(|filter| filter.map(&stored));
        Ok(Params { filter, own_fields, ..params.clone() })
    }

    /// The list of a kind of record, if somebody owns it here.
    #[must_use]
    pub fn list_of(&self, of: RecordType) -> Option<&'static List> {
        Some(self.source(of)?.list(of))
    }

    /// The fields that check the given values; none are asked for when none are given.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn given(
        &self,
        scope: &Scope,
        of: RecordType,
        given: &Given<Map<String, Value>>,
    ) -> Result<FieldSet, Error> {
        match given.value() {
            Some(given) if !given.is_empty() => self.of(scope, of).await,
            _ => Ok(FieldSet::default()),
        }
    }

    /// Refusals of the values that name nobody, or nothing within the actor's reach, and did not before.
    ///
    /// # Errors
    /// When those who know members or records cannot answer.
    pub async fn unknown_references<F>(
        &self,
        scope: &Scope,
        own: &FieldSet,
        (before, after): (&Map<String, Value>, &Map<String, Value>),
        is_member: impl Fn(UserId) -> F + Sync,
    ) -> Result<Fields, SourceError>
    where
        F: Future<Output = Result<bool, SourceError>> + Send,
    {
        let references = own.references(before, after);
        let mut refused = Fields::default();
        for reference in self.missing_records(scope, &references).await? {
            refused.refuse(&reference.field, "reference.unknown");
        }
        for reference in references.iter().filter(|reference| reference.to == Referred::Member) {
            if !is_member(UserId(reference.id)).await? {
                refused.refuse(&reference.field, "reference.unknown");
            }
        }
        Ok(refused)
    }

    /// Those of the references to records that name none within reach.
    async fn missing_records<'a>(
        &self,
        scope: &Scope,
        references: &'a [Reference],
    ) -> Result<Vec<&'a Reference>, SourceError> {
        let mut missing = Vec::new();
        for of in [RecordType::Contact, RecordType::Company, RecordType::Deal] {
            let of_kind: Vec<&Reference> = references.iter().filter(|r| r.to == Referred::Record(of)).collect();
            let ids: Vec<Uuid> = of_kind.iter().map(|reference| reference.id).collect();
            let found = match self.source(of) {
                Some(source) if !ids.is_empty() => source.reachable(scope, of, &ids).await?,
                _ => HashSet::new(),
            };
            missing.extend(of_kind.into_iter().filter(|reference| !found.contains(&reference.id)));
        }
        Ok(missing)
    }

    /// Names of records of a kind, at most 1000.
    ///
    /// # Errors
    /// When the owner of the records cannot answer.
    pub async fn names(
        &self,
        scope: &Scope,
        of: RecordType,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, String>, SourceError> {
        match self.source(of) {
            Some(source) if !ids.is_empty() => source.names(scope, of, ids).await,
            _ => Ok(HashMap::new()),
        }
    }

    /// The only record within reach that is called so, or has this id.
    ///
    /// # Errors
    /// When the owner of the records cannot answer.
    pub async fn named(&self, scope: &Scope, of: RecordType, text: &str) -> Result<Option<Uuid>, SourceError> {
        let Some(source) = self.source(of) else { return Ok(None) };
        match Uuid::parse_str(text) {
            Ok(id) => Ok(source.reachable(scope, of, &[id]).await?.contains(&id).then_some(id)),
            Err(_) => source.named(scope, of, text).await,
        }
    }
}
