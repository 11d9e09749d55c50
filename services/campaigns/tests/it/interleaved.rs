//! Answers, looks of the scheduler, sends, failures, pauses and processes that die in the middle, in any order: each step goes
//! to a contact at most once, nothing is handed over once an answer was reacted to, and caps hold.

use std::{
    collections::{HashMap, HashSet},
    future::poll_fn,
    pin::pin,
    task::Poll,
};

use chrono::TimeDelta;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::json;
use testkit::Backend;
use uuid::Uuid;

use crate::{
    counts,
    outside::Stand,
    world::{CAMPAIGNS, World},
};

const CONTACTS: usize = 4;

/// What happens.
#[derive(Clone, Copy, Debug)]
enum Step {
    Look,
    /// The process dies when the database has answered so many times.
    LookAndDie(u32),
    /// Two processes look at once.
    LookTwice,
    Send(usize),
    Fail(usize),
    Reply(usize),
    /// Everybody reacts to what happened.
    React,
    /// The process that reacts dies.
    ReactAndDie(u32),
    Pause,
    Resume,
    /// One contact is paused, and goes on.
    Hold(usize),
    LetGo(usize),
    /// Somebody notes that a contact opted out.
    Deny(usize),
    Pass(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Look),
        4 => (1_u32..60).prop_map(Step::LookAndDie),
        1 => Just(Step::LookTwice),
        4 => (0_usize..8).prop_map(Step::Send),
        1 => (0_usize..8).prop_map(Step::Fail),
        2 => (0..CONTACTS).prop_map(Step::Reply),
        3 => Just(Step::React),
        2 => (1_u32..40).prop_map(Step::ReactAndDie),
        1 => Just(Step::Pause),
        1 => Just(Step::Resume),
        1 => (0..CONTACTS).prop_map(Step::Hold),
        1 => (0..CONTACTS).prop_map(Step::LetGo),
        1 => (0..CONTACTS).prop_map(Step::Deny),
        3 => (1_i64..30).prop_map(Step::Pass),
    ]
}

/// Runs something until it has waited so many times, and drops it then.
async fn cut<T>(work: impl Future<Output = T>, waits: u32) -> Option<T> {
    let mut work = pin!(work);
    let mut left = waits;
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

struct Case<'a> {
    world: &'a World,
    campaign: Uuid,
    contacts: Vec<Uuid>,
    /// Contacts whose answer was reacted to, with how many messages they had been given by then.
    reacted: HashMap<Uuid, usize>,
    replied: HashSet<Uuid>,
    denied: HashSet<Uuid>,
}

impl<'a> Case<'a> {
    async fn open(world: &'a World) -> Self {
        let account = world.account("Desk");
        let contacts = world.contacts(CONTACTS);
        let steps = vec![world.message("One"), world.wait_hours(2), world.message("Two"), world.message("Three")];
        let campaign = world.draft(&contacts, &[account], steps).await;
        world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{campaign}/start"), json!({}), 200).await;
        let runner = jobs::Runner::new(world.db().clone(), world.service.clone().works());
        runner.only(|kind| kind == "campaigns.enrol").run_until_idle().await.unwrap();
        Self { world, campaign, contacts, reacted: HashMap::new(), replied: HashSet::new(), denied: HashSet::new() }
    }

    async fn look(&self) -> Result<bool, campaigns::Error> {
        campaigns::sending::pass(&self.world.service, &self.world.system(), self.campaign).await
    }

    /// How many messages were handed over for a contact in this campaign.
    fn given(&self, contact: Uuid) -> usize {
        let things = self.world.outside.things();
        let mine = things.queue.values().filter(|one| one.outgoing.source.id == self.campaign);
        mine.filter(|one| one.outgoing.contact_id == contact).count()
    }

    fn waiting(&self, index: usize) -> Option<Uuid> {
        let things = self.world.outside.things();
        let mine = things
            .queue
            .iter()
            .filter(|(_, one)| one.outgoing.source.id == self.campaign && one.stand == Stand::Waiting);
        mine.map(|(key, _)| *key).nth(index)
    }

    async fn react(&mut self) {
        // Jobs of a process that died are taken up by others after a while.
        self.world.pass(TimeDelta::minutes(1));
        self.world.settle().await;
        for contact in self.replied.iter().chain(&self.denied).copied().collect::<Vec<_>>() {
            let given = self.given(contact);
            self.reacted.entry(contact).or_insert(given);
        }
        let campaign = self.world.get(&self.world.manager, &format!("{CAMPAIGNS}/{}", self.campaign)).await;
        if campaign["state"] == "paused" {
            assert_eq!(self.waiting(0), None, "something waits though the campaign is paused");
        }
    }

    /// Pauses the enrolment of a contact, or lets it go on; whatever state it is in, but for those that an answer stopped.
    async fn hold(&self, contact: Uuid, what: &str) {
        let page = self.world.get(&self.world.manager, &format!("{CAMPAIGNS}/{}/enrolments", self.campaign)).await;
        let items = page["items"].as_array().unwrap();
        let own = items.iter().find(|item| item["contactId"] == json!(contact)).unwrap();
        if what == "pause" || own["state"] == "paused" {
            let path = format!("{CAMPAIGNS}/enrolments/{}/{what}", own["id"].as_str().unwrap());
            self.world.call(&self.world.manager, "POST", &path, json!({})).await;
        }
    }

    async fn post(&self, what: &str) {
        // Whatever state it is in.
        self.world.call(&self.world.manager, "POST", &format!("{CAMPAIGNS}/{}/{what}", self.campaign), json!({})).await;
    }

    async fn take(&mut self, step: Step) {
        let world = self.world;
        match step {
            Step::Look => {
                self.look().await.unwrap();
            }
            Step::LookAndDie(waits) => drop(Box::pin(cut(self.look(), waits)).await),
            Step::LookTwice => {
                let (one, other) = tokio::join!(self.look(), self.look());
                // A database may refuse the second of two that wait for each other; it is tried again.
                assert!(one.is_ok() || other.is_ok());
            }
            Step::Send(index) => {
                if let Some(key) = self.waiting(index) {
                    world.send(key).await;
                }
            }
            Step::Fail(index) => {
                if let Some(key) = self.waiting(index) {
                    world.fail(key).await;
                }
            }
            Step::Reply(index) => {
                let contact = self.contacts[index];
                world.reply(contact, "Let us talk").await;
                self.replied.insert(contact);
            }
            Step::React => self.react().await,
            Step::ReactAndDie(waits) => drop(cut(world.settle(), waits).await),
            Step::Hold(index) => self.hold(self.contacts[index], "pause").await,
            Step::LetGo(index) => self.hold(self.contacts[index], "resume").await,
            Step::Deny(index) => {
                let path = format!("{CAMPAIGNS}/contacts/{}/consents", self.contacts[index]);
                let denied = json!({ "channel": "telegram", "state": "denied" });
                world.ok(&world.manager, "PUT", &path, denied, 200).await;
                self.denied.insert(self.contacts[index]);
            }
            Step::Pause => self.post("pause").await,
            Step::Resume => self.post("resume").await,
            Step::Pass(hours) => world.pass(TimeDelta::hours(hours)),
        }
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let things = self.world.outside.things();
        let mut sent: HashMap<(Uuid, String), usize> = HashMap::new();
        let mut days: HashMap<(Uuid, String), usize> = HashMap::new();
        for one in things.queue.values().filter(|one| one.outgoing.source.id == self.campaign) {
            let contact = one.outgoing.contact_id;
            if matches!(one.stand, Stand::Sent | Stand::Waiting) {
                *sent.entry((contact, one.outgoing.text.clone())).or_default() += 1;
                *days.entry((contact, one.outgoing.not_before.date_naive().to_string())).or_default() += 1;
            }
        }
        prop_assert!(sent.values().all(|times| *times == 1), "a step went twice: {:?}", sent);
        prop_assert!(days.values().all(|times| *times == 1), "the cap of a day is passed: {:?}", days);
        drop(things);
        for (contact, given) in &self.reacted {
            prop_assert_eq!(self.given(*contact), *given, "something was handed over after an answer");
        }
        Ok(())
    }

    /// Everybody lives: it comes to its end, and each contact stands where it would have been.
    async fn end(&mut self) -> Result<(), TestCaseError> {
        let world = self.world;
        self.post("resume").await;
        for contact in &self.contacts {
            self.hold(*contact, "resume").await;
        }
        for _ in 0..8 {
            self.react().await;
            world.go().await;
            world.send_all().await;
            self.check()?;
            world.pass(TimeDelta::hours(25));
        }
        self.react().await;
        counts::agree(world).await;
        for contact in &self.contacts {
            let (state, cause) = world.enrolment(self.campaign, *contact).await;
            let done = world.outside.things();
            let texts: HashSet<String> = done
                .queue
                .values()
                .filter(|one| one.outgoing.source.id == self.campaign && one.outgoing.contact_id == *contact)
                .filter(|one| one.stand == Stand::Sent)
                .map(|one| one.outgoing.text.clone())
                .collect();
            match cause.as_deref() {
                None => prop_assert_eq!((state.as_str(), texts.len()), ("finished", 3), "{:?}", texts),
                Some("replied") => prop_assert!(self.replied.contains(contact)),
                Some("opted_out") => prop_assert!(self.denied.contains(contact)),
                Some(cause) => prop_assert_eq!(cause, "failed"),
            }
        }
        Ok(())
    }
}

fn play(backend: Backend, cases: u32) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // Connections are given back within it, also when a case fails.
    let _within = runtime.enter();
    let Some(world) = runtime.block_on(World::open(backend)) else { return };
    runtime.block_on(world.policy(json!({ "total": { "day": 1 } })));
    let config = Config { cases, max_shrink_iters: 200, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let steps = proptest::collection::vec(step(), 1..40);
    let played = runner.run(&steps, |steps| {
        runtime.block_on(async {
            let mut case = Case::open(&world).await;
            for step in steps {
                Box::pin(case.take(step)).await;
                case.check()?;
            }
            case.end().await
        })
    });
    if let Err(error) = played {
        panic!("{error}");
    }
}

#[test]
fn nothing_goes_twice_or_after_an_answer_on_sqlite() {
    play(Backend::Sqlite, 40);
}

#[test]
fn nothing_goes_twice_or_after_an_answer_on_postgres() {
    play(Backend::Postgres, 25);
}
