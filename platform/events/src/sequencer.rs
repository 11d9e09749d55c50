//! Gives committed events their positions, in commit order.

use db::{Db, Error, Hint, Hints};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

use crate::{Event, Feed, feed::COLUMNS, statement};

/// Most events of one step.
const BATCH: i64 = 500;

pub(crate) struct Sequencer {
    db: Db,
    /// Given when events were placed, in this process or in another one that told of it.
    placed: Hint,
    /// Given when this process placed some.
    here: Hint,
}

/// Events that were given positions.
#[derive(Default)]
pub(crate) struct Placed {
    /// The position before the first of them.
    pub after: i64,
    /// In the order of their positions.
    pub events: Vec<Event>,
}

impl Sequencer {
    pub fn new(db: Db) -> Self {
        Self { db, placed: Hint::default(), here: Hint::default() }
    }

    pub fn feed(&self) -> Feed {
        Feed::new(self.db.clone(), self.placed.listen())
    }

    /// Hints at events that this process has placed.
    pub fn placed_here(&self) -> Hints {
        self.here.listen()
    }

    /// Wakes the readers of the feed: another process has placed events.
    pub fn placed_elsewhere(&self) {
        self.placed.give();
    }

    /// Places what is committed, up to a batch of it.
    pub async fn place(&self) -> Result<Placed, Error> {
        let backend = self.db.backend();
        let waiting = "select 1 from events where position is null limit 1";
        if self.db.system_reader().query_one_raw(Statement::from_string(backend, waiting)).await?.is_none() {
            return Ok(Placed::default());
        }
        let tx = self.db.begin_system().await?;
        // Takes the row lock on PostgreSQL; SQLite has one writer anyway.
        tx.execute_unprepared("update event_head set position = position where id = 1").await?;
        let place = format!(
            "with waiting as (select seq as number, row_number() over (order by seq) as place from events \
             where position is null order by seq limit {BATCH}) \
             update events set position = (select position from event_head where id = 1) + waiting.place \
             from waiting where events.seq = waiting.number returning {COLUMNS}"
        );
        let mut events = Event::find_by_statement(Statement::from_string(backend, place)).all(&tx).await?;
        events.sort_unstable_by_key(|event| event.position);
        let head = "update event_head set position = position + $1 where id = 1 returning position";
        let by = i64::try_from(events.len()).unwrap_or(BATCH);
        let row = tx.query_one_raw(statement(&self.db, head, [by.into()])).await?;
        let head: i64 = row.map(|row| row.try_get("", "position")).transpose()?.unwrap_or_default();
        tx.commit().await?;
        self.placed.give();
        self.here.give();
        metrics::counter!("rapport_events_sequenced_total").increment(events.len() as u64);
        Ok(Placed { after: head - by, events })
    }
}
