//! Requests counted by all processes together: the algorithm of `api::rate_limit`, on the clock of Redis.

use std::{sync::LazyLock, time::Duration};

use api::rate_limit::{Allowance, Counted, Counts};
use redis::Script;

use crate::Cluster;

/// The key holds the instant, in microseconds, at which the allowance is whole again.
static COUNT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME') \
         local now = time[1] * 1000000 + time[2] \
         local interval, window = tonumber(ARGV[1]), tonumber(ARGV[2]) \
         local whole = tonumber(redis.call('GET', KEYS[1]) or 0) \
         if whole < now then whole = now end \
         local ahead = whole - now \
         if ahead + interval > window then return {0, ahead} end \
         redis.call('SET', KEYS[1], string.format('%.0f', whole + interval), 'PX', \
         math.ceil((ahead + interval) / 1000)) \
         return {1, ahead}",
    )
});

/// Counts in Redis.
pub struct SharedCounts(pub Cluster);

#[async_trait::async_trait]
impl Counts for SharedCounts {
    async fn count(&self, key: &str, allowance: Allowance) -> Option<Counted> {
        let redis = self.0.0.redis.as_ref()?;
        let mut commands = redis.commands.clone();
        let mut asked = COUNT.key(format!("rapport:count:{key}"));
        let interval = allowance.window / allowance.requests.max(1);
        asked.arg(u64::try_from(interval.as_micros()).unwrap_or(u64::MAX));
        asked.arg(u64::try_from(allowance.window.as_micros()).unwrap_or(u64::MAX));
        match asked.invoke_async::<(u8, u64)>(&mut commands).await {
            Ok((allowed, ahead)) => Some(Counted { allowed: allowed == 1, ahead: Duration::from_micros(ahead) }),
            Err(error) => {
                redis.complain(&error);
                None
            }
        }
    }
}
