//! Groups and channels: what they are, who is in them, joining and leaving.

use grammers_tl_types::{enums, functions as f, types};

use super::{Answer, Call, Refusal, bad};
use crate::{
    view::{channel_full, group_full, outsider, participant},
    world::{Action, Fact, NewPost, Notice, Peer},
};

pub(super) fn get_chats(call: &mut Call<'_>, request: f::messages::GetChats) -> Answer<enums::messages::Chats> {
    chats(call, request.id.into_iter().map(Peer::Group))
}

pub(super) fn get_channels(call: &mut Call<'_>, request: f::channels::GetChannels) -> Answer<enums::messages::Chats> {
    let found = request.id.iter().map(|input| Ok(Peer::Channel(call.channel(input)?.id)));
    let found: Vec<Peer> = found.collect::<Answer<_>>()?;
    chats(call, found.into_iter())
}

fn chats(call: &Call<'_>, peers: impl Iterator<Item = Peer>) -> Answer<enums::messages::Chats> {
    let mut view = call.view();
    peers.for_each(|peer| view.mention(peer));
    Ok(types::messages::Chats { chats: view.chats() }.into())
}

pub(super) fn get_full_chat(
    call: &mut Call<'_>,
    request: f::messages::GetFullChat,
) -> Answer<enums::messages::ChatFull> {
    let group = call.core.world.groups.get(&request.chat_id).ok_or(bad("CHAT_ID_INVALID"))?;
    let mut view = call.view();
    view.mention(Peer::Group(group.id));
    group.members.iter().for_each(|member| view.mention(Peer::User(*member)));
    let (full_chat, chats, users) = (group_full(group), view.chats(), view.users());
    Ok(types::messages::ChatFull { full_chat, chats, users }.into())
}

pub(super) fn get_full_channel(
    call: &mut Call<'_>,
    request: f::channels::GetFullChannel,
) -> Answer<enums::messages::ChatFull> {
    let channel = call.channel(&request.channel)?;
    let mut view = call.view();
    view.mention(Peer::Channel(channel.id));
    let (full_chat, chats, users) = (channel_full(&view, channel), view.chats(), view.users());
    Ok(types::messages::ChatFull { full_chat, chats, users }.into())
}

pub(super) fn get_participants(
    call: &mut Call<'_>,
    request: f::channels::GetParticipants,
) -> Answer<enums::channels::ChannelParticipants> {
    let channel = call.channel(&request.channel)?;
    let mut view = call.view();
    let offset = usize::try_from(request.offset).unwrap_or(0);
    let limit = usize::try_from(request.limit).unwrap_or(0).min(200);
    let only_admins = matches!(request.filter, enums::ChannelParticipantsFilter::ChannelParticipantsAdmins);
    let is_asked_for = |id: &&i64| {
        !only_admins || **id == channel.creator || channel.members.get(*id).is_some_and(|member| member.admin)
    };
    let ids: Vec<i64> = channel.members.keys().filter(is_asked_for).copied().collect();
    let count = i32::try_from(ids.len()).unwrap_or(i32::MAX);
    let mut participants = Vec::new();
    for id in ids.into_iter().skip(offset).take(limit) {
        view.mention(Peer::User(id));
        participants.extend(participant(channel, call.me, id));
    }
    let (chats, users) = (view.chats(), view.users());
    Ok(types::channels::ChannelParticipants { count, participants, chats, users }.into())
}

pub(super) fn get_participant(
    call: &mut Call<'_>,
    request: f::channels::GetParticipant,
) -> Answer<enums::channels::ChannelParticipant> {
    let channel = call.channel(&request.channel)?;
    let Peer::User(person) = call.peer(&request.participant)? else { return Err(bad("PARTICIPANT_ID_INVALID")) };
    let mut view = call.view();
    view.mention(Peer::User(person));
    let found = participant(channel, call.me, person);
    if found.is_none() && person == call.me {
        return Err(bad("USER_NOT_PARTICIPANT"));
    }
    let participant = found.unwrap_or_else(|| outsider(person));
    let (chats, users) = (view.chats(), view.users());
    Ok(types::channels::ChannelParticipant { participant, chats, users }.into())
}

pub(super) fn join_channel(
    call: &mut Call<'_>,
    request: f::channels::JoinChannel,
) -> Answer<enums::messages::ChatInviteJoinResult> {
    let channel = call.channel(&request.channel)?;
    let (chat, broadcast) = (Peer::Channel(channel.id), channel.broadcast);
    let mut notices = Vec::new();
    if !channel.members.contains_key(&call.me) {
        let (joined, at) = (vec![call.me], call.core.now());
        notices.extend(call.commit(Fact::Members { chat, joined: joined.clone(), left: Vec::new(), at }));
        if !broadcast {
            notices.extend(call.tell(chat, Action::Joined { people: joined }));
        }
    }
    let updates = call.updates(&notices);
    Ok(types::messages::ChatInviteJoinResultOk { updates }.into())
}

pub(super) fn leave_channel(call: &mut Call<'_>, request: f::channels::LeaveChannel) -> Answer<enums::Updates> {
    let channel = call.channel(&request.channel)?;
    let chat = Peer::Channel(channel.id);
    if channel.creator == call.me {
        return Err(bad("USER_CREATOR"));
    }
    leave(call, chat, call.me)
}

pub(super) fn delete_chat_user(call: &mut Call<'_>, request: f::messages::DeleteChatUser) -> Answer<enums::Updates> {
    let person = call.user(&request.user_id)?;
    let chat = Peer::Group(request.chat_id);
    let group = call.core.world.groups.get(&request.chat_id).ok_or(bad("CHAT_ID_INVALID"))?;
    if person != call.me && group.creator != call.me {
        return Err(bad("CHAT_ADMIN_REQUIRED"));
    }
    if !group.members.contains(&person) {
        return Err(bad("USER_NOT_PARTICIPANT"));
    }
    let mut notices = call.tell(chat, Action::Left { person });
    let at = call.core.now();
    notices.extend(call.commit(Fact::Members { chat, joined: Vec::new(), left: vec![person], at }));
    Ok(call.updates(&notices))
}

fn leave(call: &mut Call<'_>, chat: Peer, person: i64) -> Answer<enums::Updates> {
    let at = call.core.now();
    let notices = call.commit(Fact::Members { chat, joined: Vec::new(), left: vec![person], at });
    if notices.is_empty() { Err(Refusal::new(400, "USER_NOT_PARTICIPANT")) } else { Ok(call.updates(&notices)) }
}

impl Call<'_> {
    /// Writes a service message.
    pub(super) fn tell(&mut self, chat: Peer, action: Action) -> Vec<Notice> {
        let post = Box::new(NewPost { action: Some(action), ..NewPost::default() });
        let at = self.core.now();
        self.commit(Fact::Sent { from: self.me, to: chat, at, post })
    }

    /// What of this concerns the caller, as the answer of a call.
    pub(super) fn updates(&self, notices: &[Notice]) -> enums::Updates {
        self.updates_after(Vec::new(), notices)
    }

    /// The same behind updates that stand only in the answer.
    pub(super) fn updates_after(&self, mut first: Vec<enums::Update>, notices: &[Notice]) -> enums::Updates {
        let mut view = self.view();
        let own = notices.iter().filter(|notice| notice.account == self.me);
        first.extend(own.filter_map(|notice| view.update(notice)));
        let date = self.core.now();
        types::Updates { updates: first, users: view.users(), chats: view.chats(), date, seq: 0 }.into()
    }
}
