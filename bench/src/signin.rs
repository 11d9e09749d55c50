//! Sign-in under attack: wrong passwords at full speed against one account and against many, with the limits by address
//! taken off, and what others notice of it; and whether the time of a refusal tells known addresses from unknown ones.

use std::{
    collections::BTreeMap,
    fmt::Write,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use serde_json::json;
use tokio::time::Instant;

use crate::{
    load::{Client, request},
    process::Server,
    scenario::{create_database, sign_up_as},
};

pub struct Plan {
    pub rapport: PathBuf,
    /// Wrong passwords of each attack.
    pub tries: u64,
    /// Connections of the attacker.
    pub connections: usize,
    /// Known and unknown addresses whose refusals are timed.
    pub timed: usize,
}

const PASSWORD: &str = "correct horse battery";
/// Between two requests of somebody who works.
const THINKING: Duration = Duration::from_millis(20);

fn sign_in(email: &str, password: &str) -> Vec<u8> {
    request("POST", "/api/auth/signin", "", &json!({"email": email, "password": password}).to_string())
}

/// Times of somebody who works meanwhile: a list read again and again, and now and then a sign-in.
#[derive(Default)]
struct Felt {
    reads: Vec<Duration>,
    sign_ins: Vec<Duration>,
}

fn percentile(times: &[Duration], percent: usize) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    let index = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(index).copied().unwrap_or_default().as_secs_f64() * 1000.0
}

async fn work(port: u16, headers: String, email: String, over: Arc<AtomicBool>) -> Result<Felt> {
    let mut client = Client::open(port).await?;
    let list = request("GET", "/api/crm/contacts", &headers, "");
    let mut felt = Felt::default();
    while !over.load(Ordering::Relaxed) {
        let started = Instant::now();
        client.json(&list).await?;
        felt.reads.push(started.elapsed());
        if felt.reads.len() % 50 == 25 {
            let started = Instant::now();
            client.json(&sign_in(&email, PASSWORD)).await?;
            felt.sign_ins.push(started.elapsed());
        }
        tokio::time::sleep(THINKING).await;
    }
    Ok(felt)
}

/// What came of an attack.
struct Attack {
    took: Duration,
    answers: BTreeMap<u16, u64>,
    felt: Felt,
}

/// Sends wrong passwords to `address(n)` while others work; without any tries they only work, for some seconds.
async fn attack(plan: &Plan, port: u16, tries: u64, address: fn(u64) -> String) -> Result<Attack> {
    let over = Arc::new(AtomicBool::new(false));
    let mut workers = Vec::new();
    for n in 0..4 {
        let email = format!("worker{}@example.com", kernel::Clock::system().new_id().simple());
        let session = sign_up_as(port, &email).await?;
        let headers = format!("{}x-forwarded-for: 10.0.0.{n}\r\n", session.headers);
        workers.push(tokio::spawn(work(port, headers, email, Arc::clone(&over))));
    }
    let started = Instant::now();
    let next = Arc::new(AtomicU64::new(0));
    let attackers: Vec<_> = (0..plan.connections)
        .map(|_| {
            let next = Arc::clone(&next);
            tokio::spawn(async move {
                let (mut client, mut answers) = (Client::open(port).await?, BTreeMap::new());
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= tries {
                        return anyhow::Ok(answers);
                    }
                    let status = client.send(&sign_in(&address(n), "wrong password")).await?;
                    *answers.entry(status).or_insert(0) += 1;
                }
            })
        })
        .collect();
    let mut answers: BTreeMap<u16, u64> = BTreeMap::new();
    for attacker in attackers {
        for (status, count) in attacker.await?? {
            *answers.entry(status).or_default() += count;
        }
    }
    if tries == 0 {
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    let took = started.elapsed();
    over.store(true, Ordering::Relaxed);
    let mut felt = Felt::default();
    for worker in workers {
        let one = worker.await??;
        felt.reads.extend(one.reads);
        felt.sign_ins.extend(one.sign_ins);
    }
    Ok(Attack { took, answers, felt })
}

/// Times of refusals, known and unknown addresses in turns; each address once, so that no pause is in it.
async fn refusals(port: u16, count: usize) -> Result<(Vec<Duration>, Vec<Duration>)> {
    for n in 0..count {
        sign_up_as(port, &format!("known{n}@example.com")).await?;
    }
    let mut client = Client::open(port).await?;
    let (mut known, mut unknown) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for n in 0..count {
        // Which of the two goes first changes.
        for turn in [n % 2 == 0, n % 2 == 1] {
            let (whose, times) = if turn { ("known", &mut known) } else { ("nobody", &mut unknown) };
            let wrong = sign_in(&format!("{whose}{n}@example.com"), "wrong password");
            let started = Instant::now();
            client.send(&wrong).await?;
            times.push(started.elapsed());
        }
    }
    Ok((known, unknown))
}

/// How far the Mann-Whitney test is from chance, in standard deviations: beyond 3 there is a difference.
#[expect(clippy::cast_precision_loss, reason = "counts of some hundreds")]
fn deviation(known: &[Duration], unknown: &[Duration]) -> f64 {
    let mut all: Vec<(Duration, bool)> =
        known.iter().map(|time| (*time, true)).chain(unknown.iter().map(|time| (*time, false))).collect();
    all.sort_unstable();
    let ranks: f64 = all.iter().enumerate().filter(|(_, (_, known))| *known).map(|(place, _)| place as f64 + 1.0).sum();
    let (m, n) = (known.len() as f64, unknown.len() as f64);
    let u = ranks - m * (m + 1.0) / 2.0;
    (u - m * n / 2.0) / (m * n * (m + n + 1.0) / 12.0).sqrt()
}

/// Measures on one database; gives the table.
pub async fn run(plan: &Plan, postgres: Option<&str>) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let database = match postgres {
        Some(server) => Some(create_database(server).await?),
        None => None,
    };
    let data: &Path = folder.path();
    let server = Server::rapport(&plan.rapport, data, database.as_deref()).await?;
    let port = server.port;
    sign_up_as(port, "victim@example.com").await?;
    let quiet = attack(plan, port, 0, |_| String::new()).await?;
    let one = attack(plan, port, plan.tries, |_| "victim@example.com".to_owned()).await?;
    let many = attack(plan, port, plan.tries, |n| format!("person{n}@example.com")).await?;
    let (known, unknown) = refusals(port, plan.timed).await?;

    let mut text = format!(
        "\n### Sign-in under attack, {}\n\n{} wrong passwords over {} connections\n\n| | tries /s | answers | list p50 / p95 ms | \
         sign-in p50 / p95 ms |\n|---|---|---|---|---|\n",
        if postgres.is_some() { "PostgreSQL" } else { "SQLite" },
        plan.tries,
        plan.connections
    );
    for (name, attack) in [("nobody attacks", &quiet), ("one account", &one), ("many accounts", &many)] {
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let rate = attack.answers.values().sum::<u64>() as f64 / attack.took.as_secs_f64();
        let answers: Vec<String> = attack.answers.iter().map(|(status, n)| format!("{n} × {status}")).collect();
        let felt = &attack.felt;
        let _ = writeln!(
            text,
            "| {name} | {rate:.0} | {} | {:.1} / {:.1} | {:.0} / {:.0} |",
            answers.join(", "),
            percentile(&felt.reads, 50),
            percentile(&felt.reads, 95),
            percentile(&felt.sign_ins, 50),
            percentile(&felt.sign_ins, 95),
        );
    }
    let _ = writeln!(
        text,
        "\nRefusals of {} known and as many unknown addresses: median {:.2} and {:.2} ms, {:.1} standard deviations from \
         chance (Mann-Whitney)",
        plan.timed,
        percentile(&known, 50),
        percentile(&unknown, 50),
        deviation(&known, &unknown),
    );
    Ok(text)
}
