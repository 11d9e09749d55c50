//! Whose turn it is to have a password hashed. A hash takes all of a core for a while, so there are as many at a time as
//! cores; who guesses with many connections must not make everybody else wait behind them. Who is at home (signed in, or on
//! a device that the person has signed in from before) goes first, and within either queue sources take turns, however
//! much each of them asks for.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;
use uuid::Uuid;

use crate::{devices::network, sessions::Device};

/// Most that wait of one source: who has more is sent away at once rather than kept.
const MAX_OF_SOURCE: usize = 32;
/// Most that wait in a queue.
const MAX_OF_QUEUE: usize = 1000;
/// One turn in so many is a stranger's, even where people at home wait.
const STRANGERS_TURN: u32 = 4;

/// Who waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Somebody who is at home: by person.
    AtHome(String),
    /// Anybody: by network.
    Stranger(String),
}

/// Anybody on this device.
pub fn stranger(device: &Device) -> Whose {
    Whose::Stranger(network(device.ip()))
}

/// Somebody at home.
pub fn at_home(person: Uuid) -> Whose {
    Whose::AtHome(person.to_string())
}

/// Too many of that source wait already.
#[derive(Debug, PartialEq, Eq)]
pub struct Busy;

/// Deals out turns.
pub struct Turns(Arc<Mutex<State>>);

/// Somebody's turn; over when it is dropped.
pub struct Turn(Option<Arc<Mutex<State>>>);

struct State {
    free: usize,
    at_home: Queue,
    strangers: Queue,
    /// Turns that people at home have had in a row while strangers waited.
    in_a_row: u32,
}

#[derive(Default)]
struct Queue {
    /// Sources that wait, the one whose turn is next first; each once.
    order: VecDeque<String>,
    waiting: HashMap<String, VecDeque<oneshot::Sender<Turn>>>,
    len: usize,
}

impl Queue {
    fn join(&mut self, source: String) -> Result<oneshot::Receiver<Turn>, Busy> {
        self.forget_gone(&source);
        let of_source = self.waiting.get(&source).map_or(0, VecDeque::len);
        if of_source >= MAX_OF_SOURCE || (self.len >= MAX_OF_QUEUE && !self.make_room(of_source)) {
            return Err(Busy);
        }
        let (sender, receiver) = oneshot::channel();
        if of_source == 0 {
            self.order.push_back(source.clone());
        }
        self.waiting.entry(source).or_default().push_back(sender);
        self.len += 1;
        Ok(receiver)
    }

    /// Sends away the last one of whoever has most waiting, if that is more than the newcomer's source would have.
    fn make_room(&mut self, of_source: usize) -> bool {
        let most = self.waiting.iter().max_by_key(|(_, senders)| senders.len());
        let Some((source, _)) = most.filter(|(_, senders)| senders.len() > of_source + 1) else { return false };
        let source = source.clone();
        let gone = self.waiting.get_mut(&source).and_then(VecDeque::pop_back).is_some();
        self.len -= usize::from(gone);
        gone
    }

    /// Those of a source who do not wait any more.
    fn forget_gone(&mut self, source: &str) {
        let Some(senders) = self.waiting.get_mut(source) else { return };
        let before = senders.len();
        senders.retain(|sender| !sender.is_closed());
        self.len -= before - senders.len();
        if senders.is_empty() {
            self.waiting.remove(source);
            self.order.retain(|other| other != source);
        }
    }

    /// The one who is next; their source goes to the end of the queue.
    fn next(&mut self) -> Option<oneshot::Sender<Turn>> {
        let source = self.order.pop_front()?;
        let senders = self.waiting.get_mut(&source)?;
        let sender = senders.pop_front();
        self.len -= usize::from(sender.is_some());
        if senders.is_empty() {
            self.waiting.remove(&source);
        } else {
            self.order.push_back(source);
        }
        sender
    }
}

impl State {
    fn next(&mut self) -> Option<oneshot::Sender<Turn>> {
        if self.at_home.len == 0 || self.strangers.len == 0 {
            self.in_a_row = 0;
        }
        if self.in_a_row + 1 >= STRANGERS_TURN
            && let Some(stranger) = self.strangers.next()
        {
            self.in_a_row = 0;
            return Some(stranger);
        }
        if let Some(next) = self.at_home.next() {
            self.in_a_row += 1;
            return Some(next);
        }
        self.strangers.next()
    }
}

/// Nothing in here can panic half way, so what a poisoned lock guards is whole.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Turns {
    /// So many turns at a time.
    pub fn new(at_once: usize) -> Self {
        let state = State { free: at_once, at_home: Queue::default(), strangers: Queue::default(), in_a_row: 0 };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Waits for a turn.
    pub async fn take(&self, whose: Whose) -> Result<Turn, Busy> {
        let receiver = {
            let mut state = lock(&self.0);
            if state.free > 0 {
                state.free -= 1;
                return Ok(Turn(Some(Arc::clone(&self.0))));
            }
            match whose {
                Whose::AtHome(source) => state.at_home.join(source)?,
                Whose::Stranger(source) => state.strangers.join(source)?,
            }
        };
        receiver.await.map_err(|_| Busy)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(shared) = self.0.take() else { return };
        loop {
            let next = {
                let mut state = lock(&shared);
                let next = state.next();
                state.free += usize::from(next.is_none());
                next
            };
            let Some(next) = next else { return };
            // Who has gone leaves the turn to the next one.
            match next.send(Self(Some(Arc::clone(&shared)))) {
                Ok(()) => return,
                Err(mut turn) => drop(turn.0.take()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        pin::Pin,
        task::{Context, Waker},
    };

    use tokio::task::JoinHandle;

    use super::*;

    /// Asks once.
    fn waits<F: Future>(turn: &mut Pin<Box<F>>) -> bool {
        turn.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending()
    }

    fn unknown(name: &str) -> Whose {
        Whose::Stranger(name.to_owned())
    }

    fn member(name: &str) -> Whose {
        Whose::AtHome(name.to_owned())
    }

    /// Lets everybody wait who wants a turn, in this order, and gives the order in which they had one.
    async fn served(wanted: &[Whose]) -> Vec<Whose> {
        let turns = Arc::new(Turns::new(1));
        let first = turns.take(unknown("first")).await.unwrap();
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut all: Vec<JoinHandle<()>> = Vec::new();
        for whose in wanted {
            let (turns, order, whose) = (Arc::clone(&turns), Arc::clone(&order), whose.clone());
            all.push(tokio::spawn(async move {
                let turn = turns.take(whose.clone()).await.unwrap();
                order.lock().unwrap().push(whose);
                drop(turn);
            }));
            tokio::task::yield_now().await;
        }
        drop(first);
        for one in all {
            one.await.unwrap();
        }
        Arc::into_inner(order).unwrap().into_inner().unwrap()
    }

    #[tokio::test]
    async fn sources_take_turns_however_much_one_asks_for() {
        let mut wanted = vec![unknown("guesser"); 20];
        wanted.push(unknown("anna"));
        let order = served(&wanted).await;
        assert_eq!(order.len(), 21);
        assert_eq!(order.iter().position(|whose| *whose == unknown("anna")), Some(1));
    }

    #[tokio::test]
    async fn people_at_home_go_first_and_strangers_are_not_forgotten() {
        let mut wanted: Vec<Whose> = (0..12).map(|n| unknown(&format!("bot{n}"))).collect();
        wanted.extend(vec![member("anna"); 6]);
        let order = served(&wanted).await;
        let strangers: Vec<usize> = order
            .iter()
            .take(8)
            .enumerate()
            .filter(|(_, whose)| matches!(whose, Whose::Stranger(_)))
            .map(|(n, _)| n)
            .collect();
        assert_eq!(strangers, [3, 7], "{order:?}");
    }

    #[tokio::test]
    async fn who_has_too_many_waiting_is_sent_away_and_others_are_not() {
        let turns = Arc::new(Turns::new(1));
        let first = turns.take(unknown("first")).await.unwrap();
        let mut waiting: Vec<_> = (0..MAX_OF_SOURCE).map(|_| Box::pin(turns.take(unknown("guesser")))).collect();
        for one in &mut waiting {
            assert!(waits(one));
        }
        assert_eq!(turns.take(unknown("guesser")).await.err(), Some(Busy));
        let mut anna = Box::pin(turns.take(unknown("anna")));
        assert!(waits(&mut anna));
        // Who gives up makes room.
        drop(waiting.pop());
        let mut again = Box::pin(turns.take(unknown("guesser")));
        assert!(waits(&mut again));
        drop(first);
        drop((waiting, again));
        drop(anna.await.unwrap());
        assert_eq!(lock(&turns.0).free, 1);
        assert_eq!(lock(&turns.0).strangers.len, 0);
        assert_eq!(lock(&turns.0).strangers.order.len(), 0);
    }

    #[tokio::test]
    async fn a_full_queue_has_room_for_who_has_fewer_waiting() {
        let turns = Turns::new(1);
        let _first = turns.take(unknown("first")).await.unwrap();
        let mut waiting: Vec<_> =
            (0..MAX_OF_QUEUE).map(|n| Box::pin(turns.take(unknown(&format!("bot{}", n / MAX_OF_SOURCE))))).collect();
        for one in &mut waiting {
            assert!(waits(one));
        }
        assert!(waits(&mut Box::pin(turns.take(unknown("anna")))));
        assert_eq!(lock(&turns.0).strangers.len, MAX_OF_QUEUE);
        assert_eq!(waiting.iter_mut().filter_map(|one| (!waits(one)).then_some(())).count(), 1, "one was sent away");
    }

    #[tokio::test]
    async fn a_turn_that_nobody_takes_goes_to_the_next() {
        let turns = Turns::new(2);
        let (one, two) = (turns.take(unknown("a")).await.unwrap(), turns.take(unknown("a")).await.unwrap());
        let mut gone = Box::pin(turns.take(unknown("b")));
        let mut stays = Box::pin(turns.take(member("c")));
        assert!(waits(&mut gone) && waits(&mut stays));
        drop(one);
        // The turn was dealt to the one at home; the other one leaves before theirs comes.
        drop(gone);
        drop(two);
        drop(stays.await.unwrap());
        assert_eq!(lock(&turns.0).free, 2);
    }
}
