//! What becomes of an account, or of an errand, that its network refused.

use ::telegram::Refused;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::channels::{Ended, Errand};
use kernel::Scope;
use uuid::Uuid;

use super::keeping::End;
use crate::{
    BdAccounts, Error,
    accounts::{happening, turns::Turn},
};

/// Times an errand is tried before it is given up.
const ATTEMPTS: i32 = 8;
/// Nobody says how long strangers cannot be written to: errands look again that often.
const PEER_FLOOD_LOOK: TimeDelta = TimeDelta::hours(1);

/// Codes that accounts give and that people see.
#[derive(Clone, Copy, Debug)]
pub struct Codes {
    /// Of errands that will not go.
    pub never: &'static [&'static str],
    /// Of errands that are tried again.
    pub later: &'static [&'static str],
    /// Of accounts that cannot go on.
    pub status: &'static [&'static str],
}

pub const CODES: Codes = Codes {
    never: &[
        "peer.blocked_us",
        "peer.unknown",
        "chat.forbidden",
        "message.gone",
        "message.too_large",
        "network",
        "refused",
    ],
    later: &["flood_wait", "peer_flood", "disconnected", "network"],
    status: &[
        "bd.status.revoked",
        "bd.status.banned",
        "bd.status.restricted",
        "bd.status.code_expired",
        "bd.status.flood_wait",
        "bd.status.reconnecting",
        "bd.status.proxy",
        "bd.status.session",
        "bd.status.network",
        "bd.status.failed",
    ],
};

/// Ends what cannot go on, and has the rest tried again.
pub(super) async fn ended(accounts: &BdAccounts, scope: &Scope, id: Uuid, refused: Refused) -> Result<End, Error> {
    let cause = match refused {
        Refused::SessionRevoked => "revoked",
        Refused::KeyDuplicated => "duplicated",
        Refused::KeyLost => "key_lost",
        Refused::AccountBanned => "banned",
        other => return Ok(End::Again(other)),
    };
    tracing::warn!(account = %id, cause, "the session of an account has ended");
    happening::turn(accounts, scope, id, &Turn::Revoked { cause: cause.to_owned() }).await?;
    Ok(End::Over)
}

/// How an errand ends that was refused.
pub(super) fn of_errand(errand: &Errand, refused: &Refused, now: DateTime<Utc>) -> Ended {
    let later = |after: TimeDelta, code, counts| Ended::Later { not_before: now + after, code, counts };
    let again = || {
        let after = TimeDelta::seconds(5 * (1 << errand.attempts.clamp(0, 8)));
        if errand.attempts + 1 >= ATTEMPTS { Ended::Never { code: "network" } } else { later(after, "network", true) }
    };
    match refused {
        Refused::FloodWait { seconds } => later(TimeDelta::seconds(i64::from(*seconds)), "flood_wait", false),
        Refused::PeerFlood => later(PEER_FLOOD_LOOK, "peer_flood", false),
        refused if refused.ends_the_session() => later(TimeDelta::minutes(1), "disconnected", false),
        refused if refused.passes() => again(),
        Refused::BlockedByPeer => Ended::Never { code: "peer.blocked_us" },
        Refused::ForbiddenInChat => Ended::Never { code: "chat.forbidden" },
        Refused::PeerUnknown => Ended::Never { code: "peer.unknown" },
        Refused::MessageGone => Ended::Never { code: "message.gone" },
        Refused::TooLarge => Ended::Never { code: "message.too_large" },
        _ => Ended::Never { code: "refused" },
    }
}

#[cfg(test)]
mod tests {
    use contracts::channels::Action;

    use super::*;

    fn errand(attempts: i32) -> Errand {
        let now = DateTime::UNIX_EPOCH;
        Errand {
            id: Uuid::nil(),
            chat_id: 1,
            to: None,
            first_contact: false,
            not_before: now,
            attempts,
            unless_answered: false,
            action: Action::Read { until: 1 },
        }
    }

    #[test]
    fn every_code_is_listed() {
        let other = || Refused::Other { code: 400, name: "ODD".to_owned() };
        let all = [
            Refused::FloodWait { seconds: 1 },
            Refused::PeerFlood,
            Refused::AccountBanned,
            Refused::SessionRevoked,
            Refused::KeyDuplicated,
            Refused::KeyLost,
            Refused::BlockedByPeer,
            Refused::ForbiddenInChat,
            Refused::PeerUnknown,
            Refused::MessageGone,
            Refused::TooLarge,
            Refused::Timeout,
            Refused::Network,
            Refused::Panicked,
            other(),
        ];
        for refused in all {
            for attempts in [0, ATTEMPTS - 1] {
                match of_errand(&errand(attempts), &refused, DateTime::UNIX_EPOCH) {
                    Ended::Never { code } => assert!(CODES.never.contains(&code), "{code}"),
                    Ended::Later { code, .. } => assert!(CODES.later.contains(&code), "{code}"),
                    Ended::Done { .. } => panic!("{refused:?}"),
                }
            }
        }
    }

    #[test]
    fn a_wait_is_obeyed_in_full_and_does_not_count() {
        let now = DateTime::UNIX_EPOCH;
        let ended = of_errand(&errand(7), &Refused::FloodWait { seconds: 90 }, now);
        let expected = Ended::Later { not_before: now + TimeDelta::seconds(90), code: "flood_wait", counts: false };
        assert_eq!(ended, expected);
    }

    #[test]
    fn a_network_that_fails_is_tried_again_for_longer_and_longer_and_then_given_up() {
        let now = DateTime::UNIX_EPOCH;
        let mut last = now;
        for attempts in 0..ATTEMPTS - 1 {
            let Ended::Later { not_before, counts: true, .. } = of_errand(&errand(attempts), &Refused::Timeout, now)
            else {
                panic!("{attempts}");
            };
            assert!(not_before > last);
            last = not_before;
        }
        assert_eq!(of_errand(&errand(ATTEMPTS - 1), &Refused::Timeout, now), Ended::Never { code: "network" });
    }

    #[test]
    fn what_cannot_be_is_told_by_its_name() {
        let table = [
            (Refused::BlockedByPeer, "peer.blocked_us"),
            (Refused::ForbiddenInChat, "chat.forbidden"),
            (Refused::PeerUnknown, "peer.unknown"),
            (Refused::MessageGone, "message.gone"),
            (Refused::TooLarge, "message.too_large"),
            (Refused::Other { code: 400, name: "ODD".to_owned() }, "refused"),
        ];
        for (refused, code) in table {
            assert_eq!(of_errand(&errand(0), &refused, DateTime::UNIX_EPOCH), Ended::Never { code });
        }
    }
}
