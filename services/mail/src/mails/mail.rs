//! How a mail stands, and what a try comes to. No I/O.

use api::words;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::mails::Kind;
use mail_transport::{Outcome, Refusal};

words! {
    /// How a mail stands.
    MailState {
        /// It waits to be sent, or sent again.
        Queued = "queued",
        Sent = "sent",
        /// Nobody would take it for a day, or for so long that what it says may not hold any more.
        Failed = "failed",
        /// It was refused for good.
        Bounced = "bounced",
    }
}

/// The pauses after failed tries, seconds: 1 min, 5 min, 15 min, 1 h, 3 h, 6 h, 12 h. Nearly a day.
const PAUSES: [i64; 7] = [60, 300, 900, 3600, 10_800, 21_600, 43_200];
/// A pause is up to a tenth longer, so that what failed together does not come again together.
const JITTER: i64 = 10;
/// A mail that is older is of no use to anybody: links in it have run out.
const OLDEST: TimeDelta = TimeDelta::days(3);

/// What such mails say was judged when they were queued: what their reader may see and wants to be told. An older one is not
/// sent.
const FRESH: TimeDelta = TimeDelta::hours(2);

/// Whether a mail of this kind and age says what may not hold any more.
#[must_use]
pub fn is_stale(kind: Option<Kind>, age: TimeDelta) -> bool {
    matches!(kind, Some(Kind::Digest | Kind::Notification)) && age > FRESH
}

/// What a try comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Sent { provider_id: Option<String> },
    Again { at: DateTime<Utc>, code: String, error: String, counts: bool },
    Ended { state: MailState, code: String, error: String, mailbox: bool },
}

/// Judges the try after `tries` others of a mail as old as this; `alone` is until when a transport that refused us is left
/// alone, `chance` any byte.
#[must_use]
pub fn verdict(
    outcome: Outcome,
    (tries, age): (i64, TimeDelta),
    now: DateTime<Utc>,
    alone: DateTime<Utc>,
    chance: u8,
) -> Verdict {
    let again = |code: &str, error: String| {
        let pause = usize::try_from(tries).ok().and_then(|tries| PAUSES.get(tries));
        match pause {
            Some(pause) if age < OLDEST => {
                let jitter = pause * 1000 * i64::from(chance) / (i64::from(u8::MAX) * JITTER);
                let at = now + TimeDelta::milliseconds(pause * 1000 + jitter);
                Verdict::Again { at, code: code.to_owned(), error, counts: true }
            }
            _ => Verdict::Ended { state: MailState::Failed, code: code.to_owned(), error, mailbox: false },
        }
    };
    match outcome {
        Outcome::Accepted { provider_id } => Verdict::Sent { provider_id },
        Outcome::Refused(Refusal { permanent: true, mailbox, code, text }) => {
            Verdict::Ended { state: MailState::Bounced, code: code.to_string(), error: text, mailbox }
        }
        Outcome::Refused(Refusal { code, text, .. }) => again(&code.to_string(), text),
        Outcome::Unreachable(text) => again("unreachable", text),
        Outcome::Unauthorised(text) if age < OLDEST => {
            Verdict::Again { at: alone, code: "unauthorised".to_owned(), error: text, counts: false }
        }
        Outcome::Unauthorised(text) => {
            Verdict::Ended { state: MailState::Failed, code: "unauthorised".to_owned(), error: text, mailbox: false }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn refused(permanent: bool, code: u16) -> Outcome {
        Outcome::Refused(Refusal { permanent, mailbox: true, code, text: "no".to_owned() })
    }

    fn judge(outcome: Outcome, tries: i64, age: TimeDelta) -> Verdict {
        verdict(outcome, (tries, age), now(), now() + TimeDelta::minutes(5), 0)
    }

    #[test]
    fn what_is_deferred_is_tried_eight_times_over_nearly_a_day() {
        let (mut at, mut tries) = (now(), 0);
        while let Verdict::Again { at: next, counts: true, .. } = judge(refused(false, 451), tries, at - now()) {
            (at, tries) = (at + (next - now()), tries + 1);
        }
        assert_eq!(tries, 7);
        assert!(at - now() > TimeDelta::hours(22) && at - now() < TimeDelta::hours(24), "{}", at - now());
    }

    #[test]
    fn what_somebody_was_to_be_told_is_stale_soon_and_a_link_is_not() {
        let late = FRESH + TimeDelta::seconds(1);
        let stale: Vec<_> = Kind::ALL.iter().copied().filter(|kind| is_stale(Some(*kind), late)).collect();
        assert!(stale.contains(&Kind::Digest) && stale.contains(&Kind::Notification) && stale.len() == 2, "{stale:?}");
        assert!(!is_stale(Some(Kind::Digest), FRESH));
    }

    #[test]
    fn a_refusal_for_good_ends_it_at_once() {
        let ended = judge(refused(true, 550), 0, TimeDelta::zero());
        assert!(matches!(ended, Verdict::Ended { state: MailState::Bounced, mailbox: true, .. }), "{ended:?}");
    }

    #[test]
    fn a_wrong_password_counts_against_no_mail_but_not_for_ever() {
        let wrong = || Outcome::Unauthorised("535".to_owned());
        let waits = judge(wrong(), 7, TimeDelta::days(2));
        assert!(matches!(waits, Verdict::Again { counts: false, at, .. } if at == now() + TimeDelta::minutes(5)));
        let ended = judge(wrong(), 0, TimeDelta::days(3));
        assert!(matches!(ended, Verdict::Ended { state: MailState::Failed, .. }), "{ended:?}");
    }
}
