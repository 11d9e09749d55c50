//! Who is where: at a record or a board, from the sockets of this process and, through the cluster, from those of others.
//! Nothing of it is stored. Each process tells the others the whole of whom it has at a place, when that changes and from
//! time to time; who is not told of any more is forgotten.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use cluster::{Cluster, Topic, Word};
use kernel::OrgId;
use serde::{Deserialize, Serialize};
use tokio::{sync::broadcast::error::RecvError, time::Instant};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Each process tells so often whom it has.
const TOLD_EVERY: Duration = Duration::from_secs(15);
/// A process that has not told for so long is gone, and its people with it.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(40);

/// Somebody at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: Uuid,
    pub name: String,
    /// Is changing something there.
    pub editing: bool,
    pub since: DateTime<Utc>,
}

/// Somebody who wants to know who else is there.
pub(crate) trait Onlooker: Send + Sync {
    fn see(&self, room: &str, people: &[Person]);
    /// Somebody types there.
    fn see_typing(&self, room: &str, typist: &Typist);
}

/// Somebody who types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Typist {
    pub id: Uuid,
    pub name: String,
}

/// A place in an organization, such as `deal:<id>`.
type Place = (OrgId, String);

#[derive(Clone)]
pub(crate) struct Presence(Arc<Inner>);

struct Inner {
    cluster: Cluster,
    places: Mutex<HashMap<Place, There>>,
}

#[derive(Default)]
struct There {
    /// By the number of their connection.
    here: HashMap<u64, (Person, Arc<dyn Onlooker>)>,
    /// By process, with the instant at which it was last heard of.
    elsewhere: HashMap<Uuid, (Instant, Vec<Person>)>,
}

/// What processes tell each other.
#[derive(Serialize, Deserialize)]
struct Told {
    org: Uuid,
    room: String,
    /// Everybody whom the process has there.
    people: Vec<Person>,
}

/// Who types in which process's place.
#[derive(Serialize, Deserialize)]
struct Typed {
    org: Uuid,
    room: String,
    person: Typist,
}

impl There {
    /// Shows it to everybody of this process but the one who types.
    fn show_typing(&self, room: &str, typist: &Typist) {
        let others = self.here.values().filter(|(person, _)| person.id != typist.id);
        others.for_each(|(_, onlooker)| onlooker.see_typing(room, typist));
    }

    /// Each person once, whoever has been there longest first.
    fn people(&self) -> Vec<Person> {
        let elsewhere = self.elsewhere.values().flat_map(|(_, people)| people);
        merged(self.here.values().map(|(person, _)| person).chain(elsewhere))
    }

    fn is_empty(&self) -> bool {
        self.here.is_empty() && self.elsewhere.is_empty()
    }
}

fn merged<'a>(all: impl Iterator<Item = &'a Person>) -> Vec<Person> {
    let mut people: HashMap<Uuid, Person> = HashMap::new();
    for person in all {
        let known = people.entry(person.id).or_insert_with(|| person.clone());
        known.editing |= person.editing;
        known.since = known.since.min(person.since);
    }
    let mut people: Vec<_> = people.into_values().collect();
    people.sort_by_key(|person| (person.since, person.id));
    people
}

impl Presence {
    pub fn new(cluster: Cluster) -> Self {
        Self(Arc::new(Inner { cluster, places: Mutex::default() }))
    }

    /// Somebody is at a place, or changes there what they do; who is there now.
    pub fn enter(
        &self,
        org: OrgId,
        room: &str,
        connection: u64,
        mut person: Person,
        onlooker: Arc<dyn Onlooker>,
    ) -> Vec<Person> {
        self.change(&(org, room.to_owned()), |there| {
            if let Some((before, _)) = there.here.get(&connection) {
                person.since = before.since;
            }
            there.here.insert(connection, (person, onlooker));
        })
    }

    /// Somebody is no longer there.
    pub fn leave(&self, org: OrgId, room: &str, connection: u64) {
        self.change(&(org, room.to_owned()), |there| drop(there.here.remove(&connection)));
    }

    /// Somebody types at a place; whether they are there at all.
    pub fn type_at(&self, org: OrgId, room: &str, connection: u64) -> bool {
        let places = self.lock();
        let there = places.get(&(org, room.to_owned()));
        let Some((there, (person, _))) = there.and_then(|there| Some((there, there.here.get(&connection)?))) else {
            return false;
        };
        let person = Typist { id: person.id, name: person.name.clone() };
        there.show_typing(room, &person);
        self.say_typing(org, room, person);
        true
    }

    /// Somebody types who is nobody of ours; seen at the place by everybody.
    pub fn type_outside(&self, org: OrgId, room: &str, person: Typist) {
        if let Some(there) = self.lock().get(&(org, room.to_owned())) {
            there.show_typing(room, &person);
        }
        self.say_typing(org, room, person);
    }

    fn say_typing(&self, org: OrgId, room: &str, person: Typist) {
        if self.0.cluster.is_shared()
            && let Ok(text) = serde_json::to_string(&Typed { org: org.0, room: room.to_owned(), person })
        {
            self.0.cluster.say(Topic::Typing, text);
        }
    }

    /// Changes who of this process is at a place, and tells whoever is to know; who is there now.
    fn change(&self, place: &Place, change: impl FnOnce(&mut There)) -> Vec<Person> {
        let mut places = self.lock();
        let there = places.entry(place.clone()).or_default();
        change(there);
        self.tell(place, there);
        let people = show(&place.1, there);
        if there.is_empty() {
            places.remove(place);
        }
        people
    }

    fn tell(&self, place: &Place, there: &There) {
        if !self.0.cluster.is_shared() {
            return;
        }
        let people = merged(there.here.values().map(|(person, _)| person));
        let told = Told { org: place.0.0, room: place.1.clone(), people };
        if let Ok(text) = serde_json::to_string(&told) {
            self.0.cluster.say(Topic::Presence, text);
        }
    }

    /// Follows what other processes tell until cancelled.
    pub async fn run(&self, cancel: CancellationToken) {
        if !self.0.cluster.is_shared() {
            return;
        }
        let mut words = self.0.cluster.listen();
        let mut due = tokio::time::interval(TOLD_EVERY);
        loop {
            let word = tokio::select! {
                () = cancel.cancelled() => return,
                _ = due.tick() => {
                    self.forget_silent(Instant::now());
                    self.tell_all();
                    continue;
                }
                word = words.recv() => word,
            };
            match word {
                Ok(Word { topic: Topic::Presence, from, text }) if !text.is_empty() => self.hear(from, &text),
                // Somebody asks who is where.
                Ok(Word { topic: Topic::Presence, .. }) => self.tell_all(),
                Ok(Word { topic: Topic::Typing, text, .. }) => self.hear_typing(&text),
                Ok(Word { topic: Topic::Missed, .. }) | Err(RecvError::Lagged(_)) => {
                    self.0.cluster.say(Topic::Presence, "");
                    self.tell_all();
                }
                Ok(_) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn tell_all(&self) {
        self.lock()
            .iter()
            .filter(|(_, there)| !there.here.is_empty())
            .for_each(|(place, there)| self.tell(place, there));
    }

    fn hear(&self, from: Uuid, text: &str) {
        let Ok(told) = serde_json::from_str::<Told>(text) else { return };
        let place = (OrgId(told.org), told.room);
        let mut places = self.lock();
        let there = places.entry(place.clone()).or_default();
        let before = there.people();
        if told.people.is_empty() {
            there.elsewhere.remove(&from);
        } else {
            there.elsewhere.insert(from, (Instant::now(), told.people));
        }
        if before != there.people() {
            show(&place.1, there);
        }
        if there.is_empty() {
            places.remove(&place);
        }
    }

    fn hear_typing(&self, text: &str) {
        let Ok(Typed { org, room, person }) = serde_json::from_str::<Typed>(text) else { return };
        let place = (OrgId(org), room);
        if let Some(there) = self.lock().get(&place) {
            there.show_typing(&place.1, &person);
        }
    }

    fn forget_silent(&self, now: Instant) {
        self.lock().retain(|(_, room), there| {
            let before = there.elsewhere.len();
            there.elsewhere.retain(|_, (heard, _)| now.duration_since(*heard) < FORGOTTEN_AFTER);
            if there.elsewhere.len() < before {
                show(room, there);
            }
            !there.is_empty()
        });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Place, There>> {
        self.0.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows those of this process who is there.
fn show(room: &str, there: &There) -> Vec<Person> {
    let people = there.people();
    there.here.values().for_each(|(_, onlooker)| onlooker.see(room, &people));
    people
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Eyes(Mutex<Vec<Vec<u128>>>);

    impl Onlooker for Eyes {
        fn see(&self, _room: &str, people: &[Person]) {
            self.0.lock().unwrap().push(people.iter().map(|person| person.id.as_u128()).collect());
        }

        /// Told apart by a nought before it.
        fn see_typing(&self, _room: &str, typist: &Typist) {
            self.0.lock().unwrap().push(vec![0, typist.id.as_u128()]);
        }
    }

    const ORG: OrgId = OrgId(Uuid::nil());

    fn person(id: u128, minute: i64, editing: bool) -> Person {
        let since = DateTime::from_timestamp(minute * 60, 0).unwrap();
        Person { id: Uuid::from_u128(id), name: format!("P{id}"), editing, since }
    }

    fn told(room: &str, people: Vec<Person>) -> String {
        serde_json::to_string(&Told { org: ORG.0, room: room.to_owned(), people }).unwrap()
    }

    #[test]
    fn people_see_each_other_come_and_go_once_however_many_windows_they_have() {
        let presence = Presence::new(Cluster::alone());
        let (anna, boris) = (Arc::new(Eyes::default()), Arc::new(Eyes::default()));
        presence.enter(ORG, "deal:1", 1, person(1, 1, false), anna.clone());
        presence.enter(ORG, "deal:1", 2, person(1, 2, true), anna.clone());
        let there = presence.enter(ORG, "deal:1", 3, person(2, 3, false), boris.clone());
        assert_eq!(there, [person(1, 1, true), person(2, 3, false)]);
        presence.enter(ORG, "deal:2", 3, person(2, 3, false), boris.clone());
        presence.leave(ORG, "deal:1", 2);
        presence.leave(ORG, "deal:1", 1);
        assert_eq!(*boris.0.lock().unwrap(), [vec![1, 2], vec![2], vec![1, 2], vec![2]]);
        presence.leave(ORG, "deal:1", 3);
        presence.leave(ORG, "deal:2", 3);
        assert!(presence.lock().is_empty(), "nothing is kept of places where nobody is");
    }

    #[test]
    fn who_types_is_told_to_the_others_who_are_there() {
        let presence = Presence::new(Cluster::alone());
        let (anna, boris) = (Arc::new(Eyes::default()), Arc::new(Eyes::default()));
        presence.enter(ORG, "chat:1", 1, person(1, 1, false), anna.clone());
        presence.enter(ORG, "chat:1", 2, person(1, 1, false), anna.clone());
        presence.enter(ORG, "chat:1", 3, person(2, 3, false), boris.clone());
        anna.0.lock().unwrap().clear();
        boris.0.lock().unwrap().clear();
        assert!(presence.type_at(ORG, "chat:1", 1));
        assert!(!presence.type_at(ORG, "chat:2", 1), "who is not there does not type there");
        assert_eq!(*boris.0.lock().unwrap(), [vec![0, 1]]);
        assert!(anna.0.lock().unwrap().is_empty(), "in none of one's own windows");
    }

    #[test]
    fn somebody_outside_who_types_is_shown_to_everybody_who_is_there() {
        let presence = Presence::new(Cluster::alone());
        let (anna, boris) = (Arc::new(Eyes::default()), Arc::new(Eyes::default()));
        presence.enter(ORG, "chat:1", 1, person(1, 1, false), anna.clone());
        presence.enter(ORG, "chat:2", 2, person(2, 3, false), boris.clone());
        anna.0.lock().unwrap().clear();
        boris.0.lock().unwrap().clear();
        let outside = || Typist { id: Uuid::from_u128(9), name: "Olga".to_owned() };
        presence.type_outside(ORG, "chat:1", outside());
        presence.type_outside(OrgId(Uuid::from_u128(5)), "chat:1", outside());
        assert_eq!(*anna.0.lock().unwrap(), [vec![0, 9]]);
        assert!(boris.0.lock().unwrap().is_empty());
    }

    #[test]
    fn organizations_do_not_see_each_other() {
        let presence = Presence::new(Cluster::alone());
        presence.enter(ORG, "deal:1", 1, person(1, 1, false), Arc::new(Eyes::default()));
        let other = OrgId(Uuid::from_u128(9));
        let there = presence.enter(other, "deal:1", 2, person(2, 1, false), Arc::new(Eyes::default()));
        assert_eq!(there, [person(2, 1, false)]);
    }

    #[tokio::test]
    async fn people_of_two_processes_see_each_other() {
        let Some(address) = testkit::redis_url() else { return };
        let start = |number| {
            let cluster = Cluster::over_redis(&address, Uuid::from_u128(number)).unwrap();
            let presence = Presence::new(cluster.clone());
            let (cancel, following) = (CancellationToken::new(), presence.clone());
            tokio::spawn(async move { tokio::join!(cluster.run(cancel.clone()), following.run(cancel)) });
            presence
        };
        let org = OrgId(Uuid::from_u128(u128::from(std::process::id())));
        let (one, other) = (start(1), start(2));
        let anna = Arc::new(Eyes::default());
        one.enter(org, "deal:1", 1, person(1, 1, false), anna.clone());
        other.enter(org, "deal:1", 1, person(2, 2, true), Arc::new(Eyes::default()));
        let sees = async |people: &[u128]| {
            let seen = async {
                while anna.0.lock().unwrap().last().is_none_or(|seen| seen != people) {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(20), seen).await.expect("in time");
        };
        sees(&[1, 2]).await;
        other.leave(org, "deal:1", 1);
        sees(&[1]).await;
    }

    #[test]
    fn those_of_other_processes_are_seen_until_their_process_is_silent() {
        let presence = Presence::new(Cluster::alone());
        let eyes = Arc::new(Eyes::default());
        presence.enter(ORG, "deal:1", 1, person(1, 1, false), eyes.clone());
        let process = Uuid::from_u128(7);
        presence.hear(process, &told("deal:1", vec![person(2, 2, false), person(1, 0, false)]));
        presence.hear(process, &told("deal:1", vec![person(2, 2, false), person(1, 0, false)]));
        presence.hear(process, "sung");
        presence.forget_silent(Instant::now() + FORGOTTEN_AFTER);
        assert_eq!(*eyes.0.lock().unwrap(), [vec![1], vec![1, 2], vec![1]], "what is told again is not shown again");
        presence.hear(process, &told("deal:2", vec![person(2, 2, false)]));
        presence.hear(process, &told("deal:2", Vec::new()));
        assert_eq!(presence.lock().len(), 1);
    }
}
