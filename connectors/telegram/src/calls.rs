//! What can be asked of Telegram, each with its answer as plain values.

mod chats;
mod devices;
mod download;
mod files;
mod marks;
mod people;
mod send;
mod upload;

pub use chats::{Dialogs, DialogsAfter};
pub use download::Download;
pub(crate) use files::FilesLine;
pub use send::StillWanted;
