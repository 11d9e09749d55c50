//! Who may learn of what. Decided once for each event, so that handing it to a connection asks no database.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use kernel::{Permission, Reach, Scope};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::told::Event;

/// Why it could not be decided.
pub type JudgeError = Box<dyn std::error::Error + Send + Sync>;

/// Decides who may learn of events, and what rooms they are told in; implemented where events are known.
#[async_trait::async_trait]
pub trait Judge: Send + Sync {
    /// Judges events of any organizations; as many come back, in their order.
    async fn judge(&self, events: Vec<events::Event>) -> Result<Vec<Judged>, JudgeError>;

    /// Whether the caller may join a room, such as `board:<id>`.
    async fn may_join(&self, scope: &Scope, room: &str) -> Result<bool, JudgeError>;
}

/// Who of an organization may learn of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Who {
    Everybody,
    Holders(Permission),
    /// These people, and who holds the permission, if one is named.
    People(Vec<Uuid>, Option<Permission>),
    /// Who holds the permission, for the subjects within reach: those of nobody and, by owner, their own. Who reaches the
    /// whole organization learns of all of them.
    Owners(Permission, HashMap<Uuid, Option<Uuid>>),
    /// Who holds the permission and reaches one of other records, by their owners; records that are gone have none here.
    Records(Permission, Vec<Option<Uuid>>),
    Nobody,
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
    /// Sessions it ends.
    pub ends: Vec<Uuid>,
    subjects: Vec<Uuid>,
    whole: OnceLock<Option<Arc<RawValue>>>,
}

impl Judged {
    #[must_use]
    pub fn new(event: events::Event, who: Who, rooms: Vec<String>) -> Self {
        let subjects = event.subjects();
        Self { event, who, rooms, aliases: Vec::new(), ends: Vec::new(), subjects, whole: OnceLock::new() }
    }

    /// The event as far as the caller may know it; none if they may not know that it happened.
    #[must_use]
    pub fn told(&self, scope: &Scope) -> Option<Event> {
        self.part_for(scope).map(|part| Event::new(&self.event, part.as_deref().unwrap_or(&self.subjects)))
    }

    /// The message for a caller, and whether it is about all the subjects. Written once for all who learn of the whole.
    pub(crate) fn message(&self, scope: &Scope) -> Option<(Arc<RawValue>, bool)> {
        let write = |event: Event| serde_json::value::to_raw_value(&event.live()).ok().map(Arc::from);
        if let Some(part) = self.part_for(scope)? {
            return write(Event::new(&self.event, &part)).map(|message| (message, false));
        }
        let whole = self.whole.get_or_init(|| write(Event::new(&self.event, &self.subjects)));
        whole.clone().map(|message| (message, true))
    }

    /// `None`: nothing of it. `Some(None)`: the whole of it. Else those of its subjects that are within reach.
    #[expect(clippy::option_option, reason = "nothing, everything, or a part")]
    fn part_for(&self, scope: &Scope) -> Option<Option<Vec<Uuid>>> {
        if scope.org_id.0 != self.event.org_id {
            return None;
        }
        let me = scope.user_id().map(Uuid::from);
        let mine = |owner: &Option<Uuid>| owner.is_none() || *owner == me;
        match &self.who {
            Who::Everybody => Some(None),
            Who::Holders(permission) => scope.grants.allows(*permission).then_some(None),
            Who::People(people, permission) => {
                let holds = permission.is_some_and(|permission| scope.grants.allows(permission));
                (holds || me.is_some_and(|me| people.contains(&me))).then_some(None)
            }
            Who::Owners(permission, _) | Who::Records(permission, _) if !scope.grants.allows(*permission) => None,
            Who::Owners(..) | Who::Records(..) if scope.reach == Reach::Organization => Some(None),
            Who::Owners(_, owners) => {
                let part: Vec<Uuid> =
                    self.subjects.iter().filter(|id| owners.get(id).is_some_and(mine)).copied().collect();
                match part.len() {
                    0 => None,
                    n if n == self.subjects.len() => Some(None),
                    _ => Some(Some(part)),
                }
            }
            Who::Records(_, owners) => owners.iter().any(mine).then_some(None),
            Who::Nobody => None,
        }
    }
}
