#![doc = include_str!("../README.md")]

mod calls;
mod connection;
mod convert;
mod endpoint;
mod line;
mod listener;
mod login;
mod people;
mod plain;
mod position;
mod refused;
mod session;

pub use calls::{Dialogs, DialogsAfter, Download, StillWanted};
pub use connection::{Connection, Start};
pub use endpoint::{App, Endpoint, Patience, Place, Proxy, ProxyInvalid};
pub use line::Link;
pub use listener::Listener;
pub use login::{CodeSent, CodeVia, Login, LoginRefused};
pub use plain::*;
pub use position::channels_of;
pub use refused::Refused;
pub use session::{BlobDamaged, ImportDamaged, KeyWouldBeLost, Session, StringFormat};
