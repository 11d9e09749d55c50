//! The inbox under load: an export of Telegram Desktop that is taken in, lists and search over what it brought, a burst of
//! messages from a network until a socket has been told of each, and the memory of accounts that are only connected. Beside it
//! the floor, where there is one: the same question as bare SQL, and the rows of an import copied within SQLite.

use std::{
    fmt::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, Statement};
use serde_json::{Value, json};
use telegram_network::{CODE, Network, NewPerson, NewPost, Options, Peer};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use crate::{
    history::{self, FREQUENT, MOST_CHATS, RARE, SELDOM},
    live,
    load::{Client, Round, Side, request},
    process::Server,
    scenario::{Session, create_database, sign_up_as},
};

pub struct Plan {
    pub rapport: PathBuf,
    /// Of the export that is taken in.
    pub messages: u64,
    pub chats: u64,
    /// Messages that come at once.
    pub burst: u32,
    /// Accounts that are only connected.
    pub accounts: usize,
    /// What is measured, by name.
    pub parts: String,
    /// Where the database is kept, on SQLite.
    pub folder: Option<PathBuf>,
    pub seconds: u64,
    pub rounds: usize,
    pub connections: usize,
}

impl Plan {
    fn has(&self, part: &str) -> bool {
        self.parts.split(',').any(|wanted| wanted == part)
    }
}

/// People whose messages come in the burst.
const WRITERS: u32 = 50;
/// How long anything may take that is waited for.
const PATIENCE: Duration = Duration::from_mins(20);

/// How long a burst may take.
const PATIENCE_OF_BURST: Duration = Duration::from_mins(2);

/// A person of the network, and what the product calls their account.
const PHONE: &str = "15550000001";

/// Measures; gives a table.
pub async fn run(plan: &Plan, postgres: Option<&str>) -> Result<String> {
    let network =
        Network::start(Options { control: Some(SocketAddr::from(([127, 0, 0, 1], 0))), ..Options::new(1) }).await?;
    let temporary = tempfile::tempdir()?;
    let kept = plan.folder.as_deref().filter(|_| postgres.is_none());
    let folder = kept.unwrap_or(temporary.path());
    let url = match postgres {
        Some(server) => Some(create_database(server).await?),
        None => None,
    };
    let mut bench = Bench { plan, network, folder: folder.to_owned(), url, table: String::new() };
    let name = if postgres.is_some() { "PostgreSQL" } else { "SQLite" };
    let _ = write!(bench.table, "\n### Inbox, {name}\n\n| what | figure | floor | ratio |\n|---|---|---|---|\n");
    bench.all().await?;
    Ok(bench.table)
}

/// What is measured, beside a network of its own.
pub struct Bench<'a> {
    pub plan: &'a Plan,
    pub network: Network,
    pub folder: PathBuf,
    pub url: Option<String>,
    pub table: String,
}

impl Bench<'_> {
    async fn all(&mut self) -> Result<()> {
        let server = self.start().await?;
        let owner = sign_up_as(server.port, "owner@example.com").await?;
        let account = self.connect(&server, &owner, PHONE).await?;
        if self.plan.has("import") || self.plan.has("queries") {
            self.import(&server, &owner, &account).await?;
        }
        drop(server);
        if let Some(url) = &self.url {
            // As it does by itself within a minute: until then it plans for empty tables.
            Database::connect(url).await?.execute_unprepared("vacuum analyze").await?;
        }
        let server = self.start().await?;
        if self.plan.has("queries") {
            self.queries(&server, &owner, &account).await?;
        }
        if self.plan.has("burst") {
            self.burst(&server, &owner).await?;
        }
        if self.plan.has("idle") {
            // What queries and the burst left in memory is not of these accounts.
            drop(server);
            let server = self.start().await?;
            self.idle(&server, &owner).await?;
        }
        Ok(())
    }

    fn say(&mut self, what: &str, figure: &str) {
        eprintln!("{what}: {figure}");
        let _ = writeln!(self.table, "| {what} | {figure} | | |");
    }

    /// What the floor needs for the same, and how much of its speed the product has.
    fn compare(&mut self, what: &str, figure: &str, floor: &str, ratio: f64) {
        eprintln!("{what}: {figure} (floor: {floor})");
        let _ = writeln!(self.table, "| {what} | {figure} | {floor} | {:.0} % |", 100.0 * ratio);
    }

    /// The address of the database.
    fn url(&self) -> String {
        self.url.clone().unwrap_or_else(|| database_in(&self.folder))
    }

    /// Starts the product beside the network.
    pub async fn start(&self) -> Result<Server> {
        let control = self.network.control().context("where the network takes commands")?;
        let settings = [("RAPPORT_SANDBOX_SERVER", control.to_string())];
        Server::rapport_with(&self.plan.rapport, &self.folder, self.url.as_deref(), &settings).await
    }

    /// Somebody new in the network, connected in the product; gives the account.
    pub async fn connect(&self, server: &Server, session: &Session, phone: &str) -> Result<String> {
        self.network.add_person(NewPerson::new(phone, "Ann"));
        let mut client = Client::open(server.port).await?;
        let body = json!({"network": "sandbox", "phone": format!("+{phone}")}).to_string();
        let asked = client.json(&request("POST", "/api/bd-accounts/connect", &session.headers, &body)).await?;
        let id = asked["account"]["id"].as_str().context("an account")?.to_owned();
        let path = format!("/api/bd-accounts/{id}/code");
        client.json(&request("POST", &path, &session.headers, &json!({"code": CODE}).to_string())).await?;
        Ok(id)
    }

    /// Takes the export in, and then chats of one message until there are enough.
    async fn import(&mut self, server: &Server, session: &Session, account: &str) -> Result<()> {
        let chats = self.plan.chats.min(MOST_CHATS);
        let (upload, import) = self.take_in(server, session, account, (0, chats), self.plan.messages).await?;
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let rate = self.plan.messages as f64 / import.as_secs_f64();
        let what = format!("import of {} messages in {chats} chats", self.plan.messages);
        let figure = format!("{:.1} s ({rate:.0}/s)", import.as_secs_f64());
        match self.copy().await? {
            Some(copy) => {
                let floor = format!("{:.1} s, to copy the rows", copy.as_secs_f64());
                self.compare(&what, &figure, &floor, copy.as_secs_f64() / import.as_secs_f64());
            }
            None => self.say(&what, &figure),
        }
        self.say("upload of that export with its preview", &format!("{:.1} s", upload.as_secs_f64()));
        let mut from = chats;
        while from < self.plan.chats {
            let to = (from + MOST_CHATS).min(self.plan.chats);
            self.take_in(server, session, account, (from, to), to - from).await?;
            from = to;
        }
        Ok(())
    }

    /// How long SQLite needs to copy the messages into an empty table with the same indexes and full text, in one statement.
    async fn copy(&self) -> Result<Option<Duration>> {
        if self.url.is_some() {
            return Ok(None);
        }
        let empty = tempfile::tempdir()?;
        drop(Server::rapport_with(&self.plan.rapport, empty.path(), None, &[]).await?);
        let mut options = ConnectOptions::new(database_in(empty.path()));
        options.max_connections(1);
        let database = Database::connect(options).await?;
        database.execute_unprepared("pragma synchronous = normal; pragma cache_size = -32000").await?;
        let attach = format!("attach '{}' as other", self.folder.join("rapport.db").display());
        database.execute_unprepared(&attach).await?;
        let started = Instant::now();
        database.execute_unprepared("insert into messages select * from other.messages").await?;
        let took = started.elapsed();
        database.close().await?;
        Ok(Some(took))
    }

    /// How long the upload took, and how long taking it in.
    pub async fn take_in(
        &self,
        server: &Server,
        session: &Session,
        account: &str,
        (from, to): (u64, u64),
        messages: u64,
    ) -> Result<(Duration, Duration)> {
        let file = tempfile::NamedTempFile::new()?;
        history::write(file.path(), from, to, messages)?;
        let head = format!(
            "POST /api/messaging/imports?fileName=result.json HTTP/1.1\r\nhost: localhost\r\n{}content-type: \
             application/octet-stream\r\n",
            session.headers
        );
        let started = Instant::now();
        let mut client = Client::open(server.port).await?;
        let preview = client.upload(&head, file.path()).await?;
        let upload = started.elapsed();
        let chats: Vec<Value> = (from..to).map(|n| json!({"id": history::chat_id(n).to_string()})).collect();
        let path = format!("/api/messaging/imports/{}", preview["id"].as_str().context("an import")?);
        let body = json!({"accountId": account, "chats": chats}).to_string();
        let started = Instant::now();
        client.json(&request("POST", &format!("{path}/start"), &session.headers, &body)).await?;
        loop {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let import = client.json(&request("GET", &path, &session.headers, "")).await?;
            match import["status"].as_str() {
                Some("running") if started.elapsed() < PATIENCE => {}
                Some("completed") if import["messagesNew"] == json!(messages / (to - from) * (to - from)) => {
                    return Ok((upload, started.elapsed()));
                }
                _ => bail!("not every message was taken in: {} {}", import["status"], import["messagesNew"]),
            }
        }
    }

    /// Somebody with a role in the organization.
    async fn colleague(&self, server: &Server, session: &Session, role: &str) -> Result<Session> {
        let colleague = sign_up_as(server.port, &format!("{role}@example.com")).await?;
        let options = db::Options { url: self.url(), max_connections: 2 };
        let clock = kernel::Clock::system();
        let now = clock.now();
        let database = db::Db::connect(&options, clock).await?;
        let tx = database.begin_system().await?;
        let (org, user): (uuid::Uuid, uuid::Uuid) = (session.org.parse()?, colleague.user.parse()?);
        let sql = "insert into memberships (org_id, user_id, roles, created_at) values ($1, $2, $3, $4)";
        let values = [org.into(), user.into(), format!("[\"{role}\"]").into(), now.into()];
        tx.execute_raw(Statement::from_sql_and_values(database.backend(), sql, values)).await?;
        tx.commit().await?;
        let path = format!("/api/auth/organizations/{}/switch", session.org);
        let answer = Client::open(server.port).await?.json(&request("POST", &path, &colleague.headers, "{}")).await?;
        let token = answer["accessToken"].as_str().context("a token")?;
        let headers = format!("authorization: Bearer {token}\r\n");
        Ok(Session { token: token.to_owned(), headers, org: session.org.clone(), user: colleague.user })
    }

    async fn queries(&mut self, server: &Server, owner: &Session, account: &str) -> Result<()> {
        let agent = self.colleague(server, owner, "agent").await?;
        let floor = Server::floor(&self.url(), &owner.org).await?;
        self.questions(server, Some(&floor), owner, "").await?;
        drop(floor);
        self.questions(server, None, &agent, ", agent without an account").await?;
        let allow = json!({"allowedUserIds": [agent.user]}).to_string();
        let path = format!("/api/bd-accounts/{account}/config");
        Client::open(server.port).await?.json(&request("PUT", &path, &owner.headers, &allow)).await?;
        self.questions(server, None, &agent, ", agent with the account").await
    }

    /// Asks what is asked of an inbox, the floor in turns where it knows the answer.
    async fn questions(&mut self, server: &Server, floor: Option<&Server>, who: &Session, of: &str) -> Result<()> {
        let encoded = |word: &str| word.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02X}"));
        let joined = |words: &[&str], by: &str| words.iter().map(|word| encoded(word)).collect::<Vec<_>>().join(by);
        let search = |words: &[&str]| {
            let path = format!("/api/messaging/search?q={}", joined(words, "%20"));
            (path, Some(format!("/messages?words={}", joined(words, ","))))
        };
        let list = |rest: &str| (format!("/api/messaging/inbox?limit=50{rest}"), None);
        for (what, (path, bare)) in [
            ("inbox", (list("").0, Some("/inbox".to_owned()))),
            ("inbox, unassigned", list("&queue=unassigned")),
            ("inbox, mine", list("&queue=mine")),
            ("inbox, by name", list("&search=smith17")),
            ("counts of the inbox", ("/api/messaging/inbox/counts".to_owned(), None)),
            ("search, one message in 10", search(&[FREQUENT])),
            ("search, one in 1000", search(&[SELDOM])),
            ("search, one in 50 000", search(&[RARE])),
            ("search, two words", search(&[FREQUENT, &history::word(7)])),
            ("search, beginnings", search(&["дог", &history::word(3)[..6]])),
        ] {
            let headers = who.headers.clone();
            let product = Side::new(server.port, 200, Arc::new(move |_| request("GET", &path, &headers, "")));
            let floor = floor
                .zip(bare)
                .map(|(floor, path)| Side::new(floor.port, 200, Arc::new(move |_| request("GET", &path, "", ""))));
            let (own, bare) = self.ask(product, floor).await?;
            let figure = |round: Round| {
                let Round { per_second, p50_ms, p95_ms, p99_ms } = round;
                format!("p50 {p50_ms:.1}, p95 {p95_ms:.1}, p99 {p99_ms:.1} ms, {per_second:.0}/s")
            };
            let what = format!("{what}{of}");
            match bare {
                Some(bare) => self.compare(&what, &figure(own), &figure(bare), own.per_second / bare.per_second),
                None => self.say(&what, &figure(own)),
            }
        }
        Ok(())
    }

    /// The median round of several, of product and floor in turns.
    async fn ask(&self, mut product: Side, mut floor: Option<Side>) -> Result<(Round, Option<Round>)> {
        let (connections, seconds) = (self.plan.connections, self.plan.seconds);
        let (mut own, mut bare) = (Vec::new(), Vec::new());
        product.round(connections, 1).await?;
        if let Some(floor) = &mut floor {
            floor.round(connections, 1).await?;
        }
        for _ in 0..self.plan.rounds {
            own.push(product.round(connections, seconds).await?);
            if let Some(floor) = &mut floor {
                bare.push(floor.round(connections, seconds).await?);
            }
        }
        let median = |mut rounds: Vec<Round>| {
            rounds.sort_by(|a, b| a.p95_ms.total_cmp(&b.p95_ms));
            rounds.get(rounds.len() / 2).copied()
        };
        Ok((median(own).context("a round")?, median(bare)))
    }

    /// Messages of many people at once; the time until a socket has been told of the last.
    async fn burst(&mut self, server: &Server, owner: &Session) -> Result<()> {
        let phone = "15550000002";
        let ann = self.network.add_person(NewPerson::new(phone, "Ann"));
        let people: Vec<i64> =
            (0..WRITERS).map(|n| self.network.add_person(NewPerson::new(&format!("1666{n:07}"), "Bob"))).collect();
        for person in &people {
            self.network.send(*person, Peer::User(ann), NewPost::text("hello"))?;
        }
        let account = self.connect(server, owner, phone).await?;
        self.choose(server, owner, &account, &people).await?;
        let mut socket = live::connect(server.port, &owner.token).await?;
        let wanted = self.plan.burst / WRITERS * WRITERS;
        let network = self.network.clone();
        let started = Instant::now();
        let writing = tokio::task::spawn_blocking(move || {
            for n in 0..wanted / WRITERS {
                for person in &people {
                    network.send(*person, Peer::User(ann), NewPost::text(format!("burst {n}")))?;
                }
            }
            Ok::<_, anyhow::Error>(started.elapsed())
        });
        let mut told = 0;
        while told < wanted {
            let left = PATIENCE_OF_BURST.saturating_sub(started.elapsed());
            let Ok(Some(Ok(message))) = tokio::time::timeout(left, socket.next()).await else {
                bail!("the socket was told of {told} of {wanted}");
            };
            let Ok(text) = message.to_text() else { continue };
            if text == "2" {
                socket.send(Message::text("3")).await?;
            }
            told += u32::from(text.contains("\"message.received\""));
        }
        let took = started.elapsed();
        let written = writing.await??;
        let rate = f64::from(wanted) / took.as_secs_f64();
        let figure = format!(
            "{rate:.0}/s ({wanted} in {:.1} s; the network wrote them in {:.1} s)",
            took.as_secs_f64(),
            written.as_secs_f64()
        );
        self.say(&format!("burst of {wanted} messages in {WRITERS} chats, stored and pushed"), &figure);
        Ok(())
    }

    /// Chooses these chats once they are listed, and waits until their history is read in.
    async fn choose(&self, server: &Server, owner: &Session, account: &str, people: &[i64]) -> Result<()> {
        let mut client = Client::open(server.port).await?;
        let base = format!("/api/bd-accounts/{account}");
        let started = Instant::now();
        loop {
            let answer = client.json(&request("GET", &format!("{base}/dialogs"), &owner.headers, "")).await?;
            if answer["items"].as_array().is_some_and(|items| !items.is_empty()) {
                break;
            }
            if started.elapsed() > PATIENCE {
                bail!("the chats of the account were not listed");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let chats: Vec<Value> = people.iter().map(|id| json!({"chatId": id.to_string()})).collect();
        let body = json!({"chats": chats, "days": null}).to_string();
        client.json(&request("POST", &format!("{base}/sync-chats"), &owner.headers, &body)).await?;
        // It hears of it in a moment.
        tokio::time::sleep(Duration::from_secs(2)).await;
        Ok(())
    }

    async fn idle(&mut self, server: &Server, owner: &Session) -> Result<()> {
        tokio::time::sleep(Duration::from_secs(10)).await;
        let before = server.resident_mib().unwrap_or_default();
        let mut connected = Vec::new();
        for n in 0..self.plan.accounts {
            connected.push(self.connect(server, owner, &format!("1777{n:07}")).await?);
        }
        let mut client = Client::open(server.port).await?;
        let started = Instant::now();
        for account in &connected {
            let path = format!("/api/bd-accounts/{account}/status");
            loop {
                let status = client.json(&request("GET", &path, &owner.headers, "")).await?;
                if status["isConnected"] == true {
                    break;
                }
                if started.elapsed() > PATIENCE {
                    bail!("not every account came to be connected: {status}");
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        tokio::time::sleep(Duration::from_secs(10)).await;
        let after = server.resident_mib().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a size to show")]
        let each = (after - before) / connected.len().max(1) as f64;
        let figure = format!("{each:.2} MiB each ({before:.0} → {after:.0} MiB)");
        self.say(&format!("{} accounts that are only connected", connected.len()), &figure);
        Ok(())
    }
}

fn database_in(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("rapport.db").display())
}
