//! Profiles of groups and channels, and who is in them.

use grammers_tl_types::{enums, types};

use super::{View, blank, peer, peers::count};
use crate::world::{Channel, Group, Peer};

pub(crate) fn group_full(group: &Group) -> enums::ChatFull {
    let member = |id: &i64| {
        if *id == group.creator {
            types::ChatParticipantCreator { user_id: *id, rank: None }.into()
        } else {
            let (inviter_id, date) = (group.creator, group.created_at);
            types::ChatParticipant { user_id: *id, inviter_id, date, rank: None }.into()
        }
    };
    let participants = group.members.iter().map(member).collect();
    let participants = types::ChatParticipants { chat_id: group.id, participants, version: 1 };
    types::ChatFull { id: group.id, ..blank::chat_full(participants.into(), blank::notify_settings().into()) }.into()
}

pub(crate) fn channel_full(view: &View<'_>, channel: &Channel) -> enums::ChatFull {
    let membership = channel.members.get(&view.account).cloned().unwrap_or_default();
    types::ChannelFull {
        can_view_participants: !channel.broadcast,
        id: channel.id,
        about: channel.about.clone(),
        participants_count: Some(count(channel.members.len())),
        read_inbox_max_id: membership.read_inbox,
        read_outbox_max_id: membership.read_outbox,
        unread_count: view.world.unread(view.account, Peer::Channel(channel.id)),
        pts: channel.past.pts,
        ..blank::channel_full(types::PhotoEmpty { id: 0 }.into(), blank::notify_settings().into())
    }
    .into()
}

pub(crate) fn participant(channel: &Channel, account: i64, person: i64) -> Option<enums::ChannelParticipant> {
    let member = channel.members.get(&person)?;
    let date = member.joined_at;
    let admin_rights = || types::ChatAdminRights { post_messages: true, ..blank::admin_rights() }.into();
    Some(if person == channel.creator {
        types::ChannelParticipantCreator { user_id: person, admin_rights: admin_rights(), rank: None }.into()
    } else if member.admin {
        types::ChannelParticipantAdmin {
            can_edit: false,
            is_self: person == account,
            user_id: person,
            inviter_id: (person == account).then_some(channel.creator),
            promoted_by: channel.creator,
            date,
            admin_rights: admin_rights(),
            rank: None,
        }
        .into()
    } else if person == account {
        types::ChannelParticipantSelf {
            via_request: false,
            user_id: person,
            inviter_id: channel.creator,
            date,
            subscription_until_date: None,
            rank: None,
        }
        .into()
    } else {
        types::ChannelParticipant { user_id: person, date, subscription_until_date: None, rank: None }.into()
    })
}

/// Somebody who is not in the channel.
pub(crate) fn outsider(person: i64) -> enums::ChannelParticipant {
    types::ChannelParticipantLeft { peer: peer(Peer::User(person)) }.into()
}
