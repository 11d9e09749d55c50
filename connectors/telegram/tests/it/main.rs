//! The connector against a network that speaks as Telegram does, over TCP.

mod burst;
mod edges;
mod files;
mod login;
mod talking;
mod world;
