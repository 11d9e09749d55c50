//! HTTP to addresses that users set: webhooks, web push. Whatever they name, nothing inside the network of the server is
//! reached: the address that is checked is the one that is connected to, redirects are not followed, and time and answers
//! are bounded. Hosts and networks of the setting `outbound_allow` are exempt.

mod client;
mod guard;
mod resolve;
mod target;

use api::messages::Message;

pub use client::{Answer, NoAuthority, Outbound, SendError};
pub use resolve::Resolve;
pub use target::{Refused, Target};

/// Texts of the codes of this crate.
pub const MESSAGES: &[Message] = &[
    ("target.invalid", "This is not a web address.", "Это не веб-адрес."),
    ("target.scheme", "Only https addresses.", "Только адреса https."),
    (
        "target.credentials",
        "Leave user name and password out of the address.",
        "Уберите из адреса имя пользователя и пароль.",
    ),
    (
        "target.private",
        "The address leads into a private network. Only addresses on the public internet.",
        "Адрес ведёт во внутреннюю сеть. Подходят только адреса в открытом интернете.",
    ),
];
