//! The sequencer and the dispatcher. Positions are given in commit order, so a reader that follows positions misses
//! nothing; a handler that keeps failing has its event set aside instead of holding up those behind it.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use db::{Db, Error, Tx};
use kernel::{OrgId, Scope};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;

use crate::{Event, Feed, feed};

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
const BATCH: u64 = 500;
/// A handler that reacts to none of them has its place kept after so many events: after a restart it reads these again.
const KEPT_EVERY: i64 = 1000;
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
    /// How far each handler has read, once the first turn has asked for it.
    places: Mutex<Option<Vec<Place>>>,
    placed: watch::Sender<i64>,
}

#[derive(Clone, Copy)]
struct Place {
    reached: i64,
    /// What the database knows of it.
    kept: i64,
}

impl Dispatcher {
    #[must_use]
    pub fn new(db: Db, handlers: Vec<Arc<dyn Handler>>) -> Self {
        Self { db, handlers, places: Mutex::default(), placed: watch::Sender::new(0) }
    }

    /// The events in the order of their positions; its readers are woken by this dispatcher.
    #[must_use]
    pub fn feed(&self) -> Feed {
        Feed::new(self.db.clone(), self.placed.subscribe())
    }

    /// Works until cancelled.
    pub async fn run(&self, cancel: CancellationToken) {
        // Another process may have gone on since.
        *self.places.lock().await = None;
        while !cancel.is_cancelled() {
            let (placed, reactions) = self.turn().await.unwrap_or_else(|error| {
                tracing::error!(%error, "dispatching events failed; trying again");
                (0, 0)
            });
            let done = placed + reactions;
            if done >= BATCH {
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
        let mut places = self.places.lock().await;
        let places = match &mut *places {
            Some(places) => places,
            none => none.insert(self.places().await?),
        };
        // Handlers that are at the same place, as nearly all are nearly always, read the same events.
        let mut read: HashMap<i64, Vec<Event>> = HashMap::new();
        let mut reactions = 0;
        for (handler, place) in self.handlers.iter().zip(places) {
            let events = match read.entry(place.reached) {
                Entry::Occupied(events) => events.into_mut(),
                Entry::Vacant(none) => none.insert(feed::after(&self.db, place.reached, BATCH).await?),
            };
            reactions += self.hand(handler.as_ref(), events, place).await?;
        }
        Ok((placed, reactions))
    }

    /// Deletes events that happened before an instant, as far as every handler is past them; returns how many. Each call
    /// deletes a part, so that a first clean-up after years does not hold the database for minutes.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn forget(&self, before: DateTime<Utc>) -> Result<u64, Error> {
        let reached = self.places.lock().await.as_ref().and_then(|all| all.iter().map(|place| place.reached).min());
        match reached {
            Some(reached) => feed::forget(&self.db, before, reached).await,
            None => Ok(0),
        }
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
        let batch = i64::try_from(BATCH).unwrap_or(i64::MAX);
        let placed = tx.execute_raw(statement(&self.db, place, [batch.into()])).await?.rows_affected();
        let head = "update event_head set position = position + $1 where id = 1 returning position";
        let by = i64::try_from(placed).unwrap_or(batch);
        let row = tx.query_one_raw(statement(&self.db, head, [by.into()])).await?;
        let head: i64 = row.map(|row| row.try_get("", "position")).transpose()?.unwrap_or_default();
        tx.commit().await?;
        self.placed.send_replace(head);
        metrics::counter!("rapport_events_sequenced_total").increment(placed);
        Ok(placed)
    }

    /// Hands one handler those of the events that it reacts to; returns how many.
    async fn hand(&self, handler: &dyn Handler, events: &[Event], place: &mut Place) -> Result<u64, Error> {
        let Some(last) = events.last() else { return Ok(0) };
        let mut reactions = 0;
        for event in events.iter().filter(|event| handler.kinds().contains(&event.kind.as_str())) {
            self.deliver(handler, event).await?;
            reactions += 1;
        }
        place.reached = last.position;
        if reactions > 0 || place.reached - place.kept >= KEPT_EVERY {
            self.advance(handler.name(), place.reached).await?;
            place.kept = place.reached;
        }
        Ok(reactions)
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

    /// Where the handlers left off.
    async fn places(&self) -> Result<Vec<Place>, Error> {
        #[derive(FromQueryResult)]
        struct Row {
            name: String,
            position: i64,
        }
        let select = Statement::from_string(self.db.backend(), "select name, position from event_handlers");
        let rows = Row::find_by_statement(select).all(&self.db.system_reader()).await?;
        let place = |handler: &Arc<dyn Handler>| {
            let kept = rows.iter().find(|row| row.name == handler.name()).map_or(0, |row| row.position);
            Place { reached: kept, kept }
        };
        Ok(self.handlers.iter().map(place).collect())
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
