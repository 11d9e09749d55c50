//! What happens to an account, in order and without gaps. Updates come in on their own or as a difference that is asked
//! for; the bookkeeping of which are missing is the library's, the asking is ours: the library would wait for an answer for
//! ever, and keep quiet where Telegram left something out.

mod difference;
mod incoming;
mod later;
mod seen;

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use grammers_session::types::{ChannelState, PeerId, PeerInfo, UpdatesState};
use grammers_session::updates::{MessageBoxes, UpdateAndPeers, UpdatesLike};
use grammers_tl_types::{enums, functions as f, types};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;
use tokio::time::timeout_at;

use crate::connection::{Sent, Start};
use crate::convert::channel_chat_id;
use crate::line::{Inbound, Line};
use crate::people::People;
use crate::plain::{Batch, Seen};
use crate::position;
use crate::refused::Refused;
use difference::Answered;
use later::{Later, Pause};

/// As many at once as are stored in one go.
const BATCH_MOST: usize = 500;
/// Names asked for in one call.
const NAMES_MOST: usize = 100;
/// Times that the library may fail at the same point before that point is given up.
const PANICS_MOST: u32 = 2;

/// Tells what happens to an account; see [`Listener::next`].
pub struct Listener {
    line: Arc<Line>,
    people: Arc<People>,
    sent: Arc<Sent>,
    boxes: MessageBoxes,
    inbound: Inbound,
    raw: UnboundedReceiver<UpdatesLike>,
    chats: Option<HashSet<i64>>,
    /// What is to be told next; stays here while names are asked for, so that nothing is lost when that is given up.
    held: Vec<Held>,
    live: bool,
    /// How far everything before what is held goes.
    told: UpdatesState,
    panics: u32,
    /// Before the account's difference is asked for again.
    pause: Pause,
    /// Before names are.
    names_pause: Pause,
    /// Channels whose difference is asked for later.
    later: Later,
    /// A difference that was asked for; at most one.
    asked: JoinSet<Answered>,
}

enum Held {
    Update { update: Box<enums::Update>, random_id: Option<i64> },
    Missed { chat_id: Option<i64> },
}

impl Listener {
    pub(crate) async fn start(
        line: Arc<Line>,
        people: Arc<People>,
        sent: Arc<Sent>,
        (inbound, raw): (Inbound, UnboundedReceiver<UpdatesLike>),
        start: Start,
    ) -> Result<Self, Refused> {
        let position = start.position.as_deref().and_then(position::parse);
        let mut told = position.unwrap_or_else(|| line.session().state());
        if told.pts == 0 {
            told = now(&line).await?;
        }
        told.channels.retain(|channel| wanted(start.chats.as_ref(), channel));
        let boxes = MessageBoxes::load(told.clone());
        Ok(Self {
            line,
            people,
            sent,
            boxes,
            inbound,
            raw,
            chats: start.chats,
            held: Vec::new(),
            live: false,
            told,
            panics: 0,
            pause: Pause::default(),
            names_pause: Pause::default(),
            later: Later::default(),
            asked: JoinSet::new(),
        })
    }

    /// Waits for what happens next. May be given up and called again: nothing is lost by that.
    ///
    /// # Errors
    /// When the connection was closed ([`Refused::Network`]), or the account cannot go on
    /// ([`Refused::ends_the_session`]); it does not come back then.
    pub async fn next(&mut self) -> Result<Batch, Refused> {
        while self.held.is_empty() {
            self.gather().await?;
        }
        self.learn_names().await;
        Ok(self.batch())
    }

    /// How far everything that was told so far goes.
    pub fn position(&self) -> Vec<u8> {
        position::to_bytes(&self.told)
    }

    /// Also catches up with these supergroups and channels from now on.
    pub fn follow(&mut self, chats: impl IntoIterator<Item = i64>) {
        if let Some(known) = &mut self.chats {
            known.extend(chats);
        }
    }

    /// The chat's list says it was read up to there: what comes after is caught up with. Known channels stay where they are.
    pub fn follow_channel(&mut self, chat_id: i64, pts: i32) {
        self.follow([chat_id]);
        if let Some(bare) = PeerId::from_bot_api_dialog_id(chat_id).and_then(PeerId::bare_id) {
            self.boxes.try_set_channel_state(bare, pts);
        }
    }

    async fn gather(&mut self) -> Result<(), Refused> {
        if let Some(refused) = self.line.ended() {
            return Err(refused);
        }
        if let Some(answered) = self.asked.join_next().await {
            return self.answered(answered);
        }
        // Before the requests: it is what may ask for them.
        let deadline = self.boxes.check_deadlines();
        if let Some(request) = self.boxes.get_difference() {
            self.line.set_behind(true);
            self.pause.over().await;
            self.catch_up(request);
            return Ok(());
        }
        // All that was told before this was asked for is dealt with by whoever asks.
        self.line.set_behind(false);
        self.take_up_again();
        if let Some(request) = self.boxes.get_channel_difference() {
            self.catch_up_channel(request);
            return Ok(());
        }
        let deadline = self.later.looked_at().map_or(deadline.into(), |at| at.min(deadline.into()));
        if let Ok(first) = timeout_at(deadline, self.raw.recv()).await {
            self.live = true;
            let mut next = Some(first.ok_or(Refused::Network)?);
            while let Some(updates) = next {
                self.take(updates);
                // Only now: until then it is not known whether something was missed.
                self.inbound.taken();
                next = if self.held.len() < BATCH_MOST { self.raw.try_recv().ok() } else { None };
            }
        }
        Ok(())
    }

    fn take(&mut self, mut updates: UpdatesLike) {
        for chat in incoming::left_out(&mut updates) {
            self.missed(Some(chat));
        }
        let random_ids = incoming::random_ids(&updates);
        for (&id, &random_id) in &random_ids {
            self.sent.note(random_id, id);
        }
        if self.lacks_names(&updates) {
            // A difference brings the people along.
            updates = UpdatesLike::MalformedUpdates;
        }
        let is_closed = matches!(updates, UpdatesLike::ConnectionClosed);
        if is_closed {
            self.line.set_behind(true);
        }
        let taken = catch_unwind(AssertUnwindSafe(|| self.boxes.process_updates(updates)));
        match taken {
            Ok(Ok(news)) => self.hold(news, &random_ids),
            // A gap: the library now wants a difference.
            Ok(Err(_)) => {}
            Err(_) => self.after_panic(),
        }
        if is_closed {
            self.take_channels_as_behind();
        }
    }

    /// What was on its way when a connection ended is lost. The library then asks for the account's difference, which is
    /// empty where only channels have moved on.
    fn take_channels_as_behind(&mut self) {
        let channels = self.boxes.session_state().channels;
        let followed = channels.iter().filter(|channel| wanted(self.chats.as_ref(), channel));
        let updates: Vec<enums::Update> =
            followed.map(|channel| types::UpdateChannelTooLong { channel_id: channel.id, pts: None }.into()).collect();
        if updates.is_empty() {
            return;
        }
        let (users, chats) = (Vec::new(), Vec::new());
        let behind = types::Updates { updates, users, chats, date: 0, seq: 0 };
        let behind = UpdatesLike::Updates(behind.into());
        if catch_unwind(AssertUnwindSafe(|| self.boxes.process_updates(behind).is_ok())).is_err() {
            self.after_panic();
        }
    }

    fn hold(&mut self, (updates, users, chats): UpdateAndPeers, random_ids: &HashMap<i32, i64>) {
        self.panics = 0;
        self.people.meet(&users, &chats);
        self.hold_updates(updates.into_iter().map(|(update, _)| update), random_ids);
    }

    fn hold_updates(&mut self, updates: impl IntoIterator<Item = enums::Update>, random_ids: &HashMap<i32, i64>) {
        self.held.extend(updates.into_iter().filter_map(|update| {
            let random_id = seen::message_id(&update).and_then(|id| random_ids.get(&id)).copied();
            seen::matters(&update).then(|| Held::Update { update: Box::new(update), random_id })
        }));
    }

    fn missed(&mut self, chat_id: Option<i64>) {
        self.held.push(Held::Missed { chat_id });
    }

    /// The shortest form of a message names nobody. Those whom the session does not know cannot be answered either.
    fn lacks_names(&self, updates: &UpdatesLike) -> bool {
        let UpdatesLike::Updates(updates) = updates else { return false };
        let unknown = |id| PeerId::user(id).is_none_or(|id| self.line.session().info(id).is_none());
        match updates {
            enums::Updates::UpdateShortMessage(short) => unknown(short.user_id),
            enums::Updates::UpdateShortChatMessage(short) => unknown(short.from_id),
            _ => false,
        }
    }

    /// The library failed. Back to what was told last; when it fails there again, past it.
    fn after_panic(&mut self) {
        self.panics += 1;
        tracing::error!(me = self.line.session().me(), panics = self.panics, "the client failed at an update");
        let mut state = self.told.clone();
        if self.panics > PANICS_MOST {
            state = UpdatesState::default();
            self.missed(None);
            for channel in self.told.channels.clone() {
                self.missed(channel_chat_id(channel.id));
            }
        }
        self.boxes = MessageBoxes::load(state);
        self.later.forget();
    }

    /// People who write and whose name is not at hand, though the session knows them.
    async fn learn_names(&mut self) {
        if !self.names_pause.is_over() {
            return;
        }
        let mut unknown: Vec<i64> = self.held.iter().filter_map(Held::writer).collect();
        unknown.sort_unstable();
        unknown.dedup();
        unknown.retain(|id| !self.people.knows(*id));
        for ids in unknown.chunks(NAMES_MOST) {
            let id: Vec<enums::InputUser> = ids.iter().filter_map(|id| self.input_user(*id)).collect();
            if id.is_empty() {
                continue;
            }
            match self.line.call(&f::users::GetUsers { id }).await {
                Ok(users) => self.people.meet(&users, &[]),
                Err(refused) => {
                    // They are told without a name.
                    tracing::debug!(%refused, "names not learnt");
                    if let Refused::FloodWait { .. } = refused {
                        self.names_pause.after(&self.line, &refused);
                        return;
                    }
                }
            }
        }
    }

    fn input_user(&self, user_id: i64) -> Option<enums::InputUser> {
        match self.line.session().info(PeerId::user(user_id)?)? {
            PeerInfo::User { auth: Some(auth), .. } => {
                Some(types::InputUser { user_id, access_hash: auth.hash() }.into())
            }
            _ => None,
        }
    }

    fn batch(&mut self) -> Batch {
        let held = std::mem::take(&mut self.held);
        let seen: Vec<Seen> = held.iter().filter_map(|held| held.plain(&self.people)).collect();
        let mut ids: Vec<i64> = seen.iter().filter_map(seen::chat_of).collect();
        ids.sort_unstable();
        ids.dedup();
        let chats = ids.into_iter().filter_map(|id| self.people.chat(id)).collect();
        self.told = self.boxes.session_state();
        self.told.channels.retain(|channel| wanted(self.chats.as_ref(), channel));
        Batch { live: self.live, seen, chats, position: position::to_bytes(&self.told) }
    }
}

impl Held {
    fn writer(&self) -> Option<i64> {
        match self {
            Self::Update { update, .. } => seen::writer(update),
            Self::Missed { .. } => None,
        }
    }

    fn plain(&self, people: &People) -> Option<Seen> {
        match self {
            Self::Update { update, random_id } => seen::plain(update, *random_id, people),
            Self::Missed { chat_id } => Some(Seen::Missed { chat_id: *chat_id }),
        }
    }
}

/// From now on: what was before is history.
async fn now(line: &Line) -> Result<UpdatesState, Refused> {
    let enums::updates::State::State(state) = line.ask(&f::updates::GetState {}).await?;
    let types::updates::State { pts, qts, date, seq, .. } = state;
    Ok(UpdatesState { pts, qts, date, seq, channels: Vec::new() })
}

fn wanted(chats: Option<&HashSet<i64>>, channel: &ChannelState) -> bool {
    chats.is_none_or(|chats| channel_chat_id(channel.id).is_some_and(|id| chats.contains(&id)))
}
