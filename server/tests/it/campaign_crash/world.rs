//! Processes of the server, accounts that have no pace, and the people whom a campaign writes to.

use std::{collections::HashMap, fmt::Write, fs::File, net::SocketAddr, path::PathBuf, process::Stdio, time::Duration};

use kernel::{Clock, OrgId, Scope};
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use serde_json::{Value, json};
use telegram_network::{LogEntry, Network, NewPerson, NewPost, Options, Peer};
use testkit::{Backend, TestDatabase, rabbitmq_vhost, redis_url};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::{process::Process, telegram_faults::play::Dice};

const CODE: &str = "7395104826";
/// What the campaign says, in order.
pub const TEXTS: [&str; 3] = ["One: hello", "Two: are you there?", "Three: goodbye"];
/// How long nothing may happen that is waited for: leases of dead processes, and of their jobs, run out meanwhile.
pub const PATIENCE: Duration = Duration::from_mins(4);
/// Accounts that send.
const ACCOUNTS: usize = 4;

/// Somebody whom the campaign writes to.
pub struct Person {
    pub id: i64,
    /// Behind which message they answer, if they do.
    pub answers: Option<usize>,
    pub answered: bool,
    /// What they got: the text, when, and whether they had answered before.
    pub got: Vec<Got>,
}

#[derive(Clone, Debug)]
pub struct Got {
    pub text: String,
    pub after_answer: bool,
}

pub struct World {
    pub database: TestDatabase,
    pub network: Network,
    backend: Backend,
    /// With the arguments that each was started with.
    processes: Vec<(Vec<&'static str>, Option<Process>)>,
    settings: Vec<(&'static str, String)>,
    log: PathBuf,
    token: String,
    pub org: OrgId,
    /// Persons that are accounts of ours.
    ours: Vec<i64>,
    pub accounts: Vec<Uuid>,
    /// By the number in the name.
    pub people: Vec<Person>,
    by_id: HashMap<i64, usize>,
    /// How far the network's log was read.
    read: u64,
    pub campaign: Uuid,
    pub steps: Vec<Uuid>,
    dice: Dice,
}

pub fn username(number: usize) -> String {
    format!("person_{number:06}")
}

impl World {
    /// Accounts that are connected, and contacts whom nobody has written to.
    pub async fn open(backend: Backend, contacts: usize, seed: u64) -> Option<Self> {
        let database = TestDatabase::open(backend, &[], Clock::system()).await?;
        let folder = database.folder.path().join("data");
        std::fs::create_dir_all(&folder).unwrap();
        let control = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
        let options = Options { code: CODE.to_owned(), control, ..Options::new(seed) };
        let network = Network::start(options).await.unwrap();
        let mut settings = vec![
            ("RAPPORT_SANDBOX_SERVER", network.control().unwrap().to_string()),
            ("RAPPORT_ACCESS_TOKEN_TTL_SECONDS", "86400".to_owned()),
            ("RAPPORT_LOG_LEVEL", "info".to_owned()),
        ];
        if backend == Backend::Postgres {
            settings.extend(rabbitmq_vhost().await.map(|url| ("RAPPORT_RABBITMQ_URL", url)));
            settings.extend(redis_url().map(|url| ("RAPPORT_REDIS_URL", url)));
        }
        let log = database.folder.path().join("server.log");
        let mut world = Self {
            database,
            network,
            backend,
            processes: vec![(Vec::new(), None)],
            settings,
            log,
            token: String::new(),
            org: OrgId(Uuid::nil()),
            ours: Vec::new(),
            accounts: Vec::new(),
            people: Vec::new(),
            by_id: HashMap::new(),
            read: 0,
            campaign: Uuid::nil(),
            steps: Vec::new(),
            dice: Dice(seed),
        };
        world.start(0);
        world.processes[0].1.as_ref().unwrap().ready().await;
        (world.token, world.org) = world.processes[0].1.as_ref().unwrap().sign_up("a@example.com");
        world.meet(contacts).await;
        world.connect().await;
        world.unpace().await;
        if backend == Backend::Postgres {
            // What was one process goes on as several.
            world.processes.remove(0).1.unwrap().stop();
            for roles in ["api", "telegram", "worker", "worker"] {
                world.processes.push((vec!["--roles", roles], None));
                world.start(world.processes.len() - 1);
            }
            world.processes[0].1.as_ref().unwrap().ready().await;
        }
        Some(world)
    }

    fn start(&mut self, index: usize) {
        let log = File::options().create(true).append(true).open(&self.log).unwrap();
        let folder = self.database.folder.path().join("data");
        let (arguments, process) = &mut self.processes[index];
        *process = Some(Process::spawn(&folder, self.database.url(), arguments, &self.settings, Stdio::from(log)));
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.processes[0].1.as_ref().unwrap().call(method, path, &self.token, body.as_bytes())
    }

    fn try_get(&self, path: &str) -> Option<Value> {
        let (status, answer) = self.processes[0].1.as_ref().unwrap().try_call("GET", path, &self.token, b"")?;
        (status == 200).then(|| serde_json::from_slice(&answer).unwrap())
    }

    pub fn get(&self, path: &str) -> Value {
        self.call("GET", path, &Value::Null)
    }

    /// People of the network, and as many contacts with their names. One in five answers the first message, one the second.
    async fn meet(&mut self, contacts: usize) {
        let mut file = "Name,Telegram\n".to_owned();
        for number in 0..contacts {
            let person = NewPerson::new(&format!("1666{number:07}"), &format!("Bob{number}"));
            let id = self.network.add_person(person.username(&username(number)));
            let answers = [None, Some(0), None, Some(1), None][number % 5];
            self.by_id.insert(id, number);
            self.people.push(Person { id, answers, answered: false, got: Vec::new() });
            let _ = writeln!(file, "Bob{number},{}", username(number));
        }
        let path = "/api/crm/imports?recordType=contact&fileName=a.csv";
        let process = self.processes[0].1.as_ref().unwrap();
        let id = process.call("POST", path, &self.token, file.as_bytes())["id"].as_str().unwrap().to_owned();
        let mapping = json!([{"column": 0, "target": "name"}, {"column": 1, "target": "telegramUsername"}]);
        let path = format!("/api/crm/imports/{id}");
        self.call("POST", &format!("{path}/start"), &json!({"mapping": mapping, "duplicatePolicy": "create"}));
        let made = |import: &Value| import["counts"]["created"].as_u64() == Some(contacts as u64);
        self.until("the contacts are there", || made(&self.get(&path))).await;
    }

    async fn connect(&mut self) {
        for number in 0..ACCOUNTS {
            let phone = format!("1555{number:07}");
            self.ours.push(self.network.add_person(NewPerson::new(&phone, "Ann")));
            let asked = self.call("POST", "/api/bd-accounts/connect", &json!({"network": "sandbox", "phone": phone}));
            let id: Uuid = asked["account"]["id"].as_str().unwrap().parse().unwrap();
            let base = format!("/api/bd-accounts/{id}");
            self.call("POST", &format!("{base}/code"), &json!({ "code": CODE }));
            self.call("PUT", &format!("{base}/config"), &json!({ "workingHours": null, "quietHours": null }));
            self.accounts.push(id);
        }
    }

    /// Takes the limits and the pace of the accounts away, which would spread a few hundred first contacts over a day.
    async fn unpace(&self) {
        self.write(
            "update bd_accounts set preset = 'custom', messages_per_minute = 60000, messages_per_day = 1000000, \
             first_contacts_per_day = 1000000",
        )
        .await;
        let free = "messages_at = null, first_contacts_at = null";
        if self.backend == Backend::Sqlite {
            for when in ["insert", "update"] {
                self.write(&format!(
                    "create trigger no_pace_{when} after {when} on bd_account_pace begin \
                     update bd_account_pace set {free} where account_id = new.account_id; end"
                ))
                .await;
            }
            return;
        }
        self.write(
            "create function no_pace() returns trigger language plpgsql as $$ begin new.messages_at := null; \
             new.first_contacts_at := null; return new; end $$",
        )
        .await;
        self.write(
            "create trigger no_pace before insert or update on bd_account_pace for each row execute function no_pace()",
        )
        .await;
    }

    async fn write(&self, sql: &str) {
        let tx = self.database.db.begin(&Scope::system(self.org, "test")).await.unwrap();
        tx.execute_raw(Statement::from_string(self.database.db.backend(), sql.to_owned())).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        let scope = Scope::system(self.org, "test");
        let statement = Statement::from_string(self.database.db.backend(), sql.to_owned());
        self.database.db.reader(&scope).query_all_raw(statement).await.unwrap()
    }

    /// Starts a campaign with every contact in it.
    pub async fn begin(&mut self) {
        let policy = json!({ "timeZone": "UTC", "quiet": null, "coolDownDays": 0, "optOutEverywhere": true,
            "allowParallel": true });
        self.call("PUT", "/api/campaigns/policy", &json!({ "policy": policy }));
        let clock = Clock::system();
        let message = |text: &str| {
            let variant = json!({"id": clock.new_id(), "name": "A", "weight": 1, "text": text});
            json!({"id": clock.new_id(), "action": {"kind": "message", "variants": [variant]}})
        };
        let messages = TEXTS.map(message);
        self.steps = messages.iter().map(|step| step["id"].as_str().unwrap().parse().unwrap()).collect();
        let task = json!({"id": clock.new_id(), "action": {"kind": "task", "title": "Call", "dueInDays": 1}});
        let [one, two, three] = messages;
        let body = json!({
            "name": "Spring", "channel": "telegram", "accountIds": self.accounts, "steps": [one, two, task, three],
            "audience": {"source": {"kind": "filter", "filter": null, "search": null}},
            "schedule": {"inContactZone": false, "timeZone": "UTC",
                "windows": [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "to": "00:00"}]},
        });
        let made = self.call("POST", "/api/campaigns", &body);
        self.campaign = made["id"].as_str().unwrap().parse().unwrap();
        let path = format!("/api/campaigns/{}", self.campaign);
        self.until("the accounts are ready", || self.get(&format!("{path}/check"))["ready"] == true).await;
        self.call("POST", &format!("{path}/start"), &json!({"confirm": "Spring"}));
    }

    /// Lets the campaign run to its end while processes are killed: once as it enrols, then as it sends and people answer.
    pub async fn play(&mut self, kills: usize) {
        // So many messages are sent at least.
        let least: usize = self.people.iter().map(|person| person.answers.map_or(TEXTS.len(), |step| step + 1)).sum();
        let mut at: Vec<u64> = (1..kills).map(|_| self.dice.below(least as u64 * 19 / 20)).collect();
        at.sort_unstable();
        at.reverse();
        let pause = self.dice.below(300);
        sleep(Duration::from_millis(pause)).await;
        self.kill().await;
        let (mut sent, mut moved) = (0_u64, Instant::now());
        loop {
            let news = self.react();
            sent += news;
            if news > 0 {
                moved = Instant::now();
            }
            if at.last().is_some_and(|next| sent >= *next) {
                at.pop();
                let pause = self.dice.below(400);
                sleep(Duration::from_millis(pause)).await;
                self.kill().await;
            } else if at.is_empty() && news == 0 && self.is_finished() {
                break;
            }
            if moved.elapsed() > PATIENCE {
                let campaign = self.try_get(&format!("/api/campaigns/{}", self.campaign));
                panic!(
                    "{sent} of at least {least} sent, and nothing happens: {:?}",
                    campaign.map(|c| c["totals"].clone())
                );
            }
            sleep(Duration::from_millis(20)).await;
        }
        eprintln!("{sent} messages to {} people, {kills} kills", self.people.len());
    }

    fn is_finished(&self) -> bool {
        self.try_get(&format!("/api/campaigns/{}", self.campaign))
            .is_some_and(|campaign| campaign["state"] == "finished")
    }

    /// SIGKILL for one of the processes, which is started again.
    async fn kill(&mut self) {
        let index = usize::try_from(self.dice.below(self.processes.len() as u64)).unwrap();
        self.processes[index].1.take().unwrap().kill();
        self.start(index);
        // As a supervisor would, it leaves it some time.
        self.processes[index].1.as_ref().unwrap().ready().await;
    }

    /// Has people answer what came since the last time; gives how many messages came.
    fn react(&mut self) -> u64 {
        let mut news = 0;
        for line in self.network.log(self.read) {
            self.read = line.number;
            let LogEntry::Sent { chat: Peer::User(to), text, .. } = line.entry else { continue };
            let Some(number) = self.by_id.get(&to).copied().filter(|_| self.ours.contains(&line.account)) else {
                continue;
            };
            news += 1;
            let person = &mut self.people[number];
            let answers = person.answers.is_some_and(|step| TEXTS[step] == text) && !person.answered;
            person.got.push(Got { text, after_answer: person.answered });
            if answers {
                person.answered = true;
                let post = NewPost::text("Let us talk about it");
                self.network.send(person.id, Peer::User(line.account), post).unwrap();
            }
        }
        news
    }

    pub async fn until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let began = Instant::now();
        while !holds() {
            assert!(began.elapsed() < PATIENCE, "{what}: not in time");
            sleep(Duration::from_millis(100)).await;
        }
    }
}
