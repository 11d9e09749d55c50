//! The exchange and the queues.
//!
//! A handler's queue takes part in the exchange once it has been given what came before: `event_handlers` holds a row
//! `rabbitmq/<handler>` from then on. A queue that is gone (a broker that lost its disk) is made anew and filled from the
//! feed; what its handler had done before is in its inbox and is not done again.

use std::sync::Arc;

use db::Db;
use lapin::{
    Channel, ErrorKind, ExchangeKind,
    options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions},
    protocol::{AMQPErrorKind, AMQPSoftError},
    types::{AMQPValue, FieldTable},
};

use super::{BrokerError, QueueKind, RabbitMq, in_time};
use crate::{Handler, places};

/// Every event, by its type as the routing key.
pub const EXCHANGE: &str = "rapport.events";
/// What handlers gave up.
const DEAD_EXCHANGE: &str = "rapport.dead";
pub const DEAD_QUEUE: &str = "rapport.dead";

/// The queue of a handler.
#[must_use]
pub fn queue_of(handler: &str) -> String {
    format!("rapport.{handler}")
}

/// The name of the row that says a handler's queue has been given all that came before.
pub(super) fn joined_row(handler: &str) -> String {
    format!("rabbitmq/{handler}")
}

pub(super) async fn prepare(broker: &RabbitMq, db: &Db, handlers: &[Arc<dyn Handler>]) -> Result<(), BrokerError> {
    let channel = broker.channel().await?;
    let durable = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
    for (name, kind) in [(EXCHANGE, ExchangeKind::Topic), (DEAD_EXCHANGE, ExchangeKind::Fanout)] {
        in_time(channel.exchange_declare(name.into(), kind, durable, FieldTable::default())).await?;
    }
    declare(&channel, DEAD_QUEUE, broker.0.kind, &[]).await?;
    let any = (QueueBindOptions::default(), FieldTable::default());
    in_time(channel.queue_bind(DEAD_QUEUE.into(), DEAD_EXCHANGE.into(), "".into(), any.0, any.1)).await?;
    for handler in handlers {
        let queue = queue_of(handler.name());
        if !exists(broker, &queue).await? {
            places::forget(db, &joined_row(handler.name())).await?;
        }
        let special = [
            ("x-dead-letter-exchange", AMQPValue::LongString(DEAD_EXCHANGE.into())),
            // Of several processes one gets the events, so that they keep their order.
            ("x-single-active-consumer", AMQPValue::Boolean(true)),
        ];
        declare(&channel, &queue, broker.0.kind, &special).await?;
    }
    Ok(())
}

/// Has the exchange give a queue what its handler reacts to.
pub(super) async fn bind(channel: &Channel, handler: &dyn Handler) -> Result<(), BrokerError> {
    let queue = queue_of(handler.name());
    for kind in handler.kinds() {
        let (options, arguments) = (QueueBindOptions::default(), FieldTable::default());
        in_time(channel.queue_bind(queue.as_str().into(), EXCHANGE.into(), (*kind).into(), options, arguments)).await?;
    }
    Ok(())
}

async fn declare(
    channel: &Channel,
    queue: &str,
    kind: QueueKind,
    special: &[(&'static str, AMQPValue)],
) -> Result<(), BrokerError> {
    let mut arguments = FieldTable::default();
    let kind = match kind {
        QueueKind::Quorum => "quorum",
        QueueKind::Classic => "classic",
    };
    arguments.insert("x-queue-type".into(), AMQPValue::LongString(kind.into()));
    for (name, value) in special {
        arguments.insert((*name).into(), value.clone());
    }
    in_time(channel.queue_declare(queue.into(), QueueDeclareOptions::durable(), arguments)).await?;
    Ok(())
}

/// Asked on a channel of its own: the broker closes one on which it is asked for what is not there.
async fn exists(broker: &RabbitMq, queue: &str) -> Result<bool, BrokerError> {
    let channel = broker.channel().await?;
    let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::durable() };
    match in_time(channel.queue_declare(queue.into(), passive, FieldTable::default())).await {
        Ok(_) => {
            in_time(channel.close(200, "asked".into())).await?;
            Ok(true)
        }
        Err(BrokerError::Amqp(error)) if is_missing(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

pub(super) fn is_missing(error: &lapin::Error) -> bool {
    matches!(error.kind(), ErrorKind::ProtocolError(amqp)
        if *amqp.kind() == AMQPErrorKind::Soft(AMQPSoftError::NOTFOUND))
}
