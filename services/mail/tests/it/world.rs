//! The service over a fresh database, with one organization and a server to send to.

use std::{fs, path::PathBuf, sync::Arc};

use api::{Principal, SessionKind, auth::Credentials};
use axum::{Extension, Router, body::Body, http::Request};
use chrono::{DateTime, TimeDelta};
use contracts::{mails::Kind, permissions};
use db::Migration;
use http_body_util::BodyExt;
use jobs::Runner;
use kernel::{Clock, Grants, Locale, OrgId, Reach, Scope, UserId};
use mail::{Mail, Options, Way};
use mail_transport::{Sender, Smtp, Transport};
use mailing::Mailer;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;
use testkit::{Backend, TestDatabase};
use tower::ServiceExt;
use uuid::Uuid;
use vault::Vault;

pub struct World {
    pub database: TestDatabase,
    pub clock: Clock,
    pub owner: Scope,
}

/// A process: the service and what sends.
pub struct Process {
    pub mail: Arc<Mail>,
    pub runner: Runner,
}

/// What a row says of a mail.
#[derive(Debug, PartialEq)]
pub struct Row {
    pub state: String,
    pub tries: i64,
    pub code: Option<String>,
    pub has_data: bool,
}

fn migrations() -> Vec<Migration> {
    [db::MIGRATIONS, jobs::MIGRATIONS, mail::MIGRATIONS].concat()
}

impl World {
    pub async fn open(backend: Backend) -> Option<Self> {
        api::messages::install(&[]);
        let clock = Clock::manual(DateTime::from_timestamp(1_790_000_000, 0)?, 7);
        let database = TestDatabase::open(backend, &migrations(), clock.clone()).await?;
        let owner = scope(&clock, Grants::of(permissions::ALL.iter().copied()));
        Some(Self { database, clock, owner })
    }

    pub fn process(&self, way: Way) -> Process {
        let vault = Arc::new(Vault::new(["a key of the vault, long enough to be one"], self.clock.clone()));
        let from = Sender::parse("Рапорт <crm@example.com>").unwrap();
        let options = Options { way, from, public_url: "https://crm.example.com".to_owned() };
        let mail = Arc::new(Mail::new(self.database.db.clone(), vault, options));
        let runner = Runner::new(self.database.db.clone(), [mail.sending(), mail.works()].concat());
        Process { mail, runner }
    }

    /// A process that sends by this server.
    pub fn by_smtp(&self, url: &str) -> Process {
        self.process(Way::To(Transport::Smtp(Box::new(Smtp::open(url).unwrap()))))
    }

    pub async fn queue(&self, process: &Process, kind: Kind, to: &str, dedup: &str) {
        let tx = self.database.db.begin(&self.owner).await.unwrap();
        process.mail.queue(&tx, mail(process, kind, to, dedup)).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn row(&self, to: &str) -> Row {
        let sql = "select state, tries, last_code, data from mails where org_id = $1 and to_address = $2";
        let values = [self.owner.org_id.0.into(), to.into()];
        let db = &self.database.db;
        let statement = Statement::from_sql_and_values(db.backend(), sql, values);
        let rows = db.reader(&self.owner).query_all_raw(statement).await.unwrap();
        let [row] = &rows[..] else { panic!("{} mails to {to}", rows.len()) };
        Row {
            state: row.try_get("", "state").unwrap(),
            tries: row.try_get("", "tries").unwrap(),
            code: row.try_get("", "last_code").unwrap(),
            has_data: row.try_get::<Option<String>>("", "data").unwrap().is_some(),
        }
    }

    /// `kind state code` of every mail to an address, by kind.
    pub async fn states(&self, to: &str) -> Vec<String> {
        let sql = "select kind, state, last_code from mails where org_id = $1 and to_address = $2 order by kind";
        let db = &self.database.db;
        let statement = Statement::from_sql_and_values(db.backend(), sql, [self.owner.org_id.0.into(), to.into()]);
        let rows = db.reader(&self.owner).query_all_raw(statement).await.unwrap();
        let told = |row: &sea_orm::QueryResult| {
            let code: Option<String> = row.try_get("", "last_code").unwrap();
            let word = |column: &str| row.try_get::<String>("", column).unwrap();
            format!("{} {} {}", word("kind"), word("state"), code.unwrap_or_default())
        };
        rows.iter().map(told).collect()
    }

    /// What a mail's row is sealed with, to be put back.
    pub async fn snapshot(&self, to: &str) -> (String, String) {
        let sql = "select data from mails where org_id = $1 and to_address = $2";
        let db = &self.database.db;
        let statement = Statement::from_sql_and_values(db.backend(), sql, [self.owner.org_id.0.into(), to.into()]);
        let row = db.reader(&self.owner).query_one_raw(statement).await.unwrap().unwrap();
        (to.to_owned(), row.try_get("", "data").unwrap())
    }

    /// As if nothing had been noted after the snapshot.
    pub async fn put_back(&self, (to, data): &(String, String)) {
        let tx = self.database.db.begin(&self.owner).await.unwrap();
        let sql = "update mails set state = 'queued', tries = 0, data = $1, next_at = created_at, settled_at = null \
                   where org_id = $2 and to_address = $3";
        let values = [data.as_str().into(), self.owner.org_id.0.into(), to.as_str().into()];
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await.unwrap();
        tx.execute_unprepared("update jobs set state = 0, finished_at = null where kind = 'mail.send'").await.unwrap();
        tx.commit().await.unwrap();
    }

    pub fn later(&self, minutes: i64) {
        self.clock.advance(TimeDelta::minutes(minutes));
    }
}

pub fn mail(process: &Process, kind: Kind, to: &str, dedup: &str) -> mailing::Mail {
    mailing::Mail {
        kind: kind.as_str(),
        to: to.to_owned(),
        locale: Locale::Ru,
        values: vec![
            ("name", "Анна Łucka <b>".to_owned()),
            ("link", process.mail.link("/auth/verify#secret-token")),
            ("days", "3".to_owned()),
            ("minutes", "30".to_owned()),
        ],
        dedup: dedup.to_owned(),
    }
}

fn scope(clock: &Clock, grants: Grants) -> Scope {
    let (org, user) = (OrgId(clock.new_id()), UserId(clock.new_id()));
    Scope::of_member(org, user, grants, Reach::ORGANIZATION, Locale::En, "test".into())
}

/// What a scope gets from a path, with the status.
pub async fn get(process: &Process, scope: &Scope, path: &str) -> (u16, Value) {
    let (router, _) = process.mail.clone().routes().split_for_parts();
    let principal = Principal {
        scope: scope.clone(),
        session_id: Uuid::nil(),
        kind: SessionKind::Bearer,
        confirmed: true,
        needs_factor: false,
    };
    let router: Router = router.layer(Extension(Credentials::Accepted(Arc::new(principal))));
    let request = Request::builder().uri(path).body(Body::empty()).unwrap();
    let response = router.oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

pub fn nobody(world: &World) -> Scope {
    scope(&world.clock, Grants::of([]))
}

/// The server that `scripts/with-smtp` has started; none without it.
pub struct Server(PathBuf);

impl Server {
    pub fn find() -> Option<Self> {
        let found = settings::test_variable("SMTP").map(|folder| Self(folder.into()));
        if found.is_none() {
            eprintln!("not tested: scripts/with-smtp starts the server that this needs");
        }
        found
    }

    fn port(&self, name: &str) -> String {
        let ports = fs::read_to_string(self.0.join("ports")).unwrap();
        ports.lines().find_map(|line| line.strip_prefix(&format!("{name} "))).unwrap().to_owned()
    }

    pub fn plain(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.port("plain"))
    }

    pub fn guarded(&self, password: &str) -> String {
        let ca = self.0.join("cert.pem").display().to_string();
        format!("smtp://mailer:{password}@localhost:{}?ca={ca}", self.port("starttls"))
    }

    pub fn mailbox(&self, address: &str) -> Vec<String> {
        let Ok(files) = fs::read_dir(self.0.join("mail").join(address)) else { return Vec::new() };
        let mut paths: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
        paths.sort();
        paths.into_iter().map(|path| fs::read_to_string(path).unwrap()).collect()
    }
}
