//! What other services may ask about contacts and companies.

use std::collections::{HashMap, HashSet};

use api::requests::Given;
use contracts::ports::{Client, ClientWords, Clients, Held, Holding, KnownPerson, NewClient, Owned, PortError};
use kernel::{
    OrgId, Scope,
    values::{Phone, TelegramUsername},
};
use sea_orm::{
    ConnectionTrait,
    sea_query::{ExprTrait, Query},
};
use uuid::Uuid;

use crate::{
    Crm, Error,
    bulk::hand_over,
    companies,
    contacts::{self, contact::ContactInput},
    identities::{self, Identity, MatchedOn},
    record::{Column, RecordKind},
};

#[async_trait::async_trait]
impl Clients for Crm {
    async fn contact_names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        Ok(contacts::store::names(&self.db.reader(scope), scope, ids).await?)
    }

    async fn company_names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        Ok(companies::store::names(&self.db.reader(scope), scope, ids).await?)
    }

    async fn find_contact(&self, scope: &Scope, id: Uuid) -> Result<Option<Client>, PortError> {
        let found = contacts::store::load_many(&self.db.reader(scope), scope, &[id]).await?.pop();
        let found = found.map(|loaded| loaded.contact).filter(|contact| contact.deleted_at.is_none());
        Ok(found.map(|contact| {
            let fields = contact.fields;
            Client { name: fields.name, company_id: fields.company_id, owner_id: fields.owner_id }
        }))
    }

    async fn contacts_within(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashSet<Uuid>, PortError> {
        let mut within = HashSet::with_capacity(ids.len());
        for ids in ids.chunks(AT_ONCE) {
            let found = contacts::store::load_many(&self.db.reader(scope), scope, ids).await?;
            let in_use = found.into_iter().map(|loaded| loaded.contact).filter(|contact| contact.deleted_at.is_none());
            within.extend(in_use.map(|contact| contact.id));
        }
        Ok(within)
    }

    async fn merged_into(&self, scope: &Scope, contact: Uuid) -> Result<Vec<Uuid>, PortError> {
        Ok(contacts::store::merged_into(&self.db.reader(scope), scope, contact).await?)
    }

    async fn same_people(&self, scope: &Scope, contacts: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>, PortError> {
        Ok(contacts::merged::same_people(&self.db.reader(scope), scope, contacts).await?)
    }

    async fn find_company(&self, scope: &Scope, id: Uuid) -> Result<Option<String>, PortError> {
        match companies::store::named(&self.db.reader(scope), scope, id).await {
            Ok(name) => Ok(Some(name)),
            Err(Error::Invalid(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn match_people(&self, scope: &Scope, people: &[KnownPerson]) -> Result<Vec<Option<Uuid>>, PortError> {
        let wanted: Vec<Vec<Identity>> = people.iter().map(known_by).collect();
        let all = wanted.concat();
        if all.is_empty() {
            return Ok(vec![None; people.len()]);
        }
        let found = identities::find_many(&self.db.reader(scope), scope, RecordKind::Contact, &all).await?;
        let first = |known: &Vec<Identity>| known.iter().find_map(|identity| found.get(identity)?.first().copied());
        Ok(wanted.iter().map(first).collect())
    }

    async fn create_contact(&self, scope: &Scope, new: NewClient) -> Result<Uuid, PortError> {
        let given = |value: Option<String>| value.map_or(Given::Absent, Given::Value);
        let input = ContactInput {
            name: Given::Value(new.name),
            telegram_username: given(new.telegram_username),
            phones: new.phone.map_or(Given::Absent, |phone| Given::Value(vec![phone])),
            owner_id: new.owner_id.map_or(Given::Absent, Given::Value),
            source: given(new.source),
            ..ContactInput::default()
        };
        Ok(contacts::commands::create(self, scope, input).await?.contact.id)
    }

    async fn words_of(&self, scope: &Scope, contact: Uuid) -> Result<Option<ClientWords>, PortError> {
        Ok(self.words_of_many(scope, &[contact]).await?.remove(&contact))
    }

    async fn words_of_many(&self, scope: &Scope, contacts: &[Uuid]) -> Result<HashMap<Uuid, ClientWords>, PortError> {
        let mut words = HashMap::with_capacity(contacts.len());
        for ids in contacts.chunks(AT_ONCE) {
            let found = contacts::store::load_many(&self.db.reader(scope), scope, ids).await?;
            let in_use = found.into_iter().filter(|loaded| loaded.contact.deleted_at.is_none());
            words.extend(in_use.map(|loaded| {
                let said = ClientWords {
                    name: loaded.contact.fields.name,
                    first_name: loaded.contact.fields.first_name,
                    company: loaded.company_name,
                    telegram_username: loaded.contact.fields.telegram_username,
                    phone: loaded.contact.fields.phones.into_iter().next(),
                };
                (loaded.contact.id, said)
            }));
        }
        Ok(words)
    }
}

/// What somebody of a channel is recognised by, the surer first.
fn known_by(person: &KnownPerson) -> Vec<Identity> {
    let username = person.username.as_deref().and_then(|raw| TelegramUsername::parse(raw).ok());
    let phone = person.phone.as_deref().and_then(|raw| Phone::parse(raw, None).ok());
    let username = username.map(|username| Identity::new(MatchedOn::Telegram, username.key()));
    username.into_iter().chain(phone.map(|phone| Identity::new(MatchedOn::Phone, phone.as_str()))).collect()
}

/// Ids of one statement.
const AT_ONCE: usize = 500;

fn kind_of(word: &str) -> Option<RecordKind> {
    [RecordKind::Contact, RecordKind::Company].into_iter().find(|kind| kind.as_str() == word)
}

#[async_trait::async_trait]
impl Owned for Crm {
    fn keeps(&self, kind: &str) -> bool {
        kind_of(kind).is_some()
    }

    async fn holdings(&self, org: OrgId, kind: &str, ids: &[Uuid]) -> Result<HashMap<Uuid, Holding>, PortError> {
        let Some(kind) = kind_of(kind) else { return Ok(HashMap::new()) };
        let scope = Scope::system(org, "holdings");
        let mut held = HashMap::new();
        for ids in ids.chunks(AT_ONCE) {
            let mut select = Query::select();
            select.columns([Column::Id, Column::OwnerId]).from(kind.table()).cond_where(kind.within(&scope));
            select.and_where(kind.column(Column::Id).is_in(ids.iter().copied()));
            for row in self.db.reader(&scope).query_all(&select).await.map_err(Error::from)? {
                let holding = Holding { owner_id: row.try_get("", "owner_id")?, ..Holding::default() };
                held.insert(row.try_get("", "id")?, holding);
            }
        }
        Ok(held)
    }

    async fn held_by(&self, org: OrgId, people: &[Uuid]) -> Result<Vec<Held>, PortError> {
        let scope = Scope::system(org, "holdings");
        let mut held = Vec::new();
        for kind in [RecordKind::Contact, RecordKind::Company] {
            held.extend(hand_over::held(&self.db.reader(&scope), &scope, kind, people).await?);
        }
        Ok(held)
    }
}
