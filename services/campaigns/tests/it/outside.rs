//! What the service asks others: contacts, accounts and a queue in memory, by the contracts of their ports.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
};

use chrono::{DateTime, Utc};
use contracts::{
    answers::Answers,
    audience::{Addressee, Audience, AudienceError, AudienceQuery, AudienceSize},
    deals::{DealMoved, DealMoves, DealStanding, DealStatus, WantedMove},
    outreach::{Outbox, Outgoing, Queued, SenderState, Senders},
    ports::{
        Client, ClientWords, Clients, DealFigures, DealQuestion, Deals, DealsOf, Directory, FoundDeal, KnownPerson,
        MoveCause, NamedDeal, NewClient, Person, PortError, StageName,
    },
};
use kernel::{OrgId, Resource, Scope, UserId, filter::Filter};
use tokio::sync::Notify;
use uuid::Uuid;

/// Where a message of the queue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    Waiting,
    Sent,
    Canceled,
    Failed,
}

/// A message of the queue.
#[derive(Clone, Debug)]
pub struct Message {
    pub outgoing: Outgoing,
    pub chat: Uuid,
    pub stand: Stand,
}

#[derive(Default)]
pub struct Things {
    pub members: HashMap<Uuid, (OrgId, &'static str)>,
    pub contacts: BTreeMap<Uuid, (OrgId, Addressee)>,
    pub accounts: BTreeMap<Uuid, SenderState>,
    pub queue: BTreeMap<Uuid, Message>,
    /// When each contact wrote last.
    pub wrote: HashMap<Uuid, DateTime<Utc>>,
    pub texts: HashMap<Uuid, String>,
    pub snippets: HashMap<String, String>,
    pub stages: HashMap<Uuid, Uuid>,
    pub merged: HashMap<Uuid, Uuid>,
    pub moves: Vec<WantedMove>,
    /// Files that may be kept, and those that are.
    pub uploads: HashSet<Uuid>,
    pub kept: HashSet<Uuid>,
    /// Told when the next messages are handed over, and waited for before they are queued.
    pub before_queue: Option<(Arc<Notify>, Arc<Notify>)>,
}

/// Everything outside of the service.
#[derive(Default)]
pub struct Outside(Mutex<Things>);

impl Outside {
    pub fn things(&self) -> MutexGuard<'_, Things> {
        self.0.lock().unwrap()
    }

    /// A contact as the actor reaches it.
    fn reached(things: &Things, scope: &Scope, id: Uuid) -> Option<Addressee> {
        let (org, contact) = things.contacts.get(&id)?;
        let within = *org == scope.org_id && scope.reaches(Resource::Clients, contact.owner_id);
        within.then(|| contact.clone())
    }
}

#[async_trait::async_trait]
impl Directory for Outside {
    async fn names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        let things = self.things();
        let name = |id: &Uuid| things.members.get(id).filter(|(org, _)| *org == scope.org_id).map(|(_, name)| *name);
        Ok(ids.iter().filter_map(|id| Some((*id, name(id)?.to_owned()))).collect())
    }

    async fn people(&self, _: &Scope) -> Result<Vec<Person>, PortError> {
        Ok(Vec::new())
    }

    async fn is_member(&self, scope: &Scope, user: UserId) -> Result<bool, PortError> {
        Ok(self.things().members.get(&user.0).is_some_and(|(org, _)| *org == scope.org_id))
    }
}

#[async_trait::async_trait]
impl Clients for Outside {
    async fn contact_names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        let things = self.things();
        let of = |id: &Uuid| things.contacts.get(id).filter(|(org, _)| *org == scope.org_id);
        Ok(ids.iter().filter_map(|id| Some((*id, of(id)?.1.name.clone()))).collect())
    }

    async fn company_names(&self, _: &Scope, _: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        Ok(HashMap::new())
    }

    async fn find_contact(&self, scope: &Scope, id: Uuid) -> Result<Option<Client>, PortError> {
        let found = Self::reached(&self.things(), scope, id);
        Ok(found.map(|contact| Client { name: contact.name, company_id: None, owner_id: contact.owner_id }))
    }

    async fn contacts_within(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashSet<Uuid>, PortError> {
        let things = self.things();
        Ok(ids.iter().copied().filter(|id| Self::reached(&things, scope, *id).is_some()).collect())
    }

    async fn merged_into(&self, _: &Scope, _: Uuid) -> Result<Vec<Uuid>, PortError> {
        Ok(Vec::new())
    }

    async fn same_people(&self, _: &Scope, contacts: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>, PortError> {
        let things = self.things();
        let all = |id: Uuid| [id].into_iter().chain(things.merged.get(&id).copied()).collect();
        Ok(contacts.iter().map(|id| (*id, all(*id))).collect())
    }

    async fn find_company(&self, _: &Scope, _: Uuid) -> Result<Option<String>, PortError> {
        Ok(None)
    }

    async fn match_people(&self, _: &Scope, people: &[KnownPerson]) -> Result<Vec<Option<Uuid>>, PortError> {
        Ok(vec![None; people.len()])
    }

    async fn create_contact(&self, scope: &Scope, _: NewClient) -> Result<Uuid, PortError> {
        Ok(scope.org_id.0)
    }

    async fn words_of(&self, _: &Scope, _: Uuid) -> Result<Option<ClientWords>, PortError> {
        Ok(None)
    }

    async fn words_of_many(&self, _: &Scope, _: &[Uuid]) -> Result<HashMap<Uuid, ClientWords>, PortError> {
        Ok(HashMap::new())
    }
}

fn wanted(things: &Things, scope: &Scope, query: &AudienceQuery) -> Vec<Uuid> {
    let ids = things.contacts.keys().copied().filter(|id| Outside::reached(things, scope, *id).is_some());
    let named = |id: &Uuid| query.ids.as_ref().is_none_or(|ids| ids.contains(id));
    ids.filter(named).collect()
}

#[async_trait::async_trait]
impl Audience for Outside {
    async fn ids(
        &self,
        scope: &Scope,
        query: &AudienceQuery,
        after: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<Uuid>, AudienceError> {
        // There are no views.
        if query.view_id.is_some() {
            return Err(AudienceError::Refused { field: "viewId".to_owned(), code: "reference.unknown".to_owned() });
        }
        let all = wanted(&self.things(), scope, query).into_iter();
        Ok(all.filter(|id| after.is_none_or(|after| *id > after)).take(usize::try_from(limit).unwrap()).collect())
    }

    async fn size(&self, scope: &Scope, query: &AudienceQuery) -> Result<AudienceSize, AudienceError> {
        let count = wanted(&self.things(), scope, query).len() as u64;
        Ok(AudienceSize { count, is_estimate: false })
    }

    async fn addressees(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, Addressee>, AudienceError> {
        let things = self.things();
        Ok(ids.iter().filter_map(|id| Some((*id, Self::reached(&things, scope, *id)?))).collect())
    }

    async fn matches(&self, _: &Scope, ids: &[Uuid], filter: &Filter) -> Result<HashSet<Uuid>, AudienceError> {
        if serde_json::to_string(filter).unwrap().contains("custom.gone") {
            let field = "custom.gone".to_owned();
            return Err(AudienceError::Refused { field, code: "filter.unknown_field".to_owned() });
        }
        Ok(ids.iter().copied().collect())
    }
}

#[async_trait::async_trait]
impl Deals for Outside {
    async fn titles(&self, _: &Scope, _: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        Ok(HashMap::new())
    }

    async fn of_client(&self, _: &Scope, _: DealsOf) -> Result<Vec<NamedDeal>, PortError> {
        Ok(Vec::new())
    }

    async fn search(&self, _: &Scope, _: DealQuestion<'_>) -> Result<Vec<FoundDeal>, PortError> {
        Ok(Vec::new())
    }

    async fn words(&self, _: &Scope, _: u64) -> Result<Vec<String>, PortError> {
        Ok(Vec::new())
    }

    async fn tags(&self, _: &Scope) -> Result<Vec<(String, i64)>, PortError> {
        Ok(Vec::new())
    }

    async fn figures(&self, _: &Scope, _: DateTime<Utc>) -> Result<DealFigures, PortError> {
        Err("nobody asks".into())
    }

    async fn stages(&self, _: &Scope, _: &[Uuid]) -> Result<HashMap<Uuid, StageName>, PortError> {
        Ok(HashMap::new())
    }

    async fn moves(
        &self,
        _: &Scope,
        _: &[(Uuid, DateTime<Utc>)],
    ) -> Result<HashMap<(Uuid, DateTime<Utc>), MoveCause>, PortError> {
        Ok(HashMap::new())
    }

    async fn stages_of_contacts(&self, _: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<DealStanding>>, PortError> {
        let things = self.things();
        let deal = |stage_id: Uuid| DealStanding {
            deal_id: Uuid::nil(),
            pipeline_id: Uuid::nil(),
            stage_id,
            status: DealStatus::Open,
        };
        Ok(ids.iter().filter_map(|id| Some((*id, vec![deal(*things.stages.get(id)?)]))).collect())
    }
}

#[async_trait::async_trait]
impl DealMoves for Outside {
    async fn move_deal_of(&self, _: &Scope, wanted: &WantedMove) -> Result<DealMoved, PortError> {
        self.things().moves.push(wanted.clone());
        Ok(DealMoved::Moved { deal_id: Uuid::nil() })
    }
}

#[async_trait::async_trait]
impl Outbox for Outside {
    async fn queue(&self, _: &Scope, wanted: &[Outgoing]) -> Result<Vec<Queued>, PortError> {
        let before = self.things().before_queue.take();
        if let Some((begun, go_on)) = before {
            begun.notify_one();
            go_on.notified().await;
        }
        let mut things = self.things();
        let mut queued = Vec::new();
        for outgoing in wanted {
            let answered = things.wrote.get(&outgoing.contact_id).copied();
            if outgoing.unless_answered_since.zip(answered).is_some_and(|(gate, at)| at > gate)
                && !things.queue.contains_key(&outgoing.key)
            {
                queued.push(Queued::Refused { code: contracts::outreach::ANSWERED });
                continue;
            }
            let chat = outgoing.contact_id;
            let message = Message { outgoing: outgoing.clone(), chat, stand: Stand::Waiting };
            // The same key again queues nothing.
            things.queue.entry(outgoing.key).or_insert(message);
            queued.push(Queued::Message { message_id: outgoing.key, chat_id: chat, first_contact: true });
        }
        Ok(queued)
    }

    async fn call_back(&self, _: &Scope, keys: &[Uuid]) -> Result<Vec<Uuid>, PortError> {
        let mut things = self.things();
        let mut gone = Vec::new();
        for key in keys {
            if let Some(message) = things.queue.get_mut(key) {
                if message.stand == Stand::Waiting {
                    message.stand = Stand::Canceled;
                }
                if message.stand == Stand::Canceled {
                    gone.push(*key);
                }
            }
        }
        Ok(gone)
    }

    async fn keep_media(&self, _: &Scope, media: &[Uuid]) -> Result<HashSet<Uuid>, PortError> {
        let mut things = self.things();
        let mine: HashSet<Uuid> = media.iter().copied().filter(|id| things.uploads.contains(id)).collect();
        things.kept.extend(mine.iter().copied());
        Ok(mine)
    }

    async fn waiting(&self, _: &Scope, accounts: &[Uuid]) -> Result<HashMap<Uuid, u64>, PortError> {
        let things = self.things();
        let mut waiting = HashMap::new();
        for message in things.queue.values().filter(|message| message.stand == Stand::Waiting) {
            if accounts.contains(&message.outgoing.account_id) {
                *waiting.entry(message.outgoing.account_id).or_default() += 1;
            }
        }
        Ok(waiting)
    }

    async fn answered_since(&self, _: &Scope, asked: &[(Uuid, DateTime<Utc>)]) -> Result<HashSet<Uuid>, PortError> {
        let things = self.things();
        let answered = |(id, since): &&(Uuid, DateTime<Utc>)| things.wrote.get(id).is_some_and(|at| at > since);
        Ok(asked.iter().filter(answered).map(|(id, _)| *id).collect())
    }
}

#[async_trait::async_trait]
impl Senders for Outside {
    async fn states(&self, _: &Scope, accounts: &[Uuid]) -> Result<HashMap<Uuid, SenderState>, PortError> {
        let things = self.things();
        Ok(accounts.iter().filter_map(|id| Some((*id, things.accounts.get(id)?.clone()))).collect())
    }

    async fn usable(&self, _: &Scope) -> Result<Vec<Uuid>, PortError> {
        Ok(self.things().accounts.keys().copied().collect())
    }
}

#[async_trait::async_trait]
impl Answers for Outside {
    async fn texts(&self, _: &Scope, messages: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        let things = self.things();
        Ok(messages.iter().filter_map(|id| Some((*id, things.texts.get(id)?.clone()))).collect())
    }

    async fn snippets(&self, _: &Scope) -> Result<HashMap<String, String>, PortError> {
        Ok(self.things().snippets.clone())
    }
}
