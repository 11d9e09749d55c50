//! Words between processes, over one channel of Redis.

use std::time::Duration;

use futures_util::StreamExt;
use redis::RedisError;
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::Redis;

/// What a word is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Something was committed: there may be events to place, and jobs to run.
    Committed,
    /// Events were placed.
    Placed,
    /// Who is where.
    Presence,
    /// Who types where.
    Typing,
    /// The process that hears it has missed what was said before.
    Missed,
}

/// Something that another process said.
#[derive(Clone, Debug)]
pub struct Word {
    pub topic: Topic,
    pub from: Uuid,
    pub text: String,
}

const CHANNEL: &str = "rapport:words";
const PAUSE: Duration = Duration::from_millis(500);

impl Topic {
    const SAID: [(Self, &str); 4] = [
        (Self::Committed, "committed"),
        (Self::Placed, "placed"),
        (Self::Presence, "presence"),
        (Self::Typing, "typing"),
    ];

    fn name(self) -> &'static str {
        Self::SAID.iter().find(|(topic, _)| *topic == self).map_or("", |(_, name)| name)
    }
}

/// `<process> <topic> <text>`
fn written(process: Uuid, topic: Topic, text: &str) -> String {
    format!("{process} {} {text}", topic.name())
}

fn read(message: &str) -> Option<Word> {
    let mut parts = message.splitn(3, ' ');
    let from = parts.next()?.parse().ok()?;
    let name = parts.next()?;
    let (topic, _) = Topic::SAID.into_iter().find(|(_, other)| *other == name)?;
    Some(Word { topic, from, text: parts.next().unwrap_or_default().to_owned() })
}

/// Says what is to be said, for ever. What waits is said together.
pub(crate) async fn speak(redis: &Redis, process: Uuid) {
    let mut said = redis.said.lock().await;
    let mut waiting = Vec::new();
    while said.recv_many(&mut waiting, 64).await > 0 {
        // Hints say the same however often they are said.
        waiting.dedup();
        let mut pipeline = redis::pipe();
        for (topic, text) in waiting.drain(..) {
            pipeline.cmd("PUBLISH").arg(CHANNEL).arg(written(process, topic, &text)).ignore();
        }
        let mut commands = redis.commands.clone();
        match pipeline.query_async::<()>(&mut commands).await {
            Ok(()) => redis.answered(),
            Err(error) => redis.complain(&error),
        }
    }
}

/// Hears what the others say, for ever.
pub(crate) async fn hear(redis: &Redis, process: Uuid, heard: &broadcast::Sender<Word>) {
    loop {
        if let Err(error) = session(redis, process, heard).await {
            redis.complain(&error);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn session(redis: &Redis, process: Uuid, heard: &broadcast::Sender<Word>) -> Result<(), RedisError> {
    let mut channel = redis.client.get_async_pubsub().await?;
    channel.subscribe(CHANNEL).await?;
    redis.answered();
    // Nobody listens yet: that is no failure, here and below.
    let _ = heard.send(Word { topic: Topic::Missed, from: process, text: String::new() });
    let mut messages = channel.into_on_message();
    while let Some(message) = messages.next().await {
        if let Some(word) = read(&message.get_payload::<String>()?).filter(|word| word.from != process) {
            let _ = heard.send(word);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_as_it_was_written() {
        let process = Uuid::from_u128(7);
        let word = read(&written(process, Topic::Presence, "{\"a\": [1, 2]}")).unwrap();
        assert_eq!((word.topic, word.from, word.text.as_str()), (Topic::Presence, process, "{\"a\": [1, 2]}"));
        assert_eq!(read(&written(process, Topic::Placed, "")).unwrap().text, "");
        for bad in ["", "x placed", &format!("{process} sung"), &format!("{process}")] {
            assert!(read(bad).is_none(), "{bad}");
        }
    }
}
