//! Measures the release binary through HTTP beside its floor – a bare axum handler that runs the same SQL on the same
//! database, in turns within one run – so that what is told are ratios, not the speed of a machine.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the table is the answer, and the rest tells how far it is"
)]

mod campaigns;
mod floor;
mod history;
mod inbox;
mod live;
mod load;
mod process;
mod report;
mod rls;
mod scenario;
mod signin;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand, ValueEnum};

#[derive(Parser)]
#[command(about = "Measures Rapport beside its floor")]
struct Cli {
    /// The release binary
    #[arg(long, default_value = "target/release/rapport")]
    rapport: PathBuf,
    /// Contacts in the database
    #[arg(long, default_value_t = 100_000)]
    contacts: u64,
    /// Deals on the board
    #[arg(long, default_value_t = 10_000)]
    deals: u64,
    /// Seconds of one round
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Rounds of each measurement, product and floor in turns; the median counts
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Connections of the load
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Only this database
    #[arg(long, value_enum)]
    database: Option<Database>,
    /// Only operations whose name holds this
    #[arg(long, default_value = "")]
    operation: String,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

#[derive(Subcommand)]
enum Command {
    /// Measures how soon what happens is seen over sockets
    Live {
        /// Sockets that listen
        #[arg(long, default_value_t = 1000)]
        sockets: usize,
        /// Organizations they are spread over
        #[arg(long, default_value_t = 20)]
        organizations: usize,
        /// Sockets that only stay open
        #[arg(long, default_value_t = 5000)]
        idle: usize,
        /// Changes in a second
        #[arg(long, default_value_t = 200)]
        rate: u64,
    },
    /// Measures the inbox: history taken in, lists and search over it, a burst, accounts that are only connected
    Inbox {
        /// Messages of the history that is taken in
        #[arg(long, default_value_t = 1_000_000)]
        messages: u64,
        /// Chats of the inbox
        #[arg(long, default_value_t = 20_000)]
        chats: u64,
        /// Messages that come at once
        #[arg(long, default_value_t = 20_000)]
        burst: u32,
        /// Accounts that are only connected
        #[arg(long, default_value_t = 100)]
        accounts: usize,
        /// Only these of import, burst, idle, queries; separated by commas
        #[arg(long, default_value = "import,queries,burst,idle")]
        parts: String,
        /// Keeps the database in this folder (SQLite), and takes history in only if there is none
        #[arg(long)]
        folder: Option<PathBuf>,
    },
    /// Measures campaigns: enrolling, looks of the scheduler while many wait, steps that are due, pages
    Campaigns {
        /// Contacts that are enrolled, all at once
        #[arg(long, default_value_t = 1_000_000)]
        people: u64,
        /// Of them, those whose step is due
        #[arg(long, default_value_t = 100_000)]
        due: u64,
        /// Looks of the scheduler
        #[arg(long, default_value_t = 200)]
        looks: usize,
        /// Accounts that send
        #[arg(long, default_value_t = 4)]
        accounts: usize,
    },
    /// Measures sign-in under attack, and whether refusals tell who has an account
    SignIn {
        /// Wrong passwords of each attack
        #[arg(long, default_value_t = 50_000)]
        tries: u64,
        /// Connections of the attacker
        #[arg(long, default_value_t = 64)]
        attackers: usize,
        /// Known and unknown addresses whose refusals are timed
        #[arg(long, default_value_t = 500)]
        timed: usize,
    },
    /// Measures what keeping organizations apart costs on PostgreSQL: row-level security, and binding connections
    Rls {
        /// Organizations; the first has all of the contacts, deals and messages, each other a tenth as many
        #[arg(long, default_value_t = 5)]
        organizations: u64,
        /// Messages of the first organization, fifty in a chat
        #[arg(long, default_value_t = 100_000)]
        messages: u64,
        /// Most times that an operation is asked in a round
        #[arg(long, default_value_t = 300)]
        times: usize,
    },
    /// Runs the floor's server; the bench starts it by itself
    #[command(hide = true)]
    Floor {
        #[arg(long)]
        url: String,
        #[arg(long)]
        listen: String,
        #[arg(long)]
        org: uuid::Uuid,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let databases = || {
        let postgres = (cli.database != Some(Database::Sqlite)).then(settings::test_postgres_url).flatten();
        let sqlite = (cli.database != Some(Database::Postgres)).then_some(None);
        sqlite.into_iter().chain(postgres.map(Some))
    };
    match cli.command {
        Some(Command::Floor { url, listen, org }) => return floor::serve(&url, &listen, org).await,
        Some(Command::Live { sockets, organizations, idle, rate }) => {
            let seconds = cli.seconds * 3;
            let plan = live::Plan { rapport: cli.rapport.clone(), sockets, organizations, idle, rate, seconds };
            for setup in databases().flat_map(setups) {
                print!("{}", live::run(&plan, &setup).await?);
            }
            return Ok(());
        }
        Some(Command::Inbox { messages, chats, burst, accounts, parts, folder }) => {
            let (seconds, rounds, connections) = (cli.seconds, cli.rounds, cli.connections);
            let plan = inbox::Plan {
                rapport: cli.rapport.clone(),
                messages,
                chats,
                burst,
                accounts,
                parts,
                folder,
                seconds,
                rounds,
                connections,
            };
            for postgres in databases() {
                print!("{}", inbox::run(&plan, postgres.as_deref()).await?);
            }
            return Ok(());
        }
        Some(Command::Campaigns { people, due, looks, accounts }) => {
            let plan = campaigns::Plan { rapport: cli.rapport.clone(), people, due: due.min(people), looks, accounts };
            for postgres in databases() {
                print!("{}", Box::pin(campaigns::run(&plan, postgres.as_deref())).await?);
            }
            return Ok(());
        }
        Some(Command::SignIn { tries, attackers, timed }) => {
            let plan = signin::Plan { rapport: cli.rapport.clone(), tries, connections: attackers, timed };
            for postgres in databases() {
                print!("{}", signin::run(&plan, postgres.as_deref()).await?);
            }
            return Ok(());
        }
        Some(Command::Rls { organizations, messages, times }) => {
            let plan = rls::Plan {
                rapport: cli.rapport.clone(),
                organizations,
                contacts: cli.contacts,
                deals: cli.deals,
                messages,
                times,
                seconds: cli.seconds,
                rounds: cli.rounds,
            };
            let postgres = databases().flatten().next().context("row-level security is PostgreSQL's: there is none")?;
            print!("{}", Box::pin(rls::run(&plan, &postgres)).await?);
            return Ok(());
        }
        None => {}
    }
    let plan = scenario::Plan {
        rapport: cli.rapport.clone(),
        contacts: cli.contacts,
        deals: cli.deals,
        seconds: cli.seconds,
        rounds: cli.rounds,
        connections: cli.connections,
        operation: cli.operation.clone(),
    };
    let mut results = Vec::new();
    for postgres in databases() {
        results.push(scenario::run(&plan, postgres.as_deref()).await?);
    }
    print!("{}", report::tables(&plan, &results));
    Ok(())
}

/// What is measured on this database: with a broker and Redis as well, where tests have them.
fn setups(postgres: Option<String>) -> Vec<live::Setup> {
    let Some(postgres) = postgres else { return vec![live::Setup::Sqlite] };
    let brokers = settings::test_variable("RABBITMQ_URL").zip(settings::test_variable("REDIS_URL"));
    let cluster = brokers.map(|(rabbitmq, redis)| live::Setup::Cluster { postgres: postgres.clone(), rabbitmq, redis });
    [Some(live::Setup::Postgres(postgres)), cluster].into_iter().flatten().collect()
}
