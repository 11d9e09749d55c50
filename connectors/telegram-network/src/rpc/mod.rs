//! Calls: which there are, who may make them, what they are answered. One table; a file for each part of it.

#![expect(clippy::unnecessary_wraps, reason = "calls that are never refused stand in the same table as the others")]

mod account;
mod chats;
mod contacts;
mod dialogs;
mod edit;
mod entities;
mod forward;
mod help;
mod history;
mod input;
pub(crate) mod login;
mod media;
mod password;
mod read;
mod send;
pub(crate) mod service;
mod updates;
mod upload;

use std::borrow::Cow;

use grammers_tl_types::{Cursor, Deserializable, Identifiable, RemoteCall, Serializable, functions as f, name_for_id};

use crate::{
    core::Core,
    view::View,
    wire::cipher::KeyId,
    world::{Fact, Notice},
};

/// A call on its way through the table.
pub(crate) struct Call<'a> {
    pub core: &'a mut Core,
    pub key: KeyId,
    pub connection: u64,
    /// 0 for calls that need nobody to be signed in.
    pub me: i64,
}

/// An error of Telegram: a code like those of HTTP, and a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub code: i32,
    pub text: Cow<'static, str>,
}

impl Refusal {
    pub fn new(code: i32, text: impl Into<Cow<'static, str>>) -> Self {
        Self { code, text: text.into() }
    }
}

/// 400, with a name.
pub(crate) fn bad(text: &'static str) -> Refusal {
    Refusal::new(400, text)
}

pub(crate) type Answer<T> = Result<T, Refusal>;

impl Call<'_> {
    /// Makes something true and tells everybody but this session, which learns it from the answer.
    fn commit(&mut self, fact: Fact) -> Vec<Notice> {
        self.core.commit(fact, Some(self.connection))
    }

    fn view(&self) -> View<'_> {
        View::new(&self.core.world, self.me)
    }
}

/// The name of a call, as in Telegram's documentation.
pub(crate) fn method(body: &[u8]) -> &'static str {
    constructor(body).map_or("?", name_for_id)
}

fn constructor(body: &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(body.get(..4)?.try_into().ok()?))
}

/// Whoever makes this call: 0 for calls that anybody may make.
pub(crate) fn speaker(core: &mut Core, key: KeyId, body: &[u8]) -> Answer<i64> {
    if constructor(body).is_some_and(is_for_anybody) {
        return Ok(core.key_record(key).and_then(|record| record.account).unwrap_or(0));
    }
    if core.logins.duplicated.contains(&key) {
        return Err(Refusal::new(406, "AUTH_KEY_DUPLICATED"));
    }
    match core.key_record(key) {
        Some(record) if record.revoked => Err(Refusal::new(401, "SESSION_REVOKED")),
        Some(record) if record.account.is_none() && record.password_pending.is_some() => {
            Err(Refusal::new(401, "SESSION_PASSWORD_NEEDED"))
        }
        Some(record) => record.account.ok_or(Refusal::new(401, "AUTH_KEY_UNREGISTERED")),
        None => Err(Refusal::new(401, "AUTH_KEY_UNREGISTERED")),
    }
}

/// Reads a call, makes it, writes its answer.
fn run<R>(call: &mut Call<'_>, body: &[u8], made: impl FnOnce(&mut Call<'_>, R) -> Answer<R::Return>) -> Answer<Vec<u8>>
where
    R: RemoteCall + Deserializable,
    R::Return: Serializable,
{
    let mut cursor = Cursor::from_slice(body.get(4..).unwrap_or_default());
    let request = R::deserialize(&mut cursor).map_err(|_| bad("INPUT_REQUEST_INVALID"))?;
    Ok(made(call, request)?.to_bytes())
}

macro_rules! calls {
    (anybody { $($open:ty => $opened:path,)* } signed_in { $($call:ty => $made:path,)* }) => {
        fn is_for_anybody(constructor: u32) -> bool {
            [$(<$open>::CONSTRUCTOR_ID),*].contains(&constructor)
        }

        #[cfg(test)]
        const ALL: &[u32] = &[$(<$open>::CONSTRUCTOR_ID,)* $(<$call>::CONSTRUCTOR_ID),*];

        /// The answer to a call.
        pub(crate) fn answer(call: &mut Call<'_>, body: &[u8]) -> Answer<Vec<u8>> {
            match constructor(body) {
                $(Some(<$open>::CONSTRUCTOR_ID) => run::<$open>(call, body, $opened),)*
                $(Some(<$call>::CONSTRUCTOR_ID) => run::<$call>(call, body, $made),)*
                _ => Err(Refusal::new(400, format!("METHOD_INVALID {}", method(body)))),
            }
        }
    };
}

calls! {
    anybody {
        f::help::GetConfig => help::get_config,
        f::help::GetNearestDc => help::get_nearest_dc,
        f::help::GetAppConfig => help::get_app_config,
        f::auth::SendCode => login::send_code,
        f::auth::ResendCode => login::resend_code,
        f::auth::CancelCode => login::cancel_code,
        f::auth::SignIn => login::sign_in,
        f::account::GetPassword => password::get_password,
        f::auth::CheckPassword => password::check_password,
    }
    signed_in {
        f::auth::LogOut => login::log_out,
        f::auth::ResetAuthorizations => account::reset_all,
        f::account::GetAuthorizations => account::get_authorizations,
        f::account::ResetAuthorization => account::reset_authorization,
        f::account::UpdateStatus => account::update_status,
        f::users::GetUsers => contacts::get_users,
        f::users::GetFullUser => contacts::get_full_user,
        f::contacts::ResolveUsername => contacts::resolve_username,
        f::contacts::ResolvePhone => contacts::resolve_phone,
        f::contacts::ImportContacts => contacts::import_contacts,
        f::contacts::GetContacts => contacts::get_contacts,
        f::contacts::Block => contacts::block,
        f::contacts::Unblock => contacts::unblock,
        f::contacts::Search => contacts::search,
        f::messages::GetDialogs => dialogs::get_dialogs,
        f::messages::GetPeerDialogs => dialogs::get_peer_dialogs,
        f::messages::GetPinnedDialogs => dialogs::get_pinned_dialogs,
        f::messages::GetDialogFilters => dialogs::get_dialog_filters,
        f::messages::ToggleDialogPin => dialogs::toggle_pin,
        f::messages::MarkDialogUnread => dialogs::mark_unread,
        f::messages::GetHistory => history::get_history,
        f::messages::GetMessages => history::get_messages,
        f::messages::Search => history::search,
        f::messages::SearchGlobal => history::search_global,
        f::channels::GetMessages => history::get_channel_messages,
        f::messages::SendMessage => send::send_message,
        f::messages::SendMedia => send::send_media,
        f::messages::SendMultiMedia => send::send_multi_media,
        f::messages::UploadMedia => send::upload_media,
        f::messages::ForwardMessages => forward::forward_messages,
        f::messages::EditMessage => edit::edit_message,
        f::messages::DeleteMessages => edit::delete_messages,
        f::channels::DeleteMessages => edit::delete_channel_messages,
        f::messages::DeleteHistory => edit::delete_history,
        f::messages::UpdatePinnedMessage => edit::update_pinned,
        f::messages::SendReaction => edit::send_reaction,
        f::messages::ReadHistory => read::read_history,
        f::channels::ReadHistory => read::read_channel_history,
        f::messages::ReadMessageContents => read::read_contents,
        f::channels::ReadMessageContents => read::read_channel_contents,
        f::messages::ReadMentions => read::read_mentions,
        f::messages::ReceivedMessages => read::received,
        f::messages::SetTyping => read::set_typing,
        f::messages::GetChats => chats::get_chats,
        f::messages::GetFullChat => chats::get_full_chat,
        f::messages::DeleteChatUser => chats::delete_chat_user,
        f::channels::GetChannels => chats::get_channels,
        f::channels::GetFullChannel => chats::get_full_channel,
        f::channels::GetParticipants => chats::get_participants,
        f::channels::GetParticipant => chats::get_participant,
        f::channels::JoinChannel => chats::join_channel,
        f::channels::LeaveChannel => chats::leave_channel,
        f::updates::GetState => updates::get_state,
        f::updates::GetDifference => updates::get_difference,
        f::updates::GetChannelDifference => updates::get_channel_difference,
        f::upload::SaveFilePart => upload::save_part,
        f::upload::SaveBigFilePart => upload::save_big_part,
        f::upload::GetFile => upload::get_file,
    }
}

#[cfg(test)]
mod tests;
