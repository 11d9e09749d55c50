//! A delivery: what its tries come to, and when the next one is. No I/O.

use api::words;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

words! {
    /// How a delivery stands.
    DeliveryStatus {
        /// It is sent, or sent again, at `nextAttemptAt`.
        Pending = "pending",
        Delivered = "delivered",
        Failed = "failed",
    }
}

/// The pauses after failed tries, seconds: 5 s, 1 min, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h. Three days and a bit.
const PAUSES: [i64; 10] = [5, 60, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// A pause is up to a tenth longer, so that what failed together does not come again together.
const JITTER: i64 = 10;
/// The longest that a receiver may ask us to wait.
const ASKED_AT_MOST: TimeDelta = TimeDelta::hours(24);
/// The step of a message that is tried once only, beyond every pause: a test.
pub const ONCE: i64 = 1000;

/// What is to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    pub id: Uuid,
    pub webhook_id: Uuid,
    /// Stays the same over all tries: what receivers know a message by.
    pub event_id: Uuid,
    pub kind: String,
    pub body: String,
    /// Tries since it was last wanted.
    pub step: i64,
    pub attempts: i64,
}

/// How a try went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Try {
    pub status: Option<u16>,
    pub ms: i64,
    pub error: Option<String>,
    /// The beginning of what was answered.
    pub answer: Option<String>,
    /// The pause that the receiver asks for.
    pub asked: Option<TimeDelta>,
}

impl Try {
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// The receiver wants nothing more, ever.
    #[must_use]
    pub fn gone(&self) -> bool {
        self.status == Some(410)
    }
}

/// What a try comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Delivered,
    Again(DateTime<Utc>),
    GivenUp,
}

impl Verdict {
    #[must_use]
    pub fn status(self) -> DeliveryStatus {
        match self {
            Self::Delivered => DeliveryStatus::Delivered,
            Self::Again(_) => DeliveryStatus::Pending,
            Self::GivenUp => DeliveryStatus::Failed,
        }
    }
}

/// Judges the try after `step` others; `chance` is any byte.
#[must_use]
pub fn verdict(tried: &Try, step: i64, now: DateTime<Utc>, chance: u8) -> Verdict {
    if tried.succeeded() {
        return Verdict::Delivered;
    }
    let pause = usize::try_from(step).ok().and_then(|step| PAUSES.get(step));
    match pause {
        Some(pause) if !tried.gone() => {
            let jitter = pause * 1000 * i64::from(chance) / (i64::from(u8::MAX) * JITTER);
            let pause = TimeDelta::milliseconds(pause * 1000 + jitter);
            Verdict::Again(now + tried.asked.map_or(pause, |asked| pause.max(asked.min(ASKED_AT_MOST))))
        }
        _ => Verdict::GivenUp,
    }
}

/// The pause that an answer asks for: `Retry-After` of 429 and 503, in seconds or as an instant (RFC 9110 §10.2.3).
#[must_use]
pub fn asked_pause(status: u16, retry_after: Option<&str>, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = retry_after.filter(|_| matches!(status, 429 | 503))?.trim();
    let seconds = || text.parse::<u32>().ok().map(|seconds| TimeDelta::seconds(seconds.into()));
    let instant = || DateTime::parse_from_rfc2822(text).ok().map(|at| at.to_utc() - now);
    seconds().or_else(instant).filter(|pause| *pause > TimeDelta::zero())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn answered(status: u16) -> Try {
        Try { status: Some(status), ..Try::default() }
    }

    #[test]
    fn it_is_tried_eleven_times_over_three_days() {
        let (mut at, mut step) = (now(), 0);
        while let Verdict::Again(next) = verdict(&answered(500), step, at, 0) {
            (at, step) = (next, step + 1);
        }
        assert_eq!((step, at - now()), (10, TimeDelta::seconds(272_165)));
        assert!(at - now() > TimeDelta::days(3) && at - now() < TimeDelta::days(4));
    }

    #[test]
    fn what_an_answer_comes_to() {
        let judge = |tried: &Try| verdict(tried, 0, now(), 0).status();
        for status in [200, 201, 202, 204, 299] {
            assert_eq!(judge(&answered(status)), DeliveryStatus::Delivered, "{status}");
        }
        for status in [100, 301, 302, 307, 400, 401, 404, 429, 500, 503] {
            assert_eq!(judge(&answered(status)), DeliveryStatus::Pending, "{status}");
        }
        assert_eq!(judge(&answered(410)), DeliveryStatus::Failed);
        assert_eq!(judge(&Try::default()), DeliveryStatus::Pending, "no answer at all");
        assert_eq!(verdict(&answered(500), ONCE, now(), 0), Verdict::GivenUp, "a test is tried once");
    }

    #[test]
    fn a_receiver_may_ask_for_more_time_but_not_for_ever() {
        let after = |text: &str| {
            let tried = Try { asked: asked_pause(503, Some(text), now()), ..answered(503) };
            match verdict(&tried, 0, now(), 0) {
                Verdict::Again(at) => (at - now()).num_seconds(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(after("120"), 120);
        assert_eq!(after("1"), 5, "no sooner than we would");
        assert_eq!(after("9999999"), 86_400);
        assert_eq!(after(&(now() + TimeDelta::minutes(10)).format("%a, %d %b %Y %H:%M:%S GMT").to_string()), 600);
        for nonsense in ["", "-5", "soon", "Wed, 21 Oct 2015 07:28:00 GMT"] {
            assert_eq!(after(nonsense), 5, "{nonsense}");
        }
        assert_eq!(asked_pause(500, Some("120"), now()), None, "only where it has a meaning");
    }

    proptest! {
        #[test]
        fn a_pause_is_as_planned_or_up_to_a_tenth_longer(step in 0_i64..10, chance: u8) {
            let Verdict::Again(at) = verdict(&answered(500), step, now(), chance) else { panic!("given up") };
            let planned = TimeDelta::seconds(PAUSES[usize::try_from(step).unwrap()]);
            prop_assert!(at - now() >= planned && at - now() <= planned + planned / 10);
        }
    }
}
