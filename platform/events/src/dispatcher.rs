//! Events from the outbox to the handlers of this process, or to the broker that carries them to those of all processes.
//! Positions are given in commit order, so whoever follows positions misses nothing.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use db::{Db, Error, Hints, Tx};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::{
    Event, Feed, RabbitMq, feed, places, rabbitmq,
    reactions::{Outcome, deliver},
    sequencer::Sequencer,
};

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
    /// Whether it reacts to this one. A cheap question, asked before a transaction is opened: of memory, or a read.
    async fn wants(&self, _event: &Event) -> Result<bool, HandlerError> {
        Ok(true)
    }
    /// The reaction.
    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError>;
}

/// Most events of one step.
const BATCH: u64 = 500;
/// A handler that reacts to none of them has its place kept after so many events: after a restart it reads these again.
const KEPT_EVERY: i64 = 1000;
/// Commits are gathered this long before they are sequenced.
const GATHER: Duration = Duration::from_millis(15);
/// Looks for events even when no commit was announced (another process may have written them).
const POLL: Duration = Duration::from_secs(1);

/// Runs the reaction graph.
pub struct Dispatcher {
    db: Db,
    handlers: Vec<Arc<dyn Handler>>,
    sequencer: Sequencer,
    broker: Option<RabbitMq>,
    /// How far each handler has read, once the first turn has asked for it.
    places: Mutex<Option<Vec<Place>>>,
    /// Every event up to here has been handed to every handler, or to the broker.
    handed: AtomicI64,
}

#[derive(Clone, Copy)]
struct Place {
    reached: i64,
    /// What the database knows of it.
    kept: i64,
}

impl Dispatcher {
    /// Hands events to handlers itself.
    #[must_use]
    pub fn new(db: Db, handlers: Vec<Arc<dyn Handler>>) -> Self {
        let sequencer = Sequencer::new(db.clone());
        Self { db, handlers, sequencer, broker: None, places: Mutex::default(), handed: AtomicI64::new(0) }
    }

    /// Has a broker carry events to the handlers: those of every process that runs [`Self::consume`].
    #[must_use]
    pub fn carried_by(self, broker: RabbitMq) -> Self {
        Self { broker: Some(broker), ..self }
    }

    /// The events in the order of their positions; its readers are woken by this dispatcher.
    #[must_use]
    pub fn feed(&self) -> Feed {
        self.sequencer.feed()
    }

    /// Hints at events that this process has placed in the feed.
    #[must_use]
    pub fn placed_here(&self) -> Hints {
        self.sequencer.placed_here()
    }

    /// Wakes the readers of the feed: another process has placed events.
    pub fn placed_elsewhere(&self) {
        self.sequencer.placed_elsewhere();
    }

    /// The reaction graph.
    #[must_use]
    pub fn handlers(&self) -> &[Arc<dyn Handler>] {
        &self.handlers
    }

    /// What carries events between processes, if anything does.
    #[must_use]
    pub fn broker(&self) -> Option<&RabbitMq> {
        self.broker.as_ref()
    }

    /// Works until cancelled; to be run by one process at a time.
    pub async fn run(&self, cancel: CancellationToken) {
        let mut news = self.db.news();
        let Some(broker) = &self.broker else {
            // Another process may have gone on since.
            *self.places.lock().await = None;
            while !cancel.is_cancelled() {
                news.take();
                let done = self.step().await.map(|(placed, reactions)| placed + reactions);
                rest(done, &mut news, &cancel).await;
            }
            return;
        };
        let place = async {
            while !cancel.is_cancelled() {
                news.take();
                let done = self.sequencer.place().await.map(|placed| placed.events.len() as u64);
                rest(done, &mut news, &cancel).await;
            }
        };
        let publish = Box::pin(rabbitmq::publish(broker, self.feed(), &self.handlers, &self.handed));
        tokio::join!(place, cancel.run_until_cancelled(publish));
    }

    /// Takes from the broker what is meant for these handlers, until cancelled; any number of processes may.
    /// Without a broker there is nothing to take.
    pub async fn consume(&self, handlers: Vec<Arc<dyn Handler>>, cancel: CancellationToken) {
        if let Some(broker) = &self.broker {
            rabbitmq::consume(broker, &self.db, &handlers, &cancel).await;
        }
    }

    /// Sequences and dispatches everything there is; returns how many reactions ran.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn run_until_idle(&self) -> Result<u64, Error> {
        let mut reactions = 0;
        loop {
            let (placed, step) = self.step().await?;
            reactions += step;
            if placed == 0 && step == 0 {
                return Ok(reactions);
            }
        }
    }

    /// Sequences a batch and dispatches to every handler; returns how many events were placed and how many reactions ran.
    async fn step(&self) -> Result<(u64, u64), Error> {
        let placed = self.sequencer.place().await?;
        let count = placed.events.len() as u64;
        let mut places = self.places.lock().await;
        let places = match &mut *places {
            Some(places) => places,
            none => none.insert(self.places().await?),
        };
        // Handlers that are at the same place, as nearly all are nearly always, read the same events: those just placed.
        let mut read: HashMap<i64, Vec<Event>> = HashMap::new();
        if count > 0 {
            read.insert(placed.after, placed.events);
        }
        let mut reactions = 0;
        for (handler, place) in self.handlers.iter().zip(&mut *places) {
            let events = match read.entry(place.reached) {
                Entry::Occupied(events) => events.into_mut(),
                Entry::Vacant(none) => none.insert(feed::after(&self.db, place.reached, BATCH).await?),
            };
            reactions += self.hand(handler.as_ref(), events, place).await?;
        }
        if let Some(handed) = places.iter().map(|place| place.reached).min() {
            self.handed.store(handed, Ordering::Release);
        }
        Ok((count, reactions))
    }

    /// Deletes events that happened before an instant, as far as every handler is past them; returns how many. Each call
    /// deletes a part, so that a first clean-up after years does not hold the database for minutes.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn forget(&self, before: DateTime<Utc>) -> Result<u64, Error> {
        match self.handed.load(Ordering::Acquire) {
            0 => Ok(0),
            handed => feed::forget(&self.db, before, handed).await,
        }
    }

    /// Hands one handler those of the events that it reacts to; returns how many.
    async fn hand(&self, handler: &dyn Handler, events: &[Event], place: &mut Place) -> Result<u64, Error> {
        let Some(last) = events.last() else { return Ok(0) };
        let mut reactions = 0;
        for event in events.iter().filter(|event| handler.kinds().contains(&event.kind.as_str())) {
            reactions += u64::from(deliver(&self.db, handler, event).await? != Outcome::Unwanted);
        }
        place.reached = last.position;
        if reactions > 0 || place.reached - place.kept >= KEPT_EVERY {
            places::advance(&self.db, handler.name(), place.reached).await?;
            place.kept = place.reached;
        }
        Ok(reactions)
    }

    /// Where the handlers left off.
    async fn places(&self) -> Result<Vec<Place>, Error> {
        let kept = places::all(&self.db).await?;
        let place = |handler: &Arc<dyn Handler>| {
            let kept = kept.get(handler.name()).copied().unwrap_or_default();
            Place { reached: kept, kept }
        };
        Ok(self.handlers.iter().map(place).collect())
    }
}

/// Waits until there may be more to do, after so much was done.
async fn rest(done: Result<u64, Error>, news: &mut Hints, cancel: &CancellationToken) {
    let done = done.unwrap_or_else(|error| {
        tracing::error!(%error, "dispatching events failed; trying again");
        0
    });
    if done >= BATCH {
        return;
    }
    // Where commits follow each other closely, one turn serves many of them.
    let next = async {
        if done == 0 {
            tokio::select! {
                () = news.next() => {}
                () = tokio::time::sleep(POLL) => return,
            }
        }
        tokio::time::sleep(GATHER).await;
    };
    cancel.run_until_cancelled(next).await;
}
