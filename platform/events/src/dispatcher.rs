//! The sequencer and the dispatcher. Positions are given in commit order, so a reader that follows positions misses
//! nothing; a handler that keeps failing has its event set aside instead of holding up those behind it.

use std::{sync::Arc, time::Duration};

use db::{Db, Error, Tx};
use kernel::{OrgId, Scope};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};
use tokio_util::sync::CancellationToken;

use crate::Event;

/// Why a handler failed.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// A reaction to events. Runs inside a transaction of the event's organization; whatever it writes there is committed
/// together with the note that it has run.
#[async_trait::async_trait]
pub trait Handler: Send + Sync {
    /// Stable name, e.g. `crm.reindex_contacts`.
    fn name(&self) -> &'static str;
    /// The kinds of event it reacts to.
    fn kinds(&self) -> &'static [&'static str];
    /// The reaction.
    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError>;
}

/// Most events of one step.
const BATCH: i64 = 500;
/// Tries of one event by one handler before it is set aside, and the pause after the first of them.
const TRIES: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// Commits are gathered this long before they are sequenced.
const GATHER: Duration = Duration::from_millis(15);
/// Looks for events even when no commit was announced (another process may have written them).
const POLL: Duration = Duration::from_secs(1);

/// Runs the reaction graph.
pub struct Dispatcher {
    db: Db,
    handlers: Vec<Arc<dyn Handler>>,
}

impl Dispatcher {
    #[must_use]
    pub fn new(db: Db, handlers: Vec<Arc<dyn Handler>>) -> Self {
        Self { db, handlers }
    }

    /// Works until cancelled.
    pub async fn run(&self, cancel: CancellationToken) {
        while !cancel.is_cancelled() {
            let (placed, reactions) = self.turn().await.unwrap_or_else(|error| {
                tracing::error!(%error, "dispatching events failed; trying again");
                (0, 0)
            });
            let done = placed + reactions;
            if done >= BATCH.unsigned_abs() {
                continue;
            }
            // Where commits follow each other closely, one turn serves many of them.
            let next = async {
                if done == 0 {
                    tokio::select! {
                        () = self.db.committed() => {}
                        () = tokio::time::sleep(POLL) => return,
                    }
                }
                tokio::time::sleep(GATHER).await;
            };
            tokio::select! {
                () = cancel.cancelled() => break,
                () = next => {}
            }
        }
    }

    /// Sequences and dispatches everything there is; returns how many reactions ran.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn run_until_idle(&self) -> Result<u64, Error> {
        let mut reactions = 0;
        loop {
            let (placed, step) = self.turn().await?;
            reactions += step;
            if placed == 0 && step == 0 {
                return Ok(reactions);
            }
        }
    }

    /// Sequences a batch and dispatches to every handler; returns how many events were placed and how many reactions ran.
    async fn turn(&self) -> Result<(u64, u64), Error> {
        let placed = self.sequence().await?;
        let mut reactions = 0;
        for handler in &self.handlers {
            reactions += self.feed(handler.as_ref()).await?;
        }
        Ok((placed, reactions))
    }

    /// Gives committed events their positions; returns how many.
    async fn sequence(&self) -> Result<u64, Error> {
        let backend = self.db.backend();
        let waiting = "select 1 from events where position is null limit 1";
        if self.db.system_reader().query_one_raw(Statement::from_string(backend, waiting)).await?.is_none() {
            return Ok(0);
        }
        let tx = self.db.begin_system().await?;
        // Takes the row lock on PostgreSQL; SQLite has one writer anyway.
        tx.execute_unprepared("update event_head set position = position where id = 1").await?;
        let place = "with waiting as (select seq, row_number() over (order by seq) as place from events \
                     where position is null order by seq limit $1) \
                     update events set position = (select position from event_head where id = 1) + waiting.place \
                     from waiting where events.seq = waiting.seq";
        let placed = tx.execute_raw(statement(&self.db, place, [BATCH.into()])).await?.rows_affected();
        let head = "update event_head set position = position + $1 where id = 1";
        let by = i64::try_from(placed).unwrap_or(BATCH);
        tx.execute_raw(statement(&self.db, head, [by.into()])).await?;
        tx.commit().await?;
        metrics::counter!("rapport_events_sequenced_total").increment(placed);
        Ok(placed)
    }

    /// Runs one handler over the next events it has not seen.
    async fn feed(&self, handler: &dyn Handler) -> Result<u64, Error> {
        let from = self.position_of(handler.name()).await?;
        let kinds: Vec<String> = (0..handler.kinds().len()).map(|i| format!("${}", i + 3)).collect();
        let sql = format!(
            "select id, org_id, kind, occurred_at, actor_kind, actor_id, subject_kind, subject_ids, data, batch_id, \
             request_id, position from events where position > $1 and kind in ({}) order by position limit $2",
            kinds.join(", ")
        );
        let values = [from.into(), BATCH.into()].into_iter().chain(handler.kinds().iter().map(|k| Value::from(*k)));
        let select = Statement::from_sql_and_values(self.db.backend(), sql, values);
        let events = Event::find_by_statement(select).all(&self.db.system_reader()).await?;
        for event in &events {
            self.deliver(handler, event).await?;
        }
        if let Some(last) = events.last() {
            self.advance(handler.name(), last.position).await?;
        }
        Ok(events.len() as u64)
    }

    async fn deliver(&self, handler: &dyn Handler, event: &Event) -> Result<(), Error> {
        let mut pause = FIRST_PAUSE;
        for attempt in 1..=TRIES {
            match self.react(handler, event).await {
                Ok(()) => return Ok(()),
                Err(error) if attempt == TRIES => {
                    tracing::error!(handler = handler.name(), event_id = %event.id, kind = event.kind, %error, "event set aside");
                    metrics::counter!("rapport_event_dead_letters_total", "handler" => handler.name()).increment(1);
                    return self.set_aside(handler.name(), event, &error.to_string()).await;
                }
                Err(error) => {
                    tracing::warn!(handler = handler.name(), event_id = %event.id, attempt, %error, "handler failed; trying again");
                    tokio::time::sleep(pause).await;
                    pause *= 4;
                }
            }
        }
        Ok(())
    }

    async fn react(&self, handler: &dyn Handler, event: &Event) -> Result<(), HandlerError> {
        let mut scope = Scope::system(OrgId(event.org_id), &event.request_id);
        scope.cause_event_id = Some(event.id);
        scope.batch_id = event.batch_id;
        let tx = self.db.begin(&scope).await?;
        let mark = "insert into event_inbox (handler, event_id, done_at) values ($1, $2, $3) on conflict do nothing";
        let values = [handler.name().into(), event.id.into(), tx.clock().now().into()];
        if tx.execute_raw(statement(&self.db, mark, values)).await?.rows_affected() == 0 {
            return Ok(());
        }
        handler.handle(&tx, event).await?;
        Ok(tx.commit().await?)
    }

    async fn set_aside(&self, handler: &'static str, event: &Event, error: &str) -> Result<(), Error> {
        let tx = self.db.begin_system().await?;
        let sql = "insert into event_dead_letters (handler, event_id, org_id, error, failed_at) \
                   values ($1, $2, $3, $4, $5) on conflict do nothing";
        let values = [handler.into(), event.id.into(), event.org_id.into(), error.into(), tx.clock().now().into()];
        tx.execute_raw(statement(&self.db, sql, values)).await?;
        tx.commit().await
    }

    async fn position_of(&self, handler: &'static str) -> Result<i64, Error> {
        let sql = "select position from event_handlers where name = $1";
        let row = self.db.system_reader().query_one_raw(statement(&self.db, sql, [handler.into()])).await?;
        Ok(row.map(|row| row.try_get("", "position")).transpose()?.unwrap_or_default())
    }

    async fn advance(&self, handler: &'static str, to: i64) -> Result<(), Error> {
        let tx = self.db.begin_system().await?;
        let sql = "insert into event_handlers (name, position) values ($1, $2) \
                   on conflict (name) do update set position = excluded.position \
                   where event_handlers.position < excluded.position";
        tx.execute_raw(statement(&self.db, sql, [handler.into(), to.into()])).await?;
        tx.commit().await
    }
}

fn statement(db: &Db, sql: &'static str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.backend(), sql, values)
}
