//! The session as the client library uses it. Two of its writes are refused: see [`super`].

use grammers_session::types::{ChannelState, DcOption, PeerId, PeerInfo, UpdateState, UpdatesState};
use grammers_session::{BoxFuture, Session as Storage};

use super::{Inner, Session};

/// Telegram did not know the key of a signed-in account, and the client made a new one, which would sign the account out
/// for good. The old one is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a new key would have replaced the one that the account is signed in with")]
pub struct KeyWouldBeLost;

impl Storage for Session {
    type Error = KeyWouldBeLost;

    fn home_dc_id(&self) -> Result<i32, Self::Error> {
        Ok(self.dc())
    }

    fn set_home_dc_id(&self, dc_id: i32) -> BoxFuture<'_, Result<(), Self::Error>> {
        self.change(|inner| inner.home_dc = dc_id);
        done(Ok(()))
    }

    fn dc_option(&self, dc_id: i32) -> Result<Option<DcOption>, Self::Error> {
        Ok(self.inner().dcs.get(&dc_id).cloned())
    }

    fn set_dc_option(&self, option: &DcOption) -> BoxFuture<'_, Result<(), Self::Error>> {
        let mut inner = self.inner();
        if inner.would_lose_key(option) {
            drop(inner);
            self.key_lost.send_replace(true);
            return done(Err(KeyWouldBeLost));
        }
        let news = inner.take_option(option);
        drop(inner);
        if news {
            self.changed();
        }
        done(Ok(()))
    }

    fn peer(&self, peer: PeerId) -> BoxFuture<'_, Result<Option<PeerInfo>, Self::Error>> {
        done(Ok(self.info(peer)))
    }

    fn cache_peer(&self, peer: PeerInfo) -> BoxFuture<'_, Result<(), Self::Error>> {
        self.remember([peer]);
        done(Ok(()))
    }

    fn updates_state(&self) -> BoxFuture<'_, Result<UpdatesState, Self::Error>> {
        done(Ok(self.state()))
    }

    fn set_update_state(&self, update: UpdateState) -> BoxFuture<'_, Result<(), Self::Error>> {
        self.change(|inner| inner.take_state(update));
        done(Ok(()))
    }
}

impl Inner {
    fn would_lose_key(&self, option: &DcOption) -> bool {
        let signed_in_here = self.signed_in && option.id == self.home_dc;
        let known = self.dcs.get(&option.id).and_then(|known| known.auth_key);
        signed_in_here && known.is_some() && option.auth_key.is_some() && option.auth_key != known
    }

    fn take_option(&mut self, option: &DcOption) -> bool {
        let known = self.dcs.get(&option.id);
        let mut option = option.clone();
        option.auth_key = option.auth_key.or_else(|| known.and_then(|known| known.auth_key));
        let news = known != Some(&option);
        self.dcs.insert(option.id, option);
        news
    }

    fn take_state(&mut self, update: UpdateState) {
        let state = &mut self.state;
        match update {
            UpdateState::All(all) => *state = all,
            UpdateState::Primary { pts, date, seq } => {
                state.pts = pts;
                state.date = date;
                state.seq = seq;
            }
            UpdateState::Secondary { qts } => state.qts = qts,
            // Comes from lists of chats only: what lies between the known point and this one would never be asked for.
            UpdateState::Channel { id, pts } => {
                if !state.channels.iter().any(|channel| channel.id == id) {
                    state.channels.push(ChannelState { id, pts });
                }
            }
        }
    }
}

fn done<'a, T: Send + 'a>(value: T) -> BoxFuture<'a, T> {
    Box::pin(std::future::ready(value))
}
