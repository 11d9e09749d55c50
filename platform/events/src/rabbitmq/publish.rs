//! From the feed to the exchange. One process at a time does this; what the broker has confirmed is noted, what it has not
//! is sent again, and handlers that get an event twice do nothing the second time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use lapin::{
    BasicProperties, Channel, Confirmation,
    options::{BasicPublishOptions, ConfirmSelectOptions},
};

use super::{
    BrokerError, Pauses, RabbitMq, in_time,
    topology::{EXCHANGE, bind, joined_row, queue_of},
};
use crate::{Envelope, Event, Feed, Handler, places};

/// The place of the exchange among those of handlers.
const PLACE: &str = "rabbitmq";
/// Events that wait for their confirmation together.
const BATCH: u64 = 500;
/// Looks for events even when none were announced.
const POLL: Duration = Duration::from_secs(1);
/// A message that survives a restart of the broker.
const PERSISTENT: u8 = 2;

/// Publishes what is in the feed and what comes; does not end by itself.
pub(crate) async fn publish(broker: &RabbitMq, feed: Feed, handlers: &[Arc<dyn Handler>], handed: &AtomicI64) {
    let mut pauses = Pauses::new();
    loop {
        let worked = AtomicBool::new(false);
        let ended = session(broker, &feed, handlers, handed, &worked).await;
        pauses.rest(broker, ended, worked.into_inner()).await;
    }
}

async fn session(
    broker: &RabbitMq,
    feed: &Feed,
    handlers: &[Arc<dyn Handler>],
    handed: &AtomicI64,
    worked: &AtomicBool,
) -> Result<(), BrokerError> {
    broker.prepare(feed.db(), handlers).await?;
    let publisher = Publisher { channel: broker.channel().await?, feed, handlers };
    in_time(publisher.channel.confirm_select(ConfirmSelectOptions::default())).await?;
    let mut reached = publisher.join().await?;
    worked.store(true, Ordering::Relaxed);
    let mut feed = feed.clone();
    loop {
        handed.store(reached, Ordering::Release);
        let events = feed.after(reached, BATCH).await?;
        if let Some(last) = events.last().map(|event| event.position) {
            publisher.to_exchange(&events).await?;
            places::advance(feed.db(), PLACE, last).await?;
            reached = last;
        }
        if (events.len() as u64) < BATCH {
            tokio::select! {
                () = feed.grown() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }
}

struct Publisher<'a> {
    channel: Channel,
    feed: &'a Feed,
    handlers: &'a [Arc<dyn Handler>],
}

impl Publisher<'_> {
    /// Brings queues that are new up to where the exchange is, and has them take part in it; says where that is.
    async fn join(&self) -> Result<i64, BrokerError> {
        let db = self.feed.db();
        let kept = places::all(db).await?;
        let head = if let Some(place) = kept.get(PLACE) {
            *place
        } else {
            // Nothing has been published yet: every handler is brought up to here by itself.
            let head = self.feed.head().await?;
            places::advance(db, PLACE, head).await?;
            head
        };
        for handler in self.handlers {
            if !kept.contains_key(&joined_row(handler.name())) {
                let from = kept.get(handler.name()).copied().unwrap_or_default();
                self.fill(handler.as_ref(), from, head).await?;
            }
            // Its kinds may have changed since.
            bind(&self.channel, handler.as_ref()).await?;
            places::advance(db, &joined_row(handler.name()), head).await?;
        }
        Ok(head)
    }

    /// Puts what a handler reacts to into its queue.
    async fn fill(&self, handler: &dyn Handler, mut from: i64, to: i64) -> Result<(), BrokerError> {
        let queue = queue_of(handler.name());
        while from < to {
            let events = self.feed.after(from, BATCH).await?;
            let Some(last) = events.last().map(|event| event.position) else { break };
            let wanted = |event: &&Event| event.position <= to && handler.kinds().contains(&event.kind.as_str());
            let routed = events.iter().filter(wanted).map(|event| ("", queue.as_str(), event, true));
            self.send(routed).await?;
            from = last;
        }
        Ok(())
    }

    async fn to_exchange(&self, events: &[Event]) -> Result<(), BrokerError> {
        let reacts = |kind: &str| self.handlers.iter().any(|handler| handler.kinds().contains(&kind));
        self.send(events.iter().map(|event| (EXCHANGE, event.kind.as_str(), event, reacts(&event.kind)))).await
    }

    /// Sends events, each to an exchange with a routing key, and waits until the broker has all of them. Of those that
    /// must arrive somewhere it is an error when no queue takes them.
    async fn send<'e>(
        &self,
        events: impl Iterator<Item = (&'static str, &'e str, &'e Event, bool)>,
    ) -> Result<(), BrokerError> {
        let mut sent = Vec::new();
        for (exchange, key, event, must_arrive) in events {
            let body = serde_json::to_vec(&Envelope::new(event, &event.subjects()))?;
            let options = BasicPublishOptions { mandatory: must_arrive, ..BasicPublishOptions::default() };
            let published = self.channel.basic_publish(exchange.into(), key.into(), options, &body, properties(event));
            sent.push((event, in_time(published).await?));
        }
        for (event, confirmation) in sent {
            match in_time(confirmation).await? {
                Confirmation::Ack(None) => {}
                _ => return Err(BrokerError::Refused(event.kind.clone())),
            }
        }
        Ok(())
    }
}

fn properties(event: &Event) -> BasicProperties {
    BasicProperties::default()
        .with_delivery_mode(PERSISTENT)
        .with_content_type("application/json".into())
        .with_message_id(event.id.to_string().into())
        .with_type(event.kind.as_str().into())
        .with_timestamp(u64::try_from(event.occurred_at.timestamp()).unwrap_or_default())
        .with_app_id("rapport".into())
}
