//! The network as the real client sees it.

mod client;
mod login;
mod talking;
