//! Changing companies. Each command is one transaction: the rule, the rows, the change log, the event.

use contracts::permissions::{COMPANIES_READ, COMPANIES_WRITE};
use db::{Action, Change};
use kernel::{Resource, Scope, values::Line};
use sea_orm::sea_query::{ExprTrait, SimpleExpr};
use serde::Serialize;
use serde_json::Map;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    company::{CompanyFields, CompanyInput, CompanyPatch, CompanyReplace},
    queries::{self, Company},
    store::{self, Loaded, NewCompany, Update},
};
use crate::{
    Crm, Error,
    duplicates::{self, DuplicateCheck, DuplicateHint, Likeness},
    record::{RecordKind, Stored, updated},
    requests::Given,
};

const KIND: RecordKind = RecordKind::Company;

/// A new company, and records that look the same.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CompanyCreated {
    #[serde(flatten)]
    pub company: Company,
    pub duplicates: Vec<DuplicateHint>,
}

/// Creates a company.
///
/// # Errors
/// [`Error::Invalid`] with every field at fault.
pub async fn create(crm: &Crm, scope: &Scope, input: CompanyInput) -> Result<CompanyCreated, Error> {
    scope.require(COMPANIES_WRITE)?;
    let own = crm.own_fields(scope, KIND, &input.custom).await?;
    let fields = CompanyPatch::from(input).apply(CompanyFields::default(), crm.region(), &own)?;
    crm.check_owner(scope, Resource::Clients, fields.owner_id).await?;
    crm.check_references(scope, &own, &Map::new(), &fields.custom).await?;
    let likeness = Likeness { identities: fields.identities(), same_name: Some(same_company(&fields)) };

    let tx = crm.db.begin(scope).await?;
    let now = tx.clock().now();
    let new = NewCompany { id: tx.clock().new_id(), fields };
    store::create_many(&tx, std::slice::from_ref(&new)).await?;
    let duplicates = duplicates::commit_and_find(tx, &crm.db, scope, KIND, &likeness, new.id).await?;

    let NewCompany { id, fields } = new;
    let company =
        Stored { id, fields, version: 1, created_at: now, updated_at: now, deleted_at: None, merged_into: None };
    Ok(CompanyCreated { company: queries::view(crm, scope, Loaded { company, contact_count: 0 }).await?, duplicates })
}

/// A company of the same name, legal form aside.
fn same_company(fields: &CompanyFields) -> SimpleExpr {
    store::match_key().eq(fields.match_key())
}

/// Replaces every field of a company.
///
/// # Errors
/// As [`change`].
pub async fn replace(crm: &Crm, scope: &Scope, id: Uuid, body: CompanyReplace) -> Result<Company, Error> {
    change(crm, scope, id, CompanyPatch::from(body)).await
}

/// Changes some fields of a company. What changes nothing writes nothing.
///
/// # Errors
/// [`Error::Invalid`] with every field at fault; [`Error::Stale`] when `patch.version` is no longer the company's;
/// [`Error::InTrash`]; [`Error::Merged`].
pub async fn change(crm: &Crm, scope: &Scope, id: Uuid, patch: CompanyPatch) -> Result<Company, Error> {
    scope.require(COMPANIES_WRITE)?;
    if let Given::Value(owner) = patch.owner_id {
        crm.check_owner(scope, Resource::Clients, Some(owner)).await?;
    }
    let own = crm.own_fields(scope, KIND, &patch.custom).await?;
    if let Given::Value(given) = &patch.custom
        && own.may_refer(given.keys())
    {
        let old = store::get(&crm.db.reader(scope), scope, id).await?.company.fields;
        let new = patch.apply(old.clone(), crm.region(), &own)?;
        crm.check_references(scope, &own, &old.custom, &new.custom).await?;
    }
    let tx = crm.db.begin(scope).await?;
    let loaded = store::get(&tx, scope, id).await?;
    loaded.company.standing().require_in_use()?;
    if patch.version.is_some_and(|version| version != loaded.company.version) {
        return Err(stale(crm, scope, loaded).await?);
    }
    let Loaded { company: old, contact_count } = loaded.clone();
    let fields = patch.apply(old.fields.clone(), crm.region(), &own)?;
    if fields == old.fields {
        return queries::view(crm, scope, loaded).await;
    }
    let before = old.fields.image();
    let written = store::update_many(&tx, vec![Update { fields, standing: old.standing(), old }]).await?;
    let Some(company) = written.into_iter().next().flatten() else {
        tx.rollback().await?;
        let current = store::get(&crm.db.reader(scope), scope, id).await?;
        return Err(stale(crm, scope, current).await?);
    };
    let change = Change::between(KIND.as_str(), id, Action::Updated, &before, &company.fields.image(), company.version);
    let event = updated(KIND, std::slice::from_ref(&change));
    db::change_log::record(&tx, [change]).await?;
    events::append(&tx, [event]).await?;
    tx.commit().await?;
    queries::view(crm, scope, Loaded { company, contact_count }).await
}

async fn stale(crm: &Crm, scope: &Scope, current: Loaded) -> Result<Error, Error> {
    let current = queries::view(crm, scope, current).await?;
    Ok(Error::Stale(serde_json::to_value(current).unwrap_or_default()))
}

/// Looks for companies like the one described.
///
/// # Errors
/// When the database is away.
pub async fn check_duplicates(crm: &Crm, scope: &Scope, check: DuplicateCheck) -> Result<Vec<DuplicateHint>, Error> {
    scope.require(COMPANIES_READ)?;
    let name = check.name.as_deref().and_then(|name| Line::<255>::parse(name).ok());
    let likeness = Likeness {
        identities: CompanyFields::as_far_as_parsed(check, crm.region()).identities(),
        same_name: name.map(|name| same_company(&CompanyFields::named(name.as_str()))),
    };
    duplicates::find(&crm.db, scope, KIND, &likeness).await
}
