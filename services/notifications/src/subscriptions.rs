//! Reactions to events: whom each is told to. None does network I/O. A person is told only of what their role and reach let
//! them see, and never of what they did themselves.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use contracts::{
    events as e,
    permissions::{NOTES_READ, WEBHOOKS_WRITE},
    ports::{Holding, Recipient},
};
use db::Tx;
use events::{Event, Handler, HandlerError};
use kernel::OrgId;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Error, Notifications,
    accounts::TellOfAccounts,
    campaigns::TellOfCampaigns,
    chats::TellOfChats,
    kinds::Kind,
    subjects::may_see,
    telling::{self, News, Share},
};

/// Every reaction.
pub fn all(service: &Arc<Notifications>) -> Vec<Arc<dyn Handler>> {
    let of = || Arc::clone(service);
    vec![
        Arc::new(TellMentioned(of())),
        Arc::new(TellAssigned(of())),
        Arc::new(TellOwners(of())),
        Arc::new(TellDoer(of())),
        Arc::new(TellHolders(of())),
        Arc::new(TellOfChats(of())),
        Arc::new(TellOfAccounts(of())),
        Arc::new(TellOfCampaigns(of())),
    ]
}

pub(crate) fn id_in(value: &Value) -> Option<Uuid> {
    value.as_str()?.parse().ok()
}

fn has_any(list: &Value) -> bool {
    list.as_array().is_some_and(|list| !list.is_empty())
}

/// Those of the people who may see the record.
pub(crate) fn seeing(people: Vec<Recipient>, kind: &str, holding: &Holding) -> Vec<Recipient> {
    people.into_iter().filter(|p| may_see((p.id, p.grants, &p.reach), kind, holding)).collect()
}

pub(crate) fn each_once(people: Vec<Recipient>) -> Vec<Share> {
    people.into_iter().map(|person| Share { person, count: 1 }).collect()
}

impl Notifications {
    pub(crate) async fn members(&self, event: &Event, ids: &[Uuid]) -> Result<Vec<Recipient>, Error> {
        self.recipients.recipients(OrgId(event.org_id), ids).await.map_err(Error::Port)
    }

    pub(crate) async fn held(&self, event: &Event, kind: &str, ids: &[Uuid]) -> Result<HashMap<Uuid, Holding>, Error> {
        self.subjects.holdings(OrgId(event.org_id), kind, ids).await
    }
}

/// Whoever is mentioned in a note for the first time is told of it.
struct TellMentioned(Arc<Notifications>);

#[async_trait::async_trait]
impl Handler for TellMentioned {
    fn name(&self) -> &'static str {
        "notifications.tell_mentioned"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[e::NOTE_CREATED, e::NOTE_UPDATED]
    }

    async fn wants(&self, event: &Event) -> Result<bool, HandlerError> {
        Ok(has_any(&event.data["mentions"]))
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let mentioned: Vec<Uuid> = event.data["mentions"].as_array().into_iter().flatten().filter_map(id_in).collect();
        let record = event.data["recordType"].as_str().zip(id_in(&event.data["recordId"]));
        let Some((kind, record)) = record.filter(|_| !mentioned.is_empty()) else { return Ok(()) };
        let service = &self.0;
        let Some(holding) = service.held(event, kind, &[record]).await?.remove(&record) else { return Ok(()) };
        let mut people = seeing(service.members(event, &mentioned).await?, kind, &holding);
        people.retain(|person| person.grants.allows(NOTES_READ));
        let news = News {
            kind: Kind::Mention,
            subject: (kind.to_owned(), record),
            actor: event.actor_id,
            data: json!({ "noteId": event.subjects().first() }),
            in_batch: false,
        };
        Ok(telling::tell(service, tx, &news, &each_once(people)).await?)
    }
}

/// Whoever got records from somebody else is told of them; of those of a batch together.
struct TellAssigned(Arc<Notifications>);

#[async_trait::async_trait]
impl Handler for TellAssigned {
    fn name(&self) -> &'static str {
        "notifications.tell_assigned"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            e::CONTACT_CREATED,
            e::CONTACT_UPDATED,
            e::COMPANY_CREATED,
            e::COMPANY_UPDATED,
            e::DEAL_CREATED,
            e::DEAL_UPDATED,
        ]
    }

    async fn wants(&self, event: &Event) -> Result<bool, HandlerError> {
        Ok(has_any(&event.data["assigned"]))
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let kind = match event.subject_kind.as_str() {
            "contact" => Kind::AssignedContact,
            "company" => Kind::AssignedCompany,
            _ => Kind::AssignedDeal,
        };
        let assigned: Vec<e::Assigned> = serde_json::from_value(event.data["assigned"].clone()).unwrap_or_default();
        let assigned: Vec<_> = assigned.into_iter().filter(|part| Some(part.to) != event.actor_id).collect();
        if assigned.is_empty() {
            return Ok(());
        }
        let service = &self.0;
        let ids: Vec<Uuid> = assigned.iter().flat_map(|part| part.ids.iter().copied()).collect();
        let held = service.held(event, &event.subject_kind, &ids).await?;
        let people = service.members(event, &assigned.iter().map(|part| part.to).collect::<Vec<_>>()).await?;
        let mut alone = Vec::new();
        let mut together = Vec::new();
        for person in people {
            let part = assigned.iter().find(|part| part.to == person.id);
            let who = (person.id, person.grants, &person.reach);
            let sees = |id: &&Uuid| held.get(id).is_some_and(|held| may_see(who, &event.subject_kind, held));
            let seen: Vec<Uuid> = part.into_iter().flat_map(|part| &part.ids).filter(sees).copied().collect();
            match (event.batch_id, seen.as_slice()) {
                (_, []) => {}
                (Some(_), seen) => {
                    together.push(Share { person, count: i64::try_from(seen.len()).unwrap_or(i64::MAX) });
                }
                (None, seen) => alone.extend(seen.iter().map(|id| (*id, Share { person: person.clone(), count: 1 }))),
            }
        }
        let news = |subject: (String, Uuid), data: Value, in_batch: bool| News {
            kind,
            subject,
            actor: event.actor_id,
            data,
            in_batch,
        };
        if let Some(batch) = event.batch_id {
            let data = json!({ "recordType": event.subject_kind, "batchId": batch });
            telling::tell(service, tx, &news(("bulk".to_owned(), batch), data, true), &together).await?;
        }
        for (id, share) in alone {
            let news = news((event.subject_kind.clone(), id), json!({}), false);
            telling::tell(service, tx, &news, &[share]).await?;
        }
        Ok(())
    }
}

/// What became of a deal is told to its owner, and – how it ended – to who had created it.
struct TellOwners(Arc<Notifications>);

#[async_trait::async_trait]
impl Handler for TellOwners {
    fn name(&self) -> &'static str {
        "notifications.tell_owners"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[e::DEAL_WON, e::DEAL_LOST, e::DEAL_ROTTING]
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let (kind, figures) = match event.kind.as_str() {
            e::DEAL_WON => (Kind::DealWon, ["amountMinor", "currency"]),
            e::DEAL_LOST => (Kind::DealLost, ["amountMinor", "currency"]),
            _ => (Kind::DealRotting, ["stageId", "days"]),
        };
        let service = &self.0;
        let held = service.held(event, "deal", &event.subjects()).await?;
        let whom = |holding: &Holding| {
            let created_by = holding.created_by.filter(|_| kind != Kind::DealRotting);
            holding.owner_id.into_iter().chain(created_by).collect::<HashSet<_>>()
        };
        let everybody: HashSet<Uuid> = held.values().flat_map(whom).collect();
        let people = service.members(event, &everybody.into_iter().collect::<Vec<_>>()).await?;
        let news = |subject: (&str, Uuid), data: Value| News {
            kind,
            subject: (subject.0.to_owned(), subject.1),
            actor: event.actor_id,
            data,
            in_batch: event.batch_id.is_some(),
        };
        let mut together = HashMap::new();
        for (deal, holding) in held {
            let whom = whom(&holding);
            let people = people.iter().filter(|person| whom.contains(&person.id)).cloned().collect();
            let people = seeing(people, "deal", &holding);
            if event.batch_id.is_some() {
                for person in people {
                    together.entry(person.id).or_insert(Share { person, count: 0 }).count += 1;
                }
            } else {
                let figures = figures.map(|name| (name.to_owned(), event.data[name].clone()));
                let news = news(("deal", deal), Value::Object(figures.into_iter().collect()));
                telling::tell(service, tx, &news, &each_once(people)).await?;
            }
        }
        if let Some(batch) = event.batch_id {
            let news = news(("bulk", batch), json!({ "recordType": "deal", "batchId": batch }));
            telling::tell(service, tx, &news, &together.into_values().collect::<Vec<_>>()).await?;
        }
        Ok(())
    }
}

/// What took its time and is done is told to who had asked for it. Of what a program asked for nobody is told here: it reads
/// the feed, and who made its key did not ask.
struct TellDoer(Arc<Notifications>);

#[async_trait::async_trait]
impl Handler for TellDoer {
    fn name(&self) -> &'static str {
        "notifications.tell_doer"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[e::IMPORT_COMPLETED, e::EXPORT_COMPLETED, e::BULK_COMPLETED]
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let (kind, subject) = match event.kind.as_str() {
            e::IMPORT_COMPLETED => (Kind::ImportCompleted, "import"),
            e::EXPORT_COMPLETED => (Kind::ExportCompleted, "export"),
            _ => (Kind::BulkCompleted, "bulk"),
        };
        let (Some(doer), Some(id)) = (event.actor_id, event.subjects().first().copied()) else { return Ok(()) };
        let people = self.0.members(event, &[doer]).await?;
        let mut data = event.data.clone();
        if kind == Kind::BulkCompleted {
            data["batchId"] = json!(id);
        }
        let news = News { kind, subject: (subject.to_owned(), id), actor: None, data, in_batch: false };
        Ok(telling::tell(&self.0, tx, &news, &each_once(people)).await?)
    }
}

/// What a permission is needed to mend is told to those who hold it.
struct TellHolders(Arc<Notifications>);

#[async_trait::async_trait]
impl Handler for TellHolders {
    fn name(&self) -> &'static str {
        "notifications.tell_holders"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[e::WEBHOOK_DISABLED]
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let Some(id) = event.subjects().first().copied() else { return Ok(()) };
        let people = self.0.recipients.holders(OrgId(event.org_id), WEBHOOKS_WRITE).await?;
        let (subject, data) = (("webhook".to_owned(), id), event.data.clone());
        let news = News { kind: Kind::WebhookDisabled, subject, actor: None, data, in_batch: false };
        Ok(telling::tell(&self.0, tx, &news, &each_once(people)).await?)
    }
}
