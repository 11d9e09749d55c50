//! People: by id, by name, by phone; the list of contacts; who is blocked.

use grammers_tl_types::{enums, functions as f, types};

use super::{Answer, Call, bad, login::digits};
use crate::{
    view::{View, blank, peer},
    world::{Fact, Peer, Person},
};

pub(super) fn get_users(call: &mut Call<'_>, request: f::users::GetUsers) -> Answer<Vec<enums::User>> {
    let view = call.view();
    let known = request.id.iter().filter_map(|input| call.user(input).ok());
    Ok(known.filter_map(|id| view.world.person(id)).map(|person| view.user(person)).collect())
}

pub(super) fn get_full_user(call: &mut Call<'_>, request: f::users::GetFullUser) -> Answer<enums::users::UserFull> {
    let id = call.user(&request.id)?;
    let mut view = call.view();
    view.mention(Peer::User(id));
    let blocked = view.world.person(call.me).is_some_and(|me| me.blocked.contains(&id));
    let settings = blank::peer_settings().into();
    let full = types::UserFull { blocked, id, ..blank::user_full(settings, blank::notify_settings().into()) };
    Ok(types::users::UserFull { full_user: full.into(), chats: Vec::new(), users: view.users() }.into())
}

pub(super) fn resolve_username(
    call: &mut Call<'_>,
    request: f::contacts::ResolveUsername,
) -> Answer<enums::contacts::ResolvedPeer> {
    let name = request.username.trim_start_matches('@');
    resolved(call, call.core.world.find_username(name).ok_or(bad("USERNAME_NOT_OCCUPIED"))?)
}

pub(super) fn resolve_phone(
    call: &mut Call<'_>,
    request: f::contacts::ResolvePhone,
) -> Answer<enums::contacts::ResolvedPeer> {
    let found = call.core.world.find_phone(&digits(&request.phone)).map(|person| Peer::User(person.id));
    resolved(call, found.ok_or(bad("PHONE_NOT_OCCUPIED"))?)
}

fn resolved(call: &Call<'_>, found: Peer) -> Answer<enums::contacts::ResolvedPeer> {
    let mut view = call.view();
    view.mention(found);
    let (chats, users) = (view.chats(), view.users());
    Ok(types::contacts::ResolvedPeer { peer: peer(found), chats, users }.into())
}

pub(super) fn import_contacts(
    call: &mut Call<'_>,
    request: f::contacts::ImportContacts,
) -> Answer<enums::contacts::ImportedContacts> {
    let mut imported = Vec::new();
    let mut people = Vec::new();
    for contact in request.contacts {
        let enums::InputContact::InputPhoneContact(contact) = contact;
        let found = call.core.world.find_phone(&digits(&contact.phone)).map(|person| person.id);
        let Some(person) = found else { continue };
        call.commit(Fact::Contact { of: call.me, person, is: true });
        imported.push(types::ImportedContact { user_id: person, client_id: contact.client_id }.into());
        people.push(person);
    }
    let users = users(&call.view(), people.iter());
    let (popular_invites, retry_contacts) = (Vec::new(), Vec::new());
    Ok(types::contacts::ImportedContacts { imported, popular_invites, retry_contacts, users }.into())
}

pub(super) fn get_contacts(call: &mut Call<'_>, _: f::contacts::GetContacts) -> Answer<enums::contacts::Contacts> {
    let view = call.view();
    let me = view.world.person(call.me).ok_or(bad("USER_DEACTIVATED"))?;
    let is_mutual = |id: i64| view.world.person(id).is_some_and(|them| them.contacts.contains(&me.id));
    let contacts = me.contacts.iter().map(|id| types::Contact { user_id: *id, mutual: is_mutual(*id) }.into());
    let (contacts, users) = (contacts.collect(), users(&view, me.contacts.iter()));
    Ok(types::contacts::Contacts { contacts, saved_count: 0, users }.into())
}

fn users<'a>(view: &View<'_>, ids: impl Iterator<Item = &'a i64>) -> Vec<enums::User> {
    ids.filter_map(|id| view.world.person(*id)).map(|person| view.user(person)).collect()
}

pub(super) fn block(call: &mut Call<'_>, request: f::contacts::Block) -> Answer<bool> {
    set_blocked(call, &request.id, true)
}

pub(super) fn unblock(call: &mut Call<'_>, request: f::contacts::Unblock) -> Answer<bool> {
    set_blocked(call, &request.id, false)
}

fn set_blocked(call: &mut Call<'_>, whom: &enums::InputPeer, is: bool) -> Answer<bool> {
    let Peer::User(person) = call.peer(whom)? else { return Err(bad("PEER_ID_INVALID")) };
    call.commit(Fact::Blocked { by: call.me, person, is });
    Ok(true)
}

pub(super) fn search(call: &mut Call<'_>, request: f::contacts::Search) -> Answer<enums::contacts::Found> {
    let sought = request.q.trim_start_matches('@').to_lowercase();
    let limit = usize::try_from(request.limit).unwrap_or(0).min(100);
    let mut view = call.view();
    let matches = |person: &&Person| {
        let by_username = person.username.as_ref().is_some_and(|name| name.to_lowercase().contains(&sought));
        by_username || person.name().to_lowercase().contains(&sought)
    };
    let found: Vec<Peer> = view.world.people().filter(matches).take(limit).map(|it| Peer::User(it.id)).collect();
    for peer in &found {
        view.mention(*peer);
    }
    let results = found.into_iter().map(peer).collect();
    Ok(types::contacts::Found { my_results: Vec::new(), results, chats: Vec::new(), users: view.users() }.into())
}
