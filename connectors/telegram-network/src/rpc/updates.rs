//! The state of an account, and what happened since an earlier one.

use grammers_tl_types::{enums, functions as f, types};

use super::{Answer, Call, bad};
use crate::{
    faults::Fault,
    world::{Event, Notice, Past, Peer},
};

pub(super) fn get_state(call: &mut Call<'_>, _: f::updates::GetState) -> Answer<enums::updates::State> {
    let pts = own_past(call)?.pts;
    Ok(state(call, pts))
}

pub(super) fn state(call: &Call<'_>, pts: i32) -> enums::updates::State {
    types::updates::State { pts, qts: 0, date: call.core.now(), seq: 0, unread_count: 0 }.into()
}

fn own_past<'a>(call: &'a Call<'_>) -> Answer<&'a Past> {
    Ok(&call.core.world.person(call.me).ok_or(bad("USER_DEACTIVATED"))?.mailbox.past)
}

pub(super) fn get_difference(
    call: &mut Call<'_>,
    request: f::updates::GetDifference,
) -> Answer<enums::updates::Difference> {
    let date = call.core.now();
    let pts = own_past(call)?.pts;
    if request.pts >= pts {
        return Ok(types::updates::DifferenceEmpty { date, seq: 0 }.into());
    }
    let too_long = call.core.faults.take_about_updates(call.me, &Fault::DifferenceTooLong);
    let slice = slice_of(call.core.rules.slice, request.pts_limit);
    let Some(part) = own_past(call)?.after(request.pts, slice).filter(|_| !too_long) else {
        return Ok(types::updates::DifferenceTooLong { pts }.into());
    };
    let reached = part.reached.unwrap_or(pts);
    let (new_messages, other_updates, chats, users) = contents(call, None, &part.events);
    let (new_encrypted_messages, state) = (Vec::new(), state(call, reached));
    Ok(if part.reached.is_some() {
        let intermediate_state = state;
        types::updates::DifferenceSlice {
            new_messages,
            new_encrypted_messages,
            other_updates,
            chats,
            users,
            intermediate_state,
        }
        .into()
    } else {
        types::updates::Difference { new_messages, new_encrypted_messages, other_updates, chats, users, state }.into()
    })
}

pub(super) fn get_channel_difference(
    call: &mut Call<'_>,
    request: f::updates::GetChannelDifference,
) -> Answer<enums::updates::ChannelDifference> {
    let channel = call.channel(&request.channel)?;
    let (id, pts) = (channel.id, channel.past.pts);
    if request.pts >= pts {
        return Ok(types::updates::ChannelDifferenceEmpty { r#final: true, pts, timeout: Some(30) }.into());
    }
    let too_long = call.core.faults.take_about_updates(call.me, &Fault::DifferenceTooLong);
    let slice = slice_of(call.core.rules.slice, Some(request.limit));
    let past = &call.core.world.channels.get(&id).ok_or(bad("CHANNEL_INVALID"))?.past;
    let Some(part) = past.after(request.pts, slice).filter(|_| !too_long) else {
        return channel_too_long(call, id);
    };
    let (new_messages, other_updates, chats, users) = contents(call, Some(id), &part.events);
    Ok(types::updates::ChannelDifference {
        r#final: part.reached.is_none(),
        pts: part.reached.unwrap_or(pts),
        timeout: Some(30),
        new_messages,
        other_updates,
        chats,
        users,
    }
    .into())
}

fn channel_too_long(call: &Call<'_>, id: i64) -> Answer<enums::updates::ChannelDifference> {
    let mut view = call.view();
    // Somebody who only looks at a public channel has no dialog of it.
    let (dialog, message) = view.dialog(Peer::Channel(id)).ok_or(bad("CHANNEL_PRIVATE"))?;
    Ok(types::updates::ChannelDifferenceTooLong {
        r#final: true,
        timeout: Some(30),
        dialog,
        messages: message.into_iter().collect(),
        chats: view.chats(),
        users: view.users(),
    }
    .into())
}

type Contents = (Vec<enums::Message>, Vec<enums::Update>, Vec<enums::Chat>, Vec<enums::User>);

fn contents(call: &Call<'_>, channel: Option<i64>, events: &[(i32, i32, Event)]) -> Contents {
    let mut view = call.view();
    let (mut messages, mut others) = (Vec::new(), Vec::new());
    for (pts, count, event) in events {
        if let Event::Message { id } = event {
            messages.extend(view.message_by_id(channel, *id));
        } else {
            let (event, pts, count) = (event.clone(), *pts, *count);
            others.extend(view.update(&Notice { account: call.me, channel, event, pts, count }));
        }
    }
    (messages, others, view.chats(), view.users())
}

fn slice_of(limit: usize, asked: Option<i32>) -> usize {
    let asked = asked.and_then(|asked| usize::try_from(asked).ok()).filter(|asked| *asked > 0);
    asked.map_or(limit, |asked| asked.min(limit))
}

/// A part of what happened.
struct Part {
    events: Vec<(i32, i32, Event)>,
    /// The state after the part, when it is not all.
    reached: Option<i32>,
}

impl Past {
    /// What happened after `pts`, at most `limit` events; nothing when some of it is forgotten.
    fn after(&self, pts: i32, limit: usize) -> Option<Part> {
        let mut events: Vec<(i32, i32, Event)> = self.since(pts)?.take(limit + 1).cloned().collect();
        let is_all = events.len() <= limit;
        events.truncate(limit);
        let reached = events.last().map(|(pts, _, _)| *pts).filter(|_| !is_all);
        Some(Part { events, reached })
    }
}
