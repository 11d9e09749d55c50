//! The floor: axum handlers that only run the SQL and write its rows as JSON – no sign-in, no rules, no change log, no
//! event. Same database, same driver, same pool size as the product.

mod inbox;

use std::{str::FromStr, sync::Arc, time::Duration};

use anyhow::Result;
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    routing::get,
};
use kernel::Clock;
use pipeline::moves::order;
use serde::{Deserialize, Serialize};
use sqlx::{
    ConnectOptions, Row,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous},
};
use uuid::Uuid;

/// The columns of a contact and the name of its company, as the product reads them.
const COLUMNS: &str = "contacts.id, contacts.name, contacts.first_name, contacts.middle_name, contacts.last_name, \
    contacts.job_title, contacts.owner_id, contacts.emails, contacts.phones, contacts.telegram_username, contacts.website, \
    contacts.linkedin_url, contacts.source, contacts.tags, contacts.description, contacts.lead_score, \
    contacts.do_not_contact, contacts.custom, contacts.version, contacts.created_at, contacts.updated_at, \
    contacts.deleted_at, companies.id as company_id, companies.name as company_name";

const FROM: &str =
    "from contacts left join companies on companies.id = contacts.company_id and companies.org_id = contacts.org_id";

const INSERT: &str = "insert into contacts (id, org_id, name, name_key, emails, phones, tags, do_not_contact, custom, \
    search_text, version, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

/// The first cards of a column, of every column in one statement; and the sums of the columns.
const CARDS: &str = "select * from (select id, title, stage_id, position, amount_minor, currency, company_id, contact_id, \
    owner_id, expected_close_on, stage_entered_at, tags, version from deals \
    where org_id = $1 and stage_id = $STAGE and deleted_at is null order by position, id limit 51) as part";

const SUMS: &str = "select stage_id, currency, count(*), cast(coalesce(sum(amount_minor), 0) as bigint) from deals \
    where org_id = $1 and stage_id in ($STAGES) and deleted_at is null group by stage_id, currency";

/// A deal, and the position of the first card in the column that it goes to.
const DEAL_AND_TOP: &str = "select id, title, stage_id, position, amount_minor, currency, company_id, contact_id, owner_id, \
    expected_close_on, stage_entered_at, tags, version, (select min(position) from deals \
    where org_id = $1 and stage_id = $3 and deleted_at is null and id <> $2) from deals where org_id = $1 and id = $2";

const MOVE: &str = "update deals set stage_id = $3, position = $4, stage_entered_at = $5, updated_at = $5, \
    version = version + 1 where org_id = $1 and id = $2";

#[derive(Clone)]
struct Floor {
    db: Database,
    org: Uuid,
    clock: Clock,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Card {
    id: Uuid,
    title: String,
    stage_id: Uuid,
    position: String,
    amount_minor: Option<i64>,
    currency: Option<String>,
    company_id: Option<Uuid>,
    contact_id: Option<Uuid>,
    owner_id: Option<Uuid>,
    expected_close_on: Option<String>,
    stage_entered_at: sea_orm::prelude::DateTimeUtc,
    tags: serde_json::Value,
    version: i64,
}

#[derive(Serialize)]
struct Board {
    cards: Vec<Card>,
    sums: Vec<(Uuid, Option<String>, i64, i64)>,
}

#[derive(Clone)]
enum Database {
    Sqlite { read: SqlitePool, write: SqlitePool },
    Postgres(PgPool),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    id: Uuid,
    name: String,
    first_name: Option<String>,
    middle_name: Option<String>,
    last_name: Option<String>,
    job_title: Option<String>,
    owner_id: Option<Uuid>,
    emails: serde_json::Value,
    phones: serde_json::Value,
    telegram_username: Option<String>,
    website: Option<String>,
    linkedin_url: Option<String>,
    source: Option<String>,
    tags: serde_json::Value,
    description: Option<String>,
    lead_score: Option<i64>,
    do_not_contact: bool,
    custom: serde_json::Value,
    version: i64,
    created_at: sea_orm::prelude::DateTimeUtc,
    updated_at: sea_orm::prelude::DateTimeUtc,
    deleted_at: Option<sea_orm::prelude::DateTimeUtc>,
    company_id: Option<Uuid>,
    company_name: Option<String>,
}

macro_rules! contact {
    ($row:expr) => {
        Ok::<_, sqlx::Error>(Shown {
            id: $row.try_get(0)?,
            name: $row.try_get(1)?,
            first_name: $row.try_get(2)?,
            middle_name: $row.try_get(3)?,
            last_name: $row.try_get(4)?,
            job_title: $row.try_get(5)?,
            owner_id: $row.try_get(6)?,
            emails: $row.try_get(7)?,
            phones: $row.try_get(8)?,
            telegram_username: $row.try_get(9)?,
            website: $row.try_get(10)?,
            linkedin_url: $row.try_get(11)?,
            source: $row.try_get(12)?,
            tags: $row.try_get(13)?,
            description: $row.try_get(14)?,
            lead_score: $row.try_get(15)?,
            do_not_contact: $row.try_get(16)?,
            custom: $row.try_get(17)?,
            version: $row.try_get(18)?,
            created_at: $row.try_get(19)?,
            updated_at: $row.try_get(20)?,
            deleted_at: $row.try_get(21)?,
            company_id: $row.try_get(22)?,
            company_name: $row.try_get(23)?,
        })
    };
}

macro_rules! insert {
    ($pool:expr, $floor:expr, $name:expr, $id:expr) => {{
        let now = $floor.clock.now();
        let empty = serde_json::json!([]);
        sqlx::query(INSERT)
            .bind($id)
            .bind($floor.org)
            .bind(&$name)
            .bind($name.to_lowercase())
            .bind(serde_json::json!([format!("{}@example.com", $name)]))
            .bind(empty.clone())
            .bind(empty)
            .bind(false)
            .bind(serde_json::json!({}))
            .bind($name.to_lowercase())
            .bind(1_i64)
            .bind(now)
            .bind(now)
            .execute($pool)
            .await
            .map(drop)
    }};
}

macro_rules! card {
    ($row:expr) => {
        Ok::<_, sqlx::Error>(Card {
            id: $row.try_get(0)?,
            title: $row.try_get(1)?,
            stage_id: $row.try_get(2)?,
            position: $row.try_get(3)?,
            amount_minor: $row.try_get(4)?,
            currency: $row.try_get(5)?,
            company_id: $row.try_get(6)?,
            contact_id: $row.try_get(7)?,
            owner_id: $row.try_get(8)?,
            expected_close_on: $row.try_get(9)?,
            stage_entered_at: $row.try_get(10)?,
            tags: $row.try_get(11)?,
            version: $row.try_get(12)?,
        })
    };
}

macro_rules! board {
    ($pool:expr, $cards:expr, $sums:expr, $org:expr, $stages:expr) => {{
        let query = sqlx::query(sqlx::AssertSqlSafe($cards)).bind($org);
        let rows = $stages.iter().fold(query, |query, stage| query.bind(*stage)).fetch_all($pool).await?;
        let cards = rows.iter().map(|row| card!(row));
        let cards = cards.collect::<Result<_, _>>()?;
        let query = sqlx::query(sqlx::AssertSqlSafe($sums)).bind($org);
        let rows = $stages.iter().fold(query, |query, stage| query.bind(*stage)).fetch_all($pool).await?;
        let sums = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?)));
        Ok(Board { cards, sums: sums.collect::<Result<_, sqlx::Error>>()? })
    }};
}

/// Serves until killed.
pub async fn serve(url: &str, listen: &str, org: Uuid) -> Result<()> {
    let floor = Floor { db: open(url, org).await?, org, clock: Clock::system() };
    let router = Router::new()
        .route("/live", get(|| async { "ok" }))
        .route("/contacts", get(list).post(create))
        .route("/contacts/{id}", get(one))
        .route("/search", get(search))
        .route("/board", get(board))
        .route("/deals/{id}", axum::routing::patch(move_deal))
        .merge(inbox::routes())
        .with_state(Arc::new(floor));
    let listener = tokio::net::TcpListener::bind(listen).await?;
    Ok(axum::serve(listener, router).await?)
}

async fn open(url: &str, org: Uuid) -> Result<Database> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(5))
            .foreign_keys(true)
            .pragma("temp_store", "memory")
            .disable_statement_logging();
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone().pragma("cache_size", "-32000"))
            .await?;
        let read = SqlitePoolOptions::new()
            .max_connections(16)
            .connect_with(options.pragma("cache_size", "-2000").read_only(true))
            .await?;
        return Ok(Database::Sqlite { read, write });
    }
    let options = PgConnectOptions::from_str(url)?.disable_statement_logging();
    let bind = format!("select set_config('app.org_id', '{org}', false)");
    let pool = PgPoolOptions::new()
        .max_connections(16)
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let bind = bind.clone();
            Box::pin(async move { sqlx::query(sqlx::AssertSqlSafe(bind)).execute(connection).await.map(drop) })
        })
        .connect_with(options)
        .await?;
    Ok(Database::Postgres(pool))
}

type Answer<T> = Result<Json<T>, axum::http::StatusCode>;

fn failed(_: sqlx::Error) -> axum::http::StatusCode {
    axum::http::StatusCode::INTERNAL_SERVER_ERROR
}

impl Floor {
    async fn rows(&self, sql: String, values: &[&str]) -> Result<Vec<Shown>, sqlx::Error> {
        let sql = sqlx::AssertSqlSafe(sql);
        match &self.db {
            Database::Sqlite { read, .. } => {
                let query = values.iter().fold(sqlx::query(sql).bind(self.org), |q, v| q.bind((*v).to_owned()));
                query.fetch_all(read).await?.iter().map(|row| contact!(row)).collect()
            }
            Database::Postgres(pool) => {
                let query = values.iter().fold(sqlx::query(sql).bind(self.org), |q, v| q.bind((*v).to_owned()));
                query.fetch_all(pool).await?.iter().map(|row| contact!(row)).collect()
            }
        }
    }
}

async fn list(State(floor): State<Arc<Floor>>) -> Answer<Vec<Shown>> {
    let sql = format!(
        "select {COLUMNS} {FROM} where contacts.org_id = $1 and contacts.deleted_at is null \
         order by contacts.created_at desc, contacts.id desc limit 21"
    );
    floor.rows(sql, &[]).await.map(Json).map_err(failed)
}

async fn one(State(floor): State<Arc<Floor>>, Path(id): Path<Uuid>) -> Answer<Shown> {
    let sql = format!("select {COLUMNS} {FROM} where contacts.org_id = $1 and contacts.id = $2");
    match &floor.db {
        Database::Sqlite { read, .. } => {
            let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(floor.org).bind(id).fetch_one(read).await;
            row.and_then(|row| contact!(row)).map(Json).map_err(failed)
        }
        Database::Postgres(pool) => {
            let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(floor.org).bind(id).fetch_one(pool).await;
            row.and_then(|row| contact!(row)).map(Json).map_err(failed)
        }
    }
}

#[derive(Deserialize)]
struct Search {
    word: String,
}

async fn search(State(floor): State<Arc<Floor>>, Query(search): Query<Search>) -> Answer<Vec<Shown>> {
    let (sql, value) = match &floor.db {
        Database::Sqlite { .. } => (
            format!(
                "select {COLUMNS} from contacts_fts cross join contacts \
                 left join companies on companies.id = contacts.company_id and companies.org_id = contacts.org_id \
                 where contacts.seq = contacts_fts.rowid \
                 and contacts.org_id = $1 and contacts.deleted_at is null and contacts_fts match $2 \
                 order by contacts_fts.rowid desc limit 21"
            ),
            format!("org : \"{}\" AND text : (\"{}\"*)", floor.org.simple(), search.word),
        ),
        Database::Postgres(_) => (
            format!(
                "select {COLUMNS} {FROM} where contacts.org_id = $1 and contacts.deleted_at is null and contacts.id = any(array(\
                 select record_id from contacts_words where words @@ to_tsquery('simple', $2))) \
                 order by contacts.created_at + interval '0' desc, contacts.id desc limit 21"
            ),
            format!("{}:*", search.word),
        ),
    };
    floor.rows(sql, &[&value]).await.map(Json).map_err(failed)
}

#[derive(Deserialize)]
struct New {
    name: String,
}

async fn create(State(floor): State<Arc<Floor>>, Json(new): Json<New>) -> Answer<Uuid> {
    let id = floor.clock.new_id();
    match &floor.db {
        Database::Sqlite { write, .. } => insert!(write, floor, new.name, id),
        Database::Postgres(pool) => insert!(pool, floor, new.name, id),
    }
    .map_err(failed)?;
    Ok(Json(id))
}

#[derive(Deserialize)]
struct Wanted {
    /// Ids, one after the other, separated by commas.
    stages: String,
}

async fn board(State(floor): State<Arc<Floor>>, Query(wanted): Query<Wanted>) -> Answer<Board> {
    let stages: Vec<Uuid> = wanted.stages.split(',').filter_map(|id| id.parse().ok()).collect();
    let names: Vec<String> = (0..stages.len()).map(|n| format!("${}", n + 2)).collect();
    let parts: Vec<String> = names.iter().map(|name| CARDS.replace("$STAGE", name)).collect();
    let sums = SUMS.replace("$STAGES", &names.join(", "));
    floor.board(parts.join(" union all "), sums, &stages).await.map(Json).map_err(failed)
}

impl Floor {
    async fn board(&self, cards: String, sums: String, stages: &[Uuid]) -> Result<Board, sqlx::Error> {
        match &self.db {
            Database::Sqlite { read, .. } => board!(read, cards, sums, self.org, stages),
            Database::Postgres(pool) => board!(pool, cards, sums, self.org, stages),
        }
    }
}

#[derive(Deserialize)]
struct Place {
    stage: Uuid,
}

/// The position is read, as the product reads it, and a card goes before it.
macro_rules! move_deal {
    ($read:expr, $write:expr, $floor:expr, $id:expr, $stage:expr) => {{
        let read = sqlx::query(DEAL_AND_TOP).bind($floor.org).bind($id).bind($stage).fetch_one($read).await?;
        let top: Option<String> = read.try_get(13)?;
        let (now, position) = ($floor.clock.now(), order::apart(None, top.as_deref(), $id).unwrap_or_default());
        let update = sqlx::query(MOVE).bind($floor.org).bind($id).bind($stage).bind(&position).bind(now);
        update.execute($write).await?;
        Ok(Card { stage_id: $stage, position, stage_entered_at: now, ..card!(read)? })
    }};
}

async fn move_deal(State(floor): State<Arc<Floor>>, Path(id): Path<Uuid>, Json(place): Json<Place>) -> Answer<Card> {
    floor.carry(id, place.stage).await.map(Json).map_err(failed)
}

impl Floor {
    async fn carry(&self, id: Uuid, stage: Uuid) -> Result<Card, sqlx::Error> {
        match &self.db {
            Database::Sqlite { read, write } => move_deal!(read, write, self, id, stage),
            Database::Postgres(pool) => move_deal!(pool, pool, self, id, stage),
        }
    }
}
