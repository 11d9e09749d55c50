//! Time and identity as inputs: the only source of "now", of new ids and of secret bytes, so that tests can fix them.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use rand::{Rng, SeedableRng, rngs::StdRng};
use uuid::{Builder, ContextV7, Timestamp, Uuid};

/// A shared source of instants (UTC, whole microseconds: what PostgreSQL keeps) and UUIDv7 ids.
#[derive(Clone)]
pub struct Clock(Arc<Source>);

enum Source {
    System(ContextV7Lock),
    Manual(Box<Mutex<Manual>>),
}

struct ContextV7Lock(Mutex<ContextV7>);

struct Manual {
    now: DateTime<Utc>,
    random: StdRng,
    counter: u64,
}

impl Clock {
    /// The machine's clock and the operating system's randomness.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(Source::System(ContextV7Lock(Mutex::new(ContextV7::new())))))
    }

    /// A clock that stands at `start` until [`Clock::advance`]; ids and bytes are the same for the same `seed`.
    #[must_use]
    pub fn manual(start: DateTime<Utc>, seed: u64) -> Self {
        Self(Arc::new(Source::Manual(Box::new(Mutex::new(Manual {
            now: start,
            random: StdRng::seed_from_u64(seed),
            counter: 0,
        })))))
    }

    /// The present instant, truncated to microseconds.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &*self.0 {
            Source::System(_) => micros(system_now()),
            Source::Manual(manual) => locked(manual).now,
        }
    }

    /// Moves a manual clock forward; the system clock is not affected.
    pub fn advance(&self, by: TimeDelta) {
        if let Source::Manual(manual) = &*self.0 {
            locked(manual).now += by;
        }
    }

    /// A new UUIDv7 (RFC 9562 §5.7): ids made later sort later.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        match &*self.0 {
            Source::System(context) => {
                let now = system_now();
                let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
                let context = locked(&context.0);
                Uuid::new_v7(Timestamp::from_unix(&*context, seconds, now.timestamp_subsec_nanos()))
            }
            Source::Manual(manual) => locked(manual).next_id(),
        }
    }

    /// 32 unpredictable bytes for a token or a key (repeatable only under a manual clock).
    #[must_use]
    pub fn secret_bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        match &*self.0 {
            Source::System(_) => system_random(&mut bytes),
            Source::Manual(manual) => locked(manual).random.fill_bytes(&mut bytes),
        }
        bytes
    }
}

impl Manual {
    fn next_id(&mut self) -> Uuid {
        self.counter += 1;
        let millis = u64::try_from(self.now.timestamp_millis()).unwrap_or_default();
        let mut random = [0; 10];
        self.random.fill_bytes(&mut random);
        // The counter goes into the top random bits, so that ids of one instant keep their order.
        random[..4].copy_from_slice(&u32::try_from(self.counter).unwrap_or(u32::MAX).to_be_bytes());
        random[0] &= 0x0f;
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the machine's time is read")]
fn system_now() -> DateTime<Utc> {
    Utc::now()
}

#[expect(clippy::disallowed_methods, reason = "the one place where the machine's randomness is read")]
fn system_random(bytes: &mut [u8]) {
    rand::rng().fill_bytes(bytes);
}

fn micros(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(at)
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 123_456_789).unwrap()
    }

    #[test]
    fn ids_of_one_instant_keep_their_order() {
        for clock in [Clock::system(), Clock::manual(start(), 7)] {
            let ids: Vec<Uuid> = (0..1000).map(|_| clock.new_id()).collect();
            assert!(ids.is_sorted(), "ids went backwards");
            assert!(ids.windows(2).all(|pair| pair[0] != pair[1]));
            assert_eq!(ids[0].get_version_num(), 7);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_ids_and_another_seed_others() {
        let ids = |seed| Clock::manual(start(), seed).new_id();
        assert_eq!(ids(1), ids(1));
        assert_ne!(ids(1), ids(2));
    }

    #[test]
    fn the_system_clock_gives_whole_microseconds() {
        assert_eq!(Clock::system().now().timestamp_subsec_nanos() % 1000, 0);
    }

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = Clock::manual(start(), 1);
        assert_eq!(clock.now(), clock.now());
        clock.advance(TimeDelta::seconds(5));
        assert_eq!(clock.now(), start() + TimeDelta::seconds(5));
    }
}
