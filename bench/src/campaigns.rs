//! Campaigns over a million contacts: enrolling them, looks of the scheduler while all of them wait, steps that are due, and
//! what people see of it. The services are those of the product, over its database and in this process, so that one thing is
//! measured at a time; pages are asked of the real binary. Beside it the floor: as many rows, in plain statements.

mod bare;

use std::{fmt::Write, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use campaigns::{
    Campaigns,
    campaigns::{commands, lifecycle},
    sending::pass,
};
use chrono::TimeDelta;
use jobs::{Runner, Work};
use kernel::{Clock, Grants, Locale, OrgId, Reach, Scope, UserId};
use sea_orm::{ConnectionTrait, Statement, Value};
use serde_json::json;
use server::compose::App;
use settings::{Settings, Sources};
use telegram_network::{Network, Options};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::bare::Floor;
use crate::{
    inbox,
    load::{Client, request},
    process::Server,
    scenario::{Session, create_database, import_rows, sign_up_as},
};

pub struct Plan {
    pub rapport: PathBuf,
    /// Contacts that are enrolled.
    pub people: u64,
    /// Of them, those whose step is due.
    pub due: u64,
    /// Looks of the scheduler.
    pub looks: usize,
    /// Accounts that send.
    pub accounts: usize,
}

/// Rows of one file that is imported.
const ROWS: u64 = 200_000;
/// Contacts of a look at which a few are due.
const FEW: u64 = 10;
/// How often a page is asked for.
const TIMES: usize = 20;

/// Measures; gives a table.
pub async fn run(plan: &Plan, postgres: Option<&str>) -> Result<String> {
    let network =
        Network::start(Options { control: Some(SocketAddr::from(([127, 0, 0, 1], 0))), ..Options::new(1) }).await?;
    let folder = tempfile::tempdir()?;
    let url = match postgres {
        Some(server) => Some(create_database(server).await?),
        None => None,
    };
    let inbox = inbox_plan(plan);
    let around = inbox::Bench { plan: &inbox, network, folder: folder.path().to_owned(), url, table: String::new() };
    let server = around.start().await?;
    let owner = sign_up_as(server.port, "owner@example.com").await?;
    let accounts = fill(plan, &around, &server, &owner).await?;
    drop(server);
    let mut bench = Bench::open(plan, &around, &owner, accounts).await?;
    let name = if postgres.is_some() { "PostgreSQL" } else { "SQLite" };
    let _ = write!(
        bench.table,
        "\n### Campaigns, {name}, {} contacts\n\n| what | figure | floor | ratio |\n|---|---|---|---|\n",
        plan.people
    );
    bench.enrol().await?;
    bench.looks().await?;
    bench.pages(&around, &owner).await?;
    bench.due().await?;
    Ok(bench.table)
}

/// What of the inbox's bench is needed to have accounts.
fn inbox_plan(plan: &Plan) -> inbox::Plan {
    inbox::Plan {
        rapport: plan.rapport.clone(),
        messages: 0,
        chats: 0,
        burst: 0,
        accounts: plan.accounts,
        parts: String::new(),
        folder: None,
        seconds: 1,
        rounds: 1,
        connections: 1,
    }
}

/// Contacts, accounts that are connected, and a policy without caps; gives the accounts.
async fn fill(plan: &Plan, around: &inbox::Bench<'_>, server: &Server, owner: &Session) -> Result<Vec<Uuid>> {
    let mut from = 0;
    while from < plan.people {
        let to = (from + ROWS).min(plan.people);
        eprintln!("contacts up to {to} …");
        import_rows(server, owner, from..to).await?;
        from = to;
    }
    let mut accounts = Vec::new();
    for number in 0..plan.accounts.max(1) {
        accounts.push(around.connect(server, owner, &format!("1555{number:07}")).await?.parse()?);
    }
    let policy = json!({"policy": {"timeZone": "UTC", "quiet": null, "coolDownDays": 30, "optOutEverywhere": true,
        "allowParallel": false, "total": {"day": 5, "week": 20}}});
    let path = "/api/campaigns/policy";
    Client::open(server.port).await?.json(&request("PUT", path, &owner.headers, &policy.to_string())).await?;
    Ok(accounts)
}

/// The product's services over a filled database, and a campaign.
struct Bench<'a> {
    plan: &'a Plan,
    app: App,
    scope: Scope,
    accounts: Vec<Uuid>,
    campaign: Uuid,
    table: String,
}

/// Durations at these shares, ms.
fn at<const N: usize>(times: &mut [Duration], shares: [usize; N]) -> [f64; N] {
    times.sort_unstable();
    shares.map(|share| {
        let index = (times.len() * share / 100).min(times.len().saturating_sub(1));
        times.get(index).copied().unwrap_or_default().as_secs_f64() * 1000.0
    })
}

fn rate(rows: u64, took: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let rows = rows as f64;
    rows / took.as_secs_f64()
}

impl<'a> Bench<'a> {
    async fn open(plan: &'a Plan, around: &inbox::Bench<'_>, owner: &Session, accounts: Vec<Uuid>) -> Result<Self> {
        let mut environment = vec![
            ("RAPPORT_DATA_DIR".to_owned(), around.folder.display().to_string()),
            ("RAPPORT_DB_MAX_CONNECTIONS".to_owned(), "16".to_owned()),
        ];
        environment.extend(around.url.clone().map(|url| ("RAPPORT_DATABASE_URL".to_owned(), url)));
        let loaded = Settings::from_sources(Sources { file: None, environment });
        let settings = loaded.ok().context("settings")?.settings;
        let db = server::compose::open_database(&settings, Clock::system()).await?;
        let app = App::build(db, settings)?;
        let grants = Grants::of(contracts::permissions::ALL.iter().copied());
        let (org, user) = (OrgId(owner.org.parse()?), UserId(owner.user.parse()?));
        let scope = Scope::of_member(org, user, grants, Reach::ORGANIZATION, Locale::En, "bench".into());
        let bench = Self { plan, app, scope, accounts, campaign: Uuid::nil(), table: String::new() };
        // What a day's limits allow is not what is measured.
        let limits = "update bd_accounts set preset = 'custom', messages_per_minute = 60000, \
                      messages_per_day = 100000000, first_contacts_per_day = 100000000";
        bench.write(limits, Vec::new()).await?;
        bench.analyze().await?;
        Ok(bench)
    }

    fn service(&self) -> &Arc<Campaigns> {
        &self.app.campaigns
    }

    fn system(&self) -> Scope {
        Scope::system(self.scope.org_id, "bench")
    }

    fn say(&mut self, what: &str, figure: &str, floor: Option<(String, f64)>) {
        eprintln!("{what}: {figure}");
        let (floor, ratio) =
            floor.map_or_else(Default::default, |(text, ratio)| (text, format!("{:.0} %", 100.0 * ratio)));
        let _ = writeln!(self.table, "| {what} | {figure} | {floor} | {ratio} |");
    }

    async fn write(&self, sql: &str, values: Vec<Value>) -> Result<u64> {
        let tx = self.app.db.begin(&self.scope).await?;
        let done = tx.execute_raw(Statement::from_sql_and_values(self.app.db.backend(), sql, values)).await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }

    async fn count(&self, sql: &str) -> Result<u64> {
        let values = [self.scope.org_id.0.into(), self.campaign.into()];
        let statement = Statement::from_sql_and_values(self.app.db.backend(), sql, values);
        let row = self.app.db.reader(&self.scope).query_one_raw(statement).await?.context("a number")?;
        Ok(u64::try_from(row.try_get::<i64>("", "n")?)?)
    }

    /// As PostgreSQL does by itself within a minute: until then it plans for empty tables.
    async fn analyze(&self) -> Result<()> {
        if self.app.db.backend() == sea_orm::DbBackend::Postgres {
            self.write("analyze", Vec::new()).await?;
        }
        Ok(())
    }

    /// A campaign for everybody who fits a filter, started, and its audience read.
    async fn enrol(&mut self) -> Result<()> {
        let message = |text: &str| {
            let variant = json!({"id": self.app.db.clock().new_id(), "name": "A", "weight": 1, "text": text});
            json!({"id": self.app.db.clock().new_id(), "action": {"kind": "message", "variants": [variant]}})
        };
        let wait = json!({"id": self.app.db.clock().new_id(),
            "action": {"kind": "wait", "wait": {"until": "workingDays", "count": 3}}});
        let input = json!({
            "name": "Spring", "channel": "telegram", "accountIds": self.accounts,
            "audience": {"source": {"kind": "filter", "search": null,
                "filter": {"field": "jobTitle", "op": "eq", "value": "Manager"}}},
            "schedule": {"inContactZone": true, "timeZone": "UTC",
                "windows": [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "to": "00:00"}]},
            "steps": [message("Hello {{contact.firstName|there}}"), wait, message("Are you there?")],
        });
        let made = commands::create(self.service(), &self.scope, serde_json::from_value(input)?).await?;
        self.campaign = made.id;
        let begun = Instant::now();
        lifecycle::start(self.service(), &self.scope, made.id, lifecycle::StartRequest::default()).await?;
        let runner = Runner::new(self.app.db.clone(), Arc::clone(self.service()).works());
        runner.only(|kind| kind == "campaigns.enrol").run_until_idle().await?;
        let took = begun.elapsed();
        let came = self.count("select enrolled as n from campaigns where org_id = $1 and id = $2").await?;
        ensure!(came == self.plan.people, "{came} of {} contacts came in", self.plan.people);
        self.analyze().await?;
        let floor = Floor::over(&self.app.db, &self.scope).enrolments(self.campaign, came).await?;
        let figure = format!("{:.2} s ({:.0}/s; bound 60 s for 1 M)", took.as_secs_f64(), rate(came, took));
        let bare = format!("{:.2} s, to insert as many rows", floor.as_secs_f64());
        self.say(
            &format!("enrol {came} contacts by a filter"),
            &figure,
            Some((bare, floor.as_secs_f64() / took.as_secs_f64())),
        );
        Ok(())
    }

    /// Looks while everybody waits: when nobody is due, and when a few are, who are written to.
    async fn looks(&mut self) -> Result<()> {
        let later = self.app.db.clock().now() + TimeDelta::days(30);
        let sql = "update enrolments set due_at = $1 where org_id = $2 and campaign_id = $3 and state = 'waiting'";
        let ids = [self.scope.org_id.0.into(), self.campaign.into()];
        self.write(sql, [later.into()].into_iter().chain(ids).collect()).await?;
        self.analyze().await?;
        for few in [0, FEW] {
            let before = self.sent().await?;
            let mut times = Vec::with_capacity(self.plan.looks);
            for _ in 0..self.plan.looks.max(1) {
                self.make_due(few).await?;
                times.push(self.look().await?);
            }
            let queued = self.sent().await? - before;
            ensure!(queued == few * times.len() as u64, "{queued} messages were queued");
            let mut bare = Floor::over(&self.app.db, &self.scope).question(self.campaign, self.plan.looks).await?;
            let ([p50, p95], [floor]) = (at(&mut times, [50, 95]), at(&mut bare, [50]));
            let what = format!("a look of the scheduler, {few} due and queued");
            let bare = format!("p50 {floor:.2} ms, the question alone");
            self.say(&what, &format!("p50 {p50:.1}, p95 {p95:.1} ms (bound 50 ms)"), Some((bare, floor / p50)));
        }
        Ok(())
    }

    async fn sent(&self) -> Result<u64> {
        self.count(
            "select count(*) as n from campaign_sends where org_id = $1 and campaign_id = $2 and handed_at is not null",
        )
        .await
    }

    /// Makes so many of those due who wait the longest for their first message.
    async fn make_due(&self, many: u64) -> Result<()> {
        if many == 0 {
            return Ok(());
        }
        let sql = format!(
            "update enrolments set due_at = $1 where org_id = $2 and id in (select id from enrolments where org_id = $2 \
             and campaign_id = $3 and state = 'waiting' and place < 0 and due_at > $1 order by due_at, id limit {many})"
        );
        let now = self.app.db.clock().now();
        let done = self.write(&sql, vec![now.into(), self.scope.org_id.0.into(), self.campaign.into()]).await?;
        ensure!(done == many, "{done} contacts are due");
        Ok(())
    }

    /// One look of the scheduler, as its job takes it.
    async fn look(&self) -> Result<Duration> {
        let works = Arc::clone(self.service()).works();
        let tick: Arc<dyn Work> = works.into_iter().find(|work| work.kind() == "campaigns.tick").context("a look")?;
        let context = jobs::Context {
            job_id: self.app.db.clock().new_id(),
            scope: self.system(),
            attempt: 1,
            cancel: CancellationToken::new(),
        };
        let begun = Instant::now();
        tick.run(context, json!({})).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
        Ok(begun.elapsed())
    }

    /// What people look at, of the real binary.
    async fn pages(&mut self, around: &inbox::Bench<'_>, owner: &Session) -> Result<()> {
        let server = around.start().await?;
        let mut client = Client::open(server.port).await?;
        let base = format!("/api/campaigns/{}", self.campaign);
        for (what, path) in [
            ("list of campaigns", "/api/campaigns?limit=20".to_owned()),
            ("the campaign", base.clone()),
            ("its statistics", format!("{base}/stats")),
            ("its enrolments, page of 50", format!("{base}/enrolments?limit=50")),
            ("its enrolments that wait", format!("{base}/enrolments?limit=50&state=waiting")),
            ("its enrolments that were stopped", format!("{base}/enrolments?limit=50&state=stopped")),
            ("its log", format!("{base}/log?limit=50")),
            ("its forecast", format!("{base}/forecast")),
        ] {
            let asked = request("GET", &path, &owner.headers, "");
            let mut times = Vec::with_capacity(TIMES);
            for _ in 0..TIMES {
                let begun = Instant::now();
                client.json(&asked).await?;
                times.push(begun.elapsed());
            }
            let [p50, p95] = at(&mut times, [50, 95]);
            self.say(what, &format!("p50 {p50:.1}, p95 {p95:.1} ms"), None);
        }
        Ok(())
    }

    /// Steps that are due, with everything that belongs to them, until their messages stand in the queues.
    async fn due(&mut self) -> Result<()> {
        self.make_due(self.plan.due.min(self.plan.people.saturating_sub(FEW * self.plan.looks.max(1) as u64))).await?;
        let floor = Floor::over(&self.app.db, &self.scope);
        let (before, since) = (self.sent().await?, floor.since());
        let (begun, scope) = (Instant::now(), self.system());
        while pass(self.service(), &scope, self.campaign).await? {}
        let took = begun.elapsed();
        let sent = self.sent().await? - before;
        ensure!(sent > 0, "nothing was sent");
        let bare = floor.copy(&since).await?;
        let text = format!("{:.2} s, to copy the rows without their indexes of words", bare.as_secs_f64());
        let figure = format!("{:.0}/s, {:.2} s (bound 2000/s)", rate(sent, took), took.as_secs_f64());
        let what = format!("{sent} due steps decided and queued");
        self.say(&what, &figure, Some((text, bare.as_secs_f64() / took.as_secs_f64())));
        Ok(())
    }
}
