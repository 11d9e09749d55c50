//! What the `rapport` binary can be told to do.

pub mod audit;
mod bootstrap;
mod doctor;
mod seed;
pub mod vault;

use std::{
    fmt::Write as _,
    fs::File,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use db::migrate;
use kernel::Clock;
use settings::{Loaded, Settings, env_example};

use crate::{
    compose::{App, migrations, open_database},
    documents,
    roles::{Role, Roles, Service},
    serve,
};

/// Rapport – the CRM for teams whose deals live in conversations.
#[derive(Parser)]
#[command(name = "rapport", version, disable_help_subcommand = true)]
pub struct Cli {
    /// Settings file (default: rapport.toml beside the working folder, if there is one)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the application (the default)
    Serve {
        /// What this process does; everything, unless named. An embedded database has one process, which does everything
        #[arg(long, value_enum, value_delimiter = ',')]
        roles: Vec<Role>,
        /// Which services this process serves; all of them, unless named. Takes PostgreSQL and RabbitMQ
        #[arg(long, value_enum, value_delimiter = ',')]
        services: Vec<Service>,
    },

    /// Prepare what an installation stands on: the database, the vhost, the exchange and the queues. Can be repeated
    Bootstrap,
    /// Bring the database up to date and stop
    Migrate,
    /// Fill a fresh installation with demo data
    Seed {
        /// How much: 200, 10 000 or 1 000 000 contacts
        #[arg(long, value_enum, default_value = "s")]
        size: seed::Size,
    },
    /// Work on the secrets in the database
    Vault {
        #[command(subcommand)]
        work: VaultWork,
    },
    /// Look at the audit log
    Audit {
        #[command(subcommand)]
        work: AuditWork,
    },
    /// Check settings and dependencies, and say how to mend what is wrong
    Doctor,
    /// Print the OpenAPI document
    Openapi,
    /// Print every setting with its value, default and origin
    Config {
        /// Print the content of env.example instead
        #[arg(long)]
        env_example: bool,
    },
}

#[derive(Subcommand)]
enum AuditWork {
    /// Look whether every organization's chain holds, and print its head. Also beside a running server
    Verify,
}

#[derive(Subcommand)]
enum VaultWork {
    /// Seal every secret anew with the first of the keys in force, so that the others can be left out. Can be repeated
    Rotate,
}

/// Runs the command line.
///
/// # Errors
/// What went wrong, for people.
pub async fn run(cli: Cli) -> Result<()> {
    let command = cli.command.unwrap_or(Command::Serve { roles: Vec::new(), services: Vec::new() });
    if let Command::Config { env_example: true } = command {
        return print(&env_example());
    }
    if let Command::Doctor = command {
        return doctor::run(cli.config.as_deref()).await;
    }
    let loaded = load(cli.config.as_deref())?;
    match command {
        Command::Config { .. } => print(&explained(&loaded)),
        Command::Openapi => openapi(loaded.settings).await,
        Command::Bootstrap => bootstrap::run(loaded.settings).await,
        Command::Migrate => migrate_only(loaded.settings).await,
        Command::Seed { size } => {
            let _held = prepare(&loaded.settings)?;
            seed::run(loaded.settings, size).await
        }
        Command::Vault { work: VaultWork::Rotate } => {
            let _held = prepare(&loaded.settings)?;
            print(&vault::run(loaded.settings).await?)
        }
        Command::Audit { work: AuditWork::Verify } => {
            start_logging(&loaded.settings)?;
            print(&audit::run(loaded.settings).await?)
        }
        Command::Serve { roles, services } => serve_app(loaded.settings, Roles::of(&roles, &services)).await,
        // It has run by now: it has to, also where the settings cannot be read.
        Command::Doctor => Ok(()),
    }
}

fn load(config: Option<&Path>) -> Result<Loaded> {
    Settings::load(config).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(|p| format!("  - {p}")).collect();
        anyhow::anyhow!("the settings are not right:\n{}", lines.join("\n"))
    })
}

fn start_logging(settings: &Settings) -> Result<()> {
    // The client of Telegram logs whole messages.
    let quiet = &["grammers"];
    telemetry::init(&settings.log_level, settings.log_format, quiet).map_err(|e| anyhow::anyhow!("logging: {e}"))
}

async fn serve_app(settings: Settings, roles: Roles) -> Result<()> {
    if settings.database_url.is_sqlite() {
        if roles != Roles::all() {
            bail!(
                "an embedded database has one process, which does everything: leave --roles and --services out, or use \
                 PostgreSQL"
            );
        }
        if settings.rabbitmq_url.is_some() {
            bail!("an embedded database needs no broker: leave RAPPORT_RABBITMQ_URL empty, or use PostgreSQL");
        }
    }
    if !roles.serve_everything() && settings.rabbitmq_url.is_none() {
        bail!("--services takes a broker that carries events between them: set RAPPORT_RABBITMQ_URL");
    }
    start_logging(&settings)?;
    let db = open_database(&settings, Clock::system()).await?;
    let _held = hold_data_folder(&settings)?;
    let applied = migrate::migrate(&db, &migrations()).await.context("the database could not be brought up to date")?;
    if !applied.is_empty() {
        tracing::info!(?applied, "the database was brought up to date");
    }
    serve::run(App::build(db, settings)?, roles).await
}

/// Logs, the data folder, and the sole right to it.
fn prepare(settings: &Settings) -> Result<Option<File>> {
    start_logging(settings)?;
    std::fs::create_dir_all(&settings.data_dir)?;
    hold_data_folder(settings)
}

/// One process at a time works on an embedded database; the lock goes with the process.
fn hold_data_folder(settings: &Settings) -> Result<Option<File>> {
    if !settings.database_url.is_sqlite() {
        return Ok(None);
    }
    let path = settings.data_dir.join("rapport.lock");
    let file = File::create(&path).with_context(|| format!("{} cannot be written", path.display()))?;
    if file.try_lock().is_err() {
        bail!(
            "another Rapport already works on {} (RAPPORT_DATA_DIR chooses another folder)",
            settings.data_dir.display()
        );
    }
    Ok(Some(file))
}

async fn migrate_only(settings: Settings) -> Result<()> {
    start_logging(&settings)?;
    let db = open_database(&settings, Clock::system()).await?;
    let applied = migrate::migrate(&db, &migrations()).await?;
    match applied.as_slice() {
        [] => print("The database is up to date.\n"),
        names => print(&format!("Applied: {}\n", names.join(", "))),
    }
}

/// The document does not depend on the data: it is built over a database in memory.
async fn openapi(settings: Settings) -> Result<()> {
    let db = db::Db::connect(&db::Options { url: "sqlite::memory:".to_owned(), max_connections: 1 }, Clock::system())
        .await?;
    let scratch = Settings {
        jwt_secret: Some(settings::Secret::new("only for writing the document; signs nothing")),
        vault_keys: vec![settings::Secret::new("only for writing the document; seals nothing")],
        ..settings
    };
    print(&documents::text(&App::build(db, scratch)?.document()))
}

fn explained(loaded: &Loaded) -> String {
    let mut text = String::new();
    let mut section = "";
    for row in loaded.explain() {
        if row.section != section {
            section = row.section;
            let _ = writeln!(text, "\n# {section}");
        }
        let default = if row.default.is_empty() { "none" } else { row.default };
        let _ = writeln!(text, "{:<32} {:<40} {} (default: {default})", row.env, row.value, row.origin);
    }
    text
}

fn print(text: &str) -> Result<()> {
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}
