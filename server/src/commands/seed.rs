//! `rapport seed`: demo data, the same for the same size. It goes in the way a person's would – sign-up, then imports of
//! CSV files, deals and moves – so that it has its history and obeys every rule. The clock is set back so that it spreads
//! over a year, most of it over the last four weeks.

mod deals;

use std::{fmt::Write, sync::Arc};

use anyhow::{Context, Result, bail};
use axum::body::Body;
use chrono::TimeDelta;
use clap::ValueEnum;
use crm::imports::{DuplicatePolicy, ImportStart};
use db::migrate;
use fields::RecordType;
use kernel::{Clock, Scope};
use settings::Settings;

use crate::compose::{App, migrations, open_database};

/// How much.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Size {
    /// 200 contacts
    S,
    /// 10 000 contacts
    M,
    /// 1 000 000 contacts
    L,
}

impl Size {
    fn contacts(self) -> u64 {
        match self {
            Self::S => 200,
            Self::M => 10_000,
            Self::L => 1_000_000,
        }
    }

    fn deals_per_step(self) -> u64 {
        match self {
            Self::S => 2,
            Self::M => 10,
            Self::L => 100,
        }
    }
}

const EMAIL: &str = "demo@example.com";
const PASSWORD: &str = "seven quiet rivers";
/// Files the contacts come in: the early ones six weeks apart, together two fifths of all; then one each day.
const EARLY_FILES: u64 = 8;
const LATE_FILES: u64 = BUSY.len() as u64;
/// What happens between two files, and how much time passes with each: deals come in and move on.
const EARLY_STEPS: u64 = 6;
const EARLY_STEP: TimeDelta = TimeDelta::weeks(1);
const LATE_STEP: TimeDelta = TimeDelta::days(1);
/// How the days of four weeks share the contacts that are left: some are busy, weekends are not.
const BUSY: [u64; 28] = [5, 7, 4, 8, 6, 1, 2, 6, 4, 9, 7, 5, 2, 1, 4, 8, 6, 11, 7, 1, 3, 7, 9, 6, 12, 8, 3, 2];

const FIRST: [&str; 16] = [
    "Anna",
    "Marco",
    "Zoë",
    "José",
    "Li",
    "Ingrid",
    "Omar",
    "Mina",
    "Ольга",
    "Фёдор",
    "Алёна",
    "Иван",
    "Наталья",
    "Сергей",
    "Kenji",
    "Amelia",
];
const LAST: [&str; 16] = [
    "Kowalska",
    "Bianchi",
    "O’Neill",
    "Núñez",
    "Wei",
    "Åberg",
    "Haddad",
    "Park",
    "Соколова",
    "Щербаков",
    "Юрьева",
    "Ёлкин",
    "Цой",
    "Петров",
    "Rossi",
    "Mori",
];
const COMPANY: [&str; 16] = [
    "Zephyr Air",
    "Kestrel",
    "Foundry 9",
    "Vela Pay",
    "Meridian",
    "Ironbark",
    "Copperfield",
    "Riverstone",
    "Ромашка",
    "Север",
    "Tidal Energy",
    "Quanta Bio",
    "Northwind Rail",
    "Lumen",
    "Orbit",
    "Evergreen",
];
const FORM: [&str; 6] = ["", " Group", " Labs", " Capital", " Partners", " Tech"];
const JOB: [&str; 8] = [
    "Head of BD",
    "CEO",
    "Partnerships Manager",
    "Директор по развитию",
    "Founder",
    "Sales Lead",
    "CFO",
    "Менеджер проектов",
];
const SOURCE: [&str; 5] = ["Conference", "Telegram", "Referral", "LinkedIn", "Website"];
const TAG: [&str; 6] = ["vip", "token2049", "warm", "cold", "partner", "выставка"];

/// Fills a fresh installation.
pub async fn run(settings: Settings, size: Size) -> Result<()> {
    let steps = |count: u64| i32::try_from(count).unwrap_or_default();
    let span = EARLY_STEP * steps(EARLY_FILES * EARLY_STEPS) + LATE_STEP * steps(LATE_FILES);
    let clock = Clock::manual(Clock::system().now() - span, 2026);
    let db = open_database(&settings, clock.clone()).await?;
    migrate::migrate(&db, &migrations()).await?;
    let app = App::build(db, settings)?;
    let scope = app.identity.set_up_owner(EMAIL, PASSWORD, "Vera Lebedeva", "Orbit Capital").await?;
    app.dispatcher.run_until_idle().await?;
    let mut deals = deals::Deals::begin(&app, &scope).await?;
    let contacts = size.contacts();
    let mut from = 0;
    for number in 0..EARLY_FILES + LATE_FILES {
        let to = contacts * shared(number + 1) / shared(EARLY_FILES + LATE_FILES);
        if from < to {
            import(&app, &scope, number, from..to).await?;
        }
        from = to;
        let (count, pause) = if number < EARLY_FILES { (EARLY_STEPS, EARLY_STEP) } else { (1, LATE_STEP) };
        for step in 0..count {
            deals.step(&app, &scope, number * EARLY_STEPS + step, size.deals_per_step()).await?;
            clock.advance(pause);
        }
    }
    app.dispatcher.run_until_idle().await?;
    let text =
        format!("{contacts} contacts, {} deals. Sign in as {EMAIL} with the password {PASSWORD}.\n", deals.made());
    super::print(&text)
}

/// Parts of all contacts that have come before a file.
fn shared(file: u64) -> u64 {
    let late: u64 = BUSY.iter().sum();
    let busy = BUSY.iter().take(usize::try_from(file.saturating_sub(EARLY_FILES)).unwrap_or_default());
    file.min(EARLY_FILES) * late * 2 / 3 / EARLY_FILES + busy.sum::<u64>()
}

async fn import(app: &App, scope: &Scope, number: u64, rows: std::ops::Range<u64>) -> Result<()> {
    let name = format!("demo-{}.csv", number + 1);
    let import = crm::imports::upload(&app.crm, scope, RecordType::Contact, &name, Body::from(file(rows))).await?;
    let start = ImportStart {
        mapping: crm::imports::proposed_mapping(&import)?,
        duplicate_policy: DuplicatePolicy::Skip,
        default_tags: Vec::new(),
        owner_id: None,
    };
    let id = import.id;
    crm::imports::start(&app.crm, scope, id, start).await?;
    Arc::clone(&app.runner).run_until_idle().await?;
    app.dispatcher.run_until_idle().await?;
    let import = crm::imports::get(&app.crm, scope, id).await.context("the import is gone")?;
    if import.counts.failed > 0 || import.finished_at.is_none() {
        bail!("the demo data was not imported: {:?}", import.counts);
    }
    Ok(())
}

/// A multiplicative hash: neighbours differ in every column, and the same number always gives the same row.
fn mixed(n: u64) -> u64 {
    n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23) ^ n
}

/// The rows of a file; every value follows from its number.
fn file(rows: std::ops::Range<u64>) -> String {
    let mut text = String::from("First Name,Last Name,Email,Phone,Telegram,Company,Job Title,Source,Tags,Lead Score\n");
    for n in rows {
        let mixed = mixed(n);
        let pick = |list: &[&'static str], shift: u32| -> &'static str {
            let index = usize::try_from((mixed >> shift) % list.len() as u64).unwrap_or_default();
            list.get(index).copied().unwrap_or_default()
        };
        let telegram = if mixed.is_multiple_of(3) { format!("@demo_{n}") } else { String::new() };
        let phone = if mixed.is_multiple_of(4) { String::new() } else { format!("+7900{:07}", n % 10_000_000) };
        let tags = if mixed % 5 < 2 { pick(&TAG, 40) } else { "" };
        let _ = writeln!(
            text,
            "{},{},person{n}@example{}.com,{phone},{telegram},{}{} {},{},{},{tags},{}",
            pick(&FIRST, 0),
            pick(&LAST, 8),
            mixed % 50,
            pick(&COMPANY, 16),
            pick(&FORM, 24),
            mixed % 40 + 1,
            pick(&JOB, 32),
            pick(&SOURCE, 36),
            mixed % 101,
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_contact_comes_in_one_file() {
        let bounds: Vec<_> = (0..=EARLY_FILES + LATE_FILES).map(shared).collect();
        assert_eq!(bounds[0], 0);
        assert!(bounds[1] > 0 && bounds.is_sorted(), "{bounds:?}");
    }

    #[test]
    fn the_same_rows_come_out_whatever_the_file() {
        let whole = file(0..100);
        let second = file(50..100);
        assert!(whole.ends_with(second.split_once('\n').unwrap().1));
        assert_eq!(whole.lines().count(), 101);
    }
}
