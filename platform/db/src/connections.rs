//! The connections of a database, lent for one statement or one transaction. One that comes back is kept at hand with
//! the organization it is bound to: the pool of `sqlx` asks the database about its health at every return, and on
//! PostgreSQL every read would bind its organization anew – on a read by id those cost more than the read does.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sea_orm::{ConnAcquireErr, DbErr, ExecResult, QueryResult, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Database, Pool, Postgres, Sqlite, pool::PoolConnection};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};
use uuid::Uuid;

/// How long a statement waits for a connection.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// A connection that answered less than this ago is taken to be alive.
const FRESH: Duration = Duration::from_secs(1);

/// What a connection is asked.
pub(crate) enum Ask<'a> {
    Execute(Statement),
    /// Several statements at once, without values.
    Text(&'a str),
    /// The first row, if there is one.
    One(&'a Statement),
    All(&'a Statement),
}

/// What it answers.
pub(crate) enum Answer {
    Done(ExecResult),
    Rows(Vec<QueryResult>),
}

/// What the two databases do each in its own way.
pub(crate) trait Engine: Database {
    /// The statement that binds a connection to the rows of one organization, or of none, until it is bound again.
    fn binding(org: Option<Uuid>) -> Option<String>;
    /// The statement that opens a transaction, bound to the rows of one organization or of none.
    fn opening(org: Option<Uuid>) -> String;
    fn ask(connection: &mut Self::Connection, ask: Ask<'_>)
    -> impl Future<Output = Result<Answer, sqlx::Error>> + Send;
}

fn query<D>(sql: &str, values: Option<Values>) -> sqlx::query::Query<'_, D, SqlxValues>
where
    D: Database,
    SqlxValues: sqlx::IntoArguments<D>,
{
    sqlx::query_with(AssertSqlSafe(sql), SqlxValues(values.unwrap_or(Values(Vec::new()))))
}

macro_rules! ask {
    ($connection:expr, $ask:expr) => {
        match $ask {
            Ask::Execute(Statement { sql, values, .. }) => {
                Ok(Answer::Done(query(&sql, values).execute($connection).await?.into()))
            }
            Ask::Text(sql) => Ok(Answer::Done(sqlx::raw_sql(AssertSqlSafe(sql)).execute($connection).await?.into())),
            Ask::One(statement) => {
                let row = query(&statement.sql, statement.values.clone()).fetch_optional($connection).await?;
                Ok(Answer::Rows(row.into_iter().map(Into::into).collect()))
            }
            Ask::All(statement) => {
                let rows = query(&statement.sql, statement.values.clone()).fetch_all($connection).await?;
                Ok(Answer::Rows(rows.into_iter().map(Into::into).collect()))
            }
        }
    };
}

impl Engine for Sqlite {
    fn binding(_: Option<Uuid>) -> Option<String> {
        None
    }

    /// Holds the write lock from the start: a transaction that read first could not get it later (`stack.md` §1).
    fn opening(_: Option<Uuid>) -> String {
        "begin immediate".to_owned()
    }

    async fn ask(connection: &mut Self::Connection, ask: Ask<'_>) -> Result<Answer, sqlx::Error> {
        ask!(connection, ask)
    }
}

impl Engine for Postgres {
    fn binding(org: Option<Uuid>) -> Option<String> {
        Some(format!("set app.org_id = '{}'", org.map(|id| id.to_string()).unwrap_or_default()))
    }

    fn opening(org: Option<Uuid>) -> String {
        format!("begin; set local app.org_id = '{}'", org.map(|id| id.to_string()).unwrap_or_default())
    }

    async fn ask(connection: &mut Self::Connection, ask: Ask<'_>) -> Result<Answer, sqlx::Error> {
        ask!(connection, ask)
    }
}

/// Connections of one database, at most as many as its pool may open.
pub(crate) struct Connections<D: Engine>(Arc<Home<D>>);

struct Home<D: Engine> {
    pool: Pool<D>,
    /// Which of them are lent.
    permits: Arc<Semaphore>,
    spares: Mutex<Vec<Spare<D>>>,
}

/// A connection that nobody uses.
struct Spare<D: Engine> {
    connection: PoolConnection<D>,
    /// The organization whose rows it sees outside of transactions.
    bound: Option<Uuid>,
    /// When it last answered.
    answered_at: Instant,
}

/// A connection in use. Dropped, it becomes a spare again – unless a statement broke off, then it is closed.
struct Lent<D: Engine> {
    spare: Option<Spare<D>>,
    home: Arc<Home<D>>,
    /// It has lain idle, so the other side may have closed it.
    was_spare: bool,
    whole: bool,
    _permit: OwnedSemaphorePermit,
}

impl<D: Engine> Connections<D> {
    /// Takes over a pool that nobody else may use.
    pub(crate) fn new(pool: Pool<D>) -> Self {
        let size = usize::try_from(pool.options().get_max_connections()).unwrap_or(Semaphore::MAX_PERMITS);
        let permits = Arc::new(Semaphore::new(size));
        Self(Arc::new(Home { pool, permits, spares: Mutex::default() }))
    }

    /// Closes every connection, waiting for those in use.
    pub(crate) async fn close(&self) {
        self.0.spares().clear();
        self.0.pool.close().await;
    }

    /// Lends a connection; one that is bound as wanted if there is one.
    async fn lend(&self, wanted: Option<Uuid>) -> Result<Lent<D>, DbErr> {
        let home = Arc::clone(&self.0);
        let permit = match tokio::time::timeout(PATIENCE, Arc::clone(&home.permits).acquire_owned()).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) => return Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)),
            Err(_) => return Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)),
        };
        let spare = home.spare(wanted);
        let was_spare = spare.is_some();
        let spare = match spare {
            Some(spare) => spare,
            None => Spare {
                connection: home.pool.acquire().await.map_err(acquiring)?,
                bound: None,
                answered_at: Instant::now(),
            },
        };
        Ok(Lent { spare: Some(spare), home, was_spare, whole: true, _permit: permit })
    }

    /// Reads on a connection bound to these rows; again on another one when a spare turns out to be gone.
    pub(crate) async fn read<'a>(
        &self,
        org: Option<Uuid>,
        ask: impl Fn() -> Ask<'a> + Sync,
    ) -> Result<Vec<QueryResult>, DbErr> {
        loop {
            let mut lent = self.lend(org).await?;
            let done = match lent.bind(org).await {
                Ok(()) => lent.ask(ask()).await,
                Err(error) => Err(error),
            };
            match done {
                Ok(Answer::Rows(rows)) => return Ok(rows),
                Ok(Answer::Done(_)) => return Ok(Vec::new()),
                Err(error) if lent.was_spare && is_gone(&error) => {}
                Err(error) => return Err(DbErr::Query(RuntimeErr::SqlxError(error.into()))),
            }
        }
    }

    /// Asks one statement that is a transaction by itself.
    pub(crate) async fn ask_alone(&self, org: Option<Uuid>, ask: Ask<'_>) -> Result<Answer, DbErr> {
        let mut lent = self.lend_ready(org).await?;
        lent.ask(ask).await.map_err(|error| DbErr::Exec(RuntimeErr::SqlxError(error.into())))
    }

    /// Lends a connection that is bound as wanted and alive. What writes cannot be repeated when the connection turns out
    /// to be gone, so one that has lain idle for long is bound anew, which can.
    async fn lend_ready(&self, org: Option<Uuid>) -> Result<Lent<D>, DbErr> {
        loop {
            let mut lent = self.lend(org).await?;
            if lent.is_ready_for(org) {
                return Ok(lent);
            }
            match lent.bind_anew(org).await {
                Ok(()) => return Ok(lent),
                Err(error) if lent.was_spare && is_gone(&error) => {}
                Err(error) => return Err(DbErr::Conn(RuntimeErr::SqlxError(error.into()))),
            }
        }
    }

    /// Runs statements that open a transaction and commit it, as one message; the rows that they answer with.
    pub(crate) async fn run_through(&self, statements: &Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut lent = self.lend(None).await?;
        match lent.ask(Ask::All(statements)).await {
            Ok(Answer::Rows(rows)) => Ok(rows),
            Ok(Answer::Done(_)) => Ok(Vec::new()),
            Err(error) => {
                // What was refused has left the transaction open.
                if lent.whole && lent.ask(Ask::Text("rollback")).await.is_err() {
                    lent.whole = false;
                }
                Err(DbErr::Exec(RuntimeErr::SqlxError(error.into())))
            }
        }
    }

    /// Opens a transaction that sees and writes the rows of one organization, or of none.
    pub(crate) async fn begin(&self, org: Option<Uuid>) -> Result<Open<D>, DbErr> {
        let opening = D::opening(org);
        loop {
            let mut lent = self.lend(org).await?;
            match lent.ask(Ask::Text(&opening)).await {
                Ok(_) => return Ok(Open { lent: Some(lent) }),
                Err(error) if lent.was_spare && is_gone(&error) => {}
                Err(error) => {
                    // It may have begun all the same.
                    lent.whole = false;
                    return Err(DbErr::Conn(RuntimeErr::SqlxError(error.into())));
                }
            }
        }
    }
}

impl<D: Engine> Home<D> {
    fn spares(&self) -> std::sync::MutexGuard<'_, Vec<Spare<D>>> {
        self.spares.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spare(&self, wanted: Option<Uuid>) -> Option<Spare<D>> {
        let mut spares = self.spares();
        match spares.iter().rposition(|spare| spare.bound == wanted) {
            Some(at) => Some(spares.swap_remove(at)),
            None => spares.pop(),
        }
    }
}

impl<D: Engine> Lent<D> {
    /// It is bound to these rows, and was in use a moment ago.
    fn is_ready_for(&self, org: Option<Uuid>) -> bool {
        self.was_spare && self.spare.as_ref().is_some_and(|s| s.bound == org && s.answered_at.elapsed() < FRESH)
    }

    async fn bind(&mut self, org: Option<Uuid>) -> Result<(), sqlx::Error> {
        if self.spare.as_ref().is_some_and(|spare| spare.bound == org) {
            return Ok(());
        }
        self.bind_anew(org).await
    }

    async fn bind_anew(&mut self, org: Option<Uuid>) -> Result<(), sqlx::Error> {
        if let Some(binding) = D::binding(org) {
            self.ask(Ask::Text(&binding)).await?;
        }
        if let Some(spare) = &mut self.spare {
            spare.bound = org;
        }
        Ok(())
    }

    /// Broken off half-way, or gone, the connection is not used again.
    async fn ask(&mut self, ask: Ask<'_>) -> Result<Answer, sqlx::Error> {
        let Some(spare) = &mut self.spare else { return Err(sqlx::Error::PoolClosed) };
        self.whole = false;
        let done = D::ask(&mut spare.connection, ask).await;
        self.whole = done.as_ref().err().is_none_or(|error| !is_gone(error));
        spare.answered_at = Instant::now();
        done
    }
}

impl<D: Engine> Drop for Lent<D> {
    fn drop(&mut self) {
        let Some(mut spare) = self.spare.take() else { return };
        if self.whole && !self.home.pool.is_closed() {
            self.home.spares().push(spare);
        } else {
            spare.connection.close_on_drop();
        }
    }
}

/// An open transaction. Dropped before it is committed, it is rolled back.
pub(crate) struct Open<D: Engine> {
    lent: Option<Lent<D>>,
}

impl<D: Engine> Open<D> {
    pub(crate) async fn ask(&mut self, ask: Ask<'_>) -> Result<Answer, sqlx::Error> {
        match &mut self.lent {
            Some(lent) => lent.ask(ask).await,
            None => Err(sqlx::Error::PoolClosed),
        }
    }

    /// Ends the transaction with `commit` or `rollback`.
    pub(crate) async fn end(mut self, how: &str) -> Result<(), sqlx::Error> {
        self.ask(Ask::Text(how)).await?;
        self.lent = None;
        Ok(())
    }
}

impl<D: Engine> Drop for Open<D> {
    fn drop(&mut self) {
        let Some(mut lent) = self.lent.take() else { return };
        match Handle::try_current() {
            Ok(runtime) if lent.whole => {
                // The next transaction gets the connection when this one is off it.
                runtime.spawn(async move {
                    if lent.ask(Ask::Text("rollback")).await.is_err() {
                        lent.whole = false;
                    }
                    drop(lent);
                });
            }
            _ => lent.whole = false,
        }
    }
}

/// The connection is of no more use.
fn is_gone(error: &sqlx::Error) -> bool {
    use sqlx::Error as E;
    match error {
        E::Io(_) | E::Tls(_) | E::Protocol(_) | E::WorkerCrashed | E::PoolClosed | E::BeginFailed => true,
        // PostgreSQL: class 57P is the server shutting down.
        E::Database(error) => error.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}

fn acquiring(error: sqlx::Error) -> DbErr {
    match error {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        error => DbErr::Conn(RuntimeErr::SqlxError(error.into())),
    }
}
