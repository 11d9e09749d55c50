//! Who may learn of what. Decided once for each event, so that handing it to a connection asks no database.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use events::Envelope;
use kernel::{Permission, Resource, Scope};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::connection::Ended;

/// Most ids of subjects in a message of a stream or a socket; the feed has all of them.
const LIVE_SUBJECTS: usize = 100;

/// Why it could not be decided.
pub type JudgeError = Box<dyn std::error::Error + Send + Sync>;

/// Decides who may learn of events, and what rooms they are told in; implemented where events are known.
#[async_trait::async_trait]
pub trait Judge: Send + Sync {
    /// Judges events of any organizations; as many come back, in their order.
    async fn judge(&self, events: Vec<events::Event>) -> Result<Vec<Judged>, JudgeError>;

    /// Whether the caller may join a room, such as `board:<id>`.
    async fn may_join(&self, scope: &Scope, room: &str) -> Result<bool, JudgeError>;

    /// The caller's name for those who are at a place, such as `deal:<id>`; none when the caller may not see it.
    async fn may_be_at(&self, scope: &Scope, room: &str) -> Result<Option<String>, JudgeError>;
}

/// What somebody must hold to learn of rows, and the kind that they are of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    pub permission: Permission,
    pub resource: Resource,
}

/// Who of an organization may learn of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Who {
    Everybody,
    Holders(Permission),
    /// These people, and who holds the permission, if one is named.
    People(Vec<Uuid>, Option<Permission>),
    /// For the subjects within reach: those of nobody and, by owner, theirs. Who reaches all rows of the kind learns of all
    /// of them.
    Owners(Sight, HashMap<Uuid, Option<Uuid>>),
    /// Who reaches one of other records, by their owners; records that are gone have none here.
    Records(Sight, Vec<Option<Uuid>>),
    /// Who reaches all rows of the kind or those of one of these people; without a list everybody who holds the permission.
    Readers(Sight, Option<Vec<Uuid>>),
    Nobody,
}

/// Whose connections an event ends.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Ends {
    #[default]
    None,
    /// These sessions are over.
    Sessions(Vec<Uuid>),
    /// What is seen in these sessions is something else now: they connect anew.
    AccessIn(Vec<Uuid>),
    /// What these people may do has changed: they connect anew.
    AccessOf(Vec<Uuid>),
    /// What many in the organization may do has changed: everybody connects anew.
    Access,
}

impl Ends {
    /// Why it ends a connection of this session and this person, if it does.
    pub(crate) fn reason(&self, session: Uuid, person: Option<Uuid>) -> Option<Ended> {
        match self {
            Self::Sessions(sessions) if sessions.contains(&session) => Some(Ended::SessionRevoked),
            Self::AccessIn(sessions) if sessions.contains(&session) => Some(Ended::AccessChanged),
            Self::AccessOf(people) if person.is_some_and(|person| people.contains(&person)) => {
                Some(Ended::AccessChanged)
            }
            Self::Access => Some(Ended::AccessChanged),
            _ => None,
        }
    }
}

/// An event that is ready to be told.
#[derive(Debug)]
pub struct Judged {
    pub event: events::Event,
    pub who: Who,
    /// Rooms it is told in.
    pub rooms: Vec<String>,
    /// The same fact under names that older clients listen for, with their own data; for those who learn of all its subjects.
    pub aliases: Vec<(&'static str, serde_json::Value)>,
    pub ends: Ends,
    subjects: Vec<Uuid>,
    whole: OnceLock<Option<Arc<RawValue>>>,
}

impl Judged {
    #[must_use]
    pub fn new(event: events::Event, who: Who, rooms: Vec<String>) -> Self {
        let subjects = event.subjects();
        Self { event, who, rooms, aliases: Vec::new(), ends: Ends::None, subjects, whole: OnceLock::new() }
    }

    /// The event as far as the caller may know it; none if they may not know that it happened.
    #[must_use]
    pub fn told(&self, scope: &Scope) -> Option<Envelope> {
        self.part_for(scope).map(|part| Envelope::new(&self.event, part.as_deref().unwrap_or(&self.subjects)))
    }

    /// The message for a caller, and whether it is about all the subjects. Written once for all who learn of the whole.
    pub(crate) fn message(&self, scope: &Scope) -> Option<(Arc<RawValue>, bool)> {
        let write =
            |event: Envelope| serde_json::value::to_raw_value(&event.naming_at_most(LIVE_SUBJECTS)).ok().map(Arc::from);
        if let Some(part) = self.part_for(scope)? {
            return write(Envelope::new(&self.event, &part)).map(|message| (message, false));
        }
        let whole = self.whole.get_or_init(|| write(Envelope::new(&self.event, &self.subjects)));
        whole.clone().map(|message| (message, true))
    }

    /// `None`: nothing of it. `Some(None)`: the whole of it. Else those of its subjects that are within reach.
    #[expect(clippy::option_option, reason = "nothing, everything, or a part")]
    fn part_for(&self, scope: &Scope) -> Option<Option<Vec<Uuid>>> {
        if scope.org_id.0 != self.event.org_id {
            return None;
        }
        // A key stands for itself: what is its maker's own is not told to it.
        let me = scope.actor.id();
        match &self.who {
            Who::Owners(sight, _) | Who::Records(sight, _) | Who::Readers(sight, _)
                if !scope.grants.allows(sight.permission) =>
            {
                None
            }
            Who::Owners(sight, _) | Who::Records(sight, _) | Who::Readers(sight, _)
                if scope.reaches_all(sight.resource) =>
            {
                Some(None)
            }
            Who::Everybody | Who::Readers(_, None) => Some(None),
            Who::Holders(permission) => scope.grants.allows(*permission).then_some(None),
            Who::People(people, permission) => {
                let holds = permission.is_some_and(|permission| scope.grants.allows(permission));
                (holds || me.is_some_and(|me| people.contains(&me))).then_some(None)
            }
            Who::Owners(sight, owners) => {
                let reached = |id: &Uuid| owners.get(id).is_some_and(|owner| scope.reaches(sight.resource, *owner));
                let part: Vec<Uuid> = self.subjects.iter().copied().filter(reached).collect();
                match part.len() {
                    0 => None,
                    n if n == self.subjects.len() => Some(None),
                    _ => Some(Some(part)),
                }
            }
            Who::Records(sight, owners) => {
                owners.iter().any(|owner| scope.reaches(sight.resource, *owner)).then_some(None)
            }
            Who::Readers(sight, Some(readers)) => {
                readers.iter().any(|reader| scope.reaches(sight.resource, Some(*reader))).then_some(None)
            }
            Who::Nobody => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Actor, Grants, Locale, OrgId, Reach, UserId};
    use serde_json::json;

    use super::*;

    const SEE: Sight = Sight { permission: READ, resource: Resource::Clients };
    const READ: Permission = Permission { name: "things.read", bit: 1 };
    const OTHER: Permission = Permission { name: "things.write", bit: 2 };
    const ORG: u128 = 7;

    fn event(subjects: &[u128]) -> events::Event {
        let ids: Vec<Uuid> = subjects.iter().map(|id| Uuid::from_u128(*id)).collect();
        events::Event {
            id: Uuid::from_u128(1),
            org_id: Uuid::from_u128(ORG),
            kind: "thing.done".to_owned(),
            version: 1,
            occurred_at: chrono::DateTime::UNIX_EPOCH,
            actor_kind: "user".to_owned(),
            actor_id: None,
            subject_kind: "thing".to_owned(),
            subject_ids: json!(ids),
            data: json!({}),
            batch_id: None,
            cause_event_id: None,
            request_id: "r".to_owned(),
            position: 5,
        }
    }

    fn caller(org: u128, user: u128, permission: Permission, reach: Reach) -> Scope {
        let grants = Grants::of([permission]);
        Scope::of_member(
            OrgId(Uuid::from_u128(org)),
            UserId(Uuid::from_u128(user)),
            grants,
            reach,
            Locale::En,
            "r".into(),
        )
    }

    /// The subjects each caller is told of; none for who is not told.
    fn told(who: &Who, subjects: &[u128], scope: &Scope) -> Option<Vec<u128>> {
        let judged = Judged::new(event(subjects), who.clone(), Vec::new());
        let told = judged.told(scope).map(|event| event.subject.ids.iter().map(Uuid::as_u128).collect());
        let message = judged.message(scope);
        assert_eq!(told.is_some(), message.is_some(), "both say the same");
        assert!(message.is_none_or(|(_, whole)| Some(whole) == told.as_ref().map(|ids: &Vec<u128>| ids == subjects)));
        told
    }

    #[test]
    fn who_learns_of_what() {
        let id = Uuid::from_u128;
        let owners = Who::Owners(SEE, HashMap::from([(id(1), None), (id(2), Some(id(100))), (id(3), Some(id(200)))]));
        let record = |owner| Who::Records(SEE, vec![owner]);
        let (all, own) = (Reach::ORGANIZATION, Reach::OWN);
        let whole = Some(vec![1, 2, 3]);
        let cases = [
            ("everybody", Who::Everybody, caller(ORG, 100, OTHER, own.clone()), whole.clone()),
            ("a stranger", Who::Everybody, caller(8, 100, READ, all.clone()), None),
            ("a holder", Who::Holders(READ), caller(ORG, 100, READ, own.clone()), whole.clone()),
            ("no holder", Who::Holders(READ), caller(ORG, 100, OTHER, all.clone()), None),
            (
                "one of the people",
                Who::People(vec![id(100)], None),
                caller(ORG, 100, OTHER, own.clone()),
                whole.clone(),
            ),
            ("none of the people", Who::People(vec![id(100)], None), caller(ORG, 200, READ, all.clone()), None),
            ("who may", Who::People(vec![id(100)], Some(READ)), caller(ORG, 200, READ, own.clone()), whole.clone()),
            ("all of it", owners.clone(), caller(ORG, 100, READ, all.clone()), whole.clone()),
            ("own and shared", owners.clone(), caller(ORG, 100, READ, own.clone()), Some(vec![1, 2])),
            ("shared", owners.clone(), caller(ORG, 300, READ, own.clone()), Some(vec![1])),
            ("without the right", owners, caller(ORG, 100, OTHER, all.clone()), None),
            ("gone", Who::Owners(SEE, HashMap::new()), caller(ORG, 100, READ, own.clone()), None),
            ("about one's own", record(Some(id(100))), caller(ORG, 100, READ, own.clone()), whole.clone()),
            ("about another's", record(Some(id(200))), caller(ORG, 100, READ, own.clone()), None),
            ("about nobody's", record(None), caller(ORG, 100, READ, own.clone()), whole.clone()),
            ("about what is gone", Who::Records(SEE, Vec::new()), caller(ORG, 100, READ, own.clone()), None),
            ("a reader", Who::Readers(SEE, Some(vec![id(100)])), caller(ORG, 100, READ, own.clone()), whole.clone()),
            ("no reader", Who::Readers(SEE, Some(vec![id(100)])), caller(ORG, 200, READ, own.clone()), None),
            ("all chats", Who::Readers(SEE, Some(vec![])), caller(ORG, 200, READ, all.clone()), whole.clone()),
            ("an open chat", Who::Readers(SEE, None), caller(ORG, 200, READ, own.clone()), whole.clone()),
            ("an open chat, no right", Who::Readers(SEE, None), caller(ORG, 200, OTHER, all.clone()), None),
            ("unknown", Who::Nobody, caller(ORG, 100, READ, all.clone()), None),
        ];
        for (name, who, scope, expected) in cases {
            assert_eq!(told(&who, &[1, 2, 3], &scope), expected, "{name}");
        }
    }

    #[test]
    fn a_key_learns_of_what_it_did_and_not_of_its_makers_own() {
        let (maker, key) = (Uuid::from_u128(100), Uuid::from_u128(900));
        let person = caller(ORG, 100, READ, Reach::OWN);
        let program = Scope { actor: Actor::ApiKey { key, user: UserId(maker) }, ..person.clone() };
        let learns = |who: &Who| (told(who, &[1], &person).is_some(), told(who, &[1], &program).is_some());
        assert_eq!(learns(&Who::People(vec![maker], None)), (true, false));
        assert_eq!(learns(&Who::People(vec![key], None)), (false, true));
        assert_eq!(learns(&Who::Records(SEE, vec![Some(maker)])), (true, true), "it reaches what its maker reaches");
    }

    #[test]
    fn a_session_that_sees_something_else_connects_anew_and_no_other() {
        let (session, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let ends = Ends::AccessIn(vec![session]);
        assert_eq!(ends.reason(session, None), Some(Ended::AccessChanged));
        assert_eq!(ends.reason(other, Some(session)), None);
    }

    #[test]
    fn a_message_names_the_first_hundred_and_counts_all() {
        let many: Vec<u128> = (1..=250).collect();
        let judged = Judged::new(event(&many), Who::Everybody, Vec::new());
        let (message, _) = judged.message(&caller(ORG, 1, READ, Reach::ORGANIZATION)).unwrap();
        let message: serde_json::Value = serde_json::from_str(message.get()).unwrap();
        assert_eq!(message["subject"]["ids"].as_array().unwrap().len(), 100);
        assert_eq!(message["subject"]["count"], 250);
    }
}
