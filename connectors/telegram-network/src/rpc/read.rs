//! What was read, and who is typing.

use grammers_tl_types::{enums, functions as f, types};

use super::{Answer, Call, bad};
use crate::world::{Event, Fact, Notice, Peer};

pub(super) fn read_history(
    call: &mut Call<'_>,
    request: f::messages::ReadHistory,
) -> Answer<enums::messages::AffectedMessages> {
    let chat = call.peer(&request.peer)?;
    if matches!(chat, Peer::Channel(_)) {
        return Err(bad("PEER_ID_INVALID"));
    }
    let max_id = if request.max_id == 0 { i32::MAX } else { request.max_id };
    let notices = call.commit(Fact::Read { account: call.me, chat, max_id });
    Ok(affected(call, &notices))
}

/// How far the count of the caller's events went.
pub(super) fn affected(call: &Call<'_>, notices: &[Notice]) -> enums::messages::AffectedMessages {
    let own = notices.iter().filter(|notice| notice.account == call.me && notice.channel.is_none());
    let pts_count = own.map(|notice| notice.count).sum();
    let pts = call.core.world.person(call.me).map_or(0, |me| me.mailbox.past.pts);
    types::messages::AffectedMessages { pts, pts_count }.into()
}

pub(super) fn read_channel_history(call: &mut Call<'_>, request: f::channels::ReadHistory) -> Answer<bool> {
    let chat = Peer::Channel(call.channel(&request.channel)?.id);
    let max_id = if request.max_id == 0 { i32::MAX } else { request.max_id };
    call.commit(Fact::Read { account: call.me, chat, max_id });
    Ok(true)
}

pub(super) fn read_contents(
    call: &mut Call<'_>,
    _: f::messages::ReadMessageContents,
) -> Answer<enums::messages::AffectedMessages> {
    Ok(affected(call, &[]))
}

pub(super) fn read_channel_contents(call: &mut Call<'_>, request: f::channels::ReadMessageContents) -> Answer<bool> {
    call.channel(&request.channel).map(|_| true)
}

pub(super) fn read_mentions(
    call: &mut Call<'_>,
    request: f::messages::ReadMentions,
) -> Answer<enums::messages::AffectedHistory> {
    call.peer(&request.peer)?;
    let pts = call.core.world.person(call.me).map_or(0, |me| me.mailbox.past.pts);
    Ok(types::messages::AffectedHistory { pts, pts_count: 0, offset: 0 }.into())
}

pub(super) fn received(
    _: &mut Call<'_>,
    _: f::messages::ReceivedMessages,
) -> Answer<Vec<enums::ReceivedNotifyMessage>> {
    Ok(Vec::new())
}

pub(super) fn set_typing(call: &mut Call<'_>, request: f::messages::SetTyping) -> Answer<bool> {
    use enums::SendMessageAction as Action;
    let to = call.peer(&request.peer)?;
    let action = match request.action {
        Action::SendMessageCancelAction => "cancel",
        Action::SendMessageRecordAudioAction | Action::SendMessageUploadAudioAction(_) => "voice",
        Action::SendMessageUploadPhotoAction(_) => "photo",
        _ => "typing",
    };
    call.core.typing(call.me, to, action);
    Ok(true)
}

impl crate::core::Core {
    /// Tells everybody else in the chat that somebody is typing.
    pub(crate) fn typing(&mut self, person: i64, to: Peer, action: &str) {
        for account in self.world.audience(person, to) {
            if account != person {
                let chat = crate::world::World::chat_of(account, person, to);
                self.whisper(account, Event::Typing { chat, person, action: action.to_owned() });
            }
        }
    }
}
