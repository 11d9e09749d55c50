//! The service from outside: events in, HTTP, jobs and messages out, on both databases.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

mod campaigns;
mod collapse;
mod deliveries;
mod digests;
mod inbox;
mod preferences;
mod push;
mod rules;
mod world;
