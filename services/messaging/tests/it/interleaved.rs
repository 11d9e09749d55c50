//! Replies, starts, retries and processes that die in the middle, in any order and at once: nothing of a program is started
//! once a reply that counts is stored.

use std::{future::poll_fn, pin::pin, task::Poll};

use chrono::TimeDelta;
use contracts::channels::{Ended, Inbox, Origin, Reaction, Seen, SeenBatch, SeenChat, SeenMessage};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;
use testkit::Backend;
use uuid::Uuid;

use crate::{
    outbox::{outgoing, queue},
    world::{World, message, ours, private},
};

/// Messages of the program in a case, one through each account.
const SENDS: usize = 2;

/// What happens to them.
#[derive(Clone, Copy, Debug)]
enum Step {
    Start(usize),
    /// The process dies when the database has answered so many times.
    StartAndDie(usize, u32),
    /// What was started is put off, or fails and is tried by hand.
    PutOff(usize),
    Retry(usize),
    /// They write, on one of the accounts; the batch is stored whole, or the process dies in between.
    Reply(usize, Origin),
    ReplyAndDie(usize, u32),
    /// At once.
    Race(usize, usize),
    Noise(usize),
    Pass,
}

fn step() -> impl Strategy<Value = Step> {
    let send = 0..SENDS;
    prop_oneof![
        4 => send.clone().prop_map(Step::Start),
        3 => (send.clone(), 1_u32..14).prop_map(|(send, answers)| Step::StartAndDie(send, answers)),
        2 => send.clone().prop_map(Step::PutOff),
        1 => send.clone().prop_map(Step::Retry),
        1 => (send.clone(), prop_oneof![Just(Origin::Live), Just(Origin::CatchUp)])
            .prop_map(|(send, origin)| Step::Reply(send, origin)),
        2 => (send.clone(), 1_u32..30).prop_map(|(send, answers)| Step::ReplyAndDie(send, answers)),
        1 => (send.clone(), send).prop_map(|(send, reply)| Step::Race(send, reply)),
        2 => (0_usize..5).prop_map(Step::Noise),
        1 => Just(Step::Pass),
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

/// A contact with a chat on each account, and a message to them through each.
struct Case<'a> {
    world: &'a World,
    accounts: [Uuid; SENDS],
    chat: i64,
    username: String,
    keys: Vec<Uuid>,
    errands: Vec<Uuid>,
    /// Whether they are on their way, as far as whoever carries them knows.
    started: [bool; SENDS],
    next_id: i64,
    /// Replies that count, by the number that the channel gave them.
    replies: Vec<i64>,
    /// How often each had been tried when the first reply was there.
    tried: Option<Vec<i64>>,
}

impl<'a> Case<'a> {
    async fn open(world: &'a World, accounts: [Uuid; SENDS], number: i64) -> Self {
        let username = format!("person_{number}");
        let contact = world.contact(&username, Some(&username), None);
        let mut case = Self {
            world,
            accounts,
            chat: 1000 + number,
            username,
            keys: Vec::new(),
            errands: Vec::new(),
            started: [false; SENDS],
            next_id: number * 1000,
            replies: Vec::new(),
            tried: None,
        };
        for of in 0..SENDS {
            let said = ours(case.chat, case.number(), "We met at the fair");
            case.receive(of, Origin::History, vec![Seen::Message(said)]).await;
        }
        let wanted = accounts.map(|account| outgoing(world, contact, account, "Any news?"));
        queue(world, &wanted).await;
        for one in &wanted {
            case.keys.push(one.key);
            let errand: Uuid = case.column("id", one.key).await;
            case.errands.push(errand);
        }
        world.pass(TimeDelta::seconds(1));
        case
    }

    fn number(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id
    }

    fn batch(&self, origin: Origin, news: Vec<Seen>) -> SeenBatch {
        let chat = SeenChat { username: Some(self.username.clone()), ..private(self.chat, &self.username) };
        SeenBatch { origin, chats: vec![chat], news, position: Some(vec![1]) }
    }

    async fn receive(&self, of: usize, origin: Origin, news: Vec<Seen>) {
        let batch = self.batch(origin, news);
        self.world.service.receive(&self.world.system(), self.accounts[of], batch).await.unwrap();
    }

    /// A column of the errand of a message.
    async fn column<T: sea_orm::TryGetable>(&self, column: &str, key: Uuid) -> T {
        let sql = format!("select {column} from errands where org_id = $1 and client_id = $2");
        let values = [self.world.manager.org_id.0.into(), key.into()];
        let statement = Statement::from_sql_and_values(self.world.db().backend(), sql, values);
        let row = self.world.db().reader(&self.world.manager).query_one_raw(statement).await.unwrap();
        row.unwrap().try_get("", column).unwrap()
    }

    async fn tries(&self) -> Vec<i64> {
        let mut tries = Vec::new();
        for key in &self.keys {
            tries.push(self.column("attempts", *key).await);
        }
        tries
    }

    /// Whether a reply is there, whoever knows of it.
    async fn is_answered(&mut self) -> bool {
        let numbers: Vec<String> = self.replies.iter().map(ToString::to_string).collect();
        let among = format!("direction = 'in' and external_id in ({})", numbers.join(", "));
        let answered = !numbers.is_empty() && self.world.count("messages", &among).await > 0;
        if answered && self.tried.is_none() {
            self.tried = Some(self.tries().await);
        }
        answered
    }

    async fn start(&self, send: usize) -> bool {
        self.world.service.start_errand(&self.world.system(), self.errands[send]).await.unwrap()
    }

    fn reply(&mut self) -> Vec<Seen> {
        let id = self.number();
        self.replies.push(id);
        vec![Seen::Message(message(self.chat, id, "Yes, please"))]
    }

    fn noise(&mut self, kind: usize) -> (Origin, Vec<Seen>) {
        let (chat, id) = (self.chat, self.number());
        let said = message(chat, id, "…");
        match kind {
            0 => (Origin::History, vec![Seen::Message(said)]),
            1 => {
                let service = Some(serde_json::json!({"kind": "call"}));
                (Origin::Live, vec![Seen::Message(SeenMessage { service, ..said })])
            }
            2 => (Origin::Live, vec![Seen::Message(SeenMessage { automatic: true, ..said })]),
            3 => {
                let reactions = vec![Reaction { emoji: "👍".to_owned(), count: 1, ours: false }];
                (Origin::Live, vec![Seen::Reactions { chat_id: chat, id: 1, reactions }])
            }
            _ => (Origin::Live, vec![Seen::Message(SeenMessage { outgoing: true, sender: None, ..said })]),
        }
    }

    /// Does a step; gives what went wrong.
    async fn take(&mut self, step: Step) -> Result<(), String> {
        let world = self.world;
        let system = world.system();
        let answered = self.is_answered().await;
        match step {
            Step::Start(send) => {
                self.started[send] = self.start(send).await;
                if self.started[send] == answered && (answered || self.is_open(send).await) {
                    return Err(format!("answered: {answered}, started: {}", self.started[send]));
                }
            }
            Step::StartAndDie(send, waits) => {
                let started = cut(self.start(send), waits).await;
                if started == Some(true) && answered {
                    return Err("started after an answer".to_owned());
                }
                self.started[send] = started == Some(true);
            }
            Step::PutOff(send) if self.started[send] => {
                self.started[send] = false;
                let later = Ended::Later { not_before: world.clock.now(), code: "timeout", counts: false };
                world.service.end_errand(&system, self.errands[send], later).await.map_err(|e| e.to_string())?;
                // Tries are counted back.
                if let Some(tried) = &mut self.tried {
                    tried[send] -= 1;
                }
            }
            Step::Retry(send) if self.started[send] => {
                self.started[send] = false;
                let never = Ended::Never { code: "network" };
                world.service.end_errand(&system, self.errands[send], never).await.map_err(|e| e.to_string())?;
                let path = format!("/messages/{}/retry", self.keys[send]);
                world.ok(&world.manager, "POST", &path, Value::Null, 200).await;
                if let Some(tried) = &mut self.tried {
                    tried[send] = 0;
                }
            }
            Step::PutOff(_) | Step::Retry(_) => {}
            Step::Reply(of, origin) => {
                let news = self.reply();
                self.receive(of, origin, news).await;
            }
            Step::ReplyAndDie(of, waits) => {
                let news = self.reply();
                let batch = self.batch(Origin::Live, news);
                let _ = cut(world.service.receive(&system, self.accounts[of], batch), waits).await;
            }
            Step::Race(send, of) => {
                let news = self.reply();
                let batch = self.batch(Origin::Live, news);
                let receive = world.service.receive(&system, self.accounts[of], batch);
                let (started, received) = tokio::join!(self.start(send), receive);
                received.map_err(|e| e.to_string())?;
                if started && answered {
                    return Err("started after an answer".to_owned());
                }
                self.started[send] = started;
            }
            Step::Noise(kind) => {
                let (origin, news) = self.noise(kind);
                self.receive(kind % SENDS, origin, news).await;
            }
            Step::Pass => world.pass(TimeDelta::seconds(1)),
        }
        // Whatever was stored is later than what was wanted.
        world.pass(TimeDelta::milliseconds(1));
        self.check().await
    }

    async fn is_open(&self, send: usize) -> bool {
        let status: String = self.column("status", self.keys[send]).await;
        matches!(status.as_str(), "waiting" | "started")
    }

    /// Nothing was tried since the first reply was there.
    async fn check(&mut self) -> Result<(), String> {
        if !self.is_answered().await {
            return Ok(());
        }
        let (now, then) = (self.tries().await, self.tried.clone().unwrap_or_default());
        if now == then { Ok(()) } else { Err(format!("tried {now:?} times, and {then:?} when they had answered")) }
    }

    /// In the end they answer, if they have not, and nothing goes any more.
    async fn end(&mut self) -> Result<(), String> {
        let news = self.reply();
        self.receive(0, Origin::Live, news).await;
        self.check().await?;
        for send in 0..SENDS {
            if self.start(send).await {
                return Err(format!("{send} was started in the end"));
            }
            let status: String = self.column("status", self.keys[send]).await;
            let code: Option<String> = self.column("code", self.keys[send]).await;
            if (status.as_str(), code.as_deref()) != ("canceled", Some("campaign.answered")) {
                return Err(format!("{send} ended as {status}, {code:?}"));
            }
        }
        self.check().await
    }
}

fn interleave(backend: Backend) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // Connections are given back within it, when the world is dropped.
    let _within = runtime.enter();
    let Some(world) = runtime.block_on(World::open(backend)) else { return };
    let second = world.clock.new_id();
    world.house.accounts.lock().unwrap().insert(second, (world.manager.org_id, Vec::new()));
    let accounts = [world.account, second];
    let number = std::cell::Cell::new(0);
    let steps = prop::collection::vec(step(), 1..16);
    let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
    let result = runner.run(&steps, |steps| {
        number.set(number.get() + 1);
        let went = runtime.block_on(async {
            let mut case = Case::open(&world, accounts, number.get()).await;
            for step in &steps {
                case.take(*step).await.map_err(|wrong| format!("{step:?}: {wrong}"))?;
            }
            case.end().await
        });
        went.map_err(TestCaseError::fail)
    });
    result.unwrap();
    let told = runtime.block_on(world.told());
    assert!(told.iter().any(|(kind, data)| kind == "message.canceled" && data["cause"] == "campaign.answered"));
}

#[test]
fn nothing_is_started_after_an_answer_on_sqlite() {
    interleave(Backend::Sqlite);
}

#[test]
fn nothing_is_started_after_an_answer_on_postgres() {
    interleave(Backend::Postgres);
}
