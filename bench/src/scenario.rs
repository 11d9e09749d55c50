//! One run on one database: fill it by importing a CSV through the product, then measure each operation of the product
//! and of the floor in turns.

use std::{fmt::Write, ops::Range, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    load::{Client, Request, Round, Side, request},
    process::Server,
};

/// What is measured.
pub struct Plan {
    pub rapport: PathBuf,
    pub contacts: u64,
    pub deals: u64,
    pub seconds: u64,
    pub rounds: usize,
    pub connections: usize,
    /// Part of the names of the operations to be measured.
    pub operation: String,
}

/// One operation of both.
pub struct Measured {
    pub name: &'static str,
    pub product: Round,
    pub floor: Round,
}

/// What came out on one database.
pub struct Outcome {
    pub database: &'static str,
    pub measured: Vec<Measured>,
    pub import_rows_per_second: f64,
    /// Of a bulk edit of every contact, and of its undo; only where everything is measured.
    pub bulk_rows_per_second: Option<(f64, f64)>,
    pub idle_mib: f64,
    pub start: Duration,
    pub binary_mib: f64,
}

/// Words that many, some and few contacts have.
const WORDS: [&str; 4] = ["anna", "smith1", "company77", "person4242"];

/// Runs everything on SQLite, or on a database of its own on this PostgreSQL server.
pub async fn run(plan: &Plan, postgres: Option<&str>) -> Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let url = match postgres {
        Some(server) => Some(create_database(server).await?),
        None => None,
    };
    let server = Server::rapport(&plan.rapport, folder.path(), url.as_deref()).await?;
    let session = sign_up(server.port).await?;
    let import_rows_per_second = import(&server, &session, plan.contacts).await?;
    let ids = ids(&server, &session).await?;
    let board = fill_board(&server, &session, plan.deals).await?;
    let bulk_rows_per_second = match plan.operation.as_str() {
        "" | "bulk" => Some(bulk(&server, &session, plan.contacts).await?),
        _ => None,
    };
    drop(server);
    if let Some(url) = &url {
        // As it does by itself within a minute: until then it plans for empty tables.
        Database::connect(url).await?.execute_unprepared("vacuum analyze").await?;
    }

    let server = Server::rapport(&plan.rapport, folder.path(), url.as_deref()).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle_mib = server.resident_mib().unwrap_or_default();
    let start = server.start;
    let floor_url = url.clone().unwrap_or_else(|| format!("sqlite:{}", folder.path().join("rapport.db").display()));
    let floor = Server::floor(&floor_url, &session.org).await?;
    let mut measured = Vec::new();
    for operation in operations(&session, &ids, &board).into_iter().filter(|o| o.name.contains(&plan.operation)) {
        eprintln!("{} …", operation.name);
        measured.push(measure(plan, &server, &floor, operation).await?);
    }
    let binary_mib = mib(std::fs::metadata(&plan.rapport)?.len());
    let database = if postgres.is_some() { "PostgreSQL" } else { "SQLite" };
    Ok(Outcome { database, measured, import_rows_per_second, bulk_rows_per_second, idle_mib, start, binary_mib })
}

#[expect(clippy::cast_precision_loss, reason = "a size to show")]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}

pub struct Session {
    pub token: String,
    pub headers: String,
    pub org: String,
    pub user: String,
}

pub async fn create_database(server: &str) -> Result<String> {
    let name = format!("bench_{}", kernel::Clock::system().new_id().simple());
    let admin = Database::connect(server).await?;
    admin.execute_raw(Statement::from_string(DbBackend::Postgres, format!("create database {name}"))).await?;
    let (base, _) = server.rsplit_once('/').context("the address of the server")?;
    Ok(format!("{base}/{name}"))
}

async fn sign_up(port: u16) -> Result<Session> {
    sign_up_as(port, "bench@example.com").await
}

/// A new person with an organization of their own.
pub async fn sign_up_as(port: u16, email: &str) -> Result<Session> {
    let body =
        json!({"email": email, "password": "correct horse battery", "name": "Bench", "organizationName": "Bench"});
    let answer = Client::open(port).await?.json(&request("POST", "/api/auth/signup", "", &body.to_string())).await?;
    let token = answer["accessToken"].as_str().context("a token")?;
    let org = answer["organization"]["id"].as_str().context("an organization")?.to_owned();
    let user = answer["user"]["id"].as_str().context("a person")?.to_owned();
    Ok(Session { token: token.to_owned(), headers: format!("authorization: Bearer {token}\r\n"), org, user })
}

/// A file like those that tools export: names, a company each, an address, a phone.
fn file(rows: Range<u64>) -> String {
    const FIRST: [&str; 8] = ["Anna", "Marco", "Ольга", "Иван", "Omar", "Zoë", "Li", "Наталья"];
    let mut text = String::from("Name,Email,Phone,Company,Job Title\n");
    for row in rows {
        let first = FIRST[usize::try_from(row % 8).unwrap_or_default()];
        let _ = writeln!(
            text,
            "{first} Smith{},person{row}@example.com,+7900{:07},Company{},Manager",
            row % 1000,
            row % 10_000_000,
            row % 5000
        );
    }
    text
}

/// Imports a file through the API; rows per second from start to completed.
pub async fn import(server: &Server, session: &Session, rows: u64) -> Result<f64> {
    import_rows(server, session, 0..rows).await
}

/// The same of some rows of a larger file.
pub async fn import_rows(server: &Server, session: &Session, range: Range<u64>) -> Result<f64> {
    let mut client = Client::open(server.port).await?;
    let headers = format!("{}content-type: application/octet-stream\r\n", session.headers);
    let rows = range.end.saturating_sub(range.start);
    let body = file(range);
    let head = format!(
        "POST /api/crm/imports?recordType=contact&fileName=bench.csv HTTP/1.1\r\nhost: localhost\r\n{headers}content-length: {}\r\n\r\n",
        body.len()
    );
    let uploaded = client.json(&[head.as_bytes(), body.as_bytes()].concat()).await?;
    let id = uploaded["id"].as_str().context("an import")?;
    let mapping: Vec<Value> = uploaded["preview"]["columns"]
        .as_array()
        .context("columns")?
        .iter()
        .filter(|column| !column["guess"].is_null())
        .map(|column| json!({"column": column["index"], "target": column["guess"]}))
        .collect();
    let start = json!({"mapping": mapping, "duplicatePolicy": "skip"});
    let started = Instant::now();
    client
        .json(&request("POST", &format!("/api/crm/imports/{id}/start"), &session.headers, &start.to_string()))
        .await?;
    loop {
        let import = client.json(&request("GET", &format!("/api/crm/imports/{id}"), &session.headers, "")).await?;
        match import["status"].as_str() {
            Some("running") => tokio::time::sleep(Duration::from_millis(50)).await,
            Some("completed") if import["counts"]["created"] == json!(rows) => {
                #[expect(clippy::cast_precision_loss, reason = "a rate")]
                return Ok(rows as f64 / started.elapsed().as_secs_f64());
            }
            _ => bail!("the import did not create every row: {import}"),
        }
    }
}

/// The newest two thousand contacts.
pub async fn ids(server: &Server, session: &Session) -> Result<Vec<String>> {
    let mut client = Client::open(server.port).await?;
    let mut ids = Vec::new();
    for page in 1..=20 {
        let path = format!("/api/crm/contacts?limit=100&page={page}");
        let list = client.json(&request("GET", &path, &session.headers, "")).await?;
        ids.extend(list["items"].as_array().into_iter().flatten().filter_map(|c| Some(c["id"].as_str()?.to_owned())));
    }
    Ok(ids)
}

/// A pipeline and what stands in it.
pub struct Board {
    pub pipeline: String,
    /// Its open stages.
    pub stages: Vec<String>,
    pub deals: Vec<String>,
}

/// Opens deals in all open stages of the default pipeline, the same number in each.
pub async fn fill_board(server: &Server, session: &Session, deals: u64) -> Result<Board> {
    let mut client = Client::open(server.port).await?;
    let overview = client.json(&request("GET", "/api/pipeline", &session.headers, "")).await?;
    let pipeline = &overview["items"][0];
    let id = |value: &Value| value["id"].as_str().map(str::to_owned).context("an id");
    let open = pipeline["stages"].as_array().context("stages")?.iter().filter(|stage| stage["kind"] == "open");
    let stages = open.map(id).collect::<Result<Vec<String>>>()?;
    let mut all = Vec::new();
    for (n, stage) in (0..deals).zip(stages.iter().cycle()) {
        let body = json!({"title": format!("Deal {n}"), "amountMinor": n * 100, "stageId": stage});
        let deal = client.json(&request("POST", "/api/crm/deals", &session.headers, &body.to_string())).await?;
        all.push(id(&deal)?);
    }
    Ok(Board { pipeline: id(pipeline)?, stages, deals: all })
}

/// Tags every contact, and takes that back; rows per second of both.
async fn bulk(server: &Server, session: &Session, rows: u64) -> Result<(f64, f64)> {
    let tag = json!({"action": "addTags", "all": true, "tags": ["bench"]});
    let (batch, forth) = batch(server, session, "/api/crm/contacts/bulk", &tag.to_string(), rows).await?;
    let (_, back) = self::batch(server, session, &format!("/api/crm/batches/{batch}/undo"), "", rows).await?;
    Ok((forth, back))
}

async fn batch(server: &Server, session: &Session, path: &str, body: &str, rows: u64) -> Result<(String, f64)> {
    let mut client = Client::open(server.port).await?;
    let started = Instant::now();
    let begun = client.json(&request("POST", path, &session.headers, body)).await?;
    let id = begun["id"].as_str().context("a batch")?.to_owned();
    loop {
        let batch = client.json(&request("GET", &format!("/api/crm/batches/{id}"), &session.headers, "")).await?;
        match batch["status"].as_str() {
            Some("running") => tokio::time::sleep(Duration::from_millis(50)).await,
            Some("completed") if batch["done"] == json!(rows) && batch["conflicts"] == 0 => {
                #[expect(clippy::cast_precision_loss, reason = "a rate")]
                return Ok((id, rows as f64 / started.elapsed().as_secs_f64()));
            }
            _ => bail!("not every record was changed: {batch}"),
        }
    }
}

struct Operation {
    name: &'static str,
    product: Request,
    floor: Request,
    product_status: u16,
}

fn operations(session: &Session, ids: &[String], board: &Board) -> Vec<Operation> {
    let headers: Arc<str> = session.headers.as_str().into();
    let product = |path: &dyn Fn(u64) -> String| -> Vec<Vec<u8>> {
        (0..1000).map(|n| request("GET", &path(n), &headers, "")).collect()
    };
    let bare = |path: &dyn Fn(u64) -> String| -> Vec<Vec<u8>> {
        (0..1000).map(|n| request("GET", &path(n), "", "")).collect()
    };
    let id = |n: u64| &ids[usize::try_from(n).unwrap_or_default() % ids.len()];
    let word = |n: u64| WORDS[usize::try_from(n).unwrap_or_default() % WORDS.len()];
    let read = |name, product: Vec<Vec<u8>>, floor: Vec<Vec<u8>>| Operation {
        name,
        product: cycle(product),
        floor: cycle(floor),
        product_status: 200,
    };
    let own = Arc::clone(&headers);
    let create = Operation {
        name: "create a contact",
        product: Arc::new(move |n| {
            let body = json!({"name": format!("New Person{n}"), "emails": [format!("new{n}-{}@example.com", n % 7)]});
            request("POST", "/api/crm/contacts", &own, &body.to_string())
        }),
        floor: Arc::new(|n| request("POST", "/contacts", "", &json!({"name": format!("Bare Person{n}")}).to_string())),
        product_status: 201,
    };
    vec![
        read(
            "list page of 20",
            product(&|_| "/api/crm/contacts?limit=20".to_owned()),
            bare(&|_| "/contacts".to_owned()),
        ),
        read(
            "get by id",
            product(&|n| format!("/api/crm/contacts/{}", id(n))),
            bare(&|n| format!("/contacts/{}", id(n))),
        ),
        read(
            "search",
            product(&|n| format!("/api/crm/contacts?limit=20&search={}", word(n))),
            bare(&|n| format!("/search?word={}", word(n))),
        ),
        create,
        read(
            "board of 10 000 deals",
            product(&|_| format!("/api/pipeline/{}/board", board.pipeline)),
            bare(&|_| format!("/board?stages={}", board.stages.join(","))),
        ),
        Operation {
            name: "move a deal",
            product: moves(board, 0, |deal, stage| {
                let body = json!({ "stageId": stage });
                request("PATCH", &format!("/api/crm/deals/{deal}/stage"), &headers, &body.to_string())
            }),
            floor: moves(board, 1, |deal, stage| {
                request("PATCH", &format!("/deals/{deal}"), "", &json!({ "stage": stage }).to_string())
            }),
            product_status: 200,
        },
    ]
}

/// Every second deal through every stage in turn.
fn moves(board: &Board, first: usize, make: impl Fn(&str, &str) -> Vec<u8>) -> Request {
    let deals = || board.deals.iter().enumerate().skip(first).step_by(2);
    let all = (1..=board.stages.len()).flat_map(|round| deals().map(move |deal| (round, deal)));
    cycle(all.map(|(round, (n, deal))| make(deal, &board.stages[(n + round) % board.stages.len()])).collect())
}

fn cycle(requests: Vec<Vec<u8>>) -> Request {
    Arc::new(move |n| requests[usize::try_from(n).unwrap_or_default() % requests.len()].clone())
}

/// Product and floor in turns; the median round of each by throughput.
async fn measure(plan: &Plan, server: &Server, floor: &Server, operation: Operation) -> Result<Measured> {
    let (mut own, mut bare) = (Vec::new(), Vec::new());
    let mut product = Side::new(server.port, operation.product_status, operation.product);
    let mut floor = Side::new(floor.port, 200, operation.floor);
    product.round(plan.connections, 1).await?;
    floor.round(plan.connections, 1).await?;
    for _ in 0..plan.rounds {
        own.push(product.round(plan.connections, plan.seconds).await?);
        bare.push(floor.round(plan.connections, plan.seconds).await?);
    }
    Ok(Measured { name: operation.name, product: median(own), floor: median(bare) })
}

fn median(mut rounds: Vec<Round>) -> Round {
    rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    rounds.get(rounds.len() / 2).copied().unwrap_or_default()
}
