//! `rapport doctor`: checks settings and dependencies one by one and says how to mend each that fails.

use std::{io::Write, path::Path};

use anyhow::{Result, bail};
use db::{Db, migrate};
use kernel::Clock;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use settings::Settings;

use crate::compose::{App, migrations, open_database};

enum Finding {
    Good(String),
    /// What is wrong, and how to mend it.
    Bad(String, String),
}

/// Prints the findings; fails when any is bad.
pub async fn run(config: Option<&Path>) -> Result<()> {
    let findings = examine(config).await;
    let mut out = std::io::stdout().lock();
    let mut bad = 0;
    for finding in &findings {
        match finding {
            Finding::Good(text) => writeln!(out, "ok    {text}")?,
            Finding::Bad(text, mend) => {
                bad += 1;
                writeln!(out, "FAIL  {text}\n      → {mend}")?;
            }
        }
    }
    if bad > 0 {
        bail!("{bad} of {} checks failed", findings.len());
    }
    Ok(writeln!(out, "Everything is in order.")?)
}

async fn examine(config: Option<&Path>) -> Vec<Finding> {
    let settings = match Settings::load(config) {
        Ok(loaded) => loaded.settings,
        Err(problems) => {
            let bad = |p: &settings::Problem| {
                Finding::Bad(
                    p.to_string(),
                    "correct it where it is set; `rapport config` lists every setting".to_owned(),
                )
            };
            return problems.iter().map(bad).collect();
        }
    };
    let mut findings = vec![Finding::Good("settings are complete and valid".to_owned())];
    findings.push(data_folder(&settings));
    findings.push(address(&settings).await);
    match open_database(&settings, Clock::system()).await {
        Ok(db) => {
            findings.extend(database(&db).await);
            findings.extend(between_processes(&db, &settings).await);
        }
        Err(error) => findings.push(Finding::Bad(
            format!("the database cannot be opened: {error:#}"),
            "check RAPPORT_DATABASE_URL, and that the server runs and lets this user in".to_owned(),
        )),
    }
    findings
}

fn data_folder(settings: &Settings) -> Finding {
    let folder = settings.data_dir.display();
    let probe = settings.data_dir.join(".doctor");
    let written = std::fs::create_dir_all(&settings.data_dir).and_then(|()| std::fs::write(&probe, b"ok"));
    let _ = std::fs::remove_file(&probe);
    match written {
        Ok(()) => Finding::Good(format!("the data folder {folder} can be written")),
        Err(error) => Finding::Bad(
            format!("the data folder {folder} cannot be written: {error}"),
            "give this user the folder, or choose another with RAPPORT_DATA_DIR".to_owned(),
        ),
    }
}

async fn address(settings: &Settings) -> Finding {
    match tokio::net::TcpListener::bind(settings.listen).await {
        Ok(_) => Finding::Good(format!("{} can be listened on", settings.listen)),
        Err(error) => Finding::Bad(
            format!("{} cannot be listened on: {error}", settings.listen),
            "stop the program that uses it (it may be a running Rapport), or choose another with RAPPORT_LISTEN"
                .to_owned(),
        ),
    }
}

async fn database(db: &Db) -> Vec<Finding> {
    let mut findings = vec![Finding::Good(format!("the {:?} database answers", db.backend()))];
    if db.backend() == DbBackend::Postgres {
        findings.push(superuser(db).await);
    }
    findings.push(match migrate::pending(db, &migrations()).await {
        Ok(pending) if pending.is_empty() => Finding::Good("the schema is up to date".to_owned()),
        Ok(pending) => Finding::Good(format!("{} migrations will run at the next start", pending.len())),
        Err(error) => Finding::Bad(
            format!("the schema cannot be read: {error}"),
            "check the rights of the database user".to_owned(),
        ),
    });
    findings
}

/// The store of files; the broker and Redis, as far as they are set.
async fn between_processes(db: &Db, settings: &Settings) -> Vec<Finding> {
    let app = match App::build(db.clone(), settings.clone()) {
        Ok(app) => app,
        Err(error) => {
            let mend = "correct it where it is set; `rapport config` lists every setting".to_owned();
            return vec![Finding::Bad(format!("the services cannot be built: {error:#}"), mend)];
        }
    };
    let mut findings = vec![files(&app).await];
    if let Some(broker) = app.dispatcher.broker() {
        findings.push(if broker.is_up().await {
            Finding::Good("RabbitMQ answers".to_owned())
        } else {
            let mend = "check RAPPORT_RABBITMQ_URL, and that its vhost is there: `rapport bootstrap` can make it";
            Finding::Bad("RabbitMQ does not answer".to_owned(), mend.to_owned())
        });
    }
    match app.cluster.is_up().await {
        None => {}
        Some(true) => findings.push(Finding::Good("Redis answers".to_owned())),
        Some(false) => {
            findings.push(Finding::Bad("Redis does not answer".to_owned(), "check RAPPORT_REDIS_URL".to_owned()));
        }
    }
    findings.extend(mail(&app).await);
    findings
}

/// Whether the mail server lets us in; nothing is sent.
async fn mail(app: &App) -> Option<Finding> {
    let condition = app.mail.condition().await?;
    Some(match condition.problem {
        None => Finding::Good(format!("mail goes by {}", condition.transport)),
        Some(problem) => Finding::Bad(
            format!("mail cannot be sent by {}: {problem}", condition.transport),
            "check RAPPORT_MAIL_SMTP_URL (smtps://user:password@host:465): host, port, name and password".to_owned(),
        ),
    })
}

/// A file is written and removed.
async fn files(app: &App) -> Finding {
    let place = match &app.settings.files_url {
        Some(_) => "the bucket of RAPPORT_FILES_URL".to_owned(),
        None => format!("the folder {}", app.settings.data_dir.join("files").display()),
    };
    match app.files.0.check().await {
        Ok(()) => Finding::Good(format!("files can be kept in {place}")),
        Err(error) => {
            let mend = "check RAPPORT_FILES_URL (s3://key:secret@host/bucket), that the bucket is there and the key may \
                        write into it; without it, that this user may write into the data folder";
            Finding::Bad(format!("files cannot be kept in {place}: {error}"), mend.to_owned())
        }
    }
}

/// Row-level security does not hold for superusers: it would silently be off.
async fn superuser(db: &Db) -> Finding {
    let sql = "select 1 as one from pg_roles where rolname = current_user and (rolsuper or rolbypassrls)";
    match db.system_reader().query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await {
        Ok(None) => Finding::Good("the database user is subject to row-level security".to_owned()),
        Ok(Some(_)) => Finding::Bad(
            "the database user bypasses row-level security".to_owned(),
            "connect as a user without SUPERUSER and BYPASSRLS: create role rapport login password '…'".to_owned(),
        ),
        Err(error) => {
            Finding::Bad(format!("the database user cannot be looked up: {error}"), "check its rights".to_owned())
        }
    }
}
