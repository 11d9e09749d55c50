//! The service from outside: what accounts see and send, HTTP, events, jobs, on both databases.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

mod answers;
mod chats;
mod comments;
mod days;
mod imports;
mod inbound;
mod intake;
mod interleaved;
mod media;
mod messages;
mod order;
mod outbox;
mod queue;
mod search;
mod shared;
mod speed;
mod tenancy;
mod typing;
mod world;
