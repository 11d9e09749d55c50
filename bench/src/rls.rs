//! What keeping organizations apart costs on PostgreSQL: the statements of the product's own requests, overheard between it
//! and the database, asked again with policies and without, with a connection that has to be bound and with one that is.

mod replay;
mod wire;

use std::{collections::BTreeSet, fmt::Write, net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context, Result, ensure};
use sea_orm::{ConnectionTrait, Database};
use serde_json::json;
use telegram_network::{Network, Options};
use tokio::time::Instant;

use self::{
    replay::{MODES, Replay},
    wire::{Asked, Proxy, binding, opening},
};
use crate::{
    history::SELDOM,
    inbox,
    load::{Client, request},
    process::Server,
    scenario::{Board, Session, create_database, fill_board, ids, import, sign_up_as},
};

pub struct Plan {
    pub rapport: PathBuf,
    pub organizations: u64,
    /// Of the first organization; each other has a tenth as many.
    pub contacts: u64,
    pub deals: u64,
    pub messages: u64,
    /// How often an operation is asked in a round at most, and for how long.
    pub times: usize,
    pub seconds: u64,
    pub rounds: usize,
}

/// Messages of a chat.
const A_CHAT: u64 = 50;
/// How long anything may take that is waited for.
const PATIENCE: Duration = Duration::from_mins(5);
/// How often a request is overheard.
const LISTENED: usize = 5;

/// Measures; gives a table.
pub async fn run(plan: &Plan, postgres: &str) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let url = create_database(postgres).await?;
    let operations = {
        let network =
            Network::start(Options { control: Some(SocketAddr::from(([127, 0, 0, 1], 0))), ..Options::new(1) }).await?;
        let inbox = inbox_plan(plan);
        let beside = |url: &str| inbox::Bench {
            plan: &inbox,
            network: network.clone(),
            folder: folder.path().to_owned(),
            url: Some(url.to_owned()),
            table: String::new(),
        };
        let filled = fill(plan, &beside(&url)).await?;
        overhear(&beside(&copy(postgres, &url).await?), &filled).await?
    };
    measure(plan, &url, operations).await
}

/// What of the inbox's bench is needed to have messages.
fn inbox_plan(plan: &Plan) -> inbox::Plan {
    inbox::Plan {
        rapport: plan.rapport.clone(),
        messages: plan.messages,
        chats: 0,
        burst: 0,
        accounts: 0,
        parts: String::new(),
        folder: None,
        seconds: plan.seconds,
        rounds: plan.rounds,
        connections: 1,
    }
}

/// The first organization.
struct Filled {
    owner: Session,
    contacts: Vec<String>,
    board: Board,
}

/// Fills all organizations through the API.
async fn fill(plan: &Plan, bench: &inbox::Bench<'_>) -> Result<Filled> {
    let server = bench.start().await?;
    let mut first = None;
    for n in 0..plan.organizations.max(2) {
        let share = |all: u64| if n == 0 { all } else { (all / 10).max(1) };
        eprintln!("organization {} …", n + 1);
        let owner = sign_up_as(server.port, &format!("owner{n}@example.com")).await?;
        import(&server, &owner, share(plan.contacts)).await?;
        let board = fill_board(&server, &owner, share(plan.deals)).await?;
        let account = bench.connect(&server, &owner, &format!("1555{n:07}")).await?;
        let chats = (share(plan.messages) / A_CHAT).clamp(1, crate::history::MOST_CHATS);
        bench.take_in(&server, &owner, &account, (0, chats), share(plan.messages).max(chats)).await?;
        if first.is_none() {
            let contacts = ids(&server, &owner).await?;
            first = Some(Filled { owner, contacts, board });
        }
    }
    let filled = first.context("an organization")?;
    drop(server);
    if let Some(url) = &bench.url {
        // As it does by itself within a minute: until then it plans for empty tables.
        let database = Database::connect(url).await?;
        database.execute_unprepared("vacuum analyze").await?;
        database.close().await?;
    }
    Ok(filled)
}

/// A copy of the database, in which the product may write what is then asked of the original.
async fn copy(postgres: &str, url: &str) -> Result<String> {
    let (base, name) = url.rsplit_once('/').context("a database, in its address")?;
    let copy = format!("{name}_overheard");
    let admin = Database::connect(postgres).await?;
    let started = Instant::now();
    // Not before the last connection of the product is gone.
    while let Err(error) = admin.execute_unprepared(&format!("create database {copy} template {name}")).await {
        if started.elapsed() > PATIENCE {
            return Err(error).context("the database cannot be copied");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Ok(format!("{base}/{copy}"))
}

/// What the product asks for a request.
struct Operation {
    name: &'static str,
    asked: Vec<Asked>,
}

/// A request, which differs each time; and what its statements hold, of those that are meant.
struct Wanted {
    name: &'static str,
    make: Box<dyn Fn(usize) -> Vec<u8> + Send>,
    meant: &'static str,
}

/// Has the product answer each request some times, and hears what it asks the database.
async fn overhear(bench: &inbox::Bench<'_>, filled: &Filled) -> Result<Vec<Operation>> {
    let (proxy, url) = Proxy::start(bench.url.as_deref().context("an address")?).await?;
    let bench = inbox::Bench {
        plan: bench.plan,
        network: bench.network.clone(),
        folder: bench.folder.clone(),
        url: Some(url),
        table: String::new(),
    };
    let server = bench.start().await?;
    let org = &filled.owner.org;
    quiet(&proxy, org).await;
    let mut operations = Vec::new();
    for wanted in wanted(filled) {
        eprintln!("listening: {} …", wanted.name);
        operations.push(listen(&server, &proxy, org, &wanted).await?);
    }
    // Otherwise something else would be measured than what it does.
    ensure!(proxy.has_heard(&binding(org)), "the product does not bind a connection like this any more");
    ensure!(proxy.has_heard(&opening(org)), "the product does not bind a transaction like this any more");
    Ok(operations)
}

/// Waits until nothing is done for the organization any more but what is asked.
async fn quiet(proxy: &Proxy, org: &str) {
    let (started, mut silent) = (Instant::now(), 0);
    while silent < 3 {
        if started.elapsed() > PATIENCE {
            eprintln!("the product does not come to rest: more is overheard than belongs to a request");
            return;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        silent = if proxy.take(org).is_empty() { silent + 1 } else { 0 };
    }
}

/// The statements of a request: the fewest of several times, since others may be asked meanwhile; where only some are meant,
/// of which the product keeps answers, the most.
async fn listen(server: &Server, proxy: &Proxy, org: &str, wanted: &Wanted) -> Result<Operation> {
    let mut client = Client::open(server.port).await?;
    let mut heard: Vec<Vec<Asked>> = Vec::new();
    for n in 0..LISTENED {
        // What the request before has set off is over by then.
        tokio::time::sleep(Duration::from_millis(500)).await;
        proxy.take(org);
        client.json(&(wanted.make)(n)).await.with_context(|| wanted.name)?;
        let mut asked = proxy.take(org);
        asked.retain(|asked| asked.sql.to_ascii_lowercase().contains(wanted.meant));
        heard.push(asked);
    }
    heard.retain(|asked| !asked.is_empty());
    heard.sort_by_key(Vec::len);
    let asked = if wanted.meant.is_empty() { heard.into_iter().next() } else { heard.pop() };
    let asked = asked.with_context(|| format!("{}: nothing was asked of the database", wanted.name))?;
    Ok(Operation { name: wanted.name, asked })
}

/// The requests whose statements are measured.
fn wanted(filled: &Filled) -> Vec<Wanted> {
    let headers = &filled.owner.headers;
    let read = |name, path: String| {
        let headers = headers.clone();
        Wanted { name, make: Box::new(move |_| request("GET", &path, &headers, "")), meant: "" }
    };
    let write = |name, method: &'static str, make: Box<dyn Fn(usize) -> (String, serde_json::Value) + Send>| {
        let headers = headers.clone();
        let make = move |n| {
            let (path, body) = make(n);
            request(method, &path, &headers, &body.to_string())
        };
        Wanted { name, make: Box::new(make), meant: "" }
    };
    let filter = |field: &str, value: &str| {
        let filter = json!({"field": field, "op": "startsWith", "value": value}).to_string();
        format!("/api/crm/contacts?limit=20&filter={}", encoded(&filter))
    };
    let contact = filled.contacts.first().cloned().unwrap_or_default();
    let pipeline = &filled.board.pipeline;
    let mut all = vec![
        read("list page of 20", "/api/crm/contacts?limit=20".to_owned()),
        read("get by id", format!("/api/crm/contacts/{contact}")),
        read("filter by company", filter("companyName", "company77")),
        read("search", "/api/crm/contacts?limit=20&search=smith17".to_owned()),
        read("deals, page of 20", "/api/crm/deals?limit=20".to_owned()),
        read("board", format!("/api/pipeline/{pipeline}/board")),
        read("inbox, page of 50", "/api/messaging/inbox?limit=50".to_owned()),
        read("counts of the inbox", "/api/messaging/inbox/counts".to_owned()),
        read("search of messages", format!("/api/messaging/search?q={}", encoded(SELDOM))),
    ];
    // Another one each time: totals are kept for some seconds.
    let names =
        ["Anna Smith1", "Marco Smith2", "Omar Smith3", "Zoë Smith5", "Li Smith6"].map(|name| filter("name", name));
    let own = headers.clone();
    let count = move |n: usize| request("GET", &names[n % names.len()], &own, "");
    all.push(Wanted { name: "count of a filtered list", make: Box::new(count), meant: "count(*)" });

    let contacts = filled.contacts.clone();
    let (stages, deals) = (filled.board.stages.clone(), filled.board.deals.clone());
    let stage = stages.first().cloned().unwrap_or_default();
    all.extend([
        write(
            "create a contact",
            "POST",
            Box::new(|n| {
                let body = json!({"name": format!("New Person{n}"), "emails": [format!("new{n}@example.com")]});
                ("/api/crm/contacts".to_owned(), body)
            }),
        ),
        write(
            "change a contact",
            "PATCH",
            Box::new(move |n| {
                let path = format!("/api/crm/contacts/{}", contacts[(n + 1) % contacts.len()]);
                (path, json!({"jobTitle": format!("Head of {n}")}))
            }),
        ),
        write(
            "open a deal",
            "POST",
            Box::new(move |n| {
                let body = json!({"title": format!("New deal {n}"), "amountMinor": 100, "stageId": stage});
                ("/api/crm/deals".to_owned(), body)
            }),
        ),
        write(
            "move a deal",
            "PATCH",
            Box::new(move |n| {
                // Deals stand in the stages by turns.
                let path = format!("/api/crm/deals/{}/stage", deals[n % deals.len()]);
                (path, json!({"stageId": stages[(n + 1) % stages.len()]}))
            }),
        ),
    ]);
    all
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02X}"))
}

/// Times of an operation, ms: one in each mode.
type Times = [f64; MODES.len()];

/// Asks each operation in all modes by turns, and looks how its rows are found.
async fn measure(plan: &Plan, url: &str, operations: Vec<Operation>) -> Result<String> {
    let org = operations.first().and_then(|operation| operation.asked.first()).context("statements")?.org.clone();
    let mut replay = Replay::connect(url, &org).await?;
    let mut text = format!(
        "\n### Row-level security\n\n{} organizations, {} contacts, {} deals and {} messages in the first; policies on {} \
         tables. Median of {} rounds, ms.\n\n| operation | statements | neither | policies | binding | both | ways |\n\
         |---|---|---|---|---|---|---|\n",
        plan.organizations.max(2),
        plan.contacts,
        plan.deals,
        plan.messages,
        replay.tables(),
        plan.rounds.max(1),
    );
    let (mut differing, mut spreads) = (String::new(), Vec::new());
    for operation in operations {
        eprintln!("{} …", operation.name);
        let (same, compared) = ways(&mut replay, &operation, &mut differing).await?;
        let rounds = times(plan, &mut replay, &operation).await?;
        let median = |mode: usize| {
            let mut all: Vec<f64> = rounds.iter().map(|times| times[mode]).collect();
            all.sort_by(f64::total_cmp);
            (all[all.len() / 2], all[all.len() - 1] - all[0])
        };
        let (neither, _) = median(0);
        for mode in 0..MODES.len() {
            let (middle, spread) = median(mode);
            spreads.push(100.0 * spread / middle);
        }
        let beside = |mode: usize| {
            let (middle, _) = median(mode);
            format!("{middle:.3} ({:+.0} %)", 100.0 * (middle / neither - 1.0))
        };
        let compared = if compared == 0 { String::new() } else { format!(", row by row in {compared}") };
        let _ = writeln!(
            text,
            "| {} | {} | {neither:.3} | {} | {} | {} | {}{compared} |",
            operation.name,
            operation.asked.len(),
            beside(2),
            beside(1),
            beside(3),
            if same { "same" } else { "**differ**" },
        );
    }
    spreads.sort_by(f64::total_cmp);
    let spread = spreads.get(spreads.len() / 2).copied().unwrap_or_default();
    let _ = writeln!(text, "\nThe rounds of an operation lie within {spread:.0} % of each other (median of all).");
    text.push_str(&differing);
    Ok(text)
}

/// The times of every round. All modes must find and change the same number of rows.
async fn times(plan: &Plan, replay: &mut Replay, operation: &Operation) -> Result<Vec<Times>> {
    let longest = Duration::from_secs(plan.seconds);
    let (mut rounds, mut counts) = (Vec::new(), BTreeSet::new());
    for round in 0..plan.rounds.max(1) {
        let mut times = [0.0; MODES.len()];
        for turn in 0..MODES.len() {
            // Every second round the other way round.
            let mode = if round % 2 == 0 { turn } else { MODES.len() - 1 - turn };
            let (time, rows) = replay.measure(&operation.asked, MODES[mode], plan.times, longest).await?;
            times[mode] = time;
            counts.insert(rows);
        }
        rounds.push(times);
    }
    ensure!(counts.len() == 1 && !counts.contains(&0), "{}: {counts:?} rows in different modes", operation.name);
    Ok(rounds)
}

/// Whether all statements of an operation find their rows the same way with and without policies, and how many scans compare
/// the organization row by row. What differs is added to the text.
async fn ways(replay: &mut Replay, operation: &Operation, differing: &mut String) -> Result<(bool, usize)> {
    let (mut same, mut compared) = (true, 0);
    let mut bare = Vec::new();
    for asked in &operation.asked {
        bare.push(replay.way(asked, false).await?);
    }
    for (asked, without) in operation.asked.iter().zip(bare) {
        let with = replay.way(asked, true).await?;
        compared += with.compared;
        if with.steps != without.steps {
            same = false;
            let head: String = asked.sql.chars().take(160).collect();
            let (without, with) = (without.steps.join(", "), with.steps.join(", "));
            let _ = write!(
                differing,
                "\n{}: `{head}` finds its rows another way under policies\n\n- without: {without}\n- with: {with}\n",
                operation.name
            );
        }
    }
    Ok((same, compared))
}
