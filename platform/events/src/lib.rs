//! Facts that happened. [`append`] writes them in the transaction of the change (outbox); the [`Dispatcher`] gives each
//! its position in the feed once it is committed and runs the handlers, each in its own transaction with an inbox row –
//! by itself, or with [`RabbitMq`] between the process that publishes and those that handle. Handlers do no network I/O.

mod dispatcher;
mod envelope;
mod feed;
mod outbox;
mod places;
pub mod rabbitmq;
mod reactions;
mod sequencer;

use db::{Db, Migration};
use sea_orm::{Statement, Value};

pub use dispatcher::{Dispatcher, Handler, HandlerError};
pub use envelope::{Envelope, EventActor, EventCause, EventSubject};
pub use feed::Feed;
pub use outbox::{Event, NewEvent, append};
pub use rabbitmq::RabbitMq;

pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "events_0001_events", sql: include_str!("../migrations/0001_events.sql") },
    Migration { name: "events_0002_events_placed", sql: include_str!("../migrations/0002_events_placed.sql") },
    Migration { name: "events_0003_feed", sql: include_str!("../migrations/0003_feed.sql") },
    Migration { name: "events_0004_session", sql: include_str!("../migrations/0004_session.sql") },
];

fn statement(db: &Db, sql: &'static str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.backend(), sql, values)
}
