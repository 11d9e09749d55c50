//! What an import needs to know of a kind of record: how a row becomes its fields, how two are joined, how one is
//! recognised, and how many are stored at once.

use std::collections::HashMap;

use db::{Change, Tx, change_log};
use fields::FieldSet;
use kernel::{Scope, values::Tags};
use sea_orm::{
    ConnectionTrait,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{csv::ImportTarget as T, finder::Ground, mapping::Values};
use crate::{
    Error,
    companies::{
        self,
        company::{CompanyFields, CompanyPatch, CompanySize},
    },
    contacts::{
        self,
        contact::{ContactFields, ContactPatch},
    },
    identities::Identity,
    record::{Column, RecordKind, Stored, name_key},
    requests::{Given, MAX_CONTACT_POINTS},
};

/// A row as it shall be stored.
#[derive(Clone, Debug)]
pub struct Draft<F> {
    pub fields: F,
    /// Found or created by name, then put into the fields.
    pub company_name: Option<String>,
}

/// A row with what its record is recognised by; made while the database stores earlier rows.
#[derive(Clone, Debug)]
pub struct Row<F> {
    pub draft: Draft<F>,
    pub identities: Vec<Identity>,
    pub likeness: String,
}

impl<F> Row<F> {
    /// The row of a draft.
    pub fn of<S: Subject<Fields = F>>(draft: Draft<F>) -> Self {
        Self { identities: S::identities(&draft.fields), likeness: S::likeness(&draft), draft }
    }
}

/// A record that is there.
#[derive(Clone, Debug)]
pub struct Existing<F> {
    pub record: Stored<F>,
    pub company_name: Option<String>,
}

/// A record to insert.
#[derive(Clone, Debug)]
pub struct Fresh<F> {
    pub id: Uuid,
    pub fields: F,
    pub company_name: Option<String>,
}

/// A kind of record that can be imported.
#[async_trait::async_trait]
pub trait Subject: Send + Sync + 'static {
    type Fields: Clone + PartialEq + Send + Sync + 'static;
    const KIND: RecordKind;

    /// The fields of a row.
    fn draft(values: &Values<'_>, ground: &Ground) -> Result<Draft<Self::Fields>, kernel::Fields>;
    /// Adds what the row knows to what is there: filled fields win, lists are joined.
    fn join(into: &mut Self::Fields, from: &Self::Fields);
    fn tag(fields: &mut Self::Fields, tags: &[String]);
    fn own(fields: &mut Self::Fields, owner: Option<Uuid>);
    fn set_company(fields: &mut Self::Fields, company: Option<Uuid>);
    fn identities(fields: &Self::Fields) -> Vec<Identity>;
    /// What a record is recognised by beside its identities.
    fn likeness(draft: &Draft<Self::Fields>) -> String;
    /// Whether a row is recognised by its likeness at all.
    fn goes_by_likeness(row: &Row<Self::Fields>) -> bool;
    /// Records that have the likeness of one of these rows.
    async fn alike(tx: &Tx, scope: &Scope, wanted: &[&Draft<Self::Fields>]) -> Result<HashMap<String, Uuid>, Error>;
    async fn load(tx: &Tx, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Existing<Self::Fields>>, Error>;
    /// Stores new records with their change-log entries; returns their ids.
    async fn insert(tx: &Tx, records: Vec<Fresh<Self::Fields>>) -> Result<Vec<Uuid>, Error>;
    /// Stores changed records; returns the change-log entries of those that nobody else changed meanwhile.
    async fn update(tx: &Tx, records: Vec<(Existing<Self::Fields>, Self::Fields)>) -> Result<Vec<Change>, Error>;
}

/// Contacts.
pub struct Contacts;
/// Companies.
pub struct Companies;

fn join_list(into: &mut Vec<String>, from: &[String], most: usize) {
    for value in from {
        if into.len() < most && !into.contains(value) {
            into.push(value.clone());
        }
    }
}

fn join_option<T: Clone>(into: &mut Option<T>, from: Option<&T>) {
    if let Some(value) = from {
        *into = Some(value.clone());
    }
}

fn join_custom(into: &mut Map<String, Value>, from: &Map<String, Value>) {
    for (key, value) in from {
        into.insert(key.clone(), value.clone());
    }
}

/// The first thing in a row that a person could be called by.
pub(super) fn stand_in_name(values: &Values<'_>) -> Given<String> {
    let first = |target| match values.many(target) {
        Given::Value(mut all) if !all.is_empty() => Given::Value(all.swap_remove(0)),
        _ => Given::Absent,
    };
    [first(T::Email), values.one(T::TelegramUsername), first(T::Phone)]
        .into_iter()
        .find(|given| given.value().is_some())
        .unwrap_or(Given::Absent)
}

#[async_trait::async_trait]
impl Subject for Contacts {
    type Fields = ContactFields;
    const KIND: RecordKind = RecordKind::Contact;

    fn draft(values: &Values<'_>, ground: &Ground) -> Result<Draft<ContactFields>, kernel::Fields> {
        let parts = [T::Name, T::FirstName, T::MiddleName, T::LastName];
        let named = parts.iter().any(|part| values.one(*part).value().is_some());
        let patch = ContactPatch {
            name: if named { values.one(T::Name) } else { stand_in_name(values) },
            first_name: values.one(T::FirstName),
            middle_name: values.one(T::MiddleName),
            last_name: values.one(T::LastName),
            job_title: values.one(T::JobTitle),
            company_name: values.one(T::CompanyName),
            emails: values.many(T::Email),
            phones: values.many(T::Phone),
            time_zone: values.one(T::TimeZone),
            telegram_username: values.one(T::TelegramUsername),
            website: values.one(T::Website),
            linkedin_url: values.one(T::LinkedinUrl),
            source: values.one(T::Source),
            tags: values.many(T::Tags),
            description: values.one(T::Description),
            lead_score: lead_score(values)?,
            custom: values.custom(ground)?,
            ..ContactPatch::default()
        };
        // The values of the organization's own fields were checked as they were read.
        let edited = patch.apply(ContactFields::default(), ground.region.as_deref(), &FieldSet::default())?;
        Ok(Draft { fields: edited.fields, company_name: edited.company_name })
    }

    fn join(into: &mut ContactFields, from: &ContactFields) {
        // A name made of an address is no news.
        if !from.identities().iter().any(|i| i.value == from.name) {
            into.name.clone_from(&from.name);
        }
        join_option(&mut into.first_name, from.first_name.as_ref());
        join_option(&mut into.middle_name, from.middle_name.as_ref());
        join_option(&mut into.last_name, from.last_name.as_ref());
        join_option(&mut into.job_title, from.job_title.as_ref());
        join_option(&mut into.company_id, from.company_id.as_ref());
        join_list(&mut into.emails, &from.emails, MAX_CONTACT_POINTS);
        join_list(&mut into.phones, &from.phones, MAX_CONTACT_POINTS);
        join_option(&mut into.time_zone, from.time_zone.as_ref());
        join_option(&mut into.telegram_username, from.telegram_username.as_ref());
        join_option(&mut into.website, from.website.as_ref());
        join_option(&mut into.linkedin_url, from.linkedin_url.as_ref());
        join_option(&mut into.source, from.source.as_ref());
        join_list(&mut into.tags, &from.tags, Tags::MAX);
        join_option(&mut into.description, from.description.as_ref());
        join_option(&mut into.lead_score, from.lead_score.as_ref());
        join_custom(&mut into.custom, &from.custom);
    }

    fn tag(fields: &mut ContactFields, tags: &[String]) {
        join_list(&mut fields.tags, tags, Tags::MAX);
    }

    fn own(fields: &mut ContactFields, owner: Option<Uuid>) {
        fields.owner_id = owner;
    }

    fn set_company(fields: &mut ContactFields, company: Option<Uuid>) {
        fields.company_id = company;
    }

    fn identities(fields: &ContactFields) -> Vec<Identity> {
        fields.identities()
    }

    /// A name at a company.
    fn likeness(draft: &Draft<ContactFields>) -> String {
        let company = draft.company_name.as_deref().map(kernel::values::company_key).unwrap_or_default();
        format!("{}\n{company}", name_key(&draft.fields.name))
    }

    /// A row that has an address is recognised by that alone: colleagues share names.
    fn goes_by_likeness(row: &Row<ContactFields>) -> bool {
        row.identities.is_empty()
    }

    async fn alike(tx: &Tx, scope: &Scope, wanted: &[&Draft<ContactFields>]) -> Result<HashMap<String, Uuid>, Error> {
        let keys: Vec<String> = wanted.iter().map(|draft| name_key(&draft.fields.name)).collect();
        let (kind, companies) = (RecordKind::Contact, RecordKind::Company);
        let company_id = Expr::col((kind.table(), Alias::new("company_id")));
        let mut select = Query::select();
        select
            .from(kind.table())
            .left_join(companies.table(), companies.column(Column::Id).eq(company_id))
            .expr_as(kind.column(Column::Id), Alias::new("id"))
            .expr_as(kind.column(Column::NameKey), Alias::new("name_key"))
            .expr_as(Expr::col((companies.table(), Alias::new("match_key"))), Alias::new("match_key"))
            .cond_where(kind.within(scope))
            .and_where(kind.in_trash(false))
            .and_where(kind.column(Column::NameKey).is_in(keys))
            .limit(10_000);
        let mut found = HashMap::new();
        for row in tx.query_all(&select).await? {
            let (name, company): (String, Option<String>) =
                (row.try_get("", "name_key")?, row.try_get("", "match_key")?);
            found.entry(format!("{name}\n{}", company.unwrap_or_default())).or_insert(row.try_get("", "id")?);
        }
        Ok(found)
    }

    async fn load(tx: &Tx, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Existing<ContactFields>>, Error> {
        let loaded = contacts::store::load_many(tx, scope, ids).await?;
        Ok(loaded.into_iter().map(|l| Existing { record: l.contact, company_name: l.company_name }).collect())
    }

    async fn insert(tx: &Tx, records: Vec<Fresh<ContactFields>>) -> Result<Vec<Uuid>, Error> {
        let new: Vec<_> = records
            .into_iter()
            .map(|r| contacts::store::NewContact { id: r.id, fields: r.fields, company_name: r.company_name })
            .collect();
        contacts::store::insert_many(tx, &new).await?;
        let ids = new.iter().map(|new| new.id).collect();
        change_log::record_all(tx, new.into_iter().map(|new| contacts::commands::created(&new))).await?;
        Ok(ids)
    }

    async fn update(tx: &Tx, records: Vec<(Existing<ContactFields>, ContactFields)>) -> Result<Vec<Change>, Error> {
        let images: Vec<Value> = records.iter().map(|(existing, _)| existing.record.fields.image()).collect();
        let updates = records.into_iter().map(|(existing, fields)| contacts::store::Update {
            fields,
            standing: existing.record.standing(),
            company_name: existing.company_name,
            old: existing.record,
        });
        let written = contacts::store::update_many(tx, updates.collect()).await?;
        Ok(changes(Self::KIND, images, written, ContactFields::image))
    }
}

fn lead_score(values: &Values<'_>) -> Result<Given<i64>, kernel::Fields> {
    match values.one(T::LeadScore) {
        Given::Value(raw) => match raw.trim().parse() {
            Ok(score) => Ok(Given::Value(score)),
            Err(_) => Err(kernel::Fields(vec![kernel::FieldError::new("leadScore", "field.type")])),
        },
        _ => Ok(Given::Absent),
    }
}

fn changes<F>(
    kind: RecordKind,
    before: Vec<Value>,
    written: Vec<Option<Stored<F>>>,
    image: impl Fn(&F) -> Value,
) -> Vec<Change> {
    let pairs = before.into_iter().zip(written).filter_map(|(before, written)| Some((before, written?)));
    let change = |(before, record): (Value, Stored<F>)| {
        let after = image(&record.fields);
        Change::between(kind.as_str(), record.id, db::Action::Updated, &before, &after, record.version)
    };
    pairs.map(change).collect()
}

#[async_trait::async_trait]
impl Subject for Companies {
    type Fields = CompanyFields;
    const KIND: RecordKind = RecordKind::Company;

    fn draft(values: &Values<'_>, ground: &Ground) -> Result<Draft<CompanyFields>, kernel::Fields> {
        let size = match values.one(T::Size) {
            Given::Value(raw) => match CompanySize::parse(&raw.trim().replace(['–', '—'], "-")) {
                Some(size) => Given::Value(size),
                None => return Err(kernel::Fields(vec![kernel::FieldError::new("size", "field.choice.unknown")])),
            },
            _ => Given::Absent,
        };
        let patch = CompanyPatch {
            name: values.one(T::Name),
            industry: values.one(T::Industry),
            size,
            description: values.one(T::Description),
            website: values.one(T::Website),
            phones: values.many(T::Phone),
            emails: values.many(T::Email),
            address: values.one(T::Address),
            tags: values.many(T::Tags),
            source: values.one(T::Source),
            custom: values.custom(ground)?,
            ..CompanyPatch::default()
        };
        let fields = patch.apply(CompanyFields::default(), ground.region.as_deref(), &FieldSet::default())?;
        Ok(Draft { fields, company_name: None })
    }

    fn join(into: &mut CompanyFields, from: &CompanyFields) {
        into.name.clone_from(&from.name);
        join_option(&mut into.industry, from.industry.as_ref());
        join_option(&mut into.size, from.size.as_ref());
        join_option(&mut into.description, from.description.as_ref());
        join_option(&mut into.website, from.website.as_ref());
        join_list(&mut into.phones, &from.phones, MAX_CONTACT_POINTS);
        join_list(&mut into.emails, &from.emails, MAX_CONTACT_POINTS);
        join_option(&mut into.address, from.address.as_ref());
        join_list(&mut into.tags, &from.tags, Tags::MAX);
        join_option(&mut into.source, from.source.as_ref());
        join_custom(&mut into.custom, &from.custom);
    }

    fn tag(fields: &mut CompanyFields, tags: &[String]) {
        join_list(&mut fields.tags, tags, Tags::MAX);
    }

    fn own(fields: &mut CompanyFields, owner: Option<Uuid>) {
        fields.owner_id = owner;
    }

    fn set_company(_fields: &mut CompanyFields, _company: Option<Uuid>) {}

    fn identities(fields: &CompanyFields) -> Vec<Identity> {
        fields.identities()
    }

    fn likeness(draft: &Draft<CompanyFields>) -> String {
        draft.fields.match_key()
    }

    fn goes_by_likeness(_row: &Row<CompanyFields>) -> bool {
        true
    }

    async fn alike(tx: &Tx, scope: &Scope, wanted: &[&Draft<CompanyFields>]) -> Result<HashMap<String, Uuid>, Error> {
        let keys: Vec<String> = wanted.iter().map(|draft| draft.fields.match_key()).collect();
        let kind = Self::KIND;
        let match_key = Expr::col((kind.table(), Alias::new("match_key")));
        let mut select = Query::select();
        select
            .from(kind.table())
            .expr_as(kind.column(Column::Id), Alias::new("id"))
            .expr_as(match_key.clone(), Alias::new("match_key"))
            .cond_where(kind.within(scope))
            .and_where(kind.in_trash(false))
            .and_where(match_key.is_in(keys))
            .limit(10_000);
        let mut found = HashMap::new();
        for row in tx.query_all(&select).await? {
            found.entry(row.try_get("", "match_key")?).or_insert(row.try_get("", "id")?);
        }
        Ok(found)
    }

    async fn load(tx: &Tx, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Existing<CompanyFields>>, Error> {
        let loaded = companies::store::load_many(tx, scope, ids).await?;
        Ok(loaded.into_iter().map(|l| Existing { record: l.company, company_name: None }).collect())
    }

    async fn insert(tx: &Tx, records: Vec<Fresh<CompanyFields>>) -> Result<Vec<Uuid>, Error> {
        let new: Vec<_> =
            records.into_iter().map(|r| companies::store::NewCompany { id: r.id, fields: r.fields }).collect();
        companies::store::insert_many(tx, &new).await?;
        let ids = new.iter().map(|new| new.id).collect();
        change_log::record_all(tx, new.into_iter().map(|new| new.created())).await?;
        Ok(ids)
    }

    async fn update(tx: &Tx, records: Vec<(Existing<CompanyFields>, CompanyFields)>) -> Result<Vec<Change>, Error> {
        let images: Vec<Value> = records.iter().map(|(existing, _)| existing.record.fields.image()).collect();
        let updates = records.into_iter().map(|(existing, fields)| companies::store::Update {
            fields,
            standing: existing.record.standing(),
            old: existing.record,
        });
        let written = companies::store::update_many(tx, updates.collect()).await?;
        Ok(changes(Self::KIND, images, written, CompanyFields::image))
    }
}
