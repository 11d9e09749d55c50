//! From a handler's queue to the handler, one event after the other. An event is acknowledged when the handler's work is
//! committed: a process that dies before that leaves it to the next one, and the inbox keeps it from being done twice.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use db::Db;
use futures_util::{StreamExt, future::join_all};
use lapin::{
    message::Delivery,
    options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions, BasicRejectOptions},
    types::{AMQPValue, FieldTable},
};
use tokio_util::sync::CancellationToken;

use super::{
    BrokerError, Pauses, RabbitMq, in_time,
    topology::{is_missing, queue_of},
};
use crate::{
    Envelope, Event, Handler,
    reactions::{Outcome, deliver, set_aside},
};

/// Events a handler has at hand.
const PREFETCH: u16 = 64;
/// An event that was given out so often without an answer takes its process down with it.
const FATAL_DELIVERIES: i64 = 10;
/// After the database failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Takes from the queues of these handlers until cancelled.
pub(crate) async fn consume(broker: &RabbitMq, db: &Db, handlers: &[Arc<dyn Handler>], cancel: &CancellationToken) {
    let all = join_all(handlers.iter().map(|handler| serve(broker, db, handler.as_ref())));
    cancel.run_until_cancelled(all).await;
    broker.close().await;
}

async fn serve(broker: &RabbitMq, db: &Db, handler: &dyn Handler) {
    let mut pauses = Pauses::new();
    loop {
        let worked = AtomicBool::new(false);
        let ended = session(broker, db, handler, &worked).await;
        pauses.rest(broker, ended, worked.into_inner()).await;
    }
}

async fn session(broker: &RabbitMq, db: &Db, handler: &dyn Handler, worked: &AtomicBool) -> Result<(), BrokerError> {
    let channel = broker.channel().await?;
    in_time(channel.basic_qos(PREFETCH, BasicQosOptions::default())).await?;
    let (queue, options) = (queue_of(handler.name()), BasicConsumeOptions::default());
    let asked = channel.basic_consume(queue.as_str().into(), "".into(), options, FieldTable::default());
    let mut deliveries = match in_time(asked).await {
        Ok(deliveries) => deliveries,
        // Whoever publishes will have made it soon.
        Err(BrokerError::Amqp(error)) if is_missing(&error) => return Ok(()),
        Err(error) => return Err(error),
    };
    worked.store(true, Ordering::Relaxed);
    while let Some(delivery) = deliveries.next().await {
        let delivery = delivery?;
        match react(db, handler, &delivery).await {
            Outcome::Done | Outcome::Unwanted => delivery.acker.ack(BasicAckOptions::default()).await?,
            Outcome::SetAside => delivery.acker.reject(BasicRejectOptions { requeue: false }).await?,
        };
    }
    Ok(())
}

/// Insists until the database has taken what became of it.
async fn react(db: &Db, handler: &dyn Handler, delivery: &Delivery) -> Outcome {
    let event: Event = match serde_json::from_slice::<Envelope>(&delivery.data) {
        Ok(envelope) => envelope.into(),
        Err(error) => {
            tracing::error!(handler = handler.name(), %error, "a message that is no event was set aside");
            return Outcome::SetAside;
        }
    };
    // Bound by an older version that reacted to it.
    if !handler.kinds().contains(&event.kind.as_str()) {
        return Outcome::Unwanted;
    }
    loop {
        let done = if deliveries(delivery) > FATAL_DELIVERIES {
            set_aside(db, handler, &event, "the process ended each time it was handled").await
        } else {
            deliver(db, handler, &event).await
        };
        match done {
            Ok(outcome) => return outcome,
            Err(error) => {
                tracing::error!(handler = handler.name(), %error, "an event could not be handled; trying again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// How often the event was given out before; quorum queues count.
fn deliveries(delivery: &Delivery) -> i64 {
    let headers = delivery.properties.headers().as_ref();
    match headers.and_then(|headers| headers.inner().get("x-delivery-count")) {
        Some(AMQPValue::LongLongInt(n)) => *n,
        Some(AMQPValue::LongInt(n)) => i64::from(*n),
        Some(AMQPValue::LongUInt(n)) => i64::from(*n),
        _ => 0,
    }
}
