//! Rows that are deals: `pipeline` keeps those. What a row says of the contact and the company is found here, or made,
//! before and behind the deals themselves: a client that no stored deal names is not made.

use std::collections::{HashMap, HashSet};

use contracts::{
    imports::DealRow,
    permissions::{COMPANIES_WRITE, CONTACTS_WRITE},
};
use db::Tx;
use exchange::import::{Fate, Intake, Plan};
use fields::FieldSet;
use kernel::{
    Fields, Owners, Resource, Scope,
    values::{Line, company_key},
};
use uuid::Uuid;

use super::{
    chunk,
    csv::ImportTarget as T,
    finder::Ground,
    mapping::Values,
    rows::{Rows, Stored},
    subject::{self, Contacts, Draft, Fresh, Subject, stand_in_name},
};
use crate::{
    Crm, Error,
    companies::{
        company::CompanyFields,
        store::{self as companies, NewCompany},
    },
    contacts::contact::{ContactFields, ContactPatch},
    identities::{self, Identity},
    record::RecordKind,
    requests::Given,
};

/// The deals of one import.
pub struct Deals {
    intake: Box<dyn Intake<DealRow>>,
}

/// A deal as it was read, and whom it names.
pub struct Read {
    deal: DealRow,
    company: Option<String>,
    contact: Option<subject::Row<ContactFields>>,
}

impl Deals {
    /// Makes ready what stays the same for the whole import.
    ///
    /// # Errors
    /// When whoever keeps the deals cannot answer.
    pub async fn open(crm: &Crm, scope: &Scope, plan: &Plan) -> Result<Self, Error> {
        let keeper = crm.keeper.as_ref().ok_or_else(|| Error::Port("nobody keeps deals".into()))?;
        Ok(Self { intake: keeper.open(scope, plan).await.map_err(Error::Port)? })
    }
}

#[async_trait::async_trait]
impl Rows for Deals {
    type Row = Read;
    const MAY_REFUSE: bool = true;
    const GROWING: &'static [&'static str] =
        &["deals", "stage_history", "contacts", "companies", "record_identities", "change_log"];

    fn read(values: &Values<'_>, ground: &Ground) -> Result<Read, Fields> {
        let mut refused = Fields::default();
        let text = |target| values.one(target).value().cloned();
        let company = text(T::CompanyName).and_then(|name| refused.take("companyName", Line::<255>::parse(&name)));
        let company = company.map(Line::into_string);
        let contact = noted(&mut refused, contact(values, ground)).flatten();
        let called = || contact.as_ref().map(|row| row.draft.fields.name.clone());
        let title = text(T::Title).or_else(|| company.clone()).or_else(called).unwrap_or_default();
        let owner_id = text(T::Owner).and_then(|name| owner(&name, ground, &mut refused));
        let custom = noted(&mut refused, values.custom(ground)).and_then(|given| given.value().cloned());
        let many = |target| values.many(target).value().cloned().unwrap_or_default();
        let deal = DealRow {
            title,
            pipeline: text(T::Pipeline),
            stage: text(T::Stage),
            status: text(T::Status),
            amount: text(T::Amount),
            currency: text(T::Currency),
            expected_close_on: text(T::ExpectedCloseOn),
            lost_reason: text(T::LostReason),
            source: text(T::Source),
            description: text(T::Description),
            tags: many(T::Tags),
            company_id: None,
            contact_id: None,
            owner_id,
            custom: custom.unwrap_or_default(),
        };
        refused.finish(|| Read { deal, company, contact })
    }

    async fn store(&self, tx: &Tx, scope: &Scope, plan: &Plan, rows: Vec<Read>) -> Result<Stored, Error> {
        let mut clients = Clients::find(tx, scope, &rows).await?;
        let rows: Vec<DealRow> = rows.into_iter().map(|row| clients.name(tx, plan, row)).collect();
        let named: Vec<_> = rows.iter().map(|row| (row.company_id, row.contact_id)).collect();
        let mut stored = Stored::default();
        let mut used = HashSet::new();
        for (index, fate) in self.intake.store(tx, rows).await.map_err(Error::Port)?.into_iter().enumerate() {
            match fate {
                Fate::Created => stored.outcome.created += 1,
                Fate::Updated => stored.outcome.updated += 1,
                Fate::Skipped => {
                    stored.outcome.skipped += 1;
                    continue;
                }
                Fate::Refused(fields) => {
                    stored.refused.push((index, fields));
                    continue;
                }
            }
            let (company, contact) = named[index];
            used.extend(company.into_iter().chain(contact));
        }
        clients.make(tx, plan, &used).await?;
        Ok(stored)
    }
}

/// What was read, or none and its refusals noted.
fn noted<A>(refused: &mut Fields, read: Result<A, Fields>) -> Option<A> {
    read.map_err(|wrong| refused.0.extend(wrong.0)).ok()
}

/// The member that a cell names as the owner.
fn owner(name: &str, ground: &Ground, refused: &mut Fields) -> Option<Uuid> {
    let found = fields::People::member(&ground.finder, name);
    match found {
        None => refused.refuse("owner", "field.member.unknown"),
        Some(id) if !ground.owners.include(Some(id)) => refused.refuse("owner", "owner.not_allowed"),
        Some(_) => {}
    }
    found
}

/// The contact that a row tells of.
fn contact(values: &Values<'_>, ground: &Ground) -> Result<Option<subject::Row<ContactFields>>, Fields> {
    let name = match values.one(T::ContactName) {
        Given::Absent => stand_in_name(values),
        name => name,
    };
    if name == Given::Absent {
        return Ok(None);
    }
    let patch = ContactPatch {
        name,
        company_name: values.one(T::CompanyName),
        emails: values.many(T::Email),
        phones: values.many(T::Phone),
        ..ContactPatch::default()
    };
    let edited = patch.apply(ContactFields::default(), ground.region.as_deref(), &FieldSet::default())?;
    let draft = Draft { fields: edited.fields, company_name: edited.company_name };
    Ok(Some(subject::Row::of::<Contacts>(draft)))
}

/// The contacts and companies that the rows of a chunk name: those that are there, and those to be made.
struct Clients {
    /// By [`company_key`].
    companies: HashMap<String, (Uuid, String)>,
    new_companies: Vec<NewCompany>,
    by_identity: HashMap<Identity, Uuid>,
    by_likeness: HashMap<String, Uuid>,
    new_contacts: Vec<Fresh<ContactFields>>,
    may_make_companies: bool,
    may_make_contacts: bool,
    /// Whose clients the importing person reaches.
    owners: Owners,
    me: Option<Uuid>,
}

impl Clients {
    async fn find(tx: &Tx, scope: &Scope, rows: &[Read]) -> Result<Self, Error> {
        let unique = |mut keys: Vec<String>| {
            keys.sort_unstable();
            keys.dedup();
            keys
        };
        let keys = unique(rows.iter().filter_map(|row| row.company.as_deref().map(company_key)).collect());
        let companies = companies::by_match_key(tx, scope, keys).await?;
        let contacts = || rows.iter().filter_map(|row| row.contact.as_ref());
        let mut identities: Vec<Identity> = contacts().flat_map(|row| row.identities.iter().cloned()).collect();
        identities.sort_unstable();
        identities.dedup();
        let known = identities::find_many(tx, scope, RecordKind::Contact, &identities).await?;
        let by_identity = known.into_iter().filter_map(|(identity, ids)| Some((identity, *ids.first()?))).collect();
        let by_name: Vec<&Draft<ContactFields>> =
            contacts().filter(|row| by_name_alone(row)).map(|row| &row.draft).collect();
        let by_likeness =
            if by_name.is_empty() { HashMap::new() } else { Contacts::alike(tx, scope, &by_name).await? };
        Ok(Self {
            companies,
            new_companies: Vec::new(),
            by_identity,
            by_likeness,
            new_contacts: Vec::new(),
            may_make_companies: scope.grants.allows(COMPANIES_WRITE),
            may_make_contacts: scope.grants.allows(CONTACTS_WRITE),
            owners: scope.owners(Resource::Clients),
            me: scope.user_id().map(Uuid::from),
        })
    }

    /// The row with the ids of whom it names; who is not there yet is given one.
    fn name(&mut self, tx: &Tx, plan: &Plan, row: Read) -> DealRow {
        let Read { mut deal, company, contact } = row;
        deal.tags.extend(plan.default_tags.iter().cloned());
        deal.company_id = company.and_then(|name| self.company(tx, &name));
        deal.contact_id = contact.and_then(|contact| self.contact(tx, plan, contact, &deal));
        deal
    }

    fn company(&mut self, tx: &Tx, name: &str) -> Option<Uuid> {
        let key = company_key(name);
        if let Some((id, _)) = self.companies.get(&key) {
            return Some(*id);
        }
        if !self.may_make_companies {
            return None;
        }
        let id = tx.clock().new_id();
        self.companies.insert(key, (id, name.to_owned()));
        self.new_companies.push(NewCompany { id, fields: CompanyFields::named(name) });
        Some(id)
    }

    /// A contact that has an address is recognised by that alone, another one by name and company. One without an address
    /// is not made: nobody could be told from their namesake.
    fn contact(&mut self, tx: &Tx, plan: &Plan, row: subject::Row<ContactFields>, deal: &DealRow) -> Option<Uuid> {
        if by_name_alone(&row) {
            return self.by_likeness.get(&row.likeness).copied();
        }
        if let Some(id) = row.identities.iter().find_map(|identity| self.by_identity.get(identity)) {
            return Some(*id);
        }
        if !self.may_make_contacts {
            return None;
        }
        let id = tx.clock().new_id();
        self.by_identity.extend(row.identities.into_iter().map(|identity| (identity, id)));
        let mut fields = row.draft.fields;
        fields.company_id = deal.company_id;
        // Whoever gives deals to others may not reach their clients: such a contact is the importing person's.
        let owner = deal.owner_id.or(plan.owner_id);
        fields.owner_id = if self.owners.include(owner) { owner } else { self.me };
        let company = row.draft.company_name.as_deref().map(company_key).filter(|_| deal.company_id.is_some());
        let company_name = company.and_then(|key| Some(self.companies.get(&key)?.1.clone()));
        self.new_contacts.push(Fresh { id, fields, company_name });
        Some(id)
    }

    /// Makes those that stored deals name, and the companies of the contacts among them.
    async fn make(self, tx: &Tx, plan: &Plan, used: &HashSet<Uuid>) -> Result<(), Error> {
        let Self { mut new_companies, mut new_contacts, .. } = self;
        new_contacts.retain(|contact| used.contains(&contact.id));
        let employers: HashSet<Uuid> = new_contacts.iter().filter_map(|contact| contact.fields.company_id).collect();
        new_companies.retain(|company| used.contains(&company.id) || employers.contains(&company.id));
        if !new_companies.is_empty() {
            companies::create_many(tx, &new_companies).await?;
        }
        chunk::record::<Contacts>(tx, plan, new_contacts, Vec::new()).await
    }
}

fn by_name_alone(row: &subject::Row<ContactFields>) -> bool {
    Contacts::goes_by_likeness(row)
}
