//! Who may learn of which event, in which rooms, and what streams there are. Reads the table of `contracts::events`.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use contracts::{
    events::{self as names, Audience, audience_of},
    permissions::{
        ACCOUNTS_READ, CAMPAIGNS_READ, CHATS_READ, COMPANIES_READ, CONTACTS_READ, DEALS_READ, PIPELINES_READ,
    },
    ports::{Directory, Holding, Owned},
};
use events::Event;
use kernel::{OrgId, Owners, Permission, Resource, Scope};
use pipeline::Pipeline;
use realtime::{Ends, Judge, JudgeError, Judged, Sight, Stream, Who};
use serde_json::{Value, json};
use uuid::Uuid;

/// The streams of the brief. Those of services that are not there yet open and beat.
pub const STREAMS: &[Stream] = &[
    Stream { name: "deals", prefixes: DEALS, needs: Some(DEALS_READ), deprecated: None },
    Stream { name: "crm", prefixes: DEALS, needs: Some(DEALS_READ), deprecated: Some("deals") },
    Stream { name: "payments", prefixes: &["payment."], needs: None, deprecated: None },
    Stream { name: "notifications", prefixes: &["notification."], needs: None, deprecated: None },
    Stream { name: "tasks", prefixes: &["task."], needs: None, deprecated: None },
    Stream { name: "messages", prefixes: MESSAGES, needs: Some(CHATS_READ), deprecated: None },
    Stream { name: "campaigns", prefixes: CAMPAIGNS, needs: Some(CAMPAIGNS_READ), deprecated: None },
];
const DEALS: &[&str] = &["deal.", "stage.", "pipeline."];
const MESSAGES: &[&str] = &["message.", "chat.", "comment.", "media.", "draft."];

const CAMPAIGNS: &[&str] = &["campaign.", "enrolment."];

/// Judges by the owners of records.
pub struct ByReach {
    keepers: Vec<Arc<dyn Owned>>,
    pipeline: Arc<Pipeline>,
    directory: Arc<dyn Directory>,
}

/// What is known of the records that some events are about.
type Held = HashMap<(OrgId, String), HashMap<Uuid, Holding>>;

impl ByReach {
    pub fn new(keepers: Vec<Arc<dyn Owned>>, pipeline: Arc<Pipeline>, directory: Arc<dyn Directory>) -> Self {
        Self { keepers, pipeline, directory }
    }

    async fn holdings(&self, org: OrgId, kind: &str, ids: &[Uuid]) -> Result<HashMap<Uuid, Holding>, JudgeError> {
        match self.keepers.iter().find(|keeper| keeper.keeps(kind)) {
            Some(keeper) => keeper.holdings(org, kind, ids).await,
            None => Ok(HashMap::new()),
        }
    }

    /// Whether the caller sees a record.
    async fn reaches(&self, scope: &Scope, kind: &str, id: Uuid) -> Result<bool, JudgeError> {
        if !permission_of(kind).is_some_and(|permission| scope.grants.allows(permission)) {
            return Ok(false);
        }
        let held = self.holdings(scope.org_id, kind, &[id]).await?;
        let owners = Resource::of(kind).map_or(Owners::These(Vec::new()), |resource| scope.owners(resource));
        Ok(held.get(&id).is_some_and(|holding| holding.is_within(&owners)))
    }

    /// One question for each kind of record and organization, however many events there are.
    async fn held(&self, events: &[Event]) -> Result<Held, JudgeError> {
        let mut wanted: HashMap<(OrgId, String), HashSet<Uuid>> = HashMap::new();
        for event in events {
            let about = match audience_of(&event.kind) {
                Some(Audience::Account(_) | Audience::Reach(_)) => (event.subject_kind.clone(), event.subjects()),
                Some(Audience::Record(_)) => record_of(event).map(|(kind, id)| (kind, vec![id])).unwrap_or_default(),
                Some(Audience::Chat(_)) => (CHAT.to_owned(), chat_of(event).into_iter().collect()),
                _ => continue,
            };
            wanted.entry((OrgId(event.org_id), about.0)).or_default().extend(about.1);
        }
        let mut held = Held::new();
        for ((org, kind), ids) in wanted {
            let ids: Vec<Uuid> = ids.into_iter().collect();
            let holdings = self.holdings(org, &kind, &ids).await?;
            held.insert((org, kind), holdings);
        }
        Ok(held)
    }
}

/// The record that the data of a note names.
fn record_of(event: &Event) -> Option<(String, Uuid)> {
    Some((event.data["recordType"].as_str()?.to_owned(), id_in(&event.data["recordId"])?))
}

fn id_in(value: &Value) -> Option<Uuid> {
    value.as_str()?.parse().ok()
}

/// The kind of record that chats are.
const CHAT: &str = "chat";
/// That of accounts.
const ACCOUNT: &str = "bd_account";

/// The chat that the data names.
fn chat_of(event: &Event) -> Option<Uuid> {
    id_in(&event.data["chatId"])
}

/// Who did it, and whom it is about.
fn people(event: &Event) -> HashSet<Uuid> {
    let about = if event.subject_kind == "user" { event.subjects() } else { Vec::new() };
    event.actor_id.into_iter().chain(about).collect()
}

/// Clients where the kind is none of those that levels are given for.
fn sight(permission: Permission, kind: &str) -> Sight {
    Sight { permission, resource: Resource::of(kind).unwrap_or(Resource::Clients) }
}

fn who(event: &Event, held: &Held) -> Who {
    let holdings = |kind: &str| held.get(&(OrgId(event.org_id), kind.to_owned()));
    match audience_of(&event.kind) {
        None => Who::Nobody,
        Some(Audience::Members) => Who::Everybody,
        Some(Audience::Holders(permission)) => Who::Holders(permission),
        Some(Audience::Reach(permission)) => {
            let all = holdings(&event.subject_kind);
            let owned = |id: Uuid| Some((id, all?.get(&id)?.owner_id));
            Who::Owners(
                sight(permission, &event.subject_kind),
                event.subjects().into_iter().filter_map(owned).collect(),
            )
        }
        Some(Audience::Record(permission)) => {
            let Some((kind, id)) = record_of(event) else { return Who::Nobody };
            let owner = holdings(&kind).and_then(|held| held.get(&id).map(|held| held.owner_id));
            Who::Records(sight(permission, &kind), owner.into_iter().collect())
        }
        Some(Audience::Account(permission)) => {
            match event.subjects().first().and_then(|id| holdings(&event.subject_kind)?.get(id)) {
                Some(held) => Who::Readers(Sight { permission, resource: Resource::Accounts }, held.readers.clone()),
                // It is gone: only who reaches the whole organization reads what it did.
                None => Who::Readers(Sight { permission, resource: Resource::Accounts }, Some(Vec::new())),
            }
        }
        Some(Audience::Chat(permission)) => match chat_of(event).and_then(|id| holdings(CHAT)?.get(&id)) {
            Some(held) => Who::Readers(Sight { permission, resource: Resource::Chats }, held.readers.clone()),
            None => Who::Nobody,
        },
        Some(Audience::Oneself(permission)) => Who::People(people(event).into_iter().collect(), Some(permission)),
        Some(Audience::View) if event.data["visibility"] != "private" => Who::Everybody,
        Some(Audience::View) => Who::People(event.actor_id.into_iter().collect(), None),
        Some(Audience::Addressed) => Who::People(id_in(&event.data["userId"]).into_iter().collect(), None),
    }
}

fn rooms(event: &Event, held: &Held) -> Vec<String> {
    let org = event.org_id;
    let family = event.kind.split('.').next().unwrap_or_default();
    match family {
        "contact" | "company" | "note" => vec![format!("team:{org}")],
        "deal" => {
            let holdings = held.get(&(OrgId(org), event.subject_kind.clone()));
            let of = |id: Uuid| holdings.and_then(|all| all.get(&id)?.pipeline_id);
            let told = id_in(&event.data["pipelineId"]);
            let boards: HashSet<Uuid> = event.subjects().into_iter().filter_map(of).chain(told).collect();
            let boards = boards.into_iter().map(|id| format!("board:{id}"));
            boards.chain([format!("team:{org}")]).collect()
        }
        "bd_account" | "sync" => {
            event.subjects().into_iter().map(|id| format!("bd-account:{id}")).chain([format!("org:{org}")]).collect()
        }
        "user" | "session" | "access" | "import" | "export" | "bulk" => {
            people(event).into_iter().map(|id| format!("user:{id}")).chain([format!("org:{org}")]).collect()
        }
        "message" | "media" | "chat" | "comment" => {
            chat_of(event).into_iter().map(|id| format!("chat:{id}")).chain([format!("team:{org}")]).collect()
        }
        "notification" | "draft" => id_in(&event.data["userId"]).into_iter().map(|id| format!("user:{id}")).collect(),
        _ if event.kind == names::STAGE_RULE_REJECTED => {
            event.actor_id.into_iter().map(|id| format!("user:{id}")).collect()
        }
        _ => vec![format!("org:{org}")],
    }
}

fn ends(event: &Event) -> Ends {
    match event.kind.as_str() {
        // A key is its own session; one that may do other things now connects anew.
        names::SESSION_REVOKED | names::API_KEY_REVOKED | names::API_KEY_UPDATED => Ends::Sessions(event.subjects()),
        names::ACCESS_VIEWED_AS_STARTED | names::ACCESS_VIEWED_AS_ENDED => {
            Ends::AccessIn(id_in(&event.data["sessionId"]).into_iter().collect())
        }
        names::MEMBER_UPDATED | names::MEMBER_REMOVED | names::MEMBER_SUSPENDED => Ends::AccessOf(event.subjects()),
        names::ROLE_UPDATED | names::TEAM_CREATED | names::TEAM_UPDATED | names::TEAM_DELETED
            // What an earlier version told says nothing of it.
            if event.data["access"] != false =>
        {
            Ends::Access
        }
        _ => Ends::None,
    }
}

/// The names of the brief, for clients written for it.
fn aliases(event: &Event) -> Vec<(&'static str, Value)> {
    let data = &event.data;
    match (event.kind.as_str(), event.subjects().as_slice()) {
        (names::CONTACT_UPDATED, [id]) => {
            vec![("client-updated", json!({ "clientId": id, "changes": data["fields"] }))]
        }
        (names::DEAL_STAGE_CHANGED, _) => {
            let moved = json!({
                "clientId": data["clientId"], "fromStage": data["fromStage"], "toStage": data["toStage"],
                "autoMoved": data["autoMoved"],
            });
            vec![("stage-changed", moved)]
        }
        (names::MESSAGE_RECEIVED, _) => {
            let told = json!({
                "messageId": data["messageId"], "chatId": data["chatId"], "clientId": data["contactId"],
                "channel": data["channel"], "bdAccountId": data["accountId"],
            });
            vec![("new-message", told)]
        }
        _ => Vec::new(),
    }
}

#[async_trait::async_trait]
impl Judge for ByReach {
    async fn judge(&self, events: Vec<Event>) -> Result<Vec<Judged>, JudgeError> {
        let held = self.held(&events).await?;
        let judge = |mut event: Event| {
            // Who learns of some of many records must not read the ids of the others here.
            if event.subjects().len() > 1
                && let Value::Object(data) = &mut event.data
            {
                data.remove("assigned");
            }
            let (who, rooms, aliases) = (who(&event, &held), rooms(&event, &held), aliases(&event));
            let ends = ends(&event);
            let mut judged = Judged::new(event, who, rooms);
            (judged.aliases, judged.ends) = (aliases, ends);
            judged
        };
        Ok(events.into_iter().map(judge).collect())
    }

    async fn may_join(&self, scope: &Scope, room: &str) -> Result<bool, JudgeError> {
        let Some((kind, id)) = room.split_once(':') else { return Ok(false) };
        let Ok(id) = id.parse::<Uuid>() else { return Ok(false) };
        Ok(match kind {
            "org" | "team" => id == scope.org_id.0,
            "user" => scope.actor.id() == Some(id),
            "bd-account" => self.reaches(scope, ACCOUNT, id).await?,
            "board" => {
                scope.grants.allows(PIPELINES_READ)
                    && scope.grants.allows(DEALS_READ)
                    && match pipeline::pipelines::queries::get(&self.pipeline, scope, id).await {
                        Ok(_) => true,
                        Err(pipeline::Error::NotFound) => false,
                        Err(error) => return Err(error.into()),
                    }
            }
            CHAT => self.reaches(scope, kind, id).await?,
            _ => false,
        })
    }

    async fn may_be_at(&self, scope: &Scope, room: &str) -> Result<Option<String>, JudgeError> {
        // Who looks as somebody else is nowhere: neither as themselves nor as them.
        let Some(me) = scope.user_id().filter(|_| scope.viewing_as.is_none()) else { return Ok(None) };
        let may = match room.split_once(':') {
            Some(("board" | "bd-account", _)) => self.may_join(scope, room).await?,
            Some((kind, id)) => match id.parse() {
                Ok(id) => self.reaches(scope, kind, id).await?,
                Err(_) => false,
            },
            None => false,
        };
        if may { Ok(self.directory.names(scope, &[me.0]).await?.remove(&me.0)) } else { Ok(None) }
    }
}

/// What it takes to see a record of this kind.
fn permission_of(kind: &str) -> Option<Permission> {
    match kind {
        "contact" => Some(CONTACTS_READ),
        "company" => Some(COMPANIES_READ),
        "deal" => Some(DEALS_READ),
        "campaign" => Some(CAMPAIGNS_READ),
        CHAT => Some(CHATS_READ),
        ACCOUNT => Some(ACCOUNTS_READ),
        _ => None,
    }
}
