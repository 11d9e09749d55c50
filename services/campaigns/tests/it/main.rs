//! The service from outside: every route, on both databases, with contacts, accounts and a queue of our own making.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

mod counts;
mod crossing;
mod directory;
mod drafts;
mod faults;
mod going;
mod interleaved;
mod outside;
mod planning;
mod policies;
mod starts;
mod world;
mod zones;
