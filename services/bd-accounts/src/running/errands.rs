//! What an account is to do: asked for, done at its pace, and told how it ended. The order of a chat is kept by the inbox,
//! which gives out only the first of each. One errand with large files goes beside the others, so that answers in other
//! chats do not wait for its bytes; its own chat does.

use std::{collections::HashSet, sync::Arc, time::Duration};

use ::telegram::Refused;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::channels::{Action, Ended, Errand};
use tokio::{task::JoinSet, time::sleep};

use super::{
    live::Live,
    outcome,
    sending::{self, Outcome},
};
use crate::{
    Error,
    accounts::{account::StoredAccount, happening, turns::Turn},
    pace::{
        rules::{Because, Class, Verdict},
        usage,
    },
    syncing::store,
};

const AT_ONCE: u64 = 50;
/// How often it is looked for errands of which no news came: from other processes.
const LOOKED_EVERY: Duration = Duration::from_secs(5);
/// Waits up to this are slept through.
const FLOOD_SLEPT_S: u32 = 5;
const FLOODS_SLEPT: u32 = 3;
/// How soon something is tried again while the list of chats is being read.
const NOT_LISTED_LOOK: TimeDelta = TimeDelta::seconds(2);
/// How soon it is looked again whether what was written meanwhile is stored.
const NOT_READ_LOOK: TimeDelta = TimeDelta::milliseconds(200);
/// Files of more bytes together than this go beside the rest.
const LARGE: i64 = 512 * 1024;

/// The errand that goes beside the others.
#[derive(Default)]
struct Aside {
    task: JoinSet<Result<(), Failed>>,
    chat: Option<i64>,
}

impl Aside {
    /// Waits until it has ended; for ever while there is none.
    async fn ended(&mut self) -> Result<(), Failed> {
        let Some(ended) = self.task.join_next().await else { return std::future::pending().await };
        self.chat = None;
        match ended {
            Ok(ended) => ended,
            Err(error) => {
                tracing::error!(%error, "an errand failed; it is tried again");
                Ok(())
            }
        }
    }
}

pub(super) async fn run(live: Arc<Live>) -> Result<(), Refused> {
    let mut aside = Aside::default();
    loop {
        let next_at = match round(&live, &mut aside).await {
            Ok(next_at) => next_at,
            Err(failed) => failed.told(&live)?,
        };
        let wait = next_at.and_then(|at| (at - live.now()).to_std().ok()).unwrap_or(LOOKED_EVERY);
        tokio::select! {
            goes_on = live.wait(&live.news.errands, wait.clamp(Duration::from_millis(20), LOOKED_EVERY)) => {
                if !goes_on {
                    // As the others are: to its end, unless that takes too long.
                    if aside.chat.is_some() {
                        aside.ended().await.or_else(|failed| failed.told(&live).map(drop))?;
                    }
                    return Ok(());
                }
            }
            ended = aside.ended() => if let Err(failed) = ended {
                failed.told(&live)?;
            }
        }
    }
}

enum Failed {
    /// The account cannot go on.
    Refused(Refused),
    Here(Error),
}

impl Failed {
    /// What ends the account goes on up; the rest is tried again.
    fn told(self, live: &Live) -> Result<Option<DateTime<Utc>>, Refused> {
        match self {
            Self::Refused(refused) => Err(refused),
            Self::Here(error) => {
                tracing::error!(account = %live.id(), %error, "errands could not be done; tried again");
                Ok(None)
            }
        }
    }
}

impl<E: Into<Error>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self::Here(error.into())
    }
}

/// Does what can be done now; gives when the next may.
async fn round(live: &Arc<Live>, aside: &mut Aside) -> Result<Option<DateTime<Utc>>, Failed> {
    let inbox = &live.around.inbox;
    let mut next_at: Option<DateTime<Utc>> = None;
    loop {
        let errands = inbox.errands(&live.scope, live.id(), AT_ONCE).await.map_err(Error::Port)?;
        let unread = unread(live, &errands).await?;
        let mut done = 0;
        for errand in errands {
            if live.stop.is_cancelled() {
                return Ok(None);
            }
            let large = is_large(&errand);
            // It is under way, or has to wait for the one that is.
            if aside.chat.is_some_and(|chat| chat == errand.chat_id || large) {
                continue;
            }
            // Tried, it would use up the account's pace and reach nobody.
            if errand.to.is_none() && !live.knows_everybody() && !live.connection.can_name(errand.chat_id) {
                next_at = Some(live.now() + NOT_LISTED_LOOK).into_iter().chain(next_at).min();
                continue;
            }
            if errand.unless_answered && (!live.has_caught_up() || unread.contains(&errand.chat_id)) {
                next_at = Some(live.now() + NOT_READ_LOOK).into_iter().chain(next_at).min();
                continue;
            }
            match may(live, &errand).await? {
                Verdict::Go if large => {
                    if begin(live, &errand).await? {
                        aside.chat = Some(errand.chat_id);
                        let live = Arc::clone(live);
                        aside.task.spawn(async move { perform(&live, &errand).await });
                    }
                    done += 1;
                }
                Verdict::Go => {
                    if begin(live, &errand).await? {
                        perform(live, &errand).await?;
                    }
                    done += 1;
                }
                // Where it waits for an instant that nobody knows, news tell of it.
                Verdict::Wait { until, .. } => next_at = until.into_iter().chain(next_at).min(),
            }
        }
        if done == 0 {
            let due = inbox.next_errand_at(&live.scope, live.id()).await.map_err(Error::Port)?;
            return Ok(due.into_iter().chain(next_at).min());
        }
    }
}

/// Chats of which something was left out that is not read yet: there may be an answer.
async fn unread(live: &Live, errands: &[Errand]) -> Result<HashSet<i64>, Error> {
    if !errands.iter().any(|errand| errand.unless_answered) {
        return Ok(HashSet::new());
    }
    let chats = store::to_compare(&live.accounts().db.reader(&live.scope), &live.scope, live.id()).await?;
    Ok(chats.into_iter().map(|(chat, _)| chat).collect())
}

fn is_large(errand: &Errand) -> bool {
    let Action::Send { files, .. } = &errand.action else { return false };
    files.iter().map(|file| file.size_bytes).sum::<i64>() > LARGE
}

pub(super) fn class(errand: &Errand) -> Option<Class> {
    match errand.action {
        Action::Send { .. } if errand.first_contact => Some(Class::FirstContact),
        Action::Send { .. } => Some(Class::Reply),
        Action::Edit { .. } | Action::Delete { .. } | Action::Read { .. } | Action::React { .. } => None,
    }
}

async fn may(live: &Live, errand: &Errand) -> Result<Verdict, Error> {
    let (account, now) = (live.account().await?, live.now());
    match class(errand) {
        Some(class) => usage::ask(&live.accounts().db.reader(&live.scope), &live.scope, &account, class, now).await,
        None => Ok(unless_flooded(&account, now)),
    }
}

/// What is no message has no budget, but a flood stops it as well.
pub(super) fn unless_flooded(account: &StoredAccount, now: DateTime<Utc>) -> Verdict {
    match account.flood_until.filter(|until| *until > now) {
        Some(until) => Verdict::Wait { because: Because::FloodWait, until: Some(until) },
        None => Verdict::Go,
    }
}

/// Notes that an errand is tried, and counts it; whether it is still wanted.
async fn begin(live: &Live, errand: &Errand) -> Result<bool, Failed> {
    if !live.around.inbox.start_errand(&live.scope, errand.id).await.map_err(Error::Port)? {
        return Ok(false);
    }
    if let Some(class) = class(errand) {
        // Somebody whom it has never met has no number yet.
        let first = (class == Class::FirstContact && errand.to.is_none()).then_some(errand.chat_id);
        happening::spend(live.accounts(), &live.scope, live.id(), class, first).await?;
    }
    Ok(true)
}

async fn perform(live: &Live, errand: &Errand) -> Result<(), Failed> {
    let inbox = &live.around.inbox;
    let answer = match patiently(live, errand).await? {
        Tried::Answered(answer) => answer,
        Tried::Unwanted => return Ok(()),
        Tried::Behind => {
            let later = Ended::Later { not_before: live.now() + NOT_READ_LOOK, code: "network", counts: false };
            return Ok(inbox.end_errand(&live.scope, errand.id, later).await.map_err(Error::Port)?);
        }
    };
    let ended = match &answer {
        Ok(sent) => Ended::Done { sent: sent.clone() },
        Err(Refused::PeerUnknown) if !live.knows_everybody() => {
            Ended::Later { not_before: live.now() + NOT_LISTED_LOOK, code: "network", counts: false }
        }
        Err(refused) => {
            note(live, errand, refused).await?;
            outcome::of_errand(errand, refused, live.now())
        }
    };
    inbox.end_errand(&live.scope, errand.id, ended).await.map_err(Error::Port)?;
    match answer {
        Err(refused) if refused.ends_the_session() => Err(Failed::Refused(refused)),
        _ => Ok(()),
    }
}

/// What was sent, or why it was not.
type Answer = Result<Vec<contracts::channels::SeenMessage>, Refused>;

/// What came of trying.
enum Tried {
    Answered(Answer),
    /// Not wanted any more, and ended by whoever found that out.
    Unwanted,
    /// Nothing went, and what came in meanwhile is read first.
    Behind,
}

/// Sleeps through short waits.
async fn patiently(live: &Live, errand: &Errand) -> Result<Tried, Error> {
    let mut slept = 0;
    loop {
        let answer = match sending::perform(live, errand).await {
            Ok(Outcome::Done(sent)) => Ok(sent),
            Ok(Outcome::Unwanted) => return Ok(Tried::Unwanted),
            Ok(Outcome::Behind) => return Ok(Tried::Behind),
            Err(refused) => Err(refused),
        };
        let seconds = match &answer {
            Err(Refused::FloodWait { seconds }) if *seconds <= FLOOD_SLEPT_S && slept < FLOODS_SLEPT => *seconds,
            _ => return Ok(Tried::Answered(answer)),
        };
        slept += 1;
        tokio::select! {
            () = live.stop.cancelled() => return Ok(Tried::Answered(answer)),
            () = sleep(Duration::from_secs(seconds.into())) => {}
        }
        // Somebody may have answered meanwhile.
        if !live.around.inbox.is_still_wanted(&live.scope, errand.id).await.map_err(Error::Port)? {
            return Ok(Tried::Unwanted);
        }
    }
}

/// Writes down what a refusal means for the whole account.
async fn note(live: &Live, errand: &Errand, refused: &Refused) -> Result<(), Error> {
    match refused {
        Refused::FloodWait { seconds } => {
            let method = method(&errand.action).to_owned();
            live.turn(&Turn::FloodWait { method, seconds: *seconds }).await
        }
        Refused::PeerFlood => live.turn(&Turn::PeerFlood).await,
        _ => Ok(()),
    }
}

pub(super) fn method(action: &Action) -> &'static str {
    match action {
        Action::Send { .. } => "send",
        Action::Edit { .. } => "edit",
        Action::Delete { .. } => "delete",
        Action::Read { .. } => "read",
        Action::React { .. } => "react",
    }
}

/// Waits as long as Telegram says, and tells of it where that is worth telling.
pub(super) async fn flooded(live: &Live, method: &str, seconds: u32) {
    if seconds > FLOOD_SLEPT_S {
        let turn = Turn::FloodWait { method: method.to_owned(), seconds };
        if let Err(error) = live.turn(&turn).await {
            tracing::warn!(account = %live.id(), %error, "a wait could not be written");
        }
    }
    tokio::select! {
        () = live.stop.cancelled() => {}
        () = sleep(Duration::from_secs(seconds.into())) => {}
    }
}
