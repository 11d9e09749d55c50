//! Wide structures of the protocol with nothing set.

mod full;
mod messages;
mod peers;
mod settings;

pub(crate) use full::{channel_full, chat_full, peer_settings, user_full};
pub(crate) use messages::{
    audio, forward_header, media_document, media_photo, message, notify_settings, reply_header, service, video,
};
pub(crate) use peers::{admin_rights, channel, chat, user};
pub(crate) use settings::{authorization, config, dialog_filter, password};
