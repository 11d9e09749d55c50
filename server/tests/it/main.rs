//! The server as its clients see it: real router, real services, a database of its own per test.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]
#![expect(clippy::print_stderr, reason = "a test says that it tested nothing")]

mod access;
mod accounts;
mod activity;
mod addresses;
mod audit;
mod auth;
mod authenticator;
mod brokers;
mod campaign_crash;
mod campaigns;
mod chats;
mod crash;
mod deal_imports;
mod digests;
mod document;
mod event_examples;
mod federated;
mod imports;
mod input;
mod keys;
mod live;
mod logs;
mod merge;
mod mfa;
mod own_fields;
mod passkeys;
mod pipeline;
mod plans;
mod platform;
mod played;
mod process;
mod processes;
mod profile;
mod reach;
mod rehearsals;
mod sessions;
mod suspension;
mod team;
mod telegram_faults;
mod texts;
mod vault;
mod view_as;
mod webhooks;
mod world;
